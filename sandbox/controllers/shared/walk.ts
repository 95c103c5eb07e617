// In which order real controllers come across what they keep in maps.

import type { Draws } from '../../time/chance.ts';

/** A small map of their language has so many places, and is read from any of them on, round and round. */
const PLACES = 8;

/**
 * A walk over a map into which these were put in this order. The empty places lead to the first: it comes first most
 * often. `n` numbers the draw.
 */
export function walkOver<T>(items: readonly T[], chance: Draws, n: number): readonly T[] {
  const from = chance.below(n, Math.max(PLACES, items.length));
  return from === 0 || from >= items.length ? items : [...items.slice(from), ...items.slice(0, from)];
}
