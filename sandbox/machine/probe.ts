// Probes as a kubelet makes them: from the node's network, without a process of their own. What came of one is told to
// an actor, in the words in which kubelet reports it.

import type { TaskData } from '../time/loop.ts';
import { after, type DurationMs, durationMs } from '../time/units.ts';
import { NO_BYTES, textOf } from './bytes.ts';
import { PENDING } from './calls.ts';
import type { Kernel } from './context.ts';
import { httpHeader } from './http.ts';
import { addAgent, agentCaller, type NetworkProbe, type ProbeAgent, removeAgent, tellActor } from './net/agents.ts';
import { closeBody, readBody } from './net/body.ts';
import { advanceHttp, disposeHttp, type HttpResult, httpCall, parseUrl } from './net/client.ts';
import { advanceConnect, connectCall } from './net/connect.ts';
import type { Notify } from './net/fetch.ts';
import { formatAddress, type NetworkNamespace } from './net/namespace.ts';
import { closeEndpoint } from './net/sockets.ts';
import { type ErrnoCode, SysError } from './sys.ts';

/** Told to the asker. `output` is what an event says after `Readiness probe failed: `. */
export interface Probed {
  readonly kind: 'probed';
  readonly key: TaskData;
  readonly result: 'success' | 'warning' | 'failure';
  readonly output: string;
}

export type { NetworkProbe } from './net/agents.ts';

const REDIRECTS_MAX = 10;
const BODY_MAX = 10_240;
const USER_AGENT = 'kube-probe/1.36';

/** Begins a probe; answers its number, by which it can be taken back. */
export function startProbe(
  kernel: Kernel,
  network: NetworkNamespace,
  probe: NetworkProbe,
  timeout: DurationMs,
  { actor, key }: Notify,
): number {
  const agent: ProbeAgent = {
    kind: 'probe',
    number: kernel.nextNumber(),
    network,
    host: network.host,
    actor,
    key,
    timer: undefined,
    queued: false,
    probe,
    timeout,
    deadline: after(kernel.now(), timeout),
    connected: false,
    http: undefined,
    connect: undefined,
    redirects: 0,
  };
  addAgent(kernel, agent);
  return agent.number;
}

export function cancelProbe(kernel: Kernel, number: number): void {
  const agent = kernel.state.agents.get(number);
  if (agent?.kind !== 'probe') return;
  if (agent.http !== undefined) disposeHttp(kernel, agent.http);
  removeAgent(kernel, agent);
}

export function advanceProbe(kernel: Kernel, agent: ProbeAgent): void {
  try {
    if (agent.probe.kind === 'tcp') advanceTcp(kernel, agent, agent.probe);
    else advanceRequest(kernel, agent, agent.probe);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (retriesUntilTimeout(kernel, agent, error)) return;
    finish(kernel, agent, 'failure', failureText(agent, error));
  }
}

/** A gRPC client tries to connect until its time is up, whatever it hears. */
function retriesUntilTimeout(kernel: Kernel, agent: ProbeAgent, { code }: SysError): boolean {
  if (agent.probe.kind !== 'grpc' || agent.connected || kernel.now() >= agent.deadline || code === 'EINVAL')
    return false;
  agent.http = undefined;
  const retry = after(kernel.now(), durationMs(Math.min(1000, agent.deadline - kernel.now())));
  kernel.wakeAt(agent.number, retry);
  return true;
}

function finish(kernel: Kernel, agent: ProbeAgent, result: Probed['result'], output: string): void {
  removeAgent(kernel, agent);
  tellActor(kernel, agent, { kind: 'probed', result, output });
}

function timeLeft(kernel: Kernel, { deadline }: ProbeAgent): DurationMs {
  return durationMs(Math.max(0, deadline - kernel.now()));
}

function advanceTcp(
  kernel: Kernel,
  agent: ProbeAgent,
  address: { readonly host: string; readonly port: number },
): void {
  agent.connect ??= connectCall(kernel, address, timeLeft(kernel, agent), false);
  const connected = advanceConnect(kernel, agentCaller(kernel, agent), agent.connect);
  if (connected === PENDING) return;
  if (connected.kind === 'endpoint') closeEndpoint(kernel, connected.endpoint);
  finish(kernel, agent, 'success', '');
}

function advanceRequest(kernel: Kernel, agent: ProbeAgent, probe: Exclude<NetworkProbe, { kind: 'tcp' }>): void {
  agent.http ??=
    probe.kind === 'http' ? httpProbe(kernel, agent, probe.url, probe.headers) : grpcProbe(kernel, agent, probe);
  if (kernel.now() >= agent.deadline) throw new SysError('ETIMEDOUT');
  const result = advanceHttp(kernel, agentCaller(kernel, agent), agent.http);
  agent.connected ||= agent.http.endpoint !== undefined;
  if (result === PENDING) return;
  const body = bodyText(kernel, agent, result);
  closeBody(kernel, result.body);
  if (probe.kind === 'grpc') finishGrpc(kernel, agent, result, body);
  else if (!followRedirect(kernel, agent, probe, result)) finishHttp(kernel, agent, result, body);
}

function httpProbe(kernel: Kernel, agent: ProbeAgent, url: string, headers: Readonly<Record<string, string>>) {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const all = {
    ...(given.has('user-agent') ? {} : { 'User-Agent': USER_AGENT }),
    ...(given.has('accept') ? {} : { Accept: '*/*' }),
    ...headers,
  };
  return httpCall(kernel, {
    method: 'GET',
    url,
    headers: all,
    body: NO_BYTES,
    tls: { insecure: true },
    timeout: timeLeft(kernel, agent),
    webSocket: undefined,
  });
}

/** What has come of the body by now; a probe doesn't wait for more. */
function bodyText(kernel: Kernel, agent: ProbeAgent, { body }: HttpResult): string {
  try {
    const bytes = readBody(kernel, agent.number, body, BODY_MAX, undefined);
    return bytes === PENDING ? '' : textOf(bytes);
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

/** Goes on where the server says, as long as that is the same host. */
function followRedirect(
  kernel: Kernel,
  agent: ProbeAgent,
  { url, headers }: Extract<NetworkProbe, { kind: 'http' }>,
  { status, headers: answered }: HttpResult,
): boolean {
  const location = httpHeader(answered, 'location');
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return false;
  const from = agent.http?.request.url ?? url;
  const to = location.startsWith('/') ? from.replace(/^([a-z]+:\/\/[^/?#]+).*$/, `$1${location}`) : location;
  if (parseUrl(to).address.host !== parseUrl(url).address.host) return false;
  if (++agent.redirects > REDIRECTS_MAX) throw new SysError('EINVAL', 'stopped after 10 redirects');
  agent.http = httpProbe(kernel, agent, to, headers);
  advanceProbe(kernel, agent);
  return true;
}

function finishHttp(kernel: Kernel, agent: ProbeAgent, { status }: HttpResult, body: string): void {
  if (status >= 300 && status < 400) {
    finish(kernel, agent, 'warning', `Probe terminated redirects, Response body: ${body}`);
  } else if (status >= 200 && status < 400) finish(kernel, agent, 'success', body);
  else finish(kernel, agent, 'failure', `HTTP probe failed with statuscode: ${status}`);
}

/**
 * Health over gRPC is modelled as `POST /grpc.health.v1.Health/Check` with the service's name as JSON, answered by the
 * header `grpc-status` and a JSON body with `status`.
 */
function grpcProbe(
  kernel: Kernel,
  agent: ProbeAgent,
  { host, port, service }: Extract<NetworkProbe, { kind: 'grpc' }>,
) {
  return httpCall(kernel, {
    method: 'POST',
    url: `http://${formatAddress({ host, port })}/grpc.health.v1.Health/Check`,
    headers: { 'Content-Type': 'application/grpc', 'User-Agent': USER_AGENT },
    body: JSON.stringify({ service }),
    tls: undefined,
    timeout: timeLeft(kernel, agent),
    webSocket: undefined,
  });
}

const GRPC_NAMES: Readonly<Record<string, string>> = { 5: 'NotFound', 12: 'Unimplemented', 14: 'Unavailable' };

function finishGrpc(kernel: Kernel, agent: ProbeAgent, { headers }: HttpResult, body: string): void {
  const status = httpHeader(headers, 'grpc-status');
  const answer = /"status"\s{0,9}:\s{0,9}"([A-Z_]{1,30})"/.exec(body)?.[1];
  if (status === '12' || status === undefined) {
    const why = 'this server does not implement the grpc health protocol (grpc.health.v1.Health)';
    finish(
      kernel,
      agent,
      'failure',
      `error: ${why}: ${httpHeader(headers, 'grpc-message') ?? 'unknown service grpc.health.v1.Health'}`,
    );
  } else if (status !== '0') {
    const name = GRPC_NAMES[status] ?? 'Unknown';
    const message = httpHeader(headers, 'grpc-message') ?? '';
    finish(kernel, agent, 'failure', `error: health rpc probe failed: rpc error: code = ${name} desc = ${message}`);
  } else if (answer === 'SERVING') finish(kernel, agent, 'success', 'service healthy');
  else finish(kernel, agent, 'failure', `service unhealthy (responded with "${answer ?? 'UNKNOWN'}")`);
}

const DIAL_TEXTS: Readonly<Partial<Record<ErrnoCode, string>>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

/** A failed connection in Go's words. */
function failureText(agent: ProbeAgent, error: SysError): string {
  const { probe } = agent;
  const dial = (host: string, port: number): string => {
    const why = error.code === 'ENOTFOUND' ? undefined : DIAL_TEXTS[error.code];
    return why === undefined
      ? `dial tcp: lookup ${host}: no such host`
      : `dial tcp ${formatAddress({ host, port })}: ${why}`;
  };
  if (probe.kind === 'tcp') return dial(probe.host, probe.port);
  if (probe.kind === 'grpc') {
    const within = `${agent.timeout / 1000}s`;
    if (agent.connected) return `timeout: health rpc did not complete within ${within}`;
    return `timeout: failed to connect service "${formatAddress(probe)}" within ${within}: context deadline exceeded`;
  }
  const url = agent.http?.request.url ?? probe.url;
  const { host, port } = parseUrl(url).address;
  return `Get "${url}": ${httpFailure(error, () => dial(host, port))}`;
}

function httpFailure(error: SysError, dial: () => string): string {
  switch (error.code) {
    case 'ETIMEDOUT':
      return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    case 'ECONNRESET':
      return error.message === 'ECONNRESET' ? 'read: connection reset by peer' : error.message;
    case 'EINVAL':
    case 'ETLS':
      return error.message;
    default:
      return dial();
  }
}
