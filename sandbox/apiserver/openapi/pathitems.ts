// How the documents of version 3 write the operations of a path.

import type { JsonObject } from '../../kube/json.ts';
import type { Documentation } from '../../schema/documentation.ts';
import { VERSION_3 } from './definitions.ts';
import type { Answer, Operation } from './operations.ts';
import { type Parameter, parameterSchema } from './parameters.ts';

export const UNAUTHORIZED = { '401': { description: 'Unauthorized' } };
/** What each status of success is called. */
export const STATUSES: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };

/** What all operations of a path take is said of the path, what only some take of these; by name. */
export function sharedOut(operations: readonly Operation[]): {
  readonly common: readonly Parameter[];
  own(operation: Operation): readonly Parameter[];
} {
  const isCommon = (one: Parameter): boolean => operations.every(({ parameters }) => hasParameter(parameters, one));
  const common = (operations[0]?.parameters ?? []).filter(isCommon);
  return {
    common: byName(common),
    own: ({ parameters }) => byName(parameters.filter((one) => !hasParameter(common, one))),
  };
}

function hasParameter(parameters: readonly Parameter[], { name, in: where }: Parameter): boolean {
  return parameters.some((one) => one.name === name && one.in === where);
}

function byName(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...parameters].sort((a, b) => (a.name === b.name ? (a.in < b.in ? -1 : 1) : a.name < b.name ? -1 : 1));
}

export function pathItem(operations: readonly Operation[], docs: Documentation): JsonObject {
  const { common, own } = sharedOut(operations);
  const items = operations.map((one) => [one.method, operationItem(one, own(one), docs)] as const);
  return { ...Object.fromEntries(items), ...parametersIn(common, docs) };
}

function operationItem(operation: Operation, own: readonly Parameter[], docs: Documentation): JsonObject {
  const { tag, description, id, consumes, produces, body, statuses, answers, marks } = operation;
  const requestBody =
    body === undefined
      ? {}
      : { requestBody: { content: contentOf(consumes, body), ...(body.required ? { required: true } : {}) } };
  const content = contentOf(produces, answers);
  const responses = statuses.map((status) => [status, { description: STATUSES[status] ?? '', content }] as const);
  return {
    tags: [tag],
    description,
    operationId: id,
    ...parametersIn(own, docs),
    ...requestBody,
    responses: { ...Object.fromEntries(responses), ...UNAUTHORIZED },
    ...marks,
  };
}

function contentOf(mediaTypes: readonly string[], { definition }: Answer): JsonObject {
  const schema = definition === undefined ? { type: 'string' } : VERSION_3.reference(definition, true);
  return Object.fromEntries([...mediaTypes].sort().map((type) => [type, { schema }]));
}

function parametersIn(parameters: readonly Parameter[], docs: Documentation): JsonObject {
  return parameters.length === 0 ? {} : { parameters: parameters.map((one) => parameterSchema(one, docs)) };
}
