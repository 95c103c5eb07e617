// What is remembered between two looks at the cluster: what was seen, since when something holds, how things were at the
// start. Plain data: it goes into the progress, and undo cuts it back.

import type { JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';

/** One object that a `seen` was true for, as it was then. */
export interface Sighting {
  readonly uid: string;
  readonly at: TimeMs;
  readonly object: KubeObject;
}

export interface Memory {
  /** By the check's place: the objects it was true for, in the order of time; the latest state of each at which it was. */
  readonly seen: Map<string, Sighting[]>;
  /** By the check's place: since when it holds without a break, and the revision of the youngest object it read then. */
  readonly held: Map<string, { readonly since: TimeMs; readonly print: string }>;
  /** By the check's place: the objects as they were at the start, by uid. */
  readonly start: Map<string, ReadonlyMap<string, KubeObject>>;
}

export function newMemory(): Memory {
  return { seen: new Map(), held: new Map(), start: new Map() };
}

/** Remembers a sighting. The first state is kept for `first`; a later one of the same object takes its place only as its state. */
export function remember(memory: Memory, at: string, object: KubeObject, now: TimeMs): void {
  const uid = object.metadata?.uid ?? '';
  const known = memory.seen.get(at) ?? [];
  if (known.some((one) => one.uid === uid)) return;
  memory.seen.set(at, [...known, { uid, at: now, object }]);
}

/** What was seen after this moment was undone: it is forgotten. */
export function cutBack(memory: Memory, now: TimeMs): void {
  for (const [at, sightings] of memory.seen)
    memory.seen.set(
      at,
      sightings.filter((one) => one.at <= now),
    );
  memory.held.clear();
}

/** The object that a name of `as` stands for; null before it was seen. */
export function namedSighting(memory: Memory, at: string, which: 'first' | 'last'): JsonValue {
  const known = memory.seen.get(at) ?? [];
  const found = which === 'first' ? known[0] : known[known.length - 1];
  return (found?.object as unknown as JsonValue | undefined) ?? null;
}
