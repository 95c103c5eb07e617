// Figures that come from an adapter, and how many replicas they ask for: the custom metrics API tells of pods and other
// objects of the cluster, the external one of everything else.

import type { Client } from '../../client/client.ts';
import { isArray } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ListOptions, Target } from '../../kube/operation.ts';
import { formatQuantity, milliValue, parseQuantity, quantity } from '../../kube/quantity.ts';
import { groupResource } from '../../kube/resource.ts';
import {
  formatLabelSelector,
  type LabelSelector,
  matchesLabels,
  selectorOf,
} from '../../kube/selectors/labelselectors.ts';
import { messageOf } from '../../kube/thrown.ts';
import type {
  V2ExternalMetricSource,
  V2MetricIdentifier,
  V2MetricTarget,
  V2MetricValueStatus,
  V2ObjectMetricSource,
  V2PodsMetricSource,
} from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { parseTime, seconds, type TimeMs } from '../../time/units.ts';
import { isUnserved } from '../shared/errors.ts';
import { isReady } from '../shared/pods.ts';
import { selectorText } from '../shared/selectortext.ts';
import { type Proposed, proposeByRatio, proposePerPod, proposeReplicas, type Sample } from './replicas.ts';
import { type Answer, type Scaled, type Turn, toleranceOf } from './turn.ts';

const CUSTOM = 'custom.metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';
/** The newest first. */
const CUSTOM_VERSIONS = ['v1beta2', 'v1beta1'];
/** Over how long a figure is taken unless it says so. */
const WINDOW = seconds(60);

/** An average over the pods. */
export function* askPods(
  turn: Turn,
  { metric, target }: V2PodsMetricSource,
  scaled: Scaled,
  pods: LabelSelector,
): Work<Answer> {
  const failed = `unable to get metric ${metric.name}`;
  const samples = yield* explained(failed, podSamples(turn, metric, pods));
  const measured = { pods: podsOf(turn, pods), samples, resource: '', container: undefined, now: turn.now };
  const aim = { amount: milliOf(target.averageValue) };
  const proposal = proposeReplicas(scaled.replicas, measured, aim, toleranceOf(turn));
  const current = { averageValue: textOf(proposal.average) };
  const name = `pods metric ${metric.name}`;
  return { replicas: proposal.replicas, metric: name, status: { type: 'Pods', pods: { metric, current } } };
}

/** What one object says, as a whole or shared among the pods. */
export function* askObject(
  turn: Turn,
  { metric, describedObject, target }: V2ObjectMetricSource,
  scaled: Scaled,
  pods: LabelSelector,
): Work<Answer> {
  const { kind, name } = describedObject;
  const average = target.averageValue !== undefined;
  let value: number;
  try {
    value = yield* objectValue(turn, describedObject, metric);
  } catch (error) {
    // The order of the parts is that of the real controller.
    const where = `${kind} on ${turn.autoscaler.metadata?.namespace ?? ''} ${name}/${messageOf(error)}`;
    throw new Error(`unable to get metric ${metric.name}: ${where}`);
  }
  const { replicas, current } = proposed(turn, target, value, scaled, pods);
  const said = average ? externalName(metric) : `${kind} metric ${metric.name}`;
  return { replicas, metric: said, status: { type: 'Object', object: { describedObject, metric, current } } };
}

/** The sum of all that is selected, as a whole or shared among the pods. */
export function* askExternal(
  turn: Turn,
  { metric, target }: V2ExternalMetricSource,
  scaled: Scaled,
  pods: LabelSelector,
): Work<Answer> {
  const namespace = turn.autoscaler.metadata?.namespace ?? '';
  const failed = `unable to get external metric ${namespace}/${metric.name}/${shown(metric)}`;
  const value = yield* explained(failed, externalValue(turn, namespace, metric));
  const { replicas, current } = proposed(turn, target, value, scaled, pods);
  return { replicas, metric: externalName(metric), status: { type: 'External', external: { metric, current } } };
}

function proposed(
  turn: Turn,
  target: V2MetricTarget,
  value: number,
  scaled: Scaled,
  pods: LabelSelector,
): { readonly replicas: number; readonly current: V2MetricValueStatus } {
  const tolerance = toleranceOf(turn);
  if (target.averageValue !== undefined) {
    const each: Proposed = proposePerPod(scaled.current, value, milliOf(target.averageValue), tolerance);
    return { replicas: each.replicas, current: { averageValue: textOf(each.value) } };
  }
  const ready = (): number => {
    const selected = podsOf(turn, pods);
    if (selected.length === 0)
      throw new Error('unable to calculate ready pods: no pods returned by selector while calculating replica count');
    return selected.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
  };
  const replicas = proposeByRatio(scaled.replicas, value / milliOf(target.value), ready, tolerance);
  return { replicas, current: { value: textOf(value) } };
}

function* podSamples(turn: Turn, metric: V2MetricIdentifier, pods: LabelSelector): Work<ReadonlyMap<string, Sample>> {
  const options = { labelSelector: formatLabelSelector(pods), ...metricSelector(metric) };
  const items = yield* askCustom(turn, { resource: 'pods', name: '*', subresource: metric.name }, options);
  if (items.length === 0) throw new Error('no metrics returned from custom metrics API');
  return new Map(
    items.map(({ describedObject, timestamp, windowSeconds, value }) => {
      const { name = '' } = (describedObject ?? {}) as { readonly name?: string };
      const at = parseTime(typeof timestamp === 'string' ? timestamp : undefined) ?? (0 as TimeMs);
      const windowMs = typeof windowSeconds === 'number' ? windowSeconds * 1000 : WINDOW;
      return [name, { value: milliOf(value), at, windowMs }] as const;
    }),
  );
}

/** A namespace is asked for in a way of its own, and it is always that of the autoscaler. */
function* objectValue(
  turn: Turn,
  { apiVersion = '', kind, name }: V2ObjectMetricSource['describedObject'],
  metric: V2MetricIdentifier,
): Work<number> {
  const type = turn.kinds.find(apiVersion, kind);
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const about = (): Pick<Target, 'resource' | 'name' | 'subresource'> => {
    if (kind === 'Namespace' && group === '') return { resource: 'metrics', name: metric.name };
    const problem = `unable to map kind ${group === '' ? kind : `${kind}.${group}`} to resource: no matches for kind "${kind}" in group "${group}"`;
    if (type === undefined) throw new Error(`unable to fetch metrics from custom metrics API: ${problem}`);
    return { resource: groupResource(type), name, subresource: metric.name };
  };
  const items = yield* askCustom(turn, about, metricSelector(metric));
  const [first] = items;
  if (items.length === 1 && first !== undefined) return milliOf(first['value']);
  const problem = `the custom metrics API server returned ${items.length} results when we asked for exactly one`;
  throw new Error(`unable to fetch metrics from custom metrics API: ${problem}`);
}

function* externalValue(turn: Turn, namespace: string, { name, selector }: V2MetricIdentifier): Work<number> {
  const target = { group: EXTERNAL, version: 'v1beta1', resource: name, namespace };
  const labelSelector = formatLabelSelector(selectorOf(selector));
  const problem = 'unable to fetch metrics from external metrics API';
  const items = yield* explained(problem, itemsAt(turn.host.client, target, { labelSelector }));
  if (items.length === 0) throw new Error('no metrics returned from external metrics API');
  return items.reduce((sum, { value }) => sum + milliOf(value), 0);
}

type About = Pick<Target, 'resource' | 'name' | 'subresource'>;

function* askCustom(turn: Turn, about: About | (() => About), options: ListOptions): Work<readonly KubeObject[]> {
  const namespace = turn.autoscaler.metadata?.namespace ?? '';
  const version = CUSTOM_VERSIONS.find((each) => turn.services.get(`${each}.${CUSTOM}`) !== undefined);
  const problem = 'unable to fetch metrics from custom metrics API';
  if (version === undefined) throw new Error(`${problem}: no custom metrics API (${CUSTOM}) registered`);
  const target = { group: CUSTOM, version, namespace, ...(typeof about === 'function' ? about() : about) };
  return yield* explained(problem, itemsAt(turn.host.client, target, options));
}

/** What isn't served at all is told as Go's client tells it. */
function* itemsAt(client: Client, target: Target, options: ListOptions): Work<readonly KubeObject[]> {
  try {
    const { items } = yield* client.listAt(target, options);
    return isArray(items) ? items : [];
  } catch (error) {
    throw isUnserved(error) ? new Error(`${messageOf(error)} (get ${groupResource(target)})`) : error;
  }
}

function* explained<T>(what: string, work: Work<T>): Work<T> {
  try {
    return yield* work;
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}

function metricSelector({ selector }: V2MetricIdentifier): ListOptions {
  const metricLabelSelector = formatLabelSelector(selectorOf(selector));
  return metricLabelSelector === '' ? {} : { metricLabelSelector };
}

function externalName(metric: V2MetricIdentifier): string {
  return `external metric ${metric.name}(${shown(metric)})`;
}

function shown({ selector }: V2MetricIdentifier): string {
  return selector === undefined ? 'nil' : selectorText(selector);
}

function podsOf({ pods, autoscaler }: Turn, selector: LabelSelector) {
  return pods.list(autoscaler.metadata?.namespace).filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
}

function milliOf(value: unknown): number {
  return milliValue(parseQuantity(String(value ?? '0')));
}

function textOf(milli: number): string {
  return formatQuantity(quantity(milli, 'DecimalSI', -3));
}
