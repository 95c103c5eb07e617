import { expect, test } from 'vitest';
import { newCluster, usualSpec } from '../../sandbox/cluster.ts';
import {
  VolumeSnapshotClasses,
  VolumeSnapshotContents,
  VolumeSnapshots,
} from '../../sandbox/controllers/snapshots/kinds.ts';
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

const OF_SNAPSHOTS = 'snapshot.storage.k8s.io/v1';

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

test('a snapshot keeps what a volume had, and a new claim begins with it', () => {
  const { cluster, client } = stage();
  const ref = { namespace: 'default' };
  const shell = (name: string, command: string, claim: string): V1Pod => {
    const pod = user(name, 'worker-1');
    const spec = pod.spec ?? { containers: [] };
    const container = { ...spec.containers[0], name: 'c', image: 'busybox:1.36', command: ['sh', '-c', command] };
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: claim } }];
    return { ...pod, spec: { ...spec, restartPolicy: 'Never', volumes, containers: [container] } };
  };
  const phase = (name: string) => cluster.run(client.find(Pods, { ...ref, name }))?.status?.phase;
  const events = (name: string) =>
    cluster
      .run(client.list(CoreEvents, 'default'))
      .items.filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  cluster.run(client.create(Pods, shell('writer', 'echo before > /d/file', 'data')));
  cluster.advance(seconds(8));
  expect(phase('writer')).toBe('Succeeded');
  const source = { persistentVolumeClaimName: 'data' };
  const snapshot = {
    apiVersion: OF_SNAPSHOTS,
    kind: 'VolumeSnapshot',
    metadata: { name: 'snap', ...ref },
    spec: { source },
  };
  cluster.run(client.create(VolumeSnapshots, snapshot));
  cluster.advance(seconds(1));
  const read = () => cluster.run(client.find(VolumeSnapshots, { ...ref, name: 'snap' }));
  expect(read()?.status?.error?.message).toBe(
    'Failed to set default snapshot class with error cannot find default snapshot class',
  );
  const key = { name: 'csi-hostpath-snapclass' };
  const annotations = { 'snapshot.storage.kubernetes.io/is-default-class': 'true' };
  cluster.run(client.patch(VolumeSnapshotClasses, key, { type: 'merge', body: { metadata: { annotations } } }));
  cluster.advance(seconds(5));
  expect(read()?.spec?.volumeSnapshotClassName).toBe('csi-hostpath-snapclass');
  expect(read()?.status).toMatchObject({ readyToUse: true, restoreSize: '1Gi' });
  expect(events('snap')).toEqual([
    'SetDefaultSnapshotClassFailed: Failed to set default snapshot class with error cannot find default snapshot class',
    'CreatingSnapshot: Waiting for a snapshot default/snap to be created by the CSI driver.',
    'SnapshotCreated: Snapshot default/snap was successfully created by the CSI driver.',
    'SnapshotReady: Snapshot default/snap is ready to use.',
  ]);
  cluster.run(client.create(Pods, shell('changer', 'echo after > /d/file', 'data')));
  const claimOf = (name: string, storage: string, from: string) => ({
    metadata: { name, ...ref },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'csi-hostpath-sc',
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: from },
      resources: { requests: { storage } },
    },
  });
  for (const claim of [
    claimOf('copy', '1Gi', 'snap'),
    claimOf('small', '10Mi', 'snap'),
    claimOf('none', '1Gi', 'nope'),
  ])
    cluster.run(client.create(PersistentVolumeClaims, claim));
  cluster.run(client.create(Pods, shell('reader', 'grep before /d/file', 'copy')));
  cluster.advance(seconds(20));
  expect(phase('reader')).toBe('Succeeded');
  const failed =
    'ProvisioningFailed: failed to provision volume with StorageClass "csi-hostpath-sc": error getting handle for DataSource Type VolumeSnapshot by Name';
  expect(events('small')).toContain(
    `${failed} snap: requested volume size 10485760 is less than the size 1073741824 for the source snapshot snap`,
  );
  expect(events('none')).toContain(
    `${failed} nope: error getting snapshot nope from api server: volumesnapshots.snapshot.storage.k8s.io "nope" not found`,
  );
});

test('a snapshot goes with its content and its files, or leaves them where its class says so', () => {
  const { cluster, client } = stage();
  const claims = { name: 'data', namespace: 'default' };
  const take = (name: string, volumeSnapshotClassName: string) =>
    cluster.run(
      client.create(VolumeSnapshots, {
        apiVersion: OF_SNAPSHOTS,
        kind: 'VolumeSnapshot',
        metadata: { name, namespace: 'default' },
        spec: { volumeSnapshotClassName, source: { persistentVolumeClaimName: claims.name } },
      }),
    );
  cluster.run(
    client.create(VolumeSnapshotClasses, {
      apiVersion: OF_SNAPSHOTS,
      kind: 'VolumeSnapshotClass',
      metadata: { name: 'kept' },
      driver: 'hostpath.csi.k8s.io',
      deletionPolicy: 'Retain',
    }),
  );
  take('gone', 'csi-hostpath-snapclass');
  take('stays', 'kept');
  take('odd', 'no-such-class');
  cluster.advance(seconds(2));
  const contents = () => cluster.run(client.list(VolumeSnapshotContents)).items;
  const files = () => [...cluster.kernel.state.volumes.keys()].filter((name) => name.startsWith('snapshot/'));
  expect(contents()).toHaveLength(2);
  expect(files()).toHaveLength(2);
  const odd = cluster.run(client.get(VolumeSnapshots, { name: 'odd', namespace: 'default' }));
  expect(odd.status?.error?.message).toBe(
    'Failed to get snapshot class with error failed to retrieve snapshot class no-such-class from the informer: "volumesnapshotclass.snapshot.storage.k8s.io \\"no-such-class\\" not found"',
  );
  for (const name of ['gone', 'stays', 'odd'])
    cluster.run(client.delete(VolumeSnapshots, { name, namespace: 'default' }));
  cluster.advance(seconds(2));
  expect(cluster.run(client.list(VolumeSnapshots, 'default')).items).toEqual([]);
  expect(contents().map(({ spec }) => spec?.volumeSnapshotRef.name)).toEqual(['stays']);
  expect(files()).toHaveLength(1);
  // What is left can be taken over by hand.
  const handle = contents()[0]?.status?.snapshotHandle ?? '';
  cluster.run(
    client.create(VolumeSnapshotContents, {
      apiVersion: OF_SNAPSHOTS,
      kind: 'VolumeSnapshotContent',
      metadata: { name: 'by-hand' },
      spec: {
        deletionPolicy: 'Retain',
        driver: 'hostpath.csi.k8s.io',
        source: { snapshotHandle: handle },
        volumeSnapshotRef: { name: 'again', namespace: 'default' },
      },
    }),
  );
  cluster.run(
    client.create(VolumeSnapshots, {
      apiVersion: OF_SNAPSHOTS,
      kind: 'VolumeSnapshot',
      metadata: { name: 'again', namespace: 'default' },
      spec: { source: { volumeSnapshotContentName: 'by-hand' } },
    }),
  );
  cluster.advance(seconds(2));
  const again = cluster.run(client.get(VolumeSnapshots, { name: 'again', namespace: 'default' }));
  expect(again.status).toMatchObject({ boundVolumeSnapshotContentName: 'by-hand', readyToUse: true });
});
