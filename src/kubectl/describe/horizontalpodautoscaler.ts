// Describing horizontal pod autoscalers, in the version that knows all metrics or else in the first one.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { HorizontalPodAutoscalers, HorizontalPodAutoscalersV1 } from '../../../sandbox/schema/generated/resources.ts';
import type {
  V1HorizontalPodAutoscaler,
  V2HorizontalPodAutoscaler,
  V2HPAScalingRules,
  V2MetricSpec,
  V2MetricStatus,
  V2MetricTarget,
  V2MetricValueStatus,
} from '../../../sandbox/schema/generated/types.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart, type Scope } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { fullTime, metaOf } from './parts.ts';
import { marks, names } from './workload.ts';

const UNKNOWN = '<unknown>';

export const describeHorizontalPodAutoscaler: Describe = function* (scope, namespace, name) {
  const scaler = yield* newest(scope, namespace, name);
  if (scaler === undefined) return yield* describeFirstVersion(scope, namespace, name);
  const events = yield* eventsAbout(scope, HorizontalPodAutoscalers.kind, scaler);
  return pageText((page) => {
    const { spec, status } = scaler;
    headPart(page, scaler, spec?.scaleTargetRef);
    page.line(0, 'Metrics:\t( current / target )');
    spec?.metrics?.forEach((metric, i) => {
      page.line(1, metricText(metric, status?.currentMetrics?.[i]));
    });
    page.line(0, `Min replicas:\t${spec?.minReplicas ?? '<unset>'}`);
    page.line(0, `Max replicas:\t${spec?.maxReplicas ?? 0}`);
    if (spec?.behavior !== undefined) {
      page.line(0, 'Behavior:');
      behavior(page, 'Scale Up', spec.behavior.scaleUp);
      behavior(page, 'Scale Down', spec.behavior.scaleDown);
    }
    replicasPart(page, scaler);
    const { conditions = [] } = status ?? {};
    if (conditions.length > 0) {
      page.line(0, 'Conditions:\n  Type\tStatus\tReason\tMessage');
      page.line(1, '----\t------\t------\t-------');
    }
    for (const { type, status: value, reason = '', message = '' } of conditions) {
      page.line(1, `${type}\t${value}\t${reason}\t${message}`);
    }
    eventsPart(page, events, scope.now);
  });
};

function* newest({ client }: Scope, namespace: string, name: string): Blocking<V2HorizontalPodAutoscaler | undefined> {
  try {
    return yield* getTyped(client, HorizontalPodAutoscalers, namespace, name);
  } catch {
    return undefined;
  }
}

const describeFirstVersion: Describe = function* (scope, namespace, name) {
  const scaler = yield* getTyped(scope.client, HorizontalPodAutoscalersV1, namespace, name);
  const events = yield* eventsAbout(scope, HorizontalPodAutoscalersV1.kind, scaler);
  return pageText((page) => {
    const { spec, status } = scaler;
    headPart(page, scaler, spec?.scaleTargetRef);
    if (spec?.targetCPUUtilizationPercentage !== undefined) {
      page.line(0, `Target CPU utilization:\t${spec.targetCPUUtilizationPercentage}%`);
      page.line(0, `Current CPU utilization:\t${status?.currentCPUUtilizationPercentage ?? UNKNOWN}%`);
    }
    page.line(0, `Min replicas:\t${spec?.minReplicas ?? '<unset>'}`);
    page.line(0, `Max replicas:\t${spec?.maxReplicas ?? 0}`);
    replicasPart(page, scaler);
    eventsPart(page, events, scope.now);
  });
};

function headPart(
  page: Page,
  scaler: KubeObject,
  target: { readonly kind: string; readonly name: string } | undefined,
): void {
  names(page, scaler);
  marks(page, scaler);
  page.line(0, `CreationTimestamp:\t${fullTime(metaOf(scaler).creationTimestamp)}`);
  page.line(0, `Reference:\t${target?.kind ?? ''}/${target?.name ?? ''}`);
}

function replicasPart(page: Page, { spec, status }: V2HorizontalPodAutoscaler | V1HorizontalPodAutoscaler): void {
  const counts = `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`;
  page.line(0, `${spec?.scaleTargetRef.kind ?? ''} pods:\t${counts}`);
}

function metricText(metric: V2MetricSpec, current: V2MetricStatus | undefined): string {
  const { type, external, pods, object, resource, containerResource } = metric;
  if (type === 'External' && external !== undefined) {
    return `${quote(external.metric.name)} ${targetText(external.target, current?.external?.current, 'averageValue')}`;
  }
  if (type === 'Pods' && pods !== undefined) {
    const value = current?.pods === undefined ? UNKNOWN : (current.pods.current.averageValue ?? '<nil>');
    return `${quote(pods.metric.name)} on pods:\t${value} / ${pods.target.averageValue ?? '<nil>'}`;
  }
  if (type === 'Object' && object !== undefined) {
    const title = `"${object.metric.name}" on ${object.describedObject.kind}/${object.describedObject.name}`;
    return `${title} ${targetText(object.target, current?.object?.current, 'type')}`;
  }
  if (type === 'Resource' && resource !== undefined) {
    return `resource ${resource.name} on pods${usageText(resource.target, current?.resource?.current)}`;
  }
  if (type === 'ContainerResource' && containerResource !== undefined) {
    const title = `resource ${containerResource.name} of container "${containerResource.container}" on pods`;
    return `${title}${usageText(containerResource.target, current?.containerResource?.current)}`;
  }
  return `<unknown metric type ${quote(type)}>`;
}

/** An average or a value, by what is set or by what the target says it is. */
function targetText(
  target: V2MetricTarget,
  current: V2MetricValueStatus | undefined,
  decidedBy: 'averageValue' | 'type',
): string {
  const average = decidedBy === 'type' ? target.type === 'AverageValue' : target.averageValue !== undefined;
  if (average) {
    const fallback = decidedBy === 'type' && current !== undefined ? '<nil>' : UNKNOWN;
    return `(target average value):\t${current?.averageValue ?? fallback} / ${target.averageValue ?? '<nil>'}`;
  }
  const value = current === undefined ? UNKNOWN : (current.value ?? '<nil>');
  return `(target value):\t${value} / ${target.value ?? '<nil>'}`;
}

/** Of CPU or memory: an amount, or a share of the requests. */
function usageText(target: V2MetricTarget, current: V2MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) {
    return `:\t${current === undefined ? UNKNOWN : (current.averageValue ?? '<nil>')} / ${target.averageValue}`;
  }
  const { averageUtilization, averageValue = '<nil>' } = current ?? {};
  const now = averageUtilization === undefined ? UNKNOWN : `${averageUtilization}% (${averageValue})`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `  (as a percentage of request):\t${now} / ${wanted}`;
}

function behavior(page: Page, title: string, rules: V2HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds, policies, selectPolicy } = rules;
  page.line(1, `${title}:`);
  if (stabilizationWindowSeconds !== undefined) {
    page.line(2, `Stabilization Window: ${stabilizationWindowSeconds} seconds`);
  }
  if (!policies || policies.length === 0) return;
  page.line(2, `Select Policy: ${selectPolicy ?? 'Max'}`);
  page.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) {
    page.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
  }
}
