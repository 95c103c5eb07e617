// Signs and brackets on values: arithmetic, comparison, indexing, slicing, and putting something at a path.

import { compare, isList, isObjectValue, JqError, shortText, sortedKeys, typeName, type Value } from './values.ts';

function fail(message: string): never {
  throw new JqError(message);
}

function named(value: Value): string {
  return `${typeName(value)} (${shortText(value)})`;
}

export function binary(sign: string, left: Value, right: Value): Value {
  switch (sign) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '%':
      return modulo(left, right);
    case '==':
      return compare(left, right) === 0;
    case '!=':
      return compare(left, right) !== 0;
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    default:
      return compare(left, right) >= 0;
  }
}

export function add(left: Value, right: Value): Value {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  if (isObjectValue(left) && isObjectValue(right)) return new Map([...left, ...right]);
  return fail(`${named(left)} and ${named(right)} cannot be added`);
}

function subtract(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isList(left) && isList(right)) return left.filter((item) => !right.some((other) => compare(item, other) === 0));
  return fail(`${named(left)} and ${named(right)} cannot be subtracted`);
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'string' && typeof right === 'number') return repeated(left, right);
  if (typeof left === 'number' && typeof right === 'string') return repeated(right, left);
  if (isObjectValue(left) && isObjectValue(right)) return merged(left, right);
  return fail(`${named(left)} and ${named(right)} cannot be multiplied`);
}

function repeated(text: string, times: number): Value {
  if (!(times > 0)) return null;
  if (text.length * times > 10_000_000) fail('Repeat string result too long');
  return text.repeat(Math.max(1, Math.floor(times < 1 ? 1 : times)));
}

function merged(left: ReadonlyMap<string, Value>, right: ReadonlyMap<string, Value>): Value {
  const result = new Map(left);
  for (const [key, value] of right) {
    const before = result.get(key);
    result.set(
      key,
      before !== undefined && isObjectValue(before) && isObjectValue(value) ? merged(before, value) : value,
    );
  }
  return result;
}

function divide(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0) fail(`${named(left)} and ${named(right)} cannot be divided because the divisor is zero`);
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  return fail(`${named(left)} and ${named(right)} cannot be divided`);
}

export function splitText(text: string, by: string): Value {
  return text === '' ? [] : text.split(by);
}

function modulo(left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number')
    return fail(`${named(left)} and ${named(right)} cannot be divided`);
  if (Math.trunc(right) === 0) fail(`${named(left)} and ${named(right)} cannot be divided because the divisor is zero`);
  const result = Math.trunc(left) % Math.abs(Math.trunc(right));
  return result === 0 ? 0 : result;
}

export function indexed(value: Value, key: Value): Value {
  if (isObjectValue(value) && typeof key === 'string') return value.get(key) ?? null;
  if (isList(value) && typeof key === 'number') {
    const index = Math.floor(key);
    return value[index < 0 ? value.length + index : index] ?? null;
  }
  if (isObjectValue(key) && (isList(value) || value === null || typeof value === 'string'))
    return sliced(value, key.get('start') ?? null, key.get('end') ?? null);
  if (isList(value) && isList(key)) return positions(value, key);
  if (value === null && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  const by = typeof key === 'string' ? `string "${key}"` : typeName(key);
  return fail(`Cannot index ${typeName(value)} with ${by}`);
}

/** Where a list stands within another. */
export function positions(list: readonly Value[], wanted: readonly Value[]): Value {
  const found: number[] = [];
  if (wanted.length === 0) return null;
  for (let i = 0; i + wanted.length <= list.length; i++)
    if (wanted.every((each, j) => compare(list[i + j] ?? null, each) === 0)) found.push(i);
  return found;
}

export function sliced(value: Value, from: Value, to: Value): Value {
  if (value === null) return null;
  if (!isList(value) && typeof value !== 'string') return fail(`Cannot index ${typeName(value)} with object`);
  const points = typeof value === 'string' ? [...value] : value;
  const [start, end] = bounds(points.length, from, to);
  const part = points.slice(start, end);
  return typeof value === 'string' ? part.join('') : part;
}

function bounds(length: number, from: Value, to: Value): readonly [number, number] {
  const side = (value: Value, otherwise: number, round: (n: number) => number): number => {
    if (value === null) return otherwise;
    if (typeof value !== 'number') return fail('Start and end indices of an array slice must be numbers');
    const index = round(value);
    return Math.min(length, Math.max(0, index < 0 ? length + index : index));
  };
  const start = side(from, 0, Math.floor);
  return [start, Math.max(start, side(to, length, Math.ceil))];
}

/** The value with something else at a path. */
export function setPath(value: Value, path: readonly Value[], change: (before: Value) => Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (typeof key === 'string') {
    if (value !== null && !isObjectValue(value)) return fail(`Cannot index ${typeName(value)} with string "${key}"`);
    const next = setPath(value?.get(key) ?? null, rest, change);
    return new Map([...(value ?? []), [key, next]]);
  }
  if (typeof key === 'number') return setIndex(value, key, rest, change);
  if (isObjectValue(key)) return setSlice(value, key, rest, change);
  return fail(
    isList(key)
      ? 'Cannot update field at array index of array'
      : `Cannot update field at object index of ${typeName(value)}`,
  );
}

function setIndex(value: Value, key: number, rest: readonly Value[], change: (before: Value) => Value): Value {
  if (value !== null && !isList(value)) return fail(`Cannot index ${typeName(value)} with number`);
  const list = [...(value ?? [])];
  const index = Math.floor(key) < 0 ? list.length + Math.floor(key) : Math.floor(key);
  if (index < 0) return fail('Out of bounds negative array index');
  if (index > 10_000_000) return fail('Array index too large');
  while (list.length < index) list.push(null);
  list[index] = setPath(list[index] ?? null, rest, change);
  return list;
}

function setSlice(
  value: Value,
  key: ReadonlyMap<string, Value>,
  rest: readonly Value[],
  change: (before: Value) => Value,
): Value {
  if (value !== null && !isList(value)) return fail(`Cannot update field at object index of ${typeName(value)}`);
  const list = value ?? [];
  const [start, end] = bounds(list.length, key.get('start') ?? null, key.get('end') ?? null);
  const next = setPath(value === null ? null : list.slice(start, end), rest, change);
  if (!isList(next)) return fail('A slice of an array can only be assigned another array');
  return [...list.slice(0, start), ...next, ...list.slice(end)];
}

/** The value without what is at these paths. */
export function deletePaths(value: Value, paths: readonly (readonly Value[])[]): Value {
  const sorted = [...paths].sort((a, b) => compare(b, a));
  return sorted.reduce<Value>((rest, path) => deletePath(rest, path), value);
}

function deletePath(value: Value, [key, ...rest]: readonly Value[]): Value {
  if (value === null || key === undefined) return null;
  if (rest.length > 0) {
    const inner = indexed(value, key);
    return inner === null ? value : setPath(value, [key], () => deletePath(inner, rest));
  }
  if (isObjectValue(value) && typeof key === 'string') return new Map([...value].filter(([name]) => name !== key));
  if (isList(value) && typeof key === 'number') {
    const index = key < 0 ? value.length + key : key;
    return value.filter((_, at) => at !== index);
  }
  if (isList(value) && isObjectValue(key)) {
    const [start, end] = bounds(value.length, key.get('start') ?? null, key.get('end') ?? null);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  return fail(`Cannot delete field at ${typeof key === 'string' ? 'object' : 'array'} index of ${typeName(value)}`);
}

export function keysOf(value: Value): Value {
  if (isObjectValue(value)) return sortedKeys(value);
  if (isList(value)) return value.map((_, index) => index);
  return fail(`${named(value)} has no keys`);
}

export function lengthOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return [...value].length;
  if (typeof value === 'number') return Math.abs(value);
  if (isList(value)) return value.length;
  return isObjectValue(value) ? value.size : fail(`${named(value)} has no length`);
}

export function contains(value: Value, part: Value): boolean {
  if (isObjectValue(value) && isObjectValue(part))
    return [...part].every(([key, inner]) => value.has(key) && contains(value.get(key) ?? null, inner));
  if (isList(value) && isList(part))
    return part.every((inner) => value.some((each) => typeName(each) === typeName(inner) && contains(each, inner)));
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part);
  if (typeName(value) === typeName(part)) return compare(value, part) === 0;
  return fail(`${named(value)} and ${named(part)} cannot have their containment checked`);
}
