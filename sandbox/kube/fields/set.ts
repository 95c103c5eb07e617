// Sets of fields, in the very shape in which managedFields hold them: an object of path elements, each with what is owned
// below it. `{}` is an element owned itself with nothing below; `.` among others says that it is owned beside them. All
// functions answer canonical sets (elements in order, nothing empty) and share what they don't change.

import { isObject, type JsonValue, own } from '../json.ts';
import { canonicalElement, compareElements, type FieldPath, type PathElement } from './element.ts';

export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}

/** Nothing at all; below an element: the element itself. */
export const LEAF: FieldSet = Object.freeze({});
export const EMPTY = LEAF;

const SELF = '.';

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether an element (given by what stands below it) is owned itself. */
export function isMember(node: FieldSet | undefined): boolean {
  return node !== undefined && (node[SELF] !== undefined || isEmpty(node));
}

/** Whether anything is owned below an element. */
export function hasChildren(node: FieldSet): boolean {
  for (const element in node) if (element !== SELF) return true;
  return false;
}

export function has(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && isMember(node);
}

/** What is owned below an element, without the element itself. */
export function below(set: FieldSet, element: PathElement): FieldSet {
  const node = set[element];
  if (node === undefined) return EMPTY;
  if (node[SELF] === undefined) return node;
  const { [SELF]: _, ...rest } = node;
  return rest;
}

export function setOf(...paths: readonly FieldPath[]): FieldSet {
  const builder = newSetBuilder();
  for (const path of paths) builder.add(path);
  return builder.build();
}

/** Calls back for every path: an object's own elements come before what is below them. */
export function forEachPath(set: FieldSet, visit: (path: FieldPath) => void, prefix: FieldPath = []): void {
  for (const element in set) {
    const node = set[element];
    if (element !== SELF && node !== undefined && isMember(node)) visit([...prefix, element]);
  }
  for (const element in set) {
    const node = set[element];
    if (element !== SELF && node !== undefined) forEachPath(node, visit, [...prefix, element]);
  }
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  return isEmpty(a) ? b : joined(a, b);
}

/** The union of what is below one element, where `{}` is the element itself. */
function joinedBelow(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmpty(a)) return withSelf(b);
  return isEmpty(b) ? withSelf(a) : joined(a, b);
}

function withSelf(node: FieldSet): FieldSet {
  return isMember(node) ? node : { [SELF]: LEAF, ...node };
}

function joined(a: FieldSet, b: FieldSet): FieldSet {
  let changed: MutableSet | undefined;
  let additions = false;
  for (const element in b) {
    const before = a[element];
    const node = b[element] ?? LEAF;
    const after = before === undefined ? node : joinedBelow(before, node);
    if (after === before) continue;
    changed ??= {};
    changed[element] = after;
    additions ||= before === undefined;
  }
  if (changed === undefined) return a;
  return additions ? inserted(a, changed) : { ...a, ...changed };
}

/** A set with elements changed and added, all in order. */
function inserted(set: FieldSet, changes: FieldSet): FieldSet {
  const added = Object.keys(changes).filter((element) => set[element] === undefined);
  const result: MutableSet = {};
  let next = 0;
  for (const element in set) {
    for (; next < added.length && compareElements(added[next] ?? '', element) < 0; next++) {
      result[added[next] ?? ''] = changes[added[next] ?? ''] ?? LEAF;
    }
    result[element] = changes[element] ?? set[element] ?? LEAF;
  }
  for (const element of added.slice(next)) result[element] = changes[element] ?? LEAF;
  return result;
}

type MutableSet = { [element: PathElement]: FieldSet };

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const result: MutableSet = {};
  for (const element in b) {
    const node = a[element];
    const common = node === undefined ? undefined : commonBelow(node, b[element] ?? LEAF);
    if (common !== undefined) result[element] = common;
  }
  return result;
}

function commonBelow(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (a === b) return a;
  const common = intersection(withoutSelf(a), withoutSelf(b));
  if (!isMember(a) || !isMember(b)) return orNothing(common);
  return isEmpty(common) ? LEAF : withSelf(common);
}

/** What is in the first and not in the second: exactly those paths, whatever is below them. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (node, other) => lessBelow(node, other, difference));
}

/** The same, where a path of the second takes along everything below it. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (node, other) => (isMember(other) ? undefined : lessBelow(node, other, recursiveDifference)));
}

/** The first set, changed where the second has elements too. */
function without(a: FieldSet, b: FieldSet, rest: (node: FieldSet, other: FieldSet) => FieldSet | undefined): FieldSet {
  let changed: Map<PathElement, FieldSet | undefined> | undefined;
  for (const element in b) {
    const node = a[element];
    if (node === undefined) continue;
    const left = rest(node, b[element] ?? LEAF);
    if (left === node) continue;
    changed ??= new Map();
    changed.set(element, left);
  }
  if (changed === undefined) return a;
  const result: MutableSet = {};
  for (const element in a) {
    const node = changed.has(element) ? changed.get(element) : a[element];
    if (node !== undefined) result[element] = node;
  }
  return result;
}

function lessBelow(
  node: FieldSet,
  other: FieldSet,
  subtract: (a: FieldSet, b: FieldSet) => FieldSet,
): FieldSet | undefined {
  const rest = subtract(node, other);
  if (!isMember(node)) return orNothing(rest);
  // The element itself goes only when both sets have it.
  if (isMember(other)) return orNothing(withoutSelf(rest));
  return hasChildren(rest) ? rest : LEAF;
}

function withoutSelf(node: FieldSet): FieldSet {
  if (node[SELF] === undefined) return node;
  const { [SELF]: _, ...rest } = node;
  return rest;
}

function orNothing(node: FieldSet): FieldSet | undefined {
  return isEmpty(node) ? undefined : node;
}

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  const elements = Object.keys(a);
  return (
    elements.length === Object.keys(b).length &&
    elements.every((element) => {
      const other = b[element];
      return other !== undefined && sameSet(a[element] ?? LEAF, other);
    })
  );
}

/** Reads what an object holds as fieldsV1. Throws a PathElementError, or a TypeError for what is no object. */
export function parseFieldSet(fields: JsonValue): FieldSet {
  const { children } = parseNode(fields);
  return children ?? EMPTY;
}

function parseNode(fields: JsonValue): { readonly self: boolean; readonly children: FieldSet | undefined } {
  if (fields === null) return { self: true, children: undefined };
  if (!isObject(fields)) throw new TypeError('expected an object of path elements');
  let self = false;
  const children = new Map<PathElement, FieldSet>();
  for (const key of Object.keys(fields)) {
    const element = key === SELF ? SELF : canonicalElement(key);
    if (element === SELF) self = true;
    else if (element !== undefined) {
      const node = nodeOf(parseNode(own(fields, key) ?? null));
      children.set(element, joinedBelow(children.get(element) ?? node, node));
    }
  }
  if (children.size === 0) return { self: true, children: undefined };
  return { self, children: inOrder(Object.fromEntries(children)) };
}

function nodeOf({ self, children }: { readonly self: boolean; readonly children: FieldSet | undefined }): FieldSet {
  if (children === undefined) return LEAF;
  return self ? withSelf(children) : children;
}

function inOrder(set: FieldSet): FieldSet {
  const elements = Object.keys(set);
  if (isOrdered(elements)) return set;
  const result: MutableSet = {};
  for (const element of elements.sort(compareElements)) result[element] = set[element] ?? LEAF;
  return result;
}

function isOrdered(elements: readonly PathElement[]): boolean {
  for (let i = 1; i < elements.length; i++) {
    if (compareElements(elements[i - 1] ?? '', elements[i] ?? '') > 0) return false;
  }
  return true;
}

/** Collects paths, in any order. */
export interface SetBuilder {
  add(path: FieldPath): void;
  build(): FieldSet;
}

type Node = { [element: PathElement]: Node };

export function newSetBuilder(): SetBuilder {
  const root: Node = {};
  return { add: (path) => addPath(root, path), build: () => built(root) };
}

function addPath(root: Node, path: FieldPath): void {
  let node = root;
  for (let i = 0; i < path.length - 1; i++) node = descend(node, path[i] ?? '');
  const last = path.at(-1);
  if (last === undefined) return;
  const known = node[last];
  if (known === undefined) node[last] = {};
  else if (!isEmpty(known)) known[SELF] = {};
}

function descend(node: Node, element: PathElement): Node {
  const known = node[element];
  if (known === undefined) {
    const child: Node = {};
    node[element] = child;
    return child;
  }
  if (isEmpty(known)) known[SELF] = {};
  return known;
}

function built(node: Node): FieldSet {
  if (isEmpty(node)) return LEAF;
  const elements = Object.keys(node);
  if (!isOrdered(elements)) elements.sort(compareElements);
  const result: MutableSet = {};
  for (const element of elements) result[element] = built(node[element] ?? {});
  return result;
}
