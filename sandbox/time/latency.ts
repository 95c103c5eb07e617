// How long things take to get from one part of a cluster to the next: the one table. Each hop draws from a stream of its
// own, so that a busier hop elsewhere changes nothing here.

import { draws } from './chance.ts';
import { type DurationMs, durationMs } from './units.ts';

/** A hop's shortest and longest time in milliseconds. */
const HOPS = {
  /** From the store to whoever watches. */
  watch: [1, 8],
  /** From a work queue to its worker. */
  queue: [1, 4],
  /** From a kubelet's decision to its doing. */
  kubelet: [1, 20],
  /** From a pod's new status to its writing. */
  podstatus: [2, 9],
  /** From one status that a kubelet has written to the next: it reads the pod, and writes it. */
  nextstatus: [14, 30],
  /** What a container runtime takes to make a pod sandbox with its network, and to take it apart. */
  sandbox: [85, 130],
  stopsandbox: [90, 150],
  /** To make a container, to start it, to see that it has ended. */
  create: [14, 30],
  start: [60, 100],
  stop: [15, 50],
  /** To put one volume in its place. */
  mount: [10, 60],
  /** To take all of a pod's away: pods that are over are done with in the order in which that was seen. */
  unmount: [50, 50],
  /** From an endpoint's change to the rules on a node. */
  proxy: [5, 20],
} as const satisfies Record<string, readonly [number, number]>;

export type Hop = keyof typeof HOPS;

/** The n-th delay of one hop of one traveller. */
export interface Latency {
  at(n: number): DurationMs;
}

export function latency(seed: number, hop: Hop, traveller: string): Latency {
  const stream = draws(seed, 'latency', hop, traveller);
  const [least, most] = HOPS[hop];
  return { at: (n) => durationMs(least + stream.below(n, most - least + 1)) };
}
