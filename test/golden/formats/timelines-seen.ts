// What a timeline shows, as series: per object (and per object and source for events) what was seen in which order.
//
// Observations with an equal row that follow one another are one state, however often it was reported.

import type { Recording } from '../format.ts';
import {
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  omit,
  printJson,
  textAt,
  textsAt,
} from '../json.ts';
import { withoutAge } from '../normalise/tables.ts';
import { type Comparison, inRecordedNames, withoutFigures } from '../normalise.ts';
import { addonsOf } from './kubectl.ts';

export interface Seen {
  readonly at: number;
  readonly kind: string;
  readonly value: JsonObject;
  /** Its place in the recording. */
  readonly path: string;
}

/** One state of an object, or one event: all that was seen of it. */
export interface State {
  readonly row: string;
  readonly first: Seen;
  readonly last: Seen;
  readonly all: readonly Seen[];
}

export type Series = ReadonlyMap<string, readonly State[]>;

export function isAutoscaled(recording: Recording): boolean {
  return addonsOf(recording).includes('metrics-server');
}

export function seenIn(content: JsonValue): readonly Seen[] {
  return listAt(content, 'observations').map((one, i) => ({
    at: numberAt(one, 't_ms') ?? 0,
    kind: textAt(one, 'kind') ?? '',
    value: objectAt(one, 'value'),
    path: `observations[${i}]`,
  }));
}

export function seriesOf(
  comparison: Comparison,
  seen: readonly Seen[],
  side: 'recorded' | 'own',
  autoscaled: boolean,
): Series {
  const series = new Map<string, State[]>();
  for (const one of seen) {
    if (one.kind === 'action' || (autoscaled && isTick(one))) continue;
    const key = `${one.kind} ${inRecordedNames(comparison, subjectOf(one), side)}`;
    const states = series.get(key) ?? [];
    series.set(key, states);
    const row = rowIn(comparison, one, side, autoscaled);
    const before = states.at(-1);
    if (before?.row === row && one.kind !== 'event')
      states[states.length - 1] = { ...before, last: one, all: [...before.all, one] };
    else states.push({ row, first: one, last: one, all: [one] });
  }
  return series;
}

/** Endpoints have no order within their slice. */
function rowIn(comparison: Comparison, one: Seen, side: 'recorded' | 'own', autoscaled: boolean): string {
  const named = (text: string) => inRecordedNames(comparison, text, side);
  if (one.kind !== 'row:endpointslices' || textAt(one.value, 'watch') === 'DELETED')
    return named(rowOf(one, autoscaled));
  const endpoints = listAt(one.value, 'endpoints').map((endpoint) => named(printJson(endpoint)));
  return `[${endpoints.sort().join(',')}]`;
}

/** How often an autoscaler found no figures yet varies. */
function isTick({ kind, value }: Seen): boolean {
  if (kind === 'event') return /^Failed(?:Get|Compute)/.test(textAt(value, 'reason') ?? '');
  return kind === 'row:horizontalpodautoscalers' && textsAt(value, 'row').some((cell) => cell.includes('<unknown>'));
}

/** The object that something was seen of; events of one source are a series of their own. */
function subjectOf({ kind, value }: Seen): string {
  if (kind === 'event') return `${textAt(value, 'object')} from ${textAt(value, 'from')}`;
  return textAt(value, 'name') ?? String(listAt(value, 'row')[0]);
}

/** What an object shows when it goes is what it showed before: of what is counted from others, only that it went counts. */
function rowOf({ kind, value }: Seen, autoscaled: boolean): string {
  const gone = textAt(value, 'watch') === 'DELETED';
  if (kind === 'event') return printJson(omit(value, 'object', 'from', 'count', 'watch'));
  if (kind === 'row:endpointslices') return 'DELETED';
  const cells = listAt(value, 'row').map((cell) =>
    typeof cell === 'string' ? withoutRestartAge(withoutAge(cell)) : cell,
  );
  const shown = gone && isCounted(kind) ? cells.map(withoutCount) : cells;
  const row = autoscaled ? withoutFigures(printJson(shown)) : printJson(shown);
  return gone ? `DELETED ${row}` : row;
}

function withoutCount(cell: JsonValue): JsonValue {
  return typeof cell === 'number' || (typeof cell === 'string' && /^\d+\/\d+$/.test(cell)) ? '#' : cell;
}

/** Whether a row tells how many other objects there are in some state, which its controller adds up when it looks. */
export function isCounted(kind: string): boolean {
  return kind.startsWith('row:');
}

function withoutRestartAge(cell: string): string {
  return cell.replace(/ \(.* ago\)$/, ' (ago)');
}
