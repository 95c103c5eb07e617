// SQL in words: names, texts, numbers, signs. And where one statement ends and the next begins.

import { type Dialect, SqlProblem } from './tree.ts';

export interface Token {
  readonly t: 'word' | 'name' | 'text' | 'number' | 'sign' | 'end';
  /** Words in lower case. */
  readonly text: string;
  readonly at: number;
  readonly source: string;
}

const SIGNS = ['<=', '>=', '<>', '!=', '||', '::', '(', ')', ',', ';', '*', '+', '-', '/', '%', '=', '<', '>', '.'];

export function tokenize(source: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (t: Token['t'], text: string, end: number): void => {
    tokens.push({ t, text, at, source: source.slice(at, end) });
    at = end;
  };
  while (at < source.length) {
    const letter = source.charAt(at);
    if (/\s/.test(letter)) at++;
    else if (source.startsWith('--', at) || (dialect === 'mysql' && letter === '#')) at = endOf(source, '\n', at);
    else if (source.startsWith('/*', at)) at = endOf(source, '*/', at + 2);
    else if (letter === "'" || letter === '"' || letter === '`') {
      const [text, end] = quoted(source, at, dialect);
      const isName = letter === '`' || (letter === '"' && dialect === 'postgres');
      push(isName ? 'name' : 'text', text, end);
    } else if (/[0-9]/.test(letter)) {
      const number = /^\d+(\.\d+)?([eE][-+]?\d+)?/.exec(source.slice(at, at + 60))?.[0] ?? letter;
      push('number', number, at + number.length);
    } else if (/[A-Za-z_\u0080-\uffff]/.test(letter)) {
      let end = at + 1;
      while (end < source.length && /[\w$\u0080-\uffff]/.test(source.charAt(end))) end++;
      push('word', source.slice(at, end).toLowerCase(), end);
    } else if (letter === '@') {
      let end = at + 1;
      while (end < source.length && /[\w@.]/.test(source.charAt(end))) end++;
      push('word', source.slice(at, end).toLowerCase(), end);
    } else {
      const sign = SIGNS.find((each) => source.startsWith(each, at));
      if (sign === undefined) throw new SqlProblem('syntax', [source.slice(at)], at);
      push('sign', sign, at + sign.length);
    }
  }
  tokens.push({ t: 'end', text: '', at: source.length, source: '' });
  return tokens;
}

function endOf(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  return end < 0 ? source.length : end + mark.length;
}

function quoted(source: string, at: number, dialect: Dialect): readonly [string, number] {
  const quote = source.charAt(at);
  let text = '';
  for (let i = at + 1; i < source.length; i++) {
    const letter = source.charAt(i);
    if (letter === quote && source.charAt(i + 1) === quote) {
      text += quote;
      i++;
    } else if (letter === quote) return [text, i + 1];
    else if (letter === '\\' && dialect === 'mysql' && quote !== '`') {
      i++;
      const next = source.charAt(i);
      text += next === 'n' ? '\n' : next === 't' ? '\t' : next;
    } else text += letter;
  }
  throw new SqlProblem('syntax', [source.slice(at)], at);
}

/** Statements of a text, and what is left of one that isn't ended yet. */
export function splitStatements(text: string): { readonly whole: readonly string[]; readonly rest: string } {
  const whole: string[] = [];
  let begin = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"' || letter === '`') quote = letter;
    else if (text.startsWith('--', at)) at = endOf(text, '\n', at) - 1;
    else if (letter === ';') {
      whole.push(text.slice(begin, at + 1).trim());
      begin = at + 1;
    }
  }
  return { whole, rest: text.slice(begin) };
}
