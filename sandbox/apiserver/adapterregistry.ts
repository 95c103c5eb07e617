// The registry with the custom and the external metrics API in it: served for as long as their APIServices are there.

import { kindType } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';
import type { Kind } from './kind.ts';
import { CUSTOM_METRICS, customMetrics, EXTERNAL_METRICS, externalMetrics } from './kinds/adaptermetrics.ts';
import { computedCollection, type Registry, type Served } from './registry.ts';

const APISERVICES = 'apiservices.apiregistration.k8s.io';

/** Any resource of these groups may be a metric: nobody knows them before they are asked for. */
export function adapterRegistry(inner: Registry, store: Store): Registry {
  const find = (group: string, version: string, resource: string): Served | undefined => {
    if (store.get(APISERVICES, `${version}.${group}`) === undefined) return undefined;
    return servedOf(
      group === EXTERNAL_METRICS
        ? externalMetrics(version, resource)
        : customMetrics(version, resource, singularOf(inner)),
    );
  };
  const isAdapted = (group: string): boolean => group === CUSTOM_METRICS || group === EXTERNAL_METRICS;
  return {
    ...inner,
    find: (group, version, resource) =>
      isAdapted(group) ? find(group, version, resource) : inner.find(group, version, resource),
  };
}

/** `pod` for `pods`, `ingress` for `ingresses.networking.k8s.io`: a label of that name says which object a series tells of. */
function singularOf(registry: Registry): (groupResource: string) => string {
  return (groupResource) => {
    const dot = groupResource.indexOf('.');
    const [resource, group] =
      dot < 0 ? [groupResource, ''] : [groupResource.slice(0, dot), groupResource.slice(dot + 1)];
    return registry.stored(group, resource)?.names.singular ?? groupResource;
  };
}

function servedOf(kind: Kind): Served {
  const structure = kindType('', 'v1', 'Status')?.type;
  if (structure === undefined) throw new Error('there is no Status');
  return computedCollection(kind, { structure, verbs: ['get'], custom: true });
}
