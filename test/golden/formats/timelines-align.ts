// Puts the states of one object that a recording has beside those that we have.
//
// A pod's own states come one after the other in each run. What a controller adds up from other objects (how many pods
// of a Deployment are ready) it adds up when it looks: of states that pass within the tolerance, one run shows some, and
// another run others. They may be missing on either side, if they say nothing that the other side never says.
// Events that come together have no order; one that is repeated comes once more or less often, by the phase of what
// repeats it.

import { type Difference, difference } from '../difference.ts';
import { isArray, type JsonValue, parseJson, printJson, textAt } from '../json.ts';
import type { Clock } from './timelines-clock.ts';
import type { State } from './timelines-seen.ts';

/** A recorded state and ours that stand for one another. */
export interface Match {
  readonly recorded: State;
  readonly own: State;
}

export interface Alignment {
  readonly matches: readonly Match[];
  /** The first state that the other side should have and hasn't. */
  readonly failed: Difference | undefined;
}

interface Sides {
  readonly key: string;
  readonly recorded: readonly State[];
  readonly own: readonly State[];
  readonly clock: Clock;
}

/** Pods: one by one. */
export function alignStrictly({ key, recorded, own, clock }: Sides): Alignment {
  const matches: Match[] = [];
  for (const [i, state] of recorded.entries()) {
    const other = own[i];
    if (other === undefined || other.row !== state.row) return { matches, failed: missing(key, state, other) };
    const failed = late(key, state, other, clock);
    if (failed !== undefined) return { matches, failed };
    matches.push({ recorded: state, own: other });
  }
  const more = own[recorded.length];
  return { matches, failed: more && surplus(key, more) };
}

/** What is counted: as many as possible one by one, the rest passing. */
export function alignLoosely(sides: Sides): Alignment {
  const { recorded, own, clock } = sides;
  const [left, right] = [droppable(recorded, own, clock), droppable(own, recorded, clock)];
  const width = own.length + 1;
  const best = new Array<number>((recorded.length + 1) * width).fill(0);
  const at = (i: number, j: number) => best[i * width + j] ?? Number.NEGATIVE_INFINITY;
  const pair = (i: number, j: number) => {
    const [a, b] = [recorded[i], own[j]];
    return a !== undefined && a.row === b?.row && clock.fits(a.first.at, b.first.at) !== undefined;
  };
  for (let i = recorded.length; i >= 0; i--) {
    for (let j = own.length; j >= 0; j--) {
      if (i === recorded.length && j === own.length) continue;
      best[i * width + j] = Math.max(
        pair(i, j) ? at(i + 1, j + 1) + 1 : Number.NEGATIVE_INFINITY,
        left[i] === true ? at(i + 1, j) : Number.NEGATIVE_INFINITY,
        right[j] === true && j < own.length ? at(i, j + 1) : Number.NEGATIVE_INFINITY,
      );
    }
  }
  if (at(0, 0) === Number.NEGATIVE_INFINITY) return alignStrictly(sides);
  const matches: Match[] = [];
  for (let i = 0, j = 0; i < recorded.length || j < own.length; ) {
    const [a, b] = [recorded[i], own[j]];
    if (a !== undefined && b !== undefined && pair(i, j) && at(i, j) === at(i + 1, j + 1) + 1) {
      matches.push({ recorded: a, own: b });
      i++;
      j++;
    } else if (left[i] === true && at(i, j) === at(i + 1, j)) i++;
    else j++;
  }
  return { matches, failed: undefined };
}

/** For each state whether it passes, and says nothing that the others never say. */
function droppable(states: readonly State[], others: readonly State[], clock: Clock): readonly boolean[] {
  const known = vocabularyOf(others.flatMap(({ row }) => wordsOf(row)));
  return states.map(
    (state) =>
      passes(state, states, clock) &&
      wordsOf(state.row).every(({ form, numbers }) => isKnown(known.get(form), numbers)),
  );
}

/** Whether another state follows within the tolerance of the first observation. */
export function passes(state: State, states: readonly State[], clock: Clock): boolean {
  return isFollowed(state, state.first.at, states, clock);
}

/** Whether another state follows within the tolerance of the last observation. */
export function endsPassing(state: State, states: readonly State[], clock: Clock): boolean {
  return isFollowed(state, state.last.at, states, clock);
}

function isFollowed(state: State, from: number, states: readonly State[], clock: Clock): boolean {
  const next = states[states.indexOf(state) + 1];
  return next !== undefined && next.first.at - from <= clock.tolerance(from);
}

interface Word {
  readonly form: string;
  readonly numbers: readonly number[];
}

/** The cells of a row by their place, the numbers in them apart. */
function wordsOf(row: string): readonly Word[] {
  const value = row.startsWith('[') ? parseJson(row) : row;
  return (isArray(value) ? value : [value]).map((cell, i) => {
    return wordOf(cell, typeof cell === 'object' ? '' : String(i));
  });
}

function wordOf(value: JsonValue, place: string): Word {
  const text = printJson(value);
  return { form: `${place} ${text.replaceAll(/\d+/g, '#')}`, numbers: (text.match(/\d+/g) ?? []).map(Number) };
}

interface Range {
  readonly least: readonly number[];
  readonly most: readonly number[];
}

function vocabularyOf(words: readonly Word[]): ReadonlyMap<string, Range> {
  const known = new Map<string, Range>();
  for (const { form, numbers } of words) {
    const { least, most } = known.get(form) ?? { least: numbers, most: numbers };
    known.set(form, {
      least: numbers.map((one, i) => Math.min(one, least[i] ?? one)),
      most: numbers.map((one, i) => Math.max(one, most[i] ?? one)),
    });
  }
  return known;
}

function isKnown(range: Range | undefined, numbers: readonly number[]): boolean {
  return range !== undefined && numbers.every((one, i) => one >= (range.least[i] ?? 0) && one <= (range.most[i] ?? 0));
}

/** Events: each that is recorded, and no other; repetitions as far as they are due. */
export function alignEvents({ key, recorded, own, clock }: Sides): Alignment {
  const matches: Match[] = [];
  for (const row of new Set([...recorded, ...own].map((state) => state.row))) {
    const [left, right] = [recorded, own].map((states) => states.filter((state) => state.row === row));
    const failed = repeated(key, left ?? [], right ?? [], clock, matches);
    if (failed !== undefined) return { matches, failed };
  }
  return { matches, failed: undefined };
}

function repeated(
  key: string,
  recorded: readonly State[],
  own: readonly State[],
  clock: Clock,
  matches: Match[],
): Difference | undefined {
  const free = new Set(own);
  const kept = new Set<State>();
  for (const state of recorded) {
    const other = [...free].find((one) => clock.fits(state.first.at, one.first.at) !== undefined);
    if (other === undefined) continue;
    free.delete(other);
    kept.add(state);
    kept.add(other);
    matches.push({ recorded: state, own: other });
  }
  const lost = recorded.find((state) => !kept.has(state) && !isRepetition(state, recorded, kept, clock));
  if (lost !== undefined) return missing(key, lost, [...free][0]);
  const more = own.find((state) => !kept.has(state) && !isRepetition(state, own, kept, clock));
  return more && surplus(key, more);
}

/** Whether an event says again what was said before, and by another phase would not have. */
function isRepetition(state: State, events: readonly State[], kept: ReadonlySet<State>, clock: Clock): boolean {
  const message = (one: State) => textAt(one.first.value, 'message');
  const before = events.slice(0, events.indexOf(state)).filter((one) => message(one) === message(state));
  const [previous] = before.slice(-1);
  if (previous === undefined) return false;
  const interval = state.first.at - previous.first.at;
  const reach = interval + clock.tolerance(state.first.at);
  return before.some((one) => kept.has(one) && state.first.at - one.first.at <= reach);
}

function late(key: string, state: State, other: State, clock: Clock): Difference | undefined {
  if (clock.fits(state.first.at, other.first.at) !== undefined) return undefined;
  return difference(
    `${state.first.path} (${key}).t_ms`,
    `${state.first.at} ${state.row}`,
    `${other.first.at} ${other.row}`,
  );
}

function missing(key: string, state: State, other: State | undefined): Difference {
  return difference(`${state.first.path} (${key})`, shown(state), other && shown(other));
}

function surplus(key: string, state: State): Difference {
  return difference(`${key}, after the last`, undefined, shown(state));
}

export function shown({ row, first }: State): string {
  return `${row} at ${first.at} ms`;
}
