// The driver's resizer makes volumes as large as their claims want them; then the file system in them has to grow, on the
// node of a pod that uses it. The second is done here as well, in the name of that node's kubelet.
//
// observe: claims, volumes, pods.
// diff:    a claim asks for more than its volume has; its file system is behind, and some pod runs with it.
// act:     enlarge the volume, tell of what is pending; finish, and say so.

import type { Client } from '../../client/client.ts';
import type { Component } from '../../client/component.ts';
import { createEventRecorder, type EventRecorder } from '../../client/events.ts';
import { keyOf } from '../../client/informer.ts';
import type { Cause } from '../../kube/cause.ts';
import { own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../../schema/generated/resources.ts';
import type {
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PersistentVolumeClaimStatus,
  V1Pod,
} from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { exceeds, requested } from '../expansion.ts';
import { claimsOf } from '../shared/pods.ts';

const PENDING = 'FileSystemResizePending';
const PENDING_TEXT = 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.';
const BY_CLAIM = 'claims';

export function resizer(component: Component, driver: string): void {
  const claims = component.informer(PersistentVolumeClaims);
  const volumes = component.informer(PersistentVolumes);
  const pods = component.informer(Pods);
  pods.index(BY_CLAIM, claimsOf);
  const events = createEventRecorder(component, { component: `external-resizer ${driver}` });
  const queue = component.queue('claims to resize', function* (key, turn) {
    const claim = claims.get(key);
    const volume = volumes.get(claim?.spec?.volumeName ?? '');
    if (claim?.status?.phase !== 'Bound' || volume?.spec?.csi?.driver !== driver) return undefined;
    if (exceeds(requested(claim), own(volume.spec.capacity, 'storage')))
      yield* enlarge(turn.client, claim, volume, turn.now(), told(events, turn.causes));
    const user = pods.by(BY_CLAIM, key).find((pod) => pod.status?.phase === 'Running');
    if (user !== undefined && isPending(claim)) yield* finish(component, turn.client, claim, volume, user, turn.causes);
    return undefined;
  });
  claims.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
  pods.on(({ object, causes }) => {
    for (const key of claimsOf(object)) queue.add(key, causes);
  });
}

type Tell = (about: KubeObject, reason: string, message: string) => void;

function told(events: EventRecorder, causes: readonly Cause[]): Tell {
  return (about, reason, message) => events.note({ about, type: 'Normal', reason, message, causes });
}

function isPending({ status }: V1PersistentVolumeClaim): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === PENDING && is === 'True') === true;
}

function* enlarge(
  client: Client,
  claim: V1PersistentVolumeClaim,
  volume: V1PersistentVolume,
  now: TimeMs,
  say: Tell,
): Work<void> {
  const storage = requested(claim) ?? '0';
  say(claim, 'Resizing', `External resizer is resizing volume ${keyOf(volume)}`);
  const capacity = { ...volume.spec?.capacity, storage };
  yield* client.update(PersistentVolumes, { ...volume, spec: { ...volume.spec, capacity } });
  const lastTransitionTime = rfc3339(now);
  const pending = { type: PENDING, status: 'True', lastProbeTime: null, lastTransitionTime, message: PENDING_TEXT };
  yield* client.updateStatus(PersistentVolumeClaims, {
    ...claim,
    status: {
      ...claim.status,
      conditions: [pending],
      allocatedResources: { storage },
      allocatedResourceStatuses: { storage: 'NodeResizePending' },
    },
  });
  say(claim, 'FileSystemResizeRequired', 'Require file system resize of volume on node');
}

/** As the node's kubelet would. */
function* finish(
  component: Component,
  client: Client,
  claim: V1PersistentVolumeClaim,
  volume: V1PersistentVolume,
  user: V1Pod,
  causes: readonly Cause[],
): Work<void> {
  const { conditions: _, allocatedResourceStatuses: __, ...rest } = claim.status ?? {};
  const capacity = { ...rest.capacity, storage: own(volume.spec?.capacity, 'storage') ?? '0' };
  const status: V1PersistentVolumeClaimStatus = { ...rest, capacity };
  yield* client.updateStatus(PersistentVolumeClaims, { ...claim, status });
  const host = user.spec?.nodeName ?? '';
  const say = told(createEventRecorder(component, { component: 'kubelet', host }), causes);
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${keyOf(volume)}" ${host}`;
  for (const about of [user, claim]) say(about, 'FileSystemResizeSuccessful', message);
}
