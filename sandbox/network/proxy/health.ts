// What a load balancer asks a node: whether a service with the policy Local has endpoints of its own there. kube-proxy
// answers at the service's healthCheckNodePort.

import type { Kernel } from '../../machine/context.ts';
import { answerExchange } from '../../machine/net/house.ts';
import type { HttpService } from '../../machine/network.ts';
import type { ProxyTable } from './table.ts';

/** `kube-proxy-health/NODE/PORT`. */
const PREFIX = 'kube-proxy-health/';

export function healthService(node: string, port: number): string {
  return `${PREFIX}${node}/${port}`;
}

/** Whether a port of a node is one of these. */
export function isHealthPort(table: ProxyTable, port: number): boolean {
  return localEndpoints(table, port) !== undefined;
}

/** The service at such a port, and how many endpoints of it the node has. */
function localEndpoints(
  table: ProxyTable,
  port: number,
): { readonly service: string; readonly count: number } | undefined {
  for (const [service, ports] of table.services) {
    if (!ports.some(({ healthPort }) => healthPort === port)) continue;
    const addresses = new Set(ports.flatMap(({ local }) => local.map(({ address }) => address)));
    return { service, count: addresses.size };
  }
  return undefined;
}

/** The server behind a name that `healthService` has given; undefined for others. */
export function healthServer(
  name: string,
  table: (node: string) => ProxyTable | undefined,
  kernel: () => Kernel,
): HttpService | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const [node = '', port = ''] = name.slice(PREFIX.length).split('/');
  return {
    handle({ exchange }) {
      const known = table(node);
      const found = known && localEndpoints(known, Number(port));
      const count = found?.count ?? 0;
      const [namespace = '', service = ''] = (found?.service ?? '').split('/');
      answerExchange(kernel(), exchange, {
        status: count > 0 ? 200 : 503,
        headers: {
          'content-type': ['application/json'],
          'x-content-type-options': ['nosniff'],
          'x-load-balancing-endpoint-weight': [String(count)],
        },
        body: JSON.stringify({
          service: { namespace, name: service },
          localEndpoints: count,
          serviceProxyHealthy: true,
        }),
      });
    },
  };
}
