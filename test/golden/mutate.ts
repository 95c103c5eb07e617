// Changes one thing in a recorded value: a word, a number, a line or an order.

import { isArray, isObject, type JsonValue } from './json.ts';
import { scan } from './normalise.ts';

export type Change = 'word' | 'number' | 'line' | 'order';
export const changes: readonly Change[] = ['word', 'number', 'line', 'order'];

/** Numbers from 0 up to 1, always the same for a seed. */
export type Random = () => number;

/** mulberry32 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Path = readonly (string | number)[];

interface Site {
  readonly path: Path;
  readonly value: JsonValue;
}

/** The value with one change, in a place drawn by chance; undefined when there is nothing to be changed in this way. */
export function mutate(value: JsonValue, change: Change, random: Random): JsonValue | undefined {
  const sites = [...sitesOf(value, [])].filter((site) => changed(site.value, change, () => 0) !== undefined);
  const site = sites[Math.floor(random() * sites.length)];
  if (site === undefined) return undefined;
  const replaced = changed(site.value, change, random);
  return replaced === undefined ? undefined : withValueAt(value, site.path, replaced);
}

function* sitesOf(value: JsonValue, path: Path): Generator<Site> {
  yield { path, value };
  if (isArray(value)) for (const [i, item] of value.entries()) yield* sitesOf(item, [...path, i]);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) if (item !== undefined) yield* sitesOf(item, [...path, key]);
  }
}

function changed(value: JsonValue, change: Change, random: Random): JsonValue | undefined {
  switch (change) {
    case 'word':
      return typeof value === 'string' ? changeText(value, /[A-Za-z]{3,}/g, otherWord, random) : undefined;
    case 'number':
      if (typeof value === 'number') return value + 1;
      return typeof value === 'string' ? changeText(value, /\d+/g, otherNumber, random) : undefined;
    case 'line':
      return withoutOne(value, random);
    case 'order':
      return swapped(value, random);
  }
}

function otherWord(word: string): string {
  const reversed = [...word].reverse().join('');
  return reversed === word ? `${word}ed` : reversed;
}

function otherNumber(digits: string): string {
  return String(BigInt(digits) + 1n).padStart(digits.length, '0');
}

/** Changes one match in a text, outside of what varies. */
function changeText(text: string, form: RegExp, other: (match: string) => string, random: Random): string | undefined {
  const matches: { readonly at: number; readonly text: string }[] = [];
  let done = 0;
  for (const token of scan(text)) {
    if (token.kind === 'text') {
      for (const match of token.text.matchAll(form)) matches.push({ at: done + match.index, text: match[0] });
    }
    done += token.text.length;
  }
  const match = matches[Math.floor(random() * matches.length)];
  if (match === undefined) return undefined;
  return text.slice(0, match.at) + other(match.text) + text.slice(match.at + match.text.length);
}

/** Without one line or element, or without one field. */
function withoutOne(value: JsonValue, random: Random): JsonValue | undefined {
  if (isArray(value)) {
    const at = Math.floor(random() * value.length);
    return value.length === 0 ? undefined : value.filter((_, i) => i !== at);
  }
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const lost = keys[Math.floor(random() * keys.length)];
  return lost === undefined ? undefined : Object.fromEntries(Object.entries(value).filter(([key]) => key !== lost));
}

/** With two neighbours the other way round. */
function swapped(value: JsonValue, random: Random): JsonValue | undefined {
  if (!isArray(value) || value.length < 2) return undefined;
  const at = Math.floor(random() * (value.length - 1));
  return value.map((item, i) => (i === at ? (value[at + 1] ?? item) : i === at + 1 ? (value[at] ?? item) : item));
}

export function withValueAt(value: JsonValue, path: Path, replaced: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return replaced;
  if (isArray(value)) return value.map((item, i) => (i === step ? withValueAt(item, rest, replaced) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === step && item !== undefined ? withValueAt(item, rest, replaced) : item,
    ]),
  );
}
