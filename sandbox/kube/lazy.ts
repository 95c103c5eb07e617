// Constants that cost something to make are made when they are first asked for: what comes out never changes.

/** The same value at every call, made by the first one. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The same for each of many things that never change: a type, a schema, a stored object. The value of one is made when it
 * is first asked for, and forgotten with it.
 */
export function lazyFor<K extends object, V extends NonNullable<unknown> | null>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
