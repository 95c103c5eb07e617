import { expect, test } from 'vitest';
import { newCluster, usualSpec } from '../../sandbox/cluster.ts';
import {
  CoreEvents,
  CSINodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  VolumeAttachments,
} from '../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../sandbox/schema/generated/types.ts';
import { seconds } from '../../sandbox/time/units.ts';

function stage() {
  const cluster = newCluster({ spec: { ...usualSpec(2), dns: 'builtin', csi: true } });
  const client = cluster.client();
  cluster.advance(seconds(5));
  cluster.run(
    client.create(PersistentVolumeClaims, {
      metadata: { name: 'data', namespace: 'default' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'csi-hostpath-sc',
        resources: { requests: { storage: '1Gi' } },
      },
    }),
  );
  cluster.advance(seconds(1));
  return { cluster, client };
}

function user(name: string, nodeName: string): V1Pod {
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 1,
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
      containers: [
        { name: 'c', image: 'busybox:1.36', command: ['sleep', '600'], volumeMounts: [{ name: 'd', mountPath: '/d' }] },
      ],
    },
  };
}

test('a volume for one node is attached where its pod is, refused on a second node, and moves when the first pod goes', () => {
  const { cluster, client } = stage();
  const phase = (name: string) => cluster.run(client.find(Pods, { name, namespace: 'default' }))?.status?.phase;
  const nodes = () => cluster.run(client.list(VolumeAttachments)).items.map(({ spec }) => spec.nodeName);
  const said = (name: string) =>
    cluster
      .run(client.list(CoreEvents, 'default'))
      .items.filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  cluster.run(client.create(Pods, user('first', 'worker-1')));
  cluster.advance(seconds(5));
  expect(phase('first')).toBe('Running');
  expect(nodes()).toEqual(['worker-1']);
  const volume = cluster.run(client.list(PersistentVolumes)).items[0]?.metadata?.name ?? '';
  expect(said('first')).toContain(`SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "${volume}" `);
  cluster.run(client.create(Pods, user('second', 'worker-2')));
  cluster.advance(seconds(10));
  expect(phase('second')).toBe('Pending');
  expect(said('second')).toContain(
    `FailedAttachVolume: Multi-Attach error for volume "${volume}" Volume is already used by pod(s) first`,
  );
  cluster.run(client.delete(Pods, { name: 'first', namespace: 'default' }));
  cluster.advance(seconds(30));
  expect(phase('second')).toBe('Running');
  expect(nodes()).toEqual(['worker-2']);
});

test('of two pods that come at once on two nodes only one gets a volume for one node', () => {
  const { cluster, client } = stage();
  for (const [name, node] of [
    ['first', 'worker-1'],
    ['second', 'worker-2'],
  ] as const)
    cluster.run(client.create(Pods, user(name, node)));
  cluster.advance(seconds(8));
  expect(cluster.run(client.list(VolumeAttachments)).items).toHaveLength(1);
  const phases = cluster.run(client.list(Pods, 'default')).items.map(({ status }) => status?.phase);
  expect(phases.sort()).toEqual(['Pending', 'Running']);
});

test('a claim that asks for more gets a larger volume at once, and a larger file system when a pod runs with it', () => {
  const { cluster, client } = stage();
  const ref = { name: 'data', namespace: 'default' };
  const read = () => cluster.run(client.get(PersistentVolumeClaims, ref)).status;
  const said = () =>
    cluster
      .run(client.list(CoreEvents, 'default'))
      .items.filter(({ involvedObject, reason }) => involvedObject.name === 'data' && /Resiz|Expand/.test(reason ?? ''))
      .map(({ reason, message, source }) => `${source?.component}: ${reason}: ${message}`);
  const body = { spec: { resources: { requests: { storage: '2Gi' } } } };
  cluster.run(client.patch(PersistentVolumeClaims, ref, { type: 'merge', body }));
  cluster.advance(seconds(2));
  const volume = cluster.run(client.list(PersistentVolumes)).items[0];
  const name = volume?.metadata?.name ?? '';
  expect(volume?.spec?.capacity).toEqual({ storage: '2Gi' });
  expect(read()?.capacity).toEqual({ storage: '1Gi' });
  expect(read()?.conditions?.map(({ type }) => type)).toEqual(['FileSystemResizePending']);
  cluster.run(client.create(Pods, user('first', 'worker-1')));
  cluster.advance(seconds(5));
  expect(read()?.capacity).toEqual({ storage: '2Gi' });
  expect(read()?.conditions).toBeUndefined();
  expect(said().sort()).toEqual([
    'external-resizer hostpath.csi.k8s.io: FileSystemResizeRequired: Require file system resize of volume on node',
    `external-resizer hostpath.csi.k8s.io: Resizing: External resizer is resizing volume ${name}`,
    `kubelet: FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume "${name}" worker-1`,
    'volume_expand: ExternalExpanding: waiting for an external controller to expand this PVC',
  ]);
});

test('each node says that it has the driver', () => {
  const { cluster, client } = stage();
  const nodes = cluster.run(client.list(CSINodes)).items;
  expect(nodes.map(({ metadata, spec }) => [metadata?.name, spec.drivers.map(({ name }) => name)])).toEqual([
    ['control-plane', ['hostpath.csi.k8s.io']],
    ['worker-1', ['hostpath.csi.k8s.io']],
    ['worker-2', ['hostpath.csi.k8s.io']],
  ]);
});
