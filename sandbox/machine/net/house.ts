// Services of the house: servers that are no processes (the API server above all). A request goes to them as data and
// its answer comes back as data, with channels for what streams; no HTTP text is made of either.

import type { ChannelId } from '../../time/channel.ts';
import type { DurationMs } from '../../time/units.ts';
import { type Kernel, MACHINE } from '../context.ts';
import type { HttpHeaders } from '../http.ts';
import { dropChannel } from '../streams/outside.ts';
import type { Bytes } from '../sys.ts';

export interface HouseRequest {
  /** By which number it is answered. */
  readonly exchange: number;
  readonly method: string;
  /** Path with query: `/api/v1/pods?limit=500`. */
  readonly target: string;
  /** As the URL named it, with the port. */
  readonly host: string;
  readonly headers: HttpHeaders;
  readonly body: Bytes;
  /** The client's address as it is seen, and the namespace that it is in. */
  readonly source: string;
  readonly network: number;
  readonly secure: boolean;
  /** PEM, when the client showed a certificate. */
  readonly certificate: string | undefined;
  /** For a websocket: the protocols that the client offers, and the channel on which its messages (bytes) will come. */
  readonly webSocket: { readonly protocols: readonly string[]; readonly messages: ChannelId } | undefined;
}

export interface HouseResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** All of it, or a channel of bytes or texts, closed at its end. */
  readonly body: Bytes | string | { readonly channel: ChannelId };
  /** The websocket was accepted: the chosen protocol, and the channel of the server's messages (bytes). */
  readonly webSocket?: { readonly protocol: string; readonly messages: ChannelId };
}

export interface Exchange {
  readonly service: string;
  readonly waiter: number;
  readonly latency: DurationMs;
  readonly request: HouseRequest;
  response: HouseResponse | undefined;
}

/** Tasks of the kernel's: a request arrives at its service, an answer at its client. */
export interface HouseTask {
  readonly kind: 'request' | 'answer';
  readonly exchange: number;
  readonly response?: HouseResponse;
}

export function beginExchange(
  kernel: Kernel,
  waiter: number,
  service: string,
  latency: DurationMs,
  request: Omit<HouseRequest, 'exchange'>,
): number {
  const exchange = kernel.nextNumber();
  kernel.state.exchanges.set(exchange, {
    service,
    waiter,
    latency,
    request: { ...request, exchange },
    response: undefined,
  });
  const task: HouseTask = { kind: 'request', exchange };
  kernel.loop.wake({ actor: MACHINE, what: task }, latency);
  return exchange;
}

/** The request has arrived. */
export function deliverRequest(kernel: Kernel, exchange: number): void {
  const known = kernel.state.exchanges.get(exchange);
  if (known !== undefined) kernel.fabric.service(known.service)?.handle(known.request);
}

/** The service has answered; the client learns of it later. */
export function answerExchange(kernel: Kernel, exchange: number, response: HouseResponse): void {
  const known = kernel.state.exchanges.get(exchange);
  if (known === undefined) {
    dropResponse(kernel, response);
    return;
  }
  const task: HouseTask = { kind: 'answer', exchange, response };
  kernel.loop.wake({ actor: MACHINE, what: task }, known.latency);
}

export function deliverAnswer(kernel: Kernel, exchange: number, response: HouseResponse): void {
  const known = kernel.state.exchanges.get(exchange);
  if (known === undefined) {
    dropResponse(kernel, response);
    return;
  }
  known.response = response;
  kernel.wake(known.waiter);
}

/** The client doesn't wait any longer. */
export function cancelExchange(kernel: Kernel, exchange: number): void {
  const known = kernel.state.exchanges.get(exchange);
  if (known === undefined) return;
  kernel.state.exchanges.delete(exchange);
  const { webSocket } = known.request;
  if (webSocket !== undefined) kernel.channels.close(webSocket.messages);
  if (known.response !== undefined) dropResponse(kernel, known.response);
  else kernel.fabric.service(known.service)?.cancel?.(exchange);
}

function dropResponse(kernel: Kernel, { body, webSocket }: HouseResponse): void {
  if (typeof body === 'object' && 'channel' in body) dropChannel(kernel, body.channel);
  if (webSocket !== undefined) dropChannel(kernel, webSocket.messages);
}
