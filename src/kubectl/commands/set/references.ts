// Where an environment variable has its value from, in words, and what that value is, as far as kubectl can find out.

import { decodeBase64 } from '../../../../sandbox/kube/go/base64.ts';
import { quote } from '../../../../sandbox/kube/go/text.ts';
import { qualifiedName } from '../../../../sandbox/kube/names.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { ConfigMaps, Secrets } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Container, V1EnvVarSource } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { resourceAmount } from '../../describe/environment.ts';
import { type Info, metaMap, metaText, objectOf } from '../../resource/info.ts';
import { getTyped } from '../../resource/typed.ts';

export function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: V1EnvVarSource): string {
  if (configMapKeyRef !== undefined) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef !== undefined) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef !== undefined) return `field path ${fieldRef.fieldPath}`;
  if (resourceFieldRef === undefined) return 'invalid valueFrom';
  const { containerName = '', resource } = resourceFieldRef;
  return `resource field ${containerName === '' ? '' : `${containerName}/`}${resource}`;
}

/** Throws for what isn't there and for what only a running container knows. */
export function* referencedValue(
  call: Call,
  info: Info,
  container: V1Container,
  from: V1EnvVarSource,
): Blocking<string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (secretKeyRef !== undefined) {
    const { name = '', key } = secretKeyRef;
    const { data } = yield* getTyped(yield* call.client(), Secrets, info.namespace, name);
    return new TextDecoder().decode(decodeBase64(valueIn(data, key, `secret ${name}`)));
  }
  if (configMapKeyRef !== undefined) {
    const { name = '', key } = configMapKeyRef;
    const { data } = yield* getTyped(yield* call.client(), ConfigMaps, info.namespace, name);
    return valueIn(data, key, `config map ${name}`);
  }
  if (fieldRef !== undefined) return fieldValue(info, fieldRef.fieldPath);
  if (resourceFieldRef === undefined) throw new Error('invalid valueFrom');
  const amount = resourceAmount(resourceFieldRef, container);
  if (amount === undefined) throw new Error(`Unsupported container resource : ${resourceFieldRef.resource}`);
  return amount;
}

function valueIn(data: Readonly<Record<string, string>> | undefined, key: string, where: string): string {
  const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) throw new Error(`key ${key} not found in ${where}`);
  return value;
}

const MAPS = { 'metadata.annotations': 'annotations', 'metadata.labels': 'labels' } as const;
const TEXTS: readonly string[] = ['name', 'namespace', 'uid'];

/** A field of the object's metadata; others aren't known to kubectl. */
function fieldValue(info: Info, path: string): string {
  const object = objectOf(info);
  const [, base = path, key] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  const field = base === 'metadata.annotations' || base === 'metadata.labels' ? MAPS[base] : undefined;
  if (key !== undefined) {
    if (field === undefined) throw new Error(`fieldPath ${quote(path)} does not support subscript`);
    const problems = qualifiedName(field === 'annotations' ? key.toLowerCase() : key);
    if (problems.length > 0) throw new Error(`invalid key subscript in ${path}: ${problems.join(';')}`);
    const map = metaMap(object, field);
    return Object.hasOwn(map, key) ? (map[key] ?? '') : '';
  }
  if (field !== undefined) {
    const pairs = Object.entries(metaMap(object, field)).sort(([a], [b]) => (a < b ? -1 : 1));
    return pairs.map(([name, value]) => `${name}=${quote(value)}`).join('\n');
  }
  const name = base.replace(/^metadata\./, '');
  if (base !== name && TEXTS.includes(name)) return metaText(object, name);
  throw new Error(`unsupported fieldPath: ${path}`);
}
