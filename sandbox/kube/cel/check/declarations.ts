// What expressions may refer to: functions with their overloads, variables, and types with their fields.

import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  object,
  opaque,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  TYPE,
  type Type,
  typeOf,
  UINT,
} from '../types.ts';

/** One way to call a function. */
export interface Overload {
  readonly id: string;
  /** `receiver.name(args)`; the receiver is the first argument. */
  readonly member: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
  /** Names of its type variables. */
  readonly variables: readonly string[];
}

const SIMPLE: ReadonlyMap<string, Type> = new Map([
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['duration', DURATION],
  ['dyn', DYN],
  ['int', INT],
  ['null', NULL],
  ['string', STRING],
  ['timestamp', TIMESTAMP],
  ['type', TYPE],
  ['uint', UINT],
]);

/** Reads `list(map(string, A))`; names with a point are objects, those that begin with `net.` opaque. */
export function readType(text: string): Type {
  const [, name = '', inner] = /^([\w.@]+)(?:\((.*)\))?$/s.exec(text.trim()) ?? [];
  const params = inner === undefined ? [] : splitTypes(inner).map(readType);
  const [first = DYN, second = DYN] = params;
  switch (name) {
    case 'list':
      return listOf(first);
    case 'map':
      return mapOf(first, second);
    case 'optional':
      return optionalOf(first);
    case 'type':
      return inner === undefined ? TYPE : typeOf(first);
    default:
      return SIMPLE.get(name) ?? namedType(name);
  }
}

function namedType(name: string): Type {
  if (/^[A-Z]$/.test(name)) return parameter(name);
  return name.startsWith('net.') ? opaque(name) : object(name);
}

/** Splits at the commas that are within no brackets. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return part.trim() === '' ? parts : [...parts, part];
}

/** Reads `contains_string: string.(string) -> bool`, `size_list: (list(A)) -> int`. */
export function readOverload(text: string): Overload {
  const [, id = '', receiver, inner = '', result = ''] =
    /^([\w.@-]+): (?:(\S.*?)\.)?\((.*)\) -> (.*)$/s.exec(text.trim()) ?? [];
  const args = [...(receiver === undefined ? [] : [receiver]), ...splitTypes(inner)].map(readType);
  const variables = [...new Set(args.concat(readType(result)).flatMap(variablesOf))];
  return { id, member: receiver !== undefined, args, result: readType(result), variables };
}

function variablesOf(type: Type): readonly string[] {
  return type.kind === 'parameter' ? [type.name] : type.params.flatMap(variablesOf);
}

/** Where names of types and their fields are found. */
export interface TypeSource {
  /** The type that a name stands for. */
  readonly named: (name: string) => Type | undefined;
  /** The type of a field of an object; undefined when it has no such field, 'unknown' when there is no such object. */
  readonly field: (objectName: string, field: string) => Type | undefined | 'unknown';
}

export interface Declarations {
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly variables: ReadonlyMap<string, Type>;
  readonly types: TypeSource;
}
