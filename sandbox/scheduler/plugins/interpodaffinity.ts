// InterPodAffinity: pods that want to be near others, or not near them, by labels of those pods and by topology. What
// pods that are there already insist on counts as much as what the new one does.

import { own } from '../../kube/json.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { Filter, Plugin, Rejection } from '../plugin.ts';
import { type AffinityTerm, isMeant, type NamespaceLabels, type PodInfo } from '../podinfo.ts';
import type { Snapshot } from '../snapshot.ts';
import { addAt, copyCounts, countAt, type TopologyCounts } from '../topologycounts.ts';
import { affinityHint, topologyHint } from './interpodaffinityhints.ts';
import { affinityScorer } from './interpodaffinityscores.ts';

const NAME = 'InterPodAffinity';

const NOT_NEAR: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ["node(s) didn't match pod affinity rules"],
};
const TOO_NEAR: Rejection = {
  code: 'Unschedulable',
  plugin: NAME,
  reasons: ["node(s) didn't match pod anti-affinity rules"],
};
const UNWANTED: Rejection = {
  code: 'Unschedulable',
  plugin: NAME,
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
};

/** Pods by topology: those that the pod wants near, those that it doesn't, and those that don't want it near. */
interface Counts {
  readonly wanted: TopologyCounts;
  readonly avoided: TopologyCounts;
  readonly refusing: TopologyCounts;
}

export const interPodAffinity: Plugin = {
  name: NAME,
  filter(pod, snapshot) {
    const { namespaceLabels } = snapshot.objects;
    const counts: Counts = { wanted: new Map(), avoided: new Map(), refusing: new Map() };
    for (const node of snapshot.withAntiAffinity())
      for (const other of node.pods.values()) countRefusal(counts, pod, other, node, namespaceLabels, 1);
    if (pod.affinity.length > 0 || pod.antiAffinity.length > 0)
      for (const node of snapshot.nodes)
        for (const other of node.pods.values()) countWishes(counts, pod, other, node, namespaceLabels, 1);
    else if (counts.refusing.size === 0) return undefined;
    return filterBy(pod, counts, snapshot);
  },
  scorer: affinityScorer,
  interests: [
    {
      resources: ['assigned pod', 'unscheduled pod'],
      actions: ['add', 'update labels', 'delete'],
      helps: affinityHint,
    },
    { resources: ['node'], actions: ['add', 'update labels'], helps: topologyHint },
  ],
};

function filterBy(pod: PodInfo, counts: Counts, snapshot: Snapshot): Filter {
  const { namespaceLabels } = snapshot.objects;
  const startsItsOwn = isMeantByAll(pod.affinity, pod, namespaceLabels);
  const recount = (other: PodInfo, node: NodeInfo, by: 1 | -1): void => {
    countRefusal(counts, pod, other, node, namespaceLabels, by);
    countWishes(counts, pod, other, node, namespaceLabels, by);
  };
  return {
    check(node) {
      if (!isNear(pod, counts, node, startsItsOwn)) return NOT_NEAR;
      if (pod.antiAffinity.some(({ topologyKey }) => countAt(counts.avoided, node, topologyKey) > 0)) return TOO_NEAR;
      for (const key of counts.refusing.keys()) if (countAt(counts.refusing, node, key) > 0) return UNWANTED;
      return undefined;
    },
    add: (other, node) => recount(other, node, 1),
    remove: (other, node) => recount(other, node, -1),
    copy() {
      const { wanted, avoided, refusing } = counts;
      const own = { wanted: copyCounts(wanted), avoided: copyCounts(avoided), refusing: copyCounts(refusing) };
      return filterBy(pod, own, snapshot);
    },
  };
}

/** The first of a group that wants to be among itself may go anywhere where the topology is known. */
function isNear({ affinity }: PodInfo, { wanted }: Counts, node: NodeInfo, startsItsOwn: boolean): boolean {
  let all = true;
  for (const { topologyKey } of affinity) {
    if (own(node.labels, topologyKey) === undefined) return false;
    if (countAt(wanted, node, topologyKey) <= 0) all = false;
  }
  return all || (wanted.size === 0 && startsItsOwn);
}

function countRefusal(
  { refusing }: Counts,
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  labelsOf: NamespaceLabels,
  by: 1 | -1,
): void {
  for (const term of other.antiAffinity) if (isMeant(term, pod, labelsOf)) addAt(refusing, node, term.topologyKey, by);
}

function countWishes(
  { wanted, avoided }: Counts,
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  labelsOf: NamespaceLabels,
  by: 1 | -1,
): void {
  if (isMeantByAll(pod.affinity, other, labelsOf))
    for (const { topologyKey } of pod.affinity) addAt(wanted, node, topologyKey, by);
  for (const term of pod.antiAffinity) if (isMeant(term, other, labelsOf)) addAt(avoided, node, term.topologyKey, by);
}

/** Whether a pod is what all these terms are about; false when there are none. */
function isMeantByAll(terms: readonly AffinityTerm[], pod: PodInfo, labelsOf: NamespaceLabels): boolean {
  return terms.length > 0 && terms.every((term) => isMeant(term, pod, labelsOf));
}
