// Claims in use by pods, and volumes bound to claims, stay until nobody needs them.
//
// observe: claims and volumes that are being deleted, and pods.
// diff:    whether they are still in use.
// act:     take their finalizer away when they aren't.

import type { Client } from '../client/client.ts';
import { withoutFinalizers } from '../client/finalizers.ts';
import { unlessGone } from '../client/gone.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ResourceType } from '../kube/resource.ts';
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller } from './controller.ts';
import { claimsOf } from './shared/pods.ts';

const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';
const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
const BY_CLAIM = 'claim';

export const claimProtectionController: Controller = {
  name: 'pvc-protection-controller',
  setup({ component, client }) {
    const claims = component.informer(PersistentVolumeClaims);
    const pods = component.informer(Pods);
    pods.index(BY_CLAIM, claimsOf);
    const queue = component.queue(
      'protected claims',
      function* (key, turn) {
        const claim = claims.get(key);
        if (claim?.metadata?.deletionTimestamp === undefined || isUsed(pods, key)) return undefined;
        // The cache may not know of a pod that uses it.
        const fresh = yield* turn.client.list(Pods, claim.metadata.namespace);
        if (!fresh.items.some((pod) => uses(pod, key)))
          yield* letGo(turn.client, PersistentVolumeClaims, claim, CLAIM_PROTECTION);
        return undefined;
      },
      client,
    );
    claims.on(({ type, object, causes }) => {
      if (type !== 'deleted' && object.metadata?.deletionTimestamp !== undefined) queue.add(keyOf(object), causes);
    });
    pods.on(({ type, object, causes }) => {
      if (type !== 'added')
        for (const key of claimsOf(object))
          if (claims.get(key)?.metadata?.deletionTimestamp !== undefined) queue.add(key, causes);
    });
  },
};

export const volumeProtectionController: Controller = {
  name: 'pv-protection-controller',
  setup({ component, client }) {
    const volumes = component.informer(PersistentVolumes);
    const queue = component.queue(
      'protected volumes',
      function* (key, turn) {
        const volume = volumes.get(key);
        if (volume?.metadata?.deletionTimestamp === undefined || volume.status?.phase === 'Bound') return undefined;
        yield* letGo(turn.client, PersistentVolumes, volume, VOLUME_PROTECTION);
        return undefined;
      },
      client,
    );
    volumes.on(({ type, object, causes }) => {
      if (type !== 'deleted' && object.metadata?.deletionTimestamp !== undefined) queue.add(keyOf(object), causes);
    });
  },
};

/** A pod that has no node uses nothing yet. */
function uses(pod: V1Pod, key: string): boolean {
  return pod.spec?.nodeName !== undefined && claimsOf(pod).includes(key);
}

function isUsed(pods: Informer<V1Pod>, key: string): boolean {
  return pods.by(BY_CLAIM, key).some((pod) => uses(pod, key));
}

function* letGo(client: Client, type: ResourceType, object: KubeObject, finalizer: string): Work<void> {
  const free = withoutFinalizers(object, finalizer);
  if (free !== undefined) yield* unlessGone(client.update(type, free));
}
