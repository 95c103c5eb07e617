import { expect, it } from 'vitest';
import { clusterOf, newCluster } from '../../../../sandbox/cluster.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import { seconds } from '../../../../sandbox/time/units.ts';

const CRDS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
} as const;
const WIDGETS = { group: 'example.com', version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: true } as const;

const DEFINITION: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
} as KubeObject;

const WIDGET = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'default' },
} as KubeObject;

it('a cluster whose definition of a kind is gone can be copied, and goes on as the other does when it comes back', () => {
  const cluster = newCluster({ seed: 1 });
  const client = cluster.client();
  cluster.run(client.create(CRDS, DEFINITION));
  cluster.advance(seconds(10));
  cluster.run(client.create(WIDGETS, WIDGET));
  cluster.advance(seconds(10));
  cluster.run(client.delete(CRDS, { name: 'widgets.example.com' }));
  cluster.advance(seconds(10));
  const copy = clusterOf(cluster.snapshot());
  for (const one of [cluster, copy]) {
    one.run(one.client().create(CRDS, DEFINITION));
    one.advance(seconds(10));
    one.run(one.client().create(WIDGETS, WIDGET));
    one.advance(seconds(10));
  }
  expect(JSON.stringify([...copy.state.store.log])).toBe(JSON.stringify([...cluster.state.store.log]));
});
