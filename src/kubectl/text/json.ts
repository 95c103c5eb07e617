// JSON as kubectl reads it and as it prints it.

import { isArray, isObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { jsonString, sortedKeys } from '../../../sandbox/kube/text.ts';
import { parseJson as parseExactly } from '../../../sandbox/schema/json/parse.ts';

/** Whole numbers that JSON.parse could not hold. */
const LONG_NUMBER = /[:,[]\s*-?\d{16}/;

/** What a server answered. Whole numbers beyond 2^53 are bigints. Throws a SyntaxError or a DecodingError. */
export function parseJson(text: string): JsonValue {
  return LONG_NUMBER.test(text) ? parseExactly(text).value : (JSON.parse(text) as JsonValue);
}

/** JSON on several lines, as Go's json.MarshalIndent writes it with four blanks. */
export function indentedJson(value: JsonValue, keys: 'as given' | 'sorted'): string {
  return indented(value, keys, '');
}

function indented(value: JsonValue, keys: 'as given' | 'sorted', indent: string): string {
  const inner = `${indent}    `;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + indented(item, keys, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return typeof value === 'string' ? jsonString(value) : String(value);
  const names = keys === 'sorted' ? sortedKeys(value) : Object.keys(value);
  const fields = names.flatMap((name) => {
    const field = own(value, name);
    return field === undefined ? [] : [`${inner}${jsonString(name)}: ${indented(field, keys, inner)}`];
  });
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`;
}
