// Text as Go measures, orders and quotes it. Messages of the API show values in these forms.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../json.ts';

/** The length in bytes of UTF-8: what Go's len counts, and what limits on lengths mean. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A pair of surrogates has two units and four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** Orders strings by their bytes in UTF-8, as Go does. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for the highest characters, although their units are not the highest. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Keys in the order in which Go writes those of a map. */
export function sortedKeys(object: object): string[] {
  return Object.keys(object).sort(compareText);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** Go's `%q`: quoted, with what can't be seen escaped. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escaped)}"`;
}

function escaped(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A string as Go's JSON encoder writes it: safe within HTML too. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

/** Compact JSON as Go writes it. Keys keep their order, as those of a struct do; `sorted` orders them, as Go does for maps. */
export function goJson(value: JsonValue, keys: 'as given' | 'sorted' = 'as given'): string {
  if (typeof value === 'string') return jsonString(value);
  if (isArray(value)) return `[${value.map((item) => goJson(item, keys)).join(',')}]`;
  if (isObject(value)) return `{${fieldsOf(value, keys).join(',')}}`;
  return String(value);
}

function fieldsOf(object: JsonObject, keys: 'as given' | 'sorted'): string[] {
  const names = keys === 'sorted' ? sortedKeys(object) : Object.keys(object);
  return names.flatMap((name) => {
    const value = own(object, name);
    return value === undefined ? [] : [`${jsonString(name)}:${goJson(value, keys)}`];
  });
}

const MAX_INT64 = 2n ** 63n - 1n;

/** A number as Go's `%v` prints it. Whole numbers that 64 bits can't hold are floating-point numbers to Go. */
export function goNumber(value: number | bigint): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'bigint' && value <= MAX_INT64 && value >= -MAX_INT64 - 1n) return String(value);
  return goFloat(Number(value));
}

/** A float64 as Go's `%v` prints it: `0.25`, `123456`, `1e+06`, `1.5e-07`. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return Object.is(value, -0) ? '-0' : String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y] c:<nil>]`, strings as they are. */
export function goValue(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number' || typeof value === 'bigint') return goNumber(value);
  if (isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const fields = sortedKeys(value).map((key) => `${key}:${goValue(own(value, key) ?? null)}`);
  return `map[${fields.join(' ')}]`;
}

/** A JSON value as Go's `%s` prints it, which is made for strings: `%!s(int64=5)`. */
export function goString(value: JsonValue): string {
  if (value === null) return '%!s(<nil>)';
  if (typeof value === 'boolean') return `%!s(bool=${value})`;
  if (typeof value === 'number' && !Number.isInteger(value)) return `%!s(float64=${goNumber(value)})`;
  if (typeof value === 'number' || typeof value === 'bigint') return `%!s(int64=${value})`;
  return goValue(value);
}

/** A JSON value as Go's `%#v` prints it, in the syntax of Go. */
export function goSyntax(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return quote(value);
  if (isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return goValue(value);
  const fields = sortedKeys(value).map((key) => `${quote(key)}:${goSyntax(own(value, key) ?? null)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

/** With a capital first letter. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
