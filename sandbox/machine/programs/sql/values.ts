// Values of SQL: compared, shown, made to asType a column. Null is neither equal nor unequal to anything.

import { type Column, type Dialect, SqlProblem, type Value } from './tree.ts';

/** Below, equal or above zero; null where either is null. */
export function compare(one: Value, other: Value): number | null {
  if (one === null || other === null) return null;
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  const [left, right] = [Number(one), Number(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isTrue(value: Value): boolean {
  return value === true || (typeof value === 'number' && value !== 0);
}

/** As a client shows it; null apart. */
export function show(value: Exclude<Value, null>, dialect: Dialect): string {
  if (typeof value !== 'boolean') return String(value);
  return dialect === 'postgres' ? (value ? 't' : 'f') : value ? '1' : '0';
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  t: true,
  true: true,
  yes: true,
  on: true,
  '1': true,
  f: false,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/** The value as a column holds it. SqlProblem where it can't. */
export function asType(value: Value, { kind, type }: Pick<Column, 'kind' | 'type'>): Value {
  if (value === null) return null;
  if (kind === 'number') {
    const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isNaN(number)) throw new SqlProblem('invalid', [type, String(value)]);
    return /int/.test(type) ? Math.round(number) : number;
  }
  if (kind === 'boolean') {
    const truth = typeof value === 'boolean' ? value : TRUTHS[String(value).toLowerCase()];
    if (truth === undefined) throw new SqlProblem('invalid', [type, String(value)]);
    return truth;
  }
  return String(value);
}

/** `%` for any letters, `_` for one. Linear in practice: the pattern is walked with one place to come back to. */
export function isLike(text: string, pattern: string, anyCase: boolean): boolean {
  const [from, to] = anyCase ? [text.toLowerCase(), pattern.toLowerCase()] : [text, pattern];
  let [at, place, back, mark] = [0, 0, -1, 0];
  while (at < from.length) {
    const letter = to.charAt(place);
    if (letter === '%') {
      back = ++place;
      mark = at;
    } else if (place < to.length && (letter === '_' || letter === from.charAt(at))) {
      at++;
      place++;
    } else if (back >= 0) {
      place = back;
      at = ++mark;
    } else return false;
  }
  while (to.charAt(place) === '%') place++;
  return place === to.length;
}
