// Empty containers that all states share until they hold something: most processes have no signals to remember, and a
// thousand idle ones should cost little to copy. They refuse to be changed.

const refuse = (): never => {
  throw new TypeError('this map is shared by everybody; take one of your own first');
};

function sharedMap(): Map<never, never> {
  const map = new Map<never, never>();
  map.set = refuse;
  return Object.freeze(map);
}

const NO_ENTRIES: Map<unknown, unknown> = sharedMap();

export const NOTHING: readonly never[] = Object.freeze([]);

/** An empty map that nobody may change. */
export function noEntries<K, V>(): Map<K, V> {
  return NO_ENTRIES as Map<K, V>;
}

/** The same map when it is one's own, otherwise a new one: an empty map may be shared, even if it doesn't look so. */
export function ownEntries<K, V>(map: Map<K, V>): Map<K, V> {
  return map.size === 0 ? new Map() : map;
}
