// Compiling and evaluating expressions: the engine's own front door. How Kubernetes uses it is in the files beside.

import { type Checked, checkExpression } from './check/checker.ts';
import { constantProblems } from './check/validators.ts';
import type { Environment } from './environment.ts';
import { type Bindings, CostExceeded, type Frame, InternalProblem } from './evaluate/frame.ts';
import { type Plan, planExpression } from './evaluate/plan.ts';
import { PlanProblem } from './evaluate/planned.ts';
import { parseExpression } from './syntax/parse.ts';
import { type Issue, locationAt, NOWHERE, renderIssues } from './syntax/source.ts';
import { DYN, type Type } from './types.ts';
import { type Failure, failure, type Result } from './values.ts';

/** One evaluation may cost as much: about a tenth of a second on a real server. */
const PER_CALL_LIMIT = 1_000_000;

export interface Compiled {
  readonly text: string;
  readonly type: Type;
  readonly checked: Checked;
  readonly plan: Plan;
}

/** Why an expression can't be compiled. */
export interface CompileErrors {
  /** Where it went wrong: `compile` for what is wrong with the text, `plan` for constants that can't be used. */
  readonly stage: 'compile' | 'plan';
  /** `ERROR: <input>:1:1: undeclared reference to ...`, all errors with their lines. */
  readonly message: string;
}

export function isCompiled(result: Compiled | CompileErrors): result is Compiled {
  return 'plan' in result;
}

/** Parses and checks. */
export function checkText(text: string, environment: Environment): Checked | CompileErrors {
  const parsed = parseExpression(text, environment.binds === true);
  if (parsed.issues.length > 0) return issuesOf(text, parsed.issues);
  const checked = checkExpression(text, parsed, environment);
  if (checked.issues.length > 0) return issuesOf(text, checked.issues);
  const problems = constantProblems(checked).map(({ id, message }) => {
    const place = parsed.places[id];
    return { location: place === undefined ? NOWHERE : locationAt(text, place), message };
  });
  return problems.length > 0 ? issuesOf(text, problems) : checked;
}

function issuesOf(text: string, issues: readonly Issue[]): CompileErrors {
  return { stage: 'compile', message: renderIssues(text, issues) };
}

export function compile(text: string, environment: Environment): Compiled | CompileErrors {
  const checked = checkText(text, environment);
  if ('stage' in checked) return checked;
  try {
    const plan = planExpression(environment, checked);
    return { text, type: outputType(checked), checked, plan };
  } catch (problem) {
    if (problem instanceof PlanProblem) return { stage: 'plan', message: problem.message };
    throw problem;
  }
}

function outputType({ types, expr }: Checked): Type {
  return types.get(expr.id) ?? DYN;
}

export interface Evaluated {
  /** A failure's message is cel-go's: `no such key: x`. */
  readonly result: Result;
  readonly cost: number;
}

const LIMIT_EXCEEDED: Failure = failure('operation cancelled: actual cost limit exceeded');

/** Evaluates; variables that aren't bound are errors where they are used. */
export function evaluate({ plan }: Compiled, bindings: Bindings, limit = PER_CALL_LIMIT): Evaluated {
  const slots: (Result | undefined)[] = new Array(plan.slots).fill(undefined);
  for (const [name, slot] of plan.variables) slots[slot] = bindings[name];
  const frame: Frame = { slots, cost: 0, limit };
  try {
    return { result: plan.step(frame), cost: frame.cost };
  } catch (thrown) {
    if (thrown instanceof CostExceeded) return { result: LIMIT_EXCEEDED, cost: frame.cost };
    if (thrown instanceof RangeError || thrown instanceof InternalProblem)
      return { result: failure(`internal error: ${thrown.message}`), cost: frame.cost };
    throw thrown;
  }
}
