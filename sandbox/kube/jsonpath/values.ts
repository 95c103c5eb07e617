// The values that a JSONPath template meets, and how two of them compare in a filter.

import { compareText } from '../go/text.ts';
import type { JsonValue } from '../json.ts';
import { isArray } from '../json.ts';
import { JsonPathError } from './nodes.ts';

/** Undefined is what a null becomes once a range walks over it: less than null, it has no type. */
export type Value = JsonValue | undefined;

/** Go's name of a value's type. All numbers of an object that kubectl has made itself are float64. */
export type ValueType = 'nil' | 'bool' | 'int64' | 'float64' | 'string' | '[]interface {}' | 'map[string]interface {}';

export function typeOfValue(value: Value, allFloats: boolean): ValueType {
  if (value === undefined || value === null) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return allFloats || !Number.isSafeInteger(value) ? 'float64' : 'int64';
  if (typeof value === 'bigint') return allFloats || BigInt.asIntN(64, value) !== value ? 'float64' : 'int64';
  return isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** One side of a comparison. A number that the template spells has a type of its own. */
export type Operand = { readonly value: Value; readonly type: ValueType };

type Comparison = (a: Operand, b: Operand) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['==', isEqual],
  ['!=', (a, b) => !isEqual(a, b)],
  ['<', isLess],
  ['<=', isAtMost],
  ['>', (a, b) => !isAtMost(a, b)],
  ['>=', (a, b) => !isLess(a, b)],
]);

/** Throws JsonPathError when the two can't be compared, or not by this operator. */
export function compareValues(a: Operand, operator: string, b: Operand): boolean {
  const comparison = COMPARISONS.get(operator);
  if (comparison === undefined) throw new JsonPathError(`unrecognized filter operator ${operator}`);
  return comparison(a, b);
}

function isAtMost(a: Operand, b: Operand): boolean {
  return isLess(a, b) || isEqual(a, b);
}

function isEqual(a: Operand, b: Operand): boolean {
  checkTypes(a, b);
  if (isNumeric(a.value) && isNumeric(b.value)) return !(a.value < b.value || a.value > b.value);
  return a.value === b.value;
}

function isLess(a: Operand, b: Operand): boolean {
  checkTypes(a, b);
  if (a.type === 'bool') throw new JsonPathError('invalid type for comparison');
  if (typeof a.value === 'string' && typeof b.value === 'string') return compareText(a.value, b.value) < 0;
  return isNumeric(a.value) && isNumeric(b.value) && a.value < b.value;
}

function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

const COMPARABLE: readonly ValueType[] = ['bool', 'int64', 'float64', 'string'];

function checkTypes(a: Operand, b: Operand): void {
  if (!COMPARABLE.includes(a.type) || !COMPARABLE.includes(b.type)) {
    throw new JsonPathError('invalid type for comparison');
  }
  if (a.type !== b.type) throw new JsonPathError('incompatible types for comparison');
}
