// What is remembered between two looks at the cluster: what was seen, since when something holds, how things were at the
// start.

import type { JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';
import type { TeacherSession } from './session.ts';
import type { Verdict } from './verdict.ts';

/** One object that a `seen` was true for, as it was when that was first so. */
interface Sighting {
  readonly uid: string;
  readonly at: TimeMs;
  readonly object: KubeObject;
}

/** Something that is going on, from the moment at which it began. */
interface Window {
  /** Tells one rollout from another. */
  readonly print: string;
  /** As it was then; absent before there was one. */
  readonly copy?: TeacherSession;
  /** What came of trying it. */
  readonly verdict?: Verdict;
}

/** By the place of a check in its lesson. */
export interface Memory {
  /** The objects it was true for, in the order of time. */
  readonly seen: Map<string, readonly Sighting[]>;
  /** Since when it holds without a break; `print` tells whether the objects that it reads are still the same. */
  readonly held: Map<string, { readonly since: TimeMs; readonly print: string }>;
  /** The latest rollout of what a `continuity` is about. */
  readonly windows: Map<string, Window>;
  /** The objects as they were at the start, by namespace and name. */
  readonly start: Map<string, ReadonlyMap<string, KubeObject>>;
}

export function newMemory(): Memory {
  return { seen: new Map(), held: new Map(), windows: new Map(), start: new Map() };
}

/** Remembers a sighting; of one object only the first. */
export function remember(memory: Memory, at: string, object: KubeObject, time: TimeMs): void {
  const uid = object.metadata?.uid ?? '';
  const known = memory.seen.get(at) ?? [];
  if (known.some((one) => one.uid === uid)) return;
  memory.seen.set(at, [...known, { uid, at: time, object }]);
}

/** The object that a name of `as` stands for; null before it was seen. */
export function namedSighting(memory: Memory, at: string, which: 'first' | 'last'): JsonValue {
  const known = memory.seen.get(at) ?? [];
  const found = which === 'first' ? known[0] : known[known.length - 1];
  return found?.object ?? null;
}
