// What is wrong with constants of an expression that type-checks: durations, timestamps and patterns that are none, lists
// of mixed types, format strings that don't fit their arguments.

import { toDuration, toTimestamp } from '../library/conversions.ts';
import { type Clause, NOT_TAKEN, readFormat } from '../library/formatting.ts';
import { compilePattern } from '../library/regexps.ts';
import { type Call, childrenOf, type Expr, type ExprId } from '../syntax/ast.ts';
import { DYN, equivalentType, formatType, optionalParam, type Type } from '../types.ts';
import { isFailure, type Value } from '../values.ts';
import type { Checked } from './checker.ts';

export interface ConstantProblem {
  readonly id: ExprId;
  readonly message: string;
}

export function constantProblems(checked: Checked): readonly ConstantProblem[] {
  const nodes = [...descendants(checked.expr, [])];
  const calls = nodes.flatMap(({ expr }) => (expr.kind === 'call' ? [expr] : []));
  return [
    ...literalProblems(calls, 'duration', (value) => !isFailure(toDuration(value))),
    ...literalProblems(calls, 'timestamp', (value) => !isFailure(toTimestamp(value))),
    ...literalProblems(calls, 'matches', isPattern),
    ...nodes.flatMap(({ expr, parents }) =>
      expr.kind === 'list' && !inFormat(parents) ? mixedList(checked, expr) : [],
    ),
    ...nodes.flatMap(({ expr, parents }) => (expr.kind === 'map' && !inFormat(parents) ? mixedMap(checked, expr) : [])),
    ...calls.flatMap((call) => formatProblems(checked, call)),
  ];
}

interface Descendant {
  readonly expr: Expr;
  readonly parents: readonly Expr[];
}

function* descendants(expr: Expr, parents: readonly Expr[]): Generator<Descendant> {
  yield { expr, parents };
  for (const child of childrenOf(expr)) yield* descendants(child, [expr, ...parents]);
}

function inFormat(parents: readonly Expr[]): boolean {
  return parents.some((parent) => parent.kind === 'call' && parent.name === 'format');
}

function isPattern(value: Value): boolean {
  return typeof value === 'string' && !('problem' in compilePattern(value));
}

/** Of the first argument, be it the pattern or not. */
function literalProblems(calls: readonly Call[], name: string, isGood: (value: Value) => boolean): ConstantProblem[] {
  return calls.flatMap((call) => {
    const [first] = call.args;
    if (call.name !== name || first?.kind !== 'literal') return [];
    return isGood(first.value) ? [] : [{ id: first.id, message: `invalid ${name} argument` }];
  });
}

// --- mixed types

function typeAt({ types }: Checked, expr: Expr, optional: boolean): Type {
  const type = types.get(expr.id) ?? DYN;
  return optional ? (optionalParam(type) ?? type) : type;
}

function mixed(id: ExprId, expected: Type, found: Type): ConstantProblem {
  return { id, message: `expected type '${formatType(expected)}' but found '${formatType(found)}'` };
}

function mixedList(checked: Checked, { elements, optional }: Expr & { kind: 'list' }): readonly ConstantProblem[] {
  const types = elements.map((element, i) => typeAt(checked, element, optional.includes(i)));
  const [first] = types;
  const odd = types.findIndex((type) => first !== undefined && !equivalentType(first, type));
  const found = types[odd];
  return first === undefined || found === undefined ? [] : [mixed(elements[odd]?.id ?? 0, first, found)];
}

function mixedMap(checked: Checked, { entries: [first, ...rest] }: Expr & { kind: 'map' }): readonly ConstantProblem[] {
  if (first === undefined) return [];
  const keyType = typeAt(checked, first.key, false);
  const valueType = typeAt(checked, first.value, first.optional);
  return rest.flatMap(({ key, value, optional }) => {
    const [k, v] = [typeAt(checked, key, false), typeAt(checked, value, optional)];
    return [
      ...(equivalentType(keyType, k) ? [] : [mixed(key.id, keyType, k)]),
      ...(equivalentType(valueType, v) ? [] : [mixed(value.id, valueType, v)]),
    ];
  });
}

// --- format strings

const TAKEN: Readonly<Record<Exclude<Clause, 's'>, readonly Type['kind'][]>> = {
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
};

const SHOWABLE: ReadonlySet<Type['kind']> = new Set([
  'list',
  'map',
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'timestamp',
  'bytes',
  'duration',
  'type',
  'null',
  'dyn',
] as const);

function formatProblems(checked: Checked, call: Call): readonly ConstantProblem[] {
  const [list] = call.args;
  const text = call.target?.kind === 'literal' ? call.target.value : undefined;
  if (call.name !== 'format' || typeof text !== 'string' || list?.kind !== 'list') return [];
  let used = 0;
  for (const part of readFormat(text, list.elements.length, true)) {
    if ('problem' in part) return [{ id: call.id, message: part.problem }];
    if (part.kind === 'text') continue;
    used++;
    const arg = list.elements[part.arg];
    const bad = arg === undefined ? undefined : notTaken(checked, part.clause, arg);
    if (bad === undefined) continue;
    const why = NOT_TAKEN[part.clause] + (checked.types.get(bad.id) ?? DYN).name;
    return [{ id: bad.id, message: `error during formatting: ${why}` }];
  }
  const given = list.elements.length;
  if (given <= used) return [];
  const message = `too many arguments supplied to string.format (expected ${used}, got ${given})`;
  return [{ id: call.id, message }];
}

/** The part of an argument that a clause doesn't take. */
function notTaken(checked: Checked, clause: Clause, arg: Expr): Expr | undefined {
  const kind = typeAt(checked, arg, false).kind;
  if (clause !== 's') return kind === 'dyn' || TAKEN[clause].includes(kind) ? undefined : arg;
  if (!SHOWABLE.has(kind)) return arg;
  return arg.kind === 'list' || arg.kind === 'map' ? firstNotShowable(checked, arg) : undefined;
}

function firstNotShowable(checked: Checked, expr: Expr): Expr | undefined {
  for (const child of childrenOf(expr)) {
    const bad = notTaken(checked, 's', child);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
