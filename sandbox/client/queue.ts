// Work queues: keys that something has to be done about. A key waits in the queue once, however often it is added; while
// it is worked on, an addition makes it wait again afterwards. What added it is remembered as causes of what is done.

import { addCauses, type Cause } from '../kube/cause.ts';
import { type DurationMs, durationMs } from '../time/units.ts';
import type { Key } from './informer.ts';

export interface QueueState {
  /** Keys in the order in which they are due, with what made them due. */
  readonly ready: Map<Key, readonly Cause[]>;
  /** Keys being worked on. */
  readonly busy: Set<Key>;
  /** Keys added while they were worked on. */
  readonly again: Map<Key, readonly Cause[]>;
  /** How often in a row each key has failed. */
  readonly failures: Map<Key, number>;
  /** Keys that come back later: the earliest moment asked for. */
  readonly later: Map<Key, { readonly at: number; readonly causes: readonly Cause[] }>;
  /** How many keys were ever taken; numbers the draws of delay. */
  taken: number;
}

export function newQueueState(): QueueState {
  return { ready: new Map(), busy: new Set(), again: new Map(), failures: new Map(), later: new Map(), taken: 0 };
}

/** Adds a key; true when it wasn't waiting yet, so that a worker must be told. */
export function enqueue(queue: QueueState, key: Key, causes: readonly Cause[]): boolean {
  const waiting = queue.busy.has(key) ? queue.again : queue.ready;
  const known = waiting.get(key);
  waiting.set(key, addCauses(known ?? [], causes));
  return known === undefined && waiting === queue.ready;
}

/** Takes the first key that is ready; it is busy until `finish`. */
export function takeKey(queue: QueueState): { readonly key: Key; readonly causes: readonly Cause[] } | undefined {
  for (const [key, causes] of queue.ready) {
    queue.ready.delete(key);
    queue.busy.add(key);
    queue.taken++;
    return { key, causes };
  }
  return undefined;
}

/** The work on a key has ended; true when it waits again and a worker must be told. */
export function finish(queue: QueueState, key: Key): boolean {
  queue.busy.delete(key);
  const causes = queue.again.get(key);
  if (causes === undefined) return false;
  queue.again.delete(key);
  return enqueue(queue, key, causes);
}

/** How long a key that has failed `failures` times in a row waits: 5 ms doubling to 1000 s, as client-go's default. */
export function backoff(failures: number): DurationMs {
  return durationMs(Math.min(5 * 2 ** Math.min(failures, 30), 1_000_000));
}
