// What connects pods: addresses from the node's own range, handed out in order, and taken back.

import type { Attached, PodAttachment, PodNetwork } from '../machine/podnetwork.ts';
import { formatIPv4, parseAddress, parseRange, type Range } from './addresses.ts';
import { type NetworkState, type NodeNetwork, nodeNetwork } from './state.ts';

/** What the runtime says while no plug-in has told it how to connect pods. */
const NOT_INITIALIZED = 'cni plugin not initialized';

export function podNetwork(state: NetworkState): PodNetwork {
  return {
    problem: (node) => nodeNetwork(state, node).broken,
    attach: (pod) => attach(nodeNetwork(state, pod.node), pod),
    detach: (node, uid) => {
      const known = state.nodes.get(node);
      if (known !== undefined) release(known, uid);
    },
  };
}

function attach(node: NodeNetwork, { uid, podCIDRs, hostPorts = [] }: PodAttachment): Attached {
  if (node.broken !== undefined) return { ok: false, message: node.broken };
  const cidr = podCIDRs.find((each) => !each.includes(':'));
  if (cidr === undefined) return { ok: false, message: NOT_INITIALIZED };
  node.range = cidr;
  release(node, uid);
  const range = parseRange(cidr);
  const address = range && nextAddress(range, node);
  if (range === undefined || address === undefined) return { ok: false, message: exhausted(range) };
  node.leases.set(address, uid);
  node.last = address;
  for (const { ip, port, protocol, containerPort } of hostPorts)
    node.hostPorts.set(`${protocol}/${port}`, { uid, ip, address, port: containerPort });
  return { ok: true, addresses: [address] };
}

function release(node: NodeNetwork, uid: string): void {
  for (const [address, owner] of node.leases) if (owner === uid) node.leases.delete(address);
  for (const [key, target] of node.hostPorts) if (target.uid === uid) node.hostPorts.delete(key);
}

/** The first free address after the one given last; the range's first is the node's own, and its ends are nobody's. */
function nextAddress({ first, last }: Range, { leases, last: latest }: NodeNetwork): string | undefined {
  const least = first + 2;
  const most = last - 1;
  const before = parseAddress(latest ?? '') ?? least - 1;
  const count = most - least + 1;
  for (let i = 1; i <= count; i++) {
    const value =
      before + i > most || before + i < least ? least + ((((before + i - least) % count) + count) % count) : before + i;
    const address = formatIPv4(value);
    if (!leases.has(address)) return address;
  }
  return undefined;
}

function exhausted(range: Range | undefined): string {
  const span = range === undefined ? '' : `${formatIPv4(range.first + 1)}-${formatIPv4(range.last - 1)}`;
  return `plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${span}`;
}
