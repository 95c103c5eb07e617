// The queue of pods without a node. Pods are active (to be tried next, by priority), backing off (tried lately), or
// unschedulable (until something happens that may help them, or for five minutes). Plain data and functions over it.

import { addCauses, type Cause } from '../kube/cause.ts';

export interface Queued {
  readonly key: string;
  readonly uid: string;
  priority: number;
  /** When it came into the queue, or was tried last, in milliseconds; and a number that tells equal times apart. */
  since: number;
  order: number;
  place: 'active' | 'backoff' | 'unschedulable' | 'tried';
  /** How often it was found to fit nowhere, and how often in a row something went wrong. */
  failures: number;
  errors: number;
  /** When its back-off ends; 0 when it has none. */
  until: number;
  /** The plug-ins that turned it down; none: something went wrong. */
  plugins: readonly string[];
  gated: boolean;
  causes: readonly Cause[];
}

export interface QueueState {
  readonly pods: Map<string, Queued>;
  /** A heap by priority and time; entries that aren't active any more are skipped. */
  readonly active: { readonly entry: Queued; readonly order: number }[];
  /** Those that back off, and those that wait for something to happen. */
  readonly backoff: Map<string, Queued>;
  readonly unschedulable: Map<string, Queued>;
  /** Numbers the entries. */
  counter: number;
}

const BACKOFF_FIRST_MS = 1000;
const BACKOFF_MAX_MS = 10_000;
/** Ends of back-offs are aligned, so that priority decides among those of one second. */
const WINDOW_MS = 1000;
export const UNSCHEDULABLE_MAX_MS = 300_000;

export function newQueueState(): QueueState {
  return { pods: new Map(), active: [], backoff: new Map(), unschedulable: new Map(), counter: 0 };
}

/** A pod that has come into the queue, to be tried at once. */
export function addNew(
  queue: QueueState,
  pod: Pick<Queued, 'key' | 'uid' | 'priority' | 'gated' | 'causes'>,
  now: number,
) {
  const entry: Queued = {
    ...pod,
    since: now,
    order: queue.counter++,
    place: 'unschedulable',
    failures: 0,
    errors: 0,
    until: 0,
    plugins: pod.gated ? ['SchedulingGates'] : [],
  };
  queue.pods.set(pod.key, entry);
  if (entry.gated) move(queue, entry, 'unschedulable');
  else activate(queue, entry);
}

/** Takes a pod out of the queue. */
export function drop(queue: QueueState, key: string): void {
  queue.pods.delete(key);
  queue.backoff.delete(key);
  queue.unschedulable.delete(key);
}

function move(queue: QueueState, entry: Queued, place: Queued['place']): void {
  entry.place = place;
  for (const waiting of ['backoff', 'unschedulable'] as const) {
    if (place === waiting && queue.pods.get(entry.key) === entry) queue[waiting].set(entry.key, entry);
    else queue[waiting].delete(entry.key);
  }
}

function activate(queue: QueueState, entry: Queued): void {
  move(queue, entry, 'active');
  entry.order = queue.counter++;
  push(queue.active, { entry, order: entry.order });
}

/** The next pod to try: the first active one, or else the first that backs off because it fitted nowhere. */
export function pop(queue: QueueState): Queued | undefined {
  for (;;) {
    const top = shift(queue.active);
    if (top === undefined) break;
    if (isCurrent(queue, top)) {
      top.entry.place = 'tried';
      return top.entry;
    }
  }
  const early = firstBackingOff(queue);
  if (early !== undefined) move(queue, early, 'tried');
  return early;
}

function isCurrent(queue: QueueState, { entry, order }: QueueState['active'][number]): boolean {
  return entry.place === 'active' && entry.order === order && queue.pods.get(entry.key) === entry;
}

function firstBackingOff({ backoff }: QueueState): Queued | undefined {
  let first: Queued | undefined;
  for (const entry of backoff.values()) {
    if (entry.errors > 0) continue;
    if (first === undefined || entry.until < first.until || (entry.until === first.until && isBefore(entry, first)))
      first = entry;
  }
  return first;
}

/** Whether there is something to try right now. */
export function hasWork(queue: QueueState): boolean {
  return queue.active.some((top) => isCurrent(queue, top)) || firstBackingOff(queue) !== undefined;
}

/** Puts a pod back that fitted nowhere (turned down by these plug-ins), or with which something went wrong (none). */
export function putBack(queue: QueueState, entry: Queued, plugins: readonly string[], now: number): void {
  if (plugins.length === 0) entry.errors++;
  else {
    entry.failures++;
    entry.errors = 0;
  }
  entry.plugins = plugins;
  entry.since = now;
  const times = entry.errors > 0 ? entry.errors : entry.failures;
  const wait = Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(times - 1, 10), BACKOFF_MAX_MS);
  entry.until = aligned(now + wait);
  move(queue, entry, plugins.length === 0 ? 'backoff' : 'unschedulable');
}

/** Something has happened that may help this pod: it is tried again when its back-off is over. */
export function requeue(queue: QueueState, entry: Queued, causes: readonly Cause[], now: number): void {
  if (entry.gated) return;
  entry.causes = addCauses(causes, entry.causes);
  if (isBackingOff(entry, now)) move(queue, entry, 'backoff');
  else activate(queue, entry);
}

export function isBackingOff({ until }: Queued, now: number): boolean {
  return until > 0 && until >= aligned(now);
}

function aligned(time: number): number {
  return time - (time % WINDOW_MS);
}

/** Makes those active whose back-off is over. */
export function endBackoffs(queue: QueueState, now: number): void {
  const over = [...queue.backoff.values()].filter((entry) => !isBackingOff(entry, now));
  for (const entry of over.sort((a, b) => a.until - b.until || a.order - b.order)) activate(queue, entry);
}

/** When the first back-off is over; undefined: none is waited for. */
export function nextDue({ backoff }: QueueState): number | undefined {
  let due: number | undefined;
  for (const { until } of backoff.values()) if (due === undefined || until + WINDOW_MS < due) due = until + WINDOW_MS;
  return due;
}

function isBefore(a: Queued, b: Queued): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.since !== b.since ? a.since < b.since : a.order < b.order;
}

type Entry = QueueState['active'][number];

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(entry.entry, above.entry)) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = entry;
}

function shift(heap: Entry[]): Entry | undefined {
  const [top] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    const left = heap[child];
    const right = heap[child + 1];
    if (left === undefined) break;
    let least = left;
    if (right !== undefined && isBefore(right.entry, left.entry)) {
      least = right;
      child++;
    }
    if (!isBefore(least.entry, last.entry)) break;
    heap[i] = least;
    i = child;
  }
  heap[i] = last;
  return top;
}
