// Objects that the server itself keeps beside others: made with them, changed with them, gone with them. They pass no
// admission and no rules: they follow from what has passed.

import type { Origin } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import { parseApiVersion } from '../kube/resource.ts';
import { deepFreeze } from '../time/state.ts';
import { rfc3339 } from '../time/units.ts';
import { type Backend, keyIn, newUid, tableFor } from './backend.ts';
import { withMeta } from './metadata.ts';
import type { Served } from './registry.ts';

/** Brings an object's companions in step, after it was created, changed or deleted. */
export function keepCompanions(
  backend: Backend,
  { kind }: Served,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  origin: Origin,
): void {
  if (kind.companions !== undefined) {
    const had = new Map((before === undefined ? [] : kind.companions(before)).map((one) => [idOf(one), one]));
    const has = new Map((after === undefined ? [] : kind.companions(after)).map((one) => [idOf(one), one]));
    for (const [id, one] of had) if (!has.has(id)) drop(backend, one, origin);
    for (const [id, one] of has) if (!had.has(id)) make(backend, one, origin);
  }
  if (after !== undefined || before === undefined) return;
  for (const { group, resource, name } of kind.takesAlong?.(before) ?? []) {
    const served = backend.registry.stored(group, resource);
    const { namespace } = before.metadata ?? {};
    if (served !== undefined)
      remove(backend, served, { ...(namespace === undefined ? {} : { namespace }), name }, origin);
  }
}

function idOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}/${kind}/${metadata?.namespace ?? ''}/${metadata?.name}`;
}

function servedFor(backend: Backend, { apiVersion = '', kind = '' }: KubeObject): Served | undefined {
  const { group, version } = parseApiVersion(apiVersion);
  return backend.registry.byKind(group, version, kind);
}

function make(backend: Backend, object: KubeObject, origin: Origin): void {
  const served = servedFor(backend, object);
  if (served === undefined) return;
  const table = tableFor(served);
  const { namespace, name = '' } = object.metadata ?? {};
  const key = keyIn(served.kind.type, { ...served.kind.type, ...(namespace === undefined ? {} : { namespace }) }, name);
  const creationTimestamp = rfc3339(backend.loop.now());
  const uid = newUid(backend, table, key);
  const write = { served, subresource: '', manager: 'kube-apiserver', time: creationTimestamp, resetFields: [] };
  const owned = backend.fields.written(undefined, object, write);
  backend.store.create(
    table,
    key,
    (revision) =>
      deepFreeze(withMeta(owned, { ...owned.metadata, uid, creationTimestamp, resourceVersion: String(revision) })),
    origin,
  );
}

function drop(backend: Backend, object: KubeObject, origin: Origin): void {
  const served = servedFor(backend, object);
  const { namespace, name = '' } = object.metadata ?? {};
  if (served !== undefined)
    remove(backend, served, { ...(namespace === undefined ? {} : { namespace }), name }, origin);
}

function remove(
  backend: Backend,
  served: Served,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  origin: Origin,
): void {
  const table = tableFor(served);
  const key = keyIn(served.kind.type, { ...served.kind.type, ...(namespace === undefined ? {} : { namespace }) }, name);
  const stored = backend.store.get(table, key);
  if (stored === undefined) return;
  backend.store.delete(table, key, stored.modified, () => stored.object, origin);
}
