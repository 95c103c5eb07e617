// What can be wrong with the network itself: hosts cut off, slow, or losing connections.

import type { Kernel } from '../machine/context.ts';
import { stallConnection } from '../machine/net/sockets.ts';
import type { NetworkFaults, NetworkState } from './state.ts';

/** Milliseconds more, one way, between two hosts. */
export function slowness({ slow }: NetworkFaults, one: string, other: string): number {
  return one === other ? 0 : (slow.get(one) ?? 0) + (slow.get(other) ?? 0);
}

/** Whether a connection between two hosts is lost; `draw` is from 0 up to 1. */
export function isLost({ loss }: NetworkFaults, one: string, other: string, draw: number): boolean {
  const percent = Math.max(loss.get(one) ?? 0, loss.get(other) ?? 0);
  return percent > 0 && draw * 100 < percent;
}

/** Cuts a host off from all others, or joins it again: what is connected falls silent, and goes on later. */
export function isolateHost(kernel: Kernel, state: NetworkState, host: string, cut: boolean): void {
  if (cut) state.faults.isolated.add(host);
  else state.faults.isolated.delete(host);
  const hostOf = (network: number): string | undefined => kernel.state.networks.get(network)?.host;
  for (const connection of [...kernel.state.connections.values()]) {
    const ends = [hostOf(connection.from), hostOf(connection.to)];
    if (ends[0] === ends[1] || !ends.includes(host)) continue;
    stallConnection(
      kernel,
      connection,
      ends.some((end) => end !== undefined && state.faults.isolated.has(end)),
    );
  }
}
