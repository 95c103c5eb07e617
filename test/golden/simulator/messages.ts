// Our table of protobuf messages, in the form in which the recorded one is written.

import { ALIASES, fullName, KINDS, type Row, readDefinition } from '../../../sandbox/schema/rows.ts';
import type { JsonObject, JsonValue } from '../json.ts';

export function messages(): JsonObject {
  const described = ALIASES.flatMap((alias) => {
    const definition = readDefinition(alias);
    return definition === undefined ? [] : [[messageName(alias), definition.rows.map(rowOf)] as const];
  });
  return { kinds: kinds(), messages: Object.fromEntries(described) };
}

const PLAIN = new Set(['string', 'bytes', 'bool', 'int32', 'int64', 'double', 'message']);

function rowOf({ number, name, type, card, pointer, omitEmpty, omitZero }: Row): JsonValue {
  const flags = [name === '' && 'i', omitEmpty && 'e', omitZero && 'z', pointer && 'p'].filter(Boolean).join('');
  return [number, name, typeName(type), card === 'list' ? 'rep' : card, flags];
}

function typeName(type: string): string {
  if (PLAIN.has(type) || type.startsWith('!')) return type;
  return type.startsWith('*') ? `*${typeName(type.slice(1))}` : messageName(type);
}

/** `io.k8s.api.core.v1.Pod` is `k8s.io.api.core.v1.Pod` in protobuf, and a dash is an underscore. */
function messageName(alias: string): string {
  return fullName(alias)
    .replace(/^io\.k8s\./, 'k8s.io.')
    .replaceAll('-', '_');
}

/** Kinds that every group has, by a star in the table. */
const COMMON = [
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
];

/** `v1 Pod` → the name of its message. */
function kinds(): JsonObject {
  const named = Object.entries(KINDS).flatMap(([groupVersion, text]) => {
    const [home = '', ...names] = text.split(' ');
    return names.flatMap((name) => {
      if (name === '*')
        return COMMON.map((kind) => [`${groupVersion} ${kind}`, messageName(`meta.v1.${kind}`)] as const);
      return [[`${groupVersion} ${name}`, messageName(`${home}.${name}`)] as const];
    });
  });
  return Object.fromEntries(named);
}
