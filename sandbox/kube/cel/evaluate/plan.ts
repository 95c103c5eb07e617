// From a checked expression to the steps that evaluate it. Constants are computed here, calls are bound to what carries
// them out, and each step knows its cost.

import type { Checked } from '../check/checker.ts';
import { instantiate } from '../check/substitution.ts';
import { callCost } from '../cost/actual.ts';
import type { Environment } from '../environment.ts';
import { concat } from '../runtime/collections.ts';
import * as Ast from '../syntax/ast.ts';
import { DYN, opaque, type Type } from '../types.ts';
import { failure, isFailure, type Result, typeValue, type Value } from '../values.ts';
import { type Base, checkedKey, type Link, linked, resolveStep } from './attributes.ts';
import { planFunction } from './calls.ts';
import { appendStep, foldStep, insertStep, ownStep } from './fold.ts';
import type { Step } from './frame.ts';
import { planList, planMap, planMessage } from './literals.ts';
import { equalStep, logicalStep, notStrictlyFalseStep, optionalOrStep } from './logic.ts';
import { membership } from './membership.ts';
import { attributeOf, type Local, localStep, type Planned, PlanProblem, stepOf, variableStep } from './planned.ts';

interface Planner {
  readonly environment: Environment;
  readonly checked: Checked;
  /** Numbers of the variables that are given from outside. */
  readonly variables: Map<string, number>;
  /** Variables of macros, the innermost last. */
  readonly scopes: ReadonlyMap<string, Local>[];
  slots: number;
}

export interface Plan {
  readonly step: Step;
  readonly variables: ReadonlyMap<string, number>;
  readonly slots: number;
}

/** Throws a PlanProblem when something is wrong that can be told before it is evaluated. */
export function planExpression(environment: Environment, checked: Checked): Plan {
  const planner: Planner = { environment, checked, variables: new Map(), scopes: [], slots: 0 };
  const step = stepOf(plan(planner, checked.expr));
  return { step, variables: planner.variables, slots: planner.slots };
}

function plan(p: Planner, expr: Ast.Expr): Planned {
  switch (expr.kind) {
    case 'literal':
      return { kind: 'constant', value: expr.value };
    case 'ident':
      return planName(p, expr.id);
    case 'select':
      return planSelect(p, expr);
    case 'call':
      return planCall(p, expr);
    case 'list':
      return planList(planAll(p, expr.elements), expr.optional);
    case 'map':
      return planMap(expr.entries.map((entry) => ({ ...entry, key: plan(p, entry.key), value: plan(p, entry.value) })));
    case 'message':
      return planMessageOf(p, expr);
    case 'comprehension':
      return planFold(p, expr);
    default:
      throw new PlanProblem('unsupported expr');
  }
}

/** Type variables of `list` and `map`, which as values hold anything. */
const OPEN: ReadonlyMap<string, Type> = new Map([
  ['A', DYN],
  ['B', DYN],
]);

function planAll(p: Planner, exprs: readonly Ast.Expr[]): readonly Planned[] {
  return exprs.map((expr) => plan(p, expr));
}

// --- names and selections

function planName(p: Planner, id: Ast.ExprId): Planned {
  const reference = p.checked.references.get(id);
  if (reference?.kind === 'type') {
    if (!p.environment.types.isValue(reference.name))
      throw new PlanProblem(`reference to undefined type: ${reference.name}`);
    // Parameters of opaque types are known to the type checker alone.
    const { type } = reference;
    return { kind: 'constant', value: typeValue(type.kind === 'opaque' ? opaque(type.name) : instantiate(type, OPEN)) };
  }
  const name = reference?.kind === 'variable' ? reference.name : '';
  // Variables that hold types are taken for names of types.
  if (p.checked.types.get(id)?.kind === 'type') throw new PlanProblem(`reference to undefined type: ${name}`);
  const local = localOf(p, name);
  const base = local === undefined ? givenBase(p, name) : ({ kind: 'value', step: localStep(local) } as const);
  return { kind: 'attribute', attribute: { base, links: [] } };
}

function localOf(p: Planner, name: string): Local | undefined {
  return p.scopes.findLast((scope) => scope.has(name))?.get(name);
}

function givenBase(p: Planner, name: string): Base {
  const slot = p.variables.get(name) ?? p.slots++;
  p.variables.set(name, slot);
  return { kind: 'value', step: variableStep(slot, name), given: true };
}

function planSelect(p: Planner, expr: Ast.Select): Planned {
  if (p.checked.references.has(expr.id)) return planName(p, expr.id);
  const link: Link = { key: { constant: expr.field }, optional: false, testOnly: expr.testOnly };
  return { kind: 'attribute', attribute: linked(attributeOf(plan(p, expr.operand)), link) };
}

function planIndex([operand, key]: readonly Planned[], optional: boolean): Planned {
  if (operand === undefined || key === undefined) throw new PlanProblem('no such overload: _[_]');
  return { kind: 'attribute', attribute: linked(attributeOf(operand), { key: keyOf(key), optional, testOnly: false }) };
}

function keyOf(key: Planned): Link['key'] {
  if (key.kind === 'constant') {
    const checked = checkedKey(key.value, false);
    if (isFailure(checked)) throw new PlanProblem(checked.message);
    return { constant: key.value };
  }
  if (key.kind !== 'attribute') return { step: key.step };
  const { base } = key.attribute;
  return { step: resolveStep(key.attribute), given: base.kind === 'value' && base.given === true };
}

function planConditional([condition, yes, no]: readonly Planned[]): Planned {
  if (condition === undefined || yes === undefined || no === undefined) throw new PlanProblem('unsupported expr');
  const branches = { whenTrue: attributeOf(yes), whenFalse: attributeOf(no) };
  const base = { kind: 'conditional', condition: stepOf(condition), ...branches } as const;
  return { kind: 'attribute', attribute: { base, links: [] } };
}

// --- calls

function planCall(p: Planner, expr: Ast.Call): Planned {
  const reference = p.checked.references.get(expr.id);
  if (reference?.kind !== 'function') throw new PlanProblem(`no such overload: ${expr.name}`);
  const receiver = expr.target === undefined || reference.namespaced ? [] : [expr.target];
  const operands = [...receiver, ...expr.args];
  const growing = planGrowing(p, reference.name, operands);
  if (growing !== undefined) return growing;
  const args = planAll(p, operands);
  const special = SPECIAL_CALLS.get(reference.name)?.(args, reference.overloads);
  if (special !== undefined) return special;
  const fn = p.environment.linked.get(reference.name);
  if (fn === undefined) throw new PlanProblem(`no such overload: ${reference.name}`);
  return planFunction({ fn, ids: reference.overloads, args });
}

type SpecialCall = (args: readonly Planned[], overloads: readonly string[]) => Planned | undefined;

const step = (made: Step): Planned => ({ kind: 'step', step: made });

/** With exactly two operands. */
function onTwo(make: (a: Planned, b: Planned) => Planned | undefined): SpecialCall {
  return ([a, b, more]) => (a === undefined || b === undefined || more !== undefined ? undefined : make(a, b));
}

const SPECIAL_CALLS: ReadonlyMap<string, SpecialCall> = new Map<string, SpecialCall>([
  [Ast.AND, (args) => step(logicalStep(false, args.map(stepOf)))],
  [Ast.OR, (args) => step(logicalStep(true, args.map(stepOf)))],
  [Ast.CONDITIONAL, planConditional],
  [Ast.EQUALS, onTwo((a, b) => step(equalStep(stepOf(a), stepOf(b), callCost(Ast.EQUALS, 'equals'), false)))],
  ['_!=_', onTwo((a, b) => step(equalStep(stepOf(a), stepOf(b), callCost('_!=_', 'not_equals'), true)))],
  [Ast.INDEX, (args) => planIndex(args, false)],
  [Ast.OPTIONAL_INDEX, (args) => planIndex(args, true)],
  [Ast.OPTIONAL_SELECT, (args) => planIndex(args, true)],
  [Ast.NOT_STRICTLY_FALSE, ([a]) => (a === undefined ? undefined : step(notStrictlyFalseStep(stepOf(a))))],
  ['or', onTwo((a, b) => step(optionalOrStep(stepOf(a), stepOf(b), false)))],
  ['orValue', onTwo((a, b) => step(optionalOrStep(stepOf(a), stepOf(b), true)))],
  ['@in', ([a, b], [only, more]) => (only === 'in_list' && more === undefined ? membership(a, b) : undefined)],
]);

/** What is added to an accumulator that grows. */
function planGrowing(p: Planner, name: string, [first, ...rest]: readonly Ast.Expr[]): Planned | undefined {
  const local = first?.kind === 'ident' ? localOf(p, first.name) : undefined;
  if (first === undefined || local?.grows !== true) return undefined;
  if (name === 'cel.@mapInsert') return step(insertStep(stepOf(plan(p, first)), planAll(p, rest).map(stepOf)));
  const [added] = rest;
  if (name !== Ast.ADD || added === undefined) return undefined;
  return step(appendStep(stepOf(plan(p, first)), stepOf(plan(p, added)), concat));
}

// --- macros and messages

function planFold(p: Planner, expr: Ast.Comprehension): Planned {
  const init = stepOf(plan(p, expr.init));
  const range = stepOf(plan(p, expr.range));
  const grows = expr.init.kind === 'list' || expr.init.kind === 'map';
  const accumulator: Local = { slot: p.slots++, init: grows ? ownStep(init) : init, grows };
  const variables = [expr.variable, ...(expr.second === undefined ? [] : [expr.second])];
  const locals = new Map(variables.map((name) => [name, { slot: p.slots++, grows: false }]));
  p.scopes.push(new Map([[expr.accumulator, accumulator]]), locals);
  const condition = stepOf(plan(p, expr.condition));
  const next = stepOf(plan(p, expr.step));
  p.scopes.pop();
  const result = stepOf(plan(p, expr.result));
  p.scopes.pop();
  const slotOf = (name: string | undefined): number | undefined =>
    name === undefined ? undefined : locals.get(name)?.slot;
  const variable = slotOf(expr.variable) ?? 0;
  const parts = { range, variable, second: slotOf(expr.second), accumulator: accumulator.slot };
  return step(foldStep({ ...parts, condition, step: next, result }));
}

function planMessageOf(p: Planner, expr: Ast.MessageExpr): Planned {
  const type = p.checked.types.get(expr.id);
  const name = type === undefined ? expr.name : type.name;
  const fields = expr.fields.map((field) => ({
    key: field.name,
    value: plan(p, field.value),
    optional: field.optional,
  }));
  const make = (values: ReadonlyMap<string, Value>): Result =>
    p.environment.types.make(name, values) ?? failure(`unknown type '${name}'`);
  return planMessage(fields, make);
}
