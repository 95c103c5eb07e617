// Checks of single values, in the words of Go's decoder and of the types that decode themselves.

import { goJson } from '../../kube/go/text.ts';
import { isArray, type JsonArray, type JsonValue } from '../../kube/json.ts';
import { parseQuantity, QuantityError } from '../../kube/quantity.ts';
import type { ScalarType } from '../../kube/structure.ts';
import { DecodingError } from '../errors.ts';
import { decodeBase64, encodeBase64 } from '../scalars/base64.ts';
import { parseDuration } from '../scalars/duration.ts';
import { parseTime } from '../scalars/time.ts';
import { describe } from './refusal.ts';

/** What came of a value: its plain form, or what is wrong with it. */
export type Checked =
  | { readonly value: JsonValue }
  /** Go notes it and reads on; the first of these is what it reports in the end. `of` is the type that it wanted. */
  | { readonly mismatch: string; readonly of: string; readonly hard?: true }
  /** The words are the type's own. A hard one ends the reading at once. */
  | { readonly message: string; readonly hard?: true };

const INT64 = 2n ** 63n;

/** Checks a value that isn't null. `literal` has the letters of a number that prints differently. */
export function checkScalar(value: JsonValue, type: ScalarType, literal?: string): Checked {
  const goType = type.goType ?? type.scalar;
  switch (type.scalar) {
    case 'string':
      return typeof value === 'string' ? { value } : { mismatch: describe(value), of: goType };
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { mismatch: describe(value), of: goType };
    case 'int32':
      return checkInteger(value, literal, goType, 2n ** 31n);
    case 'int64':
      return checkInteger(value, literal, goType, INT64);
    case 'double':
      return isNumber(value) ? { value } : { mismatch: describe(value), of: goType };
    case 'bytes':
      return checkBytes(value, goType);
    case 'intOrString':
      return typeof value === 'string' ? { value } : hard(checkInteger(value, literal, 'int32', 2n ** 31n));
    case 'time':
    case 'microTime': {
      const { scalar } = type;
      return checkText(value, (text) => parseTime(text, scalar));
    }
    case 'duration':
      return checkText(value, parseDuration);
    case 'quantity':
      return checkQuantity(value, literal);
    case 'any':
      return { value };
  }
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function checkInteger(value: JsonValue, literal: string | undefined, of: string, limit: bigint): Checked {
  if (!isNumber(value)) return { mismatch: describe(value), of };
  const text = literal ?? String(value);
  const whole = /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  if (whole === undefined || whole < -limit || whole >= limit) return { mismatch: `number ${text}`, of };
  return { value };
}

function hard(checked: Checked): Checked {
  return 'value' in checked ? checked : { ...checked, hard: true };
}

/** Base64, or what Go takes as well: a list of numbers. */
function checkBytes(value: JsonValue, of: string): Checked {
  if (isArray(value)) return checkByteList(value);
  if (typeof value !== 'string') return { mismatch: describe(value), of };
  const message = messageOf(() => decodeBase64(value));
  return message === undefined ? { value } : { message };
}

function checkByteList(items: JsonArray): Checked {
  const odd = items.find((item) => item !== null && (typeof item !== 'number' || (item & 0xff) !== item));
  if (odd === undefined || odd === null) return { value: encodeBase64(Uint8Array.from(items, Number)) };
  return { mismatch: isNumber(odd) ? `number ${odd}` : describe(odd), of: 'uint8' };
}

/** Types that read a string and then make something of it. */
function checkText(value: JsonValue, read: (text: string) => unknown): Checked {
  if (typeof value !== 'string') return { mismatch: describe(value), of: 'string', hard: true };
  const message = messageOf(() => read(value));
  return message === undefined ? { value } : { message, hard: true };
}

/** A quantity takes any value by its letters. */
function checkQuantity(value: JsonValue, literal: string | undefined): Checked {
  const text = typeof value === 'string' ? value : (literal ?? goJson(value));
  const message = messageOf(() => parseQuantity(text.trim()));
  return message === undefined ? { value: text } : { message, hard: true };
}

function messageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof DecodingError || error instanceof QuantityError) return error.message;
    throw error;
  }
}
