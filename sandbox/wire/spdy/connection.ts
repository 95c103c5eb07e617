// The server's side of a SPDY connection: streams that the client opens, with headers, carrying bytes both ways.

import { createFrameReader, dataFrame, type Frame, goAwayFrame, pingFrame, replyFrame, resetFrame } from './frames.ts';
import { createHeaderReader, createHeaderWriter } from './headers.ts';

export interface SpdyHandlers {
  opened(stream: number, headers: ReadonlyMap<string, string>): void;
  data(stream: number, bytes: Uint8Array): void;
  /** The client sends nothing more on this stream. */
  ended(stream: number): void;
  /** The client wants nothing more of it, either. */
  reset(stream: number): void;
}

export interface SpdyConnection {
  /** Takes what the client has sent. Throws when it isn't SPDY. */
  receive(bytes: Uint8Array): void;
  send(stream: number, bytes: Uint8Array): void;
  /** We send nothing more on this stream. */
  finish(stream: number): void;
  reset(stream: number): void;
  goAway(): void;
}

const CANCELLED = 5;
const REFUSED = 3;
const CHUNK_MAX = 64 * 1024;
const STREAMS_MAX = 10_000;
const NO_BYTES = new Uint8Array(0);

export function createSpdyConnection(write: (bytes: Uint8Array) => void, handlers: SpdyHandlers): SpdyConnection {
  const frames = createFrameReader();
  const readHeaders = createHeaderReader();
  const writeHeaders = createHeaderWriter();
  const finished = new Set<number>();
  let opened = 0;
  let latest = 0;

  const take = (frame: Frame): void => {
    switch (frame.kind) {
      case 'open': {
        const headers = readHeaders(frame.block);
        if (++opened > STREAMS_MAX) {
          write(resetFrame(frame.stream, REFUSED));
          return;
        }
        latest = frame.stream;
        write(replyFrame(frame.stream, writeHeaders(new Map())));
        handlers.opened(frame.stream, headers);
        if (frame.last) handlers.ended(frame.stream);
        return;
      }
      case 'headers':
        readHeaders(frame.block);
        if (frame.last) handlers.ended(frame.stream);
        return;
      case 'data':
        if (frame.bytes.length > 0) handlers.data(frame.stream, frame.bytes);
        if (frame.last) handlers.ended(frame.stream);
        return;
      case 'reset':
        finished.add(frame.stream);
        handlers.reset(frame.stream);
        return;
      case 'ping':
        write(pingFrame(frame.bytes));
        return;
      case 'go away':
      case 'other':
        return;
    }
  };

  return {
    receive(bytes) {
      for (const frame of frames(bytes)) take(frame);
    },
    send(stream, bytes) {
      if (finished.has(stream)) return;
      for (let at = 0; at < bytes.length; at += CHUNK_MAX) write(dataFrame(stream, bytes.subarray(at, at + CHUNK_MAX)));
    },
    finish(stream) {
      if (finished.has(stream)) return;
      finished.add(stream);
      write(dataFrame(stream, NO_BYTES, true));
    },
    reset(stream) {
      if (finished.has(stream)) return;
      finished.add(stream);
      write(resetFrame(stream, CANCELLED));
    },
    goAway: () => write(goAwayFrame(latest)),
  };
}
