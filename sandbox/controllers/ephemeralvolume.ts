// Pods with ephemeral volumes get a claim for each, which goes with the pod.
//
// observe: pods and claims.
// diff:    claims that are missing.
// act:     make them.

import { keyOf } from '../client/informer.ts';
import { messageOf } from '../kube/thrown.ts';
import { PersistentVolumeClaims, Pods } from '../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1Pod } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';
import { controllerOf, controllerReference } from './shared/owners.ts';
import { isOver } from './shared/pods.ts';

export const ephemeralVolumeController: Controller = {
  name: 'ephemeral-volume-controller',
  source: 'ephemeral_volume',
  setup({ component, client, events }) {
    const pods = component.informer(Pods);
    const claims = component.informer(PersistentVolumeClaims);
    const queue = component.queue(
      'ephemeral volumes',
      function* (key, turn) {
        const pod = pods.get(key);
        if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined || isOver(pod)) return undefined;
        for (const { volume, claim } of ephemeralClaims(pod)) {
          const known = claims.get(keyOf(claim));
          try {
            if (known === undefined) yield* turn.client.create(PersistentVolumeClaims, claim);
            else if (controllerOf(known)?.uid !== pod.metadata?.uid)
              throw new Error(`PVC ${keyOf(claim)} was not created for pod ${key} (pod is not owner)`);
          } catch (error) {
            const message = `ephemeral volume ${volume}: ${messageOf(error)}`;
            events.note({ about: pod, type: 'Warning', reason: 'FailedBinding', message, causes: turn.causes });
            throw error;
          }
        }
        return undefined;
      },
      client,
    );
    pods.on(({ type, object, causes }) => {
      if (type === 'added' && ephemeralClaims(object).length > 0) queue.add(keyOf(object), causes);
    });
    claims.on(({ type, object, causes }) => {
      const owner = controllerOf(object);
      if (type === 'deleted' && owner?.kind === 'Pod')
        queue.add(`${object.metadata?.namespace ?? ''}/${owner.name}`, causes);
    });
  },
};

interface EphemeralClaim {
  readonly volume: string;
  readonly claim: V1PersistentVolumeClaim;
}

/** The claims that a pod's volumes ask for. Pure. */
function ephemeralClaims(pod: V1Pod): readonly EphemeralClaim[] {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  return (pod.spec?.volumes ?? []).flatMap(({ name: volume, ephemeral }): EphemeralClaim[] => {
    const template = ephemeral?.volumeClaimTemplate;
    if (template === undefined) return [];
    const { labels, annotations } = template.metadata ?? {};
    const metadata = {
      name: `${name}-${volume}`,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(pod, Pods)],
    };
    return [{ volume, claim: { metadata, spec: template.spec } }];
  });
}
