// HorizontalPodAutoscaler: how many replicas a workload gets, by what is measured of it.

import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { HorizontalPodAutoscalers } from '../../schema/generated/resources.ts';
import type {
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerSpec,
  V2HPAScalingRules,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { targetsCell } from './hpa/cells.ts';
import { olderForm } from './hpa/older.ts';
import { specErrors } from './hpa/validate.ts';
import { nonNegative } from './shared/checks.ts';
import { ageColumn, nameColumn, text, UNSET } from './shared/columns.ts';
import { keepStatus, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const horizontalPodAutoscalers = defineKind<V2HorizontalPodAutoscaler>({
  type: HorizontalPodAutoscalers,
  strategy: {
    defaults,
    prepareCreate: (autoscaler) => withoutStatus(autoscaler),
    prepareUpdate: (next, current) => keepStatus(next, current),
    validate: function* (autoscaler) {
      yield* metaErrors(autoscaler, NAMED);
      yield* specErrors(autoscaler.spec, undefined);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec, current.spec);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults,
      validateUpdate: function* (next, current) {
        yield* metaUpdateErrors(next, current);
        yield* nonNegative('status.currentReplicas', next.status?.currentReplicas);
        yield* nonNegative('status.desiredReplicas', next.status?.desiredReplicas);
      },
    }),
  },
  served: [olderForm],
  columns: [
    nameColumn(),
    text('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`),
    text('Targets', ({ spec, status }) => targetsCell(spec?.metrics ?? [], status?.currentMetrics ?? [])),
    text('MinPods', ({ spec }) => (spec?.minReplicas === undefined ? UNSET : String(spec.minReplicas))),
    text('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
    text('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    ageColumn(),
  ],
});

const PERCENT = { type: 'Percent', value: 100, periodSeconds: 15 };
const SCALE_UP: V2HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, PERCENT],
};
const SCALE_DOWN: V2HPAScalingRules = { selectPolicy: 'Max', policies: [PERCENT] };
const CPU = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };

function defaults(autoscaler: V2HorizontalPodAutoscaler): V2HorizontalPodAutoscaler {
  const { spec } = autoscaler;
  if (spec === undefined) return autoscaler;
  const filled: V2HorizontalPodAutoscalerSpec = {
    ...spec,
    minReplicas: spec.minReplicas ?? 1,
    metrics: (spec.metrics ?? []).length === 0 ? [CPU] : (spec.metrics ?? []),
    ...(spec.behavior === undefined
      ? {}
      : {
          behavior: {
            scaleUp: rulesOf(spec.behavior.scaleUp, SCALE_UP),
            scaleDown: rulesOf(spec.behavior.scaleDown, SCALE_DOWN),
          },
        }),
  };
  return { ...autoscaler, spec: filled };
}

function rulesOf(given: V2HPAScalingRules | undefined, usual: V2HPAScalingRules): V2HPAScalingRules {
  const { stabilizationWindowSeconds, selectPolicy, policies, tolerance } = { ...usual, ...given };
  return {
    ...(stabilizationWindowSeconds === undefined ? {} : { stabilizationWindowSeconds }),
    ...(selectPolicy === undefined ? {} : { selectPolicy }),
    ...(policies === undefined ? {} : { policies }),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}
