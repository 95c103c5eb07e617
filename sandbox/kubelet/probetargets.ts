// Where a probe or a hook goes.

import type { NetworkProbe } from '../machine/probe.ts';
import type { V1Container, V1HTTPGetAction } from '../schema/generated/types.ts';

/** The number of a port that may be named. */
export function portOf(port: number | string, container: V1Container): number {
  const text = String(port);
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  return container.ports?.find(({ name }) => name === text)?.containerPort ?? 0;
}

const AGENTS = { probe: 'kube-probe/1.36', lifecycle: 'kube-lifecycle/1.36' } as const;

export function httpTarget(
  { host, path = '', port, scheme = 'HTTP', httpHeaders = [] }: V1HTTPGetAction,
  container: V1Container,
  address: string,
  purpose: keyof typeof AGENTS,
): NetworkProbe {
  const at = host === undefined || host === '' ? address : host;
  const name = at.includes(':') ? `[${at}]` : at;
  const where = path.startsWith('/') ? path : `/${path}`;
  const headers: Record<string, string> = { 'User-Agent': AGENTS[purpose], Accept: '*/*' };
  for (const { name: header, value } of httpHeaders) {
    const known = Object.keys(headers).find((one) => one.toLowerCase() === header.toLowerCase());
    if (known !== undefined) delete headers[known];
    if (header !== '__proto__') headers[header] = value;
  }
  return { kind: 'http', url: `${scheme.toLowerCase()}://${name}:${portOf(port, container)}${where}`, headers };
}
