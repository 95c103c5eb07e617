// What the metrics API says of pods, and how many replicas that asks for.

import type { Client } from '../../client/client.ts';
import { parseDurationMs } from '../../kube/duration.ts';
import { isArray, isObject, type JsonValue } from '../../kube/json.ts';
import { type LabelSelector, matchesLabels } from '../../kube/labelselectors.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { approximateValue, formatQuantity, milliValue, parseQuantity, quantity } from '../../kube/quantity.ts';
import { groupResource, type ResourceType } from '../../kube/resource.ts';
import { reasonOf } from '../../kube/status.ts';
import type { V2MetricSpec, V2MetricStatus, V2MetricTarget } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import { messageOf } from '../shared/errors.ts';
import { selectorText } from '../shared/selectortext.ts';
import { proposeReplicas, type Sample, type Samples } from './replicas.ts';
import type { Turn } from './turn.ts';

const TOLERANCE = 0.1;

const PodMetrics: ResourceType = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  resource: 'pods',
  namespaced: true,
};

export interface Answer {
  readonly replicas: number;
  readonly metric: string;
  readonly status: V2MetricStatus;
}

/** Throws an Error that says what couldn't be read. */
export function* askMetric(turn: Turn, spec: V2MetricSpec, current: number, selector: LabelSelector): Work<Answer> {
  const source =
    spec.type === 'Resource' ? spec.resource : spec.type === 'ContainerResource' ? spec.containerResource : undefined;
  if (source === undefined) return yield* askOther(turn, spec);
  const { name, target } = source;
  const container = spec.containerResource?.container;
  const { averageUtilization: percent, averageValue } = target;
  const prefix = percent === undefined ? `failed to get ${name} usage` : `failed to get ${name} utilization`;
  try {
    const samples = yield* readSamples(turn, name, container, selector);
    const namespace = turn.autoscaler.metadata?.namespace;
    const pods = turn.pods.list(namespace).filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
    const aim =
      percent === undefined ? { amount: milliValue(parseQuantity(String(averageValue ?? '0'))) } : { percent };
    const { replicas, utilization, average } = proposeReplicas(
      current,
      pods,
      samples,
      name,
      container,
      aim,
      toleranceOf(turn),
      turn.now,
    );
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

function toleranceOf({ autoscaler }: Turn) {
  const { scaleUp, scaleDown } = autoscaler.spec?.behavior ?? {};
  const of = (text: string | undefined): number =>
    text === undefined ? TOLERANCE : approximateValue(parseQuantity(text));
  return { up: of(scaleUp?.tolerance), down: of(scaleDown?.tolerance) };
}

/** Metrics that no API of this cluster offers: the autoscaler looks for one, and says that there is none. */
function* askOther({ host, autoscaler }: Turn, { type, pods, object, external }: V2MetricSpec): Work<Answer> {
  const namespace = autoscaler.metadata?.namespace ?? '';
  if (type === 'External') {
    const { name = '', selector } = external?.metric ?? {};
    const which = `${namespace}/${name}/${selector === undefined ? 'nil' : selectorText(selector)}`;
    const problem = yield* askExternal(host.client, namespace, name);
    throw new Error(
      `unable to get external metric ${which}: unable to fetch metrics from external metrics API: ${problem}`,
    );
  }
  const problem =
    'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  if (object === undefined) throw new Error(`unable to get metric ${pods?.metric.name ?? ''}: ${problem}`);
  const { kind = '', name = '' } = object.describedObject;
  // The order of its parts is that of the real controller.
  throw new Error(`unable to get metric ${object.metric.name}: ${kind} on ${namespace} ${name}/${problem}`);
}

/** Why there is no such metric. */
function* askExternal(client: Client, namespace: string, resource: string): Work<string> {
  const type: ResourceType = {
    group: 'external.metrics.k8s.io',
    version: 'v1beta1',
    kind: 'ExternalMetricValueList',
    resource,
    namespaced: true,
  };
  try {
    yield* client.list(type, namespace);
    return 'no metrics returned from external metrics API';
  } catch (error) {
    const where = reasonOf(error) === 'NotFound' ? ` (get ${groupResource(type)})` : '';
    return `${messageOf(error)}${where}`;
  }
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
