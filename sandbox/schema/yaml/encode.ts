// YAML as the API server and kubectl write it.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kube/json.ts';
import type { ObjectType } from '../../kube/structure.ts';
import { canonical } from '../decode/canonical.ts';
import { compareKeys } from './order.ts';
import { blockLines, isSimpleKey, type Margins, plainText, stringText } from './scalartext.ts';

/** A value as a YAML document, ending in a line end. With a type, what Go omits is left out and what it writes is there. */
export function encodeYaml(value: JsonValue, type?: ObjectType): string {
  const shown = type === undefined || type.name === '' || !isObject(value) ? value : canonical(value, type);
  const lines: string[] = [];
  writeNode(lines, '', shown, 0, 'document');
  return `${lines.join('\n')}\n`;
}

/** What stands before a value in its line: nothing, `key:`, `-`, or the `:` of a key that has its own line. */
type Place = 'document' | 'value' | 'item';

/** Writes a value whose line begins with `lead`; `indent` is the column of the mapping or sequence around it. */
function writeNode(lines: string[], lead: string, value: JsonValue, indent: number, place: Place): void {
  if (isArray(value) && value.length > 0) writeSequence(lines, lead, value, indent, place);
  else if (isObject(value) && membersOf(value).length > 0) writeMapping(lines, lead, value, indent, place);
  else writeScalar(lines, lead, value, indent + 2);
}

/** Keys in order, without what is absent. */
function membersOf(object: JsonObject): string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}

function writeScalar(lines: string[], lead: string, value: JsonValue, indent: number): void {
  const block = typeof value === 'string' ? blockLines(value) : undefined;
  const start = lead === '' ? '' : `${lead} `;
  if (block === undefined) {
    lines.push(start + scalarText(value, { column: [...start].length, indent }));
    return;
  }
  lines.push(start + block.header);
  for (const line of block.lines) lines.push(line === '' ? '' : ' '.repeat(indent) + line);
}

function scalarText(value: JsonValue, margins: Margins): string {
  if (typeof value === 'string') return stringText(value, margins);
  if (isArray(value)) return '[]';
  return isObject(value) ? '{}' : plainText(value);
}

/** A sequence under a key stands at the key's own column; within a sequence it goes on in the line. */
function writeSequence(lines: string[], lead: string, items: JsonArray, indent: number, place: Place): void {
  const column = place === 'item' ? indent + 2 : indent;
  if (place === 'value') lines.push(lead);
  items.forEach((item, i) => {
    const start = i === 0 && place === 'item' ? `${lead} -` : `${' '.repeat(column)}-`;
    writeNode(lines, start, item, column, 'item');
  });
}

function writeMapping(lines: string[], lead: string, object: JsonObject, indent: number, place: Place): void {
  const column = place === 'document' ? indent : indent + 2;
  if (place === 'value') lines.push(lead);
  const keys = membersOf(object).sort(compareKeys);
  keys.forEach((key, i) => {
    const start = i === 0 && place === 'item' ? `${lead} ` : ' '.repeat(column);
    writeEntry(lines, start, key, object[key] ?? null, column);
  });
}

function writeEntry(lines: string[], start: string, key: string, value: JsonValue, column: number): void {
  if (isSimpleKey(key)) {
    writeNode(lines, `${start}${stringText(key)}:`, value, column, 'value');
    return;
  }
  writeScalar(lines, `${start}?`, key, column + 2);
  writeNode(lines, `${' '.repeat(column)}:`, value, column, 'item');
}
