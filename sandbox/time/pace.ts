// Pace ties virtual time to real time for as long as somebody watches: at 1x, at 10x, or standing still. It is the only
// place in the cluster that knows the host's clock, and nothing that happens in the cluster depends on it: whatever comes
// from outside enters as an input with its virtual moment.

import type { Loop } from './loop.ts';
import { after, type DurationMs, durationMs, type TimeMs, timeMs } from './units.ts';

/** What pace needs of the host; given by the host itself, and by tests. */
export interface HostClock {
  /** Milliseconds from any beginning. */
  now(): number;
  /** Calls once, after that many milliseconds; answers how to take it back. */
  later(run: () => void, delay: number): () => void;
}

export const HOST_CLOCK: HostClock = {
  now: () => performance.now(),
  later(run, delay) {
    if (delay <= 0) {
      const handle = setImmediate(run);
      return () => clearImmediate(handle);
    }
    const handle = setTimeout(run, delay);
    return () => clearTimeout(handle);
  },
};

export interface Pace {
  /** Virtual seconds in a real one; 0 when it stands still. */
  speed(): number;
  setSpeed(speed: number): void;
  /** Something came from outside: whatever is ready runs soon. */
  poke(): void;
  /** Jumps: runs everything up to a moment as fast as it goes, then goes on at the same speed. */
  skipTo(moment: TimeMs): Promise<void>;
  /** Resolves when the cluster has nothing to do at this instant: the only moments at which inputs may enter. */
  settled(): Promise<void>;
  /** How far virtual time has fallen behind where it should be, because there was too much to do. */
  behind(): DurationMs;
  stop(): void;
}

export interface PaceOptions {
  readonly clock?: HostClock;
  readonly speed?: number;
  /** Called after each turn in which something ran. */
  readonly onTurn?: () => void;
}

/** The longest that the cluster runs before others get their turn. */
const TURN_MS = 4;
/** A lag beyond this is given up: the clock slows. */
const LAG_MAX_MS = 200;
/** Longest sleep, so that speed changes and clock drift are noticed. */
const SLEEP_MAX_MS = 1000;

export function createPace(loop: Loop, { clock = HOST_CLOCK, speed = 1, onTurn = () => {} }: PaceOptions = {}): Pace {
  let rate = speed;
  let base = { real: clock.now(), virtual: loop.now() };
  let lag = 0;
  let skip: { readonly to: TimeMs; readonly done: () => void } | undefined;
  let waiters: (() => void)[] = [];
  let cancel: (() => void) | undefined;
  let stopped = false;

  const rebase = (): void => {
    base = { real: clock.now(), virtual: loop.now() };
  };

  const target = (): TimeMs => {
    if (skip !== undefined) return skip.to;
    return rate === 0
      ? loop.now()
      : timeMs(Math.max(loop.now(), Math.floor(base.virtual + (clock.now() - base.real) * rate)));
  };

  const arrived = (): void => {
    if (skip !== undefined && loop.now() >= skip.to) {
      const { done } = skip;
      skip = undefined;
      rebase();
      done();
    }
    const ready = waiters;
    waiters = [];
    for (const resolve of ready) resolve();
  };

  const turn = (): void => {
    cancel = undefined;
    const end = clock.now() + TURN_MS;
    const goal = target();
    const reached = loop.runUntil(goal, () => clock.now() >= end);
    lag = reached ? 0 : goal - loop.now();
    if (reached) arrived();
    else if (skip === undefined && rate > 0 && lag > LAG_MAX_MS * rate) rebase();
    onTurn();
    schedule(reached);
  };

  const schedule = (idle: boolean): void => {
    if (stopped || cancel !== undefined) return;
    const delay = idle ? sleep() : 0;
    if (delay !== undefined) cancel = clock.later(turn, delay);
  };

  /** Real milliseconds until something is due; undefined when nothing ever is at this pace. */
  const sleep = (): number | undefined => {
    if (skip !== undefined || waiters.length > 0) return 0;
    const next = loop.next();
    if (rate === 0) return next !== undefined && next <= loop.now() ? 0 : undefined;
    const due = next === undefined ? SLEEP_MAX_MS : (next - base.virtual) / rate - (clock.now() - base.real);
    return Math.min(Math.max(due, 1), SLEEP_MAX_MS);
  };

  const poke = (): void => {
    cancel?.();
    cancel = undefined;
    if (!stopped) cancel = clock.later(turn, 0);
  };

  poke();
  return {
    speed: () => rate,
    setSpeed(next) {
      rebase();
      rate = next;
      poke();
    },
    poke,
    skipTo: (to) =>
      new Promise((resolve) => {
        skip?.done();
        skip = { to, done: resolve };
        poke();
      }),
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        poke();
      }),
    behind: () => durationMs(lag),
    stop() {
      stopped = true;
      cancel?.();
      cancel = undefined;
    },
  };
}

/** The moment `duration` from now, for `skipTo`. */
export function inFuture(loop: Loop, duration: DurationMs): TimeMs {
  return after(loop.now(), duration);
}
