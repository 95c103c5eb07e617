// Reads a jq program into its tree.

import { accept, isOp, isWord, KEYWORDS, type Parser, peek, take, unexpected } from './cursor.ts';
import { JqSyntaxError, type Token, tokensOf } from './lex.ts';
import { joined, LEVELS } from './signs.ts';
import type { Definition, Filter, ObjectPattern, Pattern } from './tree.ts';

/** Throws JqSyntaxError. */
export function parseProgram(text: string): Filter {
  const parser: Parser = { tokens: tokensOf(text), at: 0 };
  const definitions: Definition[] = [];
  while (isWord(parser, 'def')) definitions.push(definition(parser));
  const body: Filter = parser.at >= parser.tokens.length ? { op: 'identity' } : pipe(parser);
  if (parser.at < parser.tokens.length) unexpected(parser);
  return definitions.reduceRight<Filter>((rest, each) => ({ op: 'define', definition: each, body: rest }), body);
}

/** Definitions alone, for the library. */
export function parseDefinitions(text: string): readonly Definition[] {
  const parser: Parser = { tokens: tokensOf(text), at: 0 };
  const definitions: Definition[] = [];
  while (parser.at < parser.tokens.length) definitions.push(definition(parser));
  return definitions;
}

function definition(parser: Parser): Definition {
  take(parser, 'def');
  const name = peek(parser);
  if (name?.kind !== 'word') unexpected(parser);
  parser.at++;
  const params: string[] = [];
  if (accept(parser, '(')) {
    do {
      const param = peek(parser);
      if (param?.kind !== 'word' && param?.kind !== 'variable') unexpected(parser);
      params.push(param.text);
      parser.at++;
    } while (accept(parser, ';'));
    take(parser, ')');
  }
  take(parser, ':');
  const body = pipe(parser);
  take(parser, ';');
  return { name: name.text, params, body };
}

function pipe(parser: Parser): Filter {
  if (isWord(parser, 'def')) {
    const made = definition(parser);
    return { op: 'define', definition: made, body: pipe(parser) };
  }
  if (isWord(parser, 'label')) {
    parser.at++;
    const name = variableName(parser);
    take(parser, '|');
    return { op: 'label', name, body: pipe(parser) };
  }
  const left = operators(parser, 0);
  if (isWord(parser, 'as')) return bound(parser, left);
  if (accept(parser, '|')) return { op: 'pipe', left, right: pipe(parser) };
  return left;
}

function bound(parser: Parser, source: Filter): Filter {
  take(parser, 'as');
  const patterns = patternsOf(parser);
  take(parser, '|');
  return { op: 'bind', source, patterns, body: pipe(parser) };
}

function variableName(parser: Parser): string {
  const token = peek(parser);
  if (token?.kind !== 'variable') unexpected(parser);
  parser.at++;
  return token.text.slice(1);
}

function patternsOf(parser: Parser): readonly Pattern[] {
  const patterns = [patternOf(parser)];
  while (accept(parser, '?//')) patterns.push(patternOf(parser));
  return patterns;
}

function patternOf(parser: Parser): Pattern {
  if (accept(parser, '[')) {
    const items = [patternOf(parser)];
    while (accept(parser, ',')) items.push(patternOf(parser));
    take(parser, ']');
    return { pattern: 'list', items };
  }
  if (accept(parser, '{')) {
    const members = [memberPattern(parser)];
    while (accept(parser, ',')) members.push(memberPattern(parser));
    take(parser, '}');
    return { pattern: 'object', members };
  }
  return { pattern: 'variable', name: variableName(parser) };
}

function memberPattern(parser: Parser): ObjectPattern {
  const token = peek(parser);
  if (token?.kind === 'variable') {
    parser.at++;
    const name = token.text.slice(1);
    const value = accept(parser, ':') ? patternOf(parser) : undefined;
    return { variable: name, key: { op: 'literal', value: name }, value };
  }
  const key = memberKey(parser);
  take(parser, ':');
  return { variable: undefined, key, value: patternOf(parser) };
}

function memberKey(parser: Parser): Filter {
  const token = peek(parser);
  if (token?.kind === 'word') {
    parser.at++;
    return { op: 'literal', value: token.text };
  }
  if (token?.kind === 'string') {
    parser.at++;
    return stringFilter(token, undefined);
  }
  take(parser, '(');
  const key = pipe(parser);
  take(parser, ')');
  return key;
}

function operators(parser: Parser, level: number): Filter {
  const row = LEVELS[level];
  if (row === undefined) return postfix(parser);
  let left = operators(parser, level + 1);
  for (;;) {
    const token = peek(parser);
    if (token === undefined || (token.kind !== 'op' && token.kind !== 'word') || !row.signs.includes(token.text))
      return left;
    parser.at++;
    const right = operators(parser, row.side === 'right' ? level : level + 1);
    left = joined(token.text, left, right);
    if (row.side === 'none') return left;
  }
}

function postfix(parser: Parser): Filter {
  let filter = term(parser);
  for (;;) {
    const token = peek(parser);
    if (token?.kind === 'field') {
      parser.at++;
      filter = { op: 'index', of: filter, by: { op: 'literal', value: token.text.slice(1) } };
    } else if (token?.kind === 'op' && token.text === '.' && peek(parser, 1)?.kind === 'string') {
      parser.at++;
      filter = { op: 'index', of: filter, by: stringTerm(parser) };
    } else if (token?.kind === 'op' && token.text === '.' && peek(parser, 1)?.text === '[') parser.at++;
    else if (token?.kind === 'op' && token.text === '[') filter = bracket(parser, filter);
    else if (token?.kind === 'op' && token.text === '?') {
      parser.at++;
      filter = { op: 'try', body: filter, caught: undefined };
    } else if (token?.kind === 'word' && token.text === 'as') {
      return bound(parser, filter);
    } else return filter;
  }
}

/** `[]`, `[e]`, `[e:f]`. */
function bracket(parser: Parser, of: Filter): Filter {
  take(parser, '[');
  if (accept(parser, ']')) return { op: 'each', of };
  if (accept(parser, ':')) {
    const to = pipe(parser);
    take(parser, ']');
    return { op: 'slice', of, from: undefined, to };
  }
  const by = pipe(parser);
  if (accept(parser, ':')) {
    const to = isOp(parser, ']') ? undefined : pipe(parser);
    take(parser, ']');
    return { op: 'slice', of, from: by, to };
  }
  take(parser, ']');
  return { op: 'index', of, by };
}

function stringTerm(parser: Parser): Filter {
  const token = peek(parser);
  if (token?.kind !== 'string') unexpected(parser);
  parser.at++;
  return stringFilter(token, undefined);
}

function stringFilter(token: Extract<Token, { kind: 'string' }>, format: string | undefined): Filter {
  const [only] = token.parts;
  if (token.parts.length === 1 && typeof only === 'string') return { op: 'literal', value: only };
  const parts = token.parts.map((part) => (typeof part === 'string' ? part : inner(part)));
  return { op: 'text', format, parts };
}

function inner(tokens: readonly Token[]): Filter {
  const parser: Parser = { tokens, at: 0 };
  const filter = pipe(parser);
  if (parser.at < tokens.length) unexpected(parser);
  return filter;
}

function term(parser: Parser): Filter {
  const token = peek(parser);
  if (token === undefined) unexpected(parser);
  switch (token.kind) {
    case 'number':
      parser.at++;
      return { op: 'literal', value: Number(token.text) };
    case 'string':
      return stringTerm(parser);
    case 'format': {
      parser.at++;
      const next = peek(parser);
      if (next?.kind !== 'string') return { op: 'format', name: token.text };
      parser.at++;
      return stringFilter(next, token.text);
    }
    case 'field':
      parser.at++;
      return { op: 'index', of: { op: 'identity' }, by: { op: 'literal', value: token.text.slice(1) } };
    case 'variable':
      parser.at++;
      return { op: 'variable', name: token.text.slice(1) };
    case 'word':
      return wordTerm(parser, token.text);
    default:
      return opTerm(parser, token.text);
  }
}

function opTerm(parser: Parser, text: string): Filter {
  switch (text) {
    case '.': {
      parser.at++;
      if (peek(parser)?.kind === 'string') return { op: 'index', of: { op: 'identity' }, by: stringTerm(parser) };
      return { op: 'identity' };
    }
    case '..':
      parser.at++;
      return { op: 'recurse' };
    case '(': {
      parser.at++;
      const filter = pipe(parser);
      take(parser, ')');
      return filter;
    }
    case '[': {
      parser.at++;
      if (accept(parser, ']')) return { op: 'list', of: undefined };
      const of = pipe(parser);
      take(parser, ']');
      return { op: 'list', of };
    }
    case '{':
      return objectTerm(parser);
    case '-':
      parser.at++;
      return { op: 'negate', of: postfix(parser) };
    default:
      return unexpected(parser);
  }
}

function objectTerm(parser: Parser): Filter {
  take(parser, '{');
  const members: (readonly [Filter, Filter])[] = [];
  while (!isOp(parser, '}')) {
    members.push(member(parser));
    if (!accept(parser, ',')) break;
  }
  take(parser, '}');
  return { op: 'object', members };
}

function member(parser: Parser): readonly [Filter, Filter] {
  const token = peek(parser);
  if (token?.kind === 'variable') {
    parser.at++;
    const name = token.text.slice(1);
    return [
      { op: 'literal', value: name },
      { op: 'variable', name },
    ];
  }
  if (token?.kind === 'format') {
    const key = term(parser);
    if (!accept(parser, ':')) return [key, { op: 'index', of: { op: 'identity' }, by: key }];
    return [key, memberValue(parser)];
  }
  if (token?.kind === 'number') {
    parser.at++;
    const key: Filter = { op: 'literal', value: Number(token.text) };
    take(parser, ':');
    return [key, memberValue(parser)];
  }
  const computed = isOp(parser, '(');
  const key = memberKey(parser);
  if (!computed && !isOp(parser, ':')) return [key, { op: 'index', of: { op: 'identity' }, by: key }];
  take(parser, ':');
  return [key, memberValue(parser)];
}

/** Pipes may stand in a member's value, commas and other operators not. */
function memberValue(parser: Parser): Filter {
  let left = operators(parser, 1);
  while (accept(parser, '|')) left = { op: 'pipe', left, right: operators(parser, 1) };
  return left;
}

function wordTerm(parser: Parser, word: string): Filter {
  switch (word) {
    case 'if':
      parser.at++;
      return conditional(parser);
    case 'try': {
      parser.at++;
      const body = postfix(parser);
      return { op: 'try', body, caught: accept(parser, 'catch') ? postfix(parser) : undefined };
    }
    case 'reduce':
    case 'foreach':
      parser.at++;
      return loop(parser, word);
    case 'def': {
      const made = definition(parser);
      return { op: 'define', definition: made, body: pipe(parser) };
    }
    case 'break': {
      parser.at++;
      return { op: 'break', name: variableName(parser) };
    }
    case 'import':
    case 'include':
      throw new JqSyntaxError(`modules (${word}) aren't modelled on this machine`);
    default:
      break;
  }
  if (KEYWORDS.has(word)) unexpected(parser);
  parser.at++;
  const args: Filter[] = [];
  if (accept(parser, '(')) {
    do args.push(pipe(parser));
    while (accept(parser, ';'));
    take(parser, ')');
  }
  return { op: 'call', name: word, args };
}

function conditional(parser: Parser): Filter {
  const test = pipe(parser);
  take(parser, 'then');
  const then = pipe(parser);
  if (accept(parser, 'elif')) return { op: 'if', test, then, otherwise: conditional(parser) };
  const otherwise = accept(parser, 'else') ? pipe(parser) : undefined;
  take(parser, 'end');
  return { op: 'if', test, then, otherwise };
}

function loop(parser: Parser, op: 'reduce' | 'foreach'): Filter {
  const source = loopSource(parser);
  take(parser, 'as');
  const patterns = patternsOf(parser);
  take(parser, '(');
  const init = pipe(parser);
  take(parser, ';');
  const update = pipe(parser);
  const extract = op === 'foreach' && accept(parser, ';') ? pipe(parser) : undefined;
  take(parser, ')');
  return op === 'reduce' ? { op, source, patterns, init, update } : { op, source, patterns, init, update, extract };
}

/** A term with what stands behind it, up to `as`. */
function loopSource(parser: Parser): Filter {
  let filter = term(parser);
  for (;;) {
    const token = peek(parser);
    if (token?.kind === 'field') {
      parser.at++;
      filter = { op: 'index', of: filter, by: { op: 'literal', value: token.text.slice(1) } };
    } else if (token?.kind === 'op' && token.text === '[') filter = bracket(parser, filter);
    else if (token?.kind === 'op' && token.text === '?') {
      parser.at++;
      filter = { op: 'try', body: filter, caught: undefined };
    } else return filter;
  }
}
