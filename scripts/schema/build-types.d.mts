/** The files of sandbox/schema/generated/ as texts, by name. */
export function buildTypes(): Record<string, string>;
/** Alias of a definition → name of its type. */
export function typeNames(aliases: readonly string[]): Map<string, string>;
/** The names of client-node's models. */
export function clientNodeModels(): Set<string>;
