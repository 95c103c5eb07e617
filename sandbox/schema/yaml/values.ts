// From nodes to JSON, as Go's YAML library and the Kubernetes one around it do: keys become strings and stand in order,
// aliases are copied within bounds, `<<` merges.

import { compareText, goNumber, quote } from '../../kube/go/text.ts';
import type { JsonObject, JsonValue } from '../../kube/json.ts';
import { DecodingError } from '../errors.ts';
import { decodeBase64 } from '../scalars/base64.ts';
import { yamlError } from './cursor.ts';
import type { AliasNode, MappingNode, ScalarNode, YamlNode } from './nodes.ts';
import { singlePrecision } from './numbers.ts';
import { type Resolved, resolve, type ScalarTag } from './resolve.ts';

export interface YamlValue {
  readonly value: JsonValue;
  /** `line 5: key "name" already set in map`: what strict reading refuses. */
  readonly twice: readonly string[];
}

/** The value of a document. Throws a DecodingError. */
export function documentValue(root: YamlNode): YamlValue {
  const builder: Builder = { twice: [], open: new Set(), decoded: 0, copied: 0, copying: 0, depth: 0 };
  const value = build(builder, root);
  return { value: asJson(value), twice: builder.twice };
}

type Key = string | number | bigint | boolean | null;
type Value = Resolved | Value[] | Map<Key, Value>;

/** A document that is being made. */
interface Builder {
  readonly twice: string[];
  /** Aliases around the node that is being made. */
  readonly open: Set<YamlNode>;
  /** Nodes that were made, and how many of them within aliases. */
  decoded: number;
  copied: number;
  copying: number;
  depth: number;
}

const LONG_TAG = 'tag:yaml.org,2002:';
const MAX_DEPTH = 1000;

function build(builder: Builder, node: YamlNode): Value {
  builder.decoded++;
  if (builder.copying > 0) builder.copied++;
  const { copied, decoded } = builder;
  if (copied > 100 && decoded > 1000 && copied / decoded > allowedCopies(decoded)) {
    throw yamlError('document contains excessive aliasing');
  }
  return deeper(builder, () => {
    if (node.is === 'scalar') return scalarValue(node);
    if (node.is === 'alias') return copy(builder, node);
    return node.is === 'sequence'
      ? node.items.map((item) => build(builder, item))
      : fillMap(builder, node, new Map<Key, Value>());
  });
}

function deeper<T>(builder: Builder, make: () => T): T {
  if (++builder.depth > MAX_DEPTH) throw yamlError(`exceeded max depth of ${MAX_DEPTH}`);
  const made = make();
  builder.depth--;
  return made;
}

function copy(builder: Builder, alias: AliasNode): Value {
  builder.copying++;
  const value = opened(builder, alias, () => build(builder, alias.target));
  builder.copying--;
  return value;
}

/** An alias can't stand within what it stands for. */
function opened<T>({ open }: Builder, node: YamlNode, make: () => T): T {
  if (open.has(node)) throw yamlError(`anchor '${node.is === 'alias' ? node.name : ''}' value contains itself`);
  open.add(node);
  const made = make();
  open.delete(node);
  return made;
}

function fillMap(builder: Builder, node: MappingNode, into: Map<Key, Value>): Map<Key, Value> {
  for (const [keyNode, valueNode] of node.entries) {
    if (isMerge(keyNode)) {
      merge(builder, valueNode, into);
      continue;
    }
    const key = keyOf(build(builder, keyNode));
    const value = build(builder, valueNode);
    if (into.has(key)) builder.twice.push(`line ${valueNode.line + 1}: key ${shown(key)} already set in map`);
    into.set(key, value);
  }
  return into;
}

/** `<<`: the last of several mappings first, so that earlier ones win. */
function merge(builder: Builder, node: YamlNode, into: Map<Key, Value>): void {
  const sources = node.is === 'sequence' ? node.items.toReversed() : [node];
  for (const source of sources) {
    const target = source.is === 'alias' ? source.target : source;
    if (target.is !== 'mapping') throw yamlError('map merge requires map or sequence of maps as the value');
    deeper(builder, () => opened(builder, source, () => fillMap(builder, target, into)));
  }
}

/** How much of a document may come from aliases: nearly all of a small one, a tenth of a large one. */
function allowedCopies(decoded: number): number {
  const share = Math.min(Math.max((decoded - 400_000) / 3_600_000, 0), 1);
  return 0.99 - 0.89 * share;
}

function isMerge(node: YamlNode): boolean {
  return node.is === 'scalar' && node.value === '<<' && (node.implicit || node.tag === `${LONG_TAG}merge`);
}

function scalarValue({ value, tag, implicit }: ScalarNode): Resolved {
  if (tag === '') return implicit ? resolve(value)[1] : value;
  if (tag === `${LONG_TAG}binary`) return binary(value);
  const wanted = RESOLVABLE.get(tag);
  return wanted === undefined ? value : resolveAs(value, wanted);
}

const RESOLVABLE: ReadonlyMap<string, ScalarTag> = new Map(
  (['str', 'bool', 'int', 'float', 'null', 'timestamp'] as const).map((tag) => [LONG_TAG + tag, tag]),
);

function binary(text: string): string {
  try {
    return new TextDecoder().decode(decodeBase64(text));
  } catch {
    throw yamlError('!!binary value contains invalid base64 data');
  }
}

function resolveAs(text: string, wanted: ScalarTag): Resolved {
  if (wanted === 'str') return text;
  const [tag, value] = resolve(text);
  if (tag === wanted || (wanted === 'float' && tag === 'int')) return value;
  throw yamlError(`cannot decode !!${tag} \`${text}\` as a !!${wanted}`);
}

/** A mapping or a sequence can't be a key. */
function keyOf(value: Value): Key {
  if (typeof value !== 'object' || value === null) return value;
  throw yamlError(`invalid map key: ${goLiteral(value)}`);
}

/** Go's `%#v` of what its library decodes without a type. */
function goLiteral(value: Value): string {
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${goLiteral(key)}:${goLiteral(item)}`);
    return `map[interface {}]interface {}{${entries.sort().join(', ')}}`;
  }
  if (Array.isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  return value === null ? 'interface {}(nil)' : shown(value);
}

function shown(key: Key): string {
  if (typeof key === 'string') return quote(key);
  return typeof key === 'number' ? goNumber(key) : key === null ? '<nil>' : String(key);
}

/** JSON has strings as keys, and no infinities. */
function asJson(value: Value): JsonValue {
  if (value instanceof Map) return objectOf(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new DecodingError(`json: unsupported value: ${name}`);
  }
  return value;
}

function objectOf(map: Map<Key, Value>): JsonObject {
  const entries = [...map].map(([key, item]) => [keyText(key, item), asJson(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
}

function keyText(key: Key, value: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) {
    throw new DecodingError(
      `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${value === null ? '<nil>' : goLiteral(value)}`,
    );
  }
  if (typeof key !== 'number' || Number.isSafeInteger(key)) return String(key);
  return singlePrecision(key);
}
