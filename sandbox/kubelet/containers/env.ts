// The environment of a container: what it names itself, what it takes from ConfigMaps and Secrets, and the services that
// there are.

import { decodeBase64 } from '../../kube/go/base64.ts';
import { own } from '../../kube/json.ts';
import type { V1ConfigMap, V1Container, V1EnvVar, V1Pod, V1Secret, V1Service } from '../../schema/generated/types.ts';
import { fieldValue, resourceValue, type Surroundings } from '../volumes/downward.ts';
import { expand } from './expansion.ts';

/** A container can't be made as it is configured; the message is what its status says. */
export class ConfigError extends Error {}

/** Where references lead; undefined when there is no such object. */
export interface References {
  configMap(name: string): V1ConfigMap | undefined;
  secret(name: string): V1Secret | undefined;
}

export function environmentOf(
  container: V1Container,
  surroundings: Surroundings,
  references: References,
  services: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  const reader = { references, namespace: surroundings.pod.metadata?.namespace ?? '' };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const from = configMapRef ?? secretRef;
    if (from === undefined) continue;
    const kind = configMapRef !== undefined ? 'configmap' : 'secret';
    const data = dataOf(reader, kind, from.name ?? '', from.optional === true);
    for (const [key, value] of data ?? []) env.set(prefix + key, value);
  }
  for (const variable of container.env ?? []) {
    const { name, value = '' } = variable;
    const found =
      value === ''
        ? valueFrom(variable, container, surroundings, reader)
        : expand(value, (key) => env.get(key) ?? services.get(key));
    if (found !== undefined) env.set(name, found);
  }
  return new Map([...services, ...env]);
}

interface Reader {
  readonly references: References;
  readonly namespace: string;
}

/** Undefined when the variable isn't set at all. */
function valueFrom(
  { valueFrom: from }: V1EnvVar,
  container: V1Container,
  surroundings: Surroundings,
  reader: Reader,
): string | undefined {
  if (from?.fieldRef !== undefined) return fieldValue(from.fieldRef.fieldPath, surroundings);
  if (from?.resourceFieldRef !== undefined) return resourceValue(from.resourceFieldRef, container.name, surroundings);
  if (from?.configMapKeyRef !== undefined) return keyOf(reader, 'configmap', from.configMapKeyRef);
  if (from?.secretKeyRef !== undefined) return keyOf(reader, 'secret', from.secretKeyRef);
  return '';
}

type Kind = 'configmap' | 'secret';

function keyOf(
  reader: Reader,
  kind: Kind,
  { name = '', key, optional }: { readonly name?: string; readonly key: string; readonly optional?: boolean },
): string | undefined {
  const data = dataOf(reader, kind, name, optional === true);
  const value = data?.get(key);
  if (value !== undefined || optional === true) return value;
  const written = kind === 'configmap' ? 'ConfigMap' : 'Secret';
  throw new ConfigError(`couldn't find key ${key} in ${written} ${reader.namespace}/${name}`);
}

function dataOf(
  { references }: Reader,
  kind: Kind,
  name: string,
  optional: boolean,
): ReadonlyMap<string, string> | undefined {
  const object = kind === 'configmap' ? references.configMap(name) : references.secret(name);
  if (object === undefined) {
    if (optional) return undefined;
    throw new ConfigError(`${kind} "${name}" not found`);
  }
  const data = object.data ?? {};
  const keys = Object.keys(data).sort();
  return new Map(
    keys.map((key) => [key, kind === 'secret' ? textOfSecret(own(data, key) ?? '') : (own(data, key) ?? '')]),
  );
}

function textOfSecret(base64: string): string {
  return new TextDecoder().decode(decodeBase64(base64));
}

const MASTER = 'kubernetes';

/** Variables like docker's links: for the API server always, for the pod's own namespace unless it wants none. */
export function serviceVariables(pod: V1Pod, services: readonly V1Service[]): ReadonlyMap<string, string> {
  const namespace = pod.metadata?.namespace;
  const links = pod.spec?.enableServiceLinks !== false;
  const chosen = new Map<string, V1Service>();
  for (const service of services) {
    const { name = '', namespace: at } = service.metadata ?? {};
    const ip = service.spec?.clusterIP ?? '';
    if (ip === '' || ip === 'None') continue;
    if (at === namespace && links) chosen.set(name, service);
    else if (at === 'default' && name === MASTER && !chosen.has(name)) chosen.set(name, service);
  }
  const env = new Map<string, string>();
  for (const [name, service] of chosen) addService(env, name, service);
  return env;
}

function addService(env: Map<string, string>, name: string, { spec }: V1Service): void {
  const prefix = name.replace(/-/g, '_').toUpperCase();
  const ip = spec?.clusterIP ?? '';
  const host = ip.includes(':') ? `[${ip}]` : ip;
  const ports = spec?.ports ?? [];
  const [first] = ports;
  if (first === undefined) return;
  env.set(`${prefix}_SERVICE_HOST`, ip);
  env.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const port of ports) {
    if (port.name !== undefined && port.name !== '')
      env.set(`${prefix}_SERVICE_PORT_${port.name.replace(/-/g, '_').toUpperCase()}`, String(port.port));
  }
  for (const [i, { port, protocol = 'TCP' }] of ports.entries()) {
    const lower = protocol.toLowerCase();
    const url = `${lower}://${host}:${port}`;
    if (i === 0) env.set(`${prefix}_PORT`, url);
    const own = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    env.set(own, url);
    env.set(`${own}_PROTO`, lower);
    env.set(`${own}_PORT`, String(port));
    env.set(`${own}_ADDR`, ip);
  }
}
