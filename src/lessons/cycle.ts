// Circles among things that need one another.

/** The first circle, from a thing back to itself; undefined when there is none. */
export function cycleIn(needs: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const next of needs.get(id) ?? []) {
      const found = visit(next, [...way, id]);
      if (found !== undefined) return found;
    }
    done.add(id);
    return undefined;
  };
  for (const id of needs.keys()) {
    const found = visit(id, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
