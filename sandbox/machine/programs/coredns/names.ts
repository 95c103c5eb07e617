// What CoreDNS remembers of the cluster to answer questions from: services, endpoint slices and namespaces, as far as
// names depend on them. Plain data, made from objects as the API gives them.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../../kube/json.ts';
import { SERVICE_NAME } from '../../../kube/wellknown.ts';

export interface NamedPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}

export interface NamedService {
  readonly name: string;
  readonly namespace: string;
  /** Empty for headless services and aliases. */
  readonly addresses: readonly string[];
  /** What it is an alias of. */
  readonly alias: string | undefined;
  readonly ports: readonly NamedPort[];
}

export interface NamedEndpoint {
  readonly address: string;
  readonly hostname: string | undefined;
}

/** The endpoints of one slice that are ready. */
interface NamedEndpoints {
  readonly endpoints: readonly NamedEndpoint[];
  readonly ports: readonly NamedPort[];
}

/** All of it is kept up to date by whoever watches. */
export interface Names {
  readonly namespaces: Set<string>;
  /** By `namespace/name`. */
  readonly services: Map<string, NamedService>;
  /** By `namespace/name` of the service, then by the slice's name. */
  readonly endpoints: Map<string, Map<string, NamedEndpoints>>;
}

export function newNames(): Names {
  return { namespaces: new Set(), services: new Map(), endpoints: new Map() };
}

export type NamedKind = 'namespaces' | 'services' | 'endpointslices';

/** Takes an object in, or out. */
export function learn(names: Names, kind: NamedKind, object: JsonObject, gone: boolean): void {
  const metadata = objectAt(object, 'metadata');
  const name = textAt(metadata, 'name');
  const namespace = textAt(metadata, 'namespace');
  const key = `${namespace}/${name}`;
  if (kind === 'namespaces') {
    if (gone) names.namespaces.delete(name);
    else names.namespaces.add(name);
  } else if (kind === 'services') {
    if (gone) names.services.delete(key);
    else names.services.set(key, serviceOf(object, namespace, name));
  } else learnSlice(names, object, `${namespace}/${textAt(objectAt(metadata, 'labels'), SERVICE_NAME)}`, name, gone);
}

/** Forgets all of a kind, before it is listed again. */
export function forget(names: Names, kind: NamedKind): void {
  if (kind === 'namespaces') names.namespaces.clear();
  else if (kind === 'services') names.services.clear();
  else names.endpoints.clear();
}

function learnSlice(names: Names, object: JsonObject, service: string, slice: string, gone: boolean): void {
  const known = names.endpoints.get(service);
  if (gone) {
    known?.delete(slice);
    if (known?.size === 0) names.endpoints.delete(service);
    return;
  }
  const slices = known ?? new Map<string, NamedEndpoints>();
  names.endpoints.set(service, slices);
  slices.set(slice, endpointsOf(object));
}

function serviceOf(object: JsonObject, namespace: string, name: string): NamedService {
  const spec = objectAt(object, 'spec');
  const addresses = textsAt(spec, 'clusterIPs');
  const single = textAt(spec, 'clusterIP');
  const all = addresses.length > 0 ? addresses : [single];
  return Object.freeze({
    name,
    namespace,
    addresses: Object.freeze(all.filter((address) => address !== '' && address !== 'None')),
    alias: textAt(spec, 'type') === 'ExternalName' ? textAt(spec, 'externalName') : undefined,
    ports: portsOf(spec),
  });
}

function endpointsOf(object: JsonObject): NamedEndpoints {
  const endpoints: NamedEndpoint[] = [];
  for (const each of listAt(object, 'endpoints')) {
    if (!isObject(each) || objectAt(each, 'conditions')['ready'] === false) continue;
    const hostname = textAt(each, 'hostname');
    for (const address of textsAt(each, 'addresses'))
      endpoints.push(Object.freeze({ address, hostname: hostname === '' ? undefined : hostname }));
  }
  return Object.freeze({ endpoints: Object.freeze(endpoints), ports: portsOf(object) });
}

function portsOf(holder: JsonObject): readonly NamedPort[] {
  const ports = listAt(holder, 'ports').filter(isObject);
  return Object.freeze(
    ports.map((each) =>
      Object.freeze({
        name: textAt(each, 'name'),
        protocol: (textAt(each, 'protocol') || 'TCP').toLowerCase(),
        port: Number(each['port'] ?? 0),
      }),
    ),
  );
}

function objectAt(holder: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  return isObject(value) ? value : {};
}

function textAt(holder: JsonObject, key: string): string {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function listAt(holder: JsonObject, key: string): readonly JsonValue[] {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  return value !== undefined && isArray(value) ? value : [];
}

function textsAt(holder: JsonObject, key: string): readonly string[] {
  return listAt(holder, key).filter((each) => typeof each === 'string');
}
