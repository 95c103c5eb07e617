// The exact JSON reader: it keeps what JSON.parse loses (members that occur twice, the letters of a number, whole
// numbers beyond 2^53) and refuses in the words of Go's decoder. Slower than JSON.parse; `parse.ts` decides who reads.

import { quote } from '../../kube/go/text.ts';
import type { JsonArray, JsonObject, JsonValue } from '../../kube/json.ts';
import { DecodingError } from '../errors.ts';

/** What a plain JSON value can't hold of the object or list that was read. */
interface Note {
  /** All members in the order of the text, when a name occurs twice; the object itself has the last of each. */
  readonly members?: readonly (readonly [string, JsonValue])[];
  /** The letters of numbers that read differently when printed (`1.0`, `1e3`), by member or index. */
  readonly literals?: ReadonlyMap<string | number, string>;
}

export type Notes = ReadonlyMap<object, Note>;

export interface ParsedJson {
  readonly value: JsonValue;
  readonly notes?: Notes;
}

/** Go allows 10,000; deeper than this no type and no schema goes, and everything here recurses. */
export const MAX_DEPTH = 1000;

/** A reader at work. */
interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  readonly notes: Map<object, Note>;
}

/** A value, and the letters of a number that prints differently. */
interface Read {
  readonly value: JsonValue;
  readonly literal?: string;
}

/** Reads a text whole. Throws a DecodingError in Go's words. */
export function readExactly(text: string): ParsedJson {
  const reader: Reader = { text, at: 0, depth: 0, notes: new Map() };
  skipBlanks(reader);
  const { value } = readValue(reader);
  skipBlanks(reader);
  if (reader.at < text.length) fail(reader, 'after top-level value');
  return reader.notes.size === 0 ? { value } : { value, notes: reader.notes };
}

function letterAt({ text, at }: Reader): string {
  return text.charAt(at);
}

function skipBlanks(reader: Reader): void {
  while (isBlank(reader.text.charCodeAt(reader.at))) reader.at++;
}

/** `inWord`: Go takes the end of a text for one more blank, which can't stand there. */
function fail(reader: Reader, context: string, inWord = false): never {
  const ended = reader.at >= reader.text.length;
  if (ended && !inWord) throw new DecodingError('unexpected end of JSON input');
  const character = ended ? ' ' : letterAt(reader);
  throw new DecodingError(`invalid character ${quoteCharacter(character)} ${context}`);
}

function readValue(reader: Reader): Read {
  switch (letterAt(reader)) {
    case '{':
      return { value: nested(reader, readObject) };
    case '[':
      return { value: nested(reader, readArray) };
    case '"':
      return { value: readString(reader) };
    case 't':
      return { value: readWord(reader, 'true', true) };
    case 'f':
      return { value: readWord(reader, 'false', false) };
    case 'n':
      return { value: readWord(reader, 'null', null) };
    default:
      return readNumber(reader);
  }
}

function nested<T>(reader: Reader, read: (reader: Reader) => T): T {
  reader.depth++;
  if (reader.depth > MAX_DEPTH) fail(reader, 'exceeded max depth');
  reader.at++;
  skipBlanks(reader);
  const value = read(reader);
  reader.at++;
  reader.depth--;
  return value;
}

function readObject(reader: Reader): JsonObject {
  const members: [string, JsonValue][] = [];
  const literals = new Map<string, string>();
  while (letterAt(reader) !== '}') {
    const [key, { value, literal }] = readMember(reader);
    members.push([key, value]);
    if (literal === undefined) literals.delete(key);
    else literals.set(key, literal);
    if (!anotherFollows(reader, '}', 'after object key:value pair')) break;
    if (letterAt(reader) === '}') fail(reader, 'looking for beginning of object key string');
  }
  const object: JsonObject = Object.fromEntries(members);
  const twice = Object.keys(object).length < members.length;
  if (twice || literals.size > 0) {
    reader.notes.set(object, { ...(twice ? { members } : {}), ...(literals.size > 0 ? { literals } : {}) });
  }
  return object;
}

function readMember(reader: Reader): [string, Read] {
  if (letterAt(reader) !== '"') fail(reader, 'looking for beginning of object key string');
  const key = readString(reader);
  skipBlanks(reader);
  if (letterAt(reader) !== ':') fail(reader, 'after object key');
  reader.at++;
  skipBlanks(reader);
  return [key, readValue(reader)];
}

/** Passes the comma; false at the end of the collection. */
function anotherFollows(reader: Reader, end: string, context: string): boolean {
  skipBlanks(reader);
  if (letterAt(reader) === end) return false;
  if (letterAt(reader) !== ',') fail(reader, context);
  reader.at++;
  skipBlanks(reader);
  return true;
}

function readArray(reader: Reader): JsonArray {
  const items: JsonValue[] = [];
  const literals = new Map<number, string>();
  while (letterAt(reader) !== ']') {
    const { value, literal } = readValue(reader);
    if (literal !== undefined) literals.set(items.length, literal);
    items.push(value);
    if (!anotherFollows(reader, ']', 'after array element')) break;
    if (letterAt(reader) === ']') fail(reader, 'looking for beginning of value');
  }
  if (literals.size > 0) reader.notes.set(items, { literals });
  return items;
}

function readWord<T>(reader: Reader, letters: string, value: T): T {
  for (const letter of letters) {
    if (letterAt(reader) !== letter) fail(reader, `in literal ${letters} (expecting '${letter}')`, true);
    reader.at++;
  }
  return value;
}

function readString(reader: Reader): string {
  const start = reader.at++;
  for (;;) {
    const unit = reader.text.charCodeAt(reader.at);
    if (unit === 0x22) break;
    if (unit === 0x5c) readEscape(reader);
    else if (unit >= 0x20) reader.at++;
    else fail(reader, 'in string literal');
  }
  reader.at++;
  const text: string = JSON.parse(reader.text.slice(start, reader.at));
  return text.replaceAll(LONE_SURROGATE, '\ufffd');
}

function readEscape(reader: Reader): void {
  reader.at++;
  const letter = letterAt(reader);
  if (letter === '' || !'"\\/bfnrtu'.includes(letter)) fail(reader, 'in string escape code', true);
  reader.at++;
  for (let i = 0; letter === 'u' && i < 4; i++) {
    if (!/^[0-9a-fA-F]$/.test(letterAt(reader))) fail(reader, 'in \\u hexadecimal character escape', true);
    reader.at++;
  }
}

function readNumber(reader: Reader): Read {
  const start = reader.at;
  const negative = letterAt(reader) === '-';
  if (negative) reader.at++;
  if (letterAt(reader) === '0') reader.at++;
  else if (negative) readDigits(reader, 'in numeric literal');
  else readDigits(reader, 'looking for beginning of value', false);
  if (letterAt(reader) === '.') {
    reader.at++;
    readDigits(reader, 'after decimal point in numeric literal');
  }
  if (letterAt(reader) === 'e' || letterAt(reader) === 'E') {
    reader.at++;
    if (letterAt(reader) === '+' || letterAt(reader) === '-') reader.at++;
    readDigits(reader, 'in exponent of numeric literal');
  }
  const literal = reader.text.slice(start, reader.at);
  const value = numberOf(literal);
  return String(value) === literal ? { value } : { value, literal };
}

/** One digit at least. */
function readDigits(reader: Reader, context: string, inWord = true): void {
  if (!isDigit(reader.text.charCodeAt(reader.at))) fail(reader, context, inWord);
  while (isDigit(reader.text.charCodeAt(reader.at))) reader.at++;
}

export const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const INT64 = 2n ** 63n;

/** Whole numbers that an int64 holds stay whole; all others are doubles, as where Go decodes without a type. */
function numberOf(literal: string): number | bigint {
  const double = Number(literal);
  if (Number.isSafeInteger(double) || !/^-?\d+$/.test(literal)) return Object.is(double, -0) ? 0 : double;
  const whole = BigInt(literal);
  return whole >= -INT64 && whole < INT64 ? whole : double;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${quote(character).slice(1, -1)}'`;
}
