// Filling in: what Kubernetes puts where a field is left out. A default belongs to a type, wherever the type stands, so
// the defaults are a table by type, and one walk along the schema applies them to a whole object.

import { isArray, isObject, type JsonObject, type JsonValue, own, withKey } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import type { FieldType, ObjectType, ValueType } from '../../../kube/structure.ts';
import { definition } from '../../../schema/schema.ts';

type Fill = (value: JsonObject) => JsonObject;

/** Types of a package (`core.v1.`) with what is filled into their objects. */
export type DefaultsTable = ReadonlyMap<string, Fill>;

/** An entry of the table: the definition's name without `io.k8s.api.`, and what fills in its fields. */
export function forType<T extends JsonObject>(name: string, fill: (value: T) => T): readonly [string, Fill] {
  // The walk hands each function objects of its own type only.
  return [`io.k8s.api.${name}`, fill as unknown as Fill];
}

/** An entry whose fields have constant defaults. */
export function constants(name: string, values: JsonObject): readonly [string, Fill] {
  return forType(name, (value) => filled(value, values));
}

/** The object with those of the values that it doesn't have itself. */
export function filled<T extends JsonObject>(object: T, values: JsonObject): T {
  let result = object;
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && (own(object, key) ?? null) === null) result = withKey(result, key, value);
  }
  return result;
}

/**
 * The function that fills in an object of this definition: parents first, then what they hold. What is part of an object
 * that is known to have its defaults, at the same place, isn't looked at.
 */
export function defaulter<T extends KubeObject>(name: string, table: DefaultsTable): (object: T, known?: T) => T {
  const root = definition(`io.k8s.api.${name}`);
  if (root === undefined) throw new Error(`no definition of ${name}`);
  const walk = createWalk(table);
  return (object, known) => walk(root, object, known) as T;
}

/** What there is to do about objects of a type. */
interface Plan {
  readonly fill: Fill | undefined;
  /** Defaults that the schema itself declares. Those of fields that Go always writes are their zero values anyway. */
  readonly declared: JsonObject | undefined;
  /** The fields below which there is something to fill in. */
  readonly fields: readonly FieldType[];
}

type Walk = (type: ValueType, value: JsonValue, known: JsonValue | undefined) => JsonValue;

function createWalk(table: DefaultsTable): Walk {
  const plans = new Map<ObjectType, Plan>();
  const planOf = (type: ObjectType): Plan => {
    const made = plans.get(type);
    if (made !== undefined) return made;
    const plan = planFor(type, table);
    plans.set(type, plan);
    return plan;
  };

  const walk: Walk = (type, value, known) => {
    if (value === known) return value;
    if (type.kind === 'list')
      return isArray(value)
        ? eachOf(value, isArray(known) ? known : [], (item, was) => walk(type.items, item, was))
        : value;
    if (type.kind === 'map')
      return isObject(value)
        ? eachMember(value, isObject(known) ? known : {}, (item, was) => walk(type.values, item, was))
        : value;
    if (type.kind !== 'object' || !isObject(value)) return value;
    const { fill, declared, fields } = planOf(type);
    let result = fill === undefined ? value : fill(value);
    if (declared !== undefined) result = filled(result, declared);
    const before = isObject(known) ? known : {};
    for (const field of fields) {
      const given = own(result, field.name);
      if (given === undefined || given === null) continue;
      const after = walk(field.type(), given, own(before, field.name));
      if (after !== given) result = { ...result, [field.name]: after };
    }
    return result;
  };
  return walk;
}

function planFor(type: ObjectType, table: DefaultsTable): Plan {
  const declared = type.fields.filter(hasDefault).map((field) => [field.name, field.default ?? null] as const);
  return {
    fill: table.get(type.name),
    declared: declared.length === 0 ? undefined : Object.fromEntries(declared),
    fields: type.fields.filter((field) => reaches(field.type(), table, new Set())),
  };
}

function hasDefault(field: FieldType): boolean {
  const { default: value, omit, pointer } = field;
  if (value === undefined || isObject(value)) return false;
  return pointer || (omit !== 'never' && value !== '' && value !== 0);
}

/** Whether anything below the type has a default. */
function reaches(type: ValueType, table: DefaultsTable, seen: Set<ObjectType>): boolean {
  if (type.kind === 'list') return reaches(type.items, table, seen);
  if (type.kind === 'map') return reaches(type.values, table, seen);
  if (type.kind === 'scalar' || seen.has(type)) return false;
  seen.add(type);
  if (table.has(type.name) || type.fields.some(hasDefault)) return true;
  return type.fields.some((field) => reaches(field.type(), table, seen));
}

function eachOf(
  list: readonly JsonValue[],
  known: readonly JsonValue[],
  change: (item: JsonValue, known: JsonValue | undefined) => JsonValue,
): readonly JsonValue[] {
  const changed = list.map((item, i) => change(item, known[i]));
  return changed.every((item, i) => item === list[i]) ? list : changed;
}

function eachMember(
  map: JsonObject,
  known: JsonObject,
  change: (item: JsonValue, known: JsonValue | undefined) => JsonValue,
): JsonObject {
  const entries = Object.entries(map).map(([key, value]) => [key, change(value ?? null, own(known, key))] as const);
  return entries.every(([key, value]) => value === own(map, key)) ? map : Object.fromEntries(entries);
}
