// Where a pod may run: tolerations, spreading, gates, and what may change of these later.

import {
  at,
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  required,
  shownAsJson,
} from '../../../../kube/fielderrors.ts';
import { sameJson } from '../../../../kube/json.ts';
import { labelValue, qualifiedName } from '../../../../kube/names.ts';
import { labelKeyErrors, labelSelectorErrors } from '../../../../kube/selectors/labelrules.ts';
import type {
  V1PodSchedulingGate,
  V1Toleration,
  V1TopologySpreadConstraint,
} from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, oneOf, positive, problemsOf } from '../checks.ts';
import { matchLabelKeys } from './affinity.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function* tolerations(field: string, list: readonly V1Toleration[]): Errors {
  for (const [i, toleration] of list.entries()) yield* oneToleration(at(field, i), toleration);
}

function* oneToleration(field: string, toleration: V1Toleration): Errors {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  if (key !== '') yield* labelKeyErrors(at(field, 'key'), key);
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    yield invalid(at(field, 'operator'), shownAsJson(operator), detail);
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    yield invalid(at(field, 'effect'), shownAsJson(effect), detail);
  }
  yield* tolerationValue(at(field, 'operator'), operator, value);
  if (effect !== '') yield* oneOf(at(field, 'effect'), effect, TAINT_EFFECTS);
}

function* tolerationValue(field: string, operator: string, value: string): Errors {
  switch (operator) {
    case '':
    case 'Equal': {
      const problems = labelValue(value);
      if (problems.length > 0) yield invalid(field, value, problems.join(';'));
      break;
    }
    case 'Exists':
      if (value !== '') yield invalid(field, value, "value must be empty when `operator` is 'Exists'");
      break;
    case 'Lt':
    case 'Gt':
      yield notSupported(field, shownAsJson(operator), ['Equal', 'Exists', 'Lt', 'Gt']);
      break;
    default:
      yield notSupported(field, shownAsJson(operator), ['Equal', 'Exists']);
  }
}

/** Tolerations may be added; those that were there may only change how long they hold. */
export function* onlyAddedTolerations(
  field: string,
  next: readonly V1Toleration[],
  current: readonly V1Toleration[],
): Errors {
  const withoutTime = ({ tolerationSeconds: _, ...rest }: V1Toleration): V1Toleration => rest;
  const known = next.map(withoutTime);
  if (!current.every((old) => known.some((one) => sameJson(one, withoutTime(old))))) {
    yield forbiddenField(field, 'existing toleration can not be modified except its tolerationSeconds');
  } else yield* tolerations(field, next);
}

export function* schedulingGates(field: string, gates: readonly V1PodSchedulingGate[]): Errors {
  const seen = new Set<string>();
  for (const [i, { name }] of gates.entries()) {
    yield* problemsOf(at(field, i), name, qualifiedName(name));
    if (seen.has(name)) yield duplicate(at(field, i), name);
    seen.add(name);
  }
}

export function* onlyDeletedGates(
  field: string,
  next: readonly V1PodSchedulingGate[],
  current: readonly V1PodSchedulingGate[],
): Errors {
  for (const [i, { name }] of next.entries()) {
    if (current.some((old) => old.name === name)) continue;
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    yield forbiddenField(at(field, i, 'name'), detail);
  }
}

const WHEN_UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

export function* topologySpread(field: string, constraints: readonly V1TopologySpreadConstraint[]): Errors {
  for (const [i, constraint] of constraints.entries()) {
    const here = at(field, i);
    const { maxSkew, topologyKey, whenUnsatisfiable = '', nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
    yield* positive(at(here, 'maxSkew'), maxSkew);
    if (isBlank(topologyKey)) yield required(at(here, 'topologyKey'), 'can not be empty');
    yield* oneOf(at(here, 'whenUnsatisfiable'), whenUnsatisfiable, WHEN_UNSATISFIABLE);
    const again = constraints
      .slice(i + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (again) {
      yield duplicate(at(here, '{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`);
    }
    yield* minDomains(at(here, 'minDomains'), constraint);
    if (nodeAffinityPolicy !== undefined)
      yield* oneOf(at(here, 'nodeAffinityPolicy'), nodeAffinityPolicy, NODE_POLICIES);
    if (nodeTaintsPolicy !== undefined) yield* oneOf(at(here, 'nodeTaintsPolicy'), nodeTaintsPolicy, NODE_POLICIES);
    yield* matchLabelKeys(here, constraint);
    yield* labelSelectorErrors(at(here, 'labelSelector'), constraint.labelSelector);
  }
}

function* minDomains(field: string, constraint: V1TopologySpreadConstraint): Errors {
  const { minDomains: count, whenUnsatisfiable = '' } = constraint;
  if (count === undefined) return;
  yield* positive(field, count);
  if (whenUnsatisfiable === 'DoNotSchedule') return;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  yield invalid(field, count, detail);
}
