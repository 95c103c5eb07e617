// Reading one's own writes: a cache may be behind what a controller has written itself. It then waits, since it would do
// the same again otherwise.

import type { Informer, Key } from '../../client/informer.ts';
import type { KubeObject } from '../../kube/meta.ts';

/** By the key of an object: the version that was written last, or that it was deleted. Plain data. */
export type Written = Map<Key, { readonly version: bigint; readonly deleted: boolean }>;

export function newWritten(): Written {
  return new Map();
}

export function noteWritten(written: Written, key: Key, object: KubeObject): void {
  written.set(key, { version: versionOf(object), deleted: false });
}

/** `version`: the one that was deleted, as far as the cache knows. */
export function noteDeleted(written: Written, key: Key, object: KubeObject): void {
  written.set(key, { version: versionOf(object), deleted: true });
}

/** Forgets what the cache shows by now; true while it is behind in one of the keys. */
export function isBehind<T extends KubeObject>(written: Written, informer: Informer<T>, keys: Iterable<Key>): boolean {
  let behind = false;
  for (const key of keys) {
    const expected = written.get(key);
    if (expected === undefined) continue;
    const object = informer.get(key);
    const seen = expected.deleted
      ? object === undefined || versionOf(object) > expected.version
      : object !== undefined && versionOf(object) >= expected.version;
    if (seen) written.delete(key);
    else behind = true;
  }
  return behind;
}

function versionOf({ metadata }: KubeObject): bigint {
  return BigInt(metadata?.resourceVersion ?? '0');
}
