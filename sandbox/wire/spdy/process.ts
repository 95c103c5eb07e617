// A process's streams over SPDY: each stream says what it is, and becomes a channel of the websocket that the server knows.

import type { Call } from '../carrier.ts';
import { createSpdyConnection, type SpdyConnection } from './connection.ts';

/** Channels by the type of a stream. */
const CHANNELS: ReadonlyMap<string, number> = new Map([
  ['stdin', 0],
  ['stdout', 1],
  ['stderr', 2],
  ['error', 3],
  ['resize', 4],
]);
const OUTPUTS: ReadonlySet<number> = new Set([1, 2, 3]);
const CLOSE = 255;

export interface ProcessStreams {
  receive(bytes: Uint8Array): void;
  /** A message of the server: a channel, and bytes for it. */
  tell(message: Uint8Array): void;
  /** The server has nothing more to say. */
  end(): void;
}

export function processStreams(write: (bytes: Uint8Array) => void, call: () => Call | undefined): ProcessStreams {
  const streams = new Map<number, number>();
  const channels = new Map<number, number>();
  /** What was said on channels that the client hasn't opened yet. */
  const early = new Map<number, Uint8Array[]>();
  let over = false;
  const spdy: SpdyConnection = createSpdyConnection(write, {
    opened(stream, headers) {
      const channel = CHANNELS.get(headers.get('streamtype') ?? '');
      if (channel === undefined) {
        spdy.reset(stream);
        return;
      }
      streams.set(channel, stream);
      channels.set(stream, channel);
      for (const bytes of early.get(channel) ?? []) spdy.send(stream, bytes);
      early.delete(channel);
      if (over && OUTPUTS.has(channel)) spdy.finish(stream);
    },
    data(stream, bytes) {
      const channel = channels.get(stream);
      if (channel !== undefined) call()?.send(Buffer.concat([Uint8Array.of(channel), bytes]));
    },
    ended(stream) {
      if (channels.get(stream) === 0) call()?.send(Uint8Array.of(CLOSE, 0));
    },
    reset(stream) {
      if (channels.get(stream) === 0) call()?.send(Uint8Array.of(CLOSE, 0));
    },
  });
  return {
    receive: spdy.receive,
    tell(message) {
      const [channel = CLOSE] = message;
      const bytes = message.subarray(1);
      const stream = streams.get(channel);
      if (bytes.length === 0) return;
      if (stream !== undefined) spdy.send(stream, bytes);
      else early.set(channel, [...(early.get(channel) ?? []), bytes]);
    },
    end() {
      over = true;
      for (const [stream, channel] of channels) if (OUTPUTS.has(channel)) spdy.finish(stream);
    },
  };
}
