// A storage driver as clouds have them: it makes volumes that any node can have, one at a time, attaches them where it is
// asked to, and makes them larger. Its parts are one program here: provisioner,
// attacher, registrar, and the resizer of csidriver/resizer.ts.
//
// observe: claims, volumes, storage classes, attachments.
// diff:    claims of its classes; attachments it has not made or not yet undone.
// act:     create and delete volumes; report attachments; be known on nodes.

import type { Component, ComponentEngine } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import { keyOf } from '../client/informer.ts';
import { installMissing } from '../client/install.ts';
import { own } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { serviceAccountUser } from '../kube/operation.ts';
import {
  CSINodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
  VolumeAttachments,
} from '../schema/generated/resources.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../schema/generated/types.ts';
import { resizer } from './csidriver/resizer.ts';
import { classOf } from './persistentvolume/match.ts';
import { provision, removeForsaken, waitsFor } from './persistentvolume/outside.ts';
import { PROVISIONED_BY } from './persistentvolume/provision.ts';

export const CSI_DRIVER = 'hostpath.csi.k8s.io';

/** What comes with it. */
const INSTALLED: readonly KubeObject[] = [
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
  readonly setup: (component: ComponentEngine) => void;
} {
  return { name: 'csi-hostpath-driver', user: serviceAccountUser('kube-system', 'csi-hostpath-driver'), setup };
}

function setup(component: Component): void {
  provisioner(component);
  attacher(component);
  registrar(component);
  resizer(component, CSI_DRIVER);
  const install = component.timer<object>('install', function* (_, turn) {
    yield* installMissing(turn.client, INSTALLED);
  });
  component.onStart(() => install.post({}));
}

function provisioner(component: Component): void {
  const claims = component.informer(PersistentVolumeClaims);
  const volumes = component.informer(PersistentVolumes);
  const classes = component.informer(StorageClasses);
  const events = createEventRecorder(component, { component: CSI_DRIVER });
  const ofClaims = component.queue('claims', function* (key, turn) {
    const claim = claims.get(key);
    const storage = claim === undefined ? undefined : classes.get(classOf(claim));
    if (claim === undefined || storage === undefined) return undefined;
    const say = (reason: string, message: string): void =>
      events.note({ about: claim, type: 'Normal', reason, message, causes: turn.causes });
    if (!waitsFor(CSI_DRIVER, claim, storage)) return undefined;
    const volume = volumeFor(claim, storage);
    if (volumes.get(keyOf(volume)) === undefined) yield* provision(turn.client, key, volume, say);
    return undefined;
  });
  claims.on(({ type, object, causes }) => {
    if (type !== 'deleted') ofClaims.add(keyOf(object), causes);
  });
  removeForsaken(component, CSI_DRIVER);
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
