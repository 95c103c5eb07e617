import { expect, test } from 'vitest';
import {
  ConfigMaps,
  Deployments,
  EndpointSlices,
  Endpoints,
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  ReplicaSets,
  ServiceAccounts,
  Services,
  StorageClasses,
} from '../../../sandbox/schema/generated/resources.ts';
import { played } from './played.ts';

const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } };

function web(replicas: number) {
  const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template: TEMPLATE };
  return { metadata: { name: 'web', namespace: 'default' }, spec };
}

test('each namespace has a default service account and the certificates of the authority, also after they are deleted', () => {
  const game = played();
  game.create(Namespaces, { metadata: { name: 'team' } });
  game.wait(1);
  expect(game.get(ServiceAccounts, 'default', 'team')).toBeDefined();
  game.cluster.run(game.client.delete(ServiceAccounts, { name: 'default', namespace: 'team' }));
  game.cluster.run(game.client.delete(ConfigMaps, { name: 'kube-root-ca.crt', namespace: 'team' }));
  game.wait(1);
  expect(game.get(ServiceAccounts, 'default', 'team')).toBeDefined();
  expect(game.get(ConfigMaps, 'kube-root-ca.crt', 'team')).toBeDefined();
});

test('a namespace goes when it is empty, its pods first', () => {
  const game = played();
  game.create(Namespaces, { metadata: { name: 'team' } });
  game.wait(1);
  const { metadata, spec } = web(2);
  game.create(Deployments, { metadata: { ...metadata, namespace: 'team' }, spec });
  game.wait(3);
  game.cluster.run(game.client.delete(Namespaces, { name: 'team' }));
  game.wait(2);
  expect(game.get(Namespaces, 'team')?.status?.phase).toBe('Terminating');
  game.wait(60);
  expect(game.get(Namespaces, 'team')).toBeUndefined();
});

test('an object with a finalizer keeps its namespace, which says so', () => {
  const game = played();
  game.create(Namespaces, { metadata: { name: 'team' } });
  game.create(ConfigMaps, { metadata: { name: 'kept', namespace: 'team', finalizers: ['example.com/hold'] } });
  game.wait(1);
  game.cluster.run(game.client.delete(Namespaces, { name: 'team' }));
  game.wait(30);
  const conditions = game.get(Namespaces, 'team')?.status?.conditions ?? [];
  expect(conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')).toMatchObject({
    status: 'True',
    message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  });
});

test('an object whose owner has never lived is collected', () => {
  const game = played();
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: '11111111-1111-1111-1111-111111111111' };
  game.create(ConfigMaps, { metadata: { name: 'child', namespace: 'default', ownerReferences: [owner] } });
  game.wait(2);
  expect(game.get(ConfigMaps, 'child')).toBeUndefined();
});

test('an owner deleted in the foreground goes after its dependents', () => {
  const game = played({ fate: () => 'nothing' });
  game.create(Deployments, web(1));
  game.wait(2);
  const pod = game.list(Pods)[0];
  const ref = { name: pod?.metadata?.name ?? '', namespace: 'default' };
  const body = { metadata: { finalizers: ['example.com/hold'] } };
  game.cluster.run(game.client.patch(Pods, ref, { type: 'merge', body }));
  const policy = { propagationPolicy: 'Foreground' } as const;
  game.cluster.run(game.client.delete(Deployments, { name: 'web', namespace: 'default' }, policy));
  game.wait(5);
  expect(game.get(Deployments, 'web')).toBeDefined();
  expect(game.list(ReplicaSets)).toHaveLength(1);
  game.cluster.run(game.client.patch(Pods, ref, { type: 'merge', body: { metadata: { finalizers: null } } }));
  game.wait(5);
  expect(game.get(Deployments, 'web')).toBeUndefined();
});

test('dependents that are orphaned live on without an owner', () => {
  const game = played();
  game.create(Deployments, web(1));
  game.wait(2);
  const policy = { propagationPolicy: 'Orphan' } as const;
  game.cluster.run(game.client.delete(Deployments, { name: 'web', namespace: 'default' }, policy));
  game.wait(3);
  expect(game.get(Deployments, 'web')).toBeUndefined();
  const [set] = game.list(ReplicaSets);
  expect(set?.metadata?.ownerReferences ?? []).toEqual([]);
  expect(game.list(Pods)).toHaveLength(1);
});

test('a service leads to its pods while they are ready', () => {
  const game = played();
  game.create(Services, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  game.create(Deployments, web(3));
  game.wait(3);
  const ofWeb = () => game.list(EndpointSlices).filter(({ metadata }) => metadata?.generateName === 'web-');
  const [slice] = ofWeb();
  expect(slice?.endpoints).toHaveLength(3);
  expect(slice?.ports).toMatchObject([{ port: 8080, protocol: 'TCP' }]);
  expect(game.get(Endpoints, 'web')?.subsets?.[0]?.addresses).toHaveLength(3);
  game.cluster.run(game.client.delete(Services, { name: 'web', namespace: 'default' }));
  game.wait(3);
  expect(ofWeb()).toEqual([]);
  expect(game.get(Endpoints, 'web')).toBeUndefined();
});

test('a silent node is tainted, and its pods move away when they no longer tolerate that', () => {
  const game = played();
  game.create(Deployments, web(2));
  game.wait(3);
  const before = game.list(Pods).filter(({ spec }) => spec?.nodeName === 'w1');
  game.dead.add('w1');
  game.wait(70);
  const node = game.get(Nodes, 'w1');
  expect(node?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'Unknown' });
  expect(node?.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`).sort()).toEqual([
    'node.kubernetes.io/unreachable:NoExecute',
    'node.kubernetes.io/unreachable:NoSchedule',
  ]);
  game.wait(310);
  const alive = game.list(Pods).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  expect(alive.map(({ spec }) => spec?.nodeName)).toEqual(['w2', 'w2']);
  expect(before.length).toBeGreaterThan(0);
});

test('a claim takes the smallest volume that will do, and the volume is released with it', () => {
  const game = played();
  for (const [name, storage] of [
    ['big', '5Gi'],
    ['small', '1Gi'],
  ] as const)
    game.create(PersistentVolumes, {
      metadata: { name },
      spec: {
        capacity: { storage },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'man',
        hostPath: { path: '/x' },
      },
    });
  game.wait(1);
  game.create(PersistentVolumeClaims, {
    metadata: { name: 'claim', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'man', resources: { requests: { storage: '1Gi' } } },
  });
  game.wait(2);
  expect(game.get(PersistentVolumeClaims, 'claim')).toMatchObject({
    spec: { volumeName: 'small' },
    status: { phase: 'Bound', capacity: { storage: '1Gi' } },
  });
  game.cluster.run(game.client.delete(PersistentVolumeClaims, { name: 'claim', namespace: 'default' }));
  game.wait(2);
  expect(game.get(PersistentVolumes, 'small')?.status?.phase).toBe('Released');
  expect(game.get(PersistentVolumes, 'big')?.status?.phase).toBe('Available');
});

test('a claim without a class takes the default that comes later, and is provisioned at once', () => {
  const game = played();
  game.create(PersistentVolumeClaims, {
    metadata: { name: 'claim', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  game.wait(1);
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  game.create(StorageClasses, { metadata: { name: 'late', annotations }, provisioner: 'example.com/disk' });
  const claim = () => game.get(PersistentVolumeClaims, 'claim');
  for (let at = 0; at < 160 && claim()?.spec?.storageClassName === undefined; at++) game.wait(0.1);
  game.wait(0.1);
  expect(claim()).toMatchObject({
    metadata: { annotations: { 'volume.kubernetes.io/storage-provisioner': 'example.com/disk' } },
    spec: { storageClassName: 'late' },
  });
});

test('a claim learns of a volume that comes after it when everything is looked at again, each 15 seconds', () => {
  const game = played();
  game.create(PersistentVolumeClaims, {
    metadata: { name: 'early', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'man', resources: { requests: { storage: '1Gi' } } },
  });
  game.wait(16);
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'man' };
  game.create(PersistentVolumes, { metadata: { name: 'late' }, spec: { ...spec, hostPath: { path: '/x' } } });
  game.wait(1);
  expect(game.get(PersistentVolumes, 'late')?.status?.phase).toBe('Available');
  expect(game.get(PersistentVolumeClaims, 'early')?.status?.phase).toBe('Pending');
  game.wait(15);
  expect(game.get(PersistentVolumeClaims, 'early')?.status?.phase).toBe('Bound');
});
