// Requests that the control plane sends into the cluster's network: the API server's proxy to pods and services, a
// webhook, what is passed on to other API servers. They go out from a node, and find what a program there would find.

import type { Forward, ServerPlace, Unreached } from '../kube/forward.ts';
import type { NodeDoors, ProxiedRequest, ProxiedResponse } from '../kube/nodedoor.ts';
import type { Outgoing, OutgoingAnswer } from '../kube/outgoing.ts';
import type { Kernel } from '../machine/context.ts';
import { type Fetched, fetchHttp } from '../machine/net/fetch.ts';
import type { ChannelId } from '../time/channel.ts';
import type { Loop, Signal, Work } from '../time/loop.ts';
import { type DurationMs, seconds } from '../time/units.ts';

export interface FetchDeps {
  readonly kernel: Kernel;
  readonly loop: Loop;
}

const ACTOR = 'requests of the control plane';
const READERS = 'answers to the control plane';
const TIMEOUT = seconds(30);

/** `deps` is asked when the first request comes: the cluster is whole by then. */
export function clusterFetch(deps: () => FetchDeps, host: string): NodeDoors['fetch'] {
  const send = sender(deps, host, ACTOR);
  return function* fetch({ scheme, ip, port }, request): Work<ProxiedResponse | undefined> {
    const fetched = yield* send({
      method: request.method,
      url: `${scheme}://${ip}:${port}${request.target.startsWith('/') ? '' : '/'}${request.target}`,
      headers: headersFor(request),
      body: request.body,
      timeout: TIMEOUT,
      ...(scheme === 'https' ? { tls: { insecure: true } } : {}),
    });
    if (fetched === undefined || !fetched.ok) return undefined;
    return { status: fetched.status, headers: fetched.headers, body: { channel: fetched.body } };
  };
}

/** Webhooks that are services of the cluster; what lies outside of it is for `outside`. */
export function clusterOutgoing(deps: () => FetchDeps, host: string, outside: Outgoing): Outgoing {
  const send = sender(deps, host, 'webhooks of the control plane');
  const collect = collector(deps);
  return function* ask(request): Work<OutgoingAnswer> {
    const { url, at, authorities = '', body, timeout } = request;
    if (at === undefined) return yield* outside(request);
    const { hostname, pathname, search } = new URL(url);
    const fetched = yield* send({
      method: 'POST',
      url: `https://${at.ip}:${at.port}${pathname}${search}`,
      headers: { 'content-type': 'application/json', accept: 'application/json, */*', host: hostname },
      body,
      timeout,
      tls: { ca: authorities, serverName: hostname },
    });
    if (fetched === undefined) return { problem: `dial tcp ${at.ip}:${at.port}: connect: network is unreachable` };
    if (!fetched.ok) return { problem: problemOf(fetched, at) };
    const [contentType = ''] = fetched.headers['content-type'] ?? [];
    return { status: fetched.status, contentType, body: yield* collect(fetched.body) };
  };
}

/** Other API servers: services of the cluster, over TLS. What is watched there goes on for as long as it likes. */
export function clusterForward(deps: () => FetchDeps, host: string): Forward {
  const send = sender(deps, host, 'requests to other API servers');
  const collect = collector(deps);
  function* pass(at: ServerPlace, request: ProxiedRequest, timeout?: DurationMs): Work<Passed | Unreached> {
    const { serverName, authorities } = at.tls;
    const fetched = yield* send({
      method: request.method,
      url: `https://${at.ip}:${at.port}${request.target}`,
      headers: { ...headersFor(request), host: `${at.ip}:${at.port}` },
      body: request.body,
      ...(timeout === undefined ? {} : { timeout }),
      tls: authorities === undefined ? { insecure: true, serverName } : { ca: authorities, serverName },
    });
    if (fetched === undefined) return { problem: `dial tcp ${at.ip}:${at.port}: connect: network is unreachable` };
    if (!fetched.ok) return { problem: problemOf(fetched, at) };
    return { status: fetched.status, headers: fetched.headers, body: { channel: fetched.body } };
  }
  return {
    pass: (at, request) => pass(at, request),
    *read(at, request, timeout) {
      const answer = yield* pass(at, request, timeout);
      if ('problem' in answer) return answer;
      const [contentType = ''] = answer.headers['content-type'] ?? [];
      return { status: answer.status, contentType, body: yield* collect(answer.body.channel) };
    },
  };
}

interface Passed extends ProxiedResponse {
  readonly body: { readonly channel: ChannelId };
}

const REFUSALS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

function problemOf({ code, message }: Fetched & { ok: false }, { ip, port }: Pick<ServerPlace, 'ip' | 'port'>): string {
  if (code === 'ETIMEDOUT') return 'context deadline exceeded';
  const refusal = REFUSALS[code];
  return refusal === undefined ? message : `dial tcp ${ip}:${port}: connect: ${refusal}`;
}

type Send = (request: Parameters<typeof fetchHttp>[2]) => Work<Fetched | undefined>;

/** Undefined: the node isn't there from which it would go out. */
function sender(deps: () => FetchDeps, host: string, actor: string): Send {
  const waiting = new Map<number, Signal>();
  let listening = false;
  const listen = (loop: Loop): void => {
    if (listening) return;
    listening = true;
    loop.actor<Fetched>(actor, (fetched) => {
      const signal = waiting.get(Number(fetched.key));
      waiting.delete(Number(fetched.key));
      if (signal !== undefined) loop.fire(signal, fetched);
    });
  };
  return function* send(request) {
    const { kernel, loop } = deps();
    const network = kernel.state.hosts.get(host)?.network;
    if (network === undefined) return undefined;
    listen(loop);
    const signal = loop.signal();
    waiting.set(signal.id, signal);
    fetchHttp(kernel, network, request, { actor, key: signal.id });
    return (yield signal) as Fetched;
  };
}

/** Reads a channel of bytes to its end. */
function collector(deps: () => FetchDeps): (channel: ChannelId) => Work<string> {
  let listening = false;
  return function* collect(channel) {
    const { kernel, loop } = deps();
    if (!listening) loop.actor<Signal>(READERS, (signal) => loop.fire(signal, undefined));
    listening = true;
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const read = kernel.channels.read(channel);
      if (read.kind === 'closed') return text + decoder.decode();
      if (read.kind === 'more') {
        text += decoder.decode(read.chunk as Uint8Array, { stream: true });
        continue;
      }
      const signal = loop.signal();
      kernel.channels.whenReadable(channel, { actor: READERS, what: signal });
      yield signal;
    }
  };
}

/** What belongs to one connection alone isn't passed on. */
const OWN = new Set(['connection', 'keep-alive', 'upgrade', 'transfer-encoding', 'content-length', 'host']);

function headersFor({ headers }: ProxiedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !OWN.has(name))
      .map(([name, values]) => [name, values.join(', ')]),
  );
}
