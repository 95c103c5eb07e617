// Who is where: pods on nodes, nodes, and hosts outside (the workstation, clients in the world).

import { addressBook } from '../machine/net/addressbook.ts';
import { isLoopback, type NetworkNamespace } from '../machine/net/namespace.ts';
import type { MachineState } from '../machine/state.ts';
import { gatewayOf, isInRange } from './addresses.ts';
import { kindOfAddress, type Layout } from './layout.ts';
import type { NetworkState } from './state.ts';

/** Where a connection begins or ends. A pod that uses its node's network is its node. */
export interface Place {
  readonly kind: 'pod' | 'node' | 'outside';
  /** The node's name; a host's outside. */
  readonly host: string;
  readonly network: NetworkNamespace;
  readonly address: string;
}

export interface Places {
  of(network: NetworkNamespace): Place;
  /** Who has an address. */
  at(address: string): Place | undefined;
  /** A node's address among nodes. */
  nodeAddress(node: string): string | undefined;
  /** The node's own end of its pods' network. */
  podGateway(node: string): string | undefined;
  /** The node whose pods have this address, whether or not one has it now. */
  nodeOfPod(address: string): string | undefined;
}

export function places(machine: MachineState, state: NetworkState, layout: Layout): Places {
  const find = addressBook(machine);
  const of = (network: NetworkNamespace): Place => {
    const address = network.addresses.find((each) => !each.includes(':')) ?? '127.0.0.1';
    const { host } = network;
    if (network.sandbox !== undefined) return { kind: 'pod', host, network, address };
    const isNode = kindOfAddress(layout, address) === 'node';
    return { kind: isNode ? 'node' : 'outside', host, network, address };
  };

  return {
    of,
    at(address) {
      const network = isLoopback(address) ? undefined : (find(address) ?? gatewayNode(machine, state, address));
      return network && of(network);
    },
    nodeAddress(node) {
      const network = machine.hosts.get(node)?.network;
      return network && of(network).address;
    },
    podGateway: (node) => gatewayOf(state.nodes.get(node)?.range ?? ''),
    nodeOfPod(address) {
      for (const [node, { range }] of state.nodes) {
        if (range !== undefined && isInRange(range, address)) return node;
      }
      return undefined;
    },
  };
}

/** The node whose end of its pods' network has this address. */
function gatewayNode(machine: MachineState, state: NetworkState, address: string): NetworkNamespace | undefined {
  for (const [node, { range }] of state.nodes) {
    if (range !== undefined && gatewayOf(range) === address) return machine.hosts.get(node)?.network;
  }
  return undefined;
}
