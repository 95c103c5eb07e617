// JSON as kubectl reads it and as it prints it.

import { jsonString, sortedKeys } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { indentJson } from '../../../sandbox/schema/encode/json.ts';
import { parseJson as parseExactly } from '../../../sandbox/schema/json/parse.ts';

/** Whole numbers that JSON.parse could not hold. */
const LONG_NUMBER = /[:,[]\s*-?\d{16}/;

/** What a server answered. Whole numbers beyond 2^53 are bigints. Throws a SyntaxError or a DecodingError. */
export function parseJson(text: string): JsonValue {
  return LONG_NUMBER.test(text) ? parseExactly(text).value : (JSON.parse(text) as JsonValue);
}

/** JSON on several lines, as Go's json.MarshalIndent writes it with four blanks; keys are sorted. */
export function indentedJson(value: JsonValue): string {
  return indented(value, '');
}

/** The same of what is JSON already, with its keys in their order. */
export function indentCompact(compact: string): string {
  return indentJson(compact).replace(/^ +/gm, (blanks) => blanks + blanks);
}

function indented(value: JsonValue, indent: string): string {
  const inner = `${indent}    `;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + indented(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return typeof value === 'string' ? jsonString(value) : String(value);
  const fields = sortedKeys(value).flatMap((name) => {
    const field = own(value, name);
    return field === undefined ? [] : [`${inner}${jsonString(name)}: ${indented(field, inner)}`];
  });
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`;
}
