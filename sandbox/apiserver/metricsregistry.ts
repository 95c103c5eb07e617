// The registry with the resource metrics API in it: served for as long as its APIService says that it is available.

import type { UsageSource } from '../kube/usage.ts';
import type { V1APIService } from '../schema/generated/types.ts';
import { kindType } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import { isAvailable as saysAvailable } from './aggregation/availability.ts';
import type { Kind } from './kind.ts';
import { metricsKinds } from './kinds/metrics.ts';
import { computedCollection, type Registry, type Served } from './registry.ts';

const GROUP = 'metrics.k8s.io';
const APISERVICES = 'apiservices.apiregistration.k8s.io';

export function metricsRegistry(inner: Registry, store: Store, source: UsageSource): Registry {
  const served = metricsKinds(source).map(servedOf);
  const available = (): readonly Served[] => (isAvailable(store) ? served : []);
  return {
    builtinGroups: inner.builtinGroups,
    inProcess: new Set([GROUP]),
    find: (group, version, resource) =>
      group === GROUP
        ? available().find(({ type }) => type.version === version && type.resource === resource)
        : inner.find(group, version, resource),
    stored: (group, resource) =>
      group === GROUP ? available().find(({ type }) => type.resource === resource) : inner.stored(group, resource),
    byKind: (group, version, kind) =>
      group === GROUP
        ? available().find(({ type }) => type.version === version && type.kind === kind)
        : inner.byKind(group, version, kind),
    all: () => [...inner.all(), ...available()],
  };
}

function isAvailable(store: Store): boolean {
  const service = store.get(APISERVICES, `v1beta1.${GROUP}`)?.object as V1APIService | undefined;
  return service !== undefined && saysAvailable(service);
}

function servedOf(kind: Kind): Served {
  const { group, version, kind: name } = kind.type;
  const structure = kindType(group, version, name)?.type;
  if (structure === undefined) throw new Error(`${name} has no type`);
  return computedCollection(kind, { structure, verbs: ['get', 'list'], custom: false });
}
