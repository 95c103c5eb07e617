// Objects within custom resources, which say themselves of what kind they are.

import { at, atKey, type FieldError, invalid, required } from '../../kube/fielderrors.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { dns1035Label, pathSegmentName } from '../../kube/names.ts';
import { plainMetaErrors } from '../metadata.ts';
import { additionalOf, isEmbedded, propertyOf, type Schema, schemaAt } from './jsonschema.ts';

export function* embeddedErrors(schema: Schema, value: JsonValue, path: string): Iterable<FieldError> {
  if (isArray(value)) {
    const items = schemaAt(schema, 'items');
    if (items === undefined) return;
    for (const [i, item] of value.entries()) yield* embeddedErrors(items, item, at(path, i));
  }
  if (!isObject(value) || isArray(value)) return;
  if (path !== '' && isEmbedded(schema)) yield* objectErrors(value, path);
  const additional = additionalOf(schema);
  for (const name of sortedKeys(value)) {
    const property = propertyOf(schema, name);
    const member = own(value, name) ?? null;
    if (property !== undefined) yield* embeddedErrors(property, member, path === '' ? name : at(path, name));
    else if (isObject(additional)) yield* embeddedErrors(additional, member, atKey(path, name));
  }
}

function* objectErrors(object: JsonObject, path: string): Iterable<FieldError> {
  for (const name of ['apiVersion', 'kind']) if (own(object, name) === undefined) yield required(at(path, name));
  const { apiVersion, kind, metadata } = object;
  if (apiVersion !== undefined) yield* versionErrors(apiVersion, at(path, 'apiVersion'));
  if (kind !== undefined) yield* kindErrors(kind, at(path, 'kind'));
  if (isObject(metadata)) yield* metadataErrors(metadata, at(path, 'metadata'));
}

function* versionErrors(version: JsonValue, field: string): Iterable<FieldError> {
  if (typeof version !== 'string') yield invalid(field, version, 'must be a string');
  else if (version === '') yield invalid(field, version, 'must not be empty');
  else if (version.split('/').length > 2) yield invalid(field, version, `unexpected GroupVersion string: ${version}`);
}

function* kindErrors(kind: JsonValue, field: string): Iterable<FieldError> {
  if (typeof kind !== 'string') yield invalid(field, kind, 'must be a string');
  else if (kind === '') yield invalid(field, kind, 'must not be empty');
  else {
    const problems = dns1035Label(kind.toLowerCase());
    if (problems.length > 0) {
      yield invalid(field, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`);
    }
  }
}

function* metadataErrors(metadata: JsonObject, path: string): Iterable<FieldError> {
  const { name } = metadata;
  const named = typeof name === 'string' && name !== '' ? metadata : { ...metadata, name: 'fakename' };
  const object: KubeObject = { metadata: named };
  const namespaced = (object.metadata?.namespace ?? '') !== '';
  for (const error of plainMetaErrors(object, { namespaced, name: pathSegmentName })) {
    yield { ...error, field: error.field.replace(/^metadata/, path) };
  }
}
