// Whether an applied configuration has the shape of its type. Errors are worded as the server words them.

import { goNumber, goValue, quote, sortedKeys } from '../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../json.ts';
import type { ListType, ScalarType, ValueType } from '../structure.ts';
import { fieldElement, printElement } from './element.ts';
import { DEDUCED, fieldTypeOf, ItemError, isAtomic, itemElement, shapeOf } from './shape.ts';

/** What is wrong with an object; `doubles`: a list may name an item twice. Empty when nothing is. One line each, with the path: `.spec.foo: field not declared in schema`. */
export function shapeErrors(type: ValueType, value: JsonValue, { doubles = false } = {}): readonly string[] {
  return errorsOf(type, value, { keeps: false, doubles }).map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  );
}

/** Several errors as one text. */
export function printErrors(errors: readonly string[]): string {
  return errors.length === 1 ? errors.join() : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');
}

interface ShapeError {
  readonly path: string;
  readonly message: string;
}

interface Leniency {
  /** An object around this one keeps what it doesn't declare, and then so does this one. */
  readonly keeps: boolean;
  readonly doubles: boolean;
}

function errorsOf(type: ValueType, value: JsonValue, lenient: Leniency): readonly ShapeError[] {
  if (value === null) return [];
  switch (shapeOf(type, value)) {
    case 'scalar':
      return type.kind === 'scalar' ? scalarErrors(type, value) : [];
    case 'list':
      if (!isArray(value)) return [wrong('list', value)];
      return type.kind === 'list' ? itemErrors(type, value, lenient) : [];
    case 'map':
      if (!isObject(value)) return [wrong('map', value)];
      return type.kind === 'object' && type.preserveUnknown
        ? fieldErrors(type, value, { ...lenient, keeps: true })
        : fieldErrors(type, value, lenient);
  }
}

function wrong(expected: string, value: JsonValue): ShapeError {
  return { path: '', message: `expected ${expected}, got &{${goValue(value)}}` };
}

function under(prefix: string, errors: readonly ShapeError[]): readonly ShapeError[] {
  return errors.map(({ path, message }) => ({ path: `${prefix}${path}`, message }));
}

function fieldErrors(type: ValueType, object: JsonObject, lenient: Leniency): readonly ShapeError[] {
  const errors: ShapeError[] = [];
  for (const key of sortedKeys(object)) {
    const value = own(object, key);
    if (value === undefined) continue;
    const fieldType = fieldTypeOf(type, key) ?? (lenient.keeps ? DEDUCED : undefined);
    const path = printElement(fieldElement(key));
    // The server looks no further than the first field that it doesn't know.
    if (fieldType === undefined) return [...errors, { path, message: 'field not declared in schema' }];
    errors.push(...under(path, errorsOf(fieldType, value, lenient)));
  }
  return errors;
}

function itemErrors(type: ListType, list: JsonArray, lenient: Leniency): readonly ShapeError[] {
  const errors: ShapeError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const place = isAtomic(type) ? { path: `[${i}]` } : placeOf(type, item, i);
    if (place.path === undefined) return [...errors, { path: '', message: place.problem }];
    if (!lenient.doubles && seen.has(place.path))
      errors.push({ path: '', message: `duplicate entries for key ${place.path}` });
    seen.add(place.path);
    errors.push(...under(place.path, errorsOf(type.items, item, lenient)));
  }
  return errors;
}

function placeOf(
  type: ListType,
  item: JsonValue,
  index: number,
): { readonly path: string } | { readonly path?: undefined; readonly problem: string } {
  try {
    return { path: printElement(itemElement(type, item)) };
  } catch (error) {
    if (error instanceof ItemError) return { problem: `element ${index}: ${error.message}` };
    throw error;
  }
}

function scalarErrors(type: ScalarType, value: JsonValue): readonly ShapeError[] {
  const problem = scalarProblem(type, value);
  return problem === undefined ? [] : [{ path: '', message: problem }];
}

function scalarProblem(type: ScalarType, value: JsonValue): string | undefined {
  switch (type.scalar) {
    case 'int32':
    case 'int64':
    case 'double':
      if (typeof value === 'number' || typeof value === 'bigint') return undefined;
      return `expected numeric (int or float), got ${goTypeName(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`;
    case 'string':
    case 'bytes':
    case 'duration':
      if (typeof value === 'string' || hasOpenFormat(type)) return undefined;
      return `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    default:
      if (!isObject(value) && !isArray(value)) return undefined;
      return `expected any scalar, got &{${goValue(value)}}`;
  }
}

/** A text with a format of its own may come as any scalar, says the server. */
function hasOpenFormat({ format, goType }: ScalarType): boolean {
  return goType === undefined && format !== undefined && format !== 'byte';
}

function goTypeName(value: JsonValue): string {
  if (isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Go's `%#v`. */
function goSyntax(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'bigint') return goNumber(value);
  if (isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return value === null ? 'interface {}(nil)' : String(value);
  const fields = sortedKeys(value).map((key) => `${quote(key)}:${goSyntax(own(value, key) ?? null)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}
