// The careful look at an object that doesn't fit its type: which fields nobody knows, which stand twice, which have the
// wrong type, each in the order and the words of Go's decoder. It gives a cleaned copy for what can be used.

import { quote } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { DecodingError } from '../errors.ts';
import type { Notes } from '../json/reader.ts';
import { describe, Refusal, within } from './refusal.ts';
import { checkScalar } from './scalars.ts';
import { mergedField } from './twice.ts';
import { type SchemaUnion, schemaUnion } from './unions.ts';

export interface Inspected {
  /** What was understood: unknown fields and values of wrong types are gone, members that occur twice are one. */
  readonly value: JsonObject;
  /** `unknown field "spec.foo"`, `duplicate field "spec.x"`, each once, in the order of the text. */
  readonly strict: readonly string[];
}

/** Go collects no more. */
const MAX_STRICT = 100;

/** Inspects an object. Throws a DecodingError where Go would refuse it even when it isn't strict. */
export function inspect(value: JsonValue, type: ObjectType, notes?: Notes): Inspected {
  const inspection: Inspection = { notes, strict: new Set(), failure: undefined };
  const cleaned = look(inspection, value, type, { struct: '', path: [], at: '' });
  if (inspection.failure !== undefined) throw inspection.failure;
  return { value: isObject(cleaned) ? cleaned : {}, strict: [...inspection.strict] };
}

interface Inspection {
  readonly notes: Notes | undefined;
  readonly strict: Set<string>;
  /** The first error that doesn't end the reading. */
  failure: DecodingError | undefined;
}

/** Where the reader is: for type errors the struct and the names, for strict errors the path with its indices. */
interface Place {
  readonly struct: string;
  readonly path: readonly string[];
  readonly at: string;
}

/** The cleaned value; undefined when nothing of it can be used. */
function look(
  inspection: Inspection,
  value: JsonValue,
  type: ValueType,
  place: Place,
  literal?: string,
): JsonValue | undefined {
  if (value === null) return null;
  if (type.kind === 'scalar') return lookAtScalar(inspection, value, type, place, literal);
  if (type.kind === 'object' && isObject(value)) return lookAtObject(inspection, value, type, place);
  if (type.kind === 'map' && isObject(value)) return lookAtMap(inspection, value, type, place);
  if (type.kind === 'list' && isArray(value)) return lookAtList(inspection, value, type, place);
  inspection.failure ??= refusal(describe(value), type.goType ?? type.kind, place);
  return undefined;
}

function lookAtObject(inspection: Inspection, value: JsonObject, type: ObjectType, place: Place): JsonObject {
  const cleaned = new Map<string, JsonValue>();
  const literals = inspection.notes?.get(value)?.literals;
  for (const [name, given] of membersOf(inspection, value)) {
    const field = type.field.get(name);
    if (field === undefined) {
      report(inspection, 'unknown field', name, place);
      continue;
    }
    if (cleaned.has(name)) report(inspection, 'duplicate field', name, place);
    const result = look(inspection, given, field.type(), inField(type, field, place), literals?.get(name));
    if (result === undefined) continue;
    const before = cleaned.get(name);
    cleaned.set(name, before === undefined ? result : mergedField(before, result, field));
  }
  return Object.fromEntries(cleaned);
}

function lookAtMap(inspection: Inspection, value: JsonObject, type: MapType, place: Place): JsonObject {
  const cleaned = new Map<string, JsonValue>();
  const literals = inspection.notes?.get(value)?.literals;
  for (const [key, given] of membersOf(inspection, value)) {
    if (cleaned.has(key)) report(inspection, 'duplicate field', key, place);
    const within = { ...place, at: join(place.at, key) };
    cleaned.set(key, look(inspection, given, type.values, within, literals?.get(key)) ?? null);
  }
  return Object.fromEntries(cleaned);
}

function lookAtList(inspection: Inspection, value: JsonArray, type: ListType, place: Place): JsonArray {
  const literals = inspection.notes?.get(value)?.literals;
  return value.map((item, i) => {
    const within = { ...place, at: `${place.at}[${i}]` };
    return look(inspection, item, type.items, within, literals?.get(i)) ?? null;
  });
}

function lookAtScalar(
  inspection: Inspection,
  value: JsonValue,
  type: ScalarType,
  place: Place,
  literal: string | undefined,
): JsonValue | undefined {
  const union = schemaUnion(type);
  if (union !== undefined) return lookAtUnion(inspection, value, union, place);
  const checked = checkScalar(value, type, literal);
  if ('value' in checked) return checked.value;
  const error =
    'message' in checked ? new DecodingError(checked.message) : refusal(checked.mismatch, checked.of, place);
  if (checked.hard === true) throw error;
  inspection.failure ??= error;
  return undefined;
}

/** A type that decodes itself has a decoder of its own, which isn't strict; its errors end the reading. */
function lookAtUnion({ notes }: Inspection, value: JsonValue, union: SchemaUnion, { struct, path }: Place): JsonValue {
  try {
    return union(value, (part, type) => inspect(part, type, notes).value);
  } catch (error) {
    throw within(error, struct, path);
  }
}

function membersOf({ notes }: Inspection, value: JsonObject): readonly (readonly [string, JsonValue])[] {
  const noted = notes?.get(value)?.members;
  if (noted !== undefined) return noted;
  return Object.keys(value).flatMap((name) => {
    const given = own(value, name);
    return given === undefined ? [] : [[name, given] as const];
  });
}

function report({ strict }: Inspection, what: 'unknown field' | 'duplicate field', name: string, place: Place): void {
  if (strict.size < MAX_STRICT) strict.add(`${what} ${quote(join(place.at, name))}`);
}

function refusal(value: string, goType: string, { struct, path }: Place): Refusal {
  return new Refusal({ value, goType, struct, path });
}

function inField(type: ObjectType, field: FieldType, { path, at }: Place): Place {
  const steps = field.embeddedIn === undefined ? [field.name] : [...field.embeddedIn.split('.'), field.name];
  return { struct: type.goName, path: [...path, ...steps], at: join(at, field.name) };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
