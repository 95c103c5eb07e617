// What lies beyond a network namespace, as the machine sees it: the interface that `network/` implements. A machine
// knows its own addresses and who listens; which address leads where, under whose name, how fast, and whether at all,
// it asks here.

import type { DurationMs } from '../time/units.ts';
import type { HouseRequest } from './net/house.ts';
import type { NetworkNamespace } from './net/namespace.ts';
import type { Address, DnsAnswer, DnsQuestion, NetworkInterface, Transport } from './sys.ts';

/** Where a new connection goes. Every latency is one way. */
export type Route =
  | {
      readonly kind: 'network';
      /** The namespace in which somebody may be listening, and at which of its addresses. */
      readonly network: NetworkNamespace;
      readonly address: Address;
      /** The client's address as the server sees it: another than its own where somebody on the way translates it. */
      readonly source: string;
      readonly latency: DurationMs;
    }
  | {
      /** A service of the house: it is no process, and speaks HTTP only. */
      readonly kind: 'house';
      readonly service: string;
      readonly source: string;
      readonly latency: DurationMs;
    }
  /** Somebody answers that nobody listens. */
  | { readonly kind: 'refused'; readonly latency: DurationMs }
  | { readonly kind: 'reset'; readonly latency: DurationMs }
  /** Nobody answers. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'host-unreachable' | 'network-unreachable' };

export type DnsRoute =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer; readonly latency: DurationMs }
  /** A process may be listening there for datagrams; it is asked. */
  | Extract<Route, { readonly kind: 'network' }>
  | { readonly kind: 'refused'; readonly latency: DurationMs }
  | { readonly kind: 'dropped' };

export type PingRoute =
  | { readonly kind: 'answer'; readonly latency: DurationMs }
  | { readonly kind: 'dropped' | 'host-unreachable' | 'network-unreachable' };

/** A service that is no process: the API server, a registry. It answers by `Machine.answer`, now or later. */
export interface HttpService {
  /** PEM that it shows to clients that speak TLS; they check nothing where there is none. */
  readonly certificate?: string;
  /** Called at the moment at which the request arrives, as a task of its own. */
  handle(request: HouseRequest): void;
  /** The client has gone before it was answered. */
  cancel?(exchange: number): void;
}

/**
 * Pure questions to the network: none may change anything that an answer depends on. All are asked once for each
 * connection, question or ping, at the moment it begins.
 */
export interface NetworkFabric {
  route(from: NetworkNamespace, to: Address, transport?: Transport): Route;
  /** Told, right after a way was asked for, that it is taken: for what the network remembers. */
  noticed?(from: NetworkNamespace, to: Address, transport?: Transport, probe?: boolean): void;
  dns(from: NetworkNamespace, question: DnsQuestion): DnsRoute;
  ping(from: NetworkNamespace, host: string): PingRoute;
  /** Interfaces other than `lo`. */
  interfaces(of: NetworkNamespace): readonly NetworkInterface[];
  /** The rules by which addresses are translated there, as `iptables-save -t nat` prints them. */
  natRules?(of: NetworkNamespace): readonly string[];
  service(name: string): HttpService | undefined;
}
