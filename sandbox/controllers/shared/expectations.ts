// Expectations: a controller that has just made or deleted children knows more than its cache. Until the cache has caught
// up, or five minutes have passed, it does not act on that cache again: otherwise it would make every child twice.

import { type Key, keyOf } from '../../client/informer.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { TimeMs } from '../../time/units.ts';

interface Expected {
  creations: number;
  /** Keys of the children whose deletion was asked for. */
  readonly deletions: Set<Key>;
  readonly since: TimeMs;
}

/** Plain data: what is still to be seen, by the key of the parent. */
export type Expectations = Map<Key, Expected>;

/** A change of a child, as informers tell it. */
interface Seen {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: KubeObject;
}

const TIMEOUT_MS = 300_000;

export function newExpectations(): Expectations {
  return new Map();
}

/** Whether the cache shows all that was done. */
export function areMet(expectations: Expectations, parent: Key, now: TimeMs): boolean {
  const expected = expectations.get(parent);
  if (expected === undefined) return true;
  return (expected.creations <= 0 && expected.deletions.size === 0) || now - expected.since > TIMEOUT_MS;
}

/** What the cache shows now need not be waited for any more. */
export function noteSeen(expectations: Expectations, parent: Key, { type, object }: Seen): void {
  const going = type === 'deleted' || object.metadata?.deletionTimestamp !== undefined;
  if (going) deletionObserved(expectations, parent, keyOf(object));
  else if (type === 'added') creationObserved(expectations, parent);
}

export function expectCreations(expectations: Expectations, parent: Key, creations: number, now: TimeMs): void {
  expectations.set(parent, { creations, deletions: new Set(), since: now });
}

export function expectDeletions(expectations: Expectations, parent: Key, children: readonly Key[], now: TimeMs): void {
  expectations.set(parent, { creations: 0, deletions: new Set(children), since: now });
}

export function expectBoth(
  expectations: Expectations,
  parent: Key,
  creations: number,
  deletions: readonly Key[],
  now: TimeMs,
): void {
  expectations.set(parent, { creations, deletions: new Set(deletions), since: now });
}

/** A child was seen to appear, or will never appear because making it failed. */
export function creationObserved(expectations: Expectations, parent: Key, count = 1): void {
  const expected = expectations.get(parent);
  if (expected !== undefined) expected.creations -= count;
}

/** A child was seen to go, or its deletion failed. */
export function deletionObserved(expectations: Expectations, parent: Key, child: Key): void {
  expectations.get(parent)?.deletions.delete(child);
}
