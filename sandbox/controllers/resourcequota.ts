// The resource quota controller counts what each quota's namespace uses; admission keeps the count while things are made,
// this loop puts it right when they go.
//
// observe: quotas, and what they can count.
// diff:    schema/quotausage.ts says what each object uses.
// act:     write the status.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { sameJson } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { addQuantities, formatQuantity, type Quantity, quantity } from '../kube/quantity.ts';
import { groupResource } from '../kube/resource.ts';
import { PersistentVolumeClaims, Pods, ResourceQuotas, Services } from '../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1Pod, V1ResourceQuota, V1Service } from '../schema/generated/types.ts';
import { claimUsage, countsPod, hasScopes, podUsage, serviceUsage, sumOf, type Usage } from '../schema/quotausage.ts';
import type { Work } from '../time/loop.ts';
import { minutes } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { discovery } from './shared/discovery.ts';

/** All is counted anew after this time, whatever was missed. */
const RESYNC = minutes(5);
const BY_NAMESPACE = 'namespace';
/** Counted by their plain names too, as they were before every resource could be. */
const PLAIN: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  setup({ component, client }) {
    const quotas = component.informer(ResourceQuotas);
    quotas.index(BY_NAMESPACE, ({ metadata }) => [metadata?.namespace ?? '']);
    const counted = new Map<string, Informer<KubeObject>>();
    const wake = (namespace: string | undefined, causes: Parameters<typeof queue.add>[1]): void => {
      for (const one of quotas.by(BY_NAMESPACE, namespace ?? '')) queue.add(keyOf(one), causes);
    };
    const queue = component.queue('quotas', (key, turn) => reconcile(turn.client, quotas.get(key), counted), client);
    quotas.on(({ type, object, previous, causes }) => {
      // Admission writes the status at each creation: it is news to nobody.
      const isOther = !sameJson(object.spec?.hard ?? {}, previous?.spec?.hard ?? {});
      if (type === 'added' || (type === 'updated' && isOther)) queue.add(keyOf(object), causes);
    });
    discovery(component, (type) => {
      if (!type.namespaced) return;
      const informer: Informer<KubeObject> = component.informer(type);
      informer.index(BY_NAMESPACE, ({ metadata }) => [metadata?.namespace ?? '']);
      counted.set(groupResource(type), informer);
      informer.on(({ type: change, object, previous, causes }) => {
        if (quotas.by(BY_NAMESPACE, object.metadata?.namespace ?? '').length === 0) return;
        // What is made was counted when it was admitted, and the other things of that moment aren't in the cache yet.
        if (change === 'deleted' || (change === 'updated' && usageOf(informer, object) !== usageOf(informer, previous)))
          wake(object.metadata?.namespace, causes);
      });
    });
  },
};

/** What an object uses, as text that can be compared. */
function usageOf({ type }: Informer<KubeObject>, object: KubeObject | undefined): string {
  if (object === undefined) return '';
  return [...usageIn(groupResource(type), object)].map(([name, amount]) => `${name}=${formatQuantity(amount)}`).join();
}

function usageIn(resource: string, object: KubeObject): Usage {
  if (resource === groupResource(Pods)) return podUsage(object as V1Pod);
  if (resource === groupResource(Services)) return serviceUsage(object as V1Service);
  if (resource === groupResource(PersistentVolumeClaims)) return claimUsage(object as V1PersistentVolumeClaim);
  const one = quantity(1);
  const usage = new Map([[`count/${resource}`, one]]);
  if (PLAIN.has(resource)) usage.set(resource, one);
  return usage;
}

function* reconcile(
  client: Client,
  quota: V1ResourceQuota | undefined,
  counted: ReadonlyMap<string, Informer<KubeObject>>,
): Work<Requeue> {
  if (quota === undefined || quota.metadata?.deletionTimestamp !== undefined) return undefined;
  const hard = quota.spec?.hard ?? {};
  const usage = usedIn(quota, counted);
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, formatQuantity(amountOf(usage, name))]));
  const status = { hard, used };
  if (!sameJson(status, quota.status ?? {})) yield* client.updateStatus(ResourceQuotas, { ...quota, status });
  return { after: RESYNC };
}

function amountOf(usage: Usage, name: string): Quantity {
  const known = usage.get(name);
  return known === undefined ? quantity(0) : addQuantities(known, quantity(0, known.format));
}

function usedIn(quota: V1ResourceQuota, counted: ReadonlyMap<string, Informer<KubeObject>>): Usage {
  const namespace = quota.metadata?.namespace ?? '';
  const usages: Usage[] = [];
  for (const [resource, informer] of counted) {
    const isPods = resource === groupResource(Pods);
    if (hasScopes(quota) && !isPods) continue;
    for (const object of informer.by(BY_NAMESPACE, namespace))
      if (!isPods || countsPod(quota, object as V1Pod)) usages.push(usageIn(resource, object));
  }
  return sumOf(usages);
}
