// What an API server makes in an empty store: namespaces, the service that leads to itself, priority classes, the roles
// and bindings of the parts of a cluster, flow schemas. The objects are data, recorded from a real one.

import type { Registry } from './apiserver/registry.ts';
import type { Client } from './client/client.ts';
import type { KubeObject } from './kube/meta.ts';
import type { ResourceType } from './kube/resource.ts';
import { parseApiVersion } from './kube/resource.ts';
import objects from './schema/data/bootstrap.json' with { type: 'json' };
import type { Work } from './time/loop.ts';

/** Where the API server says that it is found. */
export interface ApiAddress {
  readonly address: string;
  readonly port: number;
}

/** Makes everything of it whose kind is served. */
export function* bootstrap(client: Client, registry: Registry, found: ApiAddress): Work<void> {
  for (const { resource, object } of objects) {
    const made = addressed(resource, object as KubeObject, found);
    const type = typeOf(registry, resource, made);
    if (type !== undefined) yield* client.create(type, made);
  }
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
