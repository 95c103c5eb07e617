// Reading objects of the cluster as controllers of proxies need them: fields that may be missing, endpoints of services,
// certificates of secrets. Pure.

import { decodeBase64 } from '../../../kube/go/base64.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import { SERVICE_NAME } from '../../../kube/wellknown.ts';
import { decode } from '../../text.ts';

import type { World } from './controller.ts';
import type { Backend } from './routes.ts';

export function objectIn(object: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const found = valueIn(object, ...path);
  return isObject(found) ? found : {};
}

export function valueIn(object: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = object;
  for (const key of path) at = isObject(at) ? own(at, key) : undefined;
  return at;
}

export function textIn(object: JsonValue | undefined, ...path: readonly string[]): string {
  const found = valueIn(object, ...path);
  return typeof found === 'string' ? found : '';
}

export function numberIn(object: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = valueIn(object, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listIn(object: JsonValue | undefined, ...path: readonly string[]): readonly JsonObject[] {
  const found = valueIn(object, ...path);
  return isArray(found) ? found.filter(isObject) : [];
}

export function textsIn(object: JsonValue | undefined, ...path: readonly string[]): readonly string[] {
  const found = valueIn(object, ...path);
  return isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}

/** Objects of a kind, the oldest first. */
export function objectsOf(world: World, kind: string): readonly JsonObject[] {
  const key = (object: JsonObject): string =>
    [textIn(object, 'metadata', 'creationTimestamp'), keyOf(object)].join(' ');
  return [...(world.get(kind)?.values() ?? [])].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** `namespace/name` */
export function keyOf(object: JsonObject): string {
  return `${textIn(object, 'metadata', 'namespace')}/${textIn(object, 'metadata', 'name')}`;
}

/** A service's port, by number or by name. */
function servicePort(service: JsonObject, port: string | number | undefined): JsonObject | undefined {
  return listIn(service, 'spec', 'ports').find((each) => each['port'] === port || each['name'] === port);
}

/** The addresses of a service's ready endpoints on one of its ports. */
function endpointsOf(world: World, service: JsonObject, port: JsonObject): readonly string[] {
  const namespace = textIn(service, 'metadata', 'namespace');
  const name = textIn(service, 'metadata', 'name');
  if (textIn(service, 'spec', 'type') === 'ExternalName')
    return [`${textIn(service, 'spec', 'externalName')}:${numberIn(port, 'port') ?? 80}`];
  const found = new Set<string>();
  for (const slice of world.get('endpointslices')?.values() ?? []) {
    if (textIn(slice, 'metadata', 'namespace') !== namespace) continue;
    if (textIn(slice, 'metadata', 'labels', SERVICE_NAME) !== name) continue;
    const target = listIn(slice, 'ports').find((each) => textIn(each, 'name') === textIn(port, 'name'));
    const number = numberIn(target, 'port');
    if (number === undefined) continue;
    for (const endpoint of listIn(slice, 'endpoints'))
      if (valueIn(endpoint, 'conditions', 'ready') !== false)
        for (const address of textsIn(endpoint, 'addresses').slice(0, 1)) found.add(`${address}:${number}`);
  }
  return [...found].sort();
}

/** Where requests for a service's port go. `missing` is the status where there is no such service or port. */
export function backendOf(
  world: World,
  namespace: string,
  name: string,
  port: string | number | undefined,
  missing: 500 | 503,
): Backend {
  const label = `${namespace}-${name}-${port ?? ''}`;
  const service = world.get('services')?.get(`${namespace}/${name}`);
  const found = service && servicePort(service, port);
  if (service === undefined || found === undefined)
    return { name: label, weight: 1, endpoints: [], otherwise: missing };
  return { name: label, weight: 1, endpoints: endpointsOf(world, service, found), otherwise: 503 };
}

/** The certificate in a secret for TLS; undefined where there is none. */
export function certificateOf(world: World, namespace: string, name: string): string | undefined {
  const secret = world.get('secrets')?.get(`${namespace}/${name}`);
  if (secret === undefined || textIn(secret, 'type') !== 'kubernetes.io/tls') return undefined;
  const certificate = decode(decodeBase64(textIn(secret, 'data', 'tls.crt')));
  return certificate === '' ? undefined : certificate;
}

/** What a service is reached at: its load balancer's addresses, or its own. */
export function addressesOf(service: JsonObject | undefined): readonly JsonObject[] {
  const external = textsIn(service, 'spec', 'externalIPs').map((ip) => ({ ip }));
  const own = textIn(service, 'spec', 'clusterIP');
  switch (textIn(service, 'spec', 'type')) {
    case 'LoadBalancer':
      return [...listIn(service, 'status', 'loadBalancer', 'ingress').map(addressOnly), ...external];
    case 'ExternalName':
      return [{ hostname: textIn(service, 'spec', 'externalName') }];
    case 'NodePort':
      return external.length > 0 ? external : [{ ip: own }];
    default:
      return own === '' || own === 'None' ? [] : [{ ip: own }];
  }
}

function addressOnly(entry: JsonObject): JsonObject {
  const { ip, hostname } = entry;
  return { ...(ip === undefined ? {} : { ip }), ...(hostname === undefined ? {} : { hostname }) };
}
