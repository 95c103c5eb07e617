// The words of a jq program.

/** The program can't be read; the message says where. */
export class JqSyntaxError extends Error {}

export type Token =
  | {
      readonly kind: 'op' | 'word' | 'field' | 'variable' | 'format' | 'number';
      readonly text: string;
      readonly at: number;
    }
  /** Pieces of text, and tokens of what stands in between. */
  | {
      readonly kind: 'string';
      readonly parts: readonly (string | readonly Token[])[];
      readonly text: string;
      readonly at: number;
    };

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['field', /\.[A-Za-z_][A-Za-z0-9_]*/y],
  ['variable', /\$(?:__loc__|[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*)/y],
  ['format', /@[A-Za-z0-9_]+/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*/y],
  ['op', /\?\/\/=?|\|=|\/\/=|\/\/|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\.\.|[.[\](){}|,:;=<>+\-*/%?$]/y],
];

export function tokensOf(text: string): readonly Token[] {
  const [tokens, at] = read(text, 0, false);
  if (at < text.length) throw new JqSyntaxError(`syntax error, unexpected '${text.charAt(at)}'`);
  return tokens;
}

/** Up to the end, or up to the bracket that closes an interpolation. */
function read(text: string, from: number, inside: boolean): [Token[], number] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const c = text.charAt(at);
    if (/\s/.test(c)) at++;
    else if (c === '#') at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    else if (c === '"') {
      const [token, next] = readString(text, at);
      tokens.push(token);
      at = next;
    } else {
      if (inside && c === ')' && depth === 0) return [tokens, at];
      if (c === '(') depth++;
      if (c === ')') depth--;
      const token = match(text, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  return [tokens, at];
}

function match(text: string, at: number): Exclude<Token, { kind: 'string' }> {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && kind !== 'string') return { kind, text: found === '?//=' ? '?//' : found, at };
  }
  throw new JqSyntaxError(`syntax error, unexpected INVALID_CHARACTER`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
};

function readString(text: string, from: number): [Token, number] {
  const parts: (string | readonly Token[])[] = [];
  let piece = '';
  let at = from + 1;
  for (;;) {
    const c = text.charAt(at);
    if (at >= text.length) throw new JqSyntaxError('syntax error, unexpected end of file, unterminated string literal');
    if (c === '"') break;
    if (c !== '\\') {
      piece += c;
      at++;
      continue;
    }
    const next = text.charAt(at + 1);
    if (next === '(') {
      parts.push(piece);
      piece = '';
      const [tokens, end] = read(text, at + 2, true);
      parts.push(tokens);
      at = end + 1;
    } else if (next === 'u') {
      piece += String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16) || 0);
      at += 6;
    } else {
      const escaped = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : undefined;
      if (escaped === undefined)
        throw new JqSyntaxError(`Invalid escape at line 1, column ${at} (while parsing '"\\${next}"')`);
      piece += escaped;
      at += 2;
    }
  }
  parts.push(piece);
  return [{ kind: 'string', parts, text: text.slice(from, at + 1), at: from }, at + 1];
}
