// How a scalar is written in YAML: plain where that can't be misread, else quoted; text of several lines as a block.

import { byteLength } from '../../kube/go/text.ts';
import { goFloat } from './numbers.ts';
import { resolve } from './resolve.ts';

/** A number, boolean or null. */
export function plainText(value: number | bigint | boolean | null): string {
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat(value) : integerText(value);
}

/** A whole number that JSON writes with an exponent is a float in YAML. */
function integerText(value: number | bigint | boolean | null): string {
  return typeof value === 'number' && Math.abs(value) >= 1e21 ? goFloat(value) : String(value);
}

/** Where a scalar begins, and where its further lines would. */
export interface Margins {
  readonly column: number;
  readonly indent: number;
}

/** A string in quotes or without. Where it would pass the 80th column, it goes on in the next line; a key doesn't. */
export function stringText(text: string, margins?: Margins): string {
  const style = styleOf(text);
  const units = unitsOf(text, style);
  const body = margins === undefined ? units.join('') : folded(units, style, margins);
  const quote = QUOTES[style];
  return quote + body + quote;
}

type Style = 'plain' | 'single' | 'double';
const QUOTES: Readonly<Record<Style, string>> = { plain: '', single: "'", double: '"' };

function styleOf(text: string): Style {
  if (/[\n\u2028\u2029]/.test(text) || !resolvesToString(text)) return 'double';
  const { plain, single } = analyse(text);
  return plain ? 'plain' : single ? 'single' : 'double';
}

/** The characters of a scalar as its style writes them. */
function unitsOf(text: string, style: Style): string[] {
  if (style === 'plain') return [...text];
  if (style === 'single') return Array.from(text, (character) => (character === "'" ? "''" : character));
  // An oddity of Go's library: behind a byte order mark it escapes everything.
  const marked = text.startsWith('\ufeff');
  return Array.from(text, (character) => (marked || ESCAPED.test(character) ? escapeCharacter(character) : character));
}

const WIDTH = 80;

/** Breaks lines at single blanks beyond the 80th column. */
function folded(units: readonly string[], style: Style, { column, indent }: Margins): string {
  const lineStart = `\n${' '.repeat(indent)}`;
  let at = column + QUOTES[style].length;
  let text = '';
  let afterBlank = false;
  units.forEach((unit, i) => {
    const next = units[i + 1];
    const inside = style === 'plain' || (i > 0 && i < units.length - 1);
    const breaks = unit === ' ' && !afterBlank && at > WIDTH && inside && (style === 'double' || next !== ' ');
    const written = !breaks ? unit : style === 'double' && next === ' ' ? `${lineStart}\\` : lineStart;
    text += written;
    at = breaks ? indent + (written.length - lineStart.length) : at + unit.length;
    afterBlank = unit === ' ';
  });
  return text;
}

/** Whether a key can stand before its `:` without `?`. */
export function isSimpleKey(key: string): boolean {
  return !/[\n\r\x85\u2028\u2029]/.test(key) && byteLength(key) <= 128;
}

/** A string with line ends as lines behind `|`; undefined when it needs quotes. */
export function blockLines(text: string): { readonly header: string; readonly lines: readonly string[] } | undefined {
  if (!text.includes('\n') || text.endsWith(' ') || / \n/.test(text) || NOT_PRINTABLE.test(text)) return undefined;
  const indent = /^[ \n]/.test(text) ? '2' : '';
  const chomp = text.endsWith('\n') ? (text === '\n' || text.endsWith('\n\n') ? '+' : '') : '-';
  return { header: `|${indent}${chomp}`, lines: text.replace(/\n$/, '').split('\n') };
}

/** Times and base-60 numbers of old are strings here, but other readers take them for something else. */
function resolvesToString(text: string): boolean {
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return false;
  return resolve(text)[0] === 'str';
}

/** Which forms a string without line ends can have. */
function analyse(text: string): { readonly plain: boolean; readonly single: boolean } {
  const single = !NOT_PRINTABLE.test(text);
  const spaced = text.startsWith(' ') || text.endsWith(' ');
  return { single, plain: single && !spaced && !INDICATORS.some((pattern) => pattern.test(text)) };
}

/** What isn't printable by the rules of Go's library: controls, tabs, and all beyond the basic plane. */
const NOT_PRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/** What would be read as something else than a plain scalar. */
const INDICATORS: readonly RegExp[] = [
  /^(?:---|\.\.\.)/,
  /^[#,[\]{}&*!|>'"%@`]/,
  /^[-?](?:[ \t]|$)/,
  /:(?:[ \t]|$)/,
  /[ \t]#/,
];

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\xa0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

const ESCAPED = /["\\\u2028\u2029]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

function escapeCharacter(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return `\\${known}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
