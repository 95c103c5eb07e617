// The parameters that the documents name: clients look there for what they may ask.

import type { JsonObject } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import type { ValueType } from '../../kube/structure.ts';
import type { Documentation } from '../../schema/documentation.ts';
import { kindType } from '../../schema/schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'boolean' | 'integer';
  /** What it is for, where that isn't said with all others. */
  readonly says?: string;
}

function query(name: string, type: Parameter['type'] = 'string'): Parameter {
  return { name, in: 'query', type };
}

/** Of an object of this kind. */
export function nameOf(kind: string): Parameter {
  return { name: 'name', in: 'path', type: 'string', says: `name of the ${kind}` };
}

export const NAMESPACE: Parameter = { name: 'namespace', in: 'path', type: 'string' };
export const PATH: Parameter = { name: 'path', in: 'path', type: 'string' };
export const PRETTY = query('pretty');
export const FORCE = query('force', 'boolean');
export const WRITING: readonly Parameter[] = [query('dryRun'), query('fieldManager'), query('fieldValidation')];

export const RESOURCE_VERSION = query('resourceVersion');

const SELECTING: readonly Parameter[] = [
  query('continue'),
  query('fieldSelector'),
  query('labelSelector'),
  query('limit', 'integer'),
  RESOURCE_VERSION,
  query('resourceVersionMatch'),
  query('sendInitialEvents', 'boolean'),
  query('shardSelector'),
  query('timeoutSeconds', 'integer'),
];

export const LISTING: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean'),
  ...SELECTING,
  query('watch', 'boolean'),
];

export const DELETION: readonly Parameter[] = [
  query('dryRun'),
  query('gracePeriodSeconds', 'integer'),
  query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy'),
];

export const COLLECTION_DELETION: readonly Parameter[] = [...SELECTING, ...DELETION];

/** The fields of a kind of options, as parameters. */
export function optionsOf({ group, version, kind }: GroupVersionKind): readonly Parameter[] {
  const fields = kindType(group, version, kind)?.type.fields ?? [];
  return fields.filter(({ name }) => !UNTOLD.has(name)).map((field) => query(field.name, typeOf(field.type())));
}

/** No parameters of theirs: what kind of options these are, and a time that a query can't carry. */
const UNTOLD: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'sinceTime']);

function typeOf(type: ValueType): Parameter['type'] {
  if (type.kind === 'list') return typeOf(type.items);
  const scalar = type.kind === 'scalar' ? type.scalar : 'string';
  if (scalar === 'boolean') return 'boolean';
  return scalar === 'int32' || scalar === 'int64' ? 'integer' : 'string';
}

/** A parameter as version 3 writes it. */
export function parameterSchema(parameter: Parameter, docs: Documentation): JsonObject {
  const { name, in: where, type, says } = parameter;
  const description = says ?? docs.parameter(name);
  return {
    name,
    in: where,
    ...(description === undefined ? {} : { description }),
    ...(where === 'path' ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  };
}
