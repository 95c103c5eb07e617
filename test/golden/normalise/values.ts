// Compares two JSON values: everything counts, but for what varies from run to run.

import { type Difference, difference } from '../difference.ts';
import { at, entries, isArray, isObject, type JsonObject, type JsonValue, own, printJson, textAt } from '../json.ts';
import { type Comparison, inRecordedNames, noteVersion, sameVariable } from './comparison.ts';
import { sameFigure } from './figures.ts';
import { masked } from './scan.ts';
import { compareTexts, sameText } from './strings.ts';
import { withoutAge } from './tables.ts';

/** The first place where the values differ; undefined when they say the same. */
export function compareValues(
  comparison: Comparison,
  recorded: JsonValue | undefined,
  ours: JsonValue | undefined,
  path: string,
): Difference | undefined {
  if (isObject(recorded) && isObject(ours)) return compareObjects(comparison, recorded, ours, path);
  if (isArray(recorded) && isArray(ours)) return compareArrays(comparison, recorded, ours, path);
  if (comparison.rules.figures && sameFigure(path, recorded, ours)) return undefined;
  if (typeof recorded === 'string' && typeof ours === 'string') {
    const [left, right] = /\.(?:cells|row)\[\d+\]$/.test(path)
      ? [withoutAge(recorded), withoutAge(ours)]
      : [recorded, ours];
    return compareTexts(comparison, left, right, path);
  }
  return sameScalar(comparison, recorded, ours, path) ? undefined : difference(path, show(recorded), show(ours));
}

function show(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : printJson(value);
}

function sameScalar(
  comparison: Comparison,
  recorded: JsonValue | undefined,
  ours: JsonValue | undefined,
  path: string,
): boolean {
  if (typeof recorded === 'number' && typeof ours === 'number' && /nodeport$/i.test(path) && recorded > 0 && ours > 0) {
    const port = (value: number) => ({ kind: 'nodePort', text: String(value) }) as const;
    return sameVariable(comparison, port(recorded), port(ours), path);
  }
  return recorded === ours;
}

function compareObjects(
  comparison: Comparison,
  recorded: JsonObject,
  ours: JsonObject,
  path: string,
): Difference | undefined {
  noteAlias(comparison, recorded, ours);
  const keys = matchKeys(comparison, recorded, ours, path);
  for (const [key, value] of entries(recorded)) {
    const place = placeOf(path, key);
    const ownKey = keys.get(key);
    if (ownKey === undefined) return difference(place, printJson(value), undefined);
    if (key === 'resourceVersion' && noteObjectVersion(comparison, recorded, ours, place)) continue;
    const found = compareValues(comparison, value, own(ours, ownKey), place);
    if (found !== undefined) return found;
  }
  const matched = new Set(keys.values());
  const surplus = entries(ours).find(([key]) => !matched.has(key));
  if (surplus !== undefined) return difference(placeOf(path, surplus[0]), undefined, printJson(surplus[1]));
  return comparison.rules.keyOrder ? compareKeyOrder([...keys.values()], ours, path) : undefined;
}

function placeOf(path: string, key: string): string {
  const step = /^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}

/** Keys can hold uids and generated names too. Recorded key → ours. */
function matchKeys(
  comparison: Comparison,
  recorded: JsonObject,
  ours: JsonObject,
  path: string,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const free = new Set(entries(ours).map(([key]) => key));
  const open = entries(recorded)
    .map(([key]) => key)
    .filter((key) => {
      if (masked(key) === key && !free.has(key)) return true;
      if (masked(key) !== key || !free.delete(key)) return true;
      keys.set(key, key);
      return false;
    });
  for (const key of open) {
    const match = [...free].find(
      (other) => inRecordedNames(comparison, other, 'own') === inRecordedNames(comparison, key, 'recorded'),
    );
    if (match === undefined || !sameText(comparison, key, match, path)) continue;
    free.delete(match);
    keys.set(key, match);
  }
  return keys;
}

/** The order of our keys against the recorded one; keys that look like numbers have no order in this language. */
function compareKeyOrder(expected: readonly string[], ours: JsonObject, path: string): Difference | undefined {
  const ordered = (keys: readonly string[]) => keys.filter((key) => !/^\d+$/.test(key));
  const [left, right] = [ordered(expected), ordered(entries(ours).map(([key]) => key))];
  if (left.every((key, i) => key === right[i])) return undefined;
  return difference(`${path} (order of keys)`, left.join(', '), right.join(', '));
}

/** `generateName: "x"` may give `xbcdfg`, whose random part has no form of its own. */
function noteAlias(comparison: Comparison, recorded: JsonObject, ours: JsonObject): void {
  const prefix = textAt(recorded, 'generateName');
  const [name, other] = [textAt(recorded, 'name'), textAt(ours, 'name')];
  if (prefix === undefined || prefix.endsWith('-') || name === undefined || other === undefined) return;
  if (prefix !== textAt(ours, 'generateName') || name.length !== other.length || name === other) return;
  if (name.startsWith(prefix) && other.startsWith(prefix)) comparison.aliases.set(other, name);
}

/** Notes the versions of an object's or a list's metadata; false when these are no versions to be noted. */
function noteObjectVersion(comparison: Comparison, recorded: JsonObject, ours: JsonObject, path: string): boolean {
  const [left, right] = [textAt(recorded, 'resourceVersion'), textAt(ours, 'resourceVersion')];
  if (left === undefined || right === undefined || !/^[1-9]\d*$/.test(left) || !/^[1-9]\d*$/.test(right)) return false;
  const uid = textAt(recorded, 'uid') ?? '';
  noteVersion(comparison, { recorded: Number(left), own: Number(right), loose: uid === '', of: uid, path });
  return true;
}

function compareArrays(
  comparison: Comparison,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
  path: string,
): Difference | undefined {
  const unordered = unorderedLists.find(({ place }) => place.test(path))?.sort;
  const left = unordered?.(recorded) ?? inStableOrder(comparison, recorded, 'recorded');
  const right = unordered?.(ours) ?? inStableOrder(comparison, ours, 'own');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const found = compareValues(comparison, left[i], right[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Lists in an order that says nothing: managed fields come in that of their times, the rules of a review in that in which
 * the server happens to hold the bindings.
 */
const unorderedLists: readonly { readonly place: RegExp; readonly sort: Sort }[] = [
  { place: /\.managedFields$/, sort: byManager },
  { place: /\.status\.(?:r|nonR)esourceRules$/, sort: byText },
];

/** Whether a list of this name has no order. */
export function isUnordered(key: string): boolean {
  return unorderedLists.some(({ place }) => place.test(`.${key}`) || place.test(`.status.${key}`));
}

type Sort = (items: readonly JsonValue[]) => readonly JsonValue[];

function byText(items: readonly JsonValue[]): readonly JsonValue[] {
  return [...items].sort((a, b) => (printJson(a) < printJson(b) ? -1 : 1));
}

function byManager(items: readonly JsonValue[]): readonly JsonValue[] {
  const key = (item: JsonValue) =>
    ['manager', 'operation', 'subresource', 'apiVersion'].map((part) => textAt(item, part) ?? '').join(' ');
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Neighbours whose names differ in their random part only have no order: they are put in that of the recorded names. */
function inStableOrder(
  comparison: Comparison,
  items: readonly JsonValue[],
  side: 'recorded' | 'own',
): readonly JsonValue[] {
  const labels = items.map((item) => labelOf(item));
  const sorted: JsonValue[] = [];
  let start = 0;
  while (start < items.length) {
    const label = masked(labels[start] ?? '');
    let end = start + 1;
    if (/<name>|<podAddress>/.test(label)) while (end < items.length && masked(labels[end] ?? '') === label) end++;
    sorted.push(...(end - start > 1 ? sortRun(comparison, items.slice(start, end), side) : items.slice(start, end)));
    start = end;
  }
  return sorted;
}

function sortRun(comparison: Comparison, run: readonly JsonValue[], side: 'recorded' | 'own'): readonly JsonValue[] {
  const keyed = run.map((item) => ({
    item,
    name: inRecordedNames(comparison, labelOf(item), side),
    all: inRecordedNames(comparison, printJson(item), side),
  }));
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return keyed.sort((a, b) => order(a.name, b.name) || order(a.all, b.all)).map(({ item }) => item);
}

/** What an element of a list is called. */
export function labelOf(item: JsonValue): string {
  if (typeof item === 'string') return item;
  const row = at(item, 'cells') !== undefined;
  const names = [
    at(item, 'metadata', 'name'),
    row ? at(item, 'object', 'metadata', 'name') : undefined,
    at(item, 'name'),
    at(item, 'targetRef', 'name'),
    at(item, 'ip'),
    at(item, 'addresses', 0),
    at(item, 'cells', 0),
  ];
  const label = names.find((name) => typeof name === 'string');
  return typeof label === 'string' ? label : '';
}
