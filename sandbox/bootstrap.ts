// What an API server makes in an empty store: namespaces, the service that leads to itself, priority classes, the roles
// and bindings of the parts of a cluster, flow schemas. The objects are data, in the form in which they are stored.

import type { Origin } from './kube/cause.ts';
import type { KubeObject } from './kube/meta.ts';
import objects from './schema/data/bootstrap.json' with { type: 'json' };
import { ConfigMaps, Endpoints } from './schema/generated/resources.ts';
import type { V1Endpoints } from './schema/generated/types.ts';
import type { Simulator } from './simulator.ts';
import { rfc3339, type TimeMs } from './time/units.ts';

/** Where the API server says that it is found. */
export interface ApiAddress {
  readonly address: string;
  readonly port: number;
}

/** The server as a user. */
const SERVER = { name: 'system:apiserver', groups: ['system:masters'] };
const ORIGIN: Origin = { actor: SERVER.name, causes: [] };

/** Makes everything of it whose kind is served. */
export function bootstrap({ api, client, run, authority, loop }: Simulator, found: ApiAddress): void {
  for (const object of objects) api.load(addressed(object, found), ORIGIN);
  const server = client(SERVER);
  run(server.create(ConfigMaps, trustMap(authority().certificate)));
  run(server.create(ConfigMaps, trackingMap(loop.now())));
  run(server.create(Endpoints, ownEndpoints(found)));
}

/** How API servers of others know who calls them through this one. `authority`: whom the cluster trusts, PEM. */
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

/** Beside the slice of the same name, for those who still read the older kind; nobody mirrors it. */
function ownEndpoints({ address, port }: ApiAddress): V1Endpoints {
  return {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
}

/** The objects that lead to the server itself. */
function addressed(object: KubeObject, { address, port }: ApiAddress): KubeObject {
  if (object.kind === 'Service') return withPort(object, port);
  if (object.kind !== 'EndpointSlice') return object;
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  return { ...object, endpoints: [{ addresses: [address], conditions: { ready: true } }], ports };
}

function withPort(service: KubeObject, port: number): KubeObject {
  const { spec } = service as KubeObject & { readonly spec: object };
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }];
  return { ...service, spec: { ...spec, ports } };
}
