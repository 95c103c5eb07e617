import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootstrap } from '../../../sandbox/bootstrap.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { Endpoints } from '../../../sandbox/schema/generated/resources.ts';
import { assemble, newSimulatorState } from '../../../sandbox/simulator.ts';
import { parseTime } from '../../../sandbox/time/units.ts';
import { asText, firstObjects } from '../../../scripts/schema/firstobjects.ts';

const made = firstObjects(
  JSON.parse(readFileSync('test/golden/recorded/facts/bootstrap-objects.json', 'utf8')) as Record<string, KubeObject[]>,
);

test('what is in the data is what the server would make of the recorded objects', () => {
  const committed = readFileSync('sandbox/schema/data/bootstrap.json', 'utf8');
  expect(committed === asText(made), 'run scripts/schema/bootstrap.ts').toBe(true);
});

test('an empty store that is loaded is as if everything had been created in it', () => {
  const cluster = assemble(newSimulatorState());
  const { api, store } = cluster;
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  for (const object of made.filter(({ kind }) => kind !== 'EndpointSlice' && kind !== 'Service')) {
    const { type } = api.registry.byKind(...gvk(object))?.kind ?? {};
    const { name = '', namespace } = object.metadata ?? {};
    const table = type?.group === '' ? type.resource : `${type?.resource}.${type?.group}`;
    const found = store.get(table, namespace === undefined ? name : `${namespace}/${name}`)?.object;
    expect(withoutRevision(found)).toEqual(withoutRevision(object));
  }
});

test('times and uids are those of the cluster that is made', () => {
  const later = parseTime('2027-02-03T04:05:06Z');
  if (later === undefined) throw new Error('no time');
  const cluster = assemble(newSimulatorState({ startTime: later, seed: 2 }));
  const { store } = cluster;
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  const text = JSON.stringify(store.list('servicecidrs.networking.k8s.io', '').map(({ object }) => object));
  expect(text).not.toContain('2026-01-01');
  expect(text.match(/2027-02-03T04:05:06Z/g)).toHaveLength(3);
  const uids = new Set(made.map(({ metadata }) => metadata?.uid));
  expect(uids.has(store.get('namespaces', 'default')?.object.metadata?.uid)).toBe(false);
});

function gvk({ apiVersion = '', kind = '' }: KubeObject): [string, string, string] {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return [group ?? '', version ?? '', kind];
}

function withoutRevision(object: KubeObject | undefined): KubeObject {
  const { resourceVersion: _, ...metadata } = object?.metadata ?? {};
  return { ...object, metadata };
}

test('those who read the older kind find the endpoints of the server itself', () => {
  const cluster = assemble(newSimulatorState());
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  const { metadata, subsets } = cluster.run(
    cluster.client().get(Endpoints, { namespace: 'default', name: 'kubernetes' }),
  );
  expect(subsets).toEqual([
    { addresses: [{ ip: '172.18.0.2' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
  ]);
  expect(metadata?.labels).toEqual({ 'endpointslice.kubernetes.io/skip-mirror': 'true' });
});
