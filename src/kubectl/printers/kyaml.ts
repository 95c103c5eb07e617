// `-o kyaml`: YAML with braces and quotes, in which nothing can be misread.

import { goNumber, sortedKeys } from '../../../sandbox/kube/go/text.ts';
import { isArray, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { parseJson } from '../text/json.ts';
import { identified, type ObjectPrinter } from './printer.ts';

/** Keys are sorted; those of an object whose type is known have the order of the type. */
export function kyamlPrinter(typeOf: (object: JsonObject) => KindType | undefined = () => undefined): ObjectPrinter {
  return {
    print(object, event) {
      if (event !== undefined) return kyamlText({ object, type: event }, sortedKeys);
      const named = identified(object);
      const type = typeOf(named);
      return type === undefined
        ? kyamlText(named, sortedKeys)
        : kyamlText(parseJson(encodeJson(named, type.type)), keysInOrder);
    },
  };
}

/** JavaScript puts keys that are whole numbers first. No field is called so: such an object is a map, whose keys are sorted. */
function keysInOrder(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  return /^\d+$/.test(keys[0] ?? '') ? sortedKeys(object) : keys;
}

/** A document. */
export function kyamlText(value: JsonValue, keysOf: Keys): string {
  return `---\n${written(value, 0, keysOf)}\n`;
}

/** The keys of an object in the order in which they are written. */
type Keys = (object: JsonObject) => readonly string[];

const FOLD = '\\\n';

function written(value: JsonValue, indent: number, keysOf: Keys): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' || typeof value === 'bigint') return goNumber(value);
  if (typeof value === 'string') return quoted(value, indent + 1);
  return isArray(value) ? list(value, indent, keysOf) : map(value, indent, keysOf);
}

/** Lists of lists and maps begin on the line of their bracket. */
function list(items: readonly JsonValue[], indent: number, keysOf: Keys): string {
  if (items.length === 0) return '[]';
  if (items.every((item) => item !== null && typeof item === 'object')) {
    return `[${items.map((item) => written(item, indent, keysOf)).join(', ')}]`;
  }
  const lines = items.map((item) => `${blanks(indent + 1)}${written(item, indent + 1, keysOf)},\n`);
  return `[\n${lines.join('')}${blanks(indent)}]`;
}

function map(object: JsonObject, indent: number, keysOf: Keys): string {
  const keys = keysOf(object).filter((key) => object[key] !== undefined);
  if (keys.length === 0) return '{}';
  const lines = keys.map((key) => {
    const name = needsQuotes(key) ? `"${[...key].map((each) => escaped(each, true)).join('')}"` : key;
    return `${blanks(indent + 1)}${name}: ${written(object[key] ?? null, indent + 1, keysOf)},\n`;
  });
  return `{\n${lines.join('')}${blanks(indent)}}`;
}

function blanks(level: number): string {
  return '  '.repeat(level);
}

/** A text of several lines is folded: a line of its own for each. */
function quoted(text: string, indent: number): string {
  if (!text.includes('\n')) return `"${[...text].map((each) => escaped(each, false)).join('')}"`;
  let out = `"${FOLD}`;
  for (const character of text) {
    if (out.endsWith('\n')) out += blanks(indent) + (/^[^\S\n]$/u.test(character) ? '\\' : ' ');
    out += character === '\n' ? `\\n${FOLD}` : escaped(character, false);
  }
  if (!out.endsWith('\n')) out += FOLD;
  return `${out}${blanks(indent)}"`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\v', '\\v'],
  ['\0', '\\0'],
  ['\u001b', '\\e'],
  ['\u0085', '\\N'],
  ['\u00a0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function escaped(character: string, compact: boolean): string {
  if (character === '\t') return compact ? '\\t' : '\t';
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => code.toString(16).padStart(digits, '0');
  if (code < 0x20 || code === 0x7f) return `\\x${hex(2)}`;
  return code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}

/** Whether a key could be read as something else than a text. */
function needsQuotes(key: string): boolean {
  return !/^[\p{L}\p{N}_](?:[\p{L}\p{N}_\-./]*[\p{L}\p{N}_])?$/u.test(key) || isAmbiguous(key);
}

const WORDS = /^(?:null|~|t|f|true|false|y|yes|on|n|no|off|\.inf|-\.inf|\+\.inf|\.nan|inf|infinity|nan)$/i;
const NUMBER = /^[+-]?(?:0x[0-9a-f]+|0b[01]+|0o?[0-7]+|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)$/i;

function isAmbiguous(key: string): boolean {
  return WORDS.test(key) || NUMBER.test(key.replaceAll('_', '')) || /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]|$)/.test(key);
}
