// The deterministic task loop: virtual time, and everything that happens in it, in one fixed order.
//
// Tasks are plain data addressed to a named actor, so that a copy of the loop's state is a copy of the future. Two tasks
// of one moment run in the order in which they were posted. Nothing in here knows the host's clock.

import { after, type DurationMs, durationMs, type TimeMs } from './units.ts';

/** Plain data that says what is to be done; its shape is the business of the actor it is addressed to. */
export type TaskData = object | string | number;

/** A task waiting for its moment. `causes` is opaque here: whoever posts it says why, and whoever runs it can ask. */
export interface Task {
  readonly at: TimeMs;
  readonly seq: number;
  readonly actor: string;
  readonly what: TaskData;
  readonly causes: readonly unknown[];
  cancelled: boolean;
}

/** All that the loop has to remember; plain data. */
export interface LoopState {
  /** When the clock began to run. */
  readonly began: TimeMs;
  now: TimeMs;
  seq: number;
  /** A binary heap by (at, seq). */
  tasks: Task[];
  /** How many tasks have run; for figures and for bounds. */
  ran: number;
}

/** The right to post tasks to one actor, held by that actor's own code. */
export interface Port<T extends TaskData> {
  /** Posts a task; it runs `delay` from now, or at this instant after what is ready already. */
  post(what: T, delay?: DurationMs, causes?: readonly unknown[]): Task;
}

/** Whom to tell, and what, when something that they wait for is there. Plain data, so that it can be kept in state. */
export interface Wake {
  readonly actor: string;
  readonly what: TaskData;
}

/** Work that can wait for something outside of the loop: it yields a signal and goes on when that signal fires. */
export type Work<T> = Generator<Signal, T, unknown>;

/** Something that will happen once; made by `loop.signal()`. */
export interface Signal {
  readonly id: number;
}

/** How a piece of work ended. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

export interface Loop {
  now(): TimeMs;
  /**
   * How long after the clock began a moment is; this one unless given. Chance is drawn by it and never by the date, so
   * that a history is the same whenever it begins.
   */
  age(at?: TimeMs): DurationMs;
  /** Names an actor and says what runs its tasks. Names are unique. */
  actor<T extends TaskData>(name: string, run: (what: T) => void): Port<T>;
  /** Posts a task to an actor known by name only, as a `Wake` that another part of the state keeps. */
  wake(wake: Wake, delay?: DurationMs): Task;
  /** Takes a task back; it is no error when it has run already. */
  cancel(task: Task | undefined): void;
  /** Why the task that is running now was posted. */
  causes(): readonly unknown[];
  /** Runs something for these causes: what it posts carries them. */
  because<T>(causes: readonly unknown[], run: () => T): T;
  /** When the next task is due; undefined when there is none. */
  next(): TimeMs | undefined;
  /** Runs until nothing is ready at this instant. */
  settle(): void;
  /** Runs everything due within the next `duration` and moves the clock to its end. */
  advance(duration: DurationMs): void;
  /**
   * Like `advance`, but gives up when `interrupted` says so (asked between tasks), or when something of the host is
   * pending, which the clock must not pass. Returns whether `until` was reached.
   */
  runUntil(until: TimeMs, interrupted: () => boolean): boolean;
  signal(): Signal;
  /** Resumes the work that waits for this signal, with this value, at this instant. */
  fire(signal: Signal, value: unknown): void;
  /** Starts a piece of work; `done` is called at once if it never waits. */
  start<T>(work: Work<T>, done: (outcome: Outcome<T>) => void): void;
  /** Something of the host is awaited: until `release` is called, the clock stands still. */
  hold(): { release(): void };
  /** How many pieces of work wait for a signal. A copy can be taken only when there are none. */
  waiting(): number;
}

export function newLoopState(now: TimeMs): LoopState {
  return { began: now, now, seq: 0, tasks: [], ran: 0 };
}

interface Parked {
  readonly work: Work<unknown>;
  readonly done: (outcome: Outcome<unknown>) => void;
}

/** Wires a loop to its state. Actors register again after each assembly. */
export function createLoop(state: LoopState): Loop {
  const actors = new Map<string, (what: TaskData) => void>();
  const parked = new Map<number, Parked>();
  const fired = new Map<number, unknown>();
  let signals = 0;
  let holds = 0;
  let causes: readonly unknown[] = [];

  const post = (actor: string, what: TaskData, delay: DurationMs | undefined, why: readonly unknown[]): Task => {
    const at = delay === undefined || delay <= 0 ? state.now : after(state.now, delay);
    const task: Task = { at, seq: state.seq++, actor, what, causes: why, cancelled: false };
    push(state.tasks, task);
    return task;
  };

  const runOne = (task: Task): void => {
    const run = actors.get(task.actor);
    if (run === undefined) throw new Error(`no actor is called ${task.actor}`);
    state.now = task.at;
    state.ran++;
    causes = task.causes;
    try {
      run(task.what);
    } finally {
      causes = [];
    }
  };

  const runUntil = (until: TimeMs, interrupted: () => boolean): boolean => {
    for (;;) {
      if (holds > 0 || interrupted()) return false;
      const task = state.tasks[0];
      if (task === undefined || task.at > until) break;
      pop(state.tasks);
      if (!task.cancelled) runOne(task);
    }
    if (until > state.now) state.now = until;
    return true;
  };

  const resume = <T>(work: Work<T>, done: (outcome: Outcome<T>) => void, value: unknown): void => {
    let step: IteratorResult<Signal, T>;
    try {
      step = work.next(value);
    } catch (error) {
      done({ ok: false, error });
      return;
    }
    if (step.done === true) {
      done({ ok: true, value: step.value });
      return;
    }
    const { id } = step.value;
    if (fired.has(id)) {
      const early = fired.get(id);
      fired.delete(id);
      resume(work, done, early);
    } else parked.set(id, { work, done } as Parked);
  };

  return {
    now: () => state.now,
    age: (at = state.now) => durationMs(at - state.began),
    actor(name, run) {
      if (actors.has(name)) throw new Error(`two actors are called ${name}`);
      actors.set(name, run as (what: TaskData) => void);
      return { post: (what, delay, why = causes) => post(name, what, delay, why) };
    },
    wake: (wake, delay) => post(wake.actor, wake.what, delay, causes),
    cancel(task) {
      if (task !== undefined) task.cancelled = true;
    },
    causes: () => causes,
    because(why, run) {
      const before = causes;
      causes = why;
      try {
        return run();
      } finally {
        causes = before;
      }
    },
    next() {
      while (state.tasks[0]?.cancelled === true) pop(state.tasks);
      return state.tasks[0]?.at;
    },
    settle: () => {
      runUntil(state.now, never);
    },
    advance: (duration) => {
      runUntil(after(state.now, duration), never);
    },
    runUntil,
    signal: () => ({ id: signals++ }),
    fire(signal, value) {
      const waiting = parked.get(signal.id);
      if (waiting === undefined) {
        fired.set(signal.id, value);
        return;
      }
      parked.delete(signal.id);
      resume(waiting.work, waiting.done, value);
    },
    start: (work, done) => resume(work, done, undefined),
    hold() {
      holds++;
      let held = true;
      return {
        release: () => {
          if (held) holds--;
          held = false;
        },
      };
    },
    waiting: () => parked.size,
  };
}

function never(): boolean {
  return false;
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

function push(heap: Task[], task: Task): void {
  let i = heap.length;
  heap.push(task);
  while (i > 0) {
    const up = (i - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(task, parent)) break;
    heap[i] = parent;
    i = up;
  }
  heap[i] = task;
}

function pop(heap: Task[]): void {
  const last = heap.pop();
  const size = heap.length;
  if (last === undefined || size === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    let least = heap[child];
    if (least === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, least)) {
      child++;
      least = right;
    }
    if (!before(least, last)) break;
    heap[i] = least;
    i = child;
  }
  heap[i] = last;
}
