// Figures of CPU and memory in scenarios with metrics: what is measured varies, what was asked for doesn't.

import type { JsonValue } from '../json.ts';

const FIGURE = /^(?:\d+(?:\.\d+)?(?:n|u|m|k|Ki|Mi|Gi|M|G)?|<unknown>)$/;
const WINDOW = /^\d+(?:\.\d+)?m?s$/;

/** Places in objects that hold measured figures. */
const measured =
  /\.(?:usage\.(?:cpu|memory)|window|currentMetrics\[\d+\]\.(?:resource|containerResource)\.current\.(?:averageUtilization|averageValue|value))$/;

/** Whether both are measured figures in one place of an object. */
export function sameFigure(path: string, recorded: JsonValue | undefined, ours: JsonValue | undefined): boolean {
  if (/\.row\[\d+\]$/.test(path) && typeof recorded === 'string' && typeof ours === 'string') {
    return recorded !== ours && withoutFigures(recorded) === withoutFigures(ours);
  }
  if (!measured.test(path)) return false;
  return [recorded, ours].every((value) => FIGURE.test(String(value)) || WINDOW.test(String(value)));
}

/** One line of a table or a description with its measured figures taken out; targets and limits stay. */
export function withoutFigures(line: string): string {
  return line
    .replaceAll(/(?<=: )(?:\d+%|[\d.]+(?:m|k|Ki|Mi|Gi)?)(?: \(avg\))?(?=\/\S)/g, '<figure>')
    .replaceAll(/(?<=: {2})(?:\d+%|[\d.]+(?:m|k|Ki|Mi|Gi)?)(?: \([\d.]+(?:m|k|Ki|Mi|Gi)?\))?(?= \/ )/g, '<figure>')
    .replaceAll(/(?<="(?:cpu|memory)": ?")\d+(?:n|u|m|k|Ki|Mi|Gi)?(?=")|(?<="window": ?")[\dms.]+(?=")/g, '<figure>')
    .replaceAll(/(?<=^\s+(?:cpu|memory|window): )"?[\d.]+(?:n|u|m|s|Ki|Mi|Gi)*"?$/g, '<figure>');
}

/** One line of what a command shows of the metrics themselves: every amount with a unit was measured, windows too. */
export function withoutMeasured(line: string): string {
  return line.replaceAll(/(?<![\w.-])\d+(?:\.\d+)?(?:n|u|m|ms|s|Ki|Mi|Gi|%)(?![\w.-])/g, '<figure>');
}
