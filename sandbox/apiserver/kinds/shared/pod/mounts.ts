// Where a container finds the pod's volumes: as folders or files, or as raw devices.

import { at, forbiddenField, invalid, valueNotFound } from '../../../../kube/fielderrors.ts';
import type { V1Container, V1Volume, V1VolumeDevice, V1VolumeMount } from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, isWrong, neededText, oneOf } from '../checks.ts';
import { descendingPath, noBacksteps } from '../paths.ts';

type Volumes = ReadonlyMap<string, V1Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

export function* volumeMounts(field: string, container: V1Container, volumes: Volumes): Errors {
  const paths = new Set<string>();
  const devices = new Map((container.volumeDevices ?? []).map(({ name, devicePath }) => [name, devicePath]));
  const devicePaths = new Set(devices.values());
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const { name, mountPath } = mount;
    const here = at(field, i);
    yield* neededText(at(here, 'name'), name);
    if (!volumes.has(name)) yield valueNotFound(at(here, 'name'), name);
    yield* neededText(at(here, 'mountPath'), mountPath);
    if (paths.has(mountPath)) yield invalid(at(here, 'mountPath'), mountPath, 'must be unique');
    paths.add(mountPath);
    if (devices.has(name)) yield invalid(at(here, 'name'), name, 'must not already exist in volumeDevices');
    if (devicePaths.has(mountPath)) {
      yield invalid(at(here, 'mountPath'), mountPath, 'must not already exist as a path in volumeDevices');
    }
    yield* subPaths(field, here, mount);
    yield* propagation(at(field, 'mountPropagation'), mount, container);
    yield* recursiveReadOnly(at(field, 'recursiveReadOnly'), mount);
  }
}

/** What is wrong with these paths is said of the list of mounts. */
function* subPaths(field: string, here: string, { subPath = '', subPathExpr = '' }: V1VolumeMount): Errors {
  if (subPath !== '') yield* descendingPath(at(field, 'subPath'), subPath);
  if (subPathExpr === '') return;
  if (subPath !== '') {
    yield invalid(at(here, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  }
  yield* descendingPath(at(field, 'subPathExpr'), subPathExpr);
}

function* propagation(field: string, { mountPropagation }: V1VolumeMount, container: V1Container): Errors {
  if (mountPropagation === undefined) return;
  yield* oneOf(field, mountPropagation, PROPAGATIONS);
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    yield forbiddenField(field, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

function* recursiveReadOnly(field: string, mount: V1VolumeMount): Errors {
  const { recursiveReadOnly: wish, readOnly, mountPropagation = 'None' } = mount;
  if (wish === undefined || wish === 'Disabled') return;
  yield* oneOf(field, wish, RECURSIVE_READ_ONLY);
  if (!RECURSIVE_READ_ONLY.includes(wish)) return;
  if (readOnly !== true) yield forbiddenField(field, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None') {
    yield forbiddenField(field, 'may only be specified when mountPropagation is None or not specified');
  }
}

export function* volumeDevices(field: string, container: V1Container, volumes: Volumes): Errors {
  const seen: Seen = { names: new Set(), paths: new Set() };
  const mounts = new Map((container.volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]));
  const mountPaths = new Set(mounts.values());
  for (const [i, device] of (container.volumeDevices ?? []).entries()) {
    const here = at(field, i);
    const { name, devicePath } = device;
    yield* deviceName(at(here, 'name'), name, volumes, seen);
    yield* devicePathErrors(here, field, device, seen);
    if (mounts.has(name)) yield invalid(at(here, 'name'), name, 'must not already exist in volumeMounts');
    if (mountPaths.has(devicePath)) {
      yield invalid(at(here, 'devicePath'), devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (!isBlank(name)) seen.names.add(name);
  }
}

interface Seen {
  readonly names: Set<string>;
  readonly paths: Set<string>;
}

function* deviceName(field: string, name: string, volumes: Volumes, { names }: Seen): Errors {
  const volume = volumes.get(name);
  yield* neededText(field, name);
  if (names.has(name)) yield invalid(field, name, 'must be unique');
  if (volume === undefined) yield valueNotFound(field, name);
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    yield invalid(field, name, detail);
  }
}

function* devicePathErrors(here: string, field: string, { devicePath }: V1VolumeDevice, { paths }: Seen): Errors {
  const path = at(here, 'devicePath');
  yield* neededText(path, devicePath);
  if (paths.has(devicePath)) yield invalid(path, devicePath, 'must be unique');
  if (!isBlank(devicePath) && isWrong(noBacksteps(field, devicePath))) {
    yield invalid(path, devicePath, "can not contain backsteps ('..')");
  } else paths.add(devicePath);
}
