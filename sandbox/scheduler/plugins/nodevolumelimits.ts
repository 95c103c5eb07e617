// NodeVolumeLimits: a driver can attach only so many volumes to a node.

import type { V1CSINode } from '../../schema/generated/types.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { Plugin, Rejection } from '../plugin.ts';
import { claimsOfPods, type PodInfo } from '../podinfo.ts';
import type { Objects } from '../snapshot.ts';
import { classOf } from '../volumes.ts';

const NAME = 'NodeVolumeLimits';

const TOO_MANY: Rejection = { code: 'Unschedulable', plugin: NAME, reasons: ['node(s) exceed max volume count'] };

/** Drivers of volumes, by a name that tells volumes apart. */
type Attached = Map<string, string>;

export const nodeVolumeLimits: Plugin = {
  name: NAME,
  filter(pod, { objects }) {
    if (claimsOfPods([pod]).length === 0) return undefined;
    const wanted = attachedTo([pod], objects);
    if (wanted.size === 0) return undefined;
    return {
      check(node) {
        const limits = limitsOf(objects.csiNode(node.name));
        return limits.size > 0 && exceeds(wanted, limits, node, objects) ? TOO_MANY : undefined;
      },
    };
  },
  interests: [
    { resources: ['csi node'], actions: ['add', 'update'] },
    { resources: ['assigned pod'], actions: ['delete'] },
    { resources: ['claim'], actions: ['add'] },
    { resources: ['volume attachment'], actions: ['delete'] },
  ],
};

function limitsOf(node: V1CSINode | undefined): ReadonlyMap<string, number> {
  return new Map(
    (node?.spec.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count] as const],
    ),
  );
}

function exceeds(wanted: Attached, limits: ReadonlyMap<string, number>, node: NodeInfo, objects: Objects): boolean {
  const present = attachedTo(node.pods.values(), objects);
  for (const { spec } of objects.attachments()) {
    const volume = spec.nodeName === node.name ? objects.volume(spec.source.persistentVolumeName ?? '') : undefined;
    const csi = volume?.spec?.csi;
    if (csi !== undefined) present.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
  }
  for (const [driver, limit] of limits) {
    const used = [...present.values()].filter((other) => other === driver).length;
    const more = [...wanted].filter(([name, other]) => other === driver && !present.has(name)).length;
    if (more > 0 && used + more > limit) return true;
  }
  return false;
}

/** The volumes of pods, those included that are yet to be provisioned. */
function attachedTo(pods: Iterable<PodInfo>, objects: Objects): Attached {
  const result: Attached = new Map();
  for (const key of claimsOfPods(pods)) {
    const claim = objects.claim(key);
    if (claim === undefined) continue;
    const csi = objects.volume(claim.spec?.volumeName ?? '')?.spec?.csi;
    if (csi !== undefined) result.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
    const provisioner = objects.storageClass(classOf(claim))?.provisioner;
    if ((claim.spec?.volumeName ?? '') === '' && provisioner !== undefined)
      result.set(`${provisioner}/${key}`, provisioner);
  }
  return result;
}
