// JSON Patch (RFC 6902) as the API server applies it, leniences included: `replace` and `copy` don't mind a missing key,
// indices may be negative, and what stands before the first slash of a path is ignored.

import { integerError } from '../go/integer.ts';
import { quote } from '../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../json.ts';
import { badRequest, failure, type StatusError } from '../status.ts';
import { jsonKind, type Patched } from './patched.ts';

const MAX_OPERATIONS = 10_000;

/** How much JSON all copies of one patch may make, in characters: a patch that keeps doubling a document ends here. */
const MAX_COPIED = 3 * 1024 * 1024;

/**
 * The document after the patch; parts that aren't touched keep their identity. Throws a StatusError: 400 for what is no
 * patch, 413 for one that is too long, 422 for one that doesn't apply.
 */
export function applyJsonPatch(document: JsonValue, patch: JsonValue): Patched {
  const operations = operationsOf(patch);
  if (operations.length > MAX_OPERATIONS) throw tooManyOperations(operations.length);
  const state: State = { document, fresh: new Set(), opened: new Set([document]), copied: 0 };
  for (const operation of operations) apply(state, operation);
  return { document: state.document, opened: state.opened };
}

/** Fields of operations that nobody knows, as strict validation tells them. */
export function unknownOperationFields(patch: JsonValue): readonly string[] {
  const operations = isArray(patch) ? patch : [];
  return operations.flatMap((operation, i) => {
    const fields = isObject(operation) ? Object.keys(operation) : [];
    const unknown = fields.filter((field) => !['op', 'path', 'from', 'value'].includes(field));
    return unknown.map((field) => `json patch unknown field ${quote(`[${i}].${field}`)}`);
  });
}

interface Operation {
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly from: string | undefined;
  /** Missing counts as null. */
  readonly value: JsonValue;
}

function operationsOf(patch: JsonValue): readonly Operation[] {
  if (patch === null) return [];
  if (!isArray(patch)) throw notDecodable(patch, 'value of type []handlers.jsonPatchOp');
  return patch.map(operationOf);
}

function operationOf(operation: JsonValue): Operation {
  if (operation !== null && !isObject(operation)) throw notDecodable(operation, 'value of type handlers.jsonPatchOp');
  const fields = operation ?? {};
  const value = own(fields, 'value') ?? null;
  return { op: textField(fields, 'op'), path: textField(fields, 'path'), from: textField(fields, 'from'), value };
}

function textField(fields: JsonObject, name: string): string | undefined {
  const value = own(fields, name) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw notDecodable(value, `struct field jsonPatchOp.${name} of type string`);
}

/** What is fresh may be changed in place: nobody has seen it yet. */
interface State {
  document: JsonValue;
  readonly fresh: Set<JsonValue>;
  readonly opened: Set<JsonValue>;
  copied: number;
}

const KINDS: ReadonlyMap<string | undefined, (state: State, operation: Operation) => void> = new Map([
  ['add', (state, { path, value }) => add(state, path, value)],
  ['remove', (state, { path }) => void remove(state, path)],
  ['replace', replace],
  ['move', move],
  ['copy', copy],
  ['test', test],
] as const);

function apply(state: State, operation: Operation): void {
  const kind = KINDS.get(operation.op);
  if (kind === undefined) throw doesNotApply();
  kind(state, operation);
}

function add(state: State, path: string | undefined, value: JsonValue): void {
  const { container, key } = find(state, path, 'write');
  if (isList(container))
    container.splice(key === '-' ? container.length : indexIn(key, container.length + 1), 0, value);
  else setKey(container, key, value);
}

function remove(state: State, path: string | undefined): JsonValue {
  const { container, key } = find(state, path, 'write');
  if (isList(container)) return container.splice(indexIn(key, container.length), 1)[0] ?? null;
  if (!Object.hasOwn(container, key)) throw doesNotApply();
  const value = own(container, key) ?? null;
  delete container[key];
  return value;
}

function replace(state: State, { path, value }: Operation): void {
  if (path === '') {
    if (!isObject(value) && !isArray(value)) throw doesNotApply();
    state.document = value;
    state.opened.add(value);
    return;
  }
  const { container, key } = find(state, path, 'write');
  if (isList(container)) container[indexIn(key, container.length)] = value;
  else setKey(container, key, value);
}

function move(state: State, { from, path }: Operation): void {
  // What is moved leaves its place first, which counts when both are in one list.
  add(state, path, remove(state, from));
}

function copy(state: State, { from, path }: Operation): void {
  const value = read(state, from);
  disown(state, value);
  state.copied += jsonSize(value, MAX_COPIED - state.copied);
  if (state.copied > MAX_COPIED) throw doesNotApply();
  add(state, path, value);
}

/** What stands in two places may no longer be changed in place. */
function disown(state: State, value: JsonValue): void {
  if (state.fresh.delete(value)) for (const child of childrenOf(value)) disown(state, child);
}

/** The length of a value as JSON, or more than `limit`. */
function jsonSize(value: JsonValue, limit: number): number {
  if (!isObject(value) && !isArray(value)) return String(value).length + 2;
  let size = 2;
  if (isObject(value)) for (const key of Object.keys(value)) size += key.length + 3;
  for (const child of childrenOf(value)) {
    if (size > limit) return size;
    size += jsonSize(child, limit - size);
  }
  return size;
}

function childrenOf(value: JsonValue): JsonArray {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value).filter((child) => child !== undefined) : [];
}

function test(state: State, { path, value }: Operation): void {
  const actual = path === '' ? state.document : read(state, path);
  if (!sameJson(actual, value)) throw doesNotApply();
  openAll(state, actual);
}

/** What is compared is opened in depth. */
function openAll(state: State, value: JsonValue): void {
  if (!isObject(value) && !isArray(value)) return;
  state.opened.add(value);
  for (const child of childrenOf(value)) openAll(state, child);
}

/** The value at a path; null for a key that isn't there. */
function read(state: State, path: string | undefined): JsonValue {
  const { container, key } = find(state, path, 'read');
  if (isArray(container)) return container[indexIn(key, container.length)] ?? null;
  return own(container, key) ?? null;
}

type List = JsonValue[];
type Fields = { [key: string]: JsonValue | undefined };
type Place<T> = { readonly container: T; readonly key: string };

function find(state: State, path: string | undefined, purpose: 'read'): Place<JsonArray | JsonObject>;
function find(state: State, path: string | undefined, purpose: 'write'): Place<List | Fields>;
function find(state: State, path: string | undefined, purpose: 'read' | 'write'): Place<JsonValue> {
  const [, ...keys] = (path ?? '').split('/').map(unescapeKey);
  const last = keys.pop();
  if (last === undefined) throw doesNotApply();
  let container = open(state, state.document, purpose);
  state.document = container;
  for (const key of keys) {
    const parent = container;
    const index = isArray(parent) ? indexIn(key, parent.length) : key;
    container = open(state, childOf(parent, index), purpose);
    if (purpose === 'write') putChild(parent, index, container);
  }
  return { container, key: last };
}

/** The container itself for reading; one that may be changed for writing. */
function open(state: State, value: JsonValue, purpose: 'read' | 'write'): JsonArray | JsonObject {
  if (!isObject(value) && !isArray(value)) throw doesNotApply();
  state.opened.add(value);
  const copied = purpose === 'read' || state.fresh.has(value) ? value : copyOf(value);
  state.opened.add(copied);
  if (purpose === 'write') state.fresh.add(copied);
  return copied;
}

function copyOf(value: JsonArray | JsonObject): JsonArray | JsonObject {
  return isArray(value) ? [...value] : { ...value };
}

function childOf(parent: JsonArray | JsonObject, key: string | number): JsonValue {
  if (isArray(parent)) return parent[Number(key)] ?? null;
  return own(parent, String(key)) ?? null;
}

function putChild(parent: JsonArray | JsonObject, key: string | number, child: JsonValue): void {
  if (isList(parent)) parent[Number(key)] = child;
  else if (isObject(parent)) setKey(parent as Fields, String(key), child);
}

function setKey(fields: Fields, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(fields, key, { value, enumerable: true, writable: true, configurable: true });
  else fields[key] = value;
}

function isList(value: unknown): value is List {
  return Array.isArray(value);
}

/** Negative indices count from the end. */
function indexIn(key: string, length: number): number {
  const index = integerError(key) === undefined ? Number(key) : Number.NaN;
  const place = index < 0 ? index + length : index;
  if (!(place >= 0 && place < length)) throw doesNotApply();
  return place;
}

function unescapeKey(key: string): string {
  return key.replaceAll(/~[01]/g, (sequence) => (sequence === '~1' ? '/' : '~'));
}

function doesNotApply(): StatusError {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function tooManyOperations(count: number): StatusError {
  const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`;
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

function notDecodable(value: JsonValue, target: string): StatusError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${jsonKind(value)} into Go ${target}`);
}
