// Constants that cost something to make are made when they are first asked for: what comes out never changes.

/** The same value at every call, made by the first one. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
