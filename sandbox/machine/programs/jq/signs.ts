// The signs that stand between filters: how tightly they bind, and what they make.

import type { Filter } from './tree.ts';

/** Signs by how tightly they bind, and on which side they group. */
export const LEVELS: readonly { readonly signs: readonly string[]; readonly side: 'left' | 'right' | 'none' }[] = [
  { signs: [','], side: 'left' },
  { signs: ['//'], side: 'right' },
  { signs: ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='], side: 'none' },
  { signs: ['or'], side: 'left' },
  { signs: ['and'], side: 'left' },
  { signs: ['==', '!=', '<', '<=', '>', '>='], side: 'none' },
  { signs: ['+', '-'], side: 'left' },
  { signs: ['*', '/', '%'], side: 'left' },
];

export function joined(sign: string, left: Filter, right: Filter): Filter {
  if (sign === ',') return { op: 'comma', left, right };
  if (sign === '//') return { op: 'alternative', left, right };
  if (sign === 'and' || sign === 'or') return { op: sign, left, right };
  const assigns = LEVELS[2]?.signs.includes(sign) === true;
  return assigns ? { op: 'assign', sign, left, right } : { op: 'binary', sign, left, right };
}
