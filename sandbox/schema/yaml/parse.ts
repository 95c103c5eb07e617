// YAML bodies and manifests become values exactly as the API server and kubectl read them: YAML is turned into JSON first,
// so keys stand in order and numbers lose their letters.

import { DecodingError } from '../errors.ts';
import type { ParsedJson } from '../json/reader.ts';
import { yamlError } from './cursor.ts';
import { readDocument } from './nodes.ts';
import { documentValue } from './values.ts';

export interface ParsedYaml extends ParsedJson {
  /** What strict reading refuses, in one message: `yaml: unmarshal errors:\n  line 5: key "name" already set in map`. */
  readonly strict?: string;
}

/** Reads the first document of a text. Throws a DecodingError: `yaml: line 2: found character that cannot start any token`. */
export function parseYaml(input: string | Uint8Array): ParsedYaml {
  const text = (typeof input === 'string' ? input : decodeUtf8(input)).replace(/^\ufeff/, '');
  if (FORBIDDEN.test(text)) throw yamlError('control characters are not allowed');
  const root = readDocument(text);
  if (root === undefined) return { value: null };
  const { value, twice } = documentValue(root);
  return twice.length === 0 ? { value } : { value, strict: `yaml: unmarshal errors:\n  ${twice.join('\n  ')}` };
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    throw new DecodingError('yaml: invalid leading UTF-8 octet');
  }
}

/** Characters that YAML knows no use for. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;
