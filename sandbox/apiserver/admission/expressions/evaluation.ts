// Evaluating expressions of admission: what they see of a request, and what they may cost together.

import { VARIABLES_TYPE } from '../../../kube/cel/admission/declarations.ts';
import type { Expression, Variables } from '../../../kube/cel/admission/expression.ts';
import { evaluate } from '../../../kube/cel/compile.ts';
import type { Bindings } from '../../../kube/cel/evaluate/frame.ts';
import {
  type AccessDecision,
  type AccessedResource,
  type Authorizer,
  authorizerValue,
  resourceCheckValue,
} from '../../../kube/cel/library/authorizer.ts';
import { type Extension, failure, isFailure, KIND, type Result, type Value } from '../../../kube/cel/values.ts';
import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import { serviceAccountUser, type UserInfo } from '../../../kube/operation.ts';
import type { Authorizer as Access } from '../../auth/authorizer.ts';

/** What all expressions of one invocation may cost together. */
export const INVOCATION_BUDGET = 10_000_000;
/** The same of conditions that say whether it is invoked at all. */
export const CONDITIONS_BUDGET = INVOCATION_BUDGET / 4;

const NO_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** What expressions see. Absent things are null. */
export interface Sight {
  readonly object: JsonValue;
  readonly oldObject: JsonValue;
  readonly request: JsonObject;
  readonly namespaceObject: JsonValue;
  readonly params: JsonValue;
  readonly user: UserInfo;
  /** What the request is about, for `authorizer.requestResource`. */
  readonly resource: AccessedResource;
}

export interface Run {
  /** What is left to spend; an expression that needs more ends everything. */
  budget: number;
  readonly bindings: Bindings;
  /** What variables have cost since it was last asked. */
  readonly spent: { cost: number };
}

/** The budget is spent: nothing more is evaluated. */
export class BudgetSpent {
  readonly message = NO_BUDGET;
}

export function newRun(sight: Sight, access: Access, variables: Variables | undefined, budget: number): Run {
  const asked = cached(asking(access, sight.user));
  const spent = { cost: 0 };
  const { object, oldObject, request, namespaceObject, params } = sight;
  const bindings: { [name: string]: Value } = {
    object,
    oldObject,
    request,
    namespaceObject,
    params,
    authorizer: authorizerValue(asked),
    'authorizer.requestResource': resourceCheckValue(asked, sight.resource),
  };
  if (variables !== undefined) bindings['variables'] = lazyVariables(variables, bindings, spent);
  return { budget, bindings, spent };
}

export type Evaluated = { readonly value: Value } | { readonly problem: string };

/** Throws BudgetSpent. */
export function evaluateExpression(run: Run, { text, program, problem }: Expression): Evaluated {
  if (program === undefined) return { problem: `compilation error: ${problem ?? ''}` };
  const { result, cost } = evaluate(program, run.bindings);
  const whole = cost + run.spent.cost;
  run.spent.cost = 0;
  if (whole > run.budget) throw new BudgetSpent();
  run.budget -= whole;
  if (isFailure(result)) return { problem: `expression '${text}' resulted in error: ${result.message}` };
  return { value: result };
}

/** Each is evaluated when it is first asked for, and once. */
function lazyVariables({ expressions }: Variables, bindings: Bindings, spent: { cost: number }): Extension {
  const known = new Map<string, Result>();
  const find = (name: string): Result => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const result = evaluateVariable(name, expressions.get(name), bindings, spent);
    known.set(name, result);
    return result;
  };
  return {
    [KIND]: 'extension',
    type: VARIABLES_TYPE,
    fields: { get: find, has: (name) => expressions.has(name) },
    equals: () => false,
  };
}

function evaluateVariable(
  name: string,
  expression: Expression | undefined,
  bindings: Bindings,
  spent: { cost: number },
): Result {
  if (expression === undefined) return failure(`no such key: ${name}`);
  const { program, problem = '' } = expression;
  if (program === undefined) return failure(`composited variable "${name}" fails to compile: ${problem}`);
  const { result, cost } = evaluate(program, bindings);
  spent.cost += cost;
  return isFailure(result) ? failure(`composited variable "${name}" fails to evaluate: ${result.message}`) : result;
}

// --- who may do what

function asking(access: Access, user: UserInfo): Authorizer {
  return ({ serviceAccount, verb, path, resource }): AccessDecision => {
    const who = serviceAccount === undefined ? user : serviceAccountUser(serviceAccount.namespace, serviceAccount.name);
    const { decision, reason } =
      resource === undefined
        ? access({ user: who, verb, path: path ?? '' })
        : access({ user: who, verb, target: targetOf(resource) });
    return { allowed: decision === 'allow', reason };
  };
}

function targetOf({ group, resource, subresource, namespace, name }: AccessedResource) {
  return {
    group,
    version: '*',
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  };
}

/** The same question is answered once. */
function cached(authorizer: Authorizer): Authorizer {
  const known = new Map<string, AccessDecision>();
  return (question) => {
    const key = JSON.stringify(question);
    const before = known.get(key);
    if (before !== undefined) return before;
    const decision = authorizer(question);
    known.set(key, decision);
    return decision;
  };
}
