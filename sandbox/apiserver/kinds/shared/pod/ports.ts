// The ports of containers.

import { at, duplicate, invalid, required } from '../../../../kube/fielderrors.ts';
import type { IntOrString } from '../../../../kube/intstr.ts';
import { portName, portNumber } from '../../../../kube/names.ts';
import type { V1Container, V1ContainerPort } from '../../../../schema/generated/types.ts';
import { type Errors, neededOneOf, problemsOf } from '../checks.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function* containerPorts(field: string, ports: readonly V1ContainerPort[]): Errors {
  const names = new Set<string>();
  for (const [i, { name = '', containerPort = 0, hostPort = 0, protocol }] of ports.entries()) {
    const here = at(field, i);
    if (name !== '') yield* nameOfPort(at(here, 'name'), name, names);
    if (containerPort === 0) yield required(at(here, 'containerPort'));
    else yield* problemsOf(at(here, 'containerPort'), containerPort, portNumber(containerPort));
    if (hostPort !== 0) yield* problemsOf(at(here, 'hostPort'), hostPort, portNumber(hostPort));
    yield* neededOneOf(at(here, 'protocol'), protocol, PROTOCOLS);
  }
}

function* nameOfPort(field: string, name: string, names: Set<string>): Errors {
  const problems = portName(name);
  yield* problemsOf(field, name, problems);
  if (problems.length > 0) return;
  if (names.has(name)) yield duplicate(field, name);
  names.add(name);
}

/** A port by its number, or by the name that a container gives it. */
export function* portNumberOrName(field: string, port: IntOrString | undefined): Errors {
  if (typeof port === 'string') yield* problemsOf(field, port, portName(port));
  else yield* problemsOf(field, port ?? 0, portNumber(port ?? 0));
}

/** No two containers may take the same port of the node. */
export function* hostPortConflicts(field: string, containers: readonly V1Container[]): Errors {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { protocol = '', hostIP = '', hostPort = 0 }] of ports.entries()) {
      if (hostPort === 0) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) yield duplicate(at(field, i, 'ports', j, 'hostPort'), key);
      taken.add(key);
    }
  }
}

/** In the node's network a container listens on the node's own ports. */
export function* hostNetworkPorts(field: string, containers: readonly V1Container[], isPod: boolean): Errors {
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, containerPort }] of ports.entries()) {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) continue;
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      yield invalid(at(field, i, 'ports', j, 'hostPort'), hostPort, detail);
    }
  }
}
