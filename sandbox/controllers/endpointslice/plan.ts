// How the endpoints of a service are laid out in slices of 100: with as few changes of slices as possible. Pure.

import { own, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { SERVICE_NAME } from '../../kube/wellknown.ts';
import { Services } from '../../schema/generated/resources.ts';
import type { V1Endpoint, V1EndpointSlice, V1Service } from '../../schema/generated/types.ts';
import { controllerReference } from '../shared/owners.ts';
import { isHeadless } from '../shared/servicepods.ts';
import { type AddressType, type Group, groupKey, identityOf, sameEndpoint } from './desired.ts';
import { type HintedPlan, withHints } from './hints.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
const MANAGER = 'endpointslice-controller.k8s.io';

const SLICE_MAX = 100;
const RESERVED: ReadonlySet<string> = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS]);

/** What is to be done about the slices of one family of addresses. */
export interface SlicePlan {
  readonly create: readonly V1EndpointSlice[];
  readonly update: readonly V1EndpointSlice[];
  readonly delete: readonly V1EndpointSlice[];
}

interface Draft {
  readonly create: V1EndpointSlice[];
  readonly update: V1EndpointSlice[];
  readonly delete: V1EndpointSlice[];
}

export function planSlices(
  service: V1Service,
  existing: readonly V1EndpointSlice[],
  groups: ReadonlyMap<string, Group>,
  type: AddressType,
  shares: () => ReadonlyMap<string, number> | undefined,
): HintedPlan {
  const mine = existing.filter((slice) => isOwned(slice, service));
  const draft: Draft = { create: [], update: [], delete: existing.filter((slice) => !mine.includes(slice)) };
  for (const [key, group] of groups)
    planGroup(
      service,
      mine.filter(({ ports }) => groupKey(ports ?? []) === key),
      group,
      type,
      draft,
    );
  draft.delete.push(...mine.filter(({ ports }) => !groups.has(groupKey(ports ?? []))));
  if (existing.length === draft.delete.length && draft.create.length === 0) keepOne(service, type, draft);
  const { problem, ...plan } = withHints(service, existing, draft, shares);
  return { ...reused(service, plan), ...(problem === undefined ? {} : { problem }) };
}

/** A service has a slice even if it has no endpoints. */
function keepOne(service: V1Service, type: AddressType, draft: Draft): void {
  const placeholder = newSlice(service, type, { ports: [], endpoints: new Map() });
  const [only] = draft.delete;
  const isPlaceholder =
    draft.delete.length === 1 &&
    only !== undefined &&
    (only.endpoints ?? []).length === 0 &&
    (only.ports ?? []).length === 0 &&
    sameJson(only.metadata?.labels ?? {}, placeholder.metadata?.labels ?? {});
  if (isPlaceholder) draft.delete.length = 0;
  else draft.create.push(placeholder);
}

function planGroup(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
  { ports, endpoints }: Group,
  type: AddressType,
  draft: Draft,
): void {
  const waiting = new Map(endpoints);
  const changed: { slice: V1EndpointSlice; endpoints: V1Endpoint[] }[] = [];
  let unchanged: V1EndpointSlice[] = [];
  for (const slice of slices) {
    const before = slice.endpoints ?? [];
    const kept = before.flatMap((one) => {
      const wanted = waiting.get(identityOf(one));
      waiting.delete(identityOf(one));
      return wanted === undefined ? [] : [sameEndpoint(wanted, one) ? one : wanted];
    });
    const same = kept.length === before.length && kept.every((one, i) => one === before[i]);
    if (!same && kept.length === 0) draft.delete.push(slice);
    else if (!same || !hasLabels(slice, service)) changed.push({ slice, endpoints: kept });
    else unchanged.push(slice);
  }
  changed.sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const { endpoints: list } of changed) fill(list, waiting);
  while (waiting.size > 0) {
    const room = waiting.size < SLICE_MAX ? sliceToFill(unchanged, waiting.size) : undefined;
    const list = [...(room?.endpoints ?? [])];
    fill(list, waiting);
    if (room === undefined) draft.create.push({ ...newSlice(service, type, { ports, endpoints }), endpoints: list });
    else {
      changed.push({ slice: room, endpoints: list });
      unchanged = unchanged.filter((slice) => slice !== room);
    }
  }
  for (const { slice, endpoints: list } of changed)
    draft.update.push({ ...slice, metadata: { ...slice.metadata, labels: labelsFor(service) }, endpoints: list });
}

function fill(list: V1Endpoint[], waiting: Map<string, V1Endpoint>): void {
  for (const [key, endpoint] of waiting) {
    if (list.length >= SLICE_MAX) return;
    list.push(endpoint);
    waiting.delete(key);
  }
}

/** The slice that would be the fullest of those that have room for all. */
function sliceToFill(slices: readonly V1EndpointSlice[], count: number): V1EndpointSlice | undefined {
  let best: V1EndpointSlice | undefined;
  let least = SLICE_MAX;
  for (const slice of slices) {
    const room = SLICE_MAX - count - (slice.endpoints ?? []).length;
    if (room >= 0 && room < least) {
      best = slice;
      least = room;
    }
  }
  return best;
}

/** A slice that would be deleted takes the place of one that would be made. */
function reused(service: V1Service, { create, update, delete: doomed }: SlicePlan): SlicePlan {
  const fresh = [...create];
  const changed = [...update];
  const rest = doomed.filter((slice) => {
    const next = isOwned(slice, service) ? fresh.pop() : undefined;
    if (next === undefined) return true;
    const { generateName: _, ...metadata } = next.metadata ?? {};
    const { name = '', uid = '', resourceVersion = '' } = slice.metadata ?? {};
    changed.push({ ...next, metadata: { ...slice.metadata, ...metadata, name, uid, resourceVersion } });
    return false;
  });
  return { create: fresh, update: changed, delete: rest };
}

function newSlice(service: V1Service, addressType: AddressType, { ports }: Group): V1EndpointSlice {
  const { name = '', namespace = '' } = service.metadata ?? {};
  return {
    metadata: {
      generateName: prefixFor(name),
      namespace,
      labels: labelsFor(service),
      ownerReferences: [controllerReference(service, Services)],
    },
    addressType,
    endpoints: [],
    ports,
  };
}

const isPrefix = nameRule(dns1123Subdomain);

function prefixFor(name: string): string {
  return isPrefix(`${name}-`, true).length === 0 ? `${name}-` : name;
}

/** The service's own labels, and those by which slices are found. */
function labelsFor(service: V1Service): { readonly [key: string]: string } {
  return Object.fromEntries([
    ...Object.entries(service.metadata?.labels ?? {}).filter(([key]) => !RESERVED.has(key)),
    ...(isHeadless(service) ? [[HEADLESS, ''] as const] : []),
    [SERVICE_NAME, service.metadata?.name ?? ''] as const,
    [MANAGED_BY, MANAGER] as const,
  ]);
}

/** Reserved labels are put right only along with other changes. */
function hasLabels(slice: V1EndpointSlice, service: V1Service): boolean {
  const free = (labels: { readonly [key: string]: string } | undefined) =>
    Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !RESERVED.has(key)));
  return sameJson(free(slice.metadata?.labels), free(service.metadata?.labels));
}

function isOwned({ metadata }: V1EndpointSlice, service: V1Service): boolean {
  return (
    metadata?.ownerReferences?.some(({ uid, kind }) => uid === service.metadata?.uid && kind === 'Service') === true
  );
}

export function isManaged({ metadata }: V1EndpointSlice): boolean {
  return own(metadata?.labels, MANAGED_BY) === MANAGER;
}
