// facts/resources.json and facts/discovery/: what the server says it serves; facts/tables.json: what it prints.

import {
  at,
  entries,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  textAt,
  textsAt,
} from '../json.ts';
import { read, send } from '../play/calls.ts';
import type { World } from '../world.ts';
import { type Entry, facts, listOf } from './facts.ts';

export const resources = facts({
  name: 'resources',
  recognises: ({ content }) => listOf(content, 'group', 'version', 'resource', 'verbs', 'subresources'),
  extent: 'api',
  entries: (content) => listAt(content).map((entry, i) => whole(resourcePart(entry), entry, [i])),
  answer: (world) => servedResources(world),
});

export const tables = facts({
  name: 'tables',
  recognises: ({ content }) => listOf(content, 'group', 'version', 'resource', 'columns'),
  extent: 'api',
  entries: (content) =>
    listAt(content).map((entry, i) => whole(resourcePart(entry), at(entry, 'columns') ?? null, [i, 'columns'])),
  async answer(world, { content }, wanted) {
    const answers: JsonValue[] = [];
    for (const entry of listAt(content).filter((item) => wanted.has(resourcePart(item)))) {
      const headers = { Accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
      const { body } = await send(world, {
        method: 'GET',
        path: `${groupPath(entry)}/${textAt(entry, 'resource')}`,
        headers,
      });
      const columns = listAt(body, 'columnDefinitions').map((column) =>
        ['name', 'type', 'format', 'priority'].map((key) => at(column, key) ?? null),
      );
      answers.push({ ...objectAt(entry), columns });
    }
    return answers;
  },
});

/** `{path: body}`, each path a case. */
export const legacyDiscovery = facts({
  name: 'discovery',
  recognises: ({ content }) =>
    isObject(content) && entries(content).length > 0 && entries(content).every(([key]) => key.startsWith('/')),
  extent: 'api',
  entries: (content) => entries(objectAt(content)).map(([path, body]) => whole(path, body, [path])),
  async answer(world, _, wanted) {
    const bodies: [string, JsonValue][] = [];
    for (const path of wanted) bodies.push([path, (await send(world, { method: 'GET', path })).body]);
    return Object.fromEntries(bodies);
  },
  rules: { keyOrder: true },
});

/** One aggregated document: of the core group if it has no named one in it. */
export const aggregatedDiscovery = facts({
  name: 'aggregated discovery',
  recognises: ({ content }) => textAt(content, 'kind') === 'APIGroupDiscoveryList',
  extent: 'api',
  entries: (content) => [{ part: '', places: [['items']], recorded: content, sent: null }],
  async answer(world, { content }) {
    const core = listAt(content, 'items').every((item) => textAt(item, 'metadata', 'name') === undefined);
    const headers = { Accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
    return (await send(world, { method: 'GET', path: core ? '/api' : '/apis', headers })).body;
  },
  rules: { keyOrder: true },
});

function whole(part: string, value: JsonValue, path: readonly (string | number)[]): Entry {
  return { part, places: [path], recorded: value, sent: null };
}

function resourcePart(entry: JsonValue): string {
  const group = textAt(entry, 'group') ?? '';
  return `${group === '' ? '' : `${group}/`}${textAt(entry, 'version')}/${textAt(entry, 'resource')}`;
}

function groupPath(entry: JsonValue): string {
  const group = textAt(entry, 'group') ?? '';
  return group === '' ? `/api/${textAt(entry, 'version')}` : `/apis/${group}/${textAt(entry, 'version')}`;
}

/** Group and version of all that is served. */
async function servedVersions(world: World): Promise<readonly { readonly group: string; readonly version: string }[]> {
  const core = textsAt(await read(world, '/api'), 'versions').map((version) => ({ group: '', version }));
  const groups = listAt(await read(world, '/apis'), 'groups');
  const named = groups.flatMap((group) =>
    listAt(group, 'versions').map((version) => ({
      group: textAt(group, 'name') ?? '',
      version: textAt(version, 'version') ?? '',
    })),
  );
  return [...core, ...named];
}

/** All resources with their subresources, in the recorded form. */
export async function servedResources(world: World): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (const { group, version } of await servedVersions(world)) {
    const list = listAt(await read(world, groupPath({ group, version })), 'resources');
    for (const resource of list) {
      const name = textAt(resource, 'name') ?? '';
      if (!name.includes('/')) found.push(resourceOf(group, version, objectAt(resource), list));
    }
  }
  return found;
}

function resourceOf(group: string, version: string, resource: JsonObject, all: readonly JsonValue[]): JsonObject {
  const name = textAt(resource, 'name') ?? '';
  const hash = resource['storageVersionHash'];
  return {
    group,
    version,
    resource: name,
    singular: resource['singularName'] ?? '',
    kind: resource['kind'] ?? '',
    namespaced: resource['namespaced'] ?? false,
    shortNames: listAt(resource, 'shortNames'),
    categories: listAt(resource, 'categories'),
    verbs: listAt(resource, 'verbs'),
    ...(hash === undefined ? {} : { storageVersionHash: hash }),
    subresources: all
      .map((item) => objectAt(item))
      .filter((item) => textAt(item, 'name')?.startsWith(`${name}/`))
      .map(subresource),
  };
}

function subresource(resource: JsonObject): JsonObject {
  const { group, version, kind, verbs } = resource;
  return {
    name: (textAt(resource, 'name') ?? '').split('/')[1] ?? '',
    kind: kind ?? '',
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
    verbs: isArray(verbs) ? verbs : [],
  };
}
