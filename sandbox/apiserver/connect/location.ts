// Where the streams of a pod are: its container, and the node that runs it.

import type { KubeObject } from '../../kube/meta.ts';
import type { Caller, Target } from '../../kube/operation.ts';
import { badRequest, notFound } from '../../kube/status.ts';
import { Nodes } from '../../schema/generated/resources.ts';
import type { V1Node, V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { ApiServer } from '../server.ts';

/** The object that a request names. Throws NotFound. */
export function* objectOf<T extends KubeObject>(server: ApiServer, target: Target, caller: Caller): Work<T> {
  const { subresource: _, ...main } = target;
  return (yield* server.perform({ verb: 'get', target: main }, caller)).object as T;
}

/** The name of the container that is meant: the only one, where none is named. Throws BadRequest. */
export function containerOf({ metadata, spec }: V1Pod, asked: string): string {
  const { name = '' } = metadata ?? {};
  const containers = (spec?.containers ?? []).map((container) => container.name);
  const others = [...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const initial = (spec?.initContainers ?? []).map((container) => container.name);
  const ephemeral = (spec?.ephemeralContainers ?? []).map((container) => container.name);
  if (asked !== '') {
    if ([...containers, ...others.map((container) => container.name)].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, second] = containers;
  if (only !== undefined && second === undefined) return only;
  const choices = [...initial, ...containers, ...ephemeral].join(' ');
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${choices}]`);
}

/** The address at which the kubelet of a node listens: `10.0.0.2:10250`. Throws NotFound as the real server words it. */
export function kubeletAddress(server: ApiServer, node: string, caller: Caller): string {
  const found = server.context(caller, false, []).get<V1Node>(Nodes, undefined, node);
  // The node is looked up in the name of the pod.
  if (found === undefined) throw notFound({ group: '', kind: 'pods', name: node });
  const addresses = found.status?.addresses ?? [];
  const host = PREFERRED.flatMap((type) => addresses.filter((address) => address.type === type))[0]?.address;
  const port = found.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  return `${host ?? node}:${port === 0 ? 10_250 : port}`;
}

const PREFERRED = ['InternalIP', 'Hostname', 'InternalDNS', 'ExternalDNS', 'ExternalIP'];
