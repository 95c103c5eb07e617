// What the API server asks of others, over HTTPS: webhooks. Who puts a cluster together says how such requests go out,
// into the cluster's own network or to the host's; here nobody knows.

import type { Work } from '../time/loop.ts';
import type { DurationMs } from '../time/units.ts';

export interface OutgoingRequest {
  /** As messages show it: `https://hooks.default.svc:443/validate?timeout=10s`. */
  readonly url: string;
  /** Where it goes in the cluster's network; absent for what the URL names in the world outside. */
  readonly at?: { readonly ip: string; readonly port: number };
  /** PEM of those who may have signed the answering server's certificate; absent: those whom the host trusts. */
  readonly authorities?: string;
  readonly body: string;
  readonly timeout: DurationMs;
}

export type OutgoingAnswer =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  /** In the words of Go's client: `dial tcp 10.96.0.7:443: connect: connection refused`. */
  | { readonly problem: string };

export type Outgoing = (request: OutgoingRequest) => Work<OutgoingAnswer>;

/** Nobody is there. */
export function* nobody({ url, at }: OutgoingRequest): Work<OutgoingAnswer> {
  const { hostname, port } = new URL(url);
  const address = at === undefined ? `${hostname}:${port === '' ? 443 : port}` : `${at.ip}:${at.port}`;
  return { problem: `dial tcp ${address}: connect: connection refused` };
}
