// The service CIDR controller says which ranges of addresses are ready for services, and lets a range go only when no
// address is left that lies in no other one.
//
// observe: service CIDRs and IP addresses.
// diff:    `canGo` says whether the addresses of a range are covered by others.
// act:     keep the finalizer, say Ready; take the finalizer away a while after the deletion.

import type { Patch } from '../client/client.ts';
import { keyOf } from '../client/informer.ts';
import { type CIDR, contains, networkOf, parseCIDR, parseIP } from '../kube/ip.ts';
import { type JsonObject, own } from '../kube/json.ts';
import { apiVersion } from '../kube/resource.ts';
import { IPAddresses, ServiceCIDRs } from '../schema/generated/resources.ts';
import type { V1IPAddress, V1ServiceCIDR } from '../schema/generated/types.ts';
import { durationMs, parseTime, rfc3339, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const ALLOCATOR = 'ipallocator.k8s.io';
const FIELD_MANAGER = 'service-cidr-controller';
/** Allocators may learn late that a range is on its way out; milliseconds. */
const GRACE = 10_000;

const READY = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' };
const HELD = {
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

export const serviceCidrsController: Controller = {
  name: 'service-cidrs-controller',
  setup({ component, client }) {
    const ranges = component.informer(ServiceCIDRs);
    const addresses = component.informer(IPAddresses);
    const queue = component.queue(
      'service ranges',
      function* (name, turn) {
        const range = ranges.get(name);
        if (range === undefined) return undefined;
        const deleted = parseTime(range.metadata?.deletionTimestamp ?? undefined);
        const say = (wanted: typeof READY) => conditionPatch(range, wanted, component.now());
        const patches = deleted === undefined ? [finalizerPatch(range), say(READY)] : [];
        if (deleted !== undefined && !canGo(range, ranges.list(), addresses.list())) patches.push(say(HELD));
        else if (deleted !== undefined) {
          const left = deleted + GRACE - component.now();
          if (left > 0) return { after: durationMs(left) };
          patches.push({
            type: 'strategic',
            body: { metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] } },
          });
        }
        for (const patch of patches) if (patch !== undefined) yield* turn.client.patch(ServiceCIDRs, { name }, patch);
        return undefined;
      },
      client,
    );
    ranges.on(({ causes }) => {
      for (const range of ranges.list()) queue.add(keyOf(range), causes);
    });
    addresses.on(({ type, causes }) => {
      if (type !== 'deleted') return;
      for (const range of ranges.list())
        if (range.metadata?.deletionTimestamp !== undefined) queue.add(keyOf(range), causes);
    });
  },
};

/** Whether every address of a range would still lie in some other range. Pure. */
export function canGo(
  range: V1ServiceCIDR,
  ranges: readonly V1ServiceCIDR[],
  addresses: readonly V1IPAddress[],
): boolean {
  const others = ranges.filter(({ metadata }) => metadata?.name !== range.metadata?.name).flatMap(cidrsOf);
  const own = cidrsOf(range);
  if (own.every((cidr) => others.some((other) => covers(other, cidr)))) return true;
  return addresses.filter(isAllocated).every(({ metadata }) => {
    const ip = parseIP(metadata?.name ?? '');
    if (ip === undefined || !own.some((cidr) => contains(cidr, ip))) return true;
    return others.some((cidr) => contains(cidr, ip));
  });
}

function cidrsOf({ spec }: V1ServiceCIDR): readonly CIDR[] {
  return (spec?.cidrs ?? []).flatMap((text) => parseCIDR(text) ?? []);
}

function covers(wide: CIDR, narrow: CIDR): boolean {
  return wide.prefix <= narrow.prefix && contains(wide, networkOf(narrow));
}

function isAllocated({ metadata }: V1IPAddress): boolean {
  return own(metadata?.labels, MANAGED_BY) === ALLOCATOR;
}

function finalizerPatch({ metadata }: V1ServiceCIDR): Patch | undefined {
  if (metadata?.finalizers?.includes(FINALIZER) === true) return undefined;
  return { type: 'strategic', body: { metadata: { finalizers: [FINALIZER] } } };
}

function conditionPatch({ metadata, status }: V1ServiceCIDR, wanted: typeof READY, now: TimeMs): Patch | undefined {
  const known = status?.conditions?.find(({ type }) => type === 'Ready');
  if (known?.status === wanted.status && known.reason === wanted.reason && known.message === wanted.message) {
    return undefined;
  }
  const condition = { type: 'Ready', ...wanted, lastTransitionTime: rfc3339(now) };
  const body: JsonObject = {
    kind: ServiceCIDRs.kind,
    apiVersion: apiVersion(ServiceCIDRs),
    metadata: { name: metadata?.name ?? '' },
    status: { conditions: [condition] },
  };
  return { type: 'apply', subresource: 'status', body, options: { fieldManager: FIELD_MANAGER, force: true } };
}
