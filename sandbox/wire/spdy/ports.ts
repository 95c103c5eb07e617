// Forwarded ports over SPDY: the client opens a pair of streams for each connection, one for errors and one for data. Each
// pair becomes a websocket of the server's own.

import type { Call, Head, Switchboard } from '../carrier.ts';
import type { Upgrade } from '../upgraded.ts';
import { createSpdyConnection, type SpdyConnection } from './connection.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const CLOSE = 255;

interface Pair {
  readonly port: string;
  data: number | undefined;
  error: number | undefined;
  call: Call | undefined;
}

export interface ForwardedPorts {
  receive(bytes: Uint8Array): void;
  /** The client is gone. */
  end(): void;
}

export function forwardPorts(
  write: (bytes: Uint8Array) => void,
  board: Switchboard,
  asked: Upgrade['asked'],
): ForwardedPorts {
  const pairs = new Map<string, Pair>();
  const byStream = new Map<number, Pair>();

  const spdy: SpdyConnection = createSpdyConnection(write, {
    opened(stream, headers) {
      const port = headers.get('port') ?? '';
      const id = headers.get('requestid') ?? port;
      const type = headers.get('streamtype') ?? '';
      if (type !== 'data' && type !== 'error') {
        spdy.reset(stream);
        return;
      }
      const pair = pairs.get(id) ?? { port, data: undefined, error: undefined, call: undefined };
      pairs.set(id, pair);
      byStream.set(stream, pair);
      pair[type] = stream;
      if (pair.data !== undefined && pair.error !== undefined && pair.call === undefined) {
        pair.call = connect(pair, pair.data, pair.error);
        pairs.delete(id);
      }
    },
    data(stream, bytes) {
      const pair = byStream.get(stream);
      if (pair?.data === stream) pair.call?.send(Buffer.concat([Uint8Array.of(DATA), bytes]));
    },
    ended(stream) {
      const pair = byStream.get(stream);
      if (pair?.data === stream) pair.call?.send(Uint8Array.of(CLOSE, DATA));
    },
    reset(stream) {
      const pair = byStream.get(stream);
      if (pair?.data === stream) pair.call?.hangUp();
    },
  });

  function connect({ port }: Pair, data: number, error: number): Call {
    const [path] = asked.target.split('?');
    const target = `${path}?ports=${encodeURIComponent(port)}`;
    const outputs = [data, error];
    /** The first message on each channel only names the port. */
    const named = new Set<number>();
    let refused: Head | undefined;
    const parts: Uint8Array[] = [];
    return board.call(
      { ...asked, target, webSocket: [PROTOCOL] },
      {
        head(head) {
          if (head.protocol === undefined) refused = head;
        },
        data(message) {
          if (refused !== undefined) {
            parts.push(message);
            return;
          }
          const [channel = CLOSE] = message;
          const stream = outputs[channel];
          if (stream === undefined) return;
          if (named.has(channel)) spdy.send(stream, message.subarray(1));
          named.add(channel);
        },
        end() {
          if (refused !== undefined) spdy.send(error, Buffer.from(reasonIn(Buffer.concat(parts))));
          for (const stream of outputs) {
            spdy.finish(stream);
            byStream.delete(stream);
          }
        },
      },
    );
  }

  return {
    receive: spdy.receive,
    end() {
      for (const { call } of byStream.values()) call?.hangUp();
    },
  };
}

/** The message of a Status, or what else it says. */
export function reasonIn(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  try {
    const status: unknown = JSON.parse(text);
    const message = typeof status === 'object' && status !== null && 'message' in status ? status.message : undefined;
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}
