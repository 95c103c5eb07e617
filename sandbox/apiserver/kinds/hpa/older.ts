// autoscaling/v1: an autoscaler that knows no metric but the use of CPU. What it can't say stands in annotations.

import { isObject, own } from '../../../kube/json.ts';
import type {
  V1HorizontalPodAutoscaler,
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
  V2MetricStatus,
} from '../../../schema/generated/types.ts';
import type { ServedVersion } from '../../kind.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const KEPT = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR];

export const olderForm: ServedVersion<V2HorizontalPodAutoscaler> = {
  version: 'v1',
  fromStored: toOlder,
  toStored: (object) => toNewer(object as V1HorizontalPodAutoscaler),
  defaults: (object) => {
    const { spec, ...rest } = object as V1HorizontalPodAutoscaler;
    return spec === undefined ? object : { ...rest, spec: { ...spec, minReplicas: spec.minReplicas ?? 1 } };
  },
};

function isCpu({ type, resource }: V2MetricSpec): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
}

function toOlder({ metadata = {}, spec, status, ...rest }: V2HorizontalPodAutoscaler): V1HorizontalPodAutoscaler {
  const { metrics = [], behavior, ...given } = spec ?? { scaleTargetRef: { kind: '', name: '' }, maxReplicas: 0 };
  const cpu = metrics.find(isCpu)?.resource?.target.averageUtilization;
  const others = metrics.filter((metric) => !isCpu(metric));
  const current = status?.currentMetrics ?? [];
  const used = current.find(({ resource }) => resource?.name === 'cpu')?.resource?.current.averageUtilization;
  const otherCurrent = current.filter(({ resource }) => resource?.name !== 'cpu');
  const notes = {
    ...(others.length === 0 ? {} : { [METRICS]: JSON.stringify(others) }),
    ...(otherCurrent.length === 0 ? {} : { [CURRENT_METRICS]: JSON.stringify(otherCurrent) }),
    ...((status?.conditions ?? []).length === 0 ? {} : { [CONDITIONS]: JSON.stringify(status?.conditions) }),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: JSON.stringify(behavior) }),
  };
  const annotations = { ...metadata.annotations, ...notes };
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
  return {
    ...rest,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec: { ...given, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status: {
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      currentReplicas,
      desiredReplicas,
      ...(used === undefined ? {} : { currentCPUUtilizationPercentage: used }),
    },
  };
}

function toNewer({ metadata = {}, spec, status, ...rest }: V1HorizontalPodAutoscaler): V2HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: cpu, ...given } = spec ?? {
    scaleTargetRef: { kind: '', name: '' },
    maxReplicas: 0,
  };
  const { currentCPUUtilizationPercentage: used, ...counts } = status ?? { currentReplicas: 0, desiredReplicas: 0 };
  const metrics = [
    ...listIn<V2MetricSpec>(metadata.annotations, METRICS),
    ...(cpu === undefined ? [] : [cpuMetric(cpu)]),
  ];
  const current = [
    ...listIn<V2MetricStatus>(metadata.annotations, CURRENT_METRICS),
    ...(used === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: used } } }]),
  ];
  const behavior = valueIn(metadata.annotations, BEHAVIOR);
  return {
    ...rest,
    metadata: withoutNotes(metadata),
    spec: {
      ...given,
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(isObject(behavior as never) ? { behavior: behavior as never } : {}),
    },
    ...(status === undefined
      ? {}
      : {
          status: {
            ...counts,
            currentMetrics: current.length === 0 ? null : current,
            conditions: listIn(metadata.annotations, CONDITIONS),
          },
        }),
  };
}

function cpuMetric(averageUtilization: number): V2MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

type Annotations = NonNullable<V1HorizontalPodAutoscaler['metadata']>['annotations'];

function valueIn(annotations: Annotations, key: string): unknown {
  try {
    return JSON.parse(own(annotations, key) ?? 'null');
  } catch {
    return null;
  }
}

function listIn<T>(annotations: Annotations, key: string): readonly T[] {
  const value = valueIn(annotations, key);
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function withoutNotes(metadata: NonNullable<V1HorizontalPodAutoscaler['metadata']>): typeof metadata {
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !KEPT.includes(key));
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}
