// The canonical form of an object: exactly what the API server would answer for it. Fields stand in Go's order, what Go
// leaves out is absent, what Go writes is there; times, quantities and the like have their one text. Whatever is canonical
// already comes back as the same object, so that nothing is copied in vain; and what is part of an object that is known to
// be canonical, at the same place, isn't even looked at: most writes change little.

import { rememberEmptied } from '../../kube/emptied.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { canonicalQuantity } from '../../kube/quantity.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { canonicalBase64 } from '../scalars/base64.ts';
import { formatDuration, parseDuration } from '../scalars/duration.ts';
import { canonicalTime } from '../scalars/time.ts';
import { fillOf, type Policy, policyOf, zeroOf } from '../zero.ts';
import { inspect } from './inspect.ts';
import { schemaUnion } from './unions.ts';

/** Thrown where a value isn't of its type. Inside it says no more: whoever needs the words inspects the value. */
export class Misfit extends Error {}
const MISFIT = new Misfit('the value does not fit its type');

/** Where the value comes from: in a text null is no value at all; what was stored has lost its empty lists. */
type Source = 'memory' | 'text' | 'store';
/** `known`: what stood in this place before, in canonical form. */
type Fit = (value: JsonValue, source: Source, known: JsonValue | undefined) => JsonValue;

/**
 * The canonical form of an object. Throws a Misfit that names unknown fields, or a DecodingError that names a wrong type.
 * `known`: an earlier state of it, in canonical form.
 */
export function canonical<T extends JsonObject>(object: T, type: ObjectType, known?: JsonObject): T {
  return explained(object, type, 'memory', known);
}

/**
 * The canonical form after the object was stored, as the server answers even a dry run: storage can't tell an empty list
 * from none, so `rules: []` is null, and bytes in a map are never null.
 */
export function asStored<T extends JsonObject>(object: T, type: ObjectType, known?: JsonObject): T {
  return explained(object, type, 'store', known);
}

function explained<T extends JsonObject>(object: T, type: ObjectType, source: Source, known?: JsonObject): T {
  try {
    return fitOf(type)(object, source, known) as T;
  } catch (error) {
    if (error !== MISFIT) throw error;
    const { strict } = inspect(object, type);
    throw new Misfit(`${type.goName}: ${strict.join(', ')}`);
  }
}

/** The same for what was just read from a text. */
export function canonicalFromText(value: JsonObject, type: ObjectType, known?: JsonObject): JsonObject {
  return fitOf(type)(value, 'text', known) as JsonObject;
}

const NOTHING: JsonObject = {};
const NONE: readonly JsonValue[] = [];

const fitOf: (type: ValueType) => Fit = lazyFor(makeFit);

function makeFit(type: ValueType): Fit {
  switch (type.kind) {
    case 'object':
      return fitObject(type);
    case 'list':
      return fitList(type);
    case 'map':
      return fitMap(type);
    case 'scalar':
      return fitScalar(type);
  }
}

interface Plan {
  readonly index: number;
  readonly field: FieldType;
  /** Found at the first use: types refer to themselves. */
  tools: { readonly shape: Fit; readonly policy: Policy } | undefined;
  readonly fill: JsonValue | undefined;
}

function fitObject(type: ObjectType): Fit {
  // Custom resources are kept as they were sent.
  if (type.name === '') return (value) => (isObject(value) ? value : misfit());
  const plans = type.fields.map((field, index): Plan => ({ index, field, tools: undefined, fill: fillOf(field) }));
  const byName = new Map(plans.map((plan) => [plan.field.name, plan]));
  const always = plans.filter((plan) => plan.fill !== undefined).length;

  return (value, source, known) => {
    if (value === known) return value;
    if (!isObject(value)) throw MISFIT;
    const before = isObject(known) ? known : NOTHING;
    const kept: (JsonValue | undefined)[] = [];
    let same = true;
    let last = -1;
    let filled = 0;
    for (const name in value) {
      const plan = byName.get(name);
      if (plan === undefined) throw MISFIT;
      const given = value[name];
      const result = fitField(plan, given, source, before[name]);
      kept.push(result);
      if (result !== given || plan.index < last) same = false;
      last = plan.index;
      if (plan.fill !== undefined) filled++;
    }
    if (same && filled === always) return value;
    const object = rebuild(value, kept, plans, byName);
    if (source === 'text') noteEmptied(object, value, byName);
    return object;
  };
}

function fitField(
  plan: Plan,
  given: JsonValue | undefined,
  source: Source,
  known: JsonValue | undefined,
): JsonValue | undefined {
  if (given === undefined) return plan.fill;
  plan.tools ??= { shape: fitOf(plan.field.type()), policy: policyOf(plan.field) };
  const { shape, policy } = plan.tools;
  const unset = policy.keepsNull ? null : plan.fill;
  if (given === null) return source === 'text' ? plan.fill : unset;
  const result = shape(given, source, known);
  if (result === null) return unset;
  if (source === 'store' && isEmptyCollection(result, plan.field)) return plan.fill;
  return policy.omits(result) ? undefined : result;
}

function isEmptyCollection(value: JsonValue, field: FieldType): boolean {
  if (isArray(value)) return value.length === 0 && field.type().kind === 'list';
  return isObject(value) && field.type().kind === 'map' && Object.keys(value).length === 0;
}

/** A new object with the fields in order. The names are the schema's, so they can be set plainly. */
function rebuild(
  value: JsonObject,
  kept: readonly (JsonValue | undefined)[],
  plans: readonly Plan[],
  byName: ReadonlyMap<string, Plan>,
): JsonObject {
  const results: (JsonValue | undefined)[] = plans.map((plan) => plan.fill);
  let next = 0;
  for (const name in value) {
    const plan = byName.get(name);
    if (plan !== undefined) results[plan.index] = kept[next];
    next++;
  }
  const object: Record<string, JsonValue> = {};
  for (const { index, field } of plans) {
    const result = results[index];
    if (result !== undefined) object[field.name] = result;
  }
  return object;
}

function noteEmptied(object: JsonObject, sent: JsonObject, byName: ReadonlyMap<string, Plan>): void {
  const names = Object.keys(sent).filter((name) => {
    const [plan, value] = [byName.get(name), sent[name]];
    return plan !== undefined && value !== undefined && !(name in object) && isEmptyCollection(value, plan.field);
  });
  if (names.length > 0) rememberEmptied(object, names);
}

function fitList(type: ListType): Fit {
  const zero = zeroOf(type.items);
  let shape: Fit | undefined;
  return (value, source, known) => {
    if (value === known) return value;
    if (!isArray(value)) throw MISFIT;
    const before = isArray(known) ? known : NONE;
    shape ??= fitOf(type.items);
    let changed: JsonValue[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const given = value[i] ?? null;
      const result = given === null ? zero : shape(given, source, before[i]);
      if (result !== given) changed ??= value.slice(0, i);
      changed?.push(result);
    }
    return changed ?? value;
  };
}

function fitMap(type: MapType): Fit {
  const zero = zeroOf(type.values);
  const bytes = type.values.kind === 'scalar' && type.values.scalar === 'bytes';
  let shape: Fit | undefined;
  return (value, source, known) => {
    if (value === known) return value;
    if (!isObject(value)) throw MISFIT;
    const before = isObject(known) ? known : NOTHING;
    shape ??= fitOf(type.values);
    const results: (readonly [string, JsonValue])[] = [];
    let same = true;
    for (const key in value) {
      const given = value[key];
      if (given === undefined) {
        same = false;
        continue;
      }
      const unset = bytes && source === 'store' ? '' : zero;
      const result = given === null ? unset : shape(given, source, own(before, key));
      if (result !== given) same = false;
      results.push([key, result]);
    }
    return same ? value : Object.fromEntries(results);
  };
}

function fitScalar(type: ScalarType): Fit {
  const union = schemaUnion(type);
  if (union !== undefined)
    return (value, source) => union(value, (object, schema) => fitOf(schema)(object, source, undefined));
  switch (type.scalar) {
    case 'string':
      return (value) => (typeof value === 'string' ? value : misfit());
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : misfit());
    case 'int32':
      return (value) => (isInt32(value) ? value : misfit());
    case 'int64':
      return (value) => (isInt64(value) ? value : misfit());
    case 'double':
      return (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : misfit());
    case 'intOrString':
      return (value) => (typeof value === 'string' || isInt32(value) ? value : misfit());
    case 'bytes':
      return (value) => canonicalBase64(text(value));
    case 'time':
    case 'microTime': {
      const { scalar } = type;
      return (value) => canonicalTime(text(value), scalar);
    }
    case 'duration':
      return (value) => formatDuration(parseDuration(text(value)));
    case 'quantity':
      return (value) => canonicalQuantity(typeof value === 'number' ? String(value) : text(value));
    case 'any':
      return (value) => value;
  }
}

function misfit(): never {
  throw MISFIT;
}

function text(value: JsonValue): string {
  return typeof value === 'string' ? value : misfit();
}

function isInt32(value: JsonValue): boolean {
  return typeof value === 'number' && (value | 0) === value;
}

const INT64 = 2n ** 63n;

function isInt64(value: JsonValue): boolean {
  if (typeof value === 'bigint') return value >= -INT64 && value < INT64;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}
