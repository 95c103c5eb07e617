// Finds the type of every part of an expression, and what its names stand for. The errors are those of cel-go's checker.

import { AND, type Comprehension, type Expr, type ExprId, OPTIONAL_SELECT, OR } from '../syntax/ast.ts';
import { type Issue, locationAt, NOWHERE } from '../syntax/source.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  declaredName,
  ERROR,
  formatType,
  INT,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  optionalParam,
  STRING,
  type Type,
  typeOf,
  UINT,
} from '../types.ts';
import { kindOf, type Value } from '../values.ts';
import type { Declarations, Overload } from './declarations.ts';
import { join, type Resolution, resolveOverloads, signature } from './overloads.ts';
import { newSubstitution, newVariable, type Substitution, substitute, unify } from './substitution.ts';

/** What a name or a call stands for. */
type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'type'; readonly name: string; readonly type: Type }
  /** `namespaced`: what looks like the receiver is a part of the function's name. */
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly overloads: readonly string[];
      readonly namespaced: boolean;
    };

export interface Checked {
  readonly expr: Expr;
  readonly types: ReadonlyMap<ExprId, Type>;
  readonly references: ReadonlyMap<ExprId, Reference>;
  readonly issues: readonly Issue[];
}

interface Checker {
  readonly text: string;
  readonly places: readonly (number | undefined)[];
  readonly declarations: Declarations;
  /** Variables of macros, the innermost last. */
  readonly scopes: ReadonlyMap<string, Type>[];
  readonly types: Map<ExprId, Type>;
  readonly references: Map<ExprId, Reference>;
  readonly substitution: Substitution;
  readonly issues: Issue[];
}

export function checkExpression(
  text: string,
  parsed: { readonly expr: Expr; readonly places: readonly (number | undefined)[] },
  declarations: Declarations,
): Checked {
  const checker: Checker = {
    text,
    places: parsed.places,
    declarations,
    scopes: [],
    types: new Map(),
    references: new Map(),
    substitution: newSubstitution(),
    issues: [],
  };
  check(checker, parsed.expr);
  const { types, references, issues, substitution } = checker;
  for (const [id, type] of types) types.set(id, substitute(substitution, type, 'dyn'));
  return { expr: parsed.expr, types, references, issues };
}

function check(c: Checker, expr: Expr): Type {
  const type = typeOfExpr(c, expr);
  c.types.set(expr.id, type);
  return type;
}

function typeOfExpr(c: Checker, expr: Expr): Type {
  switch (expr.kind) {
    case 'literal':
      return literalType(expr.value);
    case 'ident':
      return checkIdent(c, expr.id, expr.name);
    case 'select':
      return checkSelect(c, expr);
    case 'call':
      return expr.name === OPTIONAL_SELECT ? checkOptionalSelect(c, expr) : checkCall(c, expr);
    case 'list':
      return checkList(c, expr);
    case 'map':
      return checkMap(c, expr);
    case 'message':
      return checkMessage(c, expr);
    case 'comprehension':
      return checkComprehension(c, expr);
    default:
      return ERROR;
  }
}

function literalType(value: Value): Type {
  switch (kindOf(value)) {
    case 'bool':
      return BOOL;
    case 'bytes':
      return BYTES;
    case 'double':
      return DOUBLE;
    case 'int':
      return INT;
    case 'uint':
      return UINT;
    case 'null':
      return NULL;
    default:
      return STRING;
  }
}

function issue(c: Checker, id: ExprId, message: string): void {
  const place = c.places[id];
  c.issues.push({ location: place === undefined ? NOWHERE : locationAt(c.text, place), message });
}

// --- names

function lookUp(c: Checker, name: string): { readonly type: Type; readonly reference: Reference } | undefined {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  for (let i = c.scopes.length - 1; i >= 0; i--) {
    const type = c.scopes[i]?.get(plain);
    if (type !== undefined) return { type, reference: { kind: 'variable', name: plain } };
  }
  const variable = c.declarations.variables.get(plain);
  if (variable !== undefined) return { type: variable, reference: { kind: 'variable', name: plain } };
  const named = c.declarations.types.named(plain);
  return named === undefined
    ? undefined
    : { type: typeOf(named), reference: { kind: 'type', name: plain, type: named } };
}

function checkIdent(c: Checker, id: ExprId, name: string): Type {
  const found = lookUp(c, name);
  if (found === undefined) return undeclared(c, id, name);
  c.references.set(id, found.reference);
  return found.type;
}

function undeclared(c: Checker, id: ExprId, name: string): Type {
  issue(c, id, `undeclared reference to '${name}' (in container '')`);
  return ERROR;
}

/** `a.b.c` when the expression is nothing but names. */
function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.testOnly) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

// --- selections

function checkSelect(c: Checker, expr: Expr & { kind: 'select' }): Type {
  const name = qualifiedName(expr);
  const found = name === undefined ? undefined : lookUp(c, name);
  if (found !== undefined) {
    c.references.set(expr.id, found.reference);
    return found.type;
  }
  const type = selectedType(c, expr.id, expr.operand, expr.field, false);
  return expr.testOnly ? BOOL : substitute(c.substitution, type);
}

function checkOptionalSelect(c: Checker, { id, args }: Expr & { kind: 'call' }): Type {
  const [operand, field] = args;
  if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') return ERROR;
  c.references.set(id, {
    kind: 'function',
    name: OPTIONAL_SELECT,
    overloads: ['select_optional_field'],
    namespaced: false,
  });
  return substitute(c.substitution, selectedType(c, id, operand, field.value, true));
}

function selectedType(c: Checker, id: ExprId, operand: Expr, field: string, optional: boolean): Type {
  const operandType = substitute(c.substitution, check(c, operand));
  const inner = optionalParam(operandType);
  const type = fieldType(c, id, inner ?? operandType, field);
  return inner !== undefined || optional ? optionalOf(type) : type;
}

function fieldType(c: Checker, id: ExprId, target: Type, field: string): Type {
  switch (target.kind) {
    case 'map':
      return target.params[1] ?? DYN;
    case 'object':
      return objectField(c, id, target.name, field) ?? ERROR;
    case 'parameter':
      unify(c.substitution, DYN, target);
      return DYN;
    default:
      if (!isDynOrError(target)) issue(c, id, `type '${formatType(target)}' does not support field selection`);
      return DYN;
  }
}

function objectField(c: Checker, id: ExprId, objectName: string, field: string): Type | undefined {
  const type = c.declarations.types.field(objectName, field);
  if (type === 'unknown') issue(c, id, `unexpected failed resolution of '${objectName}'`);
  else if (type === undefined) issue(c, id, `undefined field '${field}'`);
  return type === 'unknown' ? undefined : type;
}

// --- calls

function checkCall(c: Checker, call: Expr & { kind: 'call' }): Type {
  for (const arg of call.args) check(c, arg);
  const { target, name } = call;
  const prefix = target === undefined ? undefined : qualifiedName(target);
  const plain = target === undefined ? name.replace(/^\./, '') : `${prefix}.${name}`.replace(/^\./, '');
  if (target === undefined || prefix !== undefined) {
    const overloads = c.declarations.functions.get(plain);
    if (overloads !== undefined) return resolve(c, call, plain, overloads, undefined);
    if (target === undefined) return undeclared(c, call.id, name);
  }
  check(c, target);
  const overloads = c.declarations.functions.get(name);
  return overloads === undefined ? undeclared(c, call.id, name) : resolve(c, call, name, overloads, target);
}

function resolve(
  c: Checker,
  { id, args, target: written }: Expr & { kind: 'call' },
  name: string,
  overloads: readonly Overload[],
  target: Expr | undefined,
): Type {
  const operands = target === undefined ? args : [target, ...args];
  const types = operands.map((operand) => c.types.get(operand.id) ?? ERROR);
  const candidates = overloads.filter(({ member }) => member === (target !== undefined));
  const resolution =
    name === AND || name === OR
      ? resolveLogical(c, operands, types, candidates)
      : resolveOverloads(c.substitution, types, candidates);
  if (resolution === 'mismatch') return ERROR;
  if (resolution === undefined) {
    const shown = types.map((type) => formatType(substitute(c.substitution, type, 'dyn')));
    issue(c, id, `found no matching overload for '${name}' applied to '${signature(shown, target !== undefined)}'`);
    return ERROR;
  }
  const namespaced = written !== undefined && target === undefined;
  c.references.set(id, { kind: 'function', name, overloads: resolution.ids, namespaced });
  return resolution.type;
}

function resolveLogical(
  c: Checker,
  operands: readonly Expr[],
  types: readonly Type[],
  candidates: readonly Overload[],
): Resolution | 'mismatch' {
  let fits = true;
  types.forEach((type, i) => {
    if (unify(c.substitution, type, BOOL)) return;
    fits = false;
    issue(c, operands[i]?.id ?? 0, `expected type 'bool' but found '${formatType(type)}'`);
  });
  return fits ? { type: BOOL, ids: candidates.map(({ id }) => id) } : 'mismatch';
}

// --- literals with parts

function checkList(c: Checker, { elements, optional }: Expr & { kind: 'list' }): Type {
  let joined: Type | undefined;
  elements.forEach((element, i) => {
    const type = check(c, element);
    joined = join(c.substitution, joined, optional.includes(i) ? unwrapped(c, element.id, type) : type);
  });
  return listOf(joined ?? newVariable(c.substitution));
}

function checkMap(c: Checker, { entries }: Expr & { kind: 'map' }): Type {
  let keys: Type | undefined;
  let values: Type | undefined;
  for (const { key, value, optional } of entries) {
    keys = join(c.substitution, keys, check(c, key));
    const type = check(c, value);
    values = join(c.substitution, values, optional ? unwrapped(c, value.id, type) : type);
  }
  return mapOf(keys ?? newVariable(c.substitution), values ?? newVariable(c.substitution));
}

/** What the optional holds that a `?` asks for. */
function unwrapped(c: Checker, id: ExprId, type: Type): Type {
  const inner = optionalParam(type);
  if (inner === undefined && !isDyn(type)) mismatch(c, id, optionalOf(type), type);
  return inner ?? type;
}

function mismatch(c: Checker, id: ExprId, expected: Type, found: Type): void {
  issue(c, id, `expected type '${formatType(expected)}' but found '${formatType(found)}'`);
}

function checkMessage(c: Checker, expr: Expr & { kind: 'message' }): Type {
  const found = lookUp(c, expr.name);
  if (found === undefined) return undeclared(c, expr.id, expr.name);
  const type = messageType(c, expr.id, found.type);
  const name = type === ERROR ? expr.name : type.name;
  for (const field of expr.fields) {
    const given = check(c, field.value);
    const expected = objectField(c, field.id, name, field.name) ?? ERROR;
    const value = field.optional ? unwrapped(c, field.value.id, given) : given;
    if (unify(c.substitution, expected, value)) continue;
    const is = `is '${formatType(expected)}' but provided type is '${formatType(value)}'`;
    issue(c, field.id, `expected type of field '${field.name}' ${is}`);
  }
  c.references.set(expr.id, found.reference);
  return type;
}

function messageType(c: Checker, id: ExprId, type: Type): Type {
  const [inner] = type.params;
  if (type.kind === 'error') return ERROR;
  if (type.kind !== 'type' || inner === undefined) {
    issue(c, id, `'${declaredName(type)}' is not a type`);
    return ERROR;
  }
  if (inner.kind === 'object') return inner;
  issue(c, id, `'${declaredName(inner)}' is not a message type`);
  return ERROR;
}

// --- macros

function checkComprehension(c: Checker, expr: Comprehension): Type {
  check(c, expr.range);
  const accumulated = check(c, expr.init);
  const range = substitute(c.substitution, c.types.get(expr.range.id) ?? ERROR);
  c.scopes.push(new Map([[expr.accumulator, accumulated]]));
  const [first, second] = rangeTypes(c, expr, range);
  const variables = new Map([[expr.variable, first]]);
  if (expr.second !== undefined) variables.set(expr.second, second);
  c.scopes.push(variables);
  const condition = check(c, expr.condition);
  if (!unify(c.substitution, BOOL, condition)) mismatch(c, expr.condition.id, BOOL, condition);
  const step = check(c, expr.step);
  if (!unify(c.substitution, accumulated, step)) mismatch(c, expr.step.id, accumulated, step);
  c.scopes.pop();
  const result = check(c, expr.result);
  c.scopes.pop();
  return substitute(c.substitution, result);
}

/** The types of what a macro's variables go through. */
function rangeTypes(c: Checker, expr: Comprehension, range: Type): readonly [Type, Type] {
  const [first = DYN, second = DYN] = range.params;
  switch (range.kind) {
    case 'list':
      return expr.second === undefined ? [first, first] : [INT, first];
    case 'map':
      return [first, second];
    case 'dyn':
    case 'error':
    case 'parameter':
      unify(c.substitution, DYN, range);
      return [DYN, DYN];
    default: {
      const what = `expression of type '${formatType(range)}' cannot be range of a comprehension`;
      issue(c, expr.range.id, `${what} (must be list, map, or dynamic)`);
      return [ERROR, ERROR];
    }
  }
}
