// Reads a stream of JSON texts as jq does: one after the other, with line and column of what is wrong.

import type { Value } from './values.ts';

/** The text isn't JSON; the message is jq's. */
export class JsonError extends Error {}

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const DEPTH_MAX = 256;

/** All values of a text, in order; what was read before an error is yielded before it is thrown. */
export function* readJsonStream(text: string): Generator<Value> {
  const reader = { text, at: 0 };
  for (;;) {
    skipBlank(reader);
    if (reader.at >= text.length) return;
    yield readValue(reader, 0);
  }
}

export function parseJson(text: string): Value {
  const values = readJsonStream(text);
  const first = values.next();
  if (first.done === true) return null;
  if (values.next().done !== true) throw new JsonError(`Unexpected extra JSON values (while parsing '${text}')`);
  return first.value;
}

interface Reader {
  readonly text: string;
  at: number;
}

function skipBlank(reader: Reader): void {
  while (/[\s\u001e\ufeff]/.test(reader.text.charAt(reader.at)) && reader.at < reader.text.length) reader.at++;
}

function fail(reader: Reader, why: string): never {
  const before = reader.text.slice(0, reader.at + 1);
  const lines = before.split('\n');
  throw new JsonError(`${why} at line ${lines.length}, column ${lines.at(-1)?.length ?? 0}`);
}

function unfinished(reader: Reader): never {
  const lines = reader.text.split('\n');
  throw new JsonError(`Unfinished JSON term at EOF at line ${lines.length}, column ${lines.at(-1)?.length ?? 0}`);
}

function readValue(reader: Reader, depth: number): Value {
  skipBlank(reader);
  if (depth > DEPTH_MAX) fail(reader, 'Exceeds depth limit for parsing');
  const first = reader.text.charAt(reader.at);
  if (first === '') unfinished(reader);
  if (first === '{') return readObject(reader, depth);
  if (first === '[') return readList(reader, depth);
  if (first === '"') return readString(reader);
  return readWord(reader);
}

function readWord(reader: Reader): Value {
  NUMBER.lastIndex = reader.at;
  const number = NUMBER.exec(reader.text)?.[0];
  if (number !== undefined) {
    reader.at += number.length;
    return Number(number);
  }
  for (const [word, value] of WORDS) {
    if (!reader.text.startsWith(word, reader.at)) continue;
    reader.at += word.length;
    return value;
  }
  return fail(reader, /[A-Za-z]/.test(reader.text.charAt(reader.at)) ? 'Invalid literal' : 'Invalid numeric literal');
}

const WORDS: readonly (readonly [string, Value])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['nan', Number.NaN],
  ['NaN', Number.NaN],
];

function readList(reader: Reader, depth: number): Value {
  const items: Value[] = [];
  reader.at++;
  for (;;) {
    skipBlank(reader);
    if (reader.text.charAt(reader.at) === ']' && items.length === 0) break;
    items.push(readValue(reader, depth + 1));
    skipBlank(reader);
    const next = reader.text.charAt(reader.at);
    if (next === ']') break;
    if (next === '') unfinished(reader);
    if (next !== ',') fail(reader, 'Expected separator between values');
    reader.at++;
  }
  reader.at++;
  return items;
}

function readObject(reader: Reader, depth: number): Value {
  const members = new Map<string, Value>();
  reader.at++;
  for (;;) {
    skipBlank(reader);
    const next = reader.text.charAt(reader.at);
    if (next === '}' && members.size === 0) break;
    if (next === '') unfinished(reader);
    if (next !== '"') fail(reader, 'Object keys must be strings');
    const key = readString(reader);
    skipBlank(reader);
    if (reader.text.charAt(reader.at) === '') unfinished(reader);
    if (reader.text.charAt(reader.at) !== ':') fail(reader, 'Objects must consist of key:value pairs');
    reader.at++;
    members.set(key, readValue(reader, depth + 1));
    skipBlank(reader);
    const then = reader.text.charAt(reader.at);
    if (then === '}') break;
    if (then === '') unfinished(reader);
    if (then !== ',') fail(reader, 'Expected separator between values');
    reader.at++;
  }
  reader.at++;
  return members;
}

function readString(reader: Reader): string {
  const from = reader.at;
  let at = from + 1;
  while (at < reader.text.length && reader.text.charAt(at) !== '"') at += reader.text.charAt(at) === '\\' ? 2 : 1;
  if (at >= reader.text.length) unfinished(reader);
  reader.at = at + 1;
  const raw = reader.text.slice(from, at + 1);
  try {
    return String(
      JSON.parse(raw.replace(/[\u0000-\u001f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)),
    );
  } catch {
    return fail(reader, 'Invalid escape');
  }
}
