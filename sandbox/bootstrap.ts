// What an API server makes in an empty store: namespaces, the service that leads to itself, priority classes, the roles
// and bindings of the parts of a cluster, flow schemas. The objects are data, recorded from a real one.

import type { Registry } from './apiserver/registry.ts';
import type { Client, Patch } from './client/client.ts';
import type { KubeObject } from './kube/meta.ts';
import type { ResourceType } from './kube/resource.ts';
import { parseApiVersion } from './kube/resource.ts';
import objects from './schema/data/bootstrap.json' with { type: 'json' };
import { ServiceCIDRs } from './schema/generated/resources.ts';
import type { V1ClusterRole } from './schema/generated/types.ts';
import type { Work } from './time/loop.ts';

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
export function* bootstrap(client: Client, registry: Registry, found: ApiAddress): Work<void> {
  for (const { resource, object } of objects) {
    const made = asMade(addressed(resource, object as KubeObject, found));
    const type = typeOf(registry, resource, made);
    if (type !== undefined) yield* client.create(type, made);
  }
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
