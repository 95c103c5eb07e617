// Counts by topology: how much of something there is in each zone, on each host, by key and value of a node's label.

import { own } from '../kube/json.ts';
import type { NodeInfo } from './nodeinfo.ts';

/** By label key, then by its value. What isn't there counts 0, and nothing that counts 0 is kept. */
export type TopologyCounts = Map<string, Map<string, number>>;

/** Adds to the topology that a node is in; nothing when it has no such label. */
export function addAt(counts: TopologyCounts, { labels }: Pick<NodeInfo, 'labels'>, key: string, by: number): void {
  const value = own(labels, key);
  if (value === undefined) return;
  const values = counts.get(key) ?? new Map<string, number>();
  const sum = (values.get(value) ?? 0) + by;
  if (sum !== 0) counts.set(key, values.set(value, sum));
  else if (values.delete(value) && values.size === 0) counts.delete(key);
}

export function countAt(counts: TopologyCounts, { labels }: Pick<NodeInfo, 'labels'>, key: string): number {
  const values = counts.get(key);
  const value = values === undefined ? undefined : own(labels, key);
  return value === undefined ? 0 : (values?.get(value) ?? 0);
}

export function copyCounts(counts: TopologyCounts): TopologyCounts {
  return new Map([...counts].map(([key, values]) => [key, new Map(values)]));
}
