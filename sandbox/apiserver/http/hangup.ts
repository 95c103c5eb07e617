// What becomes of answers that go on when the server ends: they end, and whoever reads them is told nothing more.

import type { Channels } from '../../time/channel.ts';
import type { DoorState } from './door.ts';

/** Ends all watches, and all sessions with processes and ports. */
export function hangUp({ streams, bridges }: DoorState, channels: Channels): void {
  for (const { channel } of streams.open.values()) channels.close(channel);
  for (const { to } of bridges.open.values()) channels.close(to);
}
