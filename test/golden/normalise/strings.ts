// Compares two texts: to the byte between the variables, by identity in them.

import { type Difference, difference } from '../difference.ts';
import { type Comparison, sameVariable } from './comparison.ts';
import { scan, type Token } from './scan.ts';

export function sameText(comparison: Comparison, recorded: string, own: string, path: string): boolean {
  return compareTexts(comparison, recorded, own, path) === undefined;
}

/** Where two texts differ; what varies before that place isn't shown. */
export function compareTexts(
  comparison: Comparison,
  recorded: string,
  own: string,
  path: string,
): Difference | undefined {
  if (comparison.rules.exact) return recorded === own ? undefined : difference(path, recorded, own);
  const left = scan(recorded);
  const right = scan(inRecordedAliases(comparison, own));
  const same = left.findIndex((token, i) => !sameToken(comparison, token, right[i], path));
  if (same < 0 && left.length === right.length) return undefined;
  const from = same < 0 ? left.length : same;
  return difference(path, textFrom(left, from), textFrom(right, from));
}

function inRecordedAliases({ aliases }: Comparison, own: string): string {
  let text = own;
  for (const [name, alias] of aliases) text = text.replaceAll(name, alias);
  return text;
}

function sameToken(comparison: Comparison, token: Token, other: Token | undefined, path: string): boolean {
  if (other === undefined || other.kind !== token.kind) return false;
  return token.kind === 'text' ? token.text === other.text : sameVariable(comparison, token, other, path);
}

/** A text with what varies before a token shown by its kind only. */
function textFrom(tokens: readonly Token[], from: number): string {
  return tokens.map(({ kind, text }, i) => (kind === 'text' || i >= from ? text : `<${kind}>`)).join('');
}
