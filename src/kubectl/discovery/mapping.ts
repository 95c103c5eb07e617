// Which collections there are, and which one counts when several have a name: core first, then by the server's order of
// groups, preferred versions before others.

import type { GroupVersionKind } from '../../../sandbox/kube/resource.ts';
import type { PartialResource } from './shortcuts.ts';
import type { ApiGroup, ApiResource, Served } from './types.ts';

/** A collection of the server with the kind of its objects. */
export interface Mapping extends GroupVersionKind {
  /** The plural. */
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
}

export interface Index {
  byResource(wanted: PartialResource): Mapping | undefined;
  byKind(group: string, kind: string, version: string): Mapping | undefined;
}

export function buildIndex(served: Served): Index {
  const mappings = inOrder(served.groups).flatMap(({ group, version, groupVersion }) => {
    const list = served.resources.find((candidate) => candidate.groupVersion === groupVersion);
    return list === undefined ? [] : mappingsOf(group, version, list.resources);
  });
  return {
    byResource: (wanted) => firstMatch(mappings, { ...wanted, resource: wanted.resource.toLowerCase() }),
    byKind: (group, kind, version) =>
      mappings.find(
        (mapping) =>
          mapping.group === group &&
          (mapping.kind === kind || mapping.kind.toLowerCase() === kind) &&
          (version === '' || mapping.version === version),
      ),
  };
}

interface Place {
  readonly group: string;
  readonly version: string;
  readonly groupVersion: string;
}

/** Group versions, those first that count most. */
function inOrder(groups: readonly ApiGroup[]): readonly Place[] {
  const places = groups.flatMap(({ name, versions, preferredVersion }) => {
    const isPreferred = (version: string): boolean => version === preferredVersion.version;
    const ordered = [
      ...versions.filter(({ version }) => isPreferred(version)),
      ...versions.filter(({ version }) => !isPreferred(version)),
    ];
    return ordered.map(({ version, groupVersion }) => ({ group: name, version, groupVersion }));
  });
  const isCore = ({ group, version }: Place): boolean => group === '' && version === 'v1';
  return [...places.filter(isCore), ...places.filter((place) => !isCore(place))];
}

/** A group's exact name wins; without one, its beginning is enough. */
function firstMatch(mappings: readonly Mapping[], wanted: PartialResource): Mapping | undefined {
  const named = mappings.filter(
    ({ resource, singular, version }) =>
      (resource === wanted.resource || singular === wanted.resource) &&
      (wanted.version === '' || version === wanted.version),
  );
  if (wanted.group === '') return named[0];
  const exact = named.find(({ group }) => group === wanted.group);
  if (exact !== undefined || wanted.version !== '') return exact;
  return named.find(({ group }) => group.startsWith(wanted.group));
}

function mappingsOf(group: string, version: string, resources: readonly ApiResource[]): readonly Mapping[] {
  const collections = resources.filter(({ name }) => !name.includes('/'));
  const mappings = collections.map(({ name, singularName, kind, namespaced }) => ({
    group,
    version,
    kind,
    resource: name,
    singular: singularName || kind.toLowerCase(),
    namespaced,
  }));
  const lists = collections.map(({ kind, namespaced }) => listMapping(group, version, `${kind}List`, namespaced));
  return [...mappings, ...lists, listMapping(group, version, 'List', false)];
}

/** Lists are no collections, but manifests hold them. */
function listMapping(group: string, version: string, kind: string, namespaced: boolean): Mapping {
  const singular = kind.toLowerCase();
  return { group, version, kind, resource: `${singular}s`, singular, namespaced };
}
