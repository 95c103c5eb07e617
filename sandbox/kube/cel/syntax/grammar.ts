// CEL's grammar as data, and as a network of states: what the recovery from syntax errors walks through, and what tells
// which tokens may come where. Rules, alternatives and their order are those that determine the wording of errors.

import * as T from './tokens.ts';
import type { NodeKind } from './tree.ts';

export type RuleName =
  | 'start'
  | 'expr'
  | 'or'
  | 'and'
  | 'relation'
  | 'calc'
  | 'unary'
  | 'member'
  | 'primary'
  | 'exprList'
  | 'listInit'
  | 'fieldList'
  | 'optField'
  | 'mapList'
  | 'escapeIdent'
  | 'optExpr'
  | 'literal';

/** Where a parsed token or node goes in its parent's node; `[]` at the end: it is appended. */
export type Label =
  | 'op'
  | 'ops[]'
  | 'opt'
  | 'dot'
  | 'id'
  | 'ids[]'
  | 'sign'
  | 'left'
  | 'middle'
  | 'right'
  | 'items[]'
  | 'values[]';

export interface Alternative {
  readonly kind: NodeKind;
  /** Of an alternative that continues what is there (left recursion): how strongly it binds. */
  readonly precedence?: number;
  readonly body: readonly Element[];
}

export type Element =
  | { readonly type: 'token'; readonly kinds: readonly T.TokenKind[]; readonly label?: Label }
  | { readonly type: 'rule'; readonly rule: RuleName; readonly label?: Label; readonly precedence?: number }
  | { readonly type: 'optional'; readonly body: readonly Element[] }
  /** `looks`: one token doesn't always tell whether it goes on. */
  | { readonly type: 'star' | 'plus'; readonly body: readonly Element[]; readonly looks: boolean }
  | { readonly type: 'choice'; readonly alternatives: readonly Alternative[]; readonly looks: boolean }
  /** Left recursion: as long as it goes on, all that is there becomes the `left` of a new node. */
  | { readonly type: 'continued'; readonly alternatives: readonly Alternative[] };

const token = (kind: T.TokenKind, label?: Label): Element => anyOf([kind], label);
const anyOf = (kinds: readonly T.TokenKind[], label?: Label): Element => ({
  type: 'token',
  kinds,
  ...(label === undefined ? {} : { label }),
});
const rule = (name: RuleName, label?: Label, precedence?: number): Element => ({
  type: 'rule',
  rule: name,
  ...(label === undefined ? {} : { label }),
  ...(precedence === undefined ? {} : { precedence }),
});
const optional = (...body: readonly Element[]): Element => ({ type: 'optional', body });
const star = (...body: readonly Element[]): Element => ({ type: 'star', body, looks: false });
const lookingStar = (...body: readonly Element[]): Element => ({ type: 'star', body, looks: true });
const plus = (looks: boolean, ...body: readonly Element[]): Element => ({ type: 'plus', body, looks });
const choice = (looks: boolean, ...alternatives: readonly Alternative[]): Element => ({
  type: 'choice',
  alternatives,
  looks,
});
const continued = (...alternatives: readonly Alternative[]): Element => ({ type: 'continued', alternatives });
const literal = (kind: NodeKind, ...body: readonly Element[]): Alternative => ({ kind, body });

const OPT = optional(token(T.QUESTION, 'opt'));
const LEADING_DOT = optional(token(T.DOT, 'dot'));
const ARGUMENTS = optional(rule('exprList', 'right'));
const TRAILING_COMMA = optional(token(T.COMMA));
const SIGN = optional(token(T.MINUS, 'sign'));
const RELATIONS = [T.EQUALS, T.NOT_EQUALS, T.IN, T.LESS, T.LESS_EQUALS, T.GREATER_EQUALS, T.GREATER];

/** Kinds of the nodes that rules make until an alternative says it. */
export const KIND_OF_RULE: Readonly<Partial<Record<RuleName, NodeKind>>> = {
  expr: 'conditional',
  or: 'or',
  and: 'and',
  relation: 'nested',
  calc: 'nested',
  unary: 'broken',
  member: 'nested',
  exprList: 'parts',
  listInit: 'parts',
  fieldList: 'parts',
  mapList: 'parts',
  optField: 'part',
  optExpr: 'part',
};

export const GRAMMAR: Readonly<Record<RuleName, readonly Element[]>> = {
  start: [rule('expr', 'left'), token(T.EOF)],
  expr: [
    rule('or', 'left'),
    optional(token(T.QUESTION, 'op'), rule('or', 'middle'), token(T.COLON), rule('expr', 'right')),
  ],
  or: [rule('and', 'left'), star(token(T.LOGICAL_OR, 'ops[]'), rule('and', 'items[]'))],
  and: [rule('relation', 'left'), star(token(T.LOGICAL_AND, 'ops[]'), rule('relation', 'items[]'))],
  relation: [
    rule('calc', 'left'),
    continued({ kind: 'relation', precedence: 1, body: [anyOf(RELATIONS, 'op'), rule('relation', 'right', 2)] }),
  ],
  calc: [
    rule('unary', 'left'),
    continued(
      {
        kind: 'calculation',
        precedence: 2,
        body: [anyOf([T.STAR, T.SLASH, T.PERCENT], 'op'), rule('calc', 'right', 3)],
      },
      { kind: 'calculation', precedence: 1, body: [anyOf([T.MINUS, T.PLUS], 'op'), rule('calc', 'right', 2)] },
    ),
  ],
  unary: [
    choice(
      true,
      { kind: 'nested', body: [rule('member', 'left')] },
      { kind: 'not', body: [plus(false, token(T.EXCLAM, 'ops[]')), rule('member', 'left')] },
      { kind: 'negate', body: [plus(true, token(T.MINUS, 'ops[]')), rule('member', 'left')] },
    ),
  ],
  member: [
    rule('primary', 'left'),
    continued(
      { kind: 'select', precedence: 3, body: [token(T.DOT, 'op'), OPT, rule('escapeIdent', 'right')] },
      {
        kind: 'memberCall',
        precedence: 2,
        body: [token(T.DOT), token(T.IDENTIFIER, 'id'), token(T.LPAREN, 'op'), ARGUMENTS, token(T.RPAREN)],
      },
      { kind: 'index', precedence: 1, body: [token(T.LBRACKET, 'op'), OPT, rule('expr', 'right'), token(T.RBRACKET)] },
    ),
  ],
  primary: [
    choice(
      true,
      { kind: 'identifier', body: [LEADING_DOT, token(T.IDENTIFIER, 'id')] },
      {
        kind: 'call',
        body: [LEADING_DOT, token(T.IDENTIFIER, 'id'), token(T.LPAREN, 'op'), ARGUMENTS, token(T.RPAREN)],
      },
      { kind: 'nested', body: [token(T.LPAREN), rule('expr', 'left'), token(T.RPAREN)] },
      {
        kind: 'list',
        body: [token(T.LBRACKET, 'op'), optional(rule('listInit', 'right')), TRAILING_COMMA, token(T.RBRACKET)],
      },
      {
        kind: 'map',
        body: [token(T.LBRACE, 'op'), optional(rule('mapList', 'right')), TRAILING_COMMA, token(T.RBRACE)],
      },
      {
        kind: 'message',
        body: [
          LEADING_DOT,
          token(T.IDENTIFIER, 'ids[]'),
          star(token(T.DOT), token(T.IDENTIFIER, 'ids[]')),
          token(T.LBRACE, 'op'),
          optional(rule('fieldList', 'right')),
          TRAILING_COMMA,
          token(T.RBRACE),
        ],
      },
      { kind: 'nested', body: [rule('literal', 'left')] },
    ),
  ],
  exprList: [rule('expr', 'items[]'), star(token(T.COMMA), rule('expr', 'items[]'))],
  listInit: [rule('optExpr', 'items[]'), lookingStar(token(T.COMMA), rule('optExpr', 'items[]'))],
  fieldList: [
    rule('optField', 'items[]'),
    token(T.COLON, 'ops[]'),
    rule('expr', 'values[]'),
    lookingStar(token(T.COMMA), rule('optField', 'items[]'), token(T.COLON, 'ops[]'), rule('expr', 'values[]')),
  ],
  optField: [OPT, rule('escapeIdent', 'left')],
  mapList: [
    rule('optExpr', 'items[]'),
    token(T.COLON, 'ops[]'),
    rule('expr', 'values[]'),
    lookingStar(token(T.COMMA), rule('optExpr', 'items[]'), token(T.COLON, 'ops[]'), rule('expr', 'values[]')),
  ],
  escapeIdent: [
    choice(
      false,
      { kind: 'name', body: [token(T.IDENTIFIER, 'id')] },
      { kind: 'escapedName', body: [token(T.ESC_IDENTIFIER, 'id')] },
    ),
  ],
  optExpr: [OPT, rule('expr', 'left')],
  literal: [
    choice(
      true,
      literal('int', SIGN, token(T.INT, 'op')),
      literal('uint', token(T.UINT, 'op')),
      literal('double', SIGN, token(T.FLOAT, 'op')),
      literal('string', token(T.STRING, 'op')),
      literal('bytes', token(T.BYTES, 'op')),
      literal('true', token(T.TRUE, 'op')),
      literal('false', token(T.FALSE, 'op')),
      literal('null', token(T.NULL, 'op')),
    ),
  ],
};
