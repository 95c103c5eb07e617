// What is wrong with how lists and maps of a schema are merged: `x-kubernetes-list-type` and its kin.

import { at, atKey, forbiddenField, invalid, notSupported, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { isArray, own } from '../../../kube/json.ts';
import { propertyOf, type Schema, schemaAt, textAt, textsAt } from '../../customresources/jsonschema.ts';
import type { Errors } from '../shared/checks.ts';
import { internalValue } from '../shared/internal.ts';

const MAP_TYPES = ['atomic', 'granular'];
const LIST_TYPES = ['atomic', 'set', 'map'];

export function* mapTypeErrors(schema: Schema, field: string): Errors {
  const mapType = own(schema, 'x-kubernetes-map-type');
  if (mapType === undefined) return;
  yield* ofType(schema, field, 'object', 'must be object if x-kubernetes-map-type is specified');
  if (!MAP_TYPES.includes(String(mapType))) yield notSupported(at(field, 'x-kubernetes-map-type'), mapType, MAP_TYPES);
}

function* ofType(schema: Schema, field: string, wanted: string, detail: string): Errors {
  const type = textAt(schema, 'type');
  if (type === wanted) return;
  yield type === '' ? required(at(field, 'type'), detail) : invalid(at(field, 'type'), type, detail);
}

export function* listTypeErrors(schema: Schema, field: string): Errors {
  const listType = own(schema, 'x-kubernetes-list-type');
  const keys = textsAt(schema, 'x-kubernetes-list-map-keys');
  const items = schemaAt(schema, 'items');
  const typeField = at(field, 'x-kubernetes-list-type');
  if (listType !== undefined && textAt(schema, 'type') !== 'array') {
    yield* ofType(schema, field, 'array', 'must be array if x-kubernetes-list-type is specified');
  } else if (listType === 'set' && items !== undefined) yield* setItemErrors(items, at(field, 'items'));
  if (listType !== undefined && !LIST_TYPES.includes(String(listType))) {
    yield notSupported(typeField, listType, LIST_TYPES);
  }
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    yield listType === undefined ? required(typeField, detail) : invalid(typeField, listType, detail);
  }
  if (listType === 'map') yield* mapErrors(schema, keys, field);
  if (items !== undefined && (listType === 'set' || listType === 'map')) {
    yield* itemErrors(items, listType === 'map' ? keys : [], field, listType);
  }
}

function* setItemErrors(items: Schema, field: string): Errors {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const type = textAt(items, 'type');
  const listType = own(items, 'x-kubernetes-list-type');
  if (type === 'array' && listType !== undefined && listType !== 'atomic') {
    yield invalid(at(field, 'x-kubernetes-list-type'), listType, detail);
  }
  // The real server shows the items' type as a list, whatever their type as a map is.
  if (type === 'object' && own(items, 'x-kubernetes-map-type') !== 'atomic') {
    yield invalid(at(field, 'x-kubernetes-map-type'), listType ?? null, detail);
  }
}

function* mapErrors(schema: Schema, keys: readonly string[], field: string): Errors {
  const keysField = at(field, 'x-kubernetes-list-map-keys');
  if (keys.length === 0) yield required(keysField, 'must not be empty if x-kubernetes-list-type is map');
  const given = own(schema, 'items');
  const items = schemaAt(schema, 'items');
  if (given === undefined) yield required(at(field, 'items'), 'must have a schema if x-kubernetes-list-type is map');
  else if (isArray(given)) {
    const JSONSchemas = internalValue('[]apiextensions.JSONSchemaProps', given);
    const shown = shownAsJson({ Schema: null, JSONSchemas });
    yield invalid(at(field, 'items'), shown, 'must only have a single schema if x-kubernetes-list-type is map');
  }
  if (items === undefined) return;
  const type = textAt(items, 'type');
  if (type === 'object') yield* keyErrors(items, keys, field);
  else {
    yield invalid(at(field, 'items', 'type'), type, "must be object if parent array's x-kubernetes-list-type is map");
  }
}

function* keyErrors(items: Schema, keys: readonly string[], field: string): Errors {
  const keysField = at(field, 'x-kubernetes-list-map-keys');
  for (const [i, key] of keys.entries()) {
    const property = propertyOf(items, key);
    if (property === undefined) yield invalid(keysField, [...keys], 'entries must all be names of item properties');
    else if (['array', 'object'].includes(textAt(property, 'type'))) {
      // The type that the real server shows is that of the items.
      const here = at(atKey(at(field, 'items', 'properties'), key), 'type');
      yield invalid(here, 'object', "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    if (keys.indexOf(key) < i) yield invalid(keysField, [...keys], 'must not contain duplicate entries');
  }
}

/** By what items are told apart has to be there. */
function* itemErrors(items: Schema, keys: readonly string[], field: string, listType: string): Errors {
  if (items['nullable'] === true) {
    const why = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    yield forbiddenField(at(field, 'items', 'nullable'), why);
  }
  const needed = textsAt(items, 'required');
  for (const key of keys) {
    const property = propertyOf(items, key);
    if (property === undefined) continue;
    const here = atKey(at(field, 'items', 'properties'), key);
    if (!needed.includes(key) && own(property, 'default') === undefined) {
      const detail =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      yield required(at(here, 'default'), detail);
    }
    if (property['nullable'] === true) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      yield forbiddenField(at(here, 'nullable'), detail);
    }
  }
}
