// Ways from a variable to the type of what an expression looks at: `self`, `spec`, `containers`, `@items`.

/** The first `length` steps of a storage which others may share. */
export interface Path {
  readonly steps: string[];
  readonly length: number;
}

export const NO_PATH: Path = { steps: [], length: 0 };

export function pathOf(variable: string): Path {
  return { steps: [variable], length: 1 };
}

/**
 * One step further. Just as on the server, longer paths share the storage of the one that they come from when it has room
 * (for a power of two of steps): of two paths that go on from the same place, the later one may overwrite the earlier.
 */
export function extended({ steps, length }: Path, step: string): Path {
  const full = (length & (length - 1)) === 0;
  const storage = full ? steps.slice(0, length) : steps;
  storage[length] = step;
  return { steps: storage, length: length + 1 };
}

export function stepsOf({ steps, length }: Path): readonly string[] {
  return steps.slice(0, length);
}
