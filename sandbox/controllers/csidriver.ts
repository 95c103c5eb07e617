// A storage driver as clouds have them: it makes volumes that any node can have, one at a time, attaches them where it is
// asked to, makes them larger, takes snapshots and makes volumes of these. Its parts are one program here: provisioner,
// attacher, registrar, and in csidriver/ the resizer and the snapshotter.
//
// observe: claims, volumes, storage classes, attachments.
// diff:    claims of its classes; attachments it has not made or not yet undone.
// act:     create and delete volumes; report attachments; be known on nodes.

import type { Component, ComponentEngine } from '../client/component.ts';
import { createEventRecorder, type EventType } from '../client/events.ts';
import { keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { serviceAccountUser } from '../kube/operation.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import {
  CSINodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
  VolumeAttachments,
} from '../schema/generated/resources.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../schema/generated/types.ts';
import { type DurationMs, durationMs, minutes, parseTime, seconds, type TimeMs } from '../time/units.ts';
import { resizer } from './csidriver/resizer.ts';
import { snapshotter } from './csidriver/snapshotter.ts';
import { sourceOf } from './csidriver/source.ts';
import { filesOfVolume, type Storage } from './csidriver/storage.ts';
import { classOf } from './persistentvolume/match.ts';
import { provision, removeForsaken, waitsFor } from './persistentvolume/outside.ts';
import { PROVISIONED_BY } from './persistentvolume/provision.ts';
import { snapshotDefinitions, type VolumeSnapshotClass, VolumeSnapshotClasses } from './snapshots/kinds.ts';

const CSI_DRIVER = 'hostpath.csi.k8s.io';

/** How its snapshots are made. */
const SNAPSHOT_CLASS: VolumeSnapshotClass = {
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshotClass',
  metadata: { name: 'csi-hostpath-snapclass' },
  driver: CSI_DRIVER,
  deletionPolicy: 'Delete',
};

/** What comes with it. */
export const csiObjects: readonly KubeObject[] = [
  ...snapshotDefinitions,
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: CSI_DRIVER },
    ...{ spec: { attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'] } },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'csi-hostpath-sc' },
    ...{ provisioner: CSI_DRIVER, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', allowVolumeExpansion: true },
  },
];

/** The program as a simulator takes it. */
export function csiDriver(): {
  readonly name: string;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly setup: (component: ComponentEngine, storage: Storage) => void;
} {
  return { name: 'csi-hostpath-driver', user: serviceAccountUser('kube-system', 'csi-hostpath-driver'), setup };
}

function setup(component: Component, storage: Storage): void {
  provisioner(component, storage);
  attacher(component);
  registrar(component);
  resizer(component, CSI_DRIVER);
  snapshotter(component, CSI_DRIVER, storage);
  installer(component);
}

/** Its class comes when the kind is served. */
function installer(component: Component): void {
  const ref = { name: SNAPSHOT_CLASS.metadata?.name ?? '' };
  const install = component.timer<object>('install', function* (_, { client }) {
    try {
      if ((yield* client.find(VolumeSnapshotClasses, ref)) !== undefined) return;
      yield* client.create(VolumeSnapshotClasses, SNAPSHOT_CLASS);
    } catch (error) {
      if (reasonOf(error) !== 'NotFound') throw error;
      install.post({}, seconds(1));
    }
  });
  component.onStart(() => install.post({}));
}

function provisioner(component: Component, storage: Storage): void {
  const claims = component.informer(PersistentVolumeClaims);
  const volumes = component.informer(PersistentVolumes);
  const classes = component.informer(StorageClasses);
  const events = createEventRecorder(component, { component: CSI_DRIVER });
  const ofClaims = component.queue('claims', function* (key, turn) {
    const claim = claims.get(key);
    const type = claim === undefined ? undefined : classes.get(classOf(claim));
    if (claim === undefined || type === undefined || !waitsFor(CSI_DRIVER, claim, type)) return undefined;
    const volume = volumeFor(claim, type);
    const name = keyOf(volume);
    if (volumes.get(name) !== undefined) return undefined;
    const say = (reason: string, message: string, kind: EventType = 'Normal'): void =>
      events.note({ about: claim, type: kind, reason, message, causes: turn.causes });
    try {
      const source = yield* sourceOf(turn.client, claim);
      if (source !== undefined && !storage.has(filesOfVolume(name))) storage.copy(source, filesOfVolume(name));
    } catch (error) {
      const why = `failed to provision volume with StorageClass "${keyOf(type)}": ${messageOf(error)}`;
      say('Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
      say('ProvisioningFailed', why, 'Warning');
      return { after: waitAfter(claim, turn.now()) };
    }
    yield* provision(turn.client, key, volume, say);
    return undefined;
  });
  claims.on(({ type, object, causes }) => {
    if (type !== 'deleted') ofClaims.add(keyOf(object), causes);
  });
  volumes.on(({ type, object: { metadata, spec } }) => {
    const isGone = type === 'deleted' && spec?.persistentVolumeReclaimPolicy === 'Delete';
    if (isGone && spec?.csi?.driver === CSI_DRIVER) storage.remove(filesOfVolume(metadata?.name ?? ''));
  });
  removeForsaken(component, CSI_DRIVER);
}

/** Longer and longer, as long as it has waited already, up to five minutes. */
function waitAfter({ metadata }: V1PersistentVolumeClaim, now: TimeMs): DurationMs {
  const age = now - (parseTime(metadata?.creationTimestamp ?? '') ?? now);
  return durationMs(Math.min(Math.max(age, seconds(1)), minutes(5)));
}

function attacher(component: Component): void {
  const attachments = component.informer(VolumeAttachments);
  const queue = component.queue('attachments', function* (key, turn) {
    const one = attachments.get(key);
    if (one === undefined || one.spec.attacher !== CSI_DRIVER || one.status?.attached === true) return undefined;
    yield* turn.client.updateStatus(VolumeAttachments, { ...one, status: { attached: true } });
    return undefined;
  });
  attachments.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
}

/** The driver adds itself to each node. */
function registrar(component: Component): void {
  const nodes = component.informer(CSINodes);
  const queue = component.queue('csi nodes', function* (key, turn) {
    const node = nodes.get(key);
    const drivers = node?.spec.drivers ?? [];
    if (node === undefined || drivers.some(({ name }) => name === CSI_DRIVER)) return undefined;
    const own = { name: CSI_DRIVER, nodeID: key, topologyKeys: null };
    yield* turn.client.update(CSINodes, { ...node, spec: { ...node.spec, drivers: [...drivers, own] } });
    return undefined;
  });
  nodes.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
}

function volumeFor(claim: V1PersistentVolumeClaim, storage: V1StorageClass): V1PersistentVolume {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata ?? {};
  return {
    metadata: { name: `pvc-${uid}`, annotations: { [PROVISIONED_BY]: CSI_DRIVER } },
    spec: {
      capacity: { storage: own(claim.spec?.resources?.requests, 'storage') ?? '0' },
      csi: { driver: CSI_DRIVER, volumeHandle: uid },
      accessModes: claim.spec?.accessModes ?? [],
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
      persistentVolumeReclaimPolicy: storage.reclaimPolicy ?? 'Delete',
      storageClassName: storage.metadata?.name ?? '',
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
    },
  };
}
