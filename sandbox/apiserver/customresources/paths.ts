// Simple paths into custom resources: `.spec.replicas`.

import { isObject, type JsonObject, type JsonValue, own, withKey } from '../../kube/json.ts';

export type Found<T> = { readonly value: T } | { readonly problem: string };

function stepsOf(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}

/** What stands at a path; undefined where nothing does. */
export function valueAtPath(object: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of stepsOf(path)) value = isObject(value) ? own(value, step) : undefined;
  return value;
}

/** Why a path leads nowhere: something on it is no object. */
function blocked(object: JsonObject, path: string): { readonly problem: string } | undefined {
  let value: JsonValue | undefined = object;
  for (const step of stepsOf(path)) {
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      const why = `${shownValue(value)} is of the type ${goType(value)}, expected map[string]interface{}`;
      return { problem: `${shownPath(path)} accessor error: ${why}` };
    }
    value = own(value, step);
  }
  return undefined;
}

/** Undefined where there is nothing. */
export function numberAtPath(object: JsonObject, path: string): Found<number> | undefined {
  const value = valueAtPath(object, path);
  if (value === undefined) return blocked(object, path);
  if (typeof value === 'number' && Number.isInteger(value)) return { value };
  return {
    problem: `${shownPath(path)} accessor error: ${shownValue(value)} is of the type ${goType(value)}, expected int64`,
  };
}

export function textAtPath(object: JsonObject, path: string): Found<string> | undefined {
  const value = valueAtPath(object, path);
  if (value === undefined) return blocked(object, path);
  if (typeof value === 'string') return { value };
  return {
    problem: `${shownPath(path)} accessor error: ${shownValue(value)} is of the type ${goType(value)}, expected string`,
  };
}

function shownPath(path: string): string {
  return `.${stepsOf(path).join('.')}`;
}

function shownValue(value: JsonValue): string {
  if (value === null) return '<nil>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function goType(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** The object with another value at a path. */
export function withValueAtPath(object: JsonObject, path: string, value: JsonValue): JsonObject {
  return replaced(object, stepsOf(path), value);
}

function replaced(object: JsonObject, [step = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (rest.length === 0) return withKey(object, step, value);
  const inner = own(object, step);
  return withKey(object, step, replaced(isObject(inner) ? inner : {}, rest, value));
}
