// What happened, told in order: what the learner typed and what the cluster's events say. A pure function of both.

import type { CoreV1Event } from '../../sandbox/schema/generated/types.ts';
import { isBackground } from './clusterview.ts';
import { clockText } from './frame.ts';
import type { Glyphs } from './glyphs.ts';
import { cut, fill, type Row, row, STYLES, span } from './text.ts';

export interface Happening {
  /** Milliseconds of the cluster's time since the beginning, in whole seconds. */
  readonly at: number;
  readonly who: 'you' | string;
  readonly what: string;
  readonly bad: boolean;
}

export interface TypedLine {
  /** Milliseconds of the cluster's time. */
  readonly at: number;
  readonly line: string;
}

/** Both in the order of time; what was typed comes before what it caused. */
export function happenings(lines: readonly TypedLine[], events: readonly CoreV1Event[], start: number): Happening[] {
  // Events know whole seconds only, and a cause must not come to stand behind its effect.
  const since = (time: number): number => (Math.floor(time / 1000) - Math.floor(start / 1000)) * 1000;
  const typed = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ at, line }) => ({ at: since(at), who: 'you', what: line, bad: false }));
  const told = [...events]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .filter(({ involvedObject }) => !isBackground(involvedObject.namespace))
    .filter((event) => event.involvedObject.kind !== 'Node' || timeOf(event) - start >= START_MS)
    .map((event) => ({
      at: since(timeOf(event)),
      who: actorOf(event),
      what: sentenceOf(event),
      bad: event.type === 'Warning',
    }));
  return [...typed, ...told].filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
}

/** So much of what happened during a jump is told. */
export const MEANWHILE = 3;

/** What others did after a moment, which is told in milliseconds as theirs are. */
export function meanwhile(happened: readonly Happening[], from: number): readonly Happening[] {
  const second = from - (from % 1000);
  return happened.filter(({ at, who }) => at > second && who !== 'you');
}

/** How nodes start is no news: the cluster is there when the learner comes. */
const START_MS = 2000;

/** Events of one second in the order in which they were written. */
function revisionOf({ metadata }: CoreV1Event): number {
  return Number(metadata.resourceVersion ?? 0);
}

function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: CoreV1Event): number {
  const text = lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp;
  return text === undefined || text === null ? 0 : Date.parse(text);
}

function actorOf({ source, reportingComponent }: CoreV1Event): string {
  const name = source?.component ?? reportingComponent ?? '';
  return name.replace(/^default-/, '').replace(/-controller$/, '');
}

function sentenceOf({ involvedObject, reason = '', message = '', count }: CoreV1Event): string {
  const times = count !== undefined && count > 1 ? ` (x${count})` : '';
  const [first = ''] = message.split('\n');
  const { name = '', namespace = 'default' } = involvedObject;
  return `${namespace === 'default' ? '' : `${namespace}/`}${name}: ${reason}${times}${first === '' ? '' : `, ${first}`}`;
}

/** The last ones that have room, the latest at the bottom. */
export function happeningRows(
  all: readonly Happening[],
  columns: number,
  height: number,
  glyphs: Glyphs,
  you: string,
): Row[] {
  return all.slice(Math.max(0, all.length - height)).map(({ at, who, what, bad }) => {
    const name = who === 'you' ? span(you, STYLES.you) : span(who, STYLES.dim);
    const clock = clockText(at);
    const head = [...fill(row(` ${clock} `), Math.max(6, clock.length + 2)), ...fill([name], 11, ''), span(' ')];
    return cut(row(...head, span(what.replaceAll('\n', ' '), bad ? STYLES.bad : undefined)), columns, glyphs.more);
  });
}
