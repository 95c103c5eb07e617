// A cluster that was started, as bytes: opened again, it goes on from that moment, on any date. Starting one takes long
// when nothing of the program has run yet; opening takes a fiftieth of it.

import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ClusterState } from '../../../sandbox/cluster.ts';
import { between, EPOCH, type TimeMs } from '../../../sandbox/time/units.ts';
import { moveTimes, placesOfTimes, type TimePlaces } from './times.ts';

/** A started cluster that began at EPOCH. */
export interface ReadyImage {
  /** The state, and what in it is frozen. */
  readonly state: Buffer;
  readonly times: TimePlaces;
  /** With what its tokens are signed. */
  readonly tokenKey: string;
}

interface Kept {
  readonly state: ClusterState;
  readonly frozen: readonly object[];
}

/** The image of a snapshot. */
export function imageOf(state: ClusterState, tokenKey: string): ReadyImage {
  const frozen = new Set<object>();
  collectFrozen(state, frozen, new Set());
  const kept: Kept = { state, frozen: [...frozen] };
  const bytes = serialize(kept);
  return { state: bytes, times: placesOfTimes(bytes), tokenKey };
}

/** A state of its own for each call. `begin`: whole seconds after EPOCH. */
export function openImage({ state, times, tokenKey }: ReadyImage, begin: TimeMs): ClusterState {
  const bytes = Buffer.from(state);
  const by = between(EPOCH, begin);
  if (by !== 0) moveTimes(bytes, times, by, tokenKey);
  const kept = deserialize(bytes) as Kept;
  for (const object of kept.frozen) Object.freeze(object);
  return kept.state;
}

/** An image as a file has it. */
export function packImage(image: ReadyImage): Buffer {
  return deflateRawSync(serialize(image), { level: 9 });
}

export function unpackImage(file: Buffer): ReadyImage {
  return deserialize(inflateRawSync(file)) as ReadyImage;
}

function collectFrozen(value: unknown, frozen: Set<object>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || seen.has(value)) return;
  seen.add(value);
  if (Object.isFrozen(value)) frozen.add(value);
  if (value instanceof Map) for (const entry of value) for (const part of entry) collectFrozen(part, frozen, seen);
  else if (value instanceof Set) for (const item of value) collectFrozen(item, frozen, seen);
  else for (const item of Object.values(value)) collectFrozen(item, frozen, seen);
}
