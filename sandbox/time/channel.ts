// Channels carry chunks from one actor to another, in order: a watch, a followed log, the streams of an exec.
// A channel is plain data with a number; whoever reads is woken through the loop, never called directly.

import type { Loop, Wake } from './loop.ts';

/** A channel's number; it is never used twice in one cluster. */
export type ChannelId = number & { readonly unit: 'channel' };

interface Channel {
  readonly chunks: unknown[];
  /** Sum of the sizes of what waits, in the unit that the writer gives (bytes of text, mostly). */
  waiting: number;
  readonly sizes: number[];
  closed: boolean;
  /** Told once when there is something to read or the channel is closed; asked for again by `whenReadable`. */
  reader: Wake | undefined;
  /** Told once when all that waited has been read. */
  writer: Wake | undefined;
}

export interface ChannelsState {
  next: number;
  open: Map<ChannelId, Channel>;
}

/** `more`: a chunk. `empty`: nothing now, more may come. `closed`: nothing any more. */
export type Read = { readonly kind: 'more'; readonly chunk: unknown } | { readonly kind: 'empty' | 'closed' };

export interface Channels {
  create(): ChannelId;
  /** Appends a chunk of the given size; false when the channel is closed, and the chunk is dropped. */
  write(id: ChannelId, chunk: unknown, size?: number): boolean;
  /** No more will be written. What waits can still be read. */
  close(id: ChannelId): void;
  read(id: ChannelId): Read;
  /** The reader goes away: what waits is dropped, and writes answer false from now on. */
  drop(id: ChannelId): void;
  /** Wakes at this instant if there is something to read (or the end), otherwise once there is. */
  whenReadable(id: ChannelId, wake: Wake): void;
  /** Wakes once everything written so far has been read or dropped. */
  whenDrained(id: ChannelId, wake: Wake): void;
  /** How much waits to be read; 0 for a channel that is gone. */
  waiting(id: ChannelId): number;
  isClosed(id: ChannelId): boolean;
}

export function newChannelsState(): ChannelsState {
  return { next: 1, open: new Map() };
}

export function createChannels(state: ChannelsState, loop: Loop): Channels {
  const tell = (channel: Channel, side: 'reader' | 'writer'): void => {
    const wake = channel[side];
    channel[side] = undefined;
    if (wake !== undefined) loop.wake(wake);
  };

  return {
    create() {
      const id = state.next++ as ChannelId;
      state.open.set(id, { chunks: [], sizes: [], waiting: 0, closed: false, reader: undefined, writer: undefined });
      return id;
    },
    write(id, chunk, size = 1) {
      const channel = state.open.get(id);
      if (channel === undefined || channel.closed) return false;
      channel.chunks.push(chunk);
      channel.sizes.push(size);
      channel.waiting += size;
      tell(channel, 'reader');
      return true;
    },
    close(id) {
      const channel = state.open.get(id);
      if (channel === undefined || channel.closed) return;
      channel.closed = true;
      tell(channel, 'reader');
      tell(channel, 'writer');
    },
    read(id) {
      const channel = state.open.get(id);
      if (channel === undefined) return { kind: 'closed' };
      if (channel.chunks.length === 0) {
        if (channel.closed) state.open.delete(id);
        return { kind: channel.closed ? 'closed' : 'empty' };
      }
      const chunk = channel.chunks.shift();
      channel.waiting -= channel.sizes.shift() ?? 0;
      if (channel.chunks.length === 0) tell(channel, 'writer');
      return { kind: 'more', chunk };
    },
    drop(id) {
      const channel = state.open.get(id);
      if (channel === undefined) return;
      state.open.delete(id);
      tell(channel, 'writer');
    },
    whenReadable(id, wake) {
      const channel = state.open.get(id);
      if (channel === undefined || channel.closed || channel.chunks.length > 0) loop.wake(wake);
      else channel.reader = wake;
    },
    whenDrained(id, wake) {
      const channel = state.open.get(id);
      if (channel === undefined || channel.waiting === 0) loop.wake(wake);
      else channel.writer = wake;
    },
    waiting: (id) => state.open.get(id)?.waiting ?? 0,
    isClosed: (id) => state.open.get(id)?.closed ?? true,
  };
}
