// What a runner keeps, on its way to and from disk.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../sandbox/kube/json.ts';
import { timeMs } from '../../sandbox/time/units.ts';
import type { RunnerProgress } from './runner.ts';

export function encodeRunner(progress: RunnerProgress): JsonObject {
  return { ...progress };
}

/** Undefined for what no runner has kept. Single parts that can't be read count as empty. */
export function decodeRunner(value: JsonValue | undefined): RunnerProgress | undefined {
  if (!isObject(value)) return undefined;
  const { step, ticked, hints, predicted, mistaken, begun } = value;
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0) return undefined;
  return {
    step,
    ticked: textsOf(ticked),
    hints: Object.fromEntries(
      entriesOf(hints).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
    predicted: Object.fromEntries(
      entriesOf(predicted).filter(
        (entry): entry is [string, string | null] => entry[1] === null || typeof entry[1] === 'string',
      ),
    ),
    mistaken: textsOf(mistaken),
    begun: Object.fromEntries(
      entriesOf(begun).flatMap(([anchor, at]) => (typeof at === 'number' ? [[anchor, timeMs(at)] as const] : [])),
    ),
  };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function entriesOf(value: JsonValue | undefined): readonly [string, JsonValue | undefined][] {
  return isObject(value) ? Object.entries(value) : [];
}
