// Where a persistent volume lies: one of many sources, each with rules of its own, and no two of them.

import { at, forbiddenField, invalid, required } from '../../../kube/fielderrors.ts';
import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type {
  V1GlusterfsPersistentVolumeSource,
  V1ISCSIPersistentVolumeSource,
  V1ObjectReference,
  V1PersistentVolumeSpec,
  V1SecretReference,
} from '../../../schema/generated/types.ts';
import { type Errors, isBlank, neededText, problemsOf } from '../shared/checks.ts';
import { noBacksteps } from '../shared/paths.ts';
import * as sources from '../shared/volumesources.ts';

interface SourceType {
  readonly key: keyof V1PersistentVolumeSpec & string;
  /** Under which name its own fields are found wrong, and under which it is one too many, where these differ. */
  readonly within?: string;
  readonly besides?: string;
  /** It stands beside others unremarked. */
  readonly unremarked?: true;
  readonly check: (field: string, source: never) => Errors;
}

type Exceptions = Pick<SourceType, 'within' | 'besides' | 'unremarked'>;

function source<K extends keyof V1PersistentVolumeSpec & string>(
  key: K,
  check: (field: string, source: NonNullable<V1PersistentVolumeSpec[K]>) => Errors,
  exceptions: Exceptions = {},
): SourceType {
  return { key, check, ...exceptions };
}

/** In the order in which they are looked at: the first counts, the others are too many. */
const SOURCES: readonly SourceType[] = [
  source('hostPath', sources.hostPath),
  source('gcePersistentDisk', sources.gcePersistentDisk, { within: 'persistentDisk' }),
  source('awsElasticBlockStore', sources.awsElasticBlockStore),
  source('glusterfs', glusterfs),
  source('flocker', sources.flocker),
  source('nfs', sources.nfs),
  source('rbd', sources.neededFields('monitors', 'image')),
  source('quobyte', sources.quobyte),
  source('cephfs', sources.neededFields('monitors'), { besides: 'cephFS' }),
  source('iscsi', iscsi),
  source('cinder', function* (field, { volumeID, secretRef }) {
    yield* neededText(at(field, 'volumeID'), volumeID);
    yield* placedSecret(at(field, 'secretRef'), secretRef);
  }),
  source('fc', sources.fibreChannel),
  source('flexVolume', sources.flexVolume, { unremarked: true }),
  source('azureFile', function* (field, { secretName, shareName, secretNamespace }) {
    yield* neededText(at(field, 'secretName'), secretName);
    yield* neededText(at(field, 'shareName'), shareName);
    if (secretNamespace === '') yield required(at(field, 'secretNamespace'));
  }),
  source('vsphereVolume', sources.neededFields('volumePath')),
  source('photonPersistentDisk', sources.neededFields('pdID')),
  source('portworxVolume', sources.neededFields('volumeID')),
  source('azureDisk', sources.azureDisk),
  source('scaleIO', sources.neededFields('gateway', 'system', 'volumeName')),
  source('local', function* (field, { path }) {
    if (isBlank(path)) yield required(at(field, 'path'));
    else yield* noBacksteps(at(field, 'path'), path);
  }),
  source('storageos', function* (field, { secretRef, ...volume }) {
    yield* sources.storageOS(field, volume);
    yield* placedSecret(at(field, 'secretRef'), secretRef);
  }),
  source('csi', function* (field, csi) {
    const { driver, volumeHandle } = csi;
    yield* sources.csiDriverName(at(field, 'driver'), driver);
    yield* neededText(at(field, 'volumeHandle'), volumeHandle);
    for (const name of CHECKED_SECRETS) if (csi[name] !== undefined) yield* secretReference(at(field, name), csi[name]);
  }),
];

const CHECKED_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

/** A secret by its name and namespace, whatever these are like. */
function* placedSecret(field: string, secret: V1SecretReference | V1ObjectReference | undefined): Errors {
  if (secret !== undefined) yield* sources.neededFields('name', 'namespace')(field, secret as JsonObject);
}

function* secretReference(field: string, { name = '', namespace = '' }: V1SecretReference): Errors {
  if (name === '') yield required(at(field, 'name'));
  else yield* problemsOf(at(field, 'name'), name, dns1123Subdomain(name));
  if (namespace === '') yield required(at(field, 'namespace'));
  else yield* problemsOf(at(field, 'namespace'), namespace, dns1123Label(namespace));
}

function* glusterfs(field: string, { endpoints, path, endpointsNamespace }: V1GlusterfsPersistentVolumeSource): Errors {
  yield* neededText(at(field, 'endpoints'), endpoints);
  yield* neededText(at(field, 'path'), path);
  const here = at(field, 'endpointsNamespace');
  if (endpointsNamespace === undefined) return;
  if (endpointsNamespace !== '') yield* problemsOf(here, endpointsNamespace, dns1123Label(endpointsNamespace));
  else yield invalid(here, '', 'if the endpointnamespace is set, it must be a valid namespace name');
}

const FORM = 'must be valid format';

function* iscsi(field: string, source: V1ISCSIPersistentVolumeSource): Errors {
  yield* neededText(at(field, 'targetPortal'), source.targetPortal);
  yield* sources.iscsi(field, source, FORM);
  if (source.secretRef !== undefined && isBlank(source.secretRef.name)) yield required(at(field, 'secretRef', 'name'));
  if (source.initiatorName !== undefined) {
    yield* sources.initiator(at(field, 'initiatorname'), source.initiatorName, FORM);
  }
}

export function* sourceErrors(spec: V1PersistentVolumeSpec, field = 'spec'): Errors {
  let found = 0;
  for (const { key, within = key, besides = key, unremarked = false, check } of SOURCES) {
    const value = spec[key];
    if (value === undefined) continue;
    if (found > 0 && !unremarked) yield forbiddenField(at(field, besides), 'may not specify more than 1 volume type');
    else yield* check(at(field, within), value as never);
    if (found === 0 && key === 'local' && spec.nodeAffinity === undefined) {
      yield required(at(field, 'nodeAffinity'), 'Local volume requires node affinity');
    }
    found++;
  }
  if (found === 0) yield required(field, 'must specify a volume type');
}

/** A node's whole disk may not be wiped for the next claim. */
export function* recycledRoot(
  { hostPath, persistentVolumeReclaimPolicy: policy }: V1PersistentVolumeSpec,
  field: string,
): Errors {
  if (policy !== 'Recycle' || !isRoot(hostPath?.path)) return;
  yield forbiddenField(at(field, 'persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'");
}

/** The root of a node's disk, however it is written. */
function isRoot(path = ''): boolean {
  return /^\/(?:\.{0,2}\/)*\.{0,2}$/.test(path);
}

export function sourceOf(spec: V1PersistentVolumeSpec): JsonObject {
  const given = SOURCES.flatMap(({ key }): readonly (readonly [string, JsonValue])[] => {
    const value = spec[key];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(given);
}
