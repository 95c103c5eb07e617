// The parameters that the documents name for each kind of write: clients look there for what they may ask.

import type { JsonObject } from '../../kube/json.ts';

/** How one version of OpenAPI writes a parameter's type. */
export type ParameterDialect = (type: JsonObject) => JsonObject;

export const PARAMETERS_2: ParameterDialect = (type) => type;
export const PARAMETERS_3: ParameterDialect = (type) => ({ schema: type });

const TEXT: JsonObject = { type: 'string', uniqueItems: true };
const TRUTH: JsonObject = { type: 'boolean', uniqueItems: true };
const WRITE: readonly (readonly [name: string, type: JsonObject])[] = [
  ['dryRun', TEXT],
  ['fieldManager', TEXT],
  ['fieldValidation', TEXT],
];

const BY_METHOD: ReadonlyMap<string, typeof WRITE> = new Map([
  ['post', WRITE],
  ['put', WRITE],
  ['patch', [...WRITE, ['force', TRUTH]]],
]);

/** `{ parameters: [...] }` of a method; nothing where there are none. */
export function parametersOf(method: string, dialect: ParameterDialect): JsonObject {
  const known = BY_METHOD.get(method);
  if (known === undefined) return {};
  return { parameters: known.map(([name, type]) => ({ name, in: 'query', ...dialect(type) })) };
}
