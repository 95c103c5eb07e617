// When containers start again, and what resizing does to them.

import { at, duplicate, invalid, required, shownAsJson, tooMany } from '../../../../kube/fielderrors.ts';
import type {
  V1Container,
  V1ContainerResizePolicy,
  V1ContainerRestartRule,
} from '../../../../schema/generated/types.ts';
import { type Errors, neededOneOf, oneOf } from '../checks.ts';

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const RULES_MAX = 20;
const EXIT_CODES_MAX = 255;

/** A container's own restart policy with its rules. */
export function* containerRestartPolicy(field: string, { restartPolicy, restartPolicyRules }: V1Container): Errors {
  const rules = restartPolicyRules ?? [];
  if (restartPolicy === undefined) {
    if (rules.length === 0) return;
    yield required(at(field, 'restartPolicy'), 'must specify restartPolicy when restart rules are used');
  } else yield* oneOf(at(field, 'restartPolicy'), restartPolicy, RESTART_POLICIES);
  const here = at(field, 'restartPolicyRules');
  if (rules.length > RULES_MAX) yield tooMany(here, rules.length, RULES_MAX);
  for (const [i, rule] of rules.entries()) yield* restartRule(at(here, i), rule);
}

/** The same for an init container, whose rules are not looked at when its policy is missing. */
export function* initRestartPolicy(field: string, container: V1Container): Errors {
  if (container.restartPolicy !== undefined) yield* containerRestartPolicy(field, container);
  else if ((container.restartPolicyRules ?? []).length > 0) {
    yield required(at(field, 'restartPolicy'), 'must specify restartPolicy when restart rules are used');
  }
}

function* restartRule(field: string, { action, exitCodes }: V1ContainerRestartRule): Errors {
  yield* oneOf(at(field, 'action'), action, ACTIONS);
  if (exitCodes === undefined) {
    yield required(at(field, 'exitCodes'), 'must be specified');
    return;
  }
  const { operator, values = [] } = exitCodes;
  yield* oneOf(at(field, 'exitCodes', 'operator'), operator, OPERATORS);
  if (values.length > EXIT_CODES_MAX) {
    yield tooMany(at(field, 'exitCodes', 'values'), values.length, EXIT_CODES_MAX);
  }
}

const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

/** What is wrong is said of the whole list, but for resources named twice. */
export function* resizePolicy(
  field: string,
  policies: readonly V1ContainerResizePolicy[],
  podRestartPolicy: string | undefined,
): Errors {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) yield duplicate(at(field, i), shownAsJson(resourceName));
    seen.add(resourceName);
    yield* neededOneOf(field, resourceName, ['cpu', 'memory']);
    yield* neededOneOf(field, restartPolicy, RESIZE_POLICIES);
    if (podRestartPolicy !== 'Never' || restartPolicy === 'NotRequired') continue;
    const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
    yield invalid(field, shownAsJson(restartPolicy), detail);
  }
}
