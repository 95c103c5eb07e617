// YAML as kubectl reads and writes it. One place, so that commands don't care who does it.

import { parseDocument, stringify } from 'yaml';
import type { JsonValue } from '../../../sandbox/kube/json.ts';

/** One document. */
export function parseYaml(text: string): JsonValue {
  const document = parseDocument(text, { uniqueKeys: false, version: '1.1', merge: true });
  const [error] = document.errors;
  if (error !== undefined)
    throw new Error(`yaml: line ${error.linePos?.[0].line ?? 0}: ${error.message.split(' at line')[0]}`);
  return document.toJS() as JsonValue;
}

/** With a line end at its end; keys are sorted. */
export function writeYaml(value: JsonValue): string {
  return stringify(value, { sortMapEntries: true, lineWidth: 0, version: '1.1', indentSeq: false });
}
