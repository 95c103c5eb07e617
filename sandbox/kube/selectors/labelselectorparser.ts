// Reads label selectors from text: `app=web,tier in (a, b),!old,size>5`. Errors are worded as the server words them.

import { aggregate } from '../fielderrors.ts';
import { compareText } from '../go/text.ts';
import { qualifiedName } from '../names.ts';
import {
  type LabelOperator,
  type LabelRequirement,
  type LabelSelector,
  labelRequirement,
  ordered,
  problemsAsOne,
  SelectorError,
} from './labelselectors.ts';

/** Reads a selector; throws a SelectorError. The empty text selects everything. */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens: Tokens = { list: tokensOf(text), at: 0 };
  const requirements: LabelRequirement[] = [];
  if (peek(tokens).type === 'end') return requirements;
  if (!startsRequirement(peek(tokens))) throw found(peek(tokens), "!, identifier, or 'end of string'");
  for (;;) {
    requirements.push(parseRequirement(tokens));
    const next = take(tokens);
    if (next.type === 'end') return ordered(requirements);
    if (next.text !== ',') throw found(next, "',' or 'end of string'");
    if (!startsRequirement(peek(tokens))) throw found(peek(tokens), "identifier after ','");
  }
}

interface Token {
  /** `in` and `notin` are words too: where a value may stand, they are values. */
  readonly type: 'word' | 'symbol' | 'end';
  readonly text: string;
}

interface Tokens {
  readonly list: readonly Token[];
  at: number;
}

const END: Token = { type: 'end', text: '' };

/** A NUL ends the text, but one right behind a token is skipped with it. */
const TOKEN = /(==|!=|[=!(),<>]|[^=!(),<> \t\r\n\0]+)\0?|\0/g;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [, token] of text.matchAll(TOKEN)) {
    if (token === undefined) break;
    tokens.push({ type: /^[=!(),<>]/.test(token) ? 'symbol' : 'word', text: token });
  }
  return tokens;
}

function peek({ list, at }: Tokens): Token {
  return list[at] ?? END;
}

function take(tokens: Tokens): Token {
  const token = peek(tokens);
  tokens.at++;
  return token;
}

function startsRequirement({ type, text }: Token): boolean {
  return type === 'word' || text === '!';
}

function parseRequirement(tokens: Tokens): LabelRequirement {
  try {
    return readRequirement(tokens);
  } catch (error) {
    if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

function readRequirement(tokens: Tokens): LabelRequirement {
  const negated = peek(tokens).text === '!';
  if (negated) take(tokens);
  const key = readKey(tokens);
  if (negated) return labelRequirement(key, '!', []);
  const next = peek(tokens);
  if (next.type === 'end' || next.text === ',') return labelRequirement(key, 'exists', []);
  const operator = readOperator(tokens);
  const values = operator === 'in' || operator === 'notin' ? readList(tokens) : [readValue(tokens)];
  return labelRequirement(key, operator, values);
}

function readKey(tokens: Tokens): string {
  const token = take(tokens);
  if (token.type !== 'word') throw found(token, 'identifier');
  // A key alone is nobody's field: this is how the server says so.
  const errors = problemsAsOne('<nil>', token.text, qualifiedName(token.text));
  if (errors.length > 0) throw new SelectorError(aggregate(errors));
  return token.text;
}

const OPERATORS: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', '>', '<'];

function readOperator(tokens: Tokens): LabelOperator {
  const token = take(tokens);
  const operator = OPERATORS.find((candidate) => candidate === token.text);
  if (operator === undefined) throw found(token, 'in, notin, =, ==, !=, gt, lt');
  return operator;
}

function readValue(tokens: Tokens): string {
  const next = peek(tokens);
  if (next.type === 'end' || next.text === ',') return '';
  const token = take(tokens);
  if (token.type !== 'word') throw found(token, 'identifier');
  return token.text;
}

/** `(a,b)`: values are a set, and one between two commas is empty. */
function readList(tokens: Tokens): readonly string[] {
  const open = take(tokens);
  if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
  const first = peek(tokens);
  if (first.text === ')') {
    take(tokens);
    return [''];
  }
  if (first.type !== 'word' && first.text !== ',') throw found(first, "',', ')' or identifier");
  const values = readValues(tokens);
  take(tokens);
  return [...values].sort(compareText);
}

function readValues(tokens: Tokens): ReadonlySet<string> {
  const values = new Set<string>();
  for (;;) {
    const token = take(tokens);
    const next = peek(tokens);
    if (token.type === 'word') {
      values.add(token.text);
      if (next.text !== ',' && next.text !== ')') throw found(next, "',' or ')'");
    } else if (token.text === ',') {
      if (values.size === 0 || next.text === ')' || next.text === ',') values.add('');
    } else throw found(token, "',', or identifier");
    if (next.text === ')') return values;
  }
}

function found({ text }: Token, expected: string): SelectorError {
  return new SelectorError(`found '${text}', expected: ${expected}`);
}
