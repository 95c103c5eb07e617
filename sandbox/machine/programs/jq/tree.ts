// The tree of a jq program.

import type { Value } from './values.ts';

export type Filter =
  | { readonly op: 'identity' | 'recurse' }
  | { readonly op: 'literal'; readonly value: Value }
  | { readonly op: 'text'; readonly format: string | undefined; readonly parts: readonly (string | Filter)[] }
  | { readonly op: 'format'; readonly name: string }
  | { readonly op: 'index'; readonly of: Filter; readonly by: Filter }
  | { readonly op: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly op: 'each'; readonly of: Filter }
  | { readonly op: 'list'; readonly of: Filter | undefined }
  | { readonly op: 'object'; readonly members: readonly (readonly [Filter, Filter])[] }
  | { readonly op: 'negate'; readonly of: Filter }
  | { readonly op: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'binary'; readonly sign: string; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'assign'; readonly sign: string; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'if'; readonly test: Filter; readonly then: Filter; readonly otherwise: Filter | undefined }
  | { readonly op: 'try'; readonly body: Filter; readonly caught: Filter | undefined }
  | {
      readonly op: 'reduce';
      readonly source: Filter;
      readonly patterns: readonly Pattern[];
      readonly init: Filter;
      readonly update: Filter;
    }
  | {
      readonly op: 'foreach';
      readonly source: Filter;
      readonly patterns: readonly Pattern[];
      readonly init: Filter;
      readonly update: Filter;
      readonly extract: Filter | undefined;
    }
  | { readonly op: 'bind'; readonly source: Filter; readonly patterns: readonly Pattern[]; readonly body: Filter }
  | { readonly op: 'define'; readonly definition: Definition; readonly body: Filter }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Filter[] }
  | { readonly op: 'variable'; readonly name: string }
  | { readonly op: 'label'; readonly name: string; readonly body: Filter }
  | { readonly op: 'break'; readonly name: string };

export interface Definition {
  readonly name: string;
  /** `f`, or `$f` for one that is a value. */
  readonly params: readonly string[];
  readonly body: Filter;
}

export type Pattern =
  | { readonly pattern: 'variable'; readonly name: string }
  | { readonly pattern: 'list'; readonly items: readonly Pattern[] }
  | { readonly pattern: 'object'; readonly members: readonly ObjectPattern[] };

export interface ObjectPattern {
  /** What the key is called, where it is bound, too. */
  readonly variable: string | undefined;
  readonly key: Filter;
  readonly value: Pattern | undefined;
}
