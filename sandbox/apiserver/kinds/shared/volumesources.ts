// Volume sources that pods and persistent volumes share: disks and network file systems of many kinds.

import { at, atKey, invalid, notSupported, required, tooLong } from '../../../kube/fielderrors.ts';
import { byteLength, sortedKeys } from '../../../kube/go/text.ts';
import { isArray, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import { dns1123Subdomain, inRange } from '../../../kube/names.ts';
import type {
  V1AWSElasticBlockStoreVolumeSource,
  V1AzureDiskVolumeSource,
  V1FCVolumeSource,
  V1FlexVolumeSource,
  V1FlockerVolumeSource,
  V1GCEPersistentDiskVolumeSource,
  V1HostPathVolumeSource,
  V1ISCSIVolumeSource,
  V1NFSVolumeSource,
  V1QuobyteVolumeSource,
} from '../../../schema/generated/types.ts';
import { type Errors, isBlank, labelName, neededText, oneOf, problemsOf } from './checks.ts';
import { noBacksteps } from './paths.ts';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function* hostPath(field: string, source: V1HostPathVolumeSource): Errors {
  if (isBlank(source.path)) {
    yield required(at(field, 'path'));
    return;
  }
  yield* noBacksteps(at(field, 'path'), source.path);
  if (source.type !== undefined) yield* oneOf(at(field, 'type'), source.type, HOST_PATH_TYPES);
}

export function* gcePersistentDisk(field: string, { pdName, partition }: V1GCEPersistentDiskVolumeSource): Errors {
  yield* neededText(at(field, 'pdName'), pdName);
  yield* diskPartition(at(field, 'partition'), partition);
}

export function* awsElasticBlockStore(field: string, source: V1AWSElasticBlockStoreVolumeSource): Errors {
  yield* neededText(at(field, 'volumeID'), source.volumeID);
  yield* diskPartition(at(field, 'partition'), source.partition);
}

/** Zero is the whole disk, although the message doesn't say so. */
function* diskPartition(field: string, partition = 0): Errors {
  if (partition < 0 || partition > 255) yield invalid(field, partition, 'must be between 1 and 255, inclusive');
}

export function* nfs(field: string, { server, path = '' }: V1NFSVolumeSource): Errors {
  yield* neededText(at(field, 'server'), server);
  yield* neededText(at(field, 'path'), path);
  if (!path.startsWith('/')) yield invalid(at(field, 'path'), path, 'must be an absolute path');
}

const INITIATORS: readonly (readonly [prefix: string, form: RegExp])[] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
];

/** Far beyond any real name; the patterns aren't tried on what is longer. */
const INITIATOR_MAX = 2048;

const NAME_AND_PORTAL_MAX = 64;
const TOO_LONG_TOGETHER =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

export function iscsiTogether(name: string, portal = ''): string | undefined {
  return byteLength(`${name}:${portal}`) > NAME_AND_PORTAL_MAX ? TOO_LONG_TOGETHER : undefined;
}

/** `hint` is what is said of names that begin with none of the known prefixes. */
export function* iscsi(
  field: string,
  source: Omit<V1ISCSIVolumeSource, 'secretRef'> & { readonly secretRef?: object },
  hint: string,
): Errors {
  const { iqn = '', lun = 0, secretRef } = source;
  if (iqn === '') yield required(at(field, 'iqn'));
  else yield* initiator(at(field, 'iqn'), iqn, hint);
  yield* problemsOf(at(field, 'lun'), lun, inRange(lun, 0, 255));
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && secretRef === undefined) yield required(at(field, 'secretRef'));
}

export function* initiator(field: string, name: string, hint: string): Errors {
  const known = INITIATORS.find(([prefix]) => name.startsWith(prefix));
  if (known === undefined) yield invalid(field, name, hint);
  else if (name.length > INITIATOR_MAX || !known[1].test(name)) yield invalid(field, name, 'must be valid format');
}

export function* quobyte(field: string, { registry = '', volume, tenant = '' }: V1QuobyteVolumeSource): Errors {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') yield required(at(field, 'registry'), pairs);
  else if (byteLength(tenant) >= 65) {
    yield required(at(field, 'tenant'), 'must be a UUID and may not exceed a length of 64 characters');
  } else {
    for (const pair of registry.split(','))
      if (!isHostPort(pair)) yield invalid(at(field, 'registry'), registry, pairs);
  }
  yield* neededText(at(field, 'volume'), volume);
}

/** `host:port`, `[::1]:port`: one colon outside brackets. */
function isHostPort(text: string): boolean {
  if (!text.startsWith('[')) return /^[^:[\]]*:[^:[\]]*$/.test(text);
  return /^\[[^[\]]*\]:[^:[\]]*$/.test(text);
}

export function* flocker(field: string, { datasetName = '', datasetUUID = '' }: V1FlockerVolumeSource): Errors {
  if (datasetName === '' && datasetUUID === '') {
    yield required(field, 'one of datasetName and datasetUUID is required');
  }
  if (datasetName !== '' && datasetUUID !== '') {
    yield invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  }
  if (datasetName.includes('/')) yield invalid(at(field, 'datasetName'), datasetName, "must not contain '/'");
}

export function* fibreChannel(field: string, { targetWWNs = [], wwids = [], lun }: V1FCVolumeSource): Errors {
  if (targetWWNs.length === 0 && wwids.length === 0) {
    yield required(at(field, 'targetWWNs'), 'must specify either targetWWNs or wwids, but not both');
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    const detail = 'targetWWNs and wwids can not be specified simultaneously';
    yield invalid(at(field, 'targetWWNs'), targetWWNs, detail);
  }
  if (lun === undefined) yield required(at(field, 'lun'), 'lun is required if targetWWNs is specified');
  else yield* problemsOf(at(field, 'lun'), lun, inRange(lun, 0, 255));
}

export function* flexVolume(field: string, { driver, options = {} }: V1FlexVolumeSource): Errors {
  yield* neededText(at(field, 'driver'), driver);
  for (const key of sortedKeys(options)) {
    const domain = `.${(key.split('/')[0] ?? '').toLowerCase()}`;
    if (!domain.endsWith('.kubernetes.io') && !domain.endsWith('.k8s.io')) continue;
    yield invalid(atKey(at(field, 'options'), key), key, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function* azureDisk(field: string, source: V1AzureDiskVolumeSource): Errors {
  const { diskURI = '', cachingMode, kind } = source;
  yield* neededText(at(field, 'diskName'), source.diskName);
  yield* neededText(at(field, 'diskURI'), diskURI);
  if (cachingMode !== undefined) yield* oneOf(at(field, 'cachingMode'), cachingMode, CACHING_MODES);
  if (kind === undefined) return;
  yield* oneOf(at(field, 'kind'), kind, DISK_KINDS);
  const managed = kind === 'Managed';
  if (!diskURI.startsWith(managed ? '/subscriptions/' : 'https://')) {
    yield notSupported(at(field, 'diskURI'), diskURI, [managed ? MANAGED_URI : BLOB_URI]);
  }
}

/** StorageOS, without its secret. */
export function* storageOS(
  field: string,
  { volumeName, volumeNamespace }: { readonly volumeName?: string; readonly volumeNamespace?: string },
): Errors {
  if (isBlank(volumeName)) yield required(at(field, 'volumeName'));
  else yield* labelName(at(field, 'volumeName'), volumeName ?? '');
  if (!isBlank(volumeNamespace)) yield* labelName(at(field, 'volumeNamespace'), volumeNamespace ?? '');
}

const DRIVER_BYTES_MAX = 63;

export function* csiDriverName(field: string, name = ''): Errors {
  if (name === '') {
    yield required(field);
    return;
  }
  if (byteLength(name) > DRIVER_BYTES_MAX) {
    yield tooLong(field, DRIVER_BYTES_MAX);
  }
  yield* problemsOf(field, name, dns1123Subdomain(name.toLowerCase()));
}

/** Some fields of a source have to be set; what is wrong when they aren't, in this order. */
export function neededFields(...names: readonly string[]): (field: string, source: JsonObject) => Errors {
  return function* (field, source) {
    for (const name of names) if (isEmpty(own(source, name))) yield required(at(field, name));
  };
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (isArray(value) && value.length === 0);
}
