// JSON as the API server writes it: fields in Go's order, maps by key, what Go omits left out and what it doesn't written.
// One writer a type is made at its first use. Canonical objects are written in one pass over their members.

import { compareText, sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { parseApiVersion } from '../../kube/resource.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { schemaType, schemaUnion } from '../decode/unions.ts';
import { kindType } from '../schema.ts';
import { fillOf, type Policy, policyOf } from '../zero.ts';
import { NOT_AS_GO, plainText } from './plain.ts';
import { jsonText } from './text.ts';

/**
 * An object or a value as compact JSON, without a line end. With a type of Kubernetes' own it is written as Go writes the
 * struct; without one, or with the type of a CustomResourceDefinition, as Go writes maps: every key in its order.
 */
export function encodeJson(value: JsonValue, type?: ValueType): string {
  return writerOf(type)(value);
}

/** The same text with line ends and two blanks a level, as for `?pretty=true`. */
export function indentJson(compact: string): string {
  let out = '';
  let indent = '\n';
  for (const token of compact.match(TOKENS) ?? []) {
    if (token === '{' || token === '[') {
      indent += '  ';
      out += token + indent;
    } else if (token === '}' || token === ']') {
      indent = indent.slice(0, -2);
      out += indent + token;
    } else if (token === ',') out += `,${indent}`;
    else out += token === ':' ? ': ' : token;
  }
  return out;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]|[^\s"{}[\],:]+/g;

type Write = (value: JsonValue) => string;

function writerOf(type: ValueType | undefined): Write {
  return type === undefined || (type.kind === 'object' && type.name === '') ? writeSorted : writerOfType(type);
}

const writerOfType: (type: ValueType) => Write = lazyFor((type) =>
  isKind(type) ? kindWriter(type) : makeWriter(type),
);

function isKind(type: ValueType): type is ObjectType {
  return (
    type.kind === 'object' &&
    ['kind', 'apiVersion', 'metadata'].every((name) => type.fields.some((field) => field.name === name))
  );
}

/** Whole objects mostly stand as they are written. Stored ones are asked for again and again: their texts are kept with them. */
function kindWriter(type: ObjectType): Write {
  const write = structWriter(type);
  if (isListOfKinds(type)) return write;
  const text = (value: JsonValue): string => plainText(value, type) ?? write(value);
  const kept = lazyFor<JsonObject, string>(text);
  return (value) => (isObject(value) && Object.isFrozen(value) ? kept(value) : text(value));
}

function isListOfKinds({ fields }: ObjectType): boolean {
  return fields.some((field) => field.name === 'items' && isListOf(field.type(), isKind));
}

function isListOf(type: ValueType, isWanted: (items: ValueType) => boolean): type is ListType {
  return type.kind === 'list' && isWanted(type.items);
}

function makeWriter(type: ValueType): Write {
  switch (type.kind) {
    case 'object':
      return structWriter(type);
    case 'list':
      return listWriter(type);
    case 'map':
      return mapWriter(type);
    case 'scalar':
      return scalarWriter(type);
  }
}

interface Plan {
  readonly index: number;
  readonly field: FieldType;
  /** `"name":` */
  readonly label: string;
  /** What is written when the field is absent; empty when nothing is. */
  readonly absent: string;
  /** Found at the first use: types refer to themselves. */
  tools: { readonly write: Write; readonly policy: Policy } | undefined;
}

function structWriter(type: ObjectType): Write {
  const plans = type.fields.map((field, index): Plan => {
    const fill = fillOf(field);
    const label = `${jsonText(field.name)}:`;
    return { index, field, label, absent: fill === undefined ? '' : label + writeGiven(fill), tools: undefined };
  });
  const byName = new Map(plans.map((plan) => [plan.field.name, plan]));
  const always = plans.filter((plan) => plan.absent !== '').length;

  return (value) => {
    if (!isObject(value)) return writeGiven(value);
    let out = '';
    let last = -1;
    let written = 0;
    for (const name in value) {
      const given = value[name];
      if (given === undefined) continue;
      const plan = byName.get(name);
      if (plan === undefined || plan.index < last) return writeInOrder(value, plans);
      last = plan.index;
      if (plan.absent !== '') written++;
      const text = writeField(plan, given);
      if (text !== '') out += out === '' ? text : `,${text}`;
    }
    return written === always ? `{${out}}` : writeInOrder(value, plans);
  };
}

function writeField(plan: Plan, given: JsonValue): string {
  plan.tools ??= { write: writerOf(plan.field.type()), policy: policyOf(plan.field) };
  const { write, policy } = plan.tools;
  if (given === null) return policy.keepsNull ? `${plan.label}null` : plan.absent;
  return policy.omits(given) ? '' : plan.label + write(given);
}

function writeInOrder(value: JsonObject, plans: readonly Plan[]): string {
  const texts = plans.map((plan) => {
    const given = Object.hasOwn(value, plan.field.name) ? value[plan.field.name] : undefined;
    return given === undefined ? plan.absent : writeField(plan, given);
  });
  return `{${texts.filter((text) => text !== '').join(',')}}`;
}

function listWriter(type: ListType): Write {
  let write: Write | undefined;
  return (value) => {
    if (!isArray(value)) return writeGiven(value);
    write ??= writerOf(type.items);
    const texts: string[] = [];
    for (const item of value) texts.push(write(item ?? null));
    return `[${texts.join(',')}]`;
  };
}

function mapWriter(type: MapType): Write {
  let write: Write | undefined;
  return (value) => {
    if (!isObject(value)) return writeGiven(value);
    write ??= writerOf(type.values);
    return writeMembers(value, write);
  };
}

/** Members by key in the order of their bytes; they mostly stand so already. */
function writeMembers(value: JsonObject, write: Write): string {
  let out = '';
  let last: string | undefined;
  for (const key in value) {
    const given = value[key];
    if (given === undefined) continue;
    if (last !== undefined && compareText(last, key) > 0) return writeSortedMembers(value, write);
    last = key;
    out += `${out === '' ? '' : ','}${jsonText(key)}:${write(given)}`;
  }
  return `{${out}}`;
}

function writeSortedMembers(value: JsonObject, write: Write): string {
  const texts = sortedKeys(value).flatMap((key) => {
    const given = value[key];
    return given === undefined ? [] : [`${jsonText(key)}:${write(given)}`];
  });
  return `{${texts.join(',')}}`;
}

/** Without a type, as Go writes what it decoded without one. */
function writeSorted(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(writeSorted).join(',')}]`;
  return isObject(value) ? writeMembers(value, writeSorted) : writeGiven(value);
}

/** JSON.stringify writes raw JSON just as well, unless something in it needs Go's escapes or is a bigint. */
function writeRaw(value: JsonValue): string {
  try {
    const text = JSON.stringify(value);
    return NOT_AS_GO.test(text) ? writeGiven(value) : text;
  } catch {
    return writeGiven(value);
  }
}

/** As it stands: Go keeps the bytes of raw JSON. */
function writeGiven(value: JsonValue): string {
  if (typeof value === 'string') return jsonText(value);
  if (isArray(value)) return `[${value.map(writeGiven).join(',')}]`;
  if (!isObject(value)) return String(value);
  let out = '';
  for (const key in value) {
    const given = value[key];
    if (given !== undefined) out += `${out === '' ? '' : ','}${jsonText(key)}:${writeGiven(given)}`;
  }
  return `{${out}}`;
}

function scalarWriter(type: ScalarType): Write {
  const union = schemaUnion(type);
  if (union !== undefined) return writeUnion;
  if (type.holdsObject === true) return (value) => writerOfObject(value)(value);
  if (type.scalar !== 'any') return writePlain;
  // What Go decoded without a type it writes by key; what it kept as bytes it writes as they are.
  return type.goType === 'interface {}' ? writeSorted : writeRaw;
}

function writePlain(value: JsonValue): string {
  return typeof value === 'string' ? jsonText(value) : typeof value === 'object' ? writeGiven(value) : String(value);
}

/** A schema, a list of schemas, a list of strings or a bool. */
function writeUnion(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(writeUnion).join(',')}]`;
  return isObject(value) ? writerOf(schemaType())(value) : writePlain(value);
}

/** A whole object within another is written as its own kind. */
function writerOfObject(value: JsonValue): Write {
  if (!isObject(value)) return writePlain;
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return writeGiven;
  const { group, version } = parseApiVersion(apiVersion);
  return writerOf(kindType(group, version, kind)?.type);
}
