// The last step of every write: the object in the form in which it is kept, with its revision, frozen, and in the store.

import type { Origin } from '../../kube/cause.ts';
import type { KubeObject, V1ObjectMeta } from '../../kube/meta.ts';
import { apiVersion } from '../../kube/resource.ts';
import { asStored } from '../../schema/decode/canonical.ts';
import type { Revision, Stored } from '../../store/store.ts';
import { deepFreeze } from '../../time/state.ts';
import { type Backend, tableFor } from '../backend.ts';
import { keepCompanions } from '../companions.ts';
import { withMeta } from '../metadata.ts';
import type { Served } from '../registry.ts';

/**
 * The object as storage gives it back: of the stored version, with defaults, in canonical form. Nobody keeps a selfLink.
 * `current`: what is stored already.
 */
export function storable(
  { kind: { type, strategy }, storage }: Served,
  object: KubeObject,
  current?: KubeObject,
): KubeObject {
  const { selfLink, ...metadata } = object.metadata ?? {};
  const plain = selfLink === undefined ? object : withMeta(object, metadata);
  const version = apiVersion(type);
  const typed =
    plain.apiVersion === version && plain.kind === type.kind
      ? plain
      : { ...plain, kind: type.kind, apiVersion: version };
  return asStored(strategy.defaults?.(typed, current) ?? typed, storage, current);
}

/** Undefined when the key is taken. */
export function putNew(
  backend: Backend,
  served: Served,
  key: string,
  object: KubeObject,
  origin: Origin,
): KubeObject | undefined {
  const made = backend.store.create(tableFor(served), key, (revision) => atRevision(object, revision), origin);
  if (made !== undefined) keepCompanions(backend, served, undefined, made.object, origin);
  return made?.object;
}

/** Undefined when it was written meanwhile, or is gone. */
export function putNext(
  backend: Backend,
  served: Served,
  current: Stored,
  next: KubeObject,
  origin: Origin,
): KubeObject | undefined {
  const { key, modified } = current;
  const make = (revision: Revision): KubeObject => atRevision(next, revision);
  const written = backend.store.update(tableFor(served), key, modified, make, origin)?.object;
  if (written !== undefined) keepCompanions(backend, served, current.object, written, origin);
  return written;
}

/** Its last state; undefined when it was written meanwhile, or is gone. */
export function takeAway(
  backend: Backend,
  served: Served,
  current: Stored,
  last: KubeObject,
  origin: Origin,
): KubeObject | undefined {
  const { key, modified } = current;
  const make = (revision: Revision): KubeObject => atRevision(last, revision);
  const gone = backend.store.delete(tableFor(served), key, modified, make, origin)?.object;
  if (gone !== undefined) keepCompanions(backend, served, gone, undefined, origin);
  return gone;
}

function atRevision(object: KubeObject, revision: Revision): KubeObject {
  return deepFreeze(withMeta(object, versioned(object.metadata ?? {}, String(revision))));
}

/** With its version in the place where it is written, behind the uid. */
function versioned(metadata: V1ObjectMeta, resourceVersion: string): V1ObjectMeta {
  if (metadata.resourceVersion !== undefined) return { ...metadata, resourceVersion };
  const { name, generateName, namespace, uid, ...rest } = metadata;
  return {
    ...(name === undefined ? {} : { name }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    resourceVersion,
    ...rest,
  };
}
