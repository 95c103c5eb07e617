// The registry with custom resources in it: what the definitions in the store make of it, at each moment.

import { apiVersion } from '../../kube/resource.ts';
import type { V1CustomResourceDefinition } from '../../schema/generated/types.ts';
import type { Store } from '../../store/store.ts';
import { byPreference } from '../priorities.ts';
import type { Registry, Served } from '../registry.ts';
import { definedBy, servedOf } from './served.ts';

/** The store's table of definitions. */
export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

export function customRegistry(builtin: Registry, store: Store): Registry {
  const groups = builtin.builtinGroups;
  const definition = (group: string, resource: string, versions = servedOf): readonly Served[] => {
    if (groups.has(group)) return [];
    const crd = store.get(DEFINITIONS, `${resource}.${group}`)?.object;
    return crd === undefined ? [] : versions(crd as V1CustomResourceDefinition);
  };
  const all = (): readonly Served[] =>
    store.list(DEFINITIONS, '').flatMap(({ object }) => servedOf(object as V1CustomResourceDefinition));
  return {
    builtinGroups: groups,
    find: (group, version, resource) =>
      builtin.find(group, version, resource) ??
      definition(group, resource).find(({ type }) => type.version === version),
    defined: (group, version, resource) =>
      definition(group, resource, definedBy).find(({ type }) => type.version === version),
    stored(group, resource) {
      const known = builtin.stored(group, resource);
      if (known !== undefined) return known;
      const served = definition(group, resource);
      return served.find(isStored) ?? served[0];
    },
    byKind: (group, version, kind) =>
      builtin.byKind(group, version, kind) ??
      (groups.has(group)
        ? undefined
        : all().find(({ type }) => type.group === group && type.version === version && type.kind === kind)),
    all: () => [...builtin.all(), ...[...all()].sort((a, b) => byPreference(a.type, b.type))],
  };
}

function isStored({ conversion, type }: Served): boolean {
  return conversion === undefined || conversion.stored === apiVersion(type);
}
