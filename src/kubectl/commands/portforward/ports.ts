// The ports of `kubectl port-forward`: what the words say, and what a service's ports mean in its pods.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { V1Pod, V1Service, V1ServicePort } from '../../../../sandbox/schema/generated/types.ts';

export interface ForwardedPort {
  /** 0 for any. */
  readonly local: number;
  readonly remote: number;
}

/** `8080:80`, `80` for both, `:80` for any local port. */
export function parsePorts(word: string): ForwardedPort {
  const parts = word.split(':');
  if (parts.length > 2) throw new Error(`invalid port format '${word}'`);
  const [first = '', second = first] = parts;
  const local = number(first === '' && parts.length === 2 ? '0' : first, 'local');
  const remote = number(second, 'remote');
  if (remote === 0) throw new Error('remote port must be > 0');
  return { local, remote };
}

function number(text: string, side: string): number {
  const reason = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65535 ? 'value out of range' : undefined;
  if (reason === undefined) return Number(text);
  throw new Error(`error parsing ${side} port '${text}': strconv.ParseUint: parsing ${quote(text)}: ${reason}`);
}

/** The word with the pod's port in place of the service's. */
export function throughService(word: string, service: V1Service, pod: V1Pod): string {
  const { local, remote } = sides(word);
  const port = containerPort(service, servicePort(service, remote), pod);
  const wanted = /^\d+$/.test(local) || local === '' ? local : String(servicePort(service, remote).port);
  return wanted === String(port) ? String(port) : `${wanted}:${port}`;
}

/** The word with numbers in place of the names of a pod's ports. */
export function throughPod(word: string, pod: V1Pod): string {
  const { local, remote } = sides(word);
  if (/^\d*$/.test(remote)) return word;
  const port = namedPort(pod, remote);
  return word.includes(':') ? `${local}:${port}` : String(port);
}

function sides(word: string): { readonly local: string; readonly remote: string } {
  const [local = '', remote = local] = word.split(':');
  return { local, remote };
}

function servicePort({ spec, metadata }: V1Service, wanted: string): V1ServicePort {
  const byNumber = /^\d+$/.test(wanted);
  const found = spec?.ports?.find(({ port, name }) => (byNumber ? port === Number(wanted) : name === wanted));
  if (found !== undefined) return found;
  const what = byNumber ? `a service port ${wanted}` : `a service port named '${wanted}'`;
  throw new Error(`Service ${metadata?.name ?? ''} does not have ${what}`);
}

function containerPort({ spec }: V1Service, { port, targetPort }: V1ServicePort, pod: V1Pod): number {
  if (spec?.clusterIP === 'None') return port;
  if (typeof targetPort === 'string') return namedPort(pod, targetPort);
  return targetPort === undefined || targetPort === 0 ? port : targetPort;
}

function namedPort({ spec, metadata }: V1Pod, wanted: string): number {
  const ports = (spec?.containers ?? []).flatMap(({ ports: each }) => each ?? []);
  const found = ports.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`Pod '${metadata?.name ?? ''}' does not have a named port '${wanted}'`);
  return found.containerPort;
}
