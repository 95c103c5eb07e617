// A job's policies about the failure and the success of its pods.

import { shownEmpty } from '../../../kube/emptied.ts';
import {
  at,
  duplicate,
  fieldError,
  invalid,
  required,
  shownAsJson,
  tooLong,
  tooMany,
} from '../../../kube/fielderrors.ts';
import { byteLength } from '../../../kube/go/text.ts';
import { qualifiedName } from '../../../kube/names.ts';
import type {
  V1JobSpec,
  V1PodFailurePolicy,
  V1PodFailurePolicyOnExitCodesRequirement,
  V1PodFailurePolicyOnPodConditionsPattern,
  V1PodFailurePolicyRule,
  V1SuccessPolicy,
  V1SuccessPolicyRule,
} from '../../../schema/generated/types.ts';
import { type Errors, eachItem, nonNegative, oneOf, problemsOf } from '../shared/checks.ts';
import { countIndexes } from './indexes.ts';

const FAILURE_RULES_MAX = 20;
const EXIT_CODES_MAX = 255;
const CONDITIONS_MAX = 20;
const SUCCESS_RULES_MAX = 20;
const INDEXES_BYTES_MAX = 65536;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

export function* podFailurePolicy(field: string, policy: V1PodFailurePolicy, spec: V1JobSpec): Errors {
  const rules = policy.rules ?? [];
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...(containers ?? []), ...initContainers].map(({ name }) => name));
  const here = at(field, 'rules');
  if (rules.length > FAILURE_RULES_MAX) yield tooMany(here, rules.length, FAILURE_RULES_MAX);
  yield* eachItem(rules, here, (rule, item) => failureRule(item, rule, spec, names));
}

function* failureRule(
  field: string,
  rule: V1PodFailurePolicyRule,
  spec: V1JobSpec,
  names: ReadonlySet<string>,
): Errors {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const here = at(field, 'action');
  if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      yield invalid(here, shownAsJson(action), 'requires the backoffLimitPerIndex to be set');
    }
  } else yield* chosen(here, action, ACTIONS);
  if (onExitCodes !== undefined) yield* exitCodes(at(field, 'onExitCodes'), onExitCodes, names);
  yield* conditions(at(field, 'onPodConditions'), onPodConditions);
  if ((onExitCodes !== undefined) !== onPodConditions.length > 0) return;
  const which = onExitCodes === undefined ? 'one of OnExitCodes and OnPodConditions is required' : undefined;
  const detail = which ?? 'both OnExitCodes and OnPodConditions is not supported';
  yield fieldError('FieldValueInvalid', field, undefined, `specifying ${detail}`);
}

/** A value that must be given, with a list of what it may be. */
function* chosen(field: string, value: string, supported: readonly string[]): Errors {
  if (value !== '') yield* oneOf(field, value, supported);
  else yield required(field, `valid values: [${supported.map((name) => JSON.stringify(name)).join(' ')}]`);
}

function* conditions(field: string, patterns: readonly V1PodFailurePolicyOnPodConditionsPattern[]): Errors {
  if (patterns.length > CONDITIONS_MAX) yield tooMany(field, patterns.length, CONDITIONS_MAX);
  for (const [i, { type = '', status = '' }] of patterns.entries()) {
    const here = at(field, i);
    yield* problemsOf(at(here, 'type'), type, qualifiedName(type));
    yield* chosen(at(here, 'status'), status, STATUSES);
  }
}

function* exitCodes(
  field: string,
  requirement: V1PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
): Errors {
  const { operator = '', containerName, values } = requirement;
  yield* chosen(at(field, 'operator'), operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    yield invalid(at(field, 'containerName'), containerName, detail);
  }
  const here = at(field, 'values');
  const codes = values ?? [];
  if (codes.length === 0)
    yield invalid(here, shownEmpty(requirement, 'values', '[]'), 'at least one value is required');
  if (codes.length > EXIT_CODES_MAX) yield tooMany(here, codes.length, EXIT_CODES_MAX);
  const seen = new Set<number>();
  for (const [i, code] of codes.entries()) {
    if (operator === 'In' && code === 0) yield invalid(at(here, i), code, 'must not be 0 for the In operator');
    if (seen.has(code)) yield duplicate(at(here, i), code);
    seen.add(code);
  }
  if (codes.some((code, i) => code < (codes[i - 1] ?? code))) yield invalid(here, codes, 'must be ordered');
}

export function* successPolicy(field: string, policy: V1SuccessPolicy, completions: number): Errors {
  const here = at(field, 'rules');
  const list = policy.rules ?? [];
  if (list.length === 0)
    yield required(here, 'at least one rules must be specified when the successPolicy is specified');
  if (list.length > SUCCESS_RULES_MAX) yield tooMany(here, list.length, SUCCESS_RULES_MAX);
  yield* eachItem(list, here, (rule, item) => successRule(item, rule, completions));
}

function* successRule(field: string, rule: V1SuccessPolicyRule, completions: number): Errors {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    yield required(field, 'at least one of succeededCount or succeededIndexes must be specified');
  }
  let named = 0;
  if (indexes !== undefined) {
    const here = at(field, 'succeededIndexes');
    if (byteLength(indexes) > INDEXES_BYTES_MAX) yield tooLong(here, INDEXES_BYTES_MAX);
    const reading = countIndexes(indexes, completions);
    if ('error' in reading) yield invalid(here, indexes, `error parsing succeededIndexes: ${reading.error}`);
    else named = reading.ok;
  }
  if (count === undefined) return;
  const here = at(field, 'succeededCount');
  const limit = 'must be less than or equal to';
  yield* nonNegative(here, count);
  if (count > completions) {
    yield invalid(here, count, `${limit} ${completions} (the number of specified completions)`);
  }
  if (indexes !== undefined && count > named) {
    const detail = `${limit} ${named} (the number of indexes in the specified succeededIndexes field)`;
    yield invalid(here, count, detail);
  }
}
