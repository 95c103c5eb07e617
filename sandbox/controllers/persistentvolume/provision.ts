// Having volumes made for claims: by the provisioner that is built in, or by one outside that is told by an annotation.

import { type Informer, keyOf } from '../../client/informer.ts';
import { own } from '../../kube/json.ts';
import { reasonOf } from '../../kube/status.ts';
import { PersistentVolumeClaims, PersistentVolumes } from '../../schema/generated/resources.ts';
import type {
  V1ObjectReference,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StorageClass,
} from '../../schema/generated/types.ts';
import { draws, uuid } from '../../time/chance.ts';
import type { Work } from '../../time/loop.ts';
import type { ControllerHost } from '../controller.ts';
import { noteWritten, type Written } from '../shared/readback.ts';
import { classOf } from './match.ts';

export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const OLD_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
/** The one provisioner that is built in. */
/** Provisioners of this prefix would be part of the controller itself; of these one is left. */
const IN_TREE = 'kubernetes.io/';
export const HOST_PATH = 'kubernetes.io/host-path';

export interface Observed {
  readonly claims: Informer<V1PersistentVolumeClaim>;
  readonly volumes: Informer<V1PersistentVolume>;
  readonly classes: Informer<V1StorageClass>;
  readonly pods: Informer<V1Pod>;
  readonly written: () => { readonly claims: Written; readonly volumes: Written };
}

/** Has a volume made: here, or by somebody outside who is told by an annotation. */
export function* provision(
  host: ControllerHost,
  claim: V1PersistentVolumeClaim,
  storage: V1StorageClass | undefined,
  observed: Observed,
): Work<void> {
  const { provisioner = '' } = storage ?? {};
  if (storage === undefined) {
    say(host, claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${classOf(claim)}" not found`);
    return;
  }
  if (provisioner.startsWith(IN_TREE) && provisioner !== HOST_PATH) {
    say(host, claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`);
    return;
  }
  const { annotations } = claim.metadata ?? {};
  let current = claim;
  if (own(annotations, PROVISIONER) !== provisioner) {
    const added = { ...annotations, [OLD_PROVISIONER]: provisioner, [PROVISIONER]: provisioner };
    current = yield* updateClaim(host, { ...claim, metadata: { ...claim.metadata, annotations: added } }, observed);
  }
  if (provisioner === HOST_PATH) return yield* provisionHere(host, current, storage, observed);
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  say(host, current, 'Normal', 'ExternalProvisioning', message);
}

/** Holds a volume until what it stands for is gone: taken off by whoever deletes that. */
export const UNTIL_DELETED = 'kubernetes.io/pv-controller';

function* provisionHere(
  host: ControllerHost,
  claim: V1PersistentVolumeClaim,
  { metadata, reclaimPolicy = 'Delete', mountOptions, provisioner }: V1StorageClass,
  observed: Observed,
): Work<void> {
  const uid = claim.metadata?.uid ?? '';
  const name = `pvc-${uid}`;
  const folder = uuid(draws(host.component.seed, 'hostpath', name), 0);
  const { accessModes = [], resources } = claim.spec ?? {};
  const volume: V1PersistentVolume = {
    metadata: {
      name,
      annotations: {
        'kubernetes.io/createdby': 'hostpath-dynamic-provisioner',
        [BOUND_BY_CONTROLLER]: 'yes',
        [PROVISIONED_BY]: provisioner,
      },
      ...(reclaimPolicy === 'Delete' ? { finalizers: [UNTIL_DELETED] } : {}),
    },
    spec: {
      persistentVolumeReclaimPolicy: reclaimPolicy,
      accessModes,
      capacity: { storage: own(resources?.requests, 'storage') ?? '0' },
      hostPath: { path: `/tmp/hostpath_pv/${folder}`, type: '' },
      claimRef: referenceTo(claim),
      storageClassName: metadata?.name ?? '',
      ...(mountOptions === undefined ? {} : { mountOptions }),
    },
  };
  try {
    const made = yield* host.client.create(PersistentVolumes, volume);
    noteWritten(observed.written().volumes, keyOf(made), made, host.component.now());
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
    return;
  }
  say(host, claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name} using ${provisioner}`);
}

export function referenceTo({ metadata }: V1PersistentVolumeClaim): V1ObjectReference {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = metadata ?? {};
  return { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
}

export function* updateClaim(
  host: ControllerHost,
  claim: V1PersistentVolumeClaim,
  observed: Observed,
): Work<V1PersistentVolumeClaim> {
  const made = yield* host.client.update(PersistentVolumeClaims, claim);
  noteWritten(observed.written().claims, keyOf(made), made, host.component.now());
  return made;
}

export function say(
  { events, client }: ControllerHost,
  about: V1PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  events.note({ about, type, reason, message, causes: client.caller.origin.causes });
}
