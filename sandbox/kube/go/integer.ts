// Whole numbers as Go's strconv reads them, with its messages.

import { quote } from './text.ts';

const MAX_UINT64 = 2n ** 64n - 1n;

/** Why the text is no int64, as `strconv.Atoi: parsing "x": invalid syntax`; undefined when it is one. */
export function integerError(text: string, reader = 'strconv.Atoi'): string | undefined {
  const problem = problemOf(text);
  return problem === undefined ? undefined : `${reader}: parsing ${quote(text)}: ${problem}`;
}

function problemOf(text: string): string | undefined {
  const start = /^[-+]/.test(text) ? 1 : 0;
  const digits = /^[0-9]*/.exec(text.slice(start))?.[0] ?? '';
  const significant = digits.replace(/^0+/, '');
  // Reading stops at the digit with which the number gets too big, whatever comes behind it.
  if (significant.length > 20 || BigInt(significant || '0') > MAX_UINT64) return 'value out of range';
  if (digits === '' || start + digits.length < text.length) return 'invalid syntax';
  const value = BigInt(significant || '0') * (text.startsWith('-') ? -1n : 1n);
  return BigInt.asIntN(64, value) === value ? undefined : 'value out of range';
}
