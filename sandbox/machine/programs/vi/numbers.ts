// `<C-a>` and `<C-x>`: the number at the cursor, or the next one in its line, more or less.

import { spliceLines } from './edits.ts';
import { goTo, lineAt, type ViState } from './state.ts';

export function addToNumber(v: ViState, by: number): void {
  const line = lineAt(v, v.row);
  const found = [...line.matchAll(/-?\d+/g)].find((match) => match.index + match[0].length > v.col);
  if (found === undefined) return;
  const [digits] = found;
  const sum = String(BigInt(digits) + BigInt(by));
  const padded = /^-?0\d/.test(digits)
    ? sum.replace(/\d+/, (each) => each.padStart(digits.replace('-', '').length, '0'))
    : sum;
  spliceLines(v, v.row, 1, [line.slice(0, found.index) + padded + line.slice(found.index + digits.length)]);
  goTo(v, v.row, found.index + padded.length - 1);
}
