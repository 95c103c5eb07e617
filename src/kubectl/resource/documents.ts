// The objects in a manifest: documents of YAML between lines of dashes, or JSON one after the other.

import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { asError } from '../errors.ts';
import { parseJson } from '../text/json.ts';
import { parseYaml } from '../text/yaml.ts';

export interface Document {
  readonly value: JsonValue;
  /** As compact JSON, for messages. */
  readonly json: string;
}

/** Documents in order; what can't be read ends them with an error. Empty documents are left out. */
export function* readDocuments(text: string): Generator<Document, void, void> {
  const parts = /^\s*\{/.test(text) ? jsonParts(text) : yamlParts(text).map((part) => () => parseYamlPart(part));
  for (const part of parts) {
    const value = part();
    if (value !== null) yield { value, json: goJson(value, 'sorted') };
  }
}

function parseYamlPart(part: string): JsonValue {
  if (part.trim() === '') return null;
  if (/^\s*\{/.test(part)) {
    const value = tryJson(part);
    if (value !== undefined) return value;
  }
  try {
    return parseYaml(part);
  } catch (error) {
    throw new Error(`error converting YAML to JSON: ${asError(error).message}`);
  }
}

function yamlParts(text: string): readonly string[] {
  return text.split(/^---[^\S\n]*$\n?/m);
}

function jsonParts(text: string): readonly (() => JsonValue)[] {
  const whole = tryJson(text);
  if (whole !== undefined) return [() => whole];
  return splitJson(text).map((part) => () => parseYamlPart(part));
}

function tryJson(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Objects that follow each other, perhaps with lines of dashes between them. */
function splitJson(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inText) {
      if (char === '\\') i++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) {
        parts.push(text.slice(start, i + 1).replace(/^\s*---\s*\n/, ''));
        start = i + 1;
      }
    }
  }
  const rest = text.slice(start);
  return rest.trim() === '' ? parts : [...parts, ...yamlParts(rest)];
}

/** An object of the API in a document. Throws, in apimachinery's words, for anything else. */
export function decodeObject({ value, json }: Document): JsonObject {
  if (!isObject(value)) {
    throw new Error(`json: cannot unmarshal ${jsonType(value)} into Go value of type unstructured.detector`);
  }
  if (!value['kind']) throw new Error(`Object 'Kind' is missing in '${json}'`);
  checkMetadata(value);
  return value;
}

const META_TEXTS = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion'];

/** Metadata must be what metadata is, or commands would work with half of it. */
function checkMetadata(object: JsonObject): void {
  const metadata = object['metadata'];
  if (metadata === undefined || metadata === null) return;
  if (!isObject(metadata)) throw wrongType(metadata, 'metadata', 'v1.ObjectMeta', 'metadataOnlyObject');
  for (const field of META_TEXTS) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw wrongType(value, `metadata.${field}`, 'string');
    }
  }
  for (const field of ['labels', 'annotations']) checkTexts(metadata[field], `metadata.${field}`);
}

function checkTexts(map: JsonValue | undefined, path: string): void {
  if (map === undefined || map === null) return;
  if (!isObject(map)) throw wrongType(map, path, 'map[string]string');
  for (const value of Object.values(map)) {
    if (typeof value !== 'string' && value !== null && value !== undefined) throw wrongType(value, path, 'string');
  }
}

function wrongType(value: JsonValue, path: string, goType: string, owner = 'ObjectMeta'): Error {
  const field = owner === 'ObjectMeta' ? `ObjectMeta.${path}` : `${owner}.${path}`;
  return new Error(`json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${goType}`);
}

function jsonType(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
