// What an API server makes in an empty store: namespaces, the service that leads to itself, priority classes, the roles
// and bindings of the parts of a cluster, flow schemas. The objects are data, recorded from a real one.

import type { Registry } from './apiserver/registry.ts';
import type { Client, Patch } from './client/client.ts';
import type { JsonObject } from './kube/json.ts';
import type { KubeObject } from './kube/meta.ts';
import type { ResourceType } from './kube/resource.ts';
import { parseApiVersion } from './kube/resource.ts';
import objects from './schema/data/bootstrap.json' with { type: 'json' };
import { ConfigMaps, FlowSchemas, ServiceCIDRs } from './schema/generated/resources.ts';
import type { V1ClusterRole } from './schema/generated/types.ts';
import type { Work } from './time/loop.ts';
import { rfc3339, type TimeMs } from './time/units.ts';

/** Whom the cluster trusts (PEM), and when it begins. */
export interface Trusted {
  readonly authority: string;
  readonly now: TimeMs;
}

/** Where the API server says that it is found. */
export interface ApiAddress {
  readonly address: string;
  readonly port: number;
}

const SERVICE_RANGE = 'kubernetes';

/** The server says of its own range that services may use it. */
const READY: Patch = {
  type: 'apply',
  subresource: 'status',
  body: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: SERVICE_RANGE },
    status: { conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }] },
  },
  options: { fieldManager: 'kubernetes-service-cidr-controller', force: true },
};

/** Makes everything of it whose kind is served. */
export function* bootstrap(
  client: Client,
  registry: Registry,
  found: ApiAddress,
  { authority, now }: Trusted,
): Work<void> {
  for (const { resource, object } of objects) {
    const made = asMade(addressed(resource, object as KubeObject, found));
    const type = typeOf(registry, resource, made);
    if (type === undefined) continue;
    yield* client.create(type, made);
    if (type.kind === FlowSchemas.kind) yield* client.patch(type, { name: made.metadata?.name ?? '' }, checked(made));
  }
  yield* client.create(ConfigMaps, trustMap(authority));
  yield* client.create(ConfigMaps, trackingMap(now));
  yield* client.patch(ServiceCIDRs, { name: SERVICE_RANGE }, READY);
}

/** An object as the server makes it: controllers add rules to roles with an aggregation rule, and finalizers to ranges. */
function asMade(object: KubeObject): KubeObject {
  if ('aggregationRule' in object) {
    const { rules: _, ...rest } = object as V1ClusterRole;
    return rest;
  }
  if (object.kind !== ServiceCIDRs.kind) return object;
  const { finalizers: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** The server says of its flow schemas that their priority levels are there. */
function checked({ apiVersion = '', kind = '', metadata, status = {} }: KubeObject): Patch {
  const body = { apiVersion, kind, metadata: { name: metadata?.name ?? '' }, status };
  const options = { fieldManager: 'api-priority-and-fairness-config-consumer-v1', force: true };
  return { type: 'apply', subresource: 'status', body: body as JsonObject, options };
}

/** How API servers of others know who calls them through this one. */
function trustMap(authority: string): KubeObject {
  return {
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: {
      'client-ca-file': authority,
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-client-ca-file': authority,
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-username-headers': '["X-Remote-User"]',
    },
  };
}

/** Since when the use of tokens in secrets is noted. */
function trackingMap(now: TimeMs): KubeObject {
  return {
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
    data: { since: rfc3339(now).slice(0, 10) },
  };
}

function typeOf(registry: Registry, resource: string, { apiVersion = '' }: KubeObject): ResourceType | undefined {
  const { group, version } = parseApiVersion(apiVersion);
  const [name = ''] = resource.split('.');
  return registry.find(group, version, name)?.type;
}

/** The objects that lead to the server itself. */
function addressed(resource: string, object: KubeObject, { address, port }: ApiAddress): KubeObject {
  if (resource === 'services') return withPort(object, port);
  if (resource !== 'endpointslices.discovery.k8s.io') return object;
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  return { ...object, endpoints: [{ addresses: [address], conditions: { ready: true } }], ports } as KubeObject;
}

function withPort(service: KubeObject, port: number): KubeObject {
  const { spec } = service as KubeObject & { readonly spec: object };
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }];
  return { ...service, spec: { ...spec, ports } } as KubeObject;
}
