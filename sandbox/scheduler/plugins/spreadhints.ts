// When PodTopologySpread may change its mind about a pod.

import { own, sameJson } from '../../kube/json.ts';
import { matchesLabels } from '../../kube/selectors/labelselectors.ts';
import type { V1Node, V1Pod } from '../../schema/generated/types.ts';
import type { ClusterEvent } from '../clusterevents.ts';
import type { PodInfo } from '../podinfo.ts';
import type { Snapshot } from '../snapshot.ts';
import { constraintsOf, hasAllKeys } from './spreadconstraints.ts';

export function spreadHint(pod: PodInfo, event: ClusterEvent, { objects }: Snapshot): boolean {
  const before = event.before as V1Pod | undefined;
  const after = event.after as V1Pod | undefined;
  for (const one of [before, after]) if (one !== undefined && !isInvolved(one, pod)) return false;
  const constraints = constraintsOf(pod, 'DoNotSchedule', objects);
  const counts = (one: V1Pod): readonly boolean[] =>
    constraints.map(({ selector }) => matchesLabels(selector, one.metadata?.labels));
  if (before !== undefined && after !== undefined) {
    const tolerates = !sameJson(before.spec?.tolerations, after.spec?.tolerations);
    if (after.metadata?.uid === pod.uid && tolerates && constraints.some(({ honorsTaints }) => honorsTaints))
      return true;
    const were = counts(before);
    return counts(after).some((is, i) => is !== were[i]);
  }
  const one = after ?? before;
  return one === undefined || counts(one).some((yes) => yes);
}

function isInvolved({ metadata, spec, status }: V1Pod, { uid, namespace }: PodInfo): boolean {
  if (metadata?.uid === uid) return true;
  if ((spec?.nodeName ?? '') === '' && (status?.nominatedNodeName ?? '') === '') return false;
  return metadata?.namespace === namespace;
}

export function spreadTopologyHint(pod: PodInfo, event: ClusterEvent, { objects }: Snapshot): boolean {
  const before = event.before as V1Node | undefined;
  const after = event.after as V1Node | undefined;
  const constraints = constraintsOf(pod, 'DoNotSchedule', objects);
  const has = (node: V1Node | undefined): boolean =>
    node !== undefined && hasAllKeys({ labels: node.metadata?.labels ?? {} }, constraints);
  if (before === undefined || after === undefined) return has(after ?? before);
  if (has(before) !== has(after)) return true;
  if (!has(after)) return false;
  const moved = constraints.some(
    ({ topologyKey: key }) => own(before.metadata?.labels, key) !== own(after.metadata?.labels, key),
  );
  return moved || !sameJson(before.spec?.taints, after.spec?.taints);
}
