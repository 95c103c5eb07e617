// The simplest network there can be: every address leads straight to whoever has it. For machines without a cluster.

import { addressBook } from '../../../sandbox/machine/net/addressbook.ts';
import type { NetworkNamespace } from '../../../sandbox/machine/net/namespace.ts';
import type { DnsRoute, HttpService, NetworkFabric, PingRoute, Route } from '../../../sandbox/machine/network.ts';
import type { MachineState } from '../../../sandbox/machine/state.ts';
import type { Address } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';

export interface DirectOptions {
  /** One way, between any two namespaces. */
  readonly latencyMs?: number;
  /** Addresses by name. */
  readonly names?: ReadonlyMap<string, readonly string[]>;
  /** Services of the house by address (`10.96.0.1`). */
  readonly services?: ReadonlyMap<string, HttpService>;
}

export function directFabric(state: MachineState, options: DirectOptions = {}): NetworkFabric {
  const { names = new Map(), services = new Map() } = options;
  const latency = durationMs(options.latencyMs ?? 0);
  const owner = addressBook(state);
  return {
    route: (from, to) => directRoute(from, to, owner(to.host), services.has(to.host), latency),
    dns: (_from, { name, type }): DnsRoute => {
      const bare = name.replace(/\.$/, '');
      const addresses = type === 'A' ? names.get(bare) : undefined;
      const status = names.has(bare) ? 'NOERROR' : 'NXDOMAIN';
      const answers = (addresses ?? []).map((data: string) => ({ name: `${bare}.`, type, ttl: 30, data }));
      return { kind: 'answer', answer: { status, authoritative: true, answers, authority: [] }, latency };
    },
    ping: (_from, host): PingRoute => (owner(host) ? { kind: 'answer', latency } : { kind: 'host-unreachable' }),
    interfaces: ({ addresses }) =>
      addresses.length === 0
        ? []
        : [
            {
              name: 'eth0',
              mac: '02:00:00:00:00:01',
              mtu: 1500,
              up: true,
              addresses: addresses.map((address) => ({ address, prefix: 24 })),
            },
          ],
    service: (name) => services.get(name),
  };
}

function directRoute(
  from: NetworkNamespace,
  to: Address,
  network: NetworkNamespace | undefined,
  isService: boolean,
  latency: ReturnType<typeof durationMs>,
): Route {
  const source = from.addresses[0] ?? '127.0.0.1';
  if (isService) return { kind: 'house', service: to.host, source, latency };
  if (network === undefined) return { kind: 'host-unreachable' };
  return { kind: 'network', network, address: to, source, latency };
}
