// Compares two timelines: per object what was seen in which order, and when.
//
// What is seen of one object is a series. Observations with an equal row that follow one another are one state, however
// often it was reported: its row counts, the time of the first and the details of the last. Events count one by one.
// Times are aligned on the first observation after each action; then they may differ by one second, or by two where an
// image was pulled or a workload is rolled out, and an autoscaler may be one tick late.

import { type Difference, difference } from '../difference.ts';
import type { Place, Recording } from '../format.ts';
import {
  isArray,
  isObject,
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
import {
  type Comparison,
  compareLines,
  compareValues,
  firstDifference,
  inRecordedNames,
  newComparison,
  plainValue,
  type Unit,
  withoutFigures,
} from '../normalise.ts';
import { addonsOf } from './kubectl.ts';

interface Seen {
  readonly at: number;
  readonly kind: string;
  readonly value: JsonObject;
  /** Its place in the recording. */
  readonly path: string;
}

export function compareTimelines(recording: Recording, ours: JsonValue): Difference | undefined {
  const [left, right] = [seenIn(recording.content), seenIn(ours)];
  const autoscaled = isAutoscaled(recording);
  const comparison = newComparison(
    {
      recorded: units(left),
      own: units(right),
      inputs: [textAt(recording.content, 'manifest') ?? '', ...left.map(({ value }) => value['run'] ?? null)],
    },
    { figures: autoscaled },
  );
  const clock = clockOf(left, right, autoscaled);
  const [recorded, own] = [
    seriesOf(comparison, left, 'recorded', autoscaled),
    seriesOf(comparison, right, 'own', autoscaled),
  ];
  return firstDifference(
    () => compareActions(comparison, left, right),
    ...[...recorded].map(
      ([key, series]) =>
        () =>
          compareSeries(comparison, key, series, own.get(key) ?? [], clock),
    ),
    () => surplus(recorded, own),
    () => compareOrder(recorded, own),
  );
}

/** The places that are compared: the details of the last observation of each state, and what each action printed. */
export function comparedPlaces(recording: Recording): readonly Place[] {
  const seen = seenIn(recording.content);
  const comparison = newComparison({ recorded: [], own: [], inputs: [] });
  const series = seriesOf(comparison, seen, 'recorded', isAutoscaled(recording));
  const last = [...series.values()].flatMap((states) => states.map((state) => state.last));
  return seen.flatMap((one, i): readonly Place[] => {
    const place = (...more: readonly string[]) => ({ part: '', path: ['observations', i, 'value', ...more] });
    if (one.kind === 'action') return ['stdout', 'stderr', 'exit'].map((key) => place(key));
    return last.includes(one) ? [place()] : [];
  });
}

/** A value of an observation without what varies. */
export function plainSeen(recording: Recording, { path }: Place, value: JsonValue): string {
  const kind = textAt(recording.content, ...path.slice(0, 2), 'kind') ?? '';
  const seen = isObject(value) && kind !== 'event' && kind !== 'action' ? omit(value, 'watch') : value;
  const text = printJson(plainValue(plainOf(seen)));
  return isAutoscaled(recording) ? withoutFigures(text) : text;
}

function isAutoscaled(recording: Recording): boolean {
  return addonsOf(recording).includes('metrics-server');
}

function seenIn(content: JsonValue): readonly Seen[] {
  return listAt(content, 'observations').map((one, i) => ({
    at: numberAt(one, 't_ms') ?? 0,
    kind: textAt(one, 'kind') ?? '',
    value: objectAt(one, 'value'),
    path: `observations[${i}]`,
  }));
}

/** Evidence for the matching of names: what is seen of them, however often. */
function units(seen: readonly Seen[]): readonly Unit[] {
  const texts = seen.map(({ kind, value }) => {
    const shown = kind === 'action' ? omit(value, 'took_ms') : omit(value, 'count', 'watch');
    return { slot: kind, text: printJson(plainOf(shown)) };
  });
  return [...new Map(texts.map((unit) => [`${unit.slot} ${unit.text}`, unit])).values()];
}

function plainOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') return /^t[+-]\d+$/.test(value) ? 't' : withoutAge(value);
  if (isArray(value)) return value.map(plainOf);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === undefined ? item : plainOf(item)]),
  );
}

function compareActions(comparison: Comparison, left: readonly Seen[], right: readonly Seen[]): Difference | undefined {
  const [recorded, own] = [left, right].map((seen) => seen.filter(({ kind }) => kind === 'action'));
  return firstDifference(
    ...(recorded ?? []).flatMap((action, i) => {
      const { value } = own?.[i] ?? { value: {} };
      const lines = (stream: string) => () =>
        compareLines(comparison, text(action.value, stream), text(value, stream), `${action.path}.value.${stream}`, {
          repeats: true,
        });
      const exit = () =>
        compareValues(comparison, action.value['exit'], objectAt(value)['exit'], `${action.path}.value.exit`);
      return [exit, lines('stdout'), lines('stderr')];
    }),
  );
}

function text(value: JsonValue, stream: string): readonly string[] {
  return (textAt(value, stream) ?? '').split('\n');
}

/** One state of an object, or one event. */
interface State {
  readonly row: string;
  readonly first: Seen;
  readonly last: Seen;
}

type Series = ReadonlyMap<string, readonly State[]>;

function seriesOf(
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
    const row = inRecordedNames(comparison, rowOf(one, autoscaled), side);
    const before = states.at(-1);
    if (before?.row === row && one.kind !== 'event') states[states.length - 1] = { ...before, last: one };
    else states.push({ row, first: one, last: one });
  }
  return series;
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

function rowOf({ kind, value }: Seen, autoscaled: boolean): string {
  const gone = textAt(value, 'watch') === 'DELETED' ? 'DELETED ' : '';
  if (kind === 'event') return printJson(omit(value, 'object', 'from'));
  if (kind === 'row:endpointslices') return gone + printJson(value['endpoints']);
  const cells = listAt(value, 'row').map((cell) =>
    typeof cell === 'string' ? withoutRestartAge(withoutAge(cell)) : cell,
  );
  return gone + (autoscaled ? withoutFigures(printJson(cells)) : printJson(cells));
}

function withoutRestartAge(cell: string): string {
  return cell.replace(/ \(.* ago\)$/, ' (ago)');
}

interface Clock {
  /** Whether our time fits a recorded one. */
  fits(recorded: number, own: number): boolean;
}

const SECOND = 1000;
const TICK = 15 * SECOND;

function clockOf(left: readonly Seen[], right: readonly Seen[], autoscaled: boolean): Clock {
  const [starts, ownStarts] = [left, right].map((seen) =>
    seen.filter(({ kind }) => kind === 'action').map(({ at }) => at),
  );
  const segmentOf = (time: number) => (starts ?? []).filter((start) => start <= time).length;
  const shifts = [0, ...(starts ?? [])].map((start, i) => {
    const first = firstAfter(left, i === 0 ? 0 : start);
    const own = firstAfter(right, i === 0 ? 0 : (ownStarts?.[i - 1] ?? start));
    return first === undefined || own === undefined ? 0 : own - first;
  });
  const slow = left.find(
    ({ kind, value }) =>
      kind === 'event' && /^(?:Pulling|ScalingReplicaSet|SuccessfulCreate)$/.test(textAt(value, 'reason') ?? ''),
  );
  return {
    fits(recorded, own) {
      const tolerance = (slow !== undefined && recorded >= slow.at ? 2 : 1) * SECOND + (autoscaled ? TICK + SECOND : 0);
      return [0, shifts[segmentOf(recorded)] ?? 0].some((shift) => Math.abs(own - recorded - shift) <= tolerance);
    },
  };
}

function firstAfter(seen: readonly Seen[], time: number): number | undefined {
  return seen.find(({ kind, at }) => kind !== 'action' && at >= time)?.at;
}

function compareSeries(
  comparison: Comparison,
  key: string,
  recorded: readonly State[],
  own: readonly State[],
  clock: Clock,
): Difference | undefined {
  for (const [i, state] of recorded.entries()) {
    const other = own[i];
    const path = `${state.first.path} (${key})`;
    if (other === undefined || other.row !== state.row) return difference(path, shown(state), other && shown(other));
    if (!clock.fits(state.first.at, other.first.at)) {
      return difference(`${path}.t_ms`, `${state.first.at} ${state.row}`, `${other.first.at} ${other.row}`);
    }
    const found = compareDetails(comparison, state.last, other.last);
    if (found !== undefined) return found;
  }
  const more = own[recorded.length];
  return more === undefined ? undefined : difference(`${key}, after the last`, undefined, shown(more));
}

function shown({ row, first }: State): string {
  return `${row} at ${first.at} ms`;
}

/** All that was seen but for the row, the figures of time within their tolerance. */
function compareDetails(comparison: Comparison, recorded: Seen, own: Seen): Difference | undefined {
  const [left, right] = [omit(recorded.value, 'row', 'watch'), omit(own.value, 'row', 'watch')];
  return compareValues(comparison, left, inRecordedSeconds(left, right), `${recorded.path}.value`);
}

/** Our value, with the recorded `t+N` wherever ours is near enough. */
function inRecordedSeconds(recorded: JsonValue | undefined, own: JsonValue): JsonValue {
  if (typeof own === 'string' && typeof recorded === 'string') {
    const [a, b] = [recorded, own].map((one) => Number(/^t([+-]\d+)$/.exec(one)?.[1] ?? Number.NaN));
    const near = Math.abs((a ?? 0) - (b ?? 0)) <= 2 || ((a ?? 0) < -1e6 && (b ?? 0) < -1e6);
    return near ? recorded : own;
  }
  if (isArray(own)) return own.map((item, i) => inRecordedSeconds(isArray(recorded) ? recorded[i] : undefined, item));
  if (!isObject(own)) return own;
  return Object.fromEntries(
    Object.entries(own).map(([key, item]) => [
      key,
      item === undefined ? item : inRecordedSeconds(isObject(recorded) ? recorded[key] : undefined, item),
    ]),
  );
}

/** Objects and events of ours that the recording doesn't know. */
function surplus(recorded: Series, own: Series): Difference | undefined {
  const key = [...own.keys()].find((one) => !recorded.has(one));
  const state = key === undefined ? undefined : own.get(key)?.[0];
  return key === undefined || state === undefined ? undefined : difference(key, undefined, shown(state));
}

/** What the recording has more than a second apart comes in the same order. All series are equal by now. */
function compareOrder(recorded: Series, own: Series): Difference | undefined {
  const pairs = [...recorded].flatMap(([key, states]) =>
    states.map((state, i) => ({ key, state, recorded: state.first.at, own: own.get(key)?.[i]?.first.at ?? 0 })),
  );
  for (const one of pairs) {
    const late = pairs.find((other) => other.recorded > one.recorded + SECOND && other.own < one.own);
    if (late !== undefined) {
      return difference(
        late.state.first.path,
        `after ${one.key} ${one.state.row}`,
        `${one.own - late.own} ms before it`,
      );
    }
  }
  return undefined;
}
