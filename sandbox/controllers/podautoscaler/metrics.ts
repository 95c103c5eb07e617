// What the metrics API says of pods, and how many replicas that asks for.

import type { Client } from '../../client/client.ts';
import { parseDurationMs } from '../../kube/duration.ts';
import { quote } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonValue } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { formatQuantity, milliValue, parseQuantity, quantity } from '../../kube/quantity.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { type LabelSelector, matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { reasonOf } from '../../kube/status.ts';
import { messageOf } from '../../kube/thrown.ts';
import type { V2MetricSpec, V2MetricStatus, V2MetricTarget } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import { askExternal, askObject, askPods } from './adapted.ts';
import { proposeReplicas, type Sample, type Samples } from './replicas.ts';
import { type Answer, type Scaled, type Turn, toleranceOf } from './turn.ts';

const PodMetrics: ResourceType = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  resource: 'pods',
  namespaced: true,
};

/** Throws an Error that says what couldn't be read. */
export function* askMetric(turn: Turn, spec: V2MetricSpec, scaled: Scaled, selector: LabelSelector): Work<Answer> {
  const { pods, object, external } = spec;
  if (spec.type === 'Pods' && pods !== undefined) return yield* askPods(turn, pods, scaled, selector);
  if (spec.type === 'Object' && object !== undefined) return yield* askObject(turn, object, scaled, selector);
  if (spec.type === 'External' && external !== undefined) return yield* askExternal(turn, external, scaled, selector);
  const source = spec.type === 'ContainerResource' ? spec.containerResource : spec.resource;
  if (source === undefined) throw new Error(`unknown metric source type ${quote(spec.type)}`);
  return yield* askResource(turn, spec, source, scaled.replicas, selector);
}

type Source = { readonly name: string; readonly target: V2MetricTarget };

function* askResource(
  turn: Turn,
  spec: V2MetricSpec,
  { name, target }: Source,
  current: number,
  selector: LabelSelector,
): Work<Answer> {
  const container = spec.containerResource?.container;
  const { averageUtilization: percent, averageValue } = target;
  const prefix = percent === undefined ? `failed to get ${name} usage` : `failed to get ${name} utilization`;
  try {
    const samples = yield* readSamples(turn, name, container, selector);
    const namespace = turn.autoscaler.metadata?.namespace;
    const pods = turn.pods.list(namespace).filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
    const aim =
      percent === undefined ? { amount: milliValue(parseQuantity(String(averageValue ?? '0'))) } : { percent };
    const measured = { pods, samples, resource: name, container, now: turn.now };
    const { replicas, utilization, average } = proposeReplicas(current, measured, aim, toleranceOf(turn));
    const shown = averageText(name, average);
    const value = { ...(utilization === undefined ? {} : { averageUtilization: utilization }), averageValue: shown };
    return { replicas, metric: metricName(spec.type, name, target), status: statusOf(spec, name, container, value) };
  } catch (error) {
    throw new Error(`${prefix}: ${messageOf(error)}`);
  }
}

function metricName(type: string, name: string, { averageUtilization }: V2MetricTarget): string {
  if (averageUtilization === undefined) return `${name} resource`;
  return `${name} ${type === 'ContainerResource' ? 'container ' : ''}resource utilization (percentage of request)`;
}

function statusOf(
  { type }: V2MetricSpec,
  name: string,
  container: string | undefined,
  current: { readonly averageUtilization?: number; readonly averageValue: string },
): V2MetricStatus {
  if (type === 'ContainerResource') return { type, containerResource: { name, container: container ?? '', current } };
  return { type, resource: { name, current } };
}

/** Memory is counted in whole bytes or thousandths of them, as it comes out. */
function averageText(resource: string, milli: number): string {
  return formatQuantity(resource === 'memory' ? quantity(milli, 'BinarySI', -3) : quantity(milli, 'DecimalSI', -3));
}

function* readSamples(
  turn: Turn,
  resource: string,
  container: string | undefined,
  selector: LabelSelector,
): Work<Samples> {
  const namespace = turn.autoscaler.metadata?.namespace;
  const failed = (why: string): Error => new Error(`unable to get metrics for resource ${resource}: ${why}`);
  let items: readonly KubeObject[];
  try {
    ({ items } = yield* listMetrics(turn.host.client, namespace));
  } catch (error) {
    const where = reasonOf(error) === 'NotFound' ? ' (get pods.metrics.k8s.io)' : '';
    throw failed(`unable to fetch metrics from resource metrics API: ${messageOf(error)}${where}`);
  }
  const mine = items.filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
  if (mine.length === 0) throw failed('no metrics returned from resource metrics API');
  const samples = new Map<string, Sample>();
  for (const item of mine) {
    const sample = sampleOf(item, resource, container);
    if (sample !== undefined) samples.set(item.metadata?.name ?? '', sample);
  }
  return samples;
}

function listMetrics(client: Client, namespace: string | undefined) {
  return client.list<KubeObject>(PodMetrics, namespace);
}

/** The sum over a pod's containers, or one of them; nothing when one has no figure. */
function sampleOf(item: KubeObject, resource: string, only: string | undefined): Sample | undefined {
  const { containers, timestamp, window } = item;
  let value = 0;
  for (const container of isArray(containers) ? containers : []) {
    if (!isObject(container) || (only !== undefined && container['name'] !== only)) continue;
    const amount = amountIn(container['usage'], resource);
    if (amount === undefined) return undefined;
    value += amount;
  }
  const at = parseTime(typeof timestamp === 'string' ? timestamp : undefined) ?? (0 as TimeMs);
  return { value, at, windowMs: typeof window === 'string' ? parseDurationMs(window) : 0 };
}

function amountIn(usage: JsonValue | undefined, resource: string): number | undefined {
  const text = isObject(usage) && Object.hasOwn(usage, resource) ? usage[resource] : undefined;
  return typeof text === 'string' ? milliValue(parseQuantity(text)) : undefined;
}
