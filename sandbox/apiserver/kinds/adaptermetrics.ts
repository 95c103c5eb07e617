// What an adapter of metrics answers. It is a small one: its figures lie in ConfigMaps that have the label SERIES, in the
// text form of Prometheus. A label that is named as a kind says which object of the namespace a series tells of
// (`pod="*"`: each); series without one tell of what lies outside of the cluster.

import { sortedKeys } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ListOptions, Target } from '../../kube/operation.ts';
import { formatQuantity, parseQuantity } from '../../kube/quantity.ts';
import { parseLabelSelector } from '../../kube/selectors/labelselectorparser.ts';
import { matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { parseSeries, type Series } from '../../kube/series.ts';
import { failure, methodNotAllowed } from '../../kube/status.ts';
import { ConfigMaps, Pods } from '../../schema/generated/resources.ts';
import { rfc3339 } from '../../time/units.ts';
import { defineKind, type Kind, type KindContext } from '../kind.ts';

export const CUSTOM_METRICS = 'custom.metrics.k8s.io';
export const EXTERNAL_METRICS = 'external.metrics.k8s.io';
const SERIES = 'metrics-adapter/series';

/** Figures of one metric that is no object's. */
export function externalMetrics(version: string, metric: string): Kind {
  return answering(EXTERNAL_METRICS, version, metric, 'ExternalMetricValueList', (target, options, context) =>
    seriesIn(target, context, metric, options.labelSelector).map(({ labels, value }) => ({
      metricName: metric,
      metricLabels: Object.fromEntries(labels),
      timestamp: rfc3339(context.now()),
      value: formatQuantity(parseQuantity(value)),
    })),
  );
}

/** Figures of one object (`services/web/hits`), of all that are selected (`pods/* hits`), or of a namespace (`metrics/hits`). */
export function customMetrics(version: string, resource: string, singularOf: (resource: string) => string): Kind {
  return answering(CUSTOM_METRICS, version, resource, 'MetricValueList', (target, options, context) => {
    const about = resource === 'metrics' ? 'namespace' : singularOf(resource);
    const [name = '', metric = ''] =
      resource === 'metrics' ? [target.namespace, target.name] : [target.name, target.subresource];
    const series = seriesIn(target, context, metric, options.metricLabelSelector);
    const names = name === '*' ? selectedPods(target, options, context) : [name];
    const found = names.flatMap((each) => {
      const one = series.find(({ labels }) => labels.get(about) === each || labels.get(about) === '*');
      return one === undefined ? [] : [figureOf(version, about, target, each, metric, one.value, context)];
    });
    if (found.length === 0) throw metricNotFound(resource, name, metric);
    return found;
  });
}

function answering(
  group: string,
  version: string,
  resource: string,
  kind: string,
  items: (target: Target, options: ListOptions, context: KindContext) => readonly KubeObject[],
): Kind {
  return defineKind({
    type: { group, version, resource, kind, namespaced: true },
    strategy: {},
    answers: (operation, context) => {
      if (operation.verb !== 'list') throw methodNotAllowed();
      const { target, options = {} } = operation;
      return { kind, apiVersion: `${group}/${version}`, metadata: {}, items: items(target, options, context) };
    },
  });
}

/** All of that name whose labels are selected. */
function seriesIn({ namespace }: Target, context: KindContext, metric: string, selector = ''): readonly Series[] {
  const wanted = parseLabelSelector(selector);
  return context
    .list(ConfigMaps, namespace)
    .filter(({ metadata }) => own(metadata?.labels, SERIES) !== undefined)
    .flatMap(({ data }) => sortedKeys(data ?? {}).flatMap((key) => parseSeries(own(data, key) ?? '')))
    .filter(({ name, labels }) => name === metric && matchesLabels(wanted, Object.fromEntries(labels)));
}

function selectedPods(
  { namespace, resource }: Target,
  { labelSelector = '' }: ListOptions,
  context: KindContext,
): readonly string[] {
  if (resource !== 'pods') return [];
  const wanted = parseLabelSelector(labelSelector);
  const pods = context.list(Pods, namespace).filter(({ metadata }) => matchesLabels(wanted, metadata?.labels));
  return pods.map(({ metadata }) => metadata?.name ?? '');
}

/** The older version has the metric's name beside the rest. */
function figureOf(
  version: string,
  about: string,
  { namespace = '' }: Target,
  name: string,
  metric: string,
  value: string,
  context: KindContext,
): KubeObject {
  const kind = about.charAt(0).toUpperCase() + about.slice(1);
  return {
    describedObject: { kind, ...(about === 'namespace' ? {} : { namespace }), name, apiVersion: '/v1' },
    ...(version === 'v1beta1' ? { metricName: metric } : { metric: { name: metric } }),
    timestamp: rfc3339(context.now()),
    value: formatQuantity(parseQuantity(value)),
  };
}

/** In the words of adapters. */
function metricNotFound(resource: string, name: string, metric: string): Error {
  const what = name === '*' ? resource : `${resource} ${name}`;
  return failure(404, 'NotFound', `the server could not find the metric ${metric} for ${what}`, {
    kind: resource,
    name,
  });
}
