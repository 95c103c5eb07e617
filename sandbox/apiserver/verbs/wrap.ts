// Integers that are too big for their fields. Where the server makes an object from a map, after a strategic patch or an
// apply, its converter keeps the low bits of a number and says nothing: 4294967297 replicas are one.

import { isArray, isObject, type JsonValue } from '../../kube/json.ts';
import type { ValueType } from '../../kube/structure.ts';

const BITS: Readonly<Record<string, number>> = { int32: 32, int64: 64 };
const LEAST = -(2n ** 63n);

/** The same value when all numbers fit. */
export function wrapped(value: JsonValue, type: ValueType): JsonValue {
  switch (type.kind) {
    case 'object':
      return isObject(value)
        ? eachMember(value, (name, member) => inField(member, type.field.get(name)?.type()))
        : value;
    case 'map':
      return isObject(value) ? eachMember(value, (_, member) => wrapped(member, type.values)) : value;
    case 'list': {
      if (!isArray(value)) return value;
      const items = value.map((item) => wrapped(item, type.items));
      return items.every((item, i) => item === value[i]) ? value : items;
    }
    case 'scalar':
      return lowBits(value, BITS[type.scalar]);
  }
}

function inField(value: JsonValue, type: ValueType | undefined): JsonValue {
  return type === undefined ? value : wrapped(value, type);
}

function eachMember(
  object: { readonly [name: string]: JsonValue | undefined },
  change: (name: string, member: JsonValue) => JsonValue,
): JsonValue {
  const members = Object.entries(object).map(([name, member]): readonly [string, JsonValue | undefined] => [
    name,
    member === undefined ? undefined : change(name, member),
  ]);
  return members.every(([name, member]) => member === object[name]) ? object : Object.fromEntries(members);
}

function lowBits(value: JsonValue, bits: number | undefined): JsonValue {
  if (bits === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return value;
  if (typeof value === 'number' && !Number.isInteger(value)) return value;
  const low = BigInt.asIntN(bits, inInt64(BigInt(value)));
  if (low === BigInt(value)) return value;
  return BigInt.asIntN(53, low) === low ? Number(low) : low;
}

/** Beyond 64 bits a number was a fraction to the server, and becomes the least integer. */
function inInt64(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : LEAST;
}
