// Paths to fields as replacements have them: `spec.containers.[name=web].image`, `metadata.annotations.[a.b/c]`, `*` for
// every item of a list, and on into texts that hold JSON or YAML themselves.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonArray, type JsonValue, own, withKey } from '../../../sandbox/kube/json.ts';
import { plainText } from '../../../sandbox/schema/yaml/scalartext.ts';
import { parseYaml, writeYaml } from '../text/yaml.ts';
import { findsPattern } from './patterns.ts';

export type FieldPath = readonly string[];

/** Pieces between dots; brackets and backslashes keep dots together. */
export function splitPath(path: string): FieldPath {
  const pieces = path.split(/(?<!\\)\./).map((piece) => piece.replaceAll('\\.', '.'));
  const joined: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    let piece = pieces[i] ?? '';
    if (piece.startsWith('[') && !piece.endsWith(']')) {
      while (!piece.endsWith(']') && i < pieces.length - 1) piece += `.${pieces[++i]}`;
      if (!piece.includes('=')) piece = piece.replace(/^\[+|\]+$/g, '');
    }
    joined.push(piece);
  }
  return joined;
}

/** The value at a path; undefined where nothing is. */
export function valueAt(value: JsonValue, path: FieldPath): JsonValue | undefined {
  const [piece, ...rest] = path;
  if (piece === undefined) return value;
  const inner = isArray(value) ? itemAt(value, piece) : isObject(value) ? own(value, piece) : undefined;
  return inner === undefined ? undefined : valueAt(inner, rest);
}

function itemAt(list: JsonArray, piece: string): JsonValue | undefined {
  const index = piece === '-' ? list.length - 1 : Number(piece);
  if (Number.isInteger(index)) return list[index];
  const match = matchOf(piece);
  return match === undefined ? undefined : list.find((item) => fits(item, match));
}

/** What a new value is made of the old one, which is undefined where it has just come into being. */
export type FieldChange = (old: JsonValue | undefined) => JsonValue;

export interface Changed {
  readonly value: JsonValue;
  /** How many fields were found. */
  readonly count: number;
}

/** All fields at a path changed. With `create`, what is missing on the way comes into being. Throws for an index too high. */
export function changeFields(value: JsonValue, path: FieldPath, create: boolean, change: FieldChange): Changed {
  return within(value, path, create, change);
}

function within(value: JsonValue | undefined, path: FieldPath, create: boolean, change: FieldChange): Changed {
  const [piece, ...rest] = path;
  if (piece === undefined) return { value: change(value), count: 1 };
  if (typeof value === 'string') return inText(value, path, create, change);
  if (/^\d+$/.test(piece)) return atIndex(listOf(value), Number(piece), rest, create, change);
  const match = matchOf(piece);
  if (match !== undefined) return atMatches(listOf(value), match, rest, create, change);
  if (piece === '*') return every(listOf(value), rest, create, change);
  const object = isObject(value) ? value : {};
  const held = own(object, piece);
  if (held === undefined && !create) return { value: value ?? null, count: 0 };
  const inner = within(held, rest, create, change);
  return { value: withKey(object, piece, inner.value), count: inner.count };
}

function listOf(value: JsonValue | undefined): JsonArray {
  if (value === undefined) return [];
  if (isArray(value)) return value;
  throw new Error(`wrong node kind: expected SequenceNode but was ${isObject(value) ? 'MappingNode' : 'ScalarNode'}`);
}

function every(list: JsonArray, rest: FieldPath, create: boolean, change: FieldChange): Changed {
  const inner = list.map((item) => within(item, rest, create, change));
  return { value: inner.map(({ value }) => value), count: inner.reduce((sum, { count }) => sum + count, 0) };
}

function atIndex(list: JsonArray, index: number, rest: FieldPath, create: boolean, change: FieldChange): Changed {
  if (index >= list.length && !(create && index === list.length)) {
    throw new Error(`index ${index} specified but only ${list.length} elements found`);
  }
  const { value, count } = within(list[index], rest, create, change);
  return { value: index === list.length ? [...list, value] : list.with(index, value), count };
}

interface Match {
  /** Empty for items that are texts themselves. */
  readonly field: string;
  readonly pattern: string;
}

/** `[name=web]` */
function matchOf(piece: string): Match | undefined {
  const equals = piece.indexOf('=');
  if (!piece.startsWith('[') || !piece.endsWith(']')) return undefined;
  if (equals < 0) throw new Error('list path element must contain fieldName=fieldValue for element to match');
  return { field: piece.slice(1, equals), pattern: piece.slice(equals + 1, -1) };
}

function fits(item: JsonValue, { field, pattern }: Match): boolean {
  const value = field === '' ? item : isObject(item) ? own(item, field) : undefined;
  return value !== undefined && typeof value !== 'object' && findsPattern(pattern, scalarText(value));
}

function atMatches(list: JsonArray, match: Match, rest: FieldPath, create: boolean, change: FieldChange): Changed {
  const found = list.map((item) =>
    fits(item, match) ? within(item, rest, create, change) : { value: item, count: 0 },
  );
  const count = found.reduce((sum, each) => sum + each.count, 0);
  if (count > 0 || !create) return { value: found.map(({ value }) => value), count };
  const fresh = match.field === '' ? match.pattern : { [match.field]: match.pattern };
  const { value } = within(fresh, rest, create, change);
  return { value: [...list, value], count: 1 };
}

/** Texts that are JSON stay JSON, and others YAML. */
function inText(text: string, path: FieldPath, create: boolean, change: FieldChange): Changed {
  const parsed = parseYaml(text);
  if (typeof parsed !== 'object' || parsed === null) return { value: text, count: 0 };
  const { value, count } = within(parsed, path, create, change);
  return { value: count === 0 ? text : likeBefore(value, text), count };
}

function likeBefore(value: JsonValue, before: string): string {
  if (!/^\s*[{[]/.test(before)) return writeYaml(value).trim();
  const isPretty = before.includes('\n') && before.includes('  ');
  return isPretty ? JSON.stringify(JSON.parse(goJson(value, 'sorted')), undefined, 2) : goJson(value, 'sorted');
}

/** What stands in the file for a value; nothing for lists and objects. */
export function scalarText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isArray(value) || isObject(value) ? '' : plainText(value);
}
