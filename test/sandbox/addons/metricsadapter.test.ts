import { expect, test } from 'vitest';
import { newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import {
  APIServices,
  ConfigMaps,
  CoreEvents,
  Deployments,
  HorizontalPodAutoscalers,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V2MetricSpec } from '../../../sandbox/schema/generated/types.ts';
import { seconds } from '../../../sandbox/time/units.ts';

const FIGURES = `
# Not all of it is for everybody.
hits{pod="*"} 20
requests{service="web", path="/"} 40
queue_depth{queue="work"} 30
queue_depth{queue="other"} 7
`;

function stage(metric: V2MetricSpec) {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin', addons: ['metrics-adapter'] } });
  const client = cluster.client();
  cluster.advance(seconds(3));
  const labels = { app: 'web' };
  cluster.run(
    client.create(ConfigMaps, {
      metadata: { name: 'figures', namespace: 'default', labels: { 'metrics-adapter/series': 'true' } },
      data: { all: FIGURES },
    }),
  );
  cluster.run(
    client.create(Deployments, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } },
      },
    }),
  );
  const scaler = () => autoscaler('scaler', metric);
  cluster.advance(seconds(10));
  cluster.run(client.create(HorizontalPodAutoscalers, scaler()));
  const read = () => cluster.run(client.get(HorizontalPodAutoscalers, { name: 'scaler', namespace: 'default' }));
  const said = () =>
    cluster
      .run(client.list(CoreEvents, 'default'))
      .items.flatMap(({ involvedObject, reason, message }) =>
        involvedObject.kind === 'HorizontalPodAutoscaler' ? [`${reason}: ${message}`] : [],
      );
  return { cluster, client, read, said };
}

function autoscaler(name: string, metric: V2MetricSpec) {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 9, metrics: [metric] };
  return { metadata: { name, namespace: 'default' }, spec };
}

const HITS: V2MetricSpec = {
  type: 'Pods',
  pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '10' } },
};

function requests(target: NonNullable<V2MetricSpec['object']>['target']): V2MetricSpec {
  const describedObject = { apiVersion: 'v1', kind: 'Service', name: 'web' };
  return { type: 'Object', object: { describedObject, metric: { name: 'requests' }, target } };
}

function queue(target: NonNullable<V2MetricSpec['external']>['target'], of?: string): V2MetricSpec {
  const metric = { name: 'queue_depth', ...(of === undefined ? {} : { selector: { matchLabels: { queue: of } } }) };
  return { type: 'External', external: { metric, target } };
}

test.each([
  ['each pod has twice as much as it shall', HITS, 4, 'pods metric hits'],
  ['an object has twice as much as it shall', requests({ type: 'Value', value: '20' }), 4, 'Service metric requests'],
  [
    'the pods share what an object has',
    requests({ type: 'AverageValue', averageValue: '15' }),
    3,
    'external metric requests(nil)',
  ],
  [
    'all series of a queue are summed up',
    queue({ type: 'AverageValue', averageValue: '10' }),
    4,
    'external metric queue_depth(nil)',
  ],
  [
    'one series of a queue is picked',
    queue({ type: 'AverageValue', averageValue: '10' }, 'work'),
    3,
    'external metric queue_depth(&LabelSelector{MatchLabels:map[string]string{queue: work,},MatchExpressions:[]LabelSelectorRequirement{},})',
  ],
  ['a queue as a whole is too long', queue({ type: 'Value', value: '20' }, 'work'), 3, 'external metric queue_depth'],
])('replicas follow the figures of an adapter: %s', (_, metric, replicas, reason) => {
  const { cluster, said } = stage(metric);
  cluster.advance(seconds(16));
  expect(said()).toHaveLength(1);
  expect(said()[0]).toContain(`SuccessfulRescale: New size: ${replicas}; reason: ${reason}`);
});

test('without its APIService the adapter is unknown, and the autoscaler says what it looked for', () => {
  const { cluster, client, read } = stage(HITS);
  for (const version of ['v1beta1', 'v1beta2'])
    cluster.run(client.delete(APIServices, { name: `${version}.custom.metrics.k8s.io` }));
  cluster.advance(seconds(16));
  const active = read().status?.conditions?.find(({ type }) => type === 'ScalingActive');
  expect(active?.reason).toBe('FailedGetPodsMetric');
  expect(active?.message).toContain('no custom metrics API (custom.metrics.k8s.io) registered');
});

test('a figure that nobody gives is what the adapter says it is', () => {
  const { cluster, said } = stage(requests({ type: 'Value', value: '1' }));
  cluster.run(
    cluster
      .client()
      .patch(ConfigMaps, { name: 'figures', namespace: 'default' }, { type: 'merge', body: { data: null } }),
  );
  cluster.advance(seconds(16));
  expect(said()[0]).toBe(
    'FailedGetObjectMetric: unable to get metric requests: Service on default web/unable to fetch metrics from custom metrics API: the server could not find the metric requests for services web',
  );
});

test('two autoscalers over the same pods scale neither way', () => {
  const { cluster, client, said } = stage(HITS);
  cluster.run(client.create(HorizontalPodAutoscalers, autoscaler('rival', HITS)));
  cluster.advance(seconds(31));
  const refused = said().filter((text) => text.startsWith('AmbiguousSelector'));
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toContain('pods by selector app=web are controlled by multiple HPAs: [default/');
});
