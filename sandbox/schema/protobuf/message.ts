// Messages: how the fields of a definition stand on the wire. Made from the same rows as the structures; a message is
// built when it is first asked for.

import type { FieldType } from '../../kube/structure.ts';
import { type Row, readDefinition } from '../rows.ts';
import { structureOf } from '../structures.ts';
import type { SpecialName } from './special.ts';

/** What stands in a field, an item of a list or a value of a map. */
export type WireType =
  | { readonly is: 'bool' | 'int32' | 'int64' | 'double' | 'string' | 'bytes' }
  | { readonly is: 'special'; readonly name: SpecialName }
  /** A message that only holds a list of strings. */
  | { readonly is: 'strings' }
  | { readonly is: 'message'; readonly message: () => Message };

export interface WireField {
  readonly number: number;
  /** Go's name of the field, more or less, for errors. */
  readonly goName: string;
  readonly card: 'one' | 'list' | 'map';
  readonly type: WireType;
  /** Written even when it is zero: Go holds it by value. */
  readonly always: boolean;
  /** How it stands in JSON; undefined for an embedded message, whose fields stand among those of the outer one. */
  readonly json: FieldType | undefined;
  /** Raw JSON that is an object of the API, which has an envelope of its own on the wire. */
  readonly holdsObject: boolean;
}

export interface Message {
  readonly alias: string;
  readonly typeMeta: boolean;
  /** In the order of JSON. */
  readonly fields: readonly WireField[];
  /** Highest number first, as they are written from the end. */
  readonly descending: readonly WireField[];
  readonly byNumber: ReadonlyMap<number, WireField>;
}

const messages = new Map<string, Message>();

/** The message of a definition, by its alias; undefined when there is none. */
export function messageOf(alias: string): Message | undefined {
  const known = messages.get(alias);
  if (known !== undefined) return known;
  const definition = readDefinition(alias);
  if (definition === undefined) return undefined;
  const structure = structureOf(alias);
  const fields = definition.rows
    .filter((row) => row.number > 0)
    .map((row) => wireField(row, row.name === '' ? undefined : structure?.field.get(row.name)));
  const made: Message = {
    alias,
    typeMeta: definition.typeMeta,
    fields,
    descending: fields.toSorted((a, b) => b.number - a.number),
    byNumber: new Map(fields.map((field) => [field.number, field])),
  };
  messages.set(alias, made);
  return made;
}

function wireField(row: Row, json: FieldType | undefined): WireField {
  return {
    number: row.number,
    goName: row.name.charAt(0).toUpperCase() + row.name.slice(1),
    card: row.card,
    type: wireType(row.type),
    // Lists within a message of their own and bytes are nil when unset.
    always: row.card === 'one' && !row.pointer && row.type !== 'bytes' && !row.type.startsWith('*'),
    json,
    holdsObject: row.type === '!RawExtension' && json !== undefined && holdsObject(json),
  };
}

function holdsObject(json: FieldType): boolean {
  const type = json.type();
  const held = type.kind === 'list' ? type.items : type;
  return held.kind === 'scalar' && held.holdsObject === true;
}

function wireType(type: string): WireType {
  switch (type) {
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'double':
    case 'bytes':
      return { is: type };
    default:
      return type.startsWith('*') ? { is: 'strings' } : isSpecial(type) ? specialType(type) : messageType(type);
  }
}

function isSpecial(type: string): type is `!${SpecialName}` {
  return type.startsWith('!');
}

function specialType(type: `!${SpecialName}`): WireType {
  return { is: 'special', name: type.slice(1) as SpecialName };
}

function messageType(alias: string): WireType {
  return {
    is: 'message',
    message: () => {
      const message = messageOf(alias);
      if (message === undefined) throw new Error(`no message ${alias}`);
      return message;
    },
  };
}
