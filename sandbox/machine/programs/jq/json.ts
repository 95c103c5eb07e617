// Reads a stream of JSON texts as jq does: one after the other, with line and column of what is wrong.

import type { Value } from './values.ts';

/** The text isn't JSON; the message is jq's. */
export class JsonError extends Error {}

/** What stands between blanks and signs. */
const TOKEN = /[^\s[\]{},:"]*/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DEPTH_MAX = 256;

/** A text, and how far it has been read. */
export interface Reader {
  readonly text: string;
  at: number;
}

/** All values of a text, in order; what was read before an error is yielded before it is thrown. */
export function* readJsonStream(reader: Reader): Generator<Value> {
  for (;;) {
    skipBlank(reader);
    if (reader.at >= reader.text.length) return;
    yield readValue(reader, 0);
  }
}

export function parseJson(text: string): Value {
  const values = readJsonStream({ text, at: 0 });
  const first = values.next();
  if (first.done === true) return null;
  if (values.next().done !== true) throw new JsonError(`Unexpected extra JSON values (while parsing '${text}')`);
  return first.value;
}

function skipBlank(reader: Reader): void {
  while (/[\s\u001e\ufeff]/.test(reader.text.charAt(reader.at)) && reader.at < reader.text.length) reader.at++;
}

/** What is wrong is noticed at the sign that stands there. */
function fail(reader: Reader, why: string): never {
  const before = reader.text.slice(0, reader.at + 1);
  const lines = before.split('\n');
  const where = reader.at >= reader.text.length ? 'at EOF at' : 'at';
  throw new JsonError(`${why} ${where} line ${lines.length}, column ${lines.at(-1)?.length ?? 0}`);
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
  TOKEN.lastIndex = reader.at;
  const token = TOKEN.exec(reader.text)?.[0] ?? '';
  reader.at += token.length;
  if (NUMBER.test(token)) return Number(token);
  const word = WORDS.get(token);
  if (word !== undefined) return word;
  if (token === '') return fail(reader, MISPLACED.get(reader.text.charAt(reader.at)) ?? 'Unmatched sign');
  return fail(reader, /^[tfn]/.test(token) && token.length !== 3 ? 'Invalid literal' : 'Invalid numeric literal');
}

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['nan', Number.NaN],
  ['NaN', Number.NaN],
]);

/** A sign where a value is to stand. */
const MISPLACED: ReadonlyMap<string, string> = new Map([
  [':', "':' not as part of an object"],
  [',', "Expected value before ','"],
  [']', 'Expected another array element'],
  ['}', 'Objects must consist of key:value pairs'],
]);

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
    if (next !== '"') {
      if (next !== '}') readValue(reader, depth + 1);
      fail(reader, next === '}' ? 'Objects must consist of key:value pairs' : 'Object keys must be strings');
    }
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
