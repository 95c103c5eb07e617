// Parses what is well-formed, by recursive descent; gives up at the first thing that isn't (recovery.ts then tells what is
// wrong) and where nesting may be too deep.

import * as T from './tokens.ts';
import type { Node, NodeKind } from './tree.ts';

/** Deeper expressions are left to the parser that counts exactly. */
const MAX_DEPTH = 80;

class NotWellFormed {}

/** The tree of an expression; undefined when there may be something wrong with it. */
export function parse(all: readonly T.Token[]): Node | undefined {
  try {
    return parseTokens(all.filter((token) => !T.isHidden(token)));
  } catch (thrown) {
    if (thrown instanceof NotWellFormed) return undefined;
    throw thrown;
  }
}

const RELATIONS: ReadonlySet<T.TokenKind> = new Set([
  T.EQUALS,
  T.NOT_EQUALS,
  T.IN,
  T.LESS,
  T.LESS_EQUALS,
  T.GREATER_EQUALS,
  T.GREATER,
]);
const FACTORS: ReadonlySet<T.TokenKind> = new Set([T.STAR, T.SLASH, T.PERCENT]);
const TERMS: ReadonlySet<T.TokenKind> = new Set([T.PLUS, T.MINUS]);

const LITERALS: ReadonlyMap<T.TokenKind, NodeKind> = new Map([
  [T.INT, 'int'],
  [T.UINT, 'uint'],
  [T.FLOAT, 'double'],
  [T.STRING, 'string'],
  [T.BYTES, 'bytes'],
  [T.TRUE, 'true'],
  [T.FALSE, 'false'],
  [T.NULL, 'null'],
]);

function parseTokens(tokens: readonly T.Token[]): Node {
  let at = 0;
  let depth = 0;
  const tree = expression();
  take(T.EOF);
  return tree;

  function kind(ahead = 0): T.TokenKind {
    return tokens[at + ahead]?.kind ?? T.EOF;
  }

  function take(expected?: T.TokenKind): T.Token {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token.kind !== expected)) throw new NotWellFormed();
    return token;
  }

  function takeIf(expected: T.TokenKind): T.Token | undefined {
    return kind() === expected ? take() : undefined;
  }

  function expression(): Node {
    if (++depth > MAX_DEPTH) throw new NotWellFormed();
    const left = chain('or', T.LOGICAL_OR, () => chain('and', T.LOGICAL_AND, relation));
    const tree = kind() === T.QUESTION ? conditional(left) : left;
    depth--;
    return tree;
  }

  function conditional(left: Node): Node {
    const op = take();
    const middle = chain('or', T.LOGICAL_OR, () => chain('and', T.LOGICAL_AND, relation));
    take(T.COLON);
    return { kind: 'conditional', start: left.start, left, op, middle, right: expression() };
  }

  function chain(name: 'or' | 'and', operator: T.TokenKind, operand: () => Node): Node {
    const left = operand();
    if (kind() !== operator) return left;
    const ops: T.Token[] = [];
    const items: Node[] = [];
    while (kind() === operator) {
      ops.push(take());
      items.push(operand());
    }
    return { kind: name, start: left.start, left, ops, items };
  }

  function relation(): Node {
    return binary('relation', RELATIONS, sum);
  }

  function sum(): Node {
    return binary('calculation', TERMS, product);
  }

  function product(): Node {
    return binary('calculation', FACTORS, unary);
  }

  function binary(name: NodeKind, operators: ReadonlySet<T.TokenKind>, operand: () => Node): Node {
    let left = operand();
    while (operators.has(kind())) {
      const op = take();
      left = { kind: name, start: left.start, left, op, right: operand() };
    }
    return left;
  }

  function unary(): Node {
    if (kind() === T.EXCLAM) return prefixed('not', T.EXCLAM);
    // A sign that stands alone before a number belongs to the number.
    const negative = kind() === T.MINUS && (kind(1) === T.INT || kind(1) === T.FLOAT);
    return kind() === T.MINUS && !negative ? prefixed('negate', T.MINUS) : member();
  }

  function prefixed(name: NodeKind, operator: T.TokenKind): Node {
    const start = take();
    const ops = [start];
    while (kind() === operator) ops.push(take());
    return { kind: name, start, ops, left: member() };
  }

  function member(): Node {
    let left = primary();
    for (;;) {
      if (kind() === T.DOT) left = selection(left);
      else if (kind() === T.LBRACKET) left = index(left);
      else return left;
    }
  }

  function selection(left: Node): Node {
    const dot = take();
    const opt = takeIf(T.QUESTION);
    if (opt === undefined && kind() === T.IDENTIFIER && kind(1) === T.LPAREN) {
      const id = take();
      const op = take();
      return { kind: 'memberCall', start: left.start, left, id, op, ...args() };
    }
    return { kind: 'select', start: left.start, left, op: dot, ...(opt === undefined ? {} : { opt }), right: name() };
  }

  function index(left: Node): Node {
    const op = take();
    const opt = takeIf(T.QUESTION);
    const right = expression();
    take(T.RBRACKET);
    return { kind: 'index', start: left.start, left, op, ...(opt === undefined ? {} : { opt }), right };
  }

  function name(): Node {
    const id = take();
    if (id.kind !== T.IDENTIFIER && id.kind !== T.ESC_IDENTIFIER) throw new NotWellFormed();
    return { kind: id.kind === T.IDENTIFIER ? 'name' : 'escapedName', start: id, id };
  }

  function args(): { readonly right?: Node } {
    if (takeIf(T.RPAREN) !== undefined) return {};
    const first = expression();
    const items = [first];
    while (takeIf(T.COMMA) !== undefined) items.push(expression());
    take(T.RPAREN);
    return { right: { kind: 'parts', start: first.start, items } };
  }

  function primary(): Node {
    switch (kind()) {
      case T.DOT:
      case T.IDENTIFIER:
        return named();
      case T.LPAREN:
        return nested();
      case T.LBRACKET:
        return bracketed('list', T.RBRACKET, part);
      case T.LBRACE:
        return bracketed('map', T.RBRACE, part, true);
      default:
        return literal();
    }
  }

  function nested(): Node {
    take();
    const tree = expression();
    take(T.RPAREN);
    return tree;
  }

  function named(): Node {
    const dot = takeIf(T.DOT);
    const id = take(T.IDENTIFIER);
    const head = { start: dot ?? id, ...(dot === undefined ? {} : { dot }) };
    if (kind() === T.LPAREN) return { kind: 'call', ...head, id, op: take(), ...args() };
    if (!isMessage()) return { kind: 'identifier', ...head, id };
    const ids = [id];
    while (takeIf(T.DOT) !== undefined) ids.push(take(T.IDENTIFIER));
    return { ...bracketed('message', T.RBRACE, field, true), ...head, ids };
  }

  /** Whether `.name.name{` follows a first name. */
  function isMessage(): boolean {
    let ahead = 0;
    while (kind(ahead) === T.DOT && kind(ahead + 1) === T.IDENTIFIER) ahead += 2;
    return kind(ahead) === T.LBRACE;
  }

  /** Elements, entries or fields, with a comma at the end if one likes. */
  function bracketed(name: NodeKind, close: T.TokenKind, item: () => Node, pairs = false): Node {
    const op = take();
    const items: Node[] = [];
    const ops: T.Token[] = [];
    const values: Node[] = [];
    const start = tokens[at] ?? op;
    for (let more = kind() !== close && kind() !== T.COMMA; more; ) {
      items.push(item());
      if (pairs) {
        ops.push(take(T.COLON));
        values.push(expression());
      }
      more = kind() === T.COMMA && kind(1) !== close;
      if (more) take();
    }
    takeIf(T.COMMA);
    take(close);
    const parts: Node = pairs ? { kind: 'parts', start, items, ops, values } : { kind: 'parts', start, items };
    return { kind: name, start: op, op, ...(items.length === 0 ? {} : { right: parts }) };
  }

  function part(): Node {
    const start = tokens[at];
    const opt = takeIf(T.QUESTION);
    const left = expression();
    return { kind: 'part', start: start ?? left.start, ...(opt === undefined ? {} : { opt }), left };
  }

  function field(): Node {
    const opt = takeIf(T.QUESTION);
    const left = name();
    return { kind: 'part', start: opt ?? left.start, ...(opt === undefined ? {} : { opt }), left };
  }

  function literal(): Node {
    const sign = takeIf(T.MINUS);
    const op = take();
    const name = LITERALS.get(op.kind);
    if (name === undefined || (sign !== undefined && name !== 'int' && name !== 'double')) throw new NotWellFormed();
    return { kind: name, start: sign ?? op, op, ...(sign === undefined ? {} : { sign }) };
  }
}
