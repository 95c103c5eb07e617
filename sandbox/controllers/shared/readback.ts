// Reading one's own writes: a cache may be behind what a controller has written itself. It then waits, since it would do
// the same again otherwise.

import { type Informer, type InformerEvent, type Key, keyOf } from '../../client/informer.ts';
import type { KubeObject, V1ObjectMeta } from '../../kube/meta.ts';
import { seconds, type TimeMs } from '../../time/units.ts';

/** By the key of an object: the version that was written last, or that it was deleted. Plain data. */
export type Written = Map<Key, Wrote>;

interface Wrote {
  readonly version: bigint;
  readonly deleted: boolean;
  readonly at: TimeMs;
  /** A turn was put off because the cache was behind: it is waited for. */
  awaited?: boolean;
}

/** What isn't seen after this time will never be: it was overwritten or has gone while nobody watched. */
const PATIENCE_MS = 30_000;

/** When to look again at a cache that is behind, if it doesn't say that it has caught up. */
export const LATER = { after: seconds(31), behind: true };

export function newWritten(): Written {
  return new Map();
}

export function noteWritten(written: Written, key: Key, object: Versioned, at: TimeMs): void {
  written.set(key, { version: versionOf(object), deleted: false, at });
}

/** `object`: as it was deleted, as far as the cache knows. */
export function noteDeleted(written: Written, key: Key, object: KubeObject, at: TimeMs): void {
  written.set(key, { version: versionOf(object), deleted: true, at });
}

/** The cache has shown that an object has gone. */
export function noteGone(written: Written, key: Key): void {
  written.delete(key);
}

/** The cache shows what was written here last, and nobody waits for that: it is no news. */
export function isOwnWrite(written: Written, object: KubeObject): boolean {
  const expected = written.get(keyOf(object));
  return expected !== undefined && expected.awaited !== true && versionOf(object) === expected.version;
}

/** Forgets what the cache shows by now; true while it is behind in one of the keys. */
export function isBehind<T extends KubeObject>(
  written: Written,
  informer: Informer<T>,
  keys: Iterable<Key>,
  now: TimeMs,
): boolean {
  let behind = false;
  for (const key of [...keys]) {
    const expected = written.get(key);
    if (expected === undefined) continue;
    const object = informer.get(key);
    const seen = expected.deleted
      ? object === undefined || versionOf(object) > expected.version
      : object !== undefined && versionOf(object) >= expected.version;
    if (seen || now - expected.at > PATIENCE_MS) written.delete(key);
    else {
      expected.awaited = true;
      behind = true;
    }
  }
  return behind;
}

/** The cache shows just what was written, and nobody has waited for that: there is nothing to do about it. */
export function isEcho<T extends KubeObject>(written: Written, { object, previous }: InformerEvent<T>): boolean {
  if (!isOwnWrite(written, object)) return false;
  // What a list has brought may hold changes of others as well.
  return previous !== undefined && sameBut(previous.metadata, object.metadata);
}

/** Nothing of it has changed that a write of its status leaves as it was. */
function sameBut(before: V1ObjectMeta = {}, now: V1ObjectMeta = {}): boolean {
  return (
    before.generation === now.generation &&
    before.deletionTimestamp === now.deletionTimestamp &&
    before.labels === now.labels &&
    before.annotations === now.annotations &&
    before.ownerReferences === now.ownerReferences
  );
}

interface Versioned {
  readonly metadata?: { readonly resourceVersion?: string } | undefined;
}

function versionOf({ metadata }: Versioned): bigint {
  return BigInt(metadata?.resourceVersion ?? '0');
}
