// A pod's volumes: each of exactly one type, each name once.

import { at, duplicate, type FieldError, forbiddenField, invalid, required } from '../../../../kube/fielderrors.ts';
import { own } from '../../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../../kube/meta.ts';
import { dns1123Subdomain } from '../../../../kube/names.ts';
import { parseQuantity, signOfQuantity } from '../../../../kube/quantity.ts';
import type {
  V1CSIVolumeSource,
  V1EphemeralVolumeSource,
  V1GitRepoVolumeSource,
  V1ImageVolumeSource,
  V1ISCSIVolumeSource,
  V1Volume,
} from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, labelName, neededOneOf, neededText, subdomainName } from '../checks.ts';
import { descendingPath } from '../paths.ts';
import { claimTemplate } from '../volumeclaims.ts';
import * as sources from '../volumesources.ts';
import { configMapVolume, downwardApiVolume, projectedVolume, secretVolume } from './filevolumes.ts';

/** Whose volumes they are: a pod's, or those of a template for pods. */
export interface VolumeOwner {
  readonly isPod: boolean;
  readonly metadata?: V1ObjectMeta;
}

export interface CheckedVolumes {
  readonly errors: readonly FieldError[];
  /** Those without errors, by name: what containers may mount. */
  readonly volumes: ReadonlyMap<string, V1Volume>;
}

export function checkVolumes(field: string, volumes: readonly V1Volume[], owner: VolumeOwner): CheckedVolumes {
  const known = new Map<string, V1Volume>();
  const errors: FieldError[] = [];
  const podName = owner.metadata?.name ?? '';
  const made = new Set(volumes.flatMap(({ name, ephemeral }) => (ephemeral && podName ? [`${podName}-${name}`] : [])));
  for (const [i, volume] of volumes.entries()) {
    const here = at(field, i);
    const found = [...oneVolume(here, volume, owner), ...volumeName(at(here, 'name'), volume.name, known)];
    if (found.length === 0) known.set(volume.name, volume);
    errors.push(...found);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim === undefined || !made.has(claim)) continue;
    const detail = 'must not reference a PVC that gets created for an ephemeral volume';
    errors.push(invalid(at(here, 'persistentVolumeClaim', 'claimName'), claim, detail));
  }
  return { errors, volumes: known };
}

function* volumeName(field: string, name: string, known: ReadonlyMap<string, V1Volume>): Errors {
  if (isBlank(name)) yield required(field);
  else yield* labelName(field, name);
  if (known.has(name)) yield duplicate(field, name);
}

/** What is checked of a volume of one type. */
interface VolumeType {
  readonly key: keyof V1Volume;
  /** How the type is called where it is one too many, and where something in it is wrong; both mostly as its key. */
  readonly surplus?: string;
  readonly path?: string;
  check(field: string, volume: V1Volume, owner: VolumeOwner): Errors;
}

/** A type whose check looks at the source alone. */
function type<K extends keyof V1Volume>(
  key: K,
  check: (field: string, source: NonNullable<V1Volume[K]>) => Errors,
  names: { readonly surplus?: string; readonly path?: string } = {},
): VolumeType {
  return {
    key,
    ...names,
    *check(field, volume) {
      const source = volume[key];
      if (source !== undefined) yield* check(field, source);
    },
  };
}

/** In the order in which they are looked at: the first counts, the others are too many. */
const TYPES: readonly VolumeType[] = [
  type('hostPath', sources.hostPath),
  type('gitRepo', gitRepo),
  type('gcePersistentDisk', sources.gcePersistentDisk, { path: 'persistentDisk' }),
  type('awsElasticBlockStore', sources.awsElasticBlockStore),
  type('secret', secretVolume),
  type('nfs', sources.nfs),
  type('iscsi', iscsi),
  type('glusterfs', sources.neededFields('endpoints', 'path')),
  type('flocker', sources.flocker),
  type('persistentVolumeClaim', sources.neededFields('claimName')),
  type('rbd', sources.neededFields('monitors', 'image')),
  type('cinder', function* (field, source) {
    yield* neededText(at(field, 'volumeID'), source.volumeID);
    if (source.secretRef !== undefined) yield* neededText(at(field, 'secretRef', 'name'), source.secretRef.name);
  }),
  type('cephfs', sources.neededFields('monitors'), { surplus: 'cephFS' }),
  type('quobyte', sources.quobyte),
  type('downwardAPI', downwardApiVolume, { surplus: 'downwarAPI' }),
  type('fc', sources.fibreChannel),
  type('flexVolume', sources.flexVolume),
  type('configMap', configMapVolume),
  type('azureFile', sources.neededFields('secretName', 'shareName')),
  type('vsphereVolume', sources.neededFields('volumePath')),
  type('photonPersistentDisk', sources.neededFields('pdID')),
  type('portworxVolume', sources.neededFields('volumeID')),
  type('azureDisk', sources.azureDisk),
  type('storageos', function* (field, source) {
    yield* sources.storageOS(field, source);
    if (source.secretRef !== undefined) yield* neededText(at(field, 'secretRef', 'name'), source.secretRef.name);
  }),
  type('projected', projectedVolume),
  type('scaleIO', sources.neededFields('gateway', 'system', 'volumeName')),
  type('csi', csi),
  { key: 'ephemeral', check: ephemeral },
  { key: 'image', check: (field, { image = {} }, { isPod }) => imageVolume(field, image, isPod) },
];

function* oneVolume(field: string, volume: V1Volume, owner: VolumeOwner): Errors {
  let found = volume.emptyDir !== undefined;
  const size = volume.emptyDir?.sizeLimit;
  if (size !== undefined && signOfQuantity(parseQuantity(size)) < 0) {
    yield forbiddenField(at(field, 'emptyDir', 'sizeLimit'), 'SizeLimit field must be a valid resource quantity');
  }
  for (const { key, surplus = key, path = key, check } of TYPES) {
    if (own(volume, key) === undefined) continue;
    if (found) yield forbiddenField(at(field, surplus), 'may not specify more than 1 volume type');
    else yield* check(at(field, path), volume, owner);
    found = true;
    if (key === 'iscsi') yield* iscsiName(field, volume);
  }
  if (!found) yield required(field, 'must specify a volume type');
}

function* gitRepo(field: string, { repository, directory }: V1GitRepoVolumeSource): Errors {
  yield* neededText(at(field, 'repository'), repository);
  yield* descendingPath(at(field, 'directory'), directory);
}

const INITIATOR_HINT = 'must be valid format starting with iqn, eui, or naa';

function* iscsi(field: string, source: V1ISCSIVolumeSource): Errors {
  yield* neededText(at(field, 'targetPortal'), source.targetPortal);
  yield* sources.iscsi(field, source, INITIATOR_HINT);
  const { initiatorName } = source;
  if (initiatorName !== undefined) {
    yield* sources.initiator(at(field, 'initiatorname'), initiatorName, INITIATOR_HINT);
  }
}

function* iscsiName(field: string, { name, iscsi: source }: V1Volume): Errors {
  if (source?.initiatorName === undefined) return;
  const problem = sources.iscsiTogether(name, source.targetPortal);
  if (problem !== undefined) yield invalid(at(field, 'name'), name, problem);
}

function* csi(field: string, { driver, nodePublishSecretRef }: V1CSIVolumeSource): Errors {
  yield* sources.csiDriverName(at(field, 'driver'), driver);
  if (nodePublishSecretRef === undefined) return;
  const { name = '' } = nodePublishSecretRef;
  if (name === '') yield required(at(field, 'nodePublishSecretRef', 'name'));
  else yield* subdomainName(at(field, 'name'), name);
}

/** The claim that will be made carries the names of the pod and of the volume. */
function* ephemeral(field: string, { name, ephemeral: source }: V1Volume, { metadata }: VolumeOwner): Errors {
  yield* ephemeralSource(field, source ?? {});
  const podName = metadata?.name ?? '';
  if (podName === '' || isBlank(name)) return;
  const claim = `${podName}-${name}`;
  for (const problem of dns1123Subdomain(claim)) {
    yield invalid(at(parentOf(field), 'name'), name, `PVC name "${claim}": ${problem}`);
  }
}

function parentOf(field: string): string {
  return field.slice(0, field.lastIndexOf('.'));
}

function* ephemeralSource(field: string, { volumeClaimTemplate }: V1EphemeralVolumeSource): Errors {
  const here = at(field, 'volumeClaimTemplate');
  if (volumeClaimTemplate === undefined) yield required(here);
  else yield* claimTemplate(here, volumeClaimTemplate);
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

function* imageVolume(field: string, { reference, pullPolicy }: V1ImageVolumeSource, isPod: boolean): Errors {
  if (isPod) yield* neededText(at(field, 'reference'), reference);
  yield* neededOneOf(at(field, 'pullPolicy'), pullPolicy, PULL_POLICIES);
}
