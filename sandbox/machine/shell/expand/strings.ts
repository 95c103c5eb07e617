// What `${x#...}`, `${x%...}` and `${x/...}` do to a text.

import { literalOf, matchEnd, matches, matchStart } from './pattern.ts';
import type { PatternToken } from './patterntoken.ts';

type Pattern = readonly PatternToken[];

export function trim(text: string, op: '#' | '##' | '%' | '%%', pattern: Pattern): string {
  if (op === '#' || op === '##') {
    const end = matchEnd(pattern, text, 0, op === '##');
    return end < 0 ? text : text.slice(end);
  }
  const start = matchStart(pattern, text, op === '%%');
  return start < 0 ? text : text.slice(0, start);
}

export function replaceIn(text: string, mode: '/' | '//' | '/#' | '/%', pattern: Pattern, by: string): string {
  if (pattern.length === 0) return mode === '/#' ? by + text : mode === '/%' ? text + by : text;
  if (mode === '/#') {
    const end = matchEnd(pattern, text, 0, true);
    return end < 0 ? text : by + text.slice(end);
  }
  if (mode === '/%') {
    const start = matchStart(pattern, text, true);
    return start < 0 ? text : text.slice(0, start) + by;
  }
  const literal = literalOf(pattern);
  if (literal === undefined) return replaceMatches(text, mode === '//', pattern, by);
  return mode === '//' ? text.split(literal).join(by) : replaceFirst(text, literal, by);
}

function replaceFirst(text: string, literal: string, by: string): string {
  const at = text.indexOf(literal);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + literal.length);
}

function replaceMatches(text: string, all: boolean, pattern: Pattern, by: string): string {
  if (!matches([{ p: 'star' }, ...pattern, { p: 'star' }], text)) return text;
  let result = '';
  let i = 0;
  while (i < text.length) {
    const end = matchEnd(pattern, text, i, true);
    if (end > i) {
      result += by;
      i = end;
      if (!all) break;
    } else result += text.charAt(i++);
  }
  return result + text.slice(i);
}
