// From the parse tree to the expression: operators become calls, macros are expanded, and the errors that only show here.

import type { Value } from '../values.ts';
import * as Ast from './ast.ts';
import { type Draft, dropId, idAt, idOf, literalAt, makerAt, problemAt, unspecified } from './draft.ts';
import { type BadLiteral, bytesLiteral, doubleLiteral, intLiteral, stringLiteral, uintLiteral } from './literals.ts';
import { expandBind, expandHas, type MacroProblem, type Maker, receiverMacro } from './macros.ts';
import { type Issue, NOWHERE } from './source.ts';
import type { Node, NodeKind } from './tree.ts';

type Expr = Ast.Expr;

export interface Built {
  readonly expr: Expr;
  readonly places: readonly (number | undefined)[];
  readonly issues: readonly Issue[];
}

const MAX_DEPTH = 250;

const RESERVED: ReadonlySet<string> = new Set(
  (
    'as break const continue else false for function if import in let loop package namespace null return true var void ' +
    'while'
  ).split(' '),
);

class TooDeep {}

/** The draft has the syntax errors of the tree. */
export function build(draft: Draft, tree: Node | undefined): Built {
  try {
    const expr = visit(draft, tree);
    return { expr, places: draft.places, issues: draft.issues };
  } catch (thrown) {
    if (!(thrown instanceof TooDeep)) throw thrown;
    const issues = [...draft.issues, { location: NOWHERE, message: 'max recursion depth exceeded' }];
    return { expr: { kind: 'unspecified', id: 0 }, places: draft.places, issues };
  }
}

type Visitor = (draft: Draft, node: Node) => Expr;

const VISITORS: Readonly<Partial<Record<NodeKind, Visitor>>> = {
  conditional: nested(conditional),
  or: (draft, node) => chain(draft, node, Ast.OR, '||'),
  and: (draft, node) => chain(draft, node, Ast.AND, '&&'),
  relation: nested(binary),
  calculation: nested(binary),
  not: (draft, node) => prefixed(draft, node, Ast.NOT),
  negate: (draft, node) => prefixed(draft, node, Ast.NEGATE),
  select: nested(select),
  memberCall: nested(memberCall),
  index: nested(index),
  identifier,
  call: globalCall,
  list,
  map: (draft, node) => ({ kind: 'map', id: idOf(draft, node.op), entries: mapEntries(draft, node.right) }),
  message,
  broken: (draft, node) => literalAt(draft, node.start.start, '<<error>>'),
  int: number((text, sign) => intLiteral(text, sign)),
  uint: number((text) => uintLiteral(text)),
  double: number((text, sign) => doubleLiteral(text, sign)),
  string: quoted(stringLiteral),
  bytes: quoted(bytesLiteral),
  true: (draft, node) => literalAt(draft, node.start.start, true),
  false: (draft, node) => literalAt(draft, node.start.start, false),
  null: (draft, node) => literalAt(draft, node.start.start, null),
};

function visit(draft: Draft, node: Node | undefined): Expr {
  const visitor = node === undefined ? undefined : VISITORS[node.kind];
  if (node !== undefined && visitor !== undefined) return visitor(draft, node);
  if (draft.issues.length > 0) return unspecified(draft);
  return problemAt(draft, undefined, 'unknown parse element encountered: <<nil>>');
}

function nested(visitor: Visitor): Visitor {
  return (draft, node) => {
    if (++draft.depth > MAX_DEPTH) throw new TooDeep();
    const expr = visitor(draft, node);
    draft.depth--;
    return expr;
  };
}

// --- operators

function conditional(draft: Draft, node: Node): Expr {
  const condition = visit(draft, node.left);
  const id = idOf(draft, node.op);
  const then = visit(draft, node.middle);
  return { kind: 'call', id, name: Ast.CONDITIONAL, args: [condition, then, visit(draft, node.right)] };
}

function binary(draft: Draft, node: Node): Expr {
  const name = Ast.OPERATORS.get(node.op?.text ?? '');
  if (name === undefined) return problemAt(draft, node.start.start, 'operator not found');
  const left = visit(draft, node.left);
  const id = idOf(draft, node.op);
  return { kind: 'call', id, name, args: [left, visit(draft, node.right)] };
}

/** A chain of the same operator becomes a balanced tree. */
function chain(draft: Draft, node: Node, name: string, operator: string): Expr {
  const terms = [visit(draft, node.left)];
  const ids: Ast.ExprId[] = [];
  for (const [i, op] of (node.ops ?? []).entries()) {
    const item = node.items?.[i];
    if (item === undefined) return problemAt(draft, node.start.start, `unexpected character, wanted '${operator}'`);
    terms.push(visit(draft, item));
    ids.push(idOf(draft, op));
  }
  return balanced(name, terms, ids, 0, ids.length - 1);
}

function balanced(name: string, terms: readonly Expr[], ids: readonly number[], low: number, high: number): Expr {
  const middle = Math.floor((low + high + 1) / 2);
  const left = middle === low ? terms[middle] : balanced(name, terms, ids, low, middle - 1);
  const right = middle === high ? terms[middle + 1] : balanced(name, terms, ids, middle + 1, high);
  const args = [left, right].filter((term) => term !== undefined);
  return { kind: 'call', id: ids[middle] ?? 0, name, args };
}

function prefixed(draft: Draft, node: Node, name: string): Expr {
  const ops = node.ops ?? [];
  if (ops.length % 2 === 0) return visit(draft, node.left);
  const id = idOf(draft, ops[0]);
  return { kind: 'call', id, name, args: [visit(draft, node.left)] };
}

// --- members

function select(draft: Draft, node: Node): Expr {
  const operand = visit(draft, node.left);
  if (node.op === undefined || node.right === undefined) return unspecified(draft, node.start.start);
  const field = fieldName(node.right);
  if (typeof field !== 'string') problemAt(draft, node.right.start.start, field.problem);
  const name = typeof field === 'string' ? field : '';
  if (node.opt === undefined)
    return { kind: 'select', id: idOf(draft, node.op), operand, field: name, testOnly: false };
  const literal = literalAt(draft, node.right.start.start, name);
  return { kind: 'call', id: idOf(draft, node.op), name: Ast.OPTIONAL_SELECT, args: [operand, literal] };
}

function fieldName(node: Node | undefined): string | BadLiteral {
  if (node?.kind === 'name') return node.id?.text ?? '';
  return { problem: node?.kind === 'escapedName' ? "unsupported syntax: '`'" : 'unsupported ident kind' };
}

function memberCall(draft: Draft, node: Node): Expr {
  const target = visit(draft, node.left);
  if (node.id === undefined) return unspecified(draft, node.start.start);
  const id = idOf(draft, node.op);
  const args = visitAll(draft, node.right);
  if (draft.binds && isBind(target, node.id.text, args)) return expanded(draft, id, (make) => expandBind(make, args));
  const expand = receiverMacro(node.id.text, args.length);
  if (expand !== undefined) return expanded(draft, id, (make) => expand(make, target, args));
  return { kind: 'call', id, name: node.id.text, target, args };
}

function isBind(target: Expr, name: string, args: readonly Expr[]): boolean {
  return name === 'bind' && args.length === 3 && target.kind === 'ident' && target.name === 'cel';
}

function index(draft: Draft, node: Node): Expr {
  const target = visit(draft, node.left);
  if (node.op === undefined) return unspecified(draft, node.start.start);
  const id = idOf(draft, node.op);
  const name = node.opt === undefined ? Ast.INDEX : Ast.OPTIONAL_INDEX;
  return { kind: 'call', id, name, args: [target, visit(draft, node.right)] };
}

// --- names and calls

function identifier(draft: Draft, node: Node): Expr {
  const { id } = node;
  if (id === undefined) return unspecified(draft, node.start.start);
  if (RESERVED.has(id.text)) return problemAt(draft, node.start.start, `reserved identifier: ${id.text}`);
  return { kind: 'ident', id: idOf(draft, id), name: dotted(node, id.text) };
}

function globalCall(draft: Draft, node: Node): Expr {
  const { id } = node;
  if (id === undefined) return unspecified(draft, node.start.start);
  if (RESERVED.has(id.text)) return problemAt(draft, node.start.start, `reserved identifier: ${id.text}`);
  const callId = idOf(draft, node.op);
  const args = visitAll(draft, node.right);
  const name = dotted(node, id.text);
  if (name === 'has' && args.length === 1) return expanded(draft, callId, (make) => expandHas(make, args));
  return { kind: 'call', id: callId, name, args };
}

function dotted(node: Node, name: string): string {
  return node.dot === undefined ? name : `.${name}`;
}

function visitAll(draft: Draft, node: Node | undefined): readonly Expr[] {
  return (node?.items ?? []).map((item) => visit(draft, item));
}

function expanded(draft: Draft, id: Ast.ExprId, expand: (make: Maker) => Expr | MacroProblem): Expr {
  const result = expand(makerAt(draft, draft.places[id]));
  dropId(draft, id);
  return 'problem' in result ? problemAt(draft, draft.places[result.at], result.problem) : result;
}

// --- literals

function list(draft: Draft, node: Node): Expr {
  const id = idOf(draft, node.op);
  const items = node.right?.items ?? [];
  const elements = items.map(({ left }) => visit(draft, left));
  const optional = items.flatMap(({ opt }, i) => (opt === undefined ? [] : [i]));
  return { kind: 'list', id, elements, optional };
}

function mapEntries(draft: Draft, node: Node | undefined): readonly Ast.MapEntry[] {
  const result: Ast.MapEntry[] = [];
  for (const [i, colon] of (node?.ops ?? []).entries()) {
    const id = idOf(draft, colon);
    const part = node?.items?.[i];
    const value = node?.values?.[i];
    if (part === undefined || value === undefined) return [];
    const key = visit(draft, part.left);
    result.push({ id, key, value: visit(draft, value), optional: part.opt !== undefined });
  }
  return result;
}

function message(draft: Draft, node: Node): Expr {
  const id = idOf(draft, node.op);
  const name = dotted(node, (node.ids ?? []).map(({ text }) => text).join('.'));
  return { kind: 'message', id, name, fields: messageFields(draft, node.right) };
}

function messageFields(draft: Draft, node: Node | undefined): readonly Ast.MessageField[] {
  const result: Ast.MessageField[] = [];
  for (const [i, part] of (node?.items ?? []).entries()) {
    const colon = node?.ops?.[i];
    const value = node?.values?.[i];
    if (colon === undefined || value === undefined) return [];
    const id = idOf(draft, colon);
    const name = fieldName(part.left);
    if (typeof name === 'string') {
      result.push({ id, name, value: visit(draft, value), optional: part.opt !== undefined });
    } else problemAt(draft, node?.start.start, name.problem);
  }
  return result;
}

function number(read: (text: string, sign: string) => Value | BadLiteral): Visitor {
  return (draft, node) => {
    const place = node.start.start;
    const value = read(node.op?.text ?? '', node.sign?.text ?? '');
    return isBad(value) ? problemAt(draft, place, value.problem) : literalAt(draft, place, value);
  };
}

function quoted(read: (text: string) => Value | BadLiteral): Visitor {
  return (draft, node) => {
    const text = node.op?.text ?? '';
    const value = read(text);
    if (!isBad(value)) return { kind: 'literal', id: idAt(draft, node.start.start), value };
    problemAt(draft, node.start.start, value.problem);
    return literalAt(draft, node.start.start, text);
  };
}

function isBad(value: Value | BadLiteral): value is BadLiteral {
  return typeof value === 'object' && value !== null && 'problem' in value;
}
