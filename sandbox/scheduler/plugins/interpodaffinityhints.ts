// When InterPodAffinity may change its mind about a pod: other pods come, go or change labels, nodes change topology.

import { own } from '../../kube/json.ts';
import type { V1Node, V1Pod } from '../../schema/generated/types.ts';
import type { ClusterEvent } from '../clusterevents.ts';
import { type AffinityTerm, isMeant, type PodInfo, podInfo } from '../podinfo.ts';
import type { Snapshot } from '../snapshot.ts';

export function affinityHint(pod: PodInfo, event: ClusterEvent, { objects }: Snapshot): boolean {
  const before = event.before === undefined ? undefined : podInfo(event.before as V1Pod);
  const after = event.after === undefined ? undefined : podInfo(event.after as V1Pod);
  if (after !== undefined && before !== undefined && after.uid === pod.uid) return true;
  if ((after !== undefined && !hasPlace(after)) || (before !== undefined && !hasPlace(before))) return false;
  const meets = (terms: readonly AffinityTerm[], one: PodInfo): boolean =>
    terms.length > 0 && terms.every((term) => isMeant(term, one, objects.namespaceLabels));
  if (after === undefined) {
    if (before === undefined) return true;
    return meets(pod.antiAffinity, before) || meets(before.antiAffinity, pod);
  }
  if (before === undefined) return meets(pod.affinity, after);
  if (!meets(pod.affinity, before) && meets(pod.affinity, after)) return true;
  return meets(pod.antiAffinity, before) && !meets(pod.antiAffinity, after);
}

function hasPlace({ pod }: PodInfo): boolean {
  return (pod.spec?.nodeName ?? '') !== '' || (pod.status?.nominatedNodeName ?? '') !== '';
}

export function topologyHint({ affinity, antiAffinity }: PodInfo, { before, after }: ClusterEvent): boolean {
  const is = (key: string): string | undefined => own((after as V1Node).metadata?.labels, key);
  const was = (key: string): string | undefined => own((before as V1Node).metadata?.labels, key);
  if (before === undefined)
    return antiAffinity.length > 0 || affinity.some(({ topologyKey }) => is(topologyKey) !== undefined);
  return (
    affinity.some(({ topologyKey: key }) => is(key) !== undefined && is(key) !== was(key)) ||
    antiAffinity.some(({ topologyKey: key }) => was(key) !== undefined && is(key) !== was(key))
  );
}
