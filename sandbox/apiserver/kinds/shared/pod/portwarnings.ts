// Ports of containers that are there twice, or nearly.

import { at } from '../../../../kube/fielderrors.ts';
import { quote } from '../../../../kube/go/text.ts';
import type { V1ContainerPort, V1PodSpec } from '../../../../schema/generated/types.ts';
import { allContainers } from './visit.ts';

interface Placed {
  readonly field: string;
  readonly port: V1ContainerPort;
}

export function* portWarnings(field: string, spec: V1PodSpec): Iterable<string> {
  const placed = [...allContainers(field, spec)].flatMap(([{ ports = [] }, path]) =>
    ports.map((port, i): Placed => ({ field: at(path, 'ports', i), port })),
  );
  yield* sameNumbers(placed);
  yield* sameNames(placed);
}

function* sameNumbers(placed: readonly Placed[]): Iterable<string> {
  const known = new Map<string, Placed[]>();
  for (const one of placed) {
    const { containerPort, protocol, hostIP = '', hostPort = 0 } = one.port;
    if (hostIP !== '' && hostPort === 0) yield `${one.field}: hostIP set without hostPort: ${asGo(one.port)}`;
    const key = `${containerPort}/${protocol ?? ''}`;
    const others = known.get(key) ?? [];
    for (const other of others) {
      const what = clash(one.port, other.port);
      if (what !== undefined) yield `${one.field}: ${what} port definition with ${other.field}`;
    }
    known.set(key, [...others, one]);
  }
}

function clash(a: V1ContainerPort, b: V1ContainerPort): string | undefined {
  const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? ''];
  const [portA, portB] = [a.hostPort ?? 0, b.hostPort ?? 0];
  if (ipA === ipB && portA === portB) return 'duplicate';
  if (portA === 0 || portB === 0) return 'overlapping';
  return portA === portB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined;
}

/** As Go prints the struct. */
function asGo({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: V1ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function* sameNames(placed: readonly Placed[]): Iterable<string> {
  const known = new Map<string, string>();
  for (const { field, port } of placed) {
    const { name = '' } = port;
    if (name === '') continue;
    const other = known.get(name);
    if (other === undefined) known.set(name, field);
    else {
      const effect = `services and probes that select ports by name will use ${other}`;
      yield `${field}: duplicate port name ${quote(name)} with ${other}, ${effect}`;
    }
  }
}
