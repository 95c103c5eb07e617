// ValidatingAdmissionPolicy: writes that a policy's expressions don't like are refused, or warned of, as its bindings say.

import { admissionEnvironment, type Scope } from '../../../kube/cel/admission/declarations.ts';
import {
  compileExpression,
  compileVariables,
  type Expression,
  type Variables,
} from '../../../kube/cel/admission/expression.ts';
import { BOOL, NULL, STRING } from '../../../kube/cel/types.ts';
import { byteLength, goJson } from '../../../kube/go/text.ts';
import { lazyFor } from '../../../kube/lazy.ts';
import { annotate, type Caller } from '../../../kube/operation.ts';
import { StatusError } from '../../../kube/status.ts';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../schema/generated/resources.ts';
import type {
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1Validation,
} from '../../../schema/generated/types.ts';
import type { Authorizer } from '../../auth/authorizer.ts';
import type { AdmissionPlugin, Attributes } from '../chain.ts';
import { compileConditions, matchConditions } from '../expressions/conditions.ts';
import {
  BudgetSpent,
  CONDITIONS_BUDGET,
  type Evaluated,
  evaluateExpression,
  INVOCATION_BUDGET,
  newRun,
  type Run,
  type Sight,
} from '../expressions/evaluation.ts';
import type { Matched } from '../matching.ts';
import { forbiddenBy } from '../refusal.ts';
import {
  boundPolicies,
  ConfigurationProblem,
  isExempt,
  matchResources,
  type PolicyDeps,
  paramsOf,
  sightOf,
} from './policies.ts';

const MESSAGE_BYTES_MAX = 5 * 1024;

/** What a policy has against a request. */
interface Objection {
  readonly message: string;
  readonly reason?: string;
  /** Which of the validations it is. */
  readonly index?: number;
}

interface Refusal extends Objection {
  readonly policy: string;
  /** Absent where the policy itself is at fault. */
  readonly binding?: string;
}

export function validatingAdmissionPolicy(deps: PolicyDeps): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    handles: (attributes) => deps.count(ValidatingAdmissionPolicyBindings) > 0 && !isExempt(attributes),
    *validate(attributes) {
      const refusals = boundPolicies(
        attributes,
        ValidatingAdmissionPolicies,
        ValidatingAdmissionPolicyBindings,
      ).flatMap(({ policy, bindings }) => askPolicy(policy, bindings, attributes, deps));
      const [first] = refusals;
      if (first !== undefined) throw refused(attributes, first);
    },
  };
}

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, RequestEntityTooLarge: 413 };

function refused(attributes: Attributes, { policy, binding, message, reason = 'Invalid' }: Refusal): StatusError {
  const by = binding === undefined ? '' : ` with binding '${binding}'`;
  const why = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`;
  const { status } = forbiddenBy(attributes, why);
  const details = { ...status.details, causes: [{ message: why }] };
  return new StatusError({ ...status, reason, code: CODES[reason] ?? 422, details });
}

function askPolicy(
  policy: V1ValidatingAdmissionPolicy,
  bindings: readonly V1ValidatingAdmissionPolicyBinding[],
  attributes: Attributes,
  deps: PolicyDeps,
): readonly Refusal[] {
  const name = policy.metadata?.name ?? '';
  const matched = configured(policy, 'policy', () => matchResources(policy.spec?.matchConstraints, attributes, deps));
  if (matched === undefined) return [];
  if ('message' in matched) return [{ policy: name, ...matched }];
  return bindings.flatMap((binding) => {
    const found = configured(policy, 'binding', () => askBinding({ policy, binding, attributes, matched, deps }));
    const refusals = found === undefined ? [] : 'message' in found ? [found] : found;
    return refusals.map((objection) => ({ ...objection, policy: name, binding: binding.metadata?.name ?? '' }));
  });
}

/** What can't be configured refuses, unless the policy ignores its failures. */
function configured<T>(
  { spec }: V1ValidatingAdmissionPolicy,
  what: string,
  run: () => T | undefined,
): T | Objection | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return spec?.failurePolicy === 'Ignore' ? undefined : { message: `failed to configure ${what}: ${error.message}` };
  }
}

interface Invocation {
  readonly policy: V1ValidatingAdmissionPolicy;
  readonly binding: V1ValidatingAdmissionPolicyBinding;
  readonly attributes: Attributes;
  readonly matched: Matched;
  readonly deps: PolicyDeps;
}

/** What it refuses for; what it only warns of is warned of here. */
function askBinding({ policy, binding, attributes, matched, deps }: Invocation): readonly Objection[] {
  const { paramRef, matchResources: resources, validationActions = [] } = binding.spec ?? {};
  if (matchResources(resources, attributes, deps) === undefined) return [];
  const params = paramsOf(policy.spec?.paramKind, paramRef, attributes, deps);
  const sight = sightOf(attributes, matched);
  const compiled = compiledPolicy(policy);
  const results = params.map((param) =>
    evaluatePolicy(policy, compiled, { ...sight, params: param }, attributes.context.decide),
  );
  for (const { message } of validationActions.includes('Warn') ? results.flatMap(({ objections }) => objections) : []) {
    const [by, where] = [policy.metadata?.name, binding.metadata?.name];
    attributes.context.warn(
      `Validation failed for ValidatingAdmissionPolicy '${by}' with binding '${where}': ${message}`,
    );
  }
  noteResults(results, policy, binding, attributes.caller);
  const denies = validationActions.includes('Deny');
  return results.flatMap(({ objections, failures }) => [...(denies ? objections : []), ...failures]);
}

/** What the audit log is told: what failed where the binding wants that, and what the policy itself says. */
function noteResults(
  results: readonly Result[],
  { metadata }: V1ValidatingAdmissionPolicy,
  { metadata: bound, spec }: V1ValidatingAdmissionPolicyBinding,
  caller: Caller,
): void {
  if (caller.notes === undefined) return;
  const { validationActions = [] } = spec ?? {};
  const failures = results.flatMap(({ objections }) => objections);
  for (const { message, index = 0 } of validationActions.includes('Audit') ? failures : []) {
    const [policy, binding] = [metadata?.name ?? '', bound?.name ?? ''];
    const failure = { message, policy, binding, expressionIndex: index, validationActions };
    annotate(caller, 'validation.policy.admission.k8s.io/validation_failure', goJson([failure]));
  }
  for (const { key, text } of results.flatMap(({ notes }) => notes)) {
    annotate(caller, `${metadata?.name ?? ''}/${key}`, text.slice(0, NOTE_MAX));
  }
}

const NOTE_MAX = 10 * 1024;

// --- one invocation

interface CompiledPolicy {
  readonly variables: Variables;
  readonly conditions: readonly Expression[];
  readonly validations: readonly {
    readonly spec: V1Validation;
    readonly rule: Expression;
    readonly message?: Expression;
  }[];
  readonly annotations: readonly { readonly key: string; readonly value: Expression }[];
}

/** Policies never change: each is compiled once. */
const compiledPolicy = lazyFor((policy: V1ValidatingAdmissionPolicy): CompiledPolicy => {
  const {
    paramKind,
    variables = [],
    matchConditions: conditions = [],
    validations = [],
    auditAnnotations = [],
  } = policy.spec ?? {};
  const base: Scope = { params: paramKind !== undefined, authorizer: true };
  const compiled = compileVariables(variables, base);
  const scope = { ...base, variables: compiled.types };
  const environment = admissionEnvironment(scope);
  const messages = admissionEnvironment({ ...scope, authorizer: false });
  return {
    variables: compiled,
    conditions: compileConditions(conditions, scope),
    validations: validations.map((spec) => ({
      spec,
      rule: compileExpression(spec.expression, environment, [BOOL]),
      ...((spec.messageExpression ?? '') === ''
        ? {}
        : { message: compileExpression(spec.messageExpression ?? '', messages, [STRING]) }),
    })),
    annotations: auditAnnotations.map(({ key, valueExpression }) => ({
      key,
      value: compileExpression(valueExpression, environment, [STRING, NULL]),
    })),
  };
});

interface Result {
  /** What the bindings decide about. */
  readonly objections: readonly Objection[];
  /** What always refuses: annotations that can't be made. */
  readonly failures: readonly Objection[];
  /** What the policy has the audit log say. */
  readonly notes: readonly Note[];
}

interface Note {
  readonly key: string;
  readonly text: string;
}

const NOTHING: Result = { objections: [], failures: [], notes: [] };

function evaluatePolicy(
  policy: V1ValidatingAdmissionPolicy,
  compiled: CompiledPolicy,
  sight: Sight,
  access: Authorizer,
): Result {
  const fails = policy.spec?.failurePolicy !== 'Ignore';
  const failed = (message: string): Result => (fails ? { ...NOTHING, objections: [{ message }] } : NOTHING);
  const run = (budget: number): Run => newRun(sight, access, compiled.variables, budget);
  const matches = matchConditions(compiled.conditions, run(CONDITIONS_BUDGET));
  if (matches === 'no') return NOTHING;
  if (matches !== 'yes') return failed(matches.problem);
  try {
    const objections = objectionsOf(compiled, run(INVOCATION_BUDGET), run, fails);
    return { ...annotationsOf(compiled, run(INVOCATION_BUDGET), fails), objections };
  } catch (error) {
    if (error instanceof BudgetSpent) return failed(error.message);
    throw error;
  }
}

/** All rules are asked first; messages are made with what is left of the budget. */
function objectionsOf(
  { validations }: CompiledPolicy,
  rules: Run,
  newMessages: (budget: number) => Run,
  fails: boolean,
): readonly Objection[] {
  const results = validations.map(({ rule }) => evaluateExpression(rules, rule));
  const messages = newMessages(rules.budget);
  const spoken = spokenMessages(validations, messages);
  return results.flatMap((result, i): readonly Objection[] => {
    if ('problem' in result) return fails ? [{ message: result.problem, index: i }] : [];
    const { spec } = validations[i] ?? {};
    if (spec === undefined || result.value === true) {
      return spoken === 'budget spent' && fails
        ? [{ message: `failed messageExpression: ${new BudgetSpent().message}` }]
        : [];
    }
    const text = spoken === 'budget spent' ? undefined : spoken[i];
    return [{ message: messageOf(spec, text), reason: spec.reason ?? 'Invalid', index: i }];
  });
}

type Spoken = readonly (Evaluated | undefined)[] | 'budget spent';

function spokenMessages(validations: CompiledPolicy['validations'], run: Run): Spoken {
  try {
    return validations.map(({ message }) => (message === undefined ? undefined : evaluateExpression(run, message)));
  } catch (error) {
    if (error instanceof BudgetSpent) return 'budget spent';
    throw error;
  }
}

/** The message that its expression makes, else the one that is written, else the rule itself. */
function messageOf({ expression, message = '' }: V1Validation, made: Evaluated | undefined): string {
  const value = made !== undefined && 'value' in made ? made.value : '';
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '' && !text.includes('\n') && byteLength(text) <= MESSAGE_BYTES_MAX) return text;
  return message === '' ? `failed expression: ${expression.trim()}` : message.trim();
}

/** Where failures are ignored, one that can't be made is left out. */
function annotationsOf({ annotations }: CompiledPolicy, run: Run, fails: boolean): Omit<Result, 'objections'> {
  const failures: Objection[] = [];
  const notes: Note[] = [];
  for (const { key, value } of annotations) {
    const result = fails ? evaluateExpression(run, value) : evaluatedOrSpent(run, value);
    if ('problem' in result && fails) failures.push({ message: result.problem });
    else if ('value' in result && typeof result.value === 'string' && result.value.trim() !== '') {
      notes.push({ key, text: result.value.trim() });
    }
  }
  return { failures, notes };
}

function evaluatedOrSpent(run: Run, expression: Expression): Evaluated {
  try {
    return evaluateExpression(run, expression);
  } catch (error) {
    if (error instanceof BudgetSpent) return { problem: error.message };
    throw error;
  }
}
