// Sockets: listening, accepting, and bytes between the two ends of a connection. How a connection begins is in
// `connect.ts`.

import { after, type DurationMs } from '../../time/units.ts';
import { PENDING, type Pending } from '../calls.ts';
import { addWaiter, type Kernel, MACHINE, wakeAll } from '../context.ts';
import { clear, fill, newBuffer, take } from '../streams/buffer.ts';
import { type Address, type Bytes, type ServerTls, SysError, type Transport } from '../sys.ts';
import {
  type Connection,
  type Endpoint,
  type Flow,
  findListener,
  isAny,
  isLoopback,
  type Listener,
  type NetworkNamespace,
} from './namespace.ts';

const WINDOW = 262_144;
const BACKLOG_MAX = 511;
const FIRST_EPHEMERAL_PORT = 32_768;
const LAST_EPHEMERAL_PORT = 60_999;

/** Stands for the namespace of a service of the house, which takes bytes and never answers any. */
export const HOUSE = 0;

/** A task of the kernel's: nobody waits for a connection any longer. */
export interface ExpireTask {
  readonly kind: 'expire';
  readonly connection: number;
}

/** A task of the kernel's: something arrives at the end of a connection. */
export interface ArriveTask {
  readonly kind: 'arrive';
  readonly connection: number;
}

export function newNetwork(kernel: Kernel, host: string, sandbox: string | undefined): NetworkNamespace {
  const network: NetworkNamespace = {
    number: kernel.nextNumber(),
    host,
    sandbox,
    addresses: [],
    listeners: [],
    nextPort: FIRST_EPHEMERAL_PORT,
    sysctls: new Map(),
  };
  kernel.state.networks.set(network.number, network);
  return network;
}

/** Everything in it ends: listeners close, connections are reset. */
export function destroyNetwork(kernel: Kernel, network: NetworkNamespace): void {
  for (const listener of [...network.listeners]) closeListener(kernel, listener);
  for (const connection of kernel.state.connections.values()) {
    const touches = connection.from === network.number || connection.to === network.number;
    if (touches && !connection.stalled) resetConnection(kernel, connection);
  }
  kernel.state.networks.delete(network.number);
}

/** The power goes: whoever is at the other end of a connection hears nothing more, not even its end. */
export function silenceNetwork(kernel: Kernel, network: NetworkNamespace): void {
  for (const connection of kernel.state.connections.values()) {
    if (connection.from === network.number || connection.to === network.number) connection.stalled = true;
  }
}

/** EADDRINUSE, EADDRNOTAVAIL. */
export function openListener(
  kernel: Kernel,
  network: NetworkNamespace,
  { host, port }: Address,
  uid: number,
  { tls, transport = 'TCP' }: { readonly tls?: ServerTls | undefined; readonly transport?: Transport | undefined } = {},
): Listener {
  if (!isAny(host) && !isLoopback(host) && !network.addresses.includes(host)) throw new SysError('EADDRNOTAVAIL');
  const free = port === 0 ? freePort(network) : port;
  const taken = network.listeners.some(
    (other) =>
      other.port === free && other.transport === transport && (isAny(other.host) || isAny(host) || other.host === host),
  );
  if (taken) throw new SysError('EADDRINUSE');
  const listener: Listener = {
    number: kernel.nextNumber(),
    network,
    host: isAny(host) ? '' : host,
    port: free,
    transport,
    tls,
    backlog: [],
    backlogMax: BACKLOG_MAX,
    closed: false,
    uid,
    waiters: [],
  };
  network.listeners.push(listener);
  return listener;
}

export function closeListener(kernel: Kernel, listener: Listener): void {
  if (listener.closed) return;
  listener.closed = true;
  const { listeners } = listener.network;
  listeners.splice(listeners.indexOf(listener), 1);
  for (const endpoint of listener.backlog.splice(0)) resetConnection(kernel, endpoint.connection);
  wakeAll(kernel, listener.waiters);
}

export function accept(waiter: number, listener: Listener): Endpoint | Pending {
  const endpoint = listener.backlog.shift();
  if (endpoint !== undefined) return endpoint;
  addWaiter(listener.waiters, waiter);
  return PENDING;
}

/** The next port that nobody listens on; connections don't keep theirs from others. */
export function freePort(network: NetworkNamespace): number {
  const count = LAST_EPHEMERAL_PORT - FIRST_EPHEMERAL_PORT + 1;
  for (let i = 0; i < count; i++) {
    const port = network.nextPort;
    network.nextPort = port >= LAST_EPHEMERAL_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
    if (findListener(network, { host: '', port }) === undefined) return port;
  }
  throw new SysError('EADDRINUSE');
}

export interface NewConnection {
  readonly from: number;
  readonly to: number;
  readonly asked: Address;
  readonly latency: DurationMs;
  readonly tls: boolean;
  /** Addresses of the client's end, as the client and as the server sees it, and of the server's end. */
  readonly client: Address;
  readonly seen: Address;
  readonly server: Address;
}

export function openConnection(
  kernel: Kernel,
  { client, seen, server, ...known }: NewConnection,
): { readonly client: Endpoint; readonly server: Endpoint } {
  const number = kernel.nextNumber();
  const connection: Connection = { number, ...known, ends: [], reset: false, stalled: false };
  const there = newFlow();
  const back = newFlow();
  const clientEnd: Endpoint = {
    number: kernel.nextNumber(),
    connection,
    local: client,
    remote: known.asked,
    incoming: back,
    outgoing: there,
    closed: false,
  };
  const serverEnd: Endpoint = {
    number: kernel.nextNumber(),
    connection,
    local: server,
    remote: seen,
    incoming: there,
    outgoing: back,
    closed: false,
  };
  connection.ends = [clientEnd, serverEnd];
  kernel.state.connections.set(number, connection);
  return { client: clientEnd, server: serverEnd };
}

function newFlow(): Flow {
  return { transit: [], underway: 0, buffer: newBuffer(), shut: false, ended: false, waiters: [] };
}

export function readEndpoint(
  kernel: Kernel,
  waiter: number,
  endpoint: Endpoint,
  limit: number,
  through?: number,
): Bytes | Pending {
  const { incoming, connection } = endpoint;
  if (incoming.buffer.size === 0) {
    if (connection.reset) throw new SysError('ECONNRESET');
    if (!incoming.ended) {
      addWaiter(incoming.waiters, waiter);
      return PENDING;
    }
  }
  const bytes = take(incoming.buffer, limit, through);
  if (bytes.length > 0) wakeAll(kernel, incoming.waiters);
  return bytes;
}

/** Answers how many bytes were taken. EPIPE after a shutdown, or when the other end is gone. */
export function writeEndpoint(kernel: Kernel, waiter: number, endpoint: Endpoint, bytes: Bytes): number | Pending {
  const { outgoing, connection } = endpoint;
  if (outgoing.shut || connection.reset) throw new SysError('EPIPE');
  if (connection.to === HOUSE) return bytes.length;
  const room = WINDOW - outgoing.buffer.size - outgoing.underway;
  if (room <= 0) {
    addWaiter(outgoing.waiters, waiter);
    return PENDING;
  }
  const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
  if (otherEnd(endpoint)?.closed === true) {
    resetConnection(kernel, connection);
    return part.length;
  }
  send(kernel, connection, outgoing, part);
  return part.length;
}

export function endpointIsReadable({ incoming, connection }: Endpoint): boolean {
  return incoming.buffer.size > 0 || incoming.ended || connection.reset;
}

export function shutEndpoint(kernel: Kernel, endpoint: Endpoint): void {
  const { outgoing, connection } = endpoint;
  if (outgoing.shut) return;
  outgoing.shut = true;
  if (!connection.reset) send(kernel, connection, outgoing, undefined);
}

export function closeEndpoint(kernel: Kernel, endpoint: Endpoint): void {
  if (endpoint.closed) return;
  endpoint.closed = true;
  const { connection, incoming } = endpoint;
  const other = otherEnd(endpoint);
  // Whoever closes without having read what came loses the connection for both, as TCP has it.
  if (incoming.buffer.size > 0 && other?.closed === false && !connection.stalled) resetConnection(kernel, connection);
  else shutEndpoint(kernel, endpoint);
  clear(incoming.buffer);
  if (other?.closed !== false || connection.to === HOUSE) kernel.state.connections.delete(connection.number);
}

export function resetConnection(kernel: Kernel, connection: Connection): void {
  if (connection.reset) return;
  connection.reset = true;
  kernel.state.connections.delete(connection.number);
  for (const { incoming } of connection.ends) {
    incoming.transit.length = 0;
    incoming.underway = 0;
    wakeAll(kernel, incoming.waiters);
  }
}

/** Holds a connection's bytes back, or lets them go on. */
export function stallConnection(kernel: Kernel, connection: Connection, stalled: boolean): void {
  if (connection.stalled === stalled) return;
  connection.stalled = stalled;
  if (!stalled) arrive(kernel, connection);
}

function otherEnd(endpoint: Endpoint): Endpoint | undefined {
  const [client, server] = endpoint.connection.ends;
  return client === endpoint ? server : client;
}

/** Without bytes: the end. */
function send(kernel: Kernel, connection: Connection, flow: Flow, bytes: Bytes | undefined): void {
  const { latency, stalled } = connection;
  if (latency === 0 && !stalled && flow.transit.length === 0) {
    land(kernel, flow, bytes);
    return;
  }
  flow.transit.push({ at: after(kernel.now(), latency), bytes });
  flow.underway += bytes?.length ?? 0;
  const task: ArriveTask = { kind: 'arrive', connection: connection.number };
  if (!stalled) kernel.loop.wake({ actor: MACHINE, what: task }, latency);
}

/** Lands all whose time has come. */
export function arrive(kernel: Kernel, connection: Connection): void {
  if (connection.stalled) return;
  for (const { incoming } of connection.ends) {
    for (;;) {
      const next = incoming.transit[0];
      if (next === undefined || next.at > kernel.now()) break;
      incoming.transit.shift();
      incoming.underway -= next.bytes?.length ?? 0;
      land(kernel, incoming, next.bytes);
    }
  }
}

function land(kernel: Kernel, flow: Flow, bytes: Bytes | undefined): void {
  if (bytes === undefined) flow.ended = true;
  else fill(flow.buffer, bytes);
  wakeAll(kernel, flow.waiters);
}
