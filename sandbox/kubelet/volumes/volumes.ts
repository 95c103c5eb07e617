// The volumes of a pod on its node: set up before its containers, kept up to date, and taken away after them.

import type { Client } from '../../client/client.ts';
import { attachmentName } from '../../kube/attachments.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { parseQuantity, quantityValue } from '../../kube/quantity.ts';
import { reasonOf } from '../../kube/status.ts';
import {
  createVolume,
  giveToGroup,
  type NewVolume,
  removeVolume,
  writePayload,
} from '../../machine/runtime/volumes.ts';
import {
  ConfigMaps,
  CSIDrivers,
  PersistentVolumeClaims,
  PersistentVolumes,
  Secrets,
  ServiceAccounts,
  VolumeAttachments,
} from '../../schema/generated/resources.ts';
import type {
  V1ConfigMap,
  V1CSIPersistentVolumeSource,
  V1PersistentVolume,
  V1Secret,
  V1Volume,
} from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { after, type DurationMs, minutes } from '../../time/units.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { MadeVolume, PodRecord } from '../state.ts';
import type { Surroundings } from './downward.ts';
import { checkHostPath } from './hostpaths.ts';
import { payloadOf, SetUpError, type Sources } from './payloads.ts';

/** Tokens are renewed when four fifths of their time are over; this is the least that they are asked for. */
const TOKENS_RENEWED: DurationMs = minutes(48);

interface MountFailure {
  readonly volume: string;
  /** Undefined for what is waited for in silence. */
  readonly message: string | undefined;
}

/** A volume isn't on this node yet. */
class NotAttached extends SetUpError {}

/** Sets up what isn't yet, and fills again what was. Answers what couldn't be done. */
export function* setUpVolumes(kubelet: Kubelet, record: PodRecord, client: Client): Work<readonly MountFailure[]> {
  const failures: MountFailure[] = [];
  for (const volume of record.pod.spec?.volumes ?? []) {
    try {
      yield* setUp(kubelet, record, volume, client);
    } catch (error) {
      if (!(error instanceof SetUpError)) throw error;
      failures.push({ volume: volume.name, message: error instanceof NotAttached ? undefined : error.message });
    }
  }
  return failures;
}

function* setUp(kubelet: Kubelet, record: PodRecord, volume: V1Volume, client: Client): Work<undefined> {
  const { made } = record.volumes;
  const isPayload = [volume.configMap, volume.secret, volume.downwardAPI, volume.projected].some(Boolean);
  if (isPayload) {
    yield* fill(kubelet, record, volume, client);
    return undefined;
  }
  if (made.has(volume.name)) return undefined;
  const done = yield* make(kubelet, record, volume, client);
  if (done !== undefined) made.set(volume.name, done);
  return undefined;
}

function nameOf({ uid }: PodRecord, volume: string): string {
  return `${uid}/${volume}`;
}

function* make(kubelet: Kubelet, record: PodRecord, volume: V1Volume, client: Client): Work<MadeVolume | undefined> {
  const { emptyDir, hostPath, persistentVolumeClaim, ephemeral, image, nfs } = volume;
  if (hostPath !== undefined) {
    checkHostPath(kubelet.runtime.files(), hostPath.path, hostPath.type ?? '');
    return { kind: 'host', path: hostPath.path };
  }
  if (image !== undefined) return { kind: 'image', image: image.reference ?? '' };
  if (persistentVolumeClaim !== undefined)
    return yield* claimed(
      kubelet,
      record,
      persistentVolumeClaim.claimName,
      persistentVolumeClaim.readOnly === true,
      client,
    );
  if (ephemeral !== undefined)
    return yield* claimed(kubelet, record, `${record.pod.metadata?.name ?? ''}-${volume.name}`, false, client);
  if (nfs !== undefined) return shared(kubelet, record, `nfs/${nfs.server}${nfs.path}`, nfs.readOnly === true);
  if (emptyDir === undefined) return unsupported(volume);
  const name = nameOf(record, volume.name);
  const { medium, sizeLimit } = emptyDir;
  ensureVolume(kubelet, {
    name,
    host: kubelet.host,
    ...(medium === 'Memory' ? { memory: kubelet.host.cgroup } : {}),
    ...(medium === 'Memory' && sizeLimit !== undefined ? { limit: quantityValue(parseQuantity(sizeLimit)) } : {}),
  });
  ownByGroup(kubelet, record, name);
  return { kind: 'volume', volume: name, own: true, readOnly: false };
}

/** An earlier life of the kubelet may have made it. */
function ensureVolume({ kernel }: Kubelet, volume: NewVolume): void {
  if (!kernel.state.volumes.has(volume.name)) createVolume(kernel, volume);
}

function unsupported(volume: V1Volume): never {
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
  throw new SetUpError(`no volume plugin matched: ${kind} volumes are not simulated`);
}

function ownByGroup(kubelet: Kubelet, { pod }: PodRecord, name: string): void {
  const group = pod.spec?.securityContext?.fsGroup;
  if (group !== undefined) giveToGroup(kubelet.kernel, name, group);
}

function* claimed(
  kubelet: Kubelet,
  record: PodRecord,
  name: string,
  readOnly: boolean,
  client: Client,
): Work<MadeVolume> {
  const namespace = record.pod.metadata?.namespace ?? '';
  const claim = yield* client.find(PersistentVolumeClaims, { name, namespace });
  if (claim === undefined) throw new SetUpError(`persistentvolumeclaim "${name}" not found`);
  const bound = claim.spec?.volumeName ?? '';
  if (claim.status?.phase !== 'Bound' || bound === '') throw new SetUpError(`PVC ${namespace}/${name} is not bound`);
  const volume = yield* client.find(PersistentVolumes, { name: bound });
  if (volume === undefined) throw new SetUpError(`persistentvolume "${bound}" not found`);
  if (volume.spec?.csi !== undefined) yield* checkAttached(kubelet, volume.spec.csi, client);
  return placed(kubelet, record, volume, readOnly);
}

/** Volumes of drivers that attach have to be reported as attached to this node. */
function* checkAttached(
  { node }: Kubelet,
  { driver, volumeHandle }: V1CSIPersistentVolumeSource,
  client: Client,
): Work<void> {
  const known = yield* client.find(CSIDrivers, { name: driver });
  if (known?.spec?.attachRequired === false) return;
  const name = attachmentName(volumeHandle, driver, node.name);
  if (!(yield* isAttached(client, name))) throw new NotAttached(`volume is not attached to node ${node.name}`);
}

/** What isn't there yet a node may not even ask for. */
function* isAttached(client: Client, name: string): Work<boolean> {
  try {
    return (yield* client.get(VolumeAttachments, { name })).status?.attached === true;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== 'NotFound' && reason !== 'Forbidden') throw error;
    return false;
  }
}

/** A volume of its own storage lives in the machine room under its own name, wherever it is mounted. */
function placed(
  kubelet: Kubelet,
  record: PodRecord,
  { metadata, spec }: V1PersistentVolume,
  readOnly: boolean,
): MadeVolume {
  const path = spec?.hostPath?.path ?? spec?.local?.path;
  if (spec?.local !== undefined && path !== undefined && !kubelet.runtime.files().exists(path))
    throw new SetUpError(`path "${path}" does not exist`);
  if (path !== undefined) {
    checkHostPath(kubelet.runtime.files(), path, spec?.hostPath?.type ?? '');
    return { kind: 'host', path };
  }
  const { nfs, capacity } = spec ?? {};
  if (nfs !== undefined)
    return shared(kubelet, record, `nfs/${nfs.server}${nfs.path}`, readOnly || nfs.readOnly === true);
  return shared(kubelet, record, `pv/${metadata?.name ?? ''}`, readOnly, capacity?.storage);
}

/** Storage that isn't a node's own: whoever mounts it finds the same files. What a server exports is one thing, whoever names it. */
function shared(kubelet: Kubelet, record: PodRecord, name: string, readOnly: boolean, size?: string): MadeVolume {
  ensureVolume(kubelet, { name, ...(size === undefined ? {} : { limit: quantityValue(parseQuantity(size)) }) });
  ownByGroup(kubelet, record, name);
  return { kind: 'volume', volume: name, own: false, readOnly };
}

function* fill(kubelet: Kubelet, record: PodRecord, volume: V1Volume, client: Client): Work<undefined> {
  const name = nameOf(record, volume.name);
  const { kernel } = kubelet;
  const sources = yield* fetched(kubelet, record, volume, client);
  const payload = payloadOf(volume, surroundingsOf(kubelet, record), sources);
  if (payload === undefined) return undefined;
  if (!record.volumes.made.has(volume.name)) {
    ensureVolume(kubelet, {
      name,
      host: kubelet.host,
      ...(volume.secret || volume.projected ? { memory: kubelet.host.cgroup } : {}),
    });
    record.volumes.made.set(volume.name, { kind: 'volume', volume: name, own: true, readOnly: false });
  }
  const group = record.pod.spec?.securityContext?.fsGroup;
  if (writePayload(kernel, name, payload, group === undefined ? {} : { gid: group })) ownByGroup(kubelet, record, name);
  return undefined;
}

export function surroundingsOf(kubelet: Kubelet, { pod, seen }: PodRecord): Surroundings {
  const node = kubelet.nodes.get(kubelet.node.name);
  const podIPs = pod.spec?.hostNetwork === true ? [kubelet.node.address] : seen.ips;
  return { pod, podIPs, hostIPs: [kubelet.node.address], allocatable: node?.status?.allocatable ?? {} };
}

/** Reads all that a volume refers to, so that filling it is a pure matter. */
function* fetched(kubelet: Kubelet, record: PodRecord, volume: V1Volume, client: Client): Work<Sources> {
  const namespace = record.pod.metadata?.namespace ?? '';
  const projections = volume.projected?.sources ?? [];
  const configMaps = new Map<string, V1ConfigMap | undefined>();
  const secrets = new Map<string, V1Secret | undefined>();
  for (const name of [volume.configMap?.name, ...projections.map(({ configMap }) => configMap?.name)]) {
    if (name !== undefined) configMaps.set(name, yield* client.find(ConfigMaps, { name, namespace }));
  }
  for (const name of [volume.secret?.secretName, ...projections.map(({ secret }) => secret?.name)]) {
    if (name !== undefined) secrets.set(name, yield* client.find(Secrets, { name, namespace }));
  }
  const tokens = new Map<string, string>();
  for (const { serviceAccountToken } of projections) {
    if (serviceAccountToken === undefined) continue;
    const { audience, expirationSeconds = 3600, path } = serviceAccountToken;
    const token = yield* tokenFor(kubelet, record, path, audience, expirationSeconds, client);
    tokens.set(tokenKey(audience, expirationSeconds), token);
  }
  return {
    configMap: (name) => configMaps.get(name),
    secret: (name) => secrets.get(name),
    token: (audience, seconds) => tokens.get(tokenKey(audience, seconds)) ?? '',
  };
}

function tokenKey(audience: string | undefined, seconds: number): string {
  return `${audience ?? ''}/${seconds}`;
}

/** The token that the pod has, while it is young; else a new one. */
function* tokenFor(
  kubelet: Kubelet,
  record: PodRecord,
  path: string,
  audience: string | undefined,
  expirationSeconds: number,
  client: Client,
): Work<string> {
  const key = `${path}/${tokenKey(audience, expirationSeconds)}`;
  const known = record.volumes.tokens.get(key);
  if (known !== undefined && known.renewAt > kubelet.now()) return known.token;
  const { name: pod = '', namespace = '', uid = '' } = record.pod.metadata ?? {};
  const name = record.pod.spec?.serviceAccountName ?? 'default';
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod, uid },
    },
  };
  try {
    const made: KubeObject = yield* client.post(ServiceAccounts, { name, namespace }, 'token', request);
    const { token = '' } = (made.status ?? {}) as { readonly token?: string };
    record.volumes.tokens.set(key, { token, renewAt: after(kubelet.now(), TOKENS_RENEWED) });
    return token;
  } catch (error) {
    const reason = reasonOf(error);
    // A server that issues no tokens: the file is there, and opens nothing.
    if (reason === undefined || reason === 'MethodNotAllowed' || reason === 'BadRequest') return '';
    if (reason === 'NotFound') {
      const account = yield* client.find(ServiceAccounts, { name, namespace });
      if (account !== undefined) return '';
    }
    throw new SetUpError(`failed to fetch token: ${error instanceof Error ? error.message : reason}`);
  }
}

/** Takes away what lived with the pod only. */
export function tearDownVolumes(kubelet: Kubelet, record: PodRecord): void {
  for (const made of record.volumes.made.values()) {
    if (made.kind === 'volume' && made.own) removeVolume(kubelet.kernel, made.volume);
  }
  record.volumes.made.clear();
  const files = kubelet.runtime.files();
  files.remove(podFolder(record.uid));
}

/** Where a node keeps what belongs to a pod. */
export function podFolder(uid: string): string {
  return `/var/lib/kubelet/pods/${uid}`;
}
