// Arguments of the form `key=value` and `key-`, which follow the objects that they are for.

export interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Tells objects from pairs. `what` is what the pairs are, in messages. */
export function splitArguments(
  args: readonly string[],
  what: string,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const isPair = (word: string): boolean => word.indexOf('=') > 0 || (word.endsWith('-') && word !== '-');
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const stray = args.slice(first).find((word) => !isPair(word));
  if (stray !== undefined) throw new Error(`all resources must be specified before ${what} changes: ${stray}`);
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

export function parsePairs(words: readonly string[], what: string, removable: boolean): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1));
    else if (removable && equals < 0 && word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1));
    else invalid.push(word);
  }
  if (invalid.length > 0) throw new Error(`invalid ${what} format: ${invalid.join(', ')}`);
  return { set, remove };
}
