// Scores of InterPodAffinity: what pods would rather have near, or not; both the new one's wishes and those of the pods
// that are there.

import type { NodeInfo } from '../nodeinfo.ts';
import { hasRules } from '../nodeinfo.ts';
import { MAX_SCORE, type Scorer } from '../plugin.ts';
import { type AffinityTerm, isMeant, type NamespaceLabels, type PodInfo } from '../podinfo.ts';
import type { Snapshot } from '../snapshot.ts';
import { addAt, countAt, type TopologyCounts } from '../topologycounts.ts';

/** What a pod insists on is worth this much where another pod would meet it. */
const REQUIRED_WEIGHT = 1;

export function affinityScorer(pod: PodInfo, snapshot: Snapshot): Scorer | undefined {
  const { namespaceLabels } = snapshot.objects;
  const wishes = pod.preferredAffinity.length > 0 || pod.preferredAntiAffinity.length > 0;
  const sums: TopologyCounts = new Map();
  const touched = { any: false };
  for (const node of wishes ? snapshot.nodes : snapshot.withAffinity())
    for (const other of node.pods.values())
      if (wishes || hasRules(other)) weigh(sums, touched, pod, other, node, namespaceLabels);
  if (!touched.any) return undefined;
  return {
    score: (node) => {
      let sum = 0;
      for (const key of sums.keys()) sum += countAt(sums, node, key);
      return sum;
    },
    normalize: spreadOut,
  };
}

function weigh(
  sums: TopologyCounts,
  touched: { any: boolean },
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  labelsOf: NamespaceLabels,
): void {
  const add = (terms: readonly AffinityTerm[], whom: PodInfo, factor: number, fixed?: number): void => {
    for (const term of terms) {
      if (!isMeant(term, whom, labelsOf) || !Object.hasOwn(node.labels, term.topologyKey)) continue;
      touched.any = true;
      addAt(sums, node, term.topologyKey, (fixed ?? term.weight) * factor);
    }
  };
  add(pod.preferredAffinity, other, 1);
  add(pod.preferredAntiAffinity, other, -1);
  add(other.affinity, pod, 1, REQUIRED_WEIGHT);
  add(other.preferredAffinity, pod, 1);
  add(other.preferredAntiAffinity, pod, -1);
}

/** The worst node gets 0, the best 100. */
function spreadOut(scores: number[]): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < min) min = score;
    if (score > max) max = score;
  }
  const range = max - min;
  for (let i = 0; i < scores.length; i++)
    scores[i] = range > 0 ? Math.trunc(MAX_SCORE * (((scores[i] ?? 0) - min) / range)) : 0;
}
