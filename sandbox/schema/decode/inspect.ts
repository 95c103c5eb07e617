// The careful look at an object that doesn't fit its type: which fields nobody knows, which stand twice, which have the
// wrong type, each in the order and the words of Go's decoder. It gives a cleaned copy for what can be used.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { quote } from '../../kube/text.ts';
import { DecodingError } from '../errors.ts';
import type { Notes } from '../json/reader.ts';
import { describe, Refusal, within } from './refusal.ts';
import { checkScalar } from './scalars.ts';
import { mergedField } from './twice.ts';
import { schemaUnion } from './unions.ts';

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
  const inspector = createInspector(notes);
  const cleaned = inspector.look(value, type, { struct: '', path: [], at: '' });
  const { failure, strict } = inspector.findings();
  if (failure !== undefined) throw failure;
  return { value: isObject(cleaned) ? cleaned : {}, strict };
}

/** Where the reader is: for type errors the struct and the names, for strict errors the path with its indices. */
interface Place {
  readonly struct: string;
  readonly path: readonly string[];
  readonly at: string;
}

function createInspector(notes: Notes | undefined) {
  const strict = new Set<string>();
  let failure: DecodingError | undefined;

  /** The cleaned value; undefined when nothing of it can be used. */
  function look(value: JsonValue, type: ValueType, place: Place, literal?: string): JsonValue | undefined {
    if (value === null) return null;
    switch (type.kind) {
      case 'object':
        return isObject(value) ? lookAtObject(value, type, place) : mismatch(value, type, place);
      case 'list':
        return isArray(value) ? lookAtList(value, type, place) : mismatch(value, type, place);
      case 'map':
        return isObject(value) ? lookAtMap(value, type, place) : mismatch(value, type, place);
      case 'scalar':
        return lookAtScalar(value, type, place, literal);
    }
  }

  function mismatch(value: JsonValue, type: ValueType, place: Place): undefined {
    note(refusal(describe(value), type.goType ?? type.kind, place));
  }

  function note(error: DecodingError): void {
    failure ??= error;
  }

  function lookAtObject(value: JsonObject, type: ObjectType, place: Place): JsonObject {
    const cleaned = new Map<string, JsonValue>();
    const literals = notes?.get(value)?.literals;
    for (const [name, given] of membersOf(value)) {
      const field = type.field.get(name);
      if (field === undefined) {
        report('unknown field', name, place);
        continue;
      }
      if (cleaned.has(name)) report('duplicate field', name, place);
      const result = look(given, field.type(), inField(type, field, place), literals?.get(name));
      if (result === undefined) continue;
      const before = cleaned.get(name);
      cleaned.set(name, before === undefined ? result : mergedField(before, result, field));
    }
    return Object.fromEntries(cleaned);
  }

  function lookAtMap(value: JsonObject, type: MapType, place: Place): JsonObject {
    const cleaned = new Map<string, JsonValue>();
    const literals = notes?.get(value)?.literals;
    for (const [key, given] of membersOf(value)) {
      if (cleaned.has(key)) report('duplicate field', key, place);
      const result = look(given, type.values, { ...place, at: join(place.at, key) }, literals?.get(key));
      cleaned.set(key, result ?? null);
    }
    return Object.fromEntries(cleaned);
  }

  function lookAtList(value: JsonArray, type: ListType, place: Place): JsonArray {
    const literals = notes?.get(value)?.literals;
    return value.map(
      (item, i) => look(item, type.items, { ...place, at: `${place.at}[${i}]` }, literals?.get(i)) ?? null,
    );
  }

  function lookAtScalar(
    value: JsonValue,
    type: ScalarType,
    place: Place,
    literal: string | undefined,
  ): JsonValue | undefined {
    const union = schemaUnion(type);
    if (union !== undefined) return lookAtUnion(() => union(value, lookAtPart), place);
    const checked = checkScalar(value, type, literal);
    if ('value' in checked) return checked.value;
    const error =
      'message' in checked ? new DecodingError(checked.message) : refusal(checked.mismatch, checked.of, place);
    if (checked.hard === true) throw error;
    note(error);
    return undefined;
  }

  /** A part that decodes itself is read by a decoder of its own, which isn't strict; its errors end the reading. */
  function lookAtPart(part: JsonObject, type: ObjectType): JsonValue {
    return inspect(part, type, notes).value;
  }

  function lookAtUnion(read: () => JsonValue, place: Place): JsonValue {
    try {
      return read();
    } catch (error) {
      throw within(error, place.struct, place.path);
    }
  }

  function membersOf(value: JsonObject): readonly (readonly [string, JsonValue])[] {
    const noted = notes?.get(value)?.members;
    if (noted !== undefined) return noted;
    return Object.keys(value).flatMap((name) => {
      const given = own(value, name);
      return given === undefined ? [] : [[name, given] as const];
    });
  }

  function report(what: 'unknown field' | 'duplicate field', name: string, place: Place): void {
    if (strict.size < MAX_STRICT) strict.add(`${what} ${quote(join(place.at, name))}`);
  }

  return { look, findings: () => ({ failure, strict: [...strict] }) };
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
