// Which times of ours fit which recorded ones.
//
// Times are aligned on the first observation after each action; then they may differ by one second, or by two where an
// image was pulled or a workload is rolled out, and an autoscaler may be one tick late. Some waits no run has twice:
//
// - A kubelet that meets an error comes again after its back-off and up to half of it more, drawn anew each time.
// - The binder of volumes looks at what waits each 15 seconds; when that is, the case doesn't say.
//
// After such a wait all that follows may be as much earlier or later.

import { textAt } from '../json.ts';
import type { Seen, Series, State } from './timelines-seen.ts';

export interface Clock {
  /** How far a time of ours may be from a recorded one, in milliseconds. */
  tolerance(recorded: number): number;
  /** `steady`: as it is after the last action; `drawn`: as it is after a wait that is drawn. */
  fits(recorded: number, own: number): 'steady' | 'drawn' | undefined;
}

const SECOND = 1000;
const TICK = 15 * SECOND;
const BINDER = 15 * SECOND;
/** The most that a kubelet adds to a wait, as a part of it. */
const JITTER = 0.5;

export function clockOf(
  left: readonly Seen[],
  right: readonly Seen[],
  recorded: Series,
  own: Series,
  autoscaled: boolean,
): Clock {
  const slow = left.find(
    ({ kind, value }) =>
      kind === 'event' && /^(?:Pulling|ScalingReplicaSet|SuccessfulCreate)$/.test(textAt(value, 'reason') ?? ''),
  );
  const tolerance = (time: number) =>
    (slow !== undefined && time >= slow.at ? 2 : 1) * SECOND + (autoscaled ? TICK + SECOND : 0);
  const steady = steadyShifts(left, right);
  const drawn = drawnShifts(recorded, own, tolerance);
  return {
    tolerance,
    fits(time, ours) {
      const near = (shift: number) => Math.abs(ours - time - shift) <= tolerance(time);
      if ([0, steady(time)].some(near)) return 'steady';
      return drawn.some(({ from, shift }) => from <= time && near(shift)) ? 'drawn' : undefined;
    },
  };
}

/** How much later ours is after each action. */
function steadyShifts(left: readonly Seen[], right: readonly Seen[]): (time: number) => number {
  const [starts = [], ownStarts = []] = [left, right].map((seen) =>
    seen.filter(({ kind }) => kind === 'action').map(({ at }) => at),
  );
  const shifts = [0, ...starts].map((start, i) => {
    const first = firstAfter(left, i === 0 ? 0 : start);
    const own = firstAfter(right, i === 0 ? 0 : (ownStarts[i - 1] ?? start));
    return first === undefined || own === undefined ? 0 : own - first;
  });
  return (time) => shifts[starts.filter((start) => start <= time).length] ?? 0;
}

function firstAfter(seen: readonly Seen[], time: number): number | undefined {
  return seen.find(({ kind, at }) => kind !== 'action' && at >= time)?.at;
}

interface Shift {
  readonly from: number;
  readonly shift: number;
}

function drawnShifts(recorded: Series, own: Series, tolerance: (time: number) => number): readonly Shift[] {
  const shifts: Shift[] = [];
  for (const [key, all] of recorded) {
    for (const [states, others] of threads(key, all, own.get(key) ?? [])) {
      for (const [i, state] of states.entries()) {
        const [next, ours, after] = [states[i + 1], others[i], others[i + 1]];
        if (next === undefined || ours === undefined || after === undefined || after.row !== next.row) break;
        const gaps = [next.first.at - state.first.at, after.first.at - ours.first.at] as const;
        if (isDrawn(key, state, gaps, tolerance(next.first.at)))
          shifts.push({ from: next.first.at - 2 * SECOND, shift: after.first.at - next.first.at });
      }
    }
  }
  return shifts;
}

/** The states of a pod follow one another; events that say the same do. */
function threads(
  key: string,
  recorded: readonly State[],
  own: readonly State[],
): readonly (readonly [readonly State[], readonly State[]])[] {
  if (!key.startsWith('event ')) return [[recorded, own]];
  return [...new Set(recorded.map(({ row }) => row))].map((row) => [
    recorded.filter((state) => state.row === row),
    own.filter((state) => state.row === row),
  ]);
}

/** Rows of pods that wait for their kubelet to try again. */
const FAILING = /Error|BackOff|Err[A-Z]|Invalid|OOMKilled|Completed/;

function isDrawn(key: string, state: State, [gap, ours]: readonly [number, number], tolerance: number): boolean {
  const [shorter, longer] = [Math.min(gap, ours), Math.max(gap, ours)];
  if (isBinders(key)) return longer - shorter <= BINDER + tolerance;
  const retried = key.startsWith('pod-status ')
    ? FAILING.test(state.row)
    : key.endsWith(' from kubelet') && state.row.includes('"Warning"');
  return retried && longer <= shorter * (1 + JITTER) + tolerance;
}

function isBinders(key: string): boolean {
  return key.startsWith('row:persistentvolume') || key.endsWith(' from persistentvolume-controller');
}
