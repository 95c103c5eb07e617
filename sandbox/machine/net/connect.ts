// How a TCP connection begins: the name, the way, the handshake. A step over a record, so that it can be copied while it
// waits.

import { after, type DurationMs, durationMs, type TimeMs } from '../../time/units.ts';
import { PENDING, type Pending } from '../calls.ts';
import { type Kernel, wakeAll } from '../context.ts';
import type { Route } from '../network.ts';
import { type Address, type ErrnoCode, SysError } from '../sys.ts';
import { type Endpoint, findListener, isAny, isLoopback, type Listener } from './namespace.ts';
import { advanceResolve, type Caller, type LookupCall, resolveCall } from './resolver.ts';
import { freePort, openConnection } from './sockets.ts';

export interface ConnectCall {
  readonly asked: Address;
  /** Gives up at this moment. */
  readonly deadline: TimeMs;
  /** Whether the client begins to speak TLS at once. */
  readonly tls: boolean;
  lookup: LookupCall | undefined;
  addresses: readonly string[] | undefined;
  /** The handshake that is under way. */
  handshake: { readonly ends: TimeMs; readonly result: Handshake } | undefined;
}

type Handshake =
  | {
      readonly kind: 'network';
      readonly network: number;
      readonly to: Address;
      readonly source: string;
      readonly latency: DurationMs;
    }
  | { readonly kind: 'house'; readonly service: string; readonly source: string; readonly latency: DurationMs }
  | { readonly kind: 'failed'; readonly code: ErrnoCode };

export type Connected =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint; readonly listener: Listener }
  | {
      readonly kind: 'house';
      readonly service: string;
      readonly source: string;
      readonly latency: DurationMs;
      readonly address: Address;
    };

/** How long Linux tries before it gives up on somebody who doesn't answer. */
const SYN_TIMEOUT = durationMs(127_000);
const ARP_TIMEOUT = durationMs(3_000);
/** When a full backlog is tried again. */
const SYN_RETRY = durationMs(1_000);

export function connectCall(
  kernel: Kernel,
  asked: Address,
  timeout: DurationMs | undefined,
  tls: boolean,
): ConnectCall {
  const deadline = after(kernel.now(), timeout ?? SYN_TIMEOUT);
  return { asked, deadline, tls, lookup: undefined, addresses: undefined, handshake: undefined };
}

/** ENOTFOUND, ETIMEDOUT, ECONNREFUSED, ECONNRESET, EHOSTUNREACH, ENETUNREACH. */
export function advanceConnect(kernel: Kernel, caller: Caller, call: ConnectCall): Connected | Pending {
  if (call.addresses === undefined) {
    call.lookup ??= resolveCall(kernel, caller, call.asked.host);
    const addresses = advanceResolve(kernel, caller, call.lookup);
    if (addresses === PENDING) return waitUntil(kernel, caller, call, call.deadline);
    call.addresses = addresses;
  }
  const address = { host: call.addresses[0] ?? call.asked.host, port: call.asked.port };
  call.handshake ??= begin(kernel, caller, call, address);
  const { ends, result } = call.handshake;
  if (kernel.now() < ends) return waitUntil(kernel, caller, call, ends);
  if (result.kind === 'failed') throw new SysError(result.code);
  if (result.kind === 'house') return { ...result, address };
  return finish(kernel, caller, call, result, address);
}

/** Pending, or ETIMEDOUT once the deadline has come. */
function waitUntil(kernel: Kernel, caller: Caller, call: ConnectCall, until: TimeMs): Pending {
  if (kernel.now() >= call.deadline) throw new SysError('ETIMEDOUT');
  kernel.wakeAt(caller.id, until < call.deadline ? until : call.deadline);
  return PENDING;
}

function begin(
  kernel: Kernel,
  caller: Caller,
  call: ConnectCall,
  address: Address,
): NonNullable<ConnectCall['handshake']> {
  const route = routeOf(kernel, caller, address);
  const at = (delay: number): TimeMs => after(kernel.now(), durationMs(delay));
  switch (route.kind) {
    case 'network': {
      const { network, source, latency, address: to } = route;
      return { ends: at(latency * 2), result: { kind: 'network', network: network.number, to, source, latency } };
    }
    case 'house':
      return { ends: at(route.latency * 2), result: route };
    case 'refused':
      return { ends: at(route.latency * 2), result: { kind: 'failed', code: 'ECONNREFUSED' } };
    case 'reset':
      return { ends: at(route.latency * 2), result: { kind: 'failed', code: 'ECONNRESET' } };
    case 'dropped':
      return { ends: call.deadline, result: { kind: 'failed', code: 'ETIMEDOUT' } };
    case 'host-unreachable':
      return { ends: at(ARP_TIMEOUT), result: { kind: 'failed', code: 'EHOSTUNREACH' } };
    case 'network-unreachable':
      return { ends: kernel.now(), result: { kind: 'failed', code: 'ENETUNREACH' } };
    default:
      return route satisfies never;
  }
}

/** A namespace knows the way to itself; where nobody listens, the network may still know somebody (a node's port). */
function routeOf(kernel: Kernel, { id, network }: Caller, address: Address): Route {
  const isProbe = kernel.state.agents.get(id)?.kind === 'probe';
  const host = isAny(address.host) ? '127.0.0.1' : address.host;
  const to = { host, port: address.port };
  if (!isLoopback(host) && !network.addresses.includes(host)) {
    const route = kernel.fabric.route(network, to);
    kernel.fabric.noticed?.(network, to, 'TCP', isProbe);
    return route;
  }
  if (findListener(network, to) === undefined) {
    const route = kernel.fabric.route(network, to);
    const elsewhere = route.kind === 'house' || (route.kind === 'network' && route.network !== network);
    if (elsewhere) kernel.fabric.noticed?.(network, to, 'TCP', isProbe);
    return elsewhere ? route : { kind: 'refused', latency: durationMs(0) };
  }
  return { kind: 'network', network, address: to, source: host, latency: durationMs(0) };
}

function finish(
  kernel: Kernel,
  caller: Caller,
  call: ConnectCall,
  { network, to, source, latency }: Extract<Handshake, { kind: 'network' }>,
  asked: Address,
): Connected | Pending {
  const there = kernel.state.networks.get(network);
  if (there === undefined) throw new SysError('ECONNREFUSED');
  const listener = findListener(there, to);
  if (listener === undefined) throw new SysError('ECONNREFUSED');
  if (listener.backlog.length >= listener.backlogMax) {
    call.handshake = {
      ends: after(kernel.now(), SYN_RETRY),
      result: { kind: 'network', network, to, source, latency },
    };
    return waitUntil(kernel, caller, call, call.handshake.ends);
  }
  const port = freePort(caller.network);
  const own =
    isLoopback(source) || caller.network.addresses.length === 0 ? source : (caller.network.addresses[0] ?? source);
  const { client, server } = openConnection(kernel, {
    from: caller.network.number,
    to: network,
    asked,
    latency,
    tls: call.tls,
    client: { host: own, port },
    seen: { host: source, port },
    server: to,
  });
  listener.backlog.push(server);
  wakeAll(kernel, listener.waiters);
  return { kind: 'endpoint', endpoint: client, listener };
}
