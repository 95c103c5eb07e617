// What an expression may cost, before it is evaluated: from how often macros may run their steps, and how large values
// may become.

import type { Checked } from '../check/checker.ts';
import * as Ast from '../syntax/ast.ts';
import { countCodePoints } from '../syntax/source.ts';
import { DYN, optionalParam, type Type } from '../types.ts';
import { isTaggedAs } from '../values.ts';
import { LIST_COST, MAP_COST, MESSAGE_COST, PER_CHARACTER } from './actual.ts';
import { type CallEstimate, type CallOperands, estimateCall, estimateStandardCall, type Operand } from './calls.ts';
import { extended, NO_PATH, type Path, pathOf, stepsOf } from './paths.ts';
import { exactly, NO_RANGE, NOTHING, ONE, plus, type Range, scaled, times, UNKNOWN, union } from './ranges.ts';

/** How large what lies at the end of a path may be; undefined where nobody says. */
export type SizeOf = (path: readonly string[]) => Range | undefined;

export function estimateCost(checked: Checked, sizeOf: SizeOf): Range {
  const estimating: Estimating = {
    checked,
    sizeOf,
    paths: new Map(),
    sizes: new Map(),
    entries: new Map(),
    locals: [],
  };
  return costOf(estimating, checked.expr);
}

interface Estimating {
  readonly checked: Checked;
  readonly sizeOf: SizeOf;
  readonly paths: Map<Ast.ExprId, Path>;
  readonly sizes: Map<Ast.ExprId, Range>;
  readonly entries: Map<Ast.ExprId, EntrySizes>;
  /** Variables of macros, the innermost last. */
  readonly locals: Local[];
}

/** Of a list or map, how large its keys and values are. */
interface EntrySizes {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly name: string;
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries?: EntrySizes | undefined;
}

function costOf(e: Estimating, expr: Ast.Expr): Range {
  switch (expr.kind) {
    case 'ident':
      return costOfName(e, expr.id, expr.name);
    case 'select':
      return costOfSelect(e, expr);
    case 'call':
      return costOfCall(e, expr);
    case 'list':
      return costOfList(e, expr);
    case 'map':
      return costOfMap(e, expr);
    case 'message':
      return plus(sum(expr.fields.map(({ value }) => costOf(e, value))), exactly(MESSAGE_COST));
    case 'comprehension':
      return isBinding(expr) ? costOfBinding(e, expr) : costOfFold(e, expr);
    default:
      return NOTHING;
  }
}

function sum(costs: readonly Range[]): Range {
  return costs.reduce(plus, NOTHING);
}

function costOfName(e: Estimating, id: Ast.ExprId, name: string): Range {
  e.paths.set(id, localOf(e, name)?.path ?? pathOf(name));
  return ONE;
}

function costOfSelect(e: Estimating, { id, operand, field, testOnly }: Ast.Select): Range {
  const reference = e.checked.references.get(id);
  if (reference !== undefined) return costOfName(e, id, reference.name);
  const cost = costOf(e, operand);
  if (testOnly) return cost;
  e.paths.set(id, extended(pathTo(e, operand), field));
  return SELECTED.has(typeOf(e, operand).kind) ? plus(cost, ONE) : cost;
}

/** Selecting a field of what may be anything costs nothing. */
const SELECTED: ReadonlySet<string> = new Set(['map', 'object', 'parameter']);

function costOfList(e: Estimating, { id, elements }: Ast.ListExpr): Range {
  const costs: Range[] = [];
  let value = elements.length === 0 ? NOTHING : NO_RANGE;
  for (const element of elements) {
    costs.push(costOf(e, element));
    value = union(value, sizeOrUnknown(e, element));
  }
  e.entries.set(id, { container: 'list', key: ONE, value });
  return plus(sum(costs), exactly(LIST_COST));
}

function costOfMap(e: Estimating, { id, entries }: Ast.MapExpr): Range {
  const costs: Range[] = [];
  let [key, value] = entries.length === 0 ? [NOTHING, NOTHING] : [NO_RANGE, NO_RANGE];
  for (const entry of entries) {
    costs.push(costOf(e, entry.key), costOf(e, entry.value));
    key = union(key, sizeOrUnknown(e, entry.key));
    value = union(value, sizeOrUnknown(e, entry.value));
  }
  e.entries.set(id, { container: 'map', key, value });
  return plus(sum(costs), exactly(MAP_COST));
}

// --- calls

function costOfCall(e: Estimating, expr: Ast.Call): Range {
  const reference = e.checked.references.get(expr.id);
  const name = reference?.name ?? expr.name;
  const [first] = expr.args;
  if (name === 'dyn' && first !== undefined) return costOfDyn(e, expr.id, first);
  const costs: Range[] = [];
  const args = expr.args.map((arg) => {
    costs.push(costOf(e, arg));
    return operandOf(e, arg);
  });
  const overloads = reference?.kind === 'function' ? reference.overloads : [];
  if (overloads.length === 0) return NOTHING;
  const receiver = reference?.kind === 'function' && reference.namespaced ? undefined : expr.target;
  const own = receiver === undefined ? NOTHING : costOf(e, receiver);
  const target = receiver === undefined ? undefined : operandOf(e, receiver);
  let cost = NO_RANGE;
  let size: Range | undefined;
  for (const overload of overloads) {
    const estimate = costOfOverload(e, expr, name, { overload, target, args }, costs);
    cost = union(cost, estimate.cost);
    if (estimate.size !== undefined) size = size === undefined ? estimate.size : union(size, estimate.size);
    size = sizeOfIndexed(e, expr, overload, size);
    size ??= sizeOf(e, expr);
  }
  if (size !== undefined) e.sizes.set(expr.id, size);
  return plus(own, cost);
}

function costOfDyn(e: Estimating, id: Ast.ExprId, of: Ast.Expr): Range {
  const cost = costOf(e, of);
  takeSizes(e, id, of);
  return plus(ONE, cost);
}

/** What is looked up in a list or map is at a path of its own. */
function sizeOfIndexed(e: Estimating, expr: Ast.Call, overload: string, size: Range | undefined): Range | undefined {
  const step = INDEXING[overload];
  const [container] = expr.args;
  if (step === undefined || container === undefined) return size;
  e.paths.set(expr.id, extended(pathTo(e, container), step));
  return entriesOf(e, container)?.value;
}

const INDEXING: Readonly<Record<string, string>> = { index_list: '@items', index_map: '@values' };

function costOfOverload(
  e: Estimating,
  expr: Ast.Call,
  name: string,
  call: CallOperands,
  costs: readonly Range[],
): CallEstimate {
  const estimate = estimateCall(name, call);
  if (estimate !== undefined) return { ...estimate, cost: plus(estimate.cost, sum(costs)) };
  const special = SPECIAL_CALLS[call.overload]?.(e, expr, costs);
  if (special !== undefined) return special;
  const standard = estimateStandardCall(call);
  return { ...standard, cost: plus(standard.cost, sum(costs)) };
}

type SpecialCall = (e: Estimating, expr: Ast.Call, costs: readonly Range[]) => CallEstimate;

const logical: SpecialCall = (_, __, [left = NOTHING, right = NOTHING]) => ({
  // The right side may never be looked at.
  cost: { min: left.min, max: plus(left, right).max },
});

const conditional: SpecialCall = (
  e,
  { id, args: [, yes, no] },
  [condition = NOTHING, left = NOTHING, right = NOTHING],
) => {
  if (yes === undefined || no === undefined) return { cost: condition };
  setEntries(e, id, unionOfEntries(entriesOf(e, yes), entriesOf(e, no)));
  const size = union(sizeOrUnknown(e, yes), sizeOrUnknown(e, no));
  return { cost: plus(condition, union(left, right)), size };
};

function adding(ofResult: (size: Range) => Range): SpecialCall {
  return (e, { id, args: [a, b] }, costs) => {
    if (a === undefined || b === undefined) return { cost: sum(costs) };
    const size = plus(sizeOrUnknown(e, a), sizeOrUnknown(e, b));
    setEntries(e, id, unionOfEntries(entriesOf(e, a), entriesOf(e, b)));
    return { cost: plus(ofResult(size), sum(costs)), size };
  };
}

const addingText = adding((size) => scaled(size, PER_CHARACTER));

const SPECIAL_CALLS: Readonly<Record<string, SpecialCall>> = {
  logical_and: logical,
  logical_or: logical,
  conditional,
  add_string: addingText,
  add_bytes: addingText,
  add_list: adding(() => ONE),
};

function operandOf(e: Estimating, expr: Ast.Expr): Operand {
  const size = sizeOf(e, expr);
  const type = typeOf(e, expr);
  const path = pathTo(e, expr);
  // Nothing is known of what a macro gathers.
  const isGathered = path.steps[0] === Ast.ACCUMULATOR || path.steps[0] === Ast.OLD_ACCUMULATOR;
  const steps = path.length === 0 || isGathered ? undefined : stepsOf(path);
  return { ...operand(type, size), expr, element: () => elementOf(e, type, steps) };
}

function operand(type: Type, size: Range | undefined): Operand {
  return { type, size: size ?? UNKNOWN, sized: size !== undefined, element: () => undefined };
}

function elementOf(e: Estimating, list: Type, path: readonly string[] | undefined): Operand | undefined {
  const [type] = list.params;
  return type === undefined ? undefined : operand(type, path === undefined ? undefined : e.sizeOf([...path, '@items']));
}

// --- macros

/** A macro that only gives a value a name. */
function isBinding({ range, condition, accumulator }: Ast.Comprehension): boolean {
  const never = condition.kind === 'literal' && condition.value === false;
  return never && range.kind === 'list' && range.elements.length === 0 && accumulator !== Ast.OLD_ACCUMULATOR;
}

function costOfBinding(e: Estimating, expr: Ast.Comprehension): Range {
  const before = [costOf(e, expr.range), costOf(e, expr.init)];
  e.locals.push(accumulatorOf(e, expr));
  const cost = sum([...before, costOf(e, expr.result)]);
  e.locals.pop();
  takeSizes(e, expr.id, expr.result);
  return cost;
}

function accumulatorOf(e: Estimating, { accumulator, init }: Ast.Comprehension): Local {
  return { name: accumulator, path: pathTo(e, init), entries: entriesOf(e, init), size: sizeOf(e, init) };
}

function costOfFold(e: Estimating, expr: Ast.Comprehension): Range {
  const before = [costOf(e, expr.range), costOf(e, expr.init)];
  e.locals.push(accumulatorOf(e, expr));
  const variables = variablesOf(e, expr);
  e.locals.push(...variables);
  const round = plus(costOf(e, expr.condition), costOf(e, expr.step));
  e.locals.length -= variables.length;
  const after = costOf(e, expr.result);
  e.locals.pop();
  const rounds = sizeOrUnknown(e, expr.range);
  sizeFold(e, expr, rounds);
  return sum([...before, after, times(rounds, round)]);
}

function variablesOf(e: Estimating, { range, variable, second }: Ast.Comprehension): readonly Local[] {
  const entries = entriesOf(e, range);
  const isList = (entries?.container ?? typeOf(e, range).kind) === 'list';
  const path = pathTo(e, range);
  const local = (name: string, size: Range | undefined, step: string): Local => ({
    name,
    size,
    path: extended(path, step),
  });
  if (second === undefined) {
    return [isList ? local(variable, entries?.value, '@items') : local(variable, entries?.key, '@keys')];
  }
  return [
    local(variable, entries?.key, isList ? '@indices' : '@keys'),
    local(second, entries?.value, isList ? '@items' : '@values'),
  ];
}

function sizeFold(e: Estimating, { id, init, step }: Ast.Comprehension, rounds: Range): void {
  if (init.kind === 'literal') setSize(e, id, sizeOf(e, init));
  if (init.kind !== 'list' && init.kind !== 'map') return;
  e.sizes.set(id, rounds);
  setEntries(e, id, entriesOf(e, step));
}

// --- sizes

function typeOf({ checked }: Estimating, { id }: Ast.Expr): Type {
  return checked.types.get(id) ?? DYN;
}

function localOf({ locals }: Estimating, name: string): Local | undefined {
  return locals.findLast((local) => local.name === name);
}

function localAt(e: Estimating, expr: Ast.Expr): Local | undefined {
  return expr.kind === 'ident' ? localOf(e, expr.name) : undefined;
}

function pathTo(e: Estimating, expr: Ast.Expr): Path {
  return localAt(e, expr)?.path ?? e.paths.get(expr.id) ?? NO_PATH;
}

function setSize(e: Estimating, id: Ast.ExprId, size: Range | undefined): void {
  if (size !== undefined) e.sizes.set(id, size);
}

function setEntries(e: Estimating, id: Ast.ExprId, entries: EntrySizes | undefined): void {
  if (entries !== undefined) e.entries.set(id, entries);
}

function takeSizes(e: Estimating, id: Ast.ExprId, from: Ast.Expr): void {
  setSize(e, id, sizeOf(e, from));
  setEntries(e, id, entriesOf(e, from));
}

function sizeOrUnknown(e: Estimating, expr: Ast.Expr): Range {
  return sizeOf(e, expr) ?? UNKNOWN;
}

function sizeOf(e: Estimating, expr: Ast.Expr): Range | undefined {
  const known = e.sizes.get(expr.id) ?? sizeAsWritten(expr);
  if (known !== undefined) return known;
  const path = pathTo(e, expr);
  const declared = path.length === 0 ? undefined : e.sizeOf(stepsOf(path));
  setSize(e, expr.id, declared);
  return declared ?? (isScalar(typeOf(e, expr)) ? ONE : localAt(e, expr)?.size);
}

function sizeAsWritten(expr: Ast.Expr): Range | undefined {
  if (expr.kind === 'list') return exactly(expr.elements.length);
  if (expr.kind === 'map') return exactly(expr.entries.length);
  if (expr.kind !== 'literal') return undefined;
  const { value } = expr;
  if (typeof value === 'string') return exactly(countCodePoints(value));
  return isTaggedAs(value, 'bytes') ? exactly(value.bytes.length) : ONE;
}

const SCALARS: ReadonlySet<string> = new Set('bool double duration int timestamp uint'.split(' '));

function isScalar(type: Type): boolean {
  const held = optionalParam(type);
  return held === undefined ? SCALARS.has(type.kind) : isScalar(held);
}

function entriesOf(e: Estimating, expr: Ast.Expr): EntrySizes | undefined {
  return e.entries.get(expr.id) ?? localAt(e, expr)?.entries;
}

function unionOfEntries(a: EntrySizes | undefined, b: EntrySizes | undefined): EntrySizes | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { container: a.container, key: union(a.key, b.key), value: union(a.value, b.value) };
}
