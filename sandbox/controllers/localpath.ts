// A provisioner as clusters for learning have one: it makes volumes of folders on the node where the first pod that wants
// one was placed. It is no part of the controller manager, but a program of its own.
//
// observe: claims, volumes, storage classes.
// diff:    claims of its classes whose node is known; released volumes of its own.
// act:     create and delete volumes.

import type { Component, ComponentEngine } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import { keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { serviceAccountUser } from '../kube/operation.ts';
import { PersistentVolumeClaims, PersistentVolumes, StorageClasses } from '../schema/generated/resources.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../schema/generated/types.ts';
import { classOf } from './persistentvolume/match.ts';
import { provision, removeForsaken, waitsFor } from './persistentvolume/outside.ts';
import { PROVISIONED_BY, SELECTED_NODE } from './persistentvolume/provision.ts';

const NAME = 'rancher.io/local-path';
const ON_NODE = 'local.path.provisioner/selected-node';
const FOLDER = '/var/local-path-provisioner';

const DEFAULT = { 'storageclass.kubernetes.io/is-default-class': 'true' };
/** The class that comes with it, for claims that name none. */
const CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { annotations: DEFAULT, name: 'standard' },
  provisioner: NAME,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};
/** It was made by `kubectl apply`, and says so. */
const STANDARD: V1StorageClass = {
  ...CLASS,
  metadata: {
    name: CLASS.metadata.name,
    annotations: { ...DEFAULT, 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(CLASS)}\n` },
  },
};

/** The program as a simulator takes it. */
export function localPathProvisioner(): {
  readonly name: string;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly setup: (component: ComponentEngine) => void;
} {
  return {
    name: 'local-path-provisioner',
    user: serviceAccountUser('local-path-storage', 'local-path-provisioner-service-account'),
    setup,
  };
}

function setup(component: Component): void {
  const claims = component.informer(PersistentVolumeClaims);
  const volumes = component.informer(PersistentVolumes);
  const classes = component.informer(StorageClasses);
  const events = createEventRecorder(component, { component: `${NAME}_local-path-provisioner` });
  const queue = component.queue('claims', function* (key, turn) {
    const claim = claims.get(key);
    const storage = claim === undefined ? undefined : classes.get(classOf(claim));
    if (claim === undefined || storage === undefined || !waitsFor(NAME, claim, storage)) return undefined;
    const say = (reason: string, message: string): void =>
      events.note({ about: claim, type: 'Normal', reason, message, causes: turn.causes });
    const volume = volumeFor(claim, storage);
    if (volumes.get(keyOf(volume)) !== undefined) return undefined;
    yield* provision(turn.client, key, volume, say);
    return undefined;
  });
  const install = component.timer<object>('install', function* (_, turn) {
    if ((yield* turn.client.find(StorageClasses, { name: 'standard' })) === undefined)
      yield* turn.client.create(StorageClasses, STANDARD);
  });
  component.onStart(() => install.post({}));
  claims.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
  removeForsaken(component, NAME);
}

function volumeFor(claim: V1PersistentVolumeClaim, storage: V1StorageClass): V1PersistentVolume {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata ?? {};
  const node = own(claim.metadata?.annotations, SELECTED_NODE) ?? '';
  const volume = `pvc-${uid}`;
  const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] };
  const path = `${FOLDER}/${volume}_${namespace}_${name}`;
  return {
    metadata: { name: volume, annotations: { [ON_NODE]: node, [PROVISIONED_BY]: NAME } },
    spec: {
      capacity: { storage: own(claim.spec?.resources?.requests, 'storage') ?? '0' },
      hostPath: { path, type: 'DirectoryOrCreate' },
      accessModes: claim.spec?.accessModes ?? [],
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
      persistentVolumeReclaimPolicy: storage.reclaimPolicy ?? 'Delete',
      storageClassName: storage.metadata?.name ?? '',
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      ...(node === '' ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [term] } } }),
    },
  };
}
