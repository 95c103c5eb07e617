// The rolling update of a DaemonSet: which pods go next, and where the new one comes first. Pure.

import { scaledValueOf } from '../../kube/intstr.ts';
import type { V1DaemonSet, V1Pod } from '../../schema/generated/types.ts';
import { isAvailable, isGoing } from '../shared/pods.ts';
import { isUpdated, placementOn } from './placement.ts';
import { type DaemonPlan, type Scene, surgeOf } from './plan.ts';

/** The next portion of a rolling update. */
export function planUpdate(scene: Scene): DaemonPlan {
  const { set, nodes } = scene;
  const wanted = nodes.filter((node) => placementOn(node, set).run).length;
  const surge = surgeOf(set, wanted);
  return surge === 0 ? replaceInPlace(scene, unavailableOf(set, wanted)) : replaceBySurge(scene, surge, wanted);
}

/** One pod goes before the next comes: at most `max` nodes are without one that works. */
function replaceInPlace({ set, pods, hash, now }: Scene, max: number): DaemonPlan {
  const available = (pod: V1Pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
  let unavailable = 0;
  const broken: V1Pod[] = [];
  const candidates: V1Pod[] = [];
  for (const there of pods.values()) {
    const two = twoOn(set, there, hash);
    if (two === undefined || (two.old === undefined) === (two.fresh === undefined)) unavailable++;
    else if (two.fresh !== undefined) unavailable += available(two.fresh) ? 0 : 1;
    else if (two.old !== undefined && !available(two.old)) {
      broken.push(two.old);
      unavailable++;
    } else if (two.old !== undefined && unavailable < max) candidates.push(two.old);
  }
  return { create: [], delete: [...broken, ...candidates.slice(0, Math.max(0, max - unavailable))], over: [] };
}

/** The new pod comes beside the old one: at most `max` nodes have two. */
function replaceBySurge({ set, nodes, pods, hash, now }: Scene, max: number, wanted: number): DaemonPlan {
  const isThere = (pod: V1Pod | undefined) =>
    pod !== undefined && isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
  const mayRun = new Map(nodes.map((node) => [node.metadata?.name ?? '', placementOn(node, set).run]));
  let surging = 0;
  let availableNow = 0;
  const doomed: V1Pod[] = [];
  const misplaced: V1Pod[] = [];
  const atOnce: string[] = [];
  const candidates: string[] = [];
  for (const [node, there] of pods) {
    const two = twoOn(set, there, hash);
    if (two === undefined) {
      surging++;
      continue;
    }
    const { fresh, old } = two;
    if (isThere(old ?? fresh)) availableNow++;
    if (old === undefined) continue;
    if (fresh !== undefined) {
      if (isThere(fresh)) doomed.push(old);
      else surging++;
    } else if (mayRun.get(node) !== true) (isThere(old) ? misplaced : doomed).push(old);
    else if (!isThere(old)) atOnce.push(node);
    else if (surging < max) candidates.push(node);
  }
  doomed.push(...misplaced.slice(0, Math.max(0, availableNow - wanted)));
  return { create: [...atOnce, ...candidates.slice(0, Math.max(0, max - surging))], delete: doomed, over: [] };
}

/** How many nodes may be without a pod that works; at least one, or nothing would ever be replaced. */
function unavailableOf({ spec }: V1DaemonSet, wanted: number): number {
  return Math.max(1, scaledValueOf(spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted, 'up'));
}

/** The new pod and the old one on a node; undefined while there are too many. */
function twoOn(set: V1DaemonSet, pods: readonly V1Pod[], hash: string) {
  const alive = pods.filter((pod) => !isGoing(pod));
  const fresh = alive.filter((pod) => isUpdated(set, pod, hash));
  const old = alive.filter((pod) => !isUpdated(set, pod, hash));
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] };
}
