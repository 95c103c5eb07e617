// The exact JSON reader: it keeps what JSON.parse loses (members that occur twice, the letters of a number, whole
// numbers beyond 2^53) and refuses in the words of Go's decoder. Slower than JSON.parse; `parse.ts` decides who reads.

import type { JsonArray, JsonObject, JsonValue } from '../../kube/json.ts';
import { quote } from '../../kube/text.ts';
import { DecodingError } from '../errors.ts';

/** What a plain JSON value can't hold of the object or list that was read. */
export interface Note {
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

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Reads a text whole. Throws a DecodingError in Go's words. */
export function readExactly(text: string): ParsedJson {
  const reader = createReader(text);
  return reader.document();
}

function createReader(text: string): { document(): ParsedJson } {
  const notes = new Map<object, Note>();
  let at = 0;
  let depth = 0;

  function document(): ParsedJson {
    blanks();
    const { value } = readValue();
    blanks();
    if (at < text.length) fail('after top-level value');
    return notes.size === 0 ? { value } : { value, notes };
  }

  function blanks(): void {
    while (isBlank(text.charCodeAt(at))) at++;
  }

  /** `blank`: what Go says when the text ends here, where it reads an end as one more blank. */
  function fail(context: string, blank = false): never {
    if (at >= text.length && !blank) throw new DecodingError('unexpected end of JSON input');
    const character = at < text.length ? text.charAt(at) : ' ';
    throw new DecodingError(`invalid character ${quoteCharacter(character)} ${context}`);
  }

  function readValue(): { value: JsonValue; literal?: string } {
    switch (text.charAt(at)) {
      case '{':
        return { value: nested(readObject) };
      case '[':
        return { value: nested(readArray) };
      case '"':
        return { value: readString() };
      case 't':
        return { value: word('true', true) };
      case 'f':
        return { value: word('false', false) };
      case 'n':
        return { value: word('null', null) };
      default:
        return readNumber();
    }
  }

  function nested<T>(read: () => T): T {
    depth++;
    if (depth > MAX_DEPTH) fail('exceeded max depth');
    at++;
    blanks();
    const value = read();
    at++;
    depth--;
    return value;
  }

  function readObject(): JsonObject {
    const members: [string, JsonValue][] = [];
    const literals = new Map<string, string>();
    while (text.charAt(at) !== '}') {
      if (text.charAt(at) !== '"') fail('looking for beginning of object key string');
      const key = readString();
      blanks();
      if (text.charAt(at) !== ':') fail('after object key');
      at++;
      blanks();
      const { value, literal } = readValue();
      members.push([key, value]);
      if (literal === undefined) literals.delete(key);
      else literals.set(key, literal);
      blanks();
      if (text.charAt(at) === '}') break;
      if (text.charAt(at) !== ',') fail('after object key:value pair');
      at++;
      blanks();
      if (text.charAt(at) === '}') fail('looking for beginning of object key string');
    }
    return noted(members, literals);
  }

  function noted(
    members: readonly (readonly [string, JsonValue])[],
    literals: ReadonlyMap<string, string>,
  ): JsonObject {
    const object: JsonObject = Object.fromEntries(members);
    const twice = Object.keys(object).length < members.length;
    if (twice || literals.size > 0) {
      notes.set(object, { ...(twice ? { members } : {}), ...(literals.size > 0 ? { literals } : {}) });
    }
    return object;
  }

  function readArray(): JsonArray {
    const items: JsonValue[] = [];
    const literals = new Map<number, string>();
    while (text.charAt(at) !== ']') {
      const { value, literal } = readValue();
      if (literal !== undefined) literals.set(items.length, literal);
      items.push(value);
      blanks();
      if (text.charAt(at) === ']') break;
      if (text.charAt(at) !== ',') fail('after array element');
      at++;
      blanks();
      if (text.charAt(at) === ']') fail('looking for beginning of value');
    }
    if (literals.size > 0) notes.set(items, { literals });
    return items;
  }

  function word<T>(letters: string, value: T): T {
    for (const letter of letters) {
      if (text.charAt(at) !== letter) fail(`in literal ${letters} (expecting '${letter}')`, true);
      at++;
    }
    return value;
  }

  function readString(): string {
    const start = at++;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === 0x22) break;
      if (unit === 0x5c) readEscape();
      else if (unit >= 0x20) at++;
      else fail('in string literal');
    }
    at++;
    const literal: string = JSON.parse(text.slice(start, at));
    return literal.replaceAll(LONE_SURROGATE, '\ufffd');
  }

  function readEscape(): void {
    at++;
    const letter = text.charAt(at);
    if (letter === '' || !'"\\/bfnrtu'.includes(letter)) fail('in string escape code', true);
    at++;
    if (letter !== 'u') return;
    for (let i = 0; i < 4; i++) {
      if (!/^[0-9a-fA-F]$/.test(text.charAt(at))) fail('in \\u hexadecimal character escape', true);
      at++;
    }
  }

  function readNumber(): { value: JsonValue; literal?: string } {
    const start = at;
    if (text.charAt(at) === '-') {
      at++;
      if (!isDigit(text.charCodeAt(at))) fail('in numeric literal', true);
    } else if (!isDigit(text.charCodeAt(at))) fail('looking for beginning of value');
    if (text.charAt(at) === '0') at++;
    else digits();
    if (text.charAt(at) === '.') {
      at++;
      if (!isDigit(text.charCodeAt(at))) fail('after decimal point in numeric literal', true);
      digits();
    }
    if (text.charAt(at) === 'e' || text.charAt(at) === 'E') {
      at++;
      if (text.charAt(at) === '+' || text.charAt(at) === '-') at++;
      if (!isDigit(text.charCodeAt(at))) fail('in exponent of numeric literal', true);
      digits();
    }
    const literal = text.slice(start, at);
    const value = numberOf(literal);
    return String(value) === literal ? { value } : { value, literal };
  }

  function digits(): void {
    while (isDigit(text.charCodeAt(at))) at++;
  }

  return { document };
}

export const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Whole numbers that an int64 holds stay whole; all others are doubles, as where Go decodes without a type. */
export function numberOf(literal: string): number | bigint {
  const double = Number(literal);
  if (Number.isSafeInteger(double) || !/^-?\d+$/.test(literal)) return Object.is(double, -0) ? 0 : double;
  const whole = BigInt(literal);
  return whole >= INT64_MIN && whole <= INT64_MAX ? whole : double;
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
