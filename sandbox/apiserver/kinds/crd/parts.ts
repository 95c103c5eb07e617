// Printer columns, selectable fields and subresources of CustomResourceDefinitions.

import { at, duplicate, invalid, required, tooMany } from '../../../kube/fielderrors.ts';
import { isObject } from '../../../kube/json.ts';
import type {
  V1CustomResourceColumnDefinition,
  V1CustomResourceSubresources,
  V1SelectableField,
} from '../../../schema/generated/types.ts';
import { additionalOf, propertyOf, type Schema, schemaAt, textAt } from '../../customresources/jsonschema.ts';
import type { Errors } from '../shared/checks.ts';

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SELECTABLE_MAX = 8;

export function* columnErrors(columns: readonly V1CustomResourceColumnDefinition[], list: string): Errors {
  for (const [i, { name, type, format = '', jsonPath }] of columns.entries()) {
    const field = at(list, i);
    const choices = `must be one of ${TYPES.join(',')}`;
    if ((name ?? '') === '') yield required(at(field, 'name'));
    if ((type ?? '') === '') yield required(at(field, 'type'), choices);
    else if (!TYPES.includes(type)) yield invalid(at(field, 'type'), type, choices);
    if (format !== '' && !FORMATS.includes(format)) {
      yield invalid(at(field, 'format'), format, `must be one of ${FORMATS.join(',')}`);
    }
    if ((jsonPath ?? '') === '') yield required(at(field, 'JSONPath'));
    else yield* simplePathErrors(at(field, 'JSONPath'), jsonPath);
  }
}

function* simplePathErrors(field: string, path: string): Errors {
  if (!path.startsWith('.')) yield invalid(field, path, 'must be a simple json path starting with .');
}

export function* selectableErrors(fields: readonly V1SelectableField[], schema: Schema, list: string): Errors {
  const seen = new Set<string>();
  for (const [i, { jsonPath = '' }] of fields.entries()) {
    const field = at(list, i, 'jsonPath');
    const found = schemaAtPath(schema, jsonPath);
    if (jsonPath === '') yield required(field);
    else if (typeof found === 'string') yield invalid(field, jsonPath, `is an invalid path: ${found}`);
    else {
      yield* selectableFieldErrors(field, jsonPath, found);
      if (seen.has(jsonPath)) yield duplicate(field, jsonPath);
      seen.add(jsonPath);
    }
  }
  if (seen.size > SELECTABLE_MAX) yield tooMany(list, seen.size, SELECTABLE_MAX);
}

function* selectableFieldErrors(field: string, path: string, schema: Schema): Errors {
  if (path.startsWith('.metadata')) yield invalid(field, path, 'must not point to fields in metadata');
  if (!['string', 'boolean', 'integer'].includes(textAt(schema, 'type'))) {
    const why =
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
    yield invalid(field, path, why);
  }
}

const NO_FIELD = 'does not refer to a valid field';

/** The schema of what a path leads to, or why it leads nowhere. */
function schemaAtPath(schema: Schema, path: string): Schema | string {
  const words = path.match(/[.[\]]|[^.[\]]+/g) ?? [];
  let found = schema;
  for (let i = 0; i < words.length; i += 2) {
    const [word = '', name] = words.slice(i);
    if (word === '[') return 'array notation is not allowed';
    if (word !== '.') return `expected [ or . but got: ${word}`;
    if (name === undefined) return 'unexpected end of JSON path';
    const next = schemaAt(found, 'properties') === undefined ? additionalOf(found) : propertyOf(found, name);
    if (!isObject(next)) return NO_FIELD;
    found = next;
  }
  return found;
}

export function* subresourceErrors(subresources: V1CustomResourceSubresources | undefined, list: string): Errors {
  const scale = subresources?.scale;
  if (scale === undefined) return;
  const places = [
    ['specReplicasPath', scale.specReplicasPath, ['.spec.'], 'should be a json path under .spec'],
    ['statusReplicasPath', scale.statusReplicasPath, ['.status.'], 'should be a json path under .status'],
    [
      'labelSelectorPath',
      scale.labelSelectorPath,
      ['.spec.', '.status.'],
      'should be a json path under either .spec or .status',
    ],
  ] as const;
  for (const [name, path = '', roots, detail] of places) {
    const field = at(list, 'scale', name);
    if (path === '') {
      if (name !== 'labelSelectorPath') yield required(field);
    } else if (!path.startsWith('.')) yield* simplePathErrors(field, path);
    else if (!roots.some((root) => path.startsWith(root))) yield invalid(field, path, detail);
  }
}
