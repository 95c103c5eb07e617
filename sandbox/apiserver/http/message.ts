// Requests and responses of the HTTP door as data. Whoever carries them (a simulated network, a real socket) makes these
// from what it has, and gives back what comes.

import type { Origin } from '../../kube/cause.ts';
import type { UserInfo } from '../../kube/operation.ts';
import type { ChannelId } from '../../time/channel.ts';

/** Names in lower case; values in the order in which they came. */
export type HttpHeaders = Readonly<Record<string, readonly string[]>>;

export interface HttpRequest {
  readonly method: string;
  /** Path with query, still escaped: `/api/v1/pods?limit=500`. */
  readonly target: string;
  readonly headers: HttpHeaders;
  readonly body: Uint8Array;
  /** The client's address. */
  readonly source: string;
  /** PEM, when the client showed a certificate. */
  readonly certificate: string | undefined;
  /** Who asks, where that is known without credentials. */
  readonly user?: UserInfo;
  /** What is kept with writes; a foreign client's request is a root of its own unless this is given. */
  readonly origin?: Origin;
  /** For a websocket: the protocols that the client offers, and the channel on which its messages (bytes) will come. */
  readonly webSocket: { readonly protocols: readonly string[]; readonly messages: ChannelId } | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** All of it, or a channel of bytes or texts, closed at its end. */
  readonly body: Uint8Array | string | { readonly channel: ChannelId };
  /** The websocket was accepted: the chosen protocol, and the channel of the server's messages (bytes). */
  readonly webSocket?: { readonly protocol: string; readonly messages: ChannelId };
}

/** The first value of a header; empty when there is none. */
export function headerOf(headers: HttpHeaders, name: string): string {
  return (Object.hasOwn(headers, name) ? headers[name]?.[0] : undefined) ?? '';
}

export function textResponse(status: number, text: string, headers: HttpHeaders = {}): HttpResponse {
  const plain = { 'content-type': ['text/plain; charset=utf-8'], 'x-content-type-options': ['nosniff'] };
  return { status, headers: { ...plain, ...headers }, body: text };
}
