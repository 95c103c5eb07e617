// A cluster's state is one tree of plain data: frozen JSON, and mutable containers (objects, arrays, maps, sets, bytes).
// Code lives outside of it and is wired to it anew by each assembly, so that copying the tree copies the cluster.

/** A deep copy of mutable containers; what is frozen is shared, and so are bytes, which nobody changes in place. Two ways to one container stay two ways to one copy. */
export function copyState<T>(state: T): T {
  return copy(state, new Map(), 'state');
}

function copy<T>(value: T, seen: Map<object, unknown>, place: string): T {
  if (typeof value === 'function') throw new TypeError(`${place} holds a function; state is plain data`);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Object.isFrozen(value))
    return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;
  if (value instanceof Map) return copyMap(value, seen, place) as T;
  if (value instanceof Set) return copySet(value, seen) as T;
  if (Array.isArray(value)) return copyArray(value, seen, place) as T;
  return copyObject(value, seen, place);
}

function copyMap(map: Map<unknown, unknown>, seen: Map<object, unknown>, place: string): Map<unknown, unknown> {
  const result = new Map<unknown, unknown>();
  seen.set(map, result);
  for (const [key, value] of map) {
    result.set(key, copy(value, seen, place));
  }
  return result;
}

function copySet(set: Set<unknown>, seen: Map<object, unknown>): Set<unknown> {
  const result = new Set(set);
  seen.set(set, result);
  return result;
}

function copyArray(array: unknown[], seen: Map<object, unknown>, place: string): unknown[] {
  const result: unknown[] = new Array(array.length);
  seen.set(array, result);
  for (let i = 0; i < array.length; i++) result[i] = copy(array[i], seen, place);
  return result;
}

function copyObject<T extends object>(object: T, seen: Map<object, unknown>, place: string): T {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${place} holds an instance of ${object.constructor.name}; state is plain data`);
  }
  // The engine copies all fields at once; then those that hold something mutable get a copy of their own.
  const result: Record<string, unknown> =
    prototype === null ? Object.assign(Object.create(null), object) : { ...object };
  seen.set(object, result);
  for (const key in result) {
    const value = result[key];
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') continue;
    const copied = copy(value, seen, key);
    if (copied === value) continue;
    if (key === '__proto__') Object.defineProperty(result, key, { value: copied });
    else result[key] = copied;
  }
  return result as T;
}

/** Freezes a tree of plain JSON in depth, stopping at what is frozen already. Returns its argument. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value) deepFreeze(item);
  else for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  return value;
}
