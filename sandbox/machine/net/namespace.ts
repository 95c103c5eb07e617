// A network as a pod or a host has it: addresses, who listens, and the connections that begin or end here.

import type { DurationMs, TimeMs } from '../../time/units.ts';
import type { Buffer } from '../streams/buffer.ts';
import type { Address, Bytes, ServerTls, Transport } from '../sys.ts';

export interface NetworkNamespace {
  readonly number: number;
  readonly host: string;
  /** The pod sandbox that it belongs to; undefined for a host's own. */
  readonly sandbox: string | undefined;
  /** Its own addresses, without loopback. Replaced, never changed. */
  addresses: readonly string[];
  readonly listeners: Listener[];
  /** Where the search for a free port begins. */
  nextPort: number;
  /** Those that differ from the kernel's defaults, by dotted name. */
  readonly sysctls: Map<string, string>;
}

export interface Listener {
  readonly number: number;
  readonly network: NetworkNamespace;
  /** Empty: any. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly tls: ServerTls | undefined;
  /** Connections that nobody has accepted yet. */
  readonly backlog: Endpoint[];
  readonly backlogMax: number;
  closed: boolean;
  /** The effective user that opened it. */
  readonly uid: number;
  readonly waiters: number[];
}

/** Bytes on their way from one end of a connection to the other. */
export interface Flow {
  /** Sent, and not there yet; without bytes it is the end. */
  readonly transit: { readonly at: TimeMs; readonly bytes: Bytes | undefined }[];
  /** Bytes in `transit`. */
  underway: number;
  /** Arrived, and not read yet. */
  readonly buffer: Buffer;
  /** The writer has said that nothing more comes; and that has arrived. */
  shut: boolean;
  ended: boolean;
  /** Who waits for bytes or for room. */
  readonly waiters: number[];
}

/** One end of a connection. */
export interface Endpoint {
  readonly number: number;
  readonly connection: Connection;
  readonly local: Address;
  readonly remote: Address;
  readonly incoming: Flow;
  readonly outgoing: Flow;
  closed: boolean;
}

export interface Connection {
  readonly number: number;
  /** Network namespaces by number; `to` is 0 for a service of the house. */
  readonly from: number;
  readonly to: number;
  /** What the client asked for, before anybody translated it. */
  readonly asked: Address;
  readonly latency: DurationMs;
  /** Whether the bytes inside are encrypted. */
  readonly tls: boolean;
  /** Ends by number of the endpoints; filled when both are there. */
  ends: readonly Endpoint[];
  reset: boolean;
  /** Nothing arrives while this holds; what is sent meanwhile comes later. */
  stalled: boolean;
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}

export function isAny(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

/** Whether a text is an address rather than a name. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(host);
}

export function findListener(
  network: NetworkNamespace,
  { host, port }: Address,
  transport: Transport = 'TCP',
): Listener | undefined {
  return network.listeners.find(
    (listener) =>
      listener.port === port && listener.transport === transport && (isAny(listener.host) || listener.host === host),
  );
}
