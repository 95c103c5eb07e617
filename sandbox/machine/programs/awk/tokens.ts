// awk's tokens. Whether a slash divides or begins an expression depends on what stood before it.

import { AwkProblem } from './tree.ts';

export interface Token {
  readonly t: 'number' | 'string' | 'regex' | 'name' | 'call' | 'keyword' | 'builtin' | 'op' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
}

const KEYWORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

const BUILTINS: ReadonlySet<string> = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'gensub',
  'match',
  'sprintf',
  'tolower',
  'toupper',
  'int',
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'atan2',
  'rand',
  'srand',
  'system',
  'close',
  'fflush',
  'strftime',
  'systime',
  'mktime',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
  'compl',
]);

const OPERATORS = [
  '**=',
  '>>',
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '==',
  '<=',
  '>=',
  '!=',
  '!~',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];

export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const add = (t: Token['t'], text: string): void => {
    tokens.push({ t, text, line });
  };
  while (at < source.length) {
    const c = source.charAt(at);
    if (c === ' ' || c === '\t' || c === '\r') at++;
    else if (c === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at += source.charAt(at + 1) === '\r' ? 3 : 2;
      line++;
    } else if (c === '\n') {
      add('newline', '\n');
      at++;
      line++;
    } else if (c === '#') while (at < source.length && source.charAt(at) !== '\n') at++;
    else if (c === '"') {
      const end = stringEnd(source, at, line);
      add('string', unescapeString(source.slice(at + 1, end)));
      at = end + 1;
    } else if (c === '/' && regexMayStand(tokens.at(-1))) {
      const end = regexEnd(source, at, line);
      add('regex', source.slice(at + 1, end).replaceAll('\\/', '/'));
      at = end + 1;
    } else if (/[0-9]/.test(c) || (c === '.' && /[0-9]/.test(source.charAt(at + 1)))) {
      const text =
        /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(source.slice(at, at + 60))?.[0] ?? c;
      add('number', text);
      at += text.length;
    } else if (/[A-Za-z_]/.test(c)) {
      const text = /^\w+/.exec(source.slice(at, at + 200))?.[0] ?? c;
      at += text.length;
      if (KEYWORDS.has(text)) add('keyword', text === 'func' ? 'function' : text);
      else if (BUILTINS.has(text)) add('builtin', text);
      else add(source.charAt(at) === '(' ? 'call' : 'name', text);
    } else {
      const op = OPERATORS.find((each) => source.startsWith(each, at));
      if (op === undefined) throw new AwkProblem('Unexpected token', line, c);
      add('op', op === '**' ? '^' : op === '**=' ? '^=' : op);
      at += op.length;
    }
  }
  add('end', '');
  return tokens;
}

/** After an operand a slash divides. */
function regexMayStand(last: Token | undefined): boolean {
  if (last === undefined) return true;
  if (last.t === 'number' || last.t === 'string' || last.t === 'name' || last.t === 'builtin' || last.t === 'regex')
    return false;
  return last.t !== 'op' || ![')', ']', '$', '++', '--'].includes(last.text);
}

function stringEnd(source: string, from: number, line: number): number {
  for (let i = from + 1; i < source.length; i++) {
    const c = source.charAt(i);
    if (c === '\\') i++;
    else if (c === '"') return i;
    else if (c === '\n') break;
  }
  throw new AwkProblem('Unexpected end of string', line, '"');
}

function regexEnd(source: string, from: number, line: number): number {
  let bracket = false;
  for (let i = from + 1; i < source.length; i++) {
    const c = source.charAt(i);
    if (c === '\\') i++;
    else if (c === '[') bracket = true;
    else if (c === ']') bracket = false;
    else if (c === '/' && !bracket) return i;
    else if (c === '\n') break;
  }
  throw new AwkProblem('Unexpected end of regex', line, '/');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

export function unescapeString(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    if (code === '\n') return '';
    return Object.hasOwn(ESCAPES, code) ? (ESCAPES[code] ?? whole) : whole;
  });
}
