// A pod template as the Go structs of a real controller print it: every field with its name and type, set or not. The
// hash of a template is taken of this text, so that it has to be equal to the byte.

import { sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { parseQuantity, type Quantity } from '../../kube/quantity.ts';
import goTypes from '../../schema/data/gotypes.json' with { type: 'json' };

const TYPES: { readonly [name: string]: string } = goTypes;

/** What a value of these types looks like is not told by a list of fields. */
const SPECIAL: { readonly [type: string]: (value: JsonValue | undefined) => string } = {
  'v1.Time': timeText,
  'resource.Quantity': quantityText,
  'intstr.IntOrString': intOrStringText,
};

/** `(v1.PodSpec){...}`: a value with its type before it. */
export function typedText(type: string, value: JsonValue | undefined): string {
  return `(${type})${valueText(type, value)}`;
}

function valueText(type: string, value: JsonValue | undefined): string {
  const special = own(SPECIAL, type);
  if (special !== undefined) return special(value);
  if (type.startsWith('*')) return value === undefined || value === null ? '<nil>' : valueText(type.slice(1), value);
  if (type.startsWith('[]')) return listText(type.slice(2), value);
  if (type.startsWith('map[')) return mapText(type.slice(type.indexOf(']') + 1), value);
  const shape = own(TYPES, type);
  if (shape === undefined || !shape.includes('=')) return scalarText(shape ?? type, value);
  return structText(shape, isObject(value) ? value : {});
}

/** What came over the wire has no empty lists and maps: they are not there. */
function listText(type: string, value: JsonValue | undefined): string {
  if (!isArray(value) || value.length === 0) return '<nil>';
  return `[${value.map((item) => valueText(type, item)).join(' ')}]`;
}

function mapText(type: string, value: JsonValue | undefined): string {
  if (!isObject(value)) return '<nil>';
  const keys = sortedKeys(value);
  if (keys.length === 0) return '<nil>';
  return `map[${keys.map((key) => `${key}:${valueText(type, own(value, key))}`).join(' ')}]`;
}

function structText(shape: string, value: JsonObject): string {
  const fields = shape.split(' ').map((field) => {
    const [, name = '', onWire = '', type = ''] = /^([^=]*)=([^:]*):(.*)$/.exec(field) ?? [];
    return `${name}:${typedText(type, onWire === '~' ? value : own(value, onWire))}`;
  });
  return `{${fields.join(' ')}}`;
}

function scalarText(type: string, value: JsonValue | undefined): string {
  if (type.startsWith('map[')) return mapText(type.slice(type.indexOf(']') + 1), value);
  if (value !== undefined && value !== null) return String(value);
  if (type === 'string') return '';
  return type === 'bool' ? 'false' : '0';
}

/** Templates carry no times; a server leaves those of their metadata out. */
function timeText(): string {
  return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';
}

function intOrStringText(value: JsonValue | undefined): string {
  const isText = typeof value === 'string';
  return `{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${isText ? 0 : (value ?? 0)} StrVal:(string)${isText ? value : ''}}`;
}

function quantityText(value: JsonValue | undefined): string {
  const quantity: Quantity | undefined =
    typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : undefined;
  const { coefficient = 0, exponent = 0, format = '', text = '' } = quantity ?? {};
  const small = BigInt.asIntN(64, BigInt(coefficient)) === BigInt(coefficient);
  const number = small ? `{value:(int64)${coefficient} scale:(resource.Scale)${exponent}}` : NO_NUMBER;
  const decimal = small ? '<nil>' : bigText(BigInt(coefficient), exponent);
  return `{i:(resource.int64Amount)${number} d:(resource.infDecAmount){Dec:(*inf.Dec)${decimal}} s:(string)${text} Format:(resource.Format)${format}}`;
}

const NO_NUMBER = '{value:(int64)0 scale:(resource.Scale)0}';

function bigText(coefficient: bigint, exponent: number): string {
  const words: bigint[] = [];
  for (let rest = coefficient < 0n ? -coefficient : coefficient; rest > 0n; rest >>= 64n)
    words.push(rest & (2n ** 64n - 1n));
  return `{unscaled:(big.Int){neg:(bool)${coefficient < 0n} abs:(big.nat)[${words.join(' ')}]} scale:(inf.Scale)${-exponent}}`;
}
