// Volumes that are made of files: secrets, config maps, the downward API, and several of these together.

import { at, forbiddenField, invalid, required } from '../../../../kube/fielderrors.ts';
import type {
  V1ConfigMapVolumeSource,
  V1DownwardAPIVolumeFile,
  V1DownwardAPIVolumeSource,
  V1KeyToPath,
  V1ProjectedVolumeSource,
  V1SecretVolumeSource,
  V1ServiceAccountTokenProjection,
  V1VolumeProjection,
} from '../../../../schema/generated/types.ts';
import { type Errors, eachItem, isBlank, neededText } from '../checks.ts';
import { fileMode, unreservedPath } from '../paths.ts';
import { containerResourceRef, objectFieldRef } from './fieldrefs.ts';

export function* secretVolume(field: string, { secretName, defaultMode, items }: V1SecretVolumeSource): Errors {
  yield* neededText(at(field, 'secretName'), secretName);
  yield* fileMode(at(field, 'defaultMode'), defaultMode);
  yield* eachItem(items, at(field, 'items'), keyToPath);
}

export function* configMapVolume(field: string, { name, defaultMode, items }: V1ConfigMapVolumeSource): Errors {
  yield* neededText(at(field, 'name'), name);
  yield* fileMode(at(field, 'defaultMode'), defaultMode);
  yield* eachItem(items, at(field, 'items'), keyToPath);
}

export function* downwardApiVolume(field: string, { defaultMode, items = [] }: V1DownwardAPIVolumeSource): Errors {
  yield* fileMode(at(field, 'defaultMode'), defaultMode);
  for (const file of items) yield* downwardApiFile(field, file);
}

function* keyToPath({ key, path, mode }: V1KeyToPath, field: string): Errors {
  yield* neededText(at(field, 'key'), key);
  yield* neededText(at(field, 'path'), path);
  yield* unreservedPath(at(field, 'path'), path);
  yield* fileMode(at(field, 'mode'), mode);
}

const FILE_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** The errors of all files are about the volume: they tell no index. */
function* downwardApiFile(field: string, file: V1DownwardAPIVolumeFile): Errors {
  const { path, fieldRef, resourceFieldRef, mode } = file;
  yield* neededText(at(field, 'path'), path);
  yield* unreservedPath(at(field, 'path'), path);
  if (fieldRef !== undefined) {
    yield* objectFieldRef(at(field, 'fieldRef'), fieldRef, FILE_FIELDS);
    if (resourceFieldRef !== undefined) {
      yield invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (resourceFieldRef !== undefined) {
    yield* containerResourceRef(at(field, 'resourceFieldRef'), resourceFieldRef, { needsContainer: true });
  } else yield required(field, 'one of fieldRef and resourceFieldRef is required');
  yield* fileMode(at(field, 'mode'), mode);
}

export function* projectedVolume(field: string, { defaultMode, sources = [] }: V1ProjectedVolumeSource): Errors {
  yield* fileMode(at(field, 'defaultMode'), defaultMode);
  const paths = new Set<string>();
  for (const [i, source] of (sources ?? []).entries()) yield* projection(field, at(field, 'sources', i), source, paths);
}

/** One source. Its files may not be where those of another source are; `paths` holds what is taken. */
function* projection(volume: string, field: string, source: V1VolumeProjection, paths: Set<string>): Errors {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  for (const [key, files] of [
    ['secret', secret],
    ['configMap', configMap],
  ] as const) {
    if (files === undefined) continue;
    yield* neededText(at(field, key, 'name'), files.name);
    for (const [i, item] of (files.items ?? []).entries()) {
      yield* keyToPath(item, at(field, key, 'items', i));
      yield* takePath(volume, item.path, files.name ?? '', paths);
    }
  }
  for (const file of downwardAPI?.items ?? []) {
    yield* downwardApiFile(at(field, 'downwardAPI'), file);
    yield* takePath(volume, file.path, file.path, paths);
  }
  if (serviceAccountToken !== undefined) yield* tokenProjection(volume, field, serviceAccountToken);
  if ([secret, configMap, downwardAPI, serviceAccountToken].filter((one) => one !== undefined).length > 1) {
    yield forbiddenField(field, 'may not specify more than 1 volume type per source');
  }
}

function* takePath(volume: string, path: string, shown: string, paths: Set<string>): Errors {
  if (isBlank(path)) return;
  if (paths.has(path)) yield invalid(volume, shown, 'conflicting duplicate paths');
  paths.add(path);
}

const TEN_MINUTES = 600;
const LONGEST_TOKEN = 2 ** 32;

function* tokenProjection(volume: string, field: string, token: V1ServiceAccountTokenProjection): Errors {
  const { expirationSeconds = 0, path } = token;
  const expires = at(field, 'serviceAccountToken', 'expirationSeconds');
  if (expirationSeconds < TEN_MINUTES) {
    yield invalid(expires, expirationSeconds, 'may not specify a duration less than 10 minutes');
  }
  if (expirationSeconds > LONGEST_TOKEN) {
    yield invalid(expires, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
  if (isBlank(path)) yield required(at(volume, 'path'));
  else yield* unreservedPath(at(volume, 'path'), path);
}
