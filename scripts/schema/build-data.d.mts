/** The files of sandbox/schema/data/ as texts, by name, made from the facts in a folder. */
export function buildData(folder: string): Record<string, string>;
