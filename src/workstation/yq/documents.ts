// YAML documents as values, and values as documents again. What an expression has left alone keeps its comments and its style.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseAllDocuments,
  Scalar,
  YAMLMap,
  YAMLSeq,
  Document as YamlDocument,
} from 'yaml';
import type { Value } from '../../../sandbox/machine/programs/jq/values.ts';

/** One document of a file. */
export interface Source {
  readonly file: number;
  readonly name: string;
  /** Its place in the file. */
  readonly index: number;
  /** Undefined where nothing was read. */
  readonly document: Document | undefined;
  readonly value: Value;
}

/** What can't be read; the message is yq's. */
export class YamlProblem extends Error {}

/** Which node a map or a list was read from, and what a node was read as: what stands behind an anchor is read once. */
export interface Origins {
  readonly nodes: WeakMap<object, Node>;
  readonly values: WeakMap<object, Value>;
}

export function newOrigins(): Origins {
  return { nodes: new WeakMap(), values: new WeakMap() };
}

export function readDocuments(text: string, file: number, name: string, origins: Origins): readonly Source[] {
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  const all = Array.isArray(documents) ? documents : [new YamlDocument(null)];
  return all.map((document, index) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const line = problem.linePos?.[0].line ?? 1;
      const [what = ''] = problem.message.split('\n');
      throw new YamlProblem(`bad file '${name}': yaml: line ${line}: ${what.replace(/ at line .*$/, '')}`);
    }
    return { file, name, index, document, value: valueIn(document.contents, document, origins) };
  });
}

function valueIn(node: unknown, document: Document, origins: Origins): Value {
  if (isAlias(node)) return valueIn(node.resolve(document), document, origins);
  if (isScalar(node)) return plainOf(node.value);
  if (!isNode(node)) return null;
  const known = origins.values.get(node);
  if (known !== undefined) return known;
  const value = partsOf(node, document, origins);
  origins.values.set(node, value);
  if (typeof value === 'object' && value !== null) origins.nodes.set(value, node);
  return value;
}

function plainOf(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}

function partsOf(node: unknown, document: Document, origins: Origins): Value {
  if (isSeq(node)) return node.items.map((item) => valueIn(item, document, origins));
  if (!isMap(node)) return null;
  return new Map(node.items.map((pair) => [keyText(pair.key), valueIn(pair.value, document, origins)] as const));
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** The text of a value: `old` is the document that it came from, where it is the whole of it. */
export function yamlText(value: Value, old: Document | undefined, origins: Origins, indent: number): string {
  const document = new YamlDocument(null);
  document.contents = nodeOf(value, old?.contents ?? undefined, origins);
  if (old !== undefined) {
    document.commentBefore = old.commentBefore;
    document.comment = old.comment;
  }
  return document.toString({ indent, lineWidth: 0, directives: false, flowCollectionPadding: false });
}

function nodeOf(value: Value, old: unknown, origins: Origins): Node {
  if (typeof value !== 'object' || value === null) return scalarOf(value, old);
  const origin = origins.nodes.get(value);
  if (origin !== undefined) return origin;
  return value instanceof Map ? mapOf(value, old, origins) : listOf(value as readonly Value[], old, origins);
}

function scalarOf(value: Value, old: unknown): Node {
  if (isScalar(old) && old.value === value) return old;
  const scalar = new Scalar(value);
  if (isScalar(old)) {
    if (old.comment !== undefined) scalar.comment = old.comment;
    const quoted = old.type === 'QUOTE_DOUBLE' || old.type === 'QUOTE_SINGLE';
    if (quoted && typeof value === 'string') scalar.type = old.type ?? 'PLAIN';
  }
  return scalar;
}

function mapOf(value: ReadonlyMap<string, Value>, old: unknown, origins: Origins): Node {
  const map = new YAMLMap();
  const before = isMap(old) ? old : undefined;
  dress(map, before);
  for (const [key, part] of value) {
    const pair = before?.items.find((each) => keyText(each.key) === key);
    map.items.push(new Pair(isPair(pair) ? pair.key : new Scalar(key), nodeOf(part, pair?.value, origins)));
  }
  return map;
}

function listOf(value: readonly Value[], old: unknown, origins: Origins): Node {
  const list = new YAMLSeq();
  const before = isSeq(old) ? old : undefined;
  dress(list, before);
  list.items = value.map((item, at) => nodeOf(item, before?.items[at], origins));
  return list;
}

function dress(node: YAMLMap | YAMLSeq, old: YAMLMap | YAMLSeq | undefined): void {
  if (old?.flow === true) node.flow = true;
  if (old?.comment !== undefined) node.comment = old.comment;
  if (old?.commentBefore !== undefined) node.commentBefore = old.commentBefore;
}
