// Listeners of Gateways: which of them hold, which routes they let in, and under which names. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import { matchesLabels, selectorOf } from '../../../kube/selectors/labelselectors.ts';
import type { Finding } from '../edge/conditions.ts';
import type { World } from '../edge/controller.ts';
import { certificateOf, listIn, numberIn, objectIn, textIn } from '../edge/world.ts';
import { isGranted } from './grants.ts';

export interface Listener {
  readonly gateway: JsonObject;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** Empty: any. */
  readonly hostname: string;
  readonly certificates: readonly string[];
  readonly findings: readonly Finding[];
  /** Whether it takes part: neither unknown to us nor in conflict. */
  readonly holds: boolean;
  readonly source: JsonObject;
}

const PROTOCOLS = new Set(['HTTP', 'HTTPS']);

export function listenersOf(world: World, gateway: JsonObject): readonly Listener[] {
  const all = listIn(gateway, 'spec', 'listeners');
  return all.map((source) => listenerOf(world, gateway, source, all));
}

function listenerOf(world: World, gateway: JsonObject, source: JsonObject, all: readonly JsonObject[]): Listener {
  const protocol = textIn(source, 'protocol');
  const known = PROTOCOLS.has(protocol);
  const conflict = conflictOf(source, all);
  const { certificates, problem } = certificatesFor(world, gateway, source);
  const holds = known && conflict === undefined && problem === undefined;
  const good = (type: string, reason: string, message: string): Finding => ({ type, status: 'True', reason, message });
  const bad = (type: string, reason: string, message: string): Finding => ({ type, status: 'False', reason, message });
  return {
    gateway,
    name: textIn(source, 'name'),
    port: numberIn(source, 'port') ?? 80,
    protocol,
    hostname: textIn(source, 'hostname').toLowerCase(),
    certificates,
    holds,
    source,
    findings: [
      !known
        ? bad('Accepted', 'UnsupportedProtocol', `protocol ${protocol} isn't modelled; HTTP and HTTPS are`)
        : conflict === undefined
          ? good('Accepted', 'Accepted', 'Listener is accepted')
          : bad('Accepted', conflict, 'Listener is in conflict with another one on its port'),
      conflict === undefined
        ? bad('Conflicted', 'NoConflicts', 'No conflicts')
        : good(
            'Conflicted',
            conflict,
            'Another listener has this port with another protocol, or with the same hostname',
          ),
      holds
        ? good('Programmed', 'Programmed', 'Listener is programmed')
        : bad('Programmed', 'Invalid', 'Listener is not valid'),
      problem ?? good('ResolvedRefs', 'ResolvedRefs', 'All references are resolved'),
    ],
  };
}

/** Listeners of one port speak one protocol, and have names of their own. */
function conflictOf(source: JsonObject, all: readonly JsonObject[]): string | undefined {
  const others = all.filter((each) => each !== source && each['port'] === source['port']);
  if (others.some((each) => each['protocol'] !== source['protocol'])) return 'ProtocolConflict';
  return others.some((each) => textIn(each, 'hostname') === textIn(source, 'hostname'))
    ? 'HostnameConflict'
    : undefined;
}

function certificatesFor(
  world: World,
  gateway: JsonObject,
  source: JsonObject,
): { certificates: readonly string[]; problem?: Finding } {
  if (textIn(source, 'protocol') !== 'HTTPS') return { certificates: [] };
  const own = textIn(gateway, 'metadata', 'namespace');
  const certificates: string[] = [];
  const bad = (reason: string, message: string): { certificates: readonly string[]; problem: Finding } => ({
    certificates: [],
    problem: { type: 'ResolvedRefs', status: 'False', reason, message },
  });
  const refs = listIn(source, 'tls', 'certificateRefs');
  if (refs.length === 0) return bad('InvalidCertificateRef', 'tls.certificateRefs names no certificate');
  for (const ref of refs) {
    const namespace = textIn(ref, 'namespace') || own;
    const name = textIn(ref, 'name');
    const from = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: own };
    if (namespace !== own && !isGranted(world, from, { group: '', kind: 'Secret', namespace, name }))
      return bad('RefNotPermitted', `Secret ${namespace}/${name} isn't granted to Gateways of ${own}`);
    const certificate = certificateOf(world, namespace, name);
    if (certificate === undefined)
      return bad(
        'InvalidCertificateRef',
        `Secret ${namespace}/${name} doesn't exist, or is none of type kubernetes.io/tls`,
      );
    certificates.push(certificate);
  }
  return { certificates };
}

/** Whether a listener lets routes of this namespace in. */
export function allows(world: World, { gateway, source }: Listener, namespace: string): boolean {
  const kinds = listIn(source, 'allowedRoutes', 'kinds');
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === 'HTTPRoute')) return false;
  switch (textIn(source, 'allowedRoutes', 'namespaces', 'from') || 'Same') {
    case 'All':
      return true;
    case 'Selector': {
      const selector = objectIn(source, 'allowedRoutes', 'namespaces', 'selector');
      const labels = objectIn(world.get('namespaces')?.get(`/${namespace}`), 'metadata', 'labels');
      return matchesLabels(selectorOf(selector), labels as Readonly<Record<string, string>>);
    }
    default:
      return namespace === textIn(gateway, 'metadata', 'namespace');
  }
}

/** The names under which a route of these hostnames is served by a listener; none when they have nothing in common. */
export function sharedHosts(listener: string, route: readonly string[]): readonly string[] {
  if (route.length === 0) return [listener];
  if (listener === '') return route.map((each) => each.toLowerCase());
  return route.flatMap((each) => {
    const host = each.toLowerCase();
    if (host === listener || covers(listener, host)) return [host];
    return covers(host, listener) ? [listener] : [];
  });
}

function covers(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && host.replace(/^\*/, 'x').endsWith(wildcard.slice(1));
}
