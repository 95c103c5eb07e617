// The parse tree: what was written, before macros are expanded. A tree that was recovered from syntax errors may lack any part.

import type { Token } from './tokens.ts';

export type NodeKind =
  | 'conditional'
  | 'or'
  | 'and'
  | 'relation'
  | 'calculation'
  | 'not'
  | 'negate'
  | 'select'
  | 'memberCall'
  | 'index'
  | 'identifier'
  | 'call'
  | 'list'
  | 'map'
  | 'message'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'true'
  | 'false'
  | 'null'
  /** A field's name. */
  | 'name'
  | 'escapedName'
  /** A part of a list, a map or a message, perhaps with a `?`. */
  | 'part'
  /** Several parts: arguments, elements, entries, fields. */
  | 'parts'
  /** Nothing but its `left`. */
  | 'nested'
  /** An operand in which the syntax error was found. */
  | 'broken'
  | 'unknown';

export interface Node {
  readonly kind: NodeKind;
  readonly start: Token;
  /** Operator, opening bracket, or the literal itself. */
  readonly op?: Token;
  readonly ops?: readonly Token[];
  /** `?` of an optional selection, index, element or entry. */
  readonly opt?: Token;
  /** The leading dot of a name. */
  readonly dot?: Token;
  readonly id?: Token;
  readonly ids?: readonly Token[];
  readonly sign?: Token;
  readonly left?: Node;
  readonly middle?: Node;
  readonly right?: Node;
  /** Operands after the first, arguments, elements, keys or fields. */
  readonly items?: readonly Node[];
  readonly values?: readonly Node[];
}
