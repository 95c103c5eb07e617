// From nodes to JSON, as Go's YAML library and the Kubernetes one around it do: keys become strings and stand in order,
// aliases are copied within bounds, `<<` merges.

import type { JsonObject, JsonValue } from '../../kube/json.ts';
import { compareText, goNumber, quote } from '../../kube/text.ts';
import { DecodingError } from '../errors.ts';
import { decodeBase64 } from '../scalars/base64.ts';
import { yamlError } from './cursor.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './nodes.ts';
import { singlePrecision } from './numbers.ts';
import { type Resolved, resolve, type ScalarTag } from './resolve.ts';

export interface YamlValue {
  readonly value: JsonValue;
  /** `line 5: key "name" already set in map`: what strict reading refuses. */
  readonly twice: readonly string[];
}

/** The value of a document. Throws a DecodingError. */
export function documentValue(root: YamlNode): YamlValue {
  const builder = createBuilder();
  const value = builder.build(root);
  return { value: asJson(value), twice: builder.twice };
}

type Key = string | number | bigint | boolean | null;
type Value = Resolved | Value[] | Map<Key, Value>;

const LONG_TAG = 'tag:yaml.org,2002:';
const MAX_DEPTH = 1000;

function createBuilder() {
  const twice: string[] = [];
  const open = new Set<YamlNode>();
  let decoded = 0;
  let copied = 0;
  let copying = 0;
  let depth = 0;

  function build(node: YamlNode): Value {
    decoded++;
    if (copying > 0) copied++;
    if (copied > 100 && decoded > 1000 && copied / decoded > allowedCopies(decoded)) {
      throw yamlError('document contains excessive aliasing');
    }
    if (++depth > MAX_DEPTH) throw yamlError(`exceeded max depth of ${MAX_DEPTH}`);
    const value = buildInner(node);
    depth--;
    return value;
  }

  function buildInner(node: YamlNode): Value {
    switch (node.is) {
      case 'scalar':
        return scalarValue(node);
      case 'sequence':
        return isNull(node) ? null : node.items.map(build);
      case 'mapping':
        return isNull(node) ? null : merged(node, new Map());
      case 'alias':
        return copy(node);
    }
  }

  function copy(alias: YamlNode & { readonly is: 'alias' }): Value {
    if (open.has(alias)) throw yamlError(`anchor '${alias.name}' value contains itself`);
    open.add(alias);
    copying++;
    const value = build(alias.target);
    copying--;
    open.delete(alias);
    return value;
  }

  function merged(node: MappingNode, into: Map<Key, Value>): Map<Key, Value> {
    for (const [keyNode, valueNode] of node.entries) {
      if (isMerge(keyNode)) merge(valueNode, into);
      else {
        const key = keyOf(build(keyNode));
        const value = build(valueNode);
        if (into.has(key)) twice.push(`line ${valueNode.line + 1}: key ${shown(key)} already set in map`);
        into.set(key, value);
      }
    }
    return into;
  }

  function merge(node: YamlNode, into: Map<Key, Value>): void {
    if (node.is === 'sequence') for (const item of node.items.toReversed()) mergeOne(item, into);
    else mergeOne(node, into);
  }

  function mergeOne(node: YamlNode, into: Map<Key, Value>): void {
    const source = node.is === 'alias' ? node.target : node;
    if (source.is !== 'mapping') throw yamlError('map merge requires map or sequence of maps as the value');
    if (open.has(node)) throw yamlError(`anchor '${node.is === 'alias' ? node.name : ''}' value contains itself`);
    open.add(node);
    if (++depth > MAX_DEPTH) throw yamlError(`exceeded max depth of ${MAX_DEPTH}`);
    merged(source, into);
    depth--;
    open.delete(node);
  }

  return { build, twice };
}

/** How much of a document may come from aliases: nearly all of a small one, a tenth of a large one. */
function allowedCopies(decoded: number): number {
  const share = Math.min(Math.max((decoded - 400_000) / 3_600_000, 0), 1);
  return 0.99 - 0.89 * share;
}

function isMerge(node: YamlNode): boolean {
  return node.is === 'scalar' && node.value === '<<' && (node.implicit || node.tag === `${LONG_TAG}merge`);
}

function isNull(node: SequenceNode | MappingNode): boolean {
  return node.tag === `${LONG_TAG}null`;
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
