// Documents of OpenAPI version 2 of other servers, put together with this one's. Theirs count for what they serve here
// alone; what two call the same and describe differently gets another name.

import { isArray, isObject, type JsonObject, type JsonValue, own, sameJson, withKey } from '../../kube/json.ts';

const REFERENCE = '#/definitions/';
const KINDS = 'x-kubernetes-group-version-kind';
/** Nothing that describes an API is nested deeper. */
const DEPTH_MAX = 200;

/** What a document says of paths that begin so, with the definitions that this needs; undefined where it is no such document. */
export function partOfDocument(document: JsonObject, prefix: string): JsonObject | undefined {
  const paths = objectAt(document, 'paths');
  const definitions = objectAt(document, 'definitions');
  if (isTooDeep(document)) return undefined;
  const kept = picked(paths, (path) => path.startsWith(prefix));
  if (Object.keys(kept).length === 0) return undefined;
  return { paths: kept, definitions: neededOf(definitions, paths, kept) };
}

/** Definitions that the kept paths lead to, and those to which no path ever led. */
function neededOf(definitions: JsonObject, paths: JsonObject, kept: JsonObject): JsonObject {
  const before = reached(paths, definitions);
  const after = reached(kept, definitions);
  return picked(definitions, (name) => after.has(name) || !before.has(name));
}

/** A document with what another says, where it says nothing itself of a path. */
export function mergedDocuments(document: JsonObject, other: JsonObject): JsonObject {
  const mine = { paths: objectAt(document, 'paths'), definitions: objectAt(document, 'definitions') };
  const paths = picked(objectAt(other, 'paths'), (path) => own(mine.paths, path) === undefined);
  if (Object.keys(paths).length === 0) return document;
  const definitions = neededOf(objectAt(other, 'definitions'), objectAt(other, 'paths'), paths);
  const names = namesFor(mine.definitions, definitions);
  let together = mine.definitions;
  for (const [name, schema] of entriesOf(definitions)) {
    const known = own(together, names.get(name) ?? name);
    const theirs = renamed(schema, names);
    together = withKey(together, names.get(name) ?? name, known === undefined ? theirs : withKindsOf(known, theirs));
  }
  return {
    ...document,
    paths: { ...mine.paths, ...(renamed(paths, names) as JsonObject) },
    definitions: together,
  };
}

/** Definition → what it is to be called, where its name stands for something else already: `Widget_v2`. */
function namesFor(mine: JsonObject, theirs: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(mine));
  for (const [name, schema] of entriesOf(theirs)) {
    const known = own(mine, name);
    if (known === undefined || isSame(known, schema)) continue;
    names.set(name, freeName(name, schema, { mine, theirs, taken }));
  }
  return names;
}

interface Naming {
  readonly mine: JsonObject;
  readonly theirs: JsonObject;
  readonly taken: Set<string>;
}

function freeName(name: string, schema: JsonValue, { mine, theirs, taken }: Naming): string {
  for (let i = 2; ; i++) {
    const next = `${name}_v${i}`;
    const known = own(mine, next);
    if (known !== undefined && isSame(known, schema)) return next;
    if (taken.has(next) || own(theirs, next) !== undefined) continue;
    taken.add(next);
    return next;
  }
}

/** The same but for the kinds that it describes. */
function isSame(one: JsonValue, other: JsonValue): boolean {
  if (!isObject(one) || !isObject(other)) return sameJson(one, other);
  const { [KINDS]: _, ...left } = one;
  const { [KINDS]: __, ...right } = other;
  return sameJson(left, right);
}

function withKindsOf(known: JsonValue, other: JsonValue): JsonValue {
  const more = isObject(other) ? own(other, KINDS) : undefined;
  if (!isObject(known) || more === undefined || !isArray(more)) return known;
  const kinds = own(known, KINDS);
  const listed = kinds !== undefined && isArray(kinds) ? kinds : [];
  const added = more.filter((kind) => !listed.some((each) => sameJson(each, kind)));
  return added.length === 0 ? known : withKey(known, KINDS, [...listed, ...added]);
}

function renamed(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (names.size === 0) return value;
  if (isArray(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' ? reference(member ?? null, names) : renamed(member ?? null, names),
    ]),
  );
}

function reference(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  const name = referenced(value);
  const next = name === undefined ? undefined : names.get(name);
  return next === undefined ? value : `${REFERENCE}${next}`;
}

function referenced(value: JsonValue): string | undefined {
  return typeof value === 'string' && value.startsWith(REFERENCE) ? value.slice(REFERENCE.length) : undefined;
}

/** Names of the definitions to which something leads, on whatever way. */
function reached(from: JsonValue, definitions: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const open: JsonValue[] = [from];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isArray(value)) for (const item of value) open.push(item);
    if (!isObject(value)) continue;
    for (const [key, member] of entriesOf(value)) {
      const name = key === '$ref' ? referenced(member) : undefined;
      if (name === undefined) open.push(member);
      else if (!names.has(name)) {
        names.add(name);
        open.push(own(definitions, name) ?? null);
      }
    }
  }
  return names;
}

function isTooDeep(document: JsonValue): boolean {
  const open: (readonly [JsonValue, number])[] = [[document, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > DEPTH_MAX) return true;
    const members = isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    for (const member of members) open.push([member ?? null, depth + 1]);
  }
  return false;
}

function entriesOf(object: JsonObject): readonly (readonly [string, JsonValue])[] {
  return Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = own(object, name);
  return value !== undefined && isObject(value) ? value : {};
}

function picked(object: JsonObject, keep: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => keep(name)));
}
