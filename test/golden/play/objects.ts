// Making objects of any kind: where the API serves it is asked of the API.

import { at, type JsonObject, type JsonValue, listAt, objectAt, omit, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { type Reply, read, send } from './calls.ts';

const collections = new WeakMap<World, Map<string, string | undefined>>();

/** The path of the collection that an object belongs to. Throws when its kind isn't served. */
export async function collectionOf(world: World, object: JsonObject, namespace: string): Promise<string> {
  const apiVersion = textAt(object, 'apiVersion') ?? 'v1';
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const known = collections.get(world) ?? new Map<string, string | undefined>();
  collections.set(world, known);
  if (!known.has(base)) {
    for (const resource of listAt(await read(world, base), 'resources')) {
      const name = textAt(resource, 'name') ?? '';
      const scope = at(resource, 'namespaced') === true ? `/namespaces/{}/${name}` : `/${name}`;
      if (!name.includes('/')) known.set(`${base} ${textAt(resource, 'kind')}`, `${base}${scope}`);
    }
    known.set(base, base);
  }
  const found = known.get(`${base} ${textAt(object, 'kind')}`);
  if (found === undefined) throw new Error(`no ${apiVersion} ${textAt(object, 'kind')} is served`);
  return found.replace('{}', textAt(object, 'metadata', 'namespace') ?? namespace);
}

export async function createObject(world: World, object: JsonObject, namespace: string): Promise<Reply> {
  return send(world, { method: 'POST', path: await collectionOf(world, object, namespace), body: object });
}

/** Puts a status on an object that has been made: the status of most kinds isn't taken from a creation. */
export async function patchStatus(world: World, path: string, status: JsonValue): Promise<Reply> {
  const headers = { 'Content-Type': 'application/merge-patch+json' };
  return send(world, { method: 'PATCH', path: `${path}/status`, headers, body: { status } });
}

/** An object as recordings show it: without what differs from run to run and says nothing. */
export function withoutBookkeeping(object: JsonObject, ...more: readonly string[]): JsonObject {
  return { ...object, metadata: omit(objectAt(object, 'metadata'), 'managedFields', ...more) };
}
