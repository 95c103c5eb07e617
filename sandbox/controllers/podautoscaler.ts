// The HorizontalPodAutoscaler controller gives a workload as many pods as its metrics ask for.
//
// observe: autoscalers, the scale of what each is for, metrics of its pods (podautoscaler/metrics.ts).
// diff:    each metric proposes a number; the largest counts, within podautoscaler/limits.ts.
// act:     write the scale, then the status.

import { type Key, keyOf } from '../client/informer.ts';
import { sameJson } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ResourceType } from '../kube/resource.ts';
import { messageOf } from '../kube/thrown.ts';
import { APIServices, HorizontalPodAutoscalers, Pods } from '../schema/generated/resources.ts';
import type { V2HorizontalPodAutoscalerStatus, V2MetricSpec, V2MetricStatus } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { rfc3339, seconds, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { limitReplicas, newScalingMemory, rememberChange, type ScalingMemory } from './podautoscaler/limits.ts';
import { askMetric } from './podautoscaler/metrics.ts';
import { selectionOf } from './podautoscaler/selection.ts';
import { note, type Scaled, say, type Turn } from './podautoscaler/turn.ts';
import { discovery } from './shared/discovery.ts';

const PERIOD = seconds(15);

export const podAutoscaler: Controller = {
  name: 'horizontal-pod-autoscaler',
  setup(host) {
    const { component, client } = host;
    const autoscalers = component.informer(HorizontalPodAutoscalers);
    const pods = component.informer(Pods);
    const services = component.informer(APIServices);
    const kinds = discovery(component);
    const memories = component.memory('autoscalers', () => new Map<string, ScalingMemory>());
    const selectors = component.memory('selectors', () => new Map<Key, string>());
    const queue = component.queue(
      'autoscalers',
      function* (key, turn) {
        const autoscaler = autoscalers.get(key);
        if (autoscaler === undefined) {
          memories().delete(key);
          selectors().delete(key);
          return undefined;
        }
        const memory = memories().get(key) ?? newScalingMemory();
        memories().set(key, memory);
        yield* scale({
          host: { ...host, client: turn.client },
          kinds,
          pods,
          services,
          memory,
          selectors: selectors(),
          autoscaler,
          now: turn.now(),
          conditions: autoscaler.status?.conditions ?? [],
        });
        return { after: PERIOD };
      },
      client,
    );
    autoscalers.on(({ type, object, causes }) => {
      if (type === 'added') queue.addAfter(keyOf(object), PERIOD, causes);
      if (type === 'deleted') queue.add(keyOf(object), causes);
    });
  },
};

type Scale = KubeObject & {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
};

function* scale(turn: Turn): Work<void> {
  const found = yield* targetOf(turn);
  if (found === undefined) return;
  const { target } = found;
  const { spec } = turn.autoscaler;
  const { minReplicas: min = 1, maxReplicas: max = 1 } = spec ?? {};
  const current = target.spec?.replicas ?? 0;
  if (turn.memory.recommendations.length === 0) turn.memory.recommendations.push({ replicas: current, at: turn.now });
  say(
    turn,
    'AbleToScale',
    'True',
    'SucceededGetScale',
    "the HPA controller was able to get the target's current scale",
  );
  if (current === 0 && min !== 0) {
    say(
      turn,
      'ScalingActive',
      'False',
      'ScalingDisabled',
      'scaling is disabled since the replica count of the target is zero',
    );
    return yield* report(turn, { current, desired: current });
  }
  const tooMany = 'Current number of replicas above Spec.MaxReplicas';
  if (current > max) return yield* rescale(turn, found, { replicas: max, reason: tooMany, statuses: [] });
  const tooFew = 'Current number of replicas below Spec.MinReplicas';
  if (current < min) return yield* rescale(turn, found, { replicas: min, reason: tooFew, statuses: [] });
  const asked = yield* askMetrics(turn, target, current);
  if (asked === undefined) return;
  const { replicas, able, limited } = limitReplicas(turn.autoscaler, turn.memory, current, asked.replicas, turn.now);
  say(turn, 'AbleToScale', able.status, able.reason, able.message);
  say(turn, 'ScalingLimited', limited.status, limited.reason, limited.message);
  if (replicas === current) return yield* report(turn, { current, desired: current, statuses: asked.statuses });
  const reason = asked.replicas > current ? `${asked.metric} above target` : 'All metrics below target';
  yield* rescale(turn, found, { replicas, reason, statuses: asked.statuses });
}

/** What is scaled: the scale of an object of some type. */
interface Target {
  readonly type: ResourceType;
  readonly target: Scale;
}

function* targetOf(turn: Turn): Work<Target | undefined> {
  const { host, kinds, autoscaler } = turn;
  const { apiVersion = '', kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {};
  const namespace = autoscaler.metadata?.namespace;
  const type = kinds.find(apiVersion, kind);
  try {
    if (type === undefined)
      throw new Error(`no matches for kind "${kind}" in group "${apiVersion.split('/')[0] ?? ''}"`);
    return { type, target: yield* host.client.getPart<Scale>(type, { name, namespace }, 'scale') };
  } catch (error) {
    const problem = messageOf(error);
    note(turn, 'Warning', 'FailedGetScale', problem);
    const message = `the HPA controller was unable to get the target's current scale: ${problem}`;
    say(turn, 'AbleToScale', 'False', 'FailedGetScale', message);
    yield* writeStatus(turn, {
      ...turn.autoscaler.status,
      currentReplicas: turn.autoscaler.status?.currentReplicas ?? 0,
      desiredReplicas: turn.autoscaler.status?.desiredReplicas ?? 0,
    });
    return undefined;
  }
}

interface Asked {
  readonly replicas: number;
  readonly metric: string;
  readonly statuses: readonly V2MetricStatus[];
}

/** The highest number that any metric asks for. While some can't be read, it is never scaled down. */
function* askMetrics(turn: Turn, target: Scale, current: number): Work<Asked | undefined> {
  const selection = selectionOf(turn, target.status?.selector ?? '');
  if ('refusal' in selection) {
    yield* report(turn, { current });
    note(turn, 'Warning', 'FailedComputeMetricsReplicas', selection.refusal);
    return undefined;
  }
  const specs = turn.autoscaler.spec?.metrics ?? [];
  const scaled: Scaled = { replicas: current, current: target.status?.replicas ?? 0 };
  const statuses: V2MetricStatus[] = [];
  let best: { readonly replicas: number; readonly metric: string } | undefined;
  let invalid = 0;
  let problem: { readonly reason: string; readonly message: string; readonly text: string } | undefined;
  for (const spec of specs) {
    try {
      const { replicas, metric, status } = yield* askMetric(turn, spec, scaled, selection.selector);
      statuses.push(status);
      if (best === undefined || replicas > best.replicas) best = { replicas, metric };
    } catch (error) {
      invalid++;
      statuses.push({ type: '' });
      const { reason, what } = failureOf(spec);
      note(turn, 'Warning', reason, messageOf(error));
      problem ??= {
        reason,
        message: `the HPA was unable to compute the replica count: ${messageOf(error)}`,
        text: `failed to get ${what}: ${messageOf(error)}`,
      };
    }
  }
  if (best !== undefined && !(invalid > 0 && best.replicas < current)) {
    const message = `the HPA was able to successfully calculate a replica count from ${best.metric}`;
    say(turn, 'ScalingActive', 'True', 'ValidMetricFound', message);
    return { ...best, statuses };
  }
  if (problem !== undefined) say(turn, 'ScalingActive', 'False', problem.reason, problem.message);
  yield* report(turn, { current, statuses });
  const text = `invalid metrics (${invalid} invalid out of ${specs.length}), first error is: ${problem?.text ?? ''}`;
  note(turn, 'Warning', 'FailedComputeMetricsReplicas', text);
  return undefined;
}

function failureOf({ type, resource, containerResource, object, external }: V2MetricSpec): {
  readonly reason: string;
  readonly what: string;
} {
  switch (type) {
    case 'Resource':
      return { reason: 'FailedGetResourceMetric', what: `${resource?.name ?? ''} resource metric value` };
    case 'ContainerResource':
      return {
        reason: 'FailedGetContainerResourceMetric',
        what: `${containerResource?.container ?? ''} container metric value`,
      };
    case 'Pods':
      return { reason: 'FailedGetPodsMetric', what: 'pods metric value' };
    case 'Object': {
      const average = object?.target.averageValue !== undefined;
      const inner = average ? `: failed to get ${object?.metric.name ?? ''} object metric` : '';
      return { reason: 'FailedGetObjectMetric', what: `object metric value${inner}` };
    }
    default: {
      const name = external?.metric.name ?? '';
      const average = external?.target.averageValue !== undefined;
      const inner = average ? `${name} external metric` : `external metric ${name}`;
      return { reason: 'FailedGetExternalMetric', what: `${name} external metric value: failed to get ${inner}` };
    }
  }
}

/** What is to be done, and why. */
interface Rescale {
  readonly replicas: number;
  readonly reason: string;
  readonly statuses: readonly V2MetricStatus[];
}

function* rescale(turn: Turn, { type, target }: Target, { replicas, reason, statuses }: Rescale): Work<void> {
  const current = target.spec?.replicas ?? 0;
  try {
    yield* turn.host.client.updatePart(type, 'scale', { ...target, spec: { ...target.spec, replicas } });
  } catch (error) {
    const problem = messageOf(error);
    note(turn, 'Warning', 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${problem}`);
    say(
      turn,
      'AbleToScale',
      'False',
      'FailedUpdateScale',
      `the HPA controller was unable to update the target scale: ${problem}`,
    );
    yield* report(turn, { current, statuses });
    return;
  }
  const message = `the HPA controller was able to update the target scale to ${replicas}`;
  say(turn, 'AbleToScale', 'True', 'SucceededRescale', message);
  note(turn, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
  rememberChange(turn.memory, replicas - current, turn.now);
  yield* report(turn, { current, desired: replicas, statuses, scaledAt: turn.now });
}

/** What a turn has come to. What isn't said stays as it was, but for the metrics: those go. */
interface Outcome {
  readonly current: number;
  readonly desired?: number;
  readonly statuses?: readonly V2MetricStatus[];
  readonly scaledAt?: TimeMs;
}

function* report(turn: Turn, { current, desired, statuses = [], scaledAt }: Outcome): Work<void> {
  const { status } = turn.autoscaler;
  const lastScaleTime = scaledAt === undefined ? status?.lastScaleTime : rfc3339(scaledAt);
  yield* writeStatus(turn, {
    ...(lastScaleTime === undefined || lastScaleTime === null ? {} : { lastScaleTime }),
    ...(current === 0 ? {} : { currentReplicas: current }),
    desiredReplicas: desired ?? status?.desiredReplicas ?? 0,
    currentMetrics: statuses.length === 0 ? null : statuses,
  });
}

function* writeStatus(turn: Turn, next: V2HorizontalPodAutoscalerStatus): Work<void> {
  const status: V2HorizontalPodAutoscalerStatus = { ...next, conditions: turn.conditions };
  if (sameJson(status, turn.autoscaler.status ?? {})) return;
  yield* turn.host.client.updateStatus(HorizontalPodAutoscalers, { ...turn.autoscaler, status });
}
