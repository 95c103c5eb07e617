// MutatingAdmissionPolicy: objects are changed by a policy's expressions on their way into the store.

import { admissionEnvironment } from '../../../kube/cel/admission/declarations.ts';
import {
  compileExpression,
  compileVariables,
  type Expression,
  type Variables,
} from '../../../kube/cel/admission/expression.ts';
import {
  OBJECT_TYPE,
  objectJson,
  PATCH_TYPE,
  patchOperations,
  Unusable,
} from '../../../kube/cel/admission/patchvalues.ts';
import { listOf } from '../../../kube/cel/types.ts';
import { printPath } from '../../../kube/fields/element.ts';
import { mergeConfiguration } from '../../../kube/fields/merge.ts';
import { printErrors, shapeErrors } from '../../../kube/fields/validate.ts';
import { isObject, type JsonObject, sameJson } from '../../../kube/json.ts';
import { lazyFor } from '../../../kube/lazy.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { internalError, StatusError } from '../../../kube/status.ts';
import { DecodingError } from '../../../schema/errors.ts';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../../schema/generated/resources.ts';
import type {
  V1MutatingAdmissionPolicy,
  V1MutatingAdmissionPolicyBinding,
  V1Mutation,
} from '../../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from '../chain.ts';
import { decodedObject } from '../decoding.ts';
import { compileConditions, matchConditions } from '../expressions/conditions.ts';
import {
  BudgetSpent,
  CONDITIONS_BUDGET,
  evaluateExpression,
  INVOCATION_BUDGET,
  newRun,
  type Sight,
} from '../expressions/evaluation.ts';
import type { Matched } from '../matching.ts';
import { applyOperations } from '../patches.ts';
import { forbiddenBy } from '../refusal.ts';
import { isDue, noteAsked, openBook, type Rounds } from '../reinvocation.ts';
import { shownIn } from '../request.ts';
import { atomicParts } from './atomics.ts';
import {
  boundPolicies,
  ConfigurationProblem,
  isExempt,
  matchResources,
  type PolicyDeps,
  paramsOf,
  sightOf,
} from './policies.ts';

const NAME = 'MutatingAdmissionPolicy';

export function mutatingAdmissionPolicy(deps: PolicyDeps): AdmissionPlugin {
  return {
    name: NAME,
    handles: (attributes) =>
      deps.count(MutatingAdmissionPolicyBindings) > 0 &&
      (attributes.verb === 'CREATE' || attributes.verb === 'UPDATE') &&
      !isExempt(attributes),
    *mutate(attributes, rounds) {
      const { invocations, problems } = invocationsOf(attributes, deps);
      if (attributes.object === undefined || (invocations.length === 0 && problems.length === 0))
        return attributes.object;
      const result = invoke(attributes, invocations, rounds);
      const failed = [...problems, ...result.problems].filter(({ policy }) => policy.spec?.failurePolicy !== 'Ignore');
      if (failed.length > 0) throw refused(attributes, failed);
      return result.object;
    },
  };
}

/** A policy in force somewhere, with parameters. */
interface Invocation {
  readonly policy: V1MutatingAdmissionPolicy;
  readonly binding: V1MutatingAdmissionPolicyBinding;
  readonly matched: Matched;
  readonly params: Sight['params'];
}

interface Problem {
  readonly policy: V1MutatingAdmissionPolicy;
  readonly binding?: V1MutatingAdmissionPolicyBinding;
  readonly message: string;
  readonly reason?: string;
}

function refused(attributes: Attributes, problems: readonly Problem[]): StatusError {
  const { status } = forbiddenBy(attributes, '');
  const messages = problems.map(messageOf);
  const [message = ''] = messages;
  const reason = problems[0]?.reason ?? status.reason;
  const details = { ...status.details, causes: messages.map((text) => ({ message: text })) };
  return new StatusError({ ...status, message, ...(reason === undefined ? {} : { reason }), details });
}

function messageOf({ policy, binding, message }: Problem): string {
  const name = policy.metadata?.name ?? '';
  if (binding === undefined) return `policy "${name}" denied request: ${message}`;
  return `policy '${name}' with binding '${binding.metadata?.name ?? ''}' denied request: ${message}`;
}

function invocationsOf(attributes: Attributes, deps: PolicyDeps) {
  const invocations: Invocation[] = [];
  const problems: Problem[] = [];
  const configured = <T>(of: Pick<Problem, 'policy' | 'binding'>, run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof ConfigurationProblem)) throw error;
      const what = of.binding === undefined ? 'policy' : 'binding';
      problems.push({ ...of, message: `failed to configure ${what}: ${error.message}` });
      return undefined;
    }
  };
  for (const { policy, bindings } of boundPolicies(
    attributes,
    MutatingAdmissionPolicies,
    MutatingAdmissionPolicyBindings,
  )) {
    const matched = configured({ policy }, () => matchResources(policy.spec?.matchConstraints, attributes, deps));
    if (matched === undefined) continue;
    for (const binding of bindings) {
      const params = configured({ policy, binding }, () => boundParams(policy, binding, attributes, deps));
      for (const param of params ?? []) invocations.push({ policy, binding, matched, params: param });
    }
  }
  return { invocations, problems };
}

function boundParams(
  { spec }: V1MutatingAdmissionPolicy,
  binding: V1MutatingAdmissionPolicyBinding,
  attributes: Attributes,
  deps: PolicyDeps,
): readonly Sight['params'][] {
  if (matchResources(binding.spec?.matchResources, attributes, deps) === undefined) return [];
  return paramsOf(spec?.paramKind, binding.spec?.paramRef, attributes, deps);
}

function invoke(attributes: Attributes, invocations: readonly Invocation[], rounds: Rounds) {
  const book = openBook(rounds, NAME, attributes.object);
  const problems: Problem[] = [];
  let object = attributes.object;
  for (const invocation of invocations) {
    const { policy, binding } = invocation;
    const key = JSON.stringify([policy.metadata?.name, binding.metadata?.name, nameOf(invocation.params)]);
    const outcome = isDue(rounds, book, key) ? mutate({ ...attributes, object }, invocation) : undefined;
    if (outcome === undefined) continue;
    for (const message of outcome.problems) problems.push({ policy, binding, message, reason: 'Invalid' });
    if (!outcome.asked) continue;
    const changed = !sameJson(outcome.object as never, object as never);
    noteAsked(rounds, book, key, { changed, reinvoked: policy.spec?.reinvocationPolicy === 'IfNeeded' });
    if (changed) object = outcome.object;
  }
  book.last = object;
  return { object, problems };
}

function nameOf(params: Sight['params']): string {
  const { name = '', namespace = '' } = (isObject(params) ? (params as KubeObject).metadata : undefined) ?? {};
  return `${namespace}/${name}`;
}

interface Outcome {
  readonly object: KubeObject | undefined;
  readonly problems: readonly string[];
  /** Its conditions said yes. */
  readonly asked: boolean;
}

/** All mutations of a policy in their order, each on what the one before has made. */
function mutate(attributes: Attributes, { policy, matched, params }: Invocation): Outcome {
  const compiled = compiledPolicy(policy);
  const { decide } = attributes.context;
  const sight = { ...sightOf(attributes, matched), params };
  const matches = matchConditions(compiled.conditions, newRun(sight, decide, compiled.variables, CONDITIONS_BUDGET));
  if (matches === 'no') return { object: attributes.object, problems: [], asked: false };
  if (matches !== 'yes') return { object: attributes.object, problems: [matches.problem], asked: false };
  const problems: string[] = [];
  let { object } = attributes;
  for (const mutation of compiled.mutations) {
    if (object === undefined) break;
    const shown = shownIn(matched.served, object);
    const run = newRun({ ...sight, object: shown }, decide, compiled.variables, INVOCATION_BUDGET);
    try {
      object = decodedObject(matched.served, changedBy(mutation, shown, run, matched), 'strict');
    } catch (error) {
      if (error instanceof DecodingError) throw internalError(error.message);
      if (!(error instanceof Unusable) && !(error instanceof BudgetSpent)) throw error;
      problems.push(error.message);
    }
  }
  return { object, problems, asked: true };
}

/** The object after a mutation. Throws Unusable, BudgetSpent. */
function changedBy(
  { type, expression }: CompiledMutation,
  shown: JsonObject,
  run: ReturnType<typeof newRun>,
  matched: Matched,
): JsonObject {
  if (expression.problem !== undefined) throw new Unusable(expression.problem);
  const evaluated = evaluateExpression(run, expression);
  if ('problem' in evaluated) throw new Unusable(evaluated.problem);
  if (type === 'ApplyConfiguration') return applied(objectJson(evaluated.value) as JsonObject, shown, matched);
  const result = applyOperations(shown, patchOperations(evaluated.value));
  if ('document' in result) return isObject(result.document) ? result.document : {};
  // A test that fails means that there is nothing to do.
  if (result.test === true) return shown;
  throw new Unusable(`JSON Patch: ${result.problem}`);
}

function applied(change: JsonObject, shown: JsonObject, { served }: Matched): JsonObject {
  const { apiVersion, kind } = shown;
  const config: JsonObject = {
    ...change,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
  };
  const type = served.structure;
  const errors = shapeErrors(type, config);
  if (errors.length > 0) {
    const why = `failed to convert patch object to typed object: ${printErrors(errors)}`;
    throw new Unusable(`error applying patch: ${why}`);
  }
  const atomics = atomicParts(type, config).map(printPath);
  if (atomics.length > 0) {
    const why = `may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`;
    throw new Unusable(`error applying patch: invalid ApplyConfiguration: ${why}`);
  }
  return mergeConfiguration(type, shown, config);
}

// --- compiled

interface CompiledMutation {
  readonly type: string;
  readonly expression: Expression;
}

interface CompiledPolicy {
  readonly variables: Variables;
  readonly conditions: readonly Expression[];
  readonly mutations: readonly CompiledMutation[];
}

/** Policies never change: each is compiled once. */
const compiledPolicy = lazyFor((policy: V1MutatingAdmissionPolicy): CompiledPolicy => {
  const { paramKind, variables = [], matchConditions: conditions = [], mutations = [] } = policy.spec ?? {};
  const base = { params: paramKind !== undefined, authorizer: true };
  const compiled = compileVariables(variables, base);
  const scope = { ...base, variables: compiled.types };
  const environment = admissionEnvironment({ ...scope, patches: true });
  return {
    variables: compiled,
    conditions: compileConditions(conditions, scope),
    mutations: mutations.map((mutation) => ({
      type: mutation.patchType,
      expression: compileExpression(textOf(mutation), environment, [
        mutation.patchType === 'JSONPatch' ? listOf(PATCH_TYPE) : OBJECT_TYPE,
      ]),
    })),
  };
});

function textOf({ applyConfiguration, jsonPatch }: V1Mutation): string {
  return (applyConfiguration ?? jsonPatch)?.expression ?? '';
}
