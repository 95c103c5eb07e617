// Volumes made of objects: the files that ConfigMaps, Secrets, the downward API and tokens become.

import { decodeBase64 } from '../../kube/go/base64.ts';
import { own } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { bytesOf } from '../../machine/bytes.ts';
import type { PayloadFile } from '../../machine/runtime/volumes.ts';
import type {
  V1ConfigMap,
  V1DownwardAPIVolumeFile,
  V1KeyToPath,
  V1Secret,
  V1Volume,
  V1VolumeProjection,
} from '../../schema/generated/types.ts';
import { DownwardError, fieldValue, resourceValue, type Surroundings } from './downward.ts';

/** A volume can't be set up; the message stands in an event. */
export class SetUpError extends Error {}

/** Where the contents come from. */
export interface Sources {
  configMap(name: string): V1ConfigMap | undefined;
  secret(name: string): V1Secret | undefined;
  /** A token of the pod's service account; undefined where none can be had. */
  token(audience: string | undefined, expirationSeconds: number): string;
}

const DEFAULT_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** Undefined for a volume of another kind. */
export function payloadOf(
  volume: V1Volume,
  surroundings: Surroundings,
  sources: Sources,
): readonly PayloadFile[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) {
    const { name = '', items, optional, defaultMode } = configMap;
    return ofConfigMap(sources, { name, items, optional }, defaultMode);
  }
  if (secret !== undefined) {
    const { secretName: name = '', items, optional, defaultMode } = secret;
    return ofSecret(sources, { name, items, optional }, defaultMode);
  }
  if (downwardAPI !== undefined) return ofDownward(downwardAPI.items ?? [], surroundings, downwardAPI.defaultMode);
  if (projected === undefined) return undefined;
  return (projected.sources ?? []).flatMap((source) =>
    ofProjection(source, surroundings, sources, projected.defaultMode),
  );
}

function ofProjection(
  { configMap, secret, downwardAPI, serviceAccountToken }: V1VolumeProjection,
  surroundings: Surroundings,
  sources: Sources,
  mode: number | undefined,
): readonly PayloadFile[] {
  if (configMap !== undefined) return ofConfigMap(sources, reference(configMap), mode);
  if (secret !== undefined) return ofSecret(sources, reference(secret), mode);
  if (downwardAPI !== undefined) return ofDownward(downwardAPI.items ?? [], surroundings, mode);
  if (serviceAccountToken === undefined) return [];
  const { audience, expirationSeconds = TOKEN_SECONDS, path } = serviceAccountToken;
  return [{ path, data: bytesOf(sources.token(audience, expirationSeconds)), mode: mode ?? DEFAULT_MODE }];
}

interface Reference {
  readonly name: string;
  readonly items: readonly V1KeyToPath[] | undefined;
  readonly optional: boolean | undefined;
}

function reference({
  name = '',
  items,
  optional,
}: {
  readonly name?: string;
  readonly items?: readonly V1KeyToPath[];
  readonly optional?: boolean;
}): Reference {
  return { name, items, optional };
}

/** The files of an object are made once: all volumes that show it share their bytes. */
const configMapData = lazyFor(({ data = {}, binaryData = {} }: V1ConfigMap) => {
  const found = new Map<string, Uint8Array>();
  for (const key of Object.keys(data)) found.set(key, bytesOf(own(data, key) ?? ''));
  for (const key of Object.keys(binaryData)) found.set(key, decodeBase64(own(binaryData, key) ?? ''));
  return found;
});

const secretData = lazyFor(
  ({ data = {} }: V1Secret) =>
    new Map(Object.keys(data).map((key) => [key, decodeBase64(own(data, key) ?? '')] as const)),
);

function ofConfigMap(sources: Sources, { name, items, optional }: Reference, mode?: number): readonly PayloadFile[] {
  const object = sources.configMap(name);
  if (object === undefined) {
    if (optional === true) return [];
    throw new SetUpError(`configmap "${name}" not found`);
  }
  return filesOf(configMapData(object), items, optional === true, 'config', mode);
}

function ofSecret(sources: Sources, { name, items, optional }: Reference, mode?: number): readonly PayloadFile[] {
  const object = sources.secret(name);
  if (object === undefined) {
    if (optional === true) return [];
    throw new SetUpError(`secret "${name}" not found`);
  }
  return filesOf(secretData(object), items, optional === true, 'secret', mode);
}

function filesOf(
  data: ReadonlyMap<string, Uint8Array>,
  items: readonly V1KeyToPath[] | undefined,
  optional: boolean,
  kind: string,
  mode = DEFAULT_MODE,
): readonly PayloadFile[] {
  if (items === undefined || items.length === 0)
    return [...data].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => ({ path, data: bytes, mode }));
  const files: PayloadFile[] = [];
  for (const item of items) {
    const bytes = data.get(item.key);
    if (bytes === undefined) {
      if (optional) continue;
      throw new SetUpError(`references non-existent ${kind} key: ${item.key}`);
    }
    files.push({ path: item.path, data: bytes, mode: item.mode ?? mode });
  }
  return files;
}

function ofDownward(
  items: readonly V1DownwardAPIVolumeFile[],
  surroundings: Surroundings,
  mode = DEFAULT_MODE,
): readonly PayloadFile[] {
  return items.map(({ path, fieldRef, resourceFieldRef, mode: own = mode }) => {
    try {
      const text =
        fieldRef !== undefined
          ? fieldValue(fieldRef.fieldPath, surroundings)
          : resourceFieldRef !== undefined
            ? resourceValue(resourceFieldRef, '', surroundings)
            : '';
      return { path, data: bytesOf(text), mode: own };
    } catch (error) {
      if (error instanceof DownwardError) throw new SetUpError(error.message);
      throw error;
    }
  });
}
