// Discovery documents: the aggregated form (all groups with their resources at once) and the one from before.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { ApiGroup, ApiResource, ApiResourceList, GroupVersion } from './types.ts';

export interface Aggregated {
  readonly groups: readonly ApiGroup[];
  readonly resources: ReadonlyMap<string, readonly ApiResource[]>;
}

/** apidiscovery.k8s.io APIGroupDiscoveryList, v2 and v2beta1. What can't be told about now is passed over, as if it weren't. */
export function decodeAggregated(document: JsonObject): Aggregated {
  const groups: ApiGroup[] = [];
  const resources = new Map<string, readonly ApiResource[]>();
  for (const item of objects(document['items'])) {
    const group = text(isObject(item['metadata']) ? item['metadata']['name'] : undefined);
    const versions: GroupVersion[] = [];
    for (const version of objects(item['versions'])) {
      if (version['freshness'] === 'Stale') continue;
      const name = text(version['version']);
      const groupVersion = group === '' ? name : `${group}/${name}`;
      versions.push({ groupVersion, version: name });
      resources.set(groupVersion, objects(version['resources']).flatMap(aggregatedResource));
    }
    const [preferredVersion] = versions;
    if (preferredVersion !== undefined) groups.push({ name: group, versions, preferredVersion });
  }
  return { groups, resources };
}

function aggregatedResource(item: JsonObject): readonly ApiResource[] {
  const name = text(item['resource']);
  const common = { singularName: text(item['singularResource']), namespaced: item['scope'] === 'Namespaced' };
  const kind = responseKind(item);
  const resource =
    kind === undefined ? [] : [{ name, ...common, ...kind, verbs: texts(item['verbs']), ...namesOf(item) }];
  const subresources = objects(item['subresources']).flatMap((sub) => {
    const subKind = responseKind(sub);
    if (subKind === undefined) return [];
    return [{ name: `${name}/${text(sub['subresource'])}`, ...common, ...subKind, verbs: texts(sub['verbs']) }];
  });
  return [...resource, ...subresources];
}

function responseKind(item: JsonObject): Pick<ApiResource, 'kind' | 'group' | 'version'> | undefined {
  const value = item['responseKind'];
  if (!isObject(value)) return undefined;
  const { group, version, kind } = value;
  if (!group && !version && !kind) return undefined;
  return {
    kind: text(kind),
    ...(group ? { group: text(group) } : {}),
    ...(version ? { version: text(version) } : {}),
  };
}

/** The group in the answer of /api, if it names any version. */
export function decodeLegacyCore(document: JsonObject): readonly ApiGroup[] {
  const versions = texts(document['versions']).map((version) => ({ groupVersion: version, version }));
  const [preferredVersion] = versions;
  return preferredVersion === undefined ? [] : [{ name: '', versions, preferredVersion }];
}

/** The groups in the answer of /apis, and in a file of the cache. */
export function decodeGroups(document: JsonObject): readonly ApiGroup[] {
  return objects(document['groups']).map((group) => ({
    name: text(group['name']),
    versions: objects(group['versions']).map(groupVersion),
    preferredVersion: groupVersion(isObject(group['preferredVersion']) ? group['preferredVersion'] : {}),
  }));
}

function groupVersion(value: JsonObject): GroupVersion {
  return { groupVersion: text(value['groupVersion']), version: text(value['version']) };
}

/** An APIResourceList, from a server or a file of the cache. */
export function decodeResources(document: JsonObject): ApiResourceList {
  return {
    groupVersion: text(document['groupVersion']),
    resources: objects(document['resources']).map((item) => ({
      name: text(item['name']),
      singularName: text(item['singularName']),
      namespaced: item['namespaced'] === true,
      ...(item['group'] ? { group: text(item['group']) } : {}),
      ...(item['version'] ? { version: text(item['version']) } : {}),
      kind: text(item['kind']),
      verbs: texts(item['verbs']),
      ...namesOf(item),
    })),
  };
}

/** The form of the cache's files. */
export function encodeGroups(groups: readonly ApiGroup[]): string {
  return `${JSON.stringify({ kind: 'APIGroupList', apiVersion: 'v1', groups })}\n`;
}

export function encodeResources({ groupVersion: name, resources }: ApiResourceList): string {
  const rows = resources.map(({ name, singularName, namespaced, group, version, kind, ...rest }) => ({
    name,
    singularName,
    namespaced,
    group,
    version,
    kind,
    ...rest,
  }));
  return `${JSON.stringify({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: name, resources: rows })}\n`;
}

function namesOf(item: JsonObject): Pick<ApiResource, 'shortNames' | 'categories'> {
  const shortNames = texts(item['shortNames']);
  const categories = texts(item['categories']);
  return { ...(shortNames.length === 0 ? {} : { shortNames }), ...(categories.length === 0 ? {} : { categories }) };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
