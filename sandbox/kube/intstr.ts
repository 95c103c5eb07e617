// IntOrString: a count, or a share of one in percent.

import { integerError } from './go/integer.ts';
import { quote } from './go/text.ts';

export type IntOrString = number | string;

/** A text is no percentage. The message is the server's. */
class IntOrStringError extends Error {}

/** The count that the value stands for out of `total`; a share is rounded as asked. Throws an IntOrStringError for a text that is no percentage. */
export function scaledValueOf(value: IntOrString, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (percentOf(value) * total) / 100;
  return rounding === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** The number before the `%`. */
export function percentOf(text: string): number {
  if (!text.endsWith('%')) {
    throw new IntOrStringError('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const digits = text.slice(0, -1);
  const why = integerError(digits);
  if (why === undefined) return Number(digits);
  throw new IntOrStringError(`invalid value for IntOrString: invalid value ${quote(text)}: ${why}`);
}

/** The number that the value holds, 0 for a text that isn't all digits. */
export function intValueOf(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return integerError(value) === undefined ? Number(value) : 0;
}

/** As it is printed: `2`, `25%`. */
export function formatIntOrString(value: IntOrString): string {
  return String(value);
}
