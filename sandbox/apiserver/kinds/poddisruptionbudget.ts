// PodDisruptionBudget: how many pods of an application may be taken away at once by those who may wait.

import { at, invalid, notSupported } from '../../kube/fielderrors.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { PodDisruptionBudgets } from '../../schema/generated/resources.ts';
import type { V1PodDisruptionBudget, V1PodDisruptionBudgetSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { type Errors, nonNegative } from './shared/checks.ts';
import { ageColumn, integer, nameColumn, text } from './shared/columns.ts';
import { statusConditions } from './shared/conditions.ts';
import { shownInternally } from './shared/internal.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { atMostWhole, countOrPercent } from './shared/rollouts.ts';
import { statusPart } from './shared/statuspart.ts';

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

export const podDisruptionBudgets = defineKind<V1PodDisruptionBudget>({
  type: PodDisruptionBudgets,
  strategy: {
    unconditionalUpdate: false,
    prepareCreate: (budget) => withGeneration(withoutStatus(budget), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(next, current), current),
    validate: ({ spec }) => specErrors(spec),
    validateUpdate: function* (next) {
      yield* specErrors(next.spec);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      unconditionalUpdate: false,
      validateUpdate: function* (next) {
        yield* statusConditions(next.status?.conditions, 'status.conditions');
        for (const name of COUNTS) yield* nonNegative(at('status', name), next.status?.[name]);
      },
    }),
  },
  columns: [
    nameColumn(),
    text('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0),
    ageColumn(),
  ],
});

function* specErrors(spec: V1PodDisruptionBudgetSpec = {}): Errors {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    yield invalid('spec', shownSpec(spec), 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const [name, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const) {
    if (value === undefined) continue;
    yield* countOrPercent(at('spec', name), value);
    yield* atMostWhole(at('spec', name), value);
  }
  yield* labelSelectorErrors('spec.selector', selector);
  if (unhealthyPodEvictionPolicy !== undefined && !POLICIES.includes(unhealthyPodEvictionPolicy)) {
    yield notSupported('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, POLICIES);
  }
}

function shownSpec(spec: V1PodDisruptionBudgetSpec) {
  return shownInternally('policy.PodDisruptionBudgetSpec', spec);
}
