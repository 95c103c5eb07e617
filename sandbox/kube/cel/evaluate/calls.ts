// Calls of functions: which overload carries one out, and what is said when none takes the arguments.

import { type CallCost, callCost } from '../cost/actual.ts';
import type { LinkedFunction, LinkedOverload } from '../environment.ts';
import type { Run } from '../library/library.ts';
import { compilePattern, WITH_PATTERN } from '../library/regexps.ts';
import { isList, isMap, listAt, listSize, mapFind, mapKeys, mapSize } from '../runtime/collections.ts';
import { typeNameOf } from '../runtime/kinds.ts';
import { isDyn, type Type } from '../types.ts';
import { type Failure, failure, isFailure, kindOf, NO_SUCH_OVERLOAD, type Result, type Value } from '../values.ts';
import { type Step, spend } from './frame.ts';
import { evaluateAll } from './logic.ts';
import { type Planned, PlanProblem, stepOf } from './planned.ts';

export interface CallParts {
  readonly fn: LinkedFunction;
  /** The overloads that the checker found to fit. */
  readonly ids: readonly string[];
  readonly args: readonly Planned[];
}

/** Conversions of constants are done at once. */
const CONVERSIONS: ReadonlySet<string> = new Set(
  'bool bytes double dyn duration int string timestamp uint type'.split(' '),
);

export function planFunction(parts: CallParts): Planned {
  const { fn, ids, args } = parts;
  const { run, variadic } = bound(parts);
  const [first] = args;
  if (CONVERSIONS.has(fn.name) && args.length === 1 && first?.kind === 'constant') {
    const value = run(first.value);
    if (isFailure(value)) throw new PlanProblem(value.message);
    return { kind: 'constant', value };
  }
  const cost = callCost(fn.name, ids.length === 1 ? (ids[0] ?? '') : '');
  return { kind: 'step', step: applied(args.map(stepOf), run, cost, variadic) };
}

/** The steps of a call: all arguments, then the function, then the cost. */
function applied(steps: readonly Step[], run: Run, cost: CallCost, variadic: boolean): Step {
  const [first, second] = steps;
  if (first === undefined) return zeroStep(run, cost);
  if (second === undefined) return unaryStep(first, run, cost);
  return steps.length === 2 && !variadic ? binaryStep(first, second, run, cost) : manyStep(steps, run, cost);
}

function zeroStep(run: Run, cost: CallCost): Step {
  return (frame) => {
    const result = run();
    spend(frame, typeof cost === 'number' ? cost : cost([], result));
    return result;
  };
}

function unaryStep(first: Step, run: Run, cost: CallCost): Step {
  return (frame) => {
    const a = first(frame);
    const result = isFailure(a) ? a : run(a);
    spend(frame, typeof cost === 'number' ? cost : cost([a], result));
    return result;
  };
}

function binaryStep(first: Step, second: Step, run: Run, cost: CallCost): Step {
  return (frame) => {
    const a = first(frame);
    const b = second(frame);
    const result = isFailure(a) ? a : isFailure(b) ? b : run(a, b);
    spend(frame, typeof cost === 'number' ? cost : cost([a, b], result));
    return result;
  };
}

/** More than two arguments are evaluated up to the first failure; unless it's the last one, the call costs nothing. */
function manyStep(steps: readonly Step[], run: Run, cost: CallCost): Step {
  return (frame) => {
    const args = evaluateAll(frame, steps);
    const problem = args.at(-1);
    const values = args.filter((arg): arg is Value => !isFailure(arg));
    const result = problem !== undefined && isFailure(problem) ? problem : run(...values);
    if (args.length === steps.length) spend(frame, typeof cost === 'number' ? cost : cost(args, result));
    return result;
  };
}

// --- which implementation

interface Bound {
  readonly run: Run;
  readonly variadic: boolean;
}

function bound({ fn, ids, args }: CallParts): Bound {
  const { variadic } = fn;
  const constant = args[1];
  if (constant?.kind === 'constant' && typeof constant.value === 'string') {
    const run = withPattern(fn.name, constant.value);
    if (run !== undefined) return { run, variadic: true };
  }
  if (fn.run !== undefined) return { run: guarded(fn.run, fn), variadic };
  const only = ids.length === 1 ? fn.overloads.find(({ id }) => id === ids[0]) : undefined;
  if (only?.run === undefined) return { run: dispatch(fn), variadic: fn.overloads.length > 1 || variadic };
  return { run: fn.unguarded ? only.run : checked(fn.name, only, only.run), variadic };
}

function withPattern(name: string, pattern: string): Run | undefined {
  const make = WITH_PATTERN.get(name);
  if (make === undefined) return undefined;
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) throw new PlanProblem(compiled.problem);
  return make(compiled);
}

/** Of one implementation for all: the first argument must be of a kind that it knows. */
function guarded(run: Run, { name, takes }: LinkedFunction): Run {
  if (takes === undefined) return run;
  const none = failure(`no such overload: ${name}`);
  return (first = null, ...rest) => {
    if (takes(first)) return run(first, ...rest);
    // These have methods of their own, none of which is an operator.
    return RECEIVERS.has(kindOf(first)) ? NO_SUCH_OVERLOAD : none;
  };
}

const RECEIVERS: ReadonlySet<string> = new Set(['string', 'timestamp', 'duration']);

function checked(name: string, overload: LinkedOverload, run: Run): Run {
  return (...args) => (fits(overload, args) ? run(...args) : noOverload(name, args));
}

/** Only run time tells the types: the first overload that fits. */
function dispatch(fn: LinkedFunction): Run {
  return (...args) => {
    const overload = fn.overloads.find(
      (each) => each.run !== undefined && each.args.length === args.length && fits(each, args),
    );
    return overload?.run?.(...args) ?? noOverload(fn.name, args);
  };
}

function noOverload(name: string, args: readonly Value[]): Failure {
  return failure(`no such overload: ${name}(${args.map(typeNameOf).join(', ')})`);
}

function fits({ args: expected }: LinkedOverload, args: readonly Value[]): boolean {
  return args.every((arg, i) => isOfType(arg, expected[i]));
}

/** Whether a value is of a type, as far as a look at its first element tells. */
function isOfType(value: Result, type: Type | undefined): boolean {
  if (type === undefined || isFailure(value)) return false;
  if (isDyn(type) || type.kind === 'parameter') return true;
  if (type.name !== typeNameOf(value)) return false;
  if (type.kind === 'list' && isList(value)) return listSize(value) === 0 || isOfType(listAt(value, 0), type.params[0]);
  return type.kind === 'map' && isMap(value) ? hasEntriesOf(value, type) : true;
}

function hasEntriesOf(map: Value, type: Type): boolean {
  const [key] = mapKeys(map);
  if (mapSize(map) === 0 || key === undefined) return true;
  return isOfType(key, type.params[0]) && isOfType(mapFind(map, key) ?? NO_SUCH_OVERLOAD, type.params[1]);
}
