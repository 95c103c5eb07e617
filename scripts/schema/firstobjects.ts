// What an API server makes in an empty store, as it then lies there: the recorded objects of a cluster that nobody has
// touched, created anew through the whole pipeline.

import type { Patch } from '../../sandbox/client/client.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { parseApiVersion } from '../../sandbox/kube/resource.ts';
import { FlowSchemas, PriorityLevelConfigurations, ServiceCIDRs } from '../../sandbox/schema/generated/resources.ts';
import type { V1ClusterRole } from '../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState } from '../../sandbox/simulator.ts';
import { EPOCH, rfc3339 } from '../../sandbox/time/units.ts';

/** By resource, as recorded. */
export type Recorded = Readonly<Record<string, readonly KubeObject[]>>;

/** Those that controllers make by themselves, or that come with others. */
const OF_CONTROLLERS = new Set(['serviceaccounts', 'configmaps', 'ipaddresses.networking.k8s.io']);
const SERVER = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** The server says of its own range that services may use it. */
const READY: Patch = {
  type: 'apply',
  subresource: 'status',
  body: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    status: { conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }] },
  },
  options: { fieldManager: 'kubernetes-service-cidr-controller', force: true },
};

/** What the server itself says of what it has made. */
const STATUSES: Readonly<Record<string, (object: KubeObject) => Patch>> = {
  [ServiceCIDRs.kind]: () => READY,
  [FlowSchemas.kind]: checked,
};

/** Made before all others, in this order: what others lie in, or refer to. */
const FIRST = [
  'namespaces',
  'apiservices.apiregistration.k8s.io',
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
];
/** Of these, a part of the server with a name of its own takes care. */
const PRODUCER = 'api-priority-and-fairness-config-producer-v1';
const PRODUCED: ReadonlySet<string> = new Set([FlowSchemas.kind, PriorityLevelConfigurations.kind]);

/** In the order in which they are made: a namespace before what lies in it. */
export function firstObjects(recorded: Recorded): readonly KubeObject[] {
  const { api, run, client } = assemble(newSimulatorState());
  const server = client(SERVER, 'kube-apiserver');
  const create = (object: KubeObject): KubeObject => {
    const { group, version } = parseApiVersion(object.apiVersion ?? '');
    const type = api.registry.byKind(group, version, object.kind ?? '')?.type;
    if (type === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
    const options = PRODUCED.has(type.kind) ? { fieldManager: PRODUCER } : {};
    const made = run(server.create(type, asMade(object), options));
    const status = STATUSES[type.kind]?.(object);
    return status === undefined ? made : run(server.patch(type, { name: object.metadata?.name ?? '' }, status));
  };
  const wanted = Object.entries(recorded).filter(([resource]) => !OF_CONTROLLERS.has(resource));
  const place = ([resource]: readonly [string, unknown]): number =>
    FIRST.includes(resource) ? FIRST.indexOf(resource) : FIRST.length;
  return [...wanted]
    .sort((a, b) => place(a) - place(b))
    .flatMap(([, objects]) => objects)
    .map(create);
}

type Checked = KubeObject & { readonly status?: { readonly conditions?: readonly object[] } };

/** The server says of its flow schemas that their priority levels are there. */
function checked({ apiVersion = '', kind = '', metadata, status }: Checked): Patch {
  const conditions = (status?.conditions ?? []).map((one) => ({ ...one, lastTransitionTime: rfc3339(EPOCH) }));
  const body = { apiVersion, kind, metadata: { name: metadata?.name ?? '' }, status: { conditions } };
  const options = { fieldManager: 'api-priority-and-fairness-config-consumer-v1', force: true };
  return { type: 'apply', subresource: 'status', body, options };
}

/** As the server makes it: controllers add rules to roles with an aggregation rule, and finalizers to ranges. */
function asMade(object: KubeObject): KubeObject {
  if ('aggregationRule' in object) {
    const { rules: _, ...rest } = object as V1ClusterRole;
    return rest;
  }
  if (object.kind !== ServiceCIDRs.kind) return object;
  const { finalizers: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** As the file of the data has them: a line each. */
export function asText(objects: readonly KubeObject[]): string {
  return `[\n${objects.map((object) => JSON.stringify(object)).join(',\n')}\n]\n`;
}
