// Compares two timelines: per object what was seen in which order, and when.
//
// timelines-seen.ts makes series of what was seen, timelines-clock.ts says which times fit, timelines-align.ts which
// states stand for one another. Of these the rows have to be equal, and the details that were seen last.

import { type Difference, difference } from '../difference.ts';
import type { Place, Recording } from '../format.ts';
import { isArray, isObject, type JsonValue, objectAt, omit, printJson, textAt } from '../json.ts';
import { withoutAge } from '../normalise/tables.ts';
import {
  type Comparison,
  compareLines,
  compareValues,
  firstDifference,
  inRecordedNames,
  masked,
  newComparison,
  plainValue,
  type Unit,
  withoutFigures,
} from '../normalise.ts';
import { alignEvents, alignLoosely, alignStrictly, endsPassing, type Match, passes, shown } from './timelines-align.ts';
import { type Clock, clockOf } from './timelines-clock.ts';
import { isAutoscaled, isCounted, type Seen, type Series, type State, seenIn, seriesOf } from './timelines-seen.ts';

const SECOND = 1000;

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
  const [recorded, own] = [
    seriesOf(comparison, left, 'recorded', autoscaled),
    seriesOf(comparison, right, 'own', autoscaled),
  ];
  const clock = clockOf(left, right, recorded, own, autoscaled);
  const matches: Match[] = [];
  return firstDifference(
    () => compareActions(comparison, left, right, autoscaled),
    ...[...recorded].map(
      ([key, states]) =>
        () =>
          compareSeries(comparison, key, states, own.get(key) ?? [], clock, matches),
    ),
    () => surplusSeries(recorded, own),
    () => compareOrder(matches, clock),
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

const AT_ONCE_MS = 250;

/**
 * Evidence for the matching of names: what is seen of them, however often, and of events who was meant first, second,
 * third; those that come at once have no order.
 */
function units(seen: readonly Seen[]): readonly Unit[] {
  const ranks = new Map<string, { readonly rank: number; readonly at: number }>();
  const texts = seen.map(({ kind, value, at }) => {
    const told = kind === 'action' ? omit(value, 'took_ms') : omit(value, 'count', 'watch');
    const text = printJson(plainOf(told));
    if (!/^Successful(?:Create|Delete)$/.test(textAt(value, 'reason') ?? '')) return { slot: kind, text };
    const known = ranks.get(masked(text)) ?? { rank: 1, at };
    const rank = at - known.at > AT_ONCE_MS ? known.rank + 1 : known.rank;
    ranks.set(masked(text), { rank, at });
    return { slot: `${kind} ${rank}`, text };
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

function compareActions(
  comparison: Comparison,
  left: readonly Seen[],
  right: readonly Seen[],
  autoscaled: boolean,
): Difference | undefined {
  const [recorded, own] = [left, right].map((seen) => seen.filter(({ kind }) => kind === 'action'));
  return firstDifference(
    ...(recorded ?? []).flatMap((action, i) => {
      const { value } = own?.[i] ?? { value: {} };
      const told = (of: JsonValue, stream: string) => (autoscaled ? withoutTicks(text(of, stream)) : text(of, stream));
      const lines = (stream: string) => () =>
        compareLines(comparison, told(action.value, stream), told(value, stream), `${action.path}.value.${stream}`, {
          repeats: true,
        });
      const exit = () =>
        compareValues(comparison, action.value['exit'], objectAt(value)['exit'], `${action.path}.value.exit`);
      return [exit, lines('stdout'), lines('stderr')];
    }),
  );
}

/** How often an autoscaler looked before there were figures varies, and so does how often it failed for another reason. */
function withoutTicks(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !(TICK.test(line) && line.includes('no metrics returned from resource metrics API')))
    .map((line) => (TICK.test(line) ? line.replace(/ \(x\d+ over [^)]*\)/, '') : line));
}

const TICK = /^ {2}Warning +Failed(?:Get|Compute)/;

function text(value: JsonValue, stream: string): readonly string[] {
  return (textAt(value, stream) ?? '').split('\n');
}

function compareSeries(
  comparison: Comparison,
  key: string,
  recorded: readonly State[],
  own: readonly State[],
  clock: Clock,
  all: Match[],
): Difference | undefined {
  const [kind = ''] = key.split(' ');
  const align = kind === 'event' ? alignEvents : isCounted(kind) ? alignLoosely : alignStrictly;
  const { matches, failed } = align({ key, recorded, own, clock });
  all.push(...matches.filter((match) => !isCounted(kind) || !passes(match.recorded, recorded, clock)));
  for (const match of matches) {
    const [left, right] = isCounted(kind) ? latestTold(comparison, match, own, recorded, clock) : lastOf(match);
    const found = compareDetails(comparison, left, right, clock);
    if (found !== undefined) return found;
  }
  return failed;
}

function lastOf({ recorded, own }: Match): readonly [Seen, Seen] {
  return [recorded.last, own.last];
}

/**
 * The details of what is counted pass as its rows do: what is recorded last should have been seen of ours at that time,
 * or ours at that time in the recording.
 */
function latestTold(
  comparison: Comparison,
  { recorded, own }: Match,
  owns: readonly State[],
  recordeds: readonly State[],
  clock: Clock,
): readonly [Seen, Seen] {
  const told = (seen: Seen, side: 'recorded' | 'own') =>
    inRecordedNames(comparison, printJson(plainOf(detailsOf(seen))), side);
  const [left, right] = [told(recorded.last, 'recorded'), told(own.last, 'own')];
  if (left === right) return [recorded.last, own.last];
  const ours = owns
    .flatMap(({ all }) => all)
    .find((one) => clock.fits(recorded.last.at, one.at) !== undefined && told(one, 'own') === left);
  const passing = endsPassing(recorded, recordeds, clock) || recorded.row.startsWith('DELETED');
  if (ours !== undefined || !passing) return [recorded.last, ours ?? own.last];
  const near = (one: Seen) => Math.abs(one.at - recorded.last.at) <= clock.tolerance(one.at);
  const theirs = recordeds.flatMap(({ all }) => all).find((one) => near(one) && told(one, 'recorded') === right);
  return [theirs ?? recorded.last, own.last];
}

/** All that was seen but for the row. */
function detailsOf({ kind, value }: Seen): JsonValue {
  return omit(value, 'row', ...(kind === 'event' ? [] : ['watch']));
}

/** The figures of time within their tolerance. */
function compareDetails(comparison: Comparison, recorded: Seen, own: Seen, clock: Clock): Difference | undefined {
  const [left, right] = [detailsOf(recorded), detailsOf(own)];
  return compareValues(comparison, left, inRecordedSeconds(left, right, clock), `${recorded.path}.value`);
}

/** Our value, with the recorded `t+N` wherever ours is near enough. */
function inRecordedSeconds(recorded: JsonValue | undefined, own: JsonValue, clock: Clock): JsonValue {
  if (typeof own === 'string' && typeof recorded === 'string') {
    const [a = Number.NaN, b = Number.NaN] = [recorded, own].map((one) => Number(/^t([+-]\d+)$/.exec(one)?.[1]));
    return sameSeconds(a, b, clock) ? recorded : own;
  }
  if (isArray(own))
    return own.map((item, i) => inRecordedSeconds(isArray(recorded) ? recorded[i] : undefined, item, clock));
  if (!isObject(own)) return own;
  return Object.fromEntries(
    Object.entries(own).map(([key, item]) => [
      key,
      item === undefined ? item : inRecordedSeconds(isObject(recorded) ? recorded[key] : undefined, item, clock),
    ]),
  );
}

/** Seconds since the beginning, of which a part may be cut off; a container that never began has none. */
function sameSeconds(recorded: number, own: number, clock: Clock): boolean {
  if (recorded < -1e6 && own < -1e6) return true;
  return Math.abs(own - recorded) <= 2 || clock.fits(recorded * SECOND, own * SECOND) !== undefined;
}

/** Objects and events of ours that the recording doesn't know. */
function surplusSeries(recorded: Series, own: Series): Difference | undefined {
  const key = [...own.keys()].find((one) => !recorded.has(one));
  const state = key === undefined ? undefined : own.get(key)?.[0];
  return key === undefined || state === undefined ? undefined : difference(key, undefined, shown(state));
}

/** What the recording has more than a second apart comes in the same order, but after waits that are drawn. */
function compareOrder(matches: readonly Match[], clock: Clock): Difference | undefined {
  const pairs = matches
    .map(({ recorded: state, own }) => ({ state, recorded: state.first.at, own: own.first.at }))
    .filter((pair) => clock.fits(pair.recorded, pair.own) === 'steady');
  for (const one of pairs) {
    const late = pairs.find((other) => other.recorded > one.recorded + SECOND && other.own < one.own);
    if (late !== undefined)
      return difference(late.state.first.path, `after ${one.state.row}`, `${one.own - late.own} ms before it`);
  }
  return undefined;
}
