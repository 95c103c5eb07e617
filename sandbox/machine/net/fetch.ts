// HTTP requests that the house itself sends into a cluster's network: the API server to a pod, a proxy, a webhook. And
// connections that are handed through as they are, for forwarded ports.

import type { ChannelId } from '../../time/channel.ts';
import type { TaskData } from '../../time/loop.ts';
import type { DurationMs } from '../../time/units.ts';
import { NO_BYTES } from '../bytes.ts';
import { PENDING } from '../calls.ts';
import type { Kernel } from '../context.ts';
import type { HttpHeaders } from '../http.ts';
import { dropChannel, newSource, readSource, waitForChannel } from '../streams/outside.ts';
import { type ErrnoCode, SysError } from '../sys.ts';
import { addAgent, agentCaller, type FetchAgent, type ForwardAgent, removeAgent, tellActor } from './agents.ts';
import { closeBody, readBody } from './body.ts';
import { advanceHttp, type ClientRequest, disposeHttp, httpCall } from './client.ts';
import { advanceConnect, connectCall } from './connect.ts';
import type { NetworkNamespace } from './namespace.ts';
import { closeEndpoint, readEndpoint, shutEndpoint, writeEndpoint } from './sockets.ts';

export interface Notify {
  readonly actor: string;
  /** By what the asker knows it again. */
  readonly key: TaskData;
}

/** Told to the asker: the head of the answer, or why there is none. */
export type Fetched = { readonly kind: 'fetched'; readonly key: TaskData } & (
  | { readonly ok: true; readonly status: number; readonly headers: HttpHeaders; readonly body: ChannelId }
  | { readonly ok: false; readonly code: ErrnoCode; readonly message: string }
);

/** Told to the asker: whether the connection was made. */
export type Forwarded = { readonly kind: 'forwarded'; readonly key: TaskData } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrnoCode }
);

const BLOCK = 65_536;

/** Sends a request from a namespace; names are resolved with the files of its host. */
export function fetchHttp(
  kernel: Kernel,
  network: NetworkNamespace,
  request: Pick<ClientRequest, 'method' | 'url'> & Partial<ClientRequest>,
  notify: Notify,
): number {
  const { headers = {}, body = '', tls, timeout, webSocket, method, url } = request;
  const http = httpCall(kernel, { method, url, headers, body, tls, timeout, webSocket });
  const agent: FetchAgent = { kind: 'fetch', ...common(kernel, network, notify), http, pump: undefined };
  addAgent(kernel, agent);
  return agent.number;
}

function common(kernel: Kernel, network: NetworkNamespace, { actor, key }: Notify) {
  return { number: kernel.nextNumber(), network, host: network.host, actor, key, timer: undefined, queued: false };
}

export function advanceFetch(kernel: Kernel, agent: FetchAgent): void {
  if (agent.pump === undefined && !receiveHead(kernel, agent)) return;
  const { pump } = agent;
  if (pump === undefined) return;
  try {
    for (;;) {
      if (kernel.channels.waiting(pump.to) > kernel.bounds.waitingBytes) {
        waitForChannel(kernel, agent.number, pump.to, 'drained');
        return;
      }
      const bytes = readBody(kernel, agent.number, pump.body, BLOCK, undefined);
      if (bytes === PENDING) return;
      if (bytes.length === 0 || !kernel.channels.write(pump.to, bytes, bytes.length)) break;
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  closeBody(kernel, pump.body);
  kernel.channels.close(pump.to);
  removeAgent(kernel, agent);
}

function receiveHead(kernel: Kernel, agent: FetchAgent): boolean {
  try {
    const result = advanceHttp(kernel, agentCaller(kernel, agent), agent.http);
    if (result === PENDING) return false;
    const { status, headers, body } = result;
    const to = kernel.channels.create();
    agent.pump = { body, to };
    tellActor(kernel, agent, { kind: 'fetched', ok: true, status, headers, body: to });
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    tellActor(kernel, agent, { kind: 'fetched', ok: false, code: error.code, message: error.message });
    removeAgent(kernel, agent);
    return false;
  }
}

/** Connects to a port inside a namespace and hands bytes through: `from` is read, `to` written and closed at the end. */
export function forwardPort(
  kernel: Kernel,
  network: NetworkNamespace,
  port: number,
  channels: { readonly from: ChannelId; readonly to: ChannelId },
  notify: Notify,
  timeout?: DurationMs,
): number {
  const connect = connectCall(kernel, { host: '127.0.0.1', port }, timeout, false);
  const agent: ForwardAgent = {
    kind: 'forward',
    ...common(kernel, network, notify),
    connect,
    endpoint: undefined,
    from: newSource(channels.from),
    to: channels.to,
    held: NO_BYTES,
  };
  addAgent(kernel, agent);
  return agent.number;
}

export function advanceForward(kernel: Kernel, agent: ForwardAgent): void {
  try {
    if (agent.endpoint === undefined) {
      const connected = advanceConnect(kernel, agentCaller(kernel, agent), agent.connect);
      if (connected === PENDING) return;
      if (connected.kind !== 'endpoint') throw new SysError('ECONNREFUSED');
      agent.endpoint = connected.endpoint;
      tellActor(kernel, agent, { kind: 'forwarded', ok: true });
    }
    pumpIn(kernel, agent);
    if (pumpOut(kernel, agent)) endForward(kernel, agent);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (agent.endpoint === undefined) tellActor(kernel, agent, { kind: 'forwarded', ok: false, code: error.code });
    endForward(kernel, agent);
  }
}

function pumpIn(kernel: Kernel, agent: ForwardAgent): void {
  const { endpoint, from, number } = agent;
  if (endpoint === undefined || endpoint.outgoing.shut) return;
  for (;;) {
    if (agent.held.length === 0) {
      const bytes = readSource(kernel, number, from, BLOCK, undefined);
      if (bytes === PENDING) return;
      if (bytes.length === 0) {
        shutEndpoint(kernel, endpoint);
        return;
      }
      agent.held = bytes;
    }
    const count = writeEndpoint(kernel, number, endpoint, agent.held);
    if (count === PENDING) return;
    agent.held = agent.held.subarray(count);
  }
}

/** Whether the server has said its last. */
function pumpOut(kernel: Kernel, { endpoint, to, number }: ForwardAgent): boolean {
  if (endpoint === undefined) return true;
  for (;;) {
    if (kernel.channels.waiting(to) > kernel.bounds.waitingBytes) {
      waitForChannel(kernel, number, to, 'drained');
      return false;
    }
    const bytes = readEndpoint(kernel, number, endpoint, BLOCK);
    if (bytes === PENDING) return false;
    if (bytes.length === 0 || !kernel.channels.write(to, bytes, bytes.length)) return true;
  }
}

function endForward(kernel: Kernel, agent: ForwardAgent): void {
  if (agent.endpoint !== undefined) closeEndpoint(kernel, agent.endpoint);
  kernel.channels.close(agent.to);
  dropChannel(kernel, agent.from.channel);
  removeAgent(kernel, agent);
}

/** Whoever asked doesn't want it any more; nobody is told. */
export function cancelFetch(kernel: Kernel, number: number): void {
  const agent = kernel.state.agents.get(number);
  if (agent?.kind === 'forward') endForward(kernel, agent);
  if (agent?.kind !== 'fetch') return;
  if (agent.pump === undefined) disposeHttp(kernel, agent.http);
  else {
    closeBody(kernel, agent.pump.body);
    kernel.channels.close(agent.pump.to);
  }
  removeAgent(kernel, agent);
}
