// The pieces of a shell pattern that has been read.

export type PatternToken =
  | { readonly p: 'char'; readonly char: string }
  | { readonly p: 'any' }
  | { readonly p: 'star' }
  | { readonly p: 'class'; readonly test: (char: string) => boolean }
  | GroupToken;

/** `?(a|b)` and its like, of `shopt -s extglob`. */
export interface GroupToken {
  readonly p: 'group';
  readonly kind: '?' | '*' | '+' | '@' | '!';
  readonly ways: readonly (readonly PatternToken[])[];
}

/** Whether a piece that stands for one character stands for this one. */
export function fits(token: PatternToken, char: string): boolean {
  if (token.p === 'char') return token.char === char;
  return token.p === 'any' || (token.p === 'class' && token.test(char));
}
