/** Alias of a definition → its texts: its own under the empty name, those of its fields under theirs. */
export function buildDocs(): Record<string, Record<string, string>>;
