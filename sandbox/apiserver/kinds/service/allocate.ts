// Giving out cluster addresses and node ports. What is taken is read from what is stored, so nothing else is remembered:
// the choice is a function of the cluster and of chance. Like the real server, it leaves the lower part of each range to
// those who ask for a certain value, and a dry run only looks as if it chose.

import { at, invalid, invalidObject } from '../../../kube/fielderrors.ts';
import { type CIDR, contains, formatCIDR, formatIP, type IP, networkOf, parseCIDR, parseIP } from '../../../kube/ip.ts';
import { internalError } from '../../../kube/status.ts';
import { IPAddresses, ServiceCIDRs, Services } from '../../../schema/generated/resources.ts';
import type { V1Service, V1ServicePort, V1ServiceSpec } from '../../../schema/generated/types.ts';
import type { KindContext } from '../../kind.ts';

const DEFAULT_RANGE = '10.96.0.0/16';
const PORTS = { first: 30000, last: 32767, reserved: 86 };
const RESERVED_ADDRESSES_MAX = 256;
/** Where a dry run begins to count node ports. */
const DRY_PORT = 32768;

function rangesIn(context: KindContext): readonly CIDR[] {
  const stored = context.list(ServiceCIDRs, undefined).flatMap(({ spec }) => spec?.cidrs ?? []);
  const ranges = (stored.length === 0 ? [DEFAULT_RANGE] : stored).flatMap((text) => parseCIDR(text) ?? []);
  return ranges.filter(({ ip }) => ip.version === 4);
}

/** The service with its cluster address: the one that it asks for, or one of chance. Throws Invalid or InternalError. */
export function withClusterIP(service: V1Service, spec: V1ServiceSpec, context: KindContext): V1ServiceSpec {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return spec;
  const wanted = spec.clusterIPs?.[0] ?? '';
  const ranges = rangesIn(context);
  if (wanted !== '') {
    const problem = addressProblem(wanted, ranges, context);
    if (problem === undefined) return spec;
    const detail = `failed to allocate IP ${wanted}: ${problem}`;
    throw refusal(service, invalid('spec.clusterIPs', spec.clusterIPs ?? [], detail));
  }
  const address = freeAddress(service, ranges, context);
  return { ...spec, clusterIP: address, clusterIPs: [address] };
}

function refusal({ metadata }: V1Service, error: ReturnType<typeof invalid>): Error {
  return invalidObject({ group: '', kind: 'Service' }, metadata?.name ?? '', [error]);
}

/** The first and the last address of a network are nobody's. */
function bounds(range: CIDR): { readonly first: bigint; readonly last: bigint } {
  const network = networkOf(range).bits;
  return { first: network + 1n, last: network + (1n << BigInt(32 - range.prefix)) - 2n };
}

function isWithin(range: CIDR, ip: IP): boolean {
  const { first, last } = bounds(range);
  return contains(range, ip) && ip.bits >= first && ip.bits <= last;
}

function addressProblem(wanted: string, ranges: readonly CIDR[], context: KindContext): string | undefined {
  const ip = parseIP(wanted);
  const found = ip !== undefined && ranges.some((range) => isWithin(range, ip));
  if (!found && context.dryRun) {
    const [range] = ranges;
    const valid = range === undefined ? '' : formatCIDR(range);
    return `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${valid}`;
  }
  if (!found) return 'the provided network does not match the current range';
  if (context.dryRun || context.get(IPAddresses, undefined, formatIP(ip)) === undefined) return undefined;
  return 'provided IP is already allocated';
}

function freeAddress(service: V1Service, ranges: readonly CIDR[], context: KindContext): string {
  const [range] = ranges;
  if (context.dryRun && range !== undefined) return formatIP(networkOf(range));
  const taken = new Set(context.list(IPAddresses, undefined).map(({ metadata }) => metadata?.name));
  for (const each of ranges) {
    const { first, last } = bounds(each);
    const size = Number(last - first) + 1;
    const reserved = Math.min(Math.max(16, Math.floor(size / 16)), RESERVED_ADDRESSES_MAX, size);
    const name = (offset: number) => formatIP({ version: 4, bits: first + BigInt(offset) });
    const offset = firstFree(size, reserved, (one) => taken.has(name(one)), draw(service, 'cluster ip', context));
    if (offset !== undefined) return name(offset);
  }
  const { name = '' } = service.metadata ?? {};
  throw internalError(`failed to allocate a serviceIP for Service "${name}": range is full`);
}

/** A number below a limit, the same for the same service at the same moment. */
type Draw = (limit: number) => number;

function draw({ metadata }: V1Service, purpose: string, context: KindContext): Draw {
  const { namespace = '', name = '' } = metadata ?? {};
  const stream = context.draws(purpose, namespace, name, String(context.age()));
  let n = 0;
  return (limit) => stream.below(n++, limit);
}

/** From a place of chance upwards, first in the upper part, then in the reserved one. */
function firstFree(
  size: number,
  reserved: number,
  isTaken: (offset: number) => boolean,
  chance: Draw,
): number | undefined {
  for (const [from, length] of [
    [reserved, size - reserved],
    [0, reserved],
  ] as const) {
    if (length <= 0) continue;
    const start = chance(length);
    for (let i = 0; i < length; i++) {
      const offset = from + ((start + i) % length);
      if (!isTaken(offset)) return offset;
    }
  }
  return undefined;
}

/** Node ports given out in one write. */
interface PortBook {
  /** Why it can't be had; undefined when it can. */
  take(port: number): string | undefined;
  next(): number;
}

function portBook(service: V1Service, context: KindContext): PortBook {
  const { namespace, name } = service.metadata ?? {};
  const others = context
    .list(Services, undefined)
    .filter(({ metadata }) => metadata?.namespace !== namespace || metadata?.name !== name);
  const taken = new Set(others.flatMap(({ spec }) => nodePortsOf(spec ?? {})));
  const given = new Set<number>();
  const chance = draw(service, 'node port', context);
  return {
    take(port) {
      const problem = portProblem(port, taken, given, context.dryRun);
      given.add(port);
      return problem;
    },
    next() {
      const port = context.dryRun
        ? ((given.size === 0 ? DRY_PORT : Math.max(0, ...given)) + 1) | 0
        : freePort(new Set([...taken, ...given]), chance);
      given.add(port);
      return port;
    },
  };
}

function portProblem(port: number, taken: ReadonlySet<number>, given: ReadonlySet<number>, dryRun: boolean) {
  const { first, last } = PORTS;
  if (!dryRun && (port < first || port > last)) {
    return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
  }
  return taken.has(port) || given.has(port) ? 'provided port is already allocated' : undefined;
}

function freePort(taken: ReadonlySet<number>, chance: Draw): number {
  const { first, last, reserved } = PORTS;
  const offset = firstFree(last - first + 1, reserved, (one) => taken.has(first + one), chance);
  if (offset === undefined) throw internalError('failed to allocate a nodePort: range is full');
  return first + offset;
}

function nodePortsOf({ ports = [], healthCheckNodePort = 0 }: V1ServiceSpec): readonly number[] {
  return [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort].filter((port) => port !== 0);
}

const needsPorts = ({ type }: V1ServiceSpec) => type === 'NodePort' || type === 'LoadBalancer';

function allocatesPorts({ type, allocateLoadBalancerNodePorts }: V1ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

export function needsHealthCheck({ type, externalTrafficPolicy }: V1ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** The spec with its node ports. Ports of one number in several protocols share a node port. */
export function withNodePorts(service: V1Service, spec: V1ServiceSpec, context: KindContext): V1ServiceSpec {
  const book = portBook(service, context);
  const ports = needsPorts(spec) ? newPorts(service, spec, book) : spec.ports;
  return withHealthCheckPort({ ...spec, ...(ports === undefined ? {} : { ports }) }, book);
}

function newPorts(service: V1Service, spec: V1ServiceSpec, book: PortBook): readonly V1ServicePort[] {
  const shared = new Map<number, number>();
  const all = spec.ports ?? [];
  return all.map((port, i): V1ServicePort => {
    const { nodePort = 0 } = port;
    if (nodePort === 0 && !allocatesPorts(spec)) return port;
    const field = at('spec.ports', i, 'nodePort');
    const before = shared.get(port.port);
    if (before === undefined) {
      const asked = all.find((one) => one.port === port.port && (one.nodePort ?? 0) !== 0)?.nodePort;
      if (asked !== undefined) takePort(service, book, asked, field);
      const chosen = asked ?? book.next();
      shared.set(port.port, chosen);
      return { ...port, nodePort: chosen };
    }
    if (nodePort !== 0 && nodePort !== before) takePort(service, book, nodePort, field);
    return nodePort === 0 ? { ...port, nodePort: before } : port;
  });
}

/** The same for a service that is there already: what it has, it keeps. */
export function withChangedNodePorts(
  service: V1Service,
  spec: V1ServiceSpec,
  current: V1ServiceSpec,
  context: KindContext,
): V1ServiceSpec {
  const book = portBook(service, context);
  const had = new Set((current.ports ?? []).map(({ nodePort = 0 }) => nodePort));
  const fresh = new Set<number>();
  const ports = spec.ports?.map((port, i): V1ServicePort => {
    const { nodePort = 0 } = port;
    if (!needsPorts(spec) || (nodePort === 0 && !allocatesPorts(spec))) return port;
    if (nodePort === 0) return { ...port, nodePort: book.next() };
    if (!had.has(nodePort) && !fresh.has(nodePort)) takePort(service, book, nodePort, at('spec.ports', i, 'nodePort'));
    fresh.add(nodePort);
    return port;
  });
  const changed = { ...spec, ...(ports === undefined ? {} : { ports }) };
  return needsHealthCheck(current) ? changed : withHealthCheckPort(changed, book);
}

function withHealthCheckPort(spec: V1ServiceSpec, book: PortBook): V1ServiceSpec {
  if (!needsHealthCheck(spec)) return spec;
  const { healthCheckNodePort: asked = 0 } = spec;
  if (asked === 0) return { ...spec, healthCheckNodePort: book.next() };
  const problem = book.take(asked);
  if (problem === undefined) return spec;
  throw internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${problem}`);
}

function takePort(service: V1Service, book: PortBook, port: number, field: string): void {
  const problem = book.take(port);
  if (problem !== undefined) throw refusal(service, invalid(field, port, problem));
}
