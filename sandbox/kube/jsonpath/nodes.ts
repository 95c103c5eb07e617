// What a JSONPath template consists of, once it has been read.

export type Node =
  /** The steps between two braces, each walking on from what the one before has found. */
  | ListNode
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | ({ readonly kind: 'slice' } & Slice)
  | { readonly kind: 'filter'; readonly left: ListNode; readonly right: ListNode; readonly operator: string }
  | NumberNode
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descent' }
  | { readonly kind: 'union'; readonly members: readonly ListNode[] }
  /** `range`, `end`, or a word that means nothing. */
  | { readonly kind: 'word'; readonly word: string };

export type ListNode = { readonly kind: 'list'; readonly steps: readonly Node[] };

type NumberNode = { readonly kind: 'number'; readonly value: number | bigint; readonly type: 'int' | 'float64' };

/** `[from:to:step]`. `single` marks an index `[n]`, which is read as `[n:n+1]`. */
export type Slice = { readonly from?: number; readonly to?: number; readonly step?: number; readonly single: boolean };

/** What is wrong with a template, or with what it asks of an object; the texts are those of kubectl. */
export class JsonPathError extends Error {}
