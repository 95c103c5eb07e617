// Requests that the control plane sends into the cluster's network: the API server's proxy to pods and services, a
// webhook. They go out from a node, and find what a program there would find.

import type { NodeDoors, ProxiedRequest, ProxiedResponse } from '../kube/nodedoor.ts';
import type { Kernel } from '../machine/context.ts';
import { type Fetched, fetchHttp } from '../machine/net/fetch.ts';
import type { Loop, Signal, Work } from '../time/loop.ts';
import { seconds } from '../time/units.ts';

export interface FetchDeps {
  readonly kernel: Kernel;
  readonly loop: Loop;
}

const ACTOR = 'requests of the control plane';
const TIMEOUT = seconds(30);

/** `deps` is asked when the first request comes: the cluster is whole by then. */
export function clusterFetch(deps: () => FetchDeps, host: string): NodeDoors['fetch'] {
  const waiting = new Map<number, Signal>();
  let listening = false;
  const listen = (loop: Loop): void => {
    if (listening) return;
    listening = true;
    loop.actor<Fetched>(ACTOR, (fetched) => {
      const signal = waiting.get(Number(fetched.key));
      waiting.delete(Number(fetched.key));
      if (signal !== undefined) loop.fire(signal, fetched);
    });
  };
  return function* fetch({ scheme, ip, port }, request): Work<ProxiedResponse | undefined> {
    const { kernel, loop } = deps();
    const network = kernel.state.hosts.get(host)?.network;
    if (network === undefined) return undefined;
    listen(loop);
    const signal = loop.signal();
    waiting.set(signal.id, signal);
    fetchHttp(
      kernel,
      network,
      {
        method: request.method,
        url: `${scheme}://${ip}:${port}${request.target.startsWith('/') ? '' : '/'}${request.target}`,
        headers: headersFor(request),
        body: request.body,
        timeout: TIMEOUT,
        ...(scheme === 'https' ? { tls: { insecure: true } } : {}),
      },
      { actor: ACTOR, key: signal.id },
    );
    const fetched = (yield signal) as Fetched;
    if (!fetched.ok) return undefined;
    return { status: fetched.status, headers: fetched.headers, body: { channel: fetched.body } };
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
