// Clients in the world outside, by address: for checks and lessons that ask how a cluster looks from there.

import type { Kernel } from '../machine/context.ts';
import { fetchHttp, type Notify } from '../machine/net/fetch.ts';
import { addHost } from '../machine/runtime/hosts.ts';
import type { Host } from '../machine/state.ts';

const GIB = 2 ** 30;

/** The host outside that has this address (`198.51.100.7`); made when it is asked for first. */
function outsideClient(kernel: Kernel, address: string): Host {
  const name = `outside-${address}`;
  const known = kernel.state.hosts.get(name);
  return known ?? addHost(kernel, { name, cores: 1, memory: GIB, disk: GIB, addresses: [address] });
}

/** Sends a request as that client; `Fetched` is told to the actor. */
export function requestFromOutside(
  kernel: Kernel,
  address: string,
  request: Parameters<typeof fetchHttp>[2],
  notify: Notify,
): number {
  return fetchHttp(kernel, outsideClient(kernel, address).network, request, notify);
}
