// How the document of version 2 writes the operations of its paths: bodies are parameters, and what many operations take
// is written once and pointed at.

import type { JsonObject } from '../../kube/json.ts';
import type { Documentation } from '../../schema/documentation.ts';
import { VERSION_2 } from './definitions.ts';
import type { Answer, Operation, Path } from './operations.ts';
import { type Parameter, parameterSchema } from './parameters.ts';
import { STATUSES, sharedOut, UNAUTHORIZED } from './pathitems.ts';

/** `paths`, and the `parameters` that they point at. */
export function pathsOfVersion2(paths: readonly Path[], docs: Documentation): JsonObject {
  const shared = new Map<string, JsonObject>();
  const items = paths.map(([path, operations]) => [path, pathItem(operations, docs, shared)] as const);
  return { paths: sorted(items), parameters: sorted([...shared]) };
}

function sorted(entries: readonly (readonly [string, JsonObject])[]): JsonObject {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pathItem(operations: readonly Operation[], docs: Documentation, shared: Map<string, JsonObject>): JsonObject {
  const { common, own } = sharedOut(operations);
  const written = (parameters: readonly Parameter[], body: readonly JsonObject[]): JsonObject => {
    const all = [...body, ...parameters.map((one) => inVersion2(one, docs))];
    return all.length === 0 ? {} : { parameters: all.map((one) => pointedAt(one, shared)) };
  };
  const items = operations.map((one) => {
    const { method, description, consumes, produces, tag, id, statuses, answers, marks } = one;
    const responses = statuses.map((status) => [
      status,
      { description: STATUSES[status] ?? '', schema: schemaOf(answers) },
    ]);
    const item: JsonObject = {
      description,
      ...(consumes.length === 0 ? {} : { consumes }),
      produces,
      schemes: ['https'],
      tags: [tag],
      operationId: id,
      ...written(own(one), bodyOf(one)),
      responses: { ...Object.fromEntries(responses), ...UNAUTHORIZED },
      ...marks,
    };
    return [method, item] as const;
  });
  return { ...Object.fromEntries(items), ...written(common, []) };
}

function schemaOf({ definition }: Answer): JsonObject {
  return definition === undefined ? { type: 'string' } : VERSION_2.reference(definition);
}

function bodyOf({ body }: Operation): readonly JsonObject[] {
  if (body === undefined) return [];
  const required = body.required ? { required: true } : {};
  return [{ name: 'body', in: 'body', ...required, schema: schemaOf(body) }];
}

/** In the order in which the names of shared parameters are made of them. */
function inVersion2(parameter: Parameter, docs: Documentation): JsonObject {
  const { schema, ...said } = parameterSchema(parameter, docs);
  const { description, name, in: where, required } = said;
  return {
    uniqueItems: true,
    type: parameter.type,
    ...(description === undefined ? {} : { description }),
    ...(name === undefined ? {} : { name }),
    ...(where === undefined ? {} : { in: where }),
    ...(required === undefined ? {} : { required }),
  };
}

/** Older clients look for these two in each operation; names of objects say of which kind. */
const UNSHARED: ReadonlySet<unknown> = new Set(['name', 'fieldValidation', 'dryRun']);
const OF_ALL_KINDS = '#/definitions/io.k8s.apimachinery';

function pointedAt(parameter: JsonObject, shared: Map<string, JsonObject>): JsonObject {
  const text = JSON.stringify(parameter);
  const isOfKind = parameter['in'] === 'body' && !text.includes(`"${OF_ALL_KINDS}`);
  if (UNSHARED.has(parameter['name']) || isOfKind) return parameter;
  const name = `${String(parameter['name'])}-${hashed(text)}`;
  shared.set(name, parameter);
  return { $ref: `#/parameters/${name}` };
}

const PRIME = 0x1_00_00_00_01_b3n;
const BASIS = 0xcb_f2_9c_e4_84_22_23_25n;

/** The first 48 bits of the text's FNV hash, in letters. */
function hashed(text: string): string {
  let hash = BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, hash * PRIME) ^ BigInt(byte);
  return Buffer.from(hash.toString(16).padStart(16, '0'), 'hex').subarray(0, 6).toString('base64url');
}
