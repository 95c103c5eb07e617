// A load balancer as a cloud has it, for clusters that want one: each service of that type gets an address of its own. It
// is off unless it is asked for; then services stay pending, as they do without a cloud.
//
// observe: services and nodes.
// diff:    which services have no address, and which have one but want none any more.
// act:     write the status; take the address back.

import { keyOf } from '../client/informer.ts';
import { sameJson } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { Services } from '../schema/generated/resources.ts';
import type { V1Service } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** Addresses in use by the keys of services. Plain data. */
type Addresses = Map<string, string>;

/** `prefix`: the first three numbers of the addresses to give, `172.19.255`. */
export function loadBalancerController(prefix: string): Controller {
  return {
    name: 'service-controller',
    setup({ component, client, events }) {
      const services = component.informer(Services);
      const addresses = component.memory<Addresses>('load balancers', () => new Map());
      const queue = component.queue(
        'load balancers',
        function* (key, turn) {
          const service = services.get(key);
          if (service === undefined) {
            addresses().delete(key);
            return undefined;
          }
          const say = (reason: string, message: string): void =>
            events.note({ about: service, type: 'Normal', reason, message, causes: turn.causes });
          const finalizers = service.metadata?.finalizers ?? [];
          if (!wantsAddress(service)) {
            if (!finalizers.includes(FINALIZER)) return undefined;
            say('DeletingLoadBalancer', 'Deleting load balancer');
            addresses().delete(key);
            const { loadBalancer: _, ...status } = service.status ?? {};
            const body = { metadata: { finalizers: finalizers.filter((one) => one !== FINALIZER) } };
            if (
              service.status?.loadBalancer?.ingress !== undefined &&
              service.metadata?.deletionTimestamp === undefined
            )
              yield* turn.client.updateStatus(Services, { ...service, status: { ...status, loadBalancer: {} } });
            try {
              yield* turn.client.patch(Services, refOf(service), { type: 'merge', body });
            } catch (error) {
              if (reasonOf(error) !== 'NotFound') throw error;
            }
            say('DeletedLoadBalancer', 'Deleted load balancer');
            return undefined;
          }
          const ip = addressFor(addresses(), services.list(), key, service, prefix);
          const ingress = [{ ip, ipMode: 'VIP' }];
          if (sameJson(service.status?.loadBalancer?.ingress ?? [], ingress)) return undefined;
          say('EnsuringLoadBalancer', 'Ensuring load balancer');
          const held = finalizers.includes(FINALIZER)
            ? service
            : yield* turn.client.patch(Services, refOf(service), {
                type: 'merge',
                body: { metadata: { finalizers: [...finalizers, FINALIZER] } },
              });
          yield* turn.client.updateStatus(Services, { ...held, status: { ...held.status, loadBalancer: { ingress } } });
          say('EnsuredLoadBalancer', 'Ensured load balancer');
          return undefined;
        },
        client,
      );
      services.on(({ object, causes }) => queue.add(keyOf(object), causes));
    },
  };
}

function refOf({ metadata }: V1Service): { readonly name: string; readonly namespace: string | undefined } {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace };
}

function wantsAddress({ spec, metadata }: V1Service): boolean {
  return (
    spec?.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata?.deletionTimestamp === undefined
  );
}

/** The address that it has, that it asks for, or the lowest free one. */
function addressFor(
  addresses: Addresses,
  services: readonly V1Service[],
  key: string,
  { spec, status }: V1Service,
  prefix: string,
): string {
  for (const service of services) {
    const ip = service.status?.loadBalancer?.ingress?.[0]?.ip;
    if (ip !== undefined) addresses.set(keyOf(service), ip);
  }
  const known = status?.loadBalancer?.ingress?.[0]?.ip ?? spec?.loadBalancerIP;
  const used = new Set(addresses.values());
  let number = 1;
  while (used.has(`${prefix}.${number}`)) number++;
  const ip = known ?? `${prefix}.${number}`;
  addresses.set(key, ip);
  return ip;
}
