// What a patch makes of a document. A real server patches text: it writes the parts that it had to open with sorted keys
// and leaves the others as they were. The difference shows in error messages only, which quote the whole document.

import { goJson, jsonString, sortedKeys } from '../go/text.ts';
import { isArray, isObject, type JsonValue, own } from '../json.ts';

export interface Patched {
  readonly document: JsonValue;
  /** Objects and arrays of the document that were opened on the way. */
  readonly opened: ReadonlySet<JsonValue>;
}

/** The document as the server quotes it. */
export function patchedText({ document, opened }: Patched): string {
  return textOf(document, opened);
}

function textOf(value: JsonValue, opened: ReadonlySet<JsonValue>): string {
  if (!opened.has(value)) return goJson(value);
  if (isArray(value)) return `[${value.map((item) => textOf(item, opened)).join(',')}]`;
  if (!isObject(value)) return goJson(value);
  const fields = sortedKeys(value).flatMap((key) => {
    const field = own(value, key);
    return field === undefined ? [] : [`${jsonString(key)}:${textOf(field, opened)}`];
  });
  return `{${fields.join(',')}}`;
}

/** What decoding errors call a value. */
export function jsonKind(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
