// Discovery: what the server says it serves, in the old form (a document for each version) and in the aggregated one.
// Everything is made from the registry, each time, and from what is known of other API servers.

import { compareText } from '../../kube/go/text.ts';
import type { JsonObject } from '../../kube/json.ts';
import { apiVersion } from '../../kube/resource.ts';
import type { Subresource } from '../../schema/schema.ts';
import type { Announced, RemoteVersion } from '../aggregation/aggregator.ts';
import { compareVersions, OWN_GROUP, priorityOf } from '../priorities.ts';
import type { Registry, Served } from '../registry.ts';

/** Where everything that is served is told. */
export interface Discovered {
  readonly registry: Registry;
  readonly aggregator: { remotes(): readonly RemoteVersion[]; announced(): readonly Announced[] };
}

interface Version {
  readonly version: string;
  readonly resources: readonly Served[];
  /** Another server has it. */
  readonly remote?: RemoteVersion;
}

interface Group {
  readonly group: string;
  /** The preferred one first. */
  readonly versions: readonly Version[];
}

/** Groups in the order of preference, those with nothing to serve left out. */
function groupsOf({ registry, aggregator }: Discovered): readonly Group[] {
  const own = ownGroups(registry);
  const remotes = aggregator.remotes();
  return remotes.length === 0 ? own : withRemotes(own, remotes);
}

interface NamedGroup {
  readonly group: string;
  readonly versions: readonly { readonly version: string }[];
}

/** The server's own group, and whatever has an APIService, whether or not it is served. */
function announcedGroups(discovered: Discovered): readonly NamedGroup[] {
  const announced = discovered.aggregator.announced();
  if (announced.length === 0) return groupsOf(discovered);
  const groups = new Map<string, Announced[]>();
  for (const each of announced) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  const priority = (versions: readonly Announced[]): number =>
    Math.max(...versions.map(({ groupPriority }) => groupPriority));
  const named = [...groups]
    .sort(([a, mine], [b, other]) => priority(other) - priority(mine) || compareText(a, b))
    .map(([group, versions]) => ({ group, versions: [...versions].sort(byAnnounced) }));
  const own = groupsOf(discovered).filter(({ group }) => group === OWN_GROUP);
  return [...own, ...named.filter(({ group }) => group !== OWN_GROUP)];
}

function byAnnounced(a: Announced, b: Announced): number {
  return b.versionPriority - a.versionPriority || compareVersions(a.version, b.version);
}

function withRemotes(own: readonly Group[], remotes: readonly RemoteVersion[]): readonly Group[] {
  const groups = new Map(own.map((each) => [each.group, each.versions]));
  for (const remote of remotes) {
    const others = (groups.get(remote.group) ?? []).filter(({ version }) => version !== remote.version);
    groups.set(remote.group, [...others, { version: remote.version, resources: [], remote }]);
  }
  return [...groups]
    .map(([group, versions]) => ({ group, versions: [...versions].sort((a, b) => byVersion(group, a, b)) }))
    .sort((a, b) => groupPriority(b) - groupPriority(a) || compareText(a.group, b.group));
}

function byVersion(group: string, a: Version, b: Version): number {
  const priority = ({ version, remote }: Version): number =>
    remote?.versionPriority ?? priorityOf(group, version).versionPriority;
  return priority(b) - priority(a) || compareVersions(a.version, b.version);
}

function groupPriority({ group, versions }: Group): number {
  return Math.max(
    ...versions.map(({ version, remote }) => remote?.groupPriority ?? priorityOf(group, version).groupPriorityMinimum),
  );
}

function ownGroups(registry: Registry): readonly Group[] {
  const groups = new Map<string, Map<string, Served[]>>();
  for (const served of registry.all()) {
    const { group, version } = served.type;
    const versions = groups.get(group) ?? new Map<string, Served[]>();
    groups.set(group, versions);
    const resources = versions.get(version) ?? [];
    versions.set(version, resources);
    resources.push(served);
  }
  return [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions].map(([version, resources]) => ({ version, resources: byName(resources) })),
  }));
}

function byName(resources: readonly Served[]): readonly Served[] {
  return [...resources].sort((a, b) => compareText(a.type.resource, b.type.resource));
}

/** /api: the versions of the core group. */
export function coreVersions(discovered: Discovered, serverAddress: string): JsonObject {
  const versions = groupsOf(discovered).find(({ group }) => group === '')?.versions ?? [];
  return {
    kind: 'APIVersions',
    versions: versions.map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** /apis */
export function groupList(discovered: Discovered): JsonObject {
  const groups = announcedGroups(discovered).filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) };
}

/** /apis/GROUP; undefined when nothing of it is served. */
export function groupDocument(discovered: Discovered, name: string): JsonObject | undefined {
  const isAsked = ({ group }: NamedGroup): boolean => group === name && group !== '';
  const found = announcedGroups(discovered).find(isAsked) ?? groupsOf(discovered).find(isAsked);
  return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(found) };
}

function describeGroup({ group, versions }: NamedGroup): JsonObject {
  const described = versions.map(({ version }) => ({ groupVersion: apiVersion({ group, version }), version }));
  return { name: group, versions: described, preferredVersion: described[0] ?? {} };
}

/** /api/v1, /apis/GROUP/VERSION: every resource with its subresources behind it. */
export function resourceList(registry: Registry, group: string, version: string): JsonObject | undefined {
  const found = ownGroups(registry)
    .find((each) => each.group === group)
    ?.versions.find((each) => each.version === version);
  if (found === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    // The oldest document of all doesn't say its own version.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersion({ group, version }),
    resources: found.resources.flatMap((served) => [
      describeResource(served),
      ...subresourcesOf(served).map((subresource) => describeSubresource(served, subresource)),
    ]),
  };
}

function subresourcesOf({ subresources }: Served): readonly Subresource[] {
  return [...subresources].sort((a, b) => compareText(a.name, b.name));
}

function describeResource({ type, names }: Served): JsonObject {
  const { singular, verbs, shortNames, categories, storageVersionHash } = names;
  return {
    name: type.resource,
    singularName: singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(storageVersionHash === undefined ? {} : { storageVersionHash }),
  };
}

function describeSubresource({ type }: Served, { name, kind, group, version, verbs }: Subresource): JsonObject {
  return {
    name: `${type.resource}/${name}`,
    singularName: '',
    namespaced: type.namespaced,
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
    kind,
    verbs,
  };
}

/** One document of all resources: of the core group, or of all named ones. */
export function aggregated(discovered: Discovered, core: boolean): JsonObject {
  const groups = groupsOf(discovered).filter(({ group }) => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map(({ version, resources, remote }) =>
        remote === undefined
          ? { version, resources: resources.map(aggregatedResource), freshness: 'Current' }
          : remoteVersion(remote),
      ),
    })),
  };
}

/** What can't be asked now is stale, and nobody says what is in it. */
function remoteVersion({ version, resources }: RemoteVersion): JsonObject {
  return resources === undefined
    ? { version, freshness: 'Stale' }
    : { version, ...(resources.length === 0 ? {} : { resources }), freshness: 'Current' };
}

function aggregatedResource(served: Served): JsonObject {
  const { type, names } = served;
  const { singular, verbs, shortNames, categories } = names;
  const subresources = subresourcesOf(served);
  return {
    resource: type.resource,
    responseKind: { group: '', version: '', kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources: subresources.map(aggregatedSubresource) }),
  };
}

function aggregatedSubresource({ name, kind, group = '', version = '', verbs }: Subresource): JsonObject {
  return { subresource: name, responseKind: { group, version, kind }, verbs };
}
