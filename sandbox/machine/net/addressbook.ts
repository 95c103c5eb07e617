// Who has an address: found once, and looked for again when that doesn't hold any more.

import type { MachineState } from '../state.ts';
import type { NetworkNamespace } from './namespace.ts';

export type AddressBook = (address: string) => NetworkNamespace | undefined;

/** Remembers what it found: nothing of the state, which it may be asked about at any time. */
export function addressBook(state: Pick<MachineState, 'networks'>): AddressBook {
  const known = new Map<string, NetworkNamespace>();
  const holds = (network: NetworkNamespace, address: string): boolean =>
    state.networks.get(network.number) === network && network.addresses.includes(address);
  return (address) => {
    const before = known.get(address);
    if (before !== undefined && holds(before, address)) return before;
    for (const network of state.networks.values()) {
      if (!network.addresses.includes(address)) continue;
      known.set(address, network);
      return network;
    }
    known.delete(address);
    return undefined;
  };
}
