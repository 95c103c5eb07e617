// Shell patterns (`*`, `?`, `[...]`, and bash's groups): parsed once, matched in time linear in the text for each piece of
// the pattern. In a pattern's text a backslash quotes the next character; that is how quoted parts of a word arrive here.

import { reach } from './patternreach.ts';
import { fits, type GroupToken, type PatternToken } from './patterntoken.ts';

const GLOB = /[*?[\\()|]/;

/** Whether a pattern stands in a text; `extended`: also one that begins a group. */
export function hasGlob(text: string, extended = false): boolean {
  return /[*?[]/.test(text) || (extended && /[+@!]\(/.test(text));
}

/** Quotes what a pattern would take for more than itself. */
export function escapePattern(text: string): string {
  return GLOB.test(text) || text.includes(']') ? text.replace(/[*?[\]\\()|]/g, '\\$&') : text;
}

/** `extended`: groups are known. */
export function parsePattern(pattern: string, extended = false): readonly PatternToken[] {
  return readTokens(pattern, 0, '', extended).tokens;
}

/** Tokens up to one of `marks`, which stands at `end` then. */
function readTokens(pattern: string, from: number, marks: string, extended: boolean) {
  const tokens: PatternToken[] = [];
  let i = from;
  for (; i < pattern.length && !marks.includes(pattern.charAt(i)); i++) {
    const c = pattern.charAt(i);
    const group = extended && pattern.charAt(i + 1) === '(' ? readGroup(pattern, i) : undefined;
    if (group !== undefined) {
      tokens.push(group.token);
      i = group.end;
    } else if (c === '*') {
      if (tokens.at(-1)?.p !== 'star') tokens.push({ p: 'star' });
    } else if (c === '?') tokens.push({ p: 'any' });
    else if (c === '\\' && i + 1 < pattern.length) tokens.push({ p: 'char', char: pattern.charAt(++i) });
    else {
      const set = c === '[' ? readClass(pattern, i) : undefined;
      if (set !== undefined) {
        tokens.push({ p: 'class', test: set.test });
        i = set.end;
      } else tokens.push({ p: 'char', char: c });
    }
  }
  return { tokens, end: i };
}

const KINDS: readonly GroupToken['kind'][] = ['?', '*', '+', '@', '!'];
const GROUP_DEPTH_MAX = 100;

/** `+(a|b)`; undefined where it isn't one, or nothing closes it. */
function readGroup(pattern: string, from: number): { readonly token: GroupToken; readonly end: number } | undefined {
  const kind = KINDS.find((one) => one === pattern.charAt(from));
  if (kind === undefined || !closes(pattern, from + 1)) return undefined;
  const ways: (readonly PatternToken[])[] = [];
  let i = from + 1;
  do {
    const { tokens, end } = readTokens(pattern, i + 1, '|)', true);
    ways.push(tokens);
    i = end;
  } while (pattern.charAt(i) === '|');
  return { token: { p: 'group', kind, ways }, end: i };
}

/** Whether the parenthesis that opens here is closed, and not too much stands between. */
function closes(pattern: string, from: number): boolean {
  let depth = 0;
  for (let i = from; i < pattern.length && depth <= GROUP_DEPTH_MAX; i++) {
    const c = pattern.charAt(i);
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return true;
  }
  return false;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r\f\v]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

interface CharacterClass {
  readonly test: (char: string) => boolean;
  readonly end: number;
}

/** `[a-z]`, `[!0-9]`, `[[:space:]]`; undefined when no bracket closes it. */
function readClass(pattern: string, from: number): CharacterClass | undefined {
  let i = from + 1;
  const negated = pattern.charAt(i) === '!' || pattern.charAt(i) === '^';
  if (negated) i++;
  const singles = new Set<string>();
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; ; first = false, i++) {
    const c = pattern.charAt(i);
    if (c === '') return undefined;
    if (c === ']' && !first) break;
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(i, i + 12));
    const known = named === null || !Object.hasOwn(CLASSES, named[1] ?? '') ? undefined : CLASSES[named[1] ?? ''];
    if (named !== null && known !== undefined) {
      tests.push((char) => known.test(char));
      i += named[0].length - 1;
      continue;
    }
    const low = c === '\\' ? pattern.charAt(++i) : c;
    if (pattern.charAt(i + 1) === '-' && pattern.charAt(i + 2) !== ']' && pattern.charAt(i + 2) !== '') {
      const escaped = pattern.charAt(i + 2) === '\\';
      const high = pattern.charAt(escaped ? i + 3 : i + 2);
      tests.push((char) => char >= low && char <= high);
      i += escaped ? 3 : 2;
    } else singles.add(low);
  }
  const test = (char: string): boolean => singles.has(char) || tests.some((one) => one(char));
  return { test: negated ? (char) => !test(char) : test, end: i };
}

/** Whether the whole text matches. */
export function matches(tokens: readonly PatternToken[], text: string): boolean {
  if (tokens.some(isGroup)) return reach(tokens, text, new Set([0])).has(text.length);
  let t = 0;
  let i = 0;
  let star = -1;
  let mark = 0;
  while (i < text.length) {
    const token = tokens[t];
    if (token?.p === 'star') {
      star = t++;
      mark = i;
    } else if (token !== undefined && fits(token, text.charAt(i))) {
      t++;
      i++;
    } else if (star >= 0) {
      t = star + 1;
      i = ++mark;
    } else return false;
  }
  while (tokens[t]?.p === 'star') t++;
  return t === tokens.length;
}

/** Where a match that begins at `from` can end, the shortest or the longest; -1 when there is none. */
export function matchEnd(tokens: readonly PatternToken[], text: string, from: number, longest: boolean): number {
  if (tokens.some(isGroup)) {
    const ends = [...reach(tokens, text, new Set([from]))];
    return ends.length === 0 ? -1 : ends.reduce((a, b) => (longest ? Math.max(a, b) : Math.min(a, b)));
  }
  let states = closure(tokens, new Set([0]));
  let end = states.has(tokens.length) ? from : -1;
  if (end >= 0 && !longest) return end;
  for (let i = from; i < text.length && states.size > 0; i++) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.p === 'star') next.add(state);
      else if (fits(token, text.charAt(i))) next.add(state + 1);
    }
    states = closure(tokens, next);
    if (!states.has(tokens.length)) continue;
    end = i + 1;
    if (!longest || tokens.at(-1)?.p === 'star') return longest ? text.length : end;
  }
  return end;
}

function closure(tokens: readonly PatternToken[], states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state]?.p === 'star') states.add(state + 1);
  return states;
}

/** Where a match that ends with the text can begin; -1 when there is none. */
export function matchStart(tokens: readonly PatternToken[], text: string, longest: boolean): number {
  const end = matchEnd(backwards(tokens), [...text.split('')].reverse().join(''), 0, longest);
  return end < 0 ? -1 : text.length - end;
}

function isGroup(token: PatternToken): token is GroupToken {
  return token.p === 'group';
}

function backwards(tokens: readonly PatternToken[]): readonly PatternToken[] {
  return tokens.map((token) => (isGroup(token) ? { ...token, ways: token.ways.map(backwards) } : token)).reverse();
}

/** The characters of a pattern that is nothing but characters. */
export function literalOf(tokens: readonly PatternToken[]): string | undefined {
  let text = '';
  for (const token of tokens) {
    if (token.p !== 'char') return undefined;
    text += token.char;
  }
  return text;
}
