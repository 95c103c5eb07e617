// The expander watches for claims that want to be larger. Volumes of all kinds that there are today are made larger by
// their drivers: it says that it waits for one.
//
// observe: bound claims, volumes.
// diff:    a claim asks for more than it has.
// act:     an event.

import { type InformerEvent, keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { compareQuantities, parseQuantity } from '../kube/quantity.ts';
import { PersistentVolumeClaims, PersistentVolumes } from '../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';

export const expandController: Controller = {
  name: 'persistentvolume-expander-controller',
  account: 'expand-controller',
  source: 'volume_expand',
  setup({ component, client, events }) {
    const claims = component.informer(PersistentVolumeClaims);
    const volumes = component.informer(PersistentVolumes);
    const queue = component.queue(
      'claims to expand',
      function* (key, turn) {
        const claim = claims.get(key);
        const volume = volumes.get(claim?.spec?.volumeName ?? '');
        if (claim === undefined || volume?.spec?.claimRef?.uid !== claim.metadata?.uid) return undefined;
        if (!exceeds(requested(claim), own(claim.status?.capacity, 'storage'))) return undefined;
        const message = 'waiting for an external controller to expand this PVC';
        events.note({ about: claim, type: 'Normal', reason: 'ExternalExpanding', message, causes: turn.causes });
        return undefined;
      },
      client,
    );
    claims.on((event) => {
      if (event.object.status?.phase === 'Bound' && isLarger(event)) queue.add(keyOf(event.object), event.causes);
    });
  },
};

/** It asks for more than before, has more than before, or is seen for the first time. */
function isLarger({ type, object, previous }: InformerEvent<V1PersistentVolumeClaim>): boolean {
  if (type !== 'updated' || previous === undefined) return type === 'added';
  const [had, has] = [previous, object].map(({ status }) => own(status?.capacity, 'storage'));
  return exceeds(requested(object), requested(previous)) || exceeds(has, had);
}

export function requested({ spec }: V1PersistentVolumeClaim): string | undefined {
  return own(spec?.resources?.requests, 'storage');
}

/** Whether one amount is more than the other; what isn't there is nothing. */
export function exceeds(a: string | undefined, b: string | undefined): boolean {
  return compareQuantities(parseQuantity(String(a ?? '0')), parseQuantity(String(b ?? '0'))) > 0;
}
