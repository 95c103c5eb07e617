// A cloud beside the cluster, as far as services go: who asks for a load balancer gets an address after a while. Clusters
// without a cloud don't run it: there, addresses stay pending.
//
// observe: services.
// diff:    a service of type LoadBalancer without an address wants one; one that has ours and is of another type loses it.
// act:     write the status, and tell of it by events.

import type { Component, Turn } from '../client/component.ts';
import { createEventRecorder, type EventRecorder } from '../client/events.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import type { UserInfo } from '../kube/operation.ts';
import { Services } from '../schema/generated/resources.ts';
import type { V1Service } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, seconds } from '../time/units.ts';

export interface CloudController {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: Component) => void;
}

const NAME = 'cloud-controller-manager';
const USER: UserInfo = { name: 'system:cloud-controller-manager', groups: ['system:authenticated'] };
/** How long a cloud takes to set a load balancer up. */
const TAKES = seconds(20);
const ADDRESSES = '172.19.0.';
const FIRST = 100;
const LAST = 250;

/** Plain data. */
interface Memory {
  /** Service → when it was first seen to want an address. */
  readonly wanted: Map<string, number>;
  /** Service → the address that it was given last: the cache may not show it yet. */
  readonly given: Map<string, string>;
}

export function cloudController(): CloudController {
  return { name: NAME, user: USER, setup: setUp };
}

function setUp(component: Component): void {
  const services = component.informer(Services);
  const memory = component.memory<Memory>('balancers', () => ({ wanted: new Map(), given: new Map() }));
  const events = createEventRecorder(component, { component: 'service-controller' });
  const queue = component.queue('services', (key, turn) => reconcile(key, turn, services, memory(), events));
  services.on(({ object, causes }) => queue.add(keyOf(object), causes));
}

function* reconcile(
  key: string,
  { client, causes, now }: Turn,
  services: Informer<V1Service>,
  { wanted, given }: Memory,
  events: EventRecorder,
): Work<{ readonly after: ReturnType<typeof durationMs> } | undefined> {
  const service = services.get(key);
  const wants = service !== undefined && wantsBalancer(service);
  if (!wants) {
    wanted.delete(key);
    given.delete(key);
  }
  if (service === undefined) return undefined;
  const address = addressOf(service);
  if (!wants) {
    if (isOurs(address)) yield* client.updateStatus(Services, { ...service, status: { loadBalancer: {} } });
    return undefined;
  }
  if (address !== undefined) return undefined;
  const note = (reason: string, message: string): void =>
    events.note({ about: service, type: 'Normal', reason, message, causes });
  const since = wanted.get(key);
  if (since === undefined) {
    wanted.set(key, now());
    note('EnsuringLoadBalancer', 'Ensuring load balancer');
    return { after: TAKES };
  }
  const left = since + TAKES - now();
  if (left > 0) return { after: durationMs(left) };
  const ip = freeAddress([...services.list().map(addressOf), ...given.values()]);
  if (ip === undefined) return { after: TAKES };
  given.set(key, ip);
  yield* client.updateStatus(Services, { ...service, status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } });
  note('EnsuredLoadBalancer', 'Ensured load balancer');
  return undefined;
}

function wantsBalancer({ spec = {}, metadata = {} }: V1Service): boolean {
  return (
    spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined
  );
}

function addressOf({ status = {} }: V1Service): string | undefined {
  return status.loadBalancer?.ingress?.[0]?.ip;
}

function isOurs(address: string | undefined): boolean {
  return address?.startsWith(ADDRESSES) === true;
}

/** The address that a service asks for isn't looked at: clouds have stopped doing so. */
function freeAddress(taken: readonly (string | undefined)[]): string | undefined {
  for (let i = FIRST; i <= LAST; i++) if (!taken.includes(`${ADDRESSES}${i}`)) return `${ADDRESSES}${i}`;
  return undefined;
}
