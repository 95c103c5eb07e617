// Expressions after parsing: macros are expanded into comprehensions, operators are calls of functions.

import type { Value } from '../values.ts';

/** Expressions, entries and fields are numbered; places and types are kept by number. */
export type ExprId = number;

export type Expr =
  | Literal
  | Ident
  | Select
  | Call
  | ListExpr
  | MapExpr
  | MessageExpr
  | Comprehension
  /** What a syntax error left. */
  | { readonly kind: 'unspecified'; readonly id: ExprId };

export interface Literal {
  readonly kind: 'literal';
  readonly id: ExprId;
  readonly value: Value;
}

export interface Ident {
  readonly kind: 'ident';
  readonly id: ExprId;
  readonly name: string;
}

export interface Select {
  readonly kind: 'select';
  readonly id: ExprId;
  readonly operand: Expr;
  readonly field: string;
  /** has(): whether the field is there. */
  readonly testOnly: boolean;
}

export interface Call {
  readonly kind: 'call';
  readonly id: ExprId;
  /** `_+_`, `size`. */
  readonly name: string;
  /** The receiver: `target.name(args)`. */
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

export interface ListExpr {
  readonly kind: 'list';
  readonly id: ExprId;
  readonly elements: readonly Expr[];
  /** Indices of elements with a `?`. */
  readonly optional: readonly number[];
}

export interface MapExpr {
  readonly kind: 'map';
  readonly id: ExprId;
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly id: ExprId;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MessageExpr {
  readonly kind: 'message';
  readonly id: ExprId;
  readonly name: string;
  readonly fields: readonly MessageField[];
}

export interface MessageField {
  readonly id: ExprId;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** A fold: `accumulator = init; for (variable of range) if (condition) accumulator = step; result`. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly id: ExprId;
  readonly range: Expr;
  readonly variable: string;
  /** Of macros with two variables: `variable` is then the index or the key, this one the value. */
  readonly second?: string;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** The accumulator of macros: no expression can name it. */
export const ACCUMULATOR = '@result';
export const OLD_ACCUMULATOR = '__result__';

/** Names that operators have as functions. */
export const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>', '_>_'],
  ['>=', '_>=_'],
  ['in', '@in'],
]);

export const CONDITIONAL = '_?_:_';
export const AND = '_&&_';
export const OR = '_||_';
export const NOT = '!_';
export const NEGATE = '-_';
export const INDEX = '_[_]';
export const OPTIONAL_INDEX = '_[?_]';
export const OPTIONAL_SELECT = '_?._';
export const EQUALS = '_==_';
export const ADD = '_+_';
export const NOT_STRICTLY_FALSE = '@not_strictly_false';

/** The operands of an expression, in the order in which they are visited. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.elements;
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'message':
      return expr.fields.map(({ value }) => value);
    case 'comprehension':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}
