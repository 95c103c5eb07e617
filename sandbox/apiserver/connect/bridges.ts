// Websockets that carry the streams of processes and ports: each message begins with a byte that says to which stream it
// belongs. A bridge moves messages between a client's websocket and the channels of a node; its state is plain data.

import { isObject } from '../../kube/json.ts';
import type { ForwardedPort, Session } from '../../kube/nodedoor.ts';
import type { V1Status } from '../../kube/status.ts';
import type { ChannelId, Channels } from '../../time/channel.ts';
import type { Loop } from '../../time/loop.ts';

type BridgeId = number & { readonly unit: 'bridge' };

export interface BridgesState {
  next: number;
  readonly open: Map<BridgeId, Bridge>;
}

/** What a node writes and the client reads. Texts are sent as their bytes. */
interface Output {
  readonly channel: ChannelId;
  readonly stream: number;
  ended: boolean;
}

interface Bridge {
  /** The client's messages, and ours to it. */
  readonly from: ChannelId;
  readonly to: ChannelId;
  /** The channel of a node that a stream of the client's leads to. */
  readonly inputs: ReadonlyMap<number, ChannelId>;
  readonly resize: ChannelId | undefined;
  readonly outputs: readonly Output[];
  /** Read once all outputs have ended; then the bridge is over. */
  readonly result: ChannelId | undefined;
}

export function newBridgesState(): BridgesState {
  return { next: 1, open: new Map() };
}

export interface Bridges {
  /** Carries a process's streams; answers the channel of our messages to the client. */
  session(messages: ChannelId, session: Session): ChannelId;
  /** Carries connections to ports. */
  ports(
    messages: ChannelId,
    ports: readonly { readonly port: number; readonly connection: ForwardedPort }[],
  ): ChannelId;
  /** A bridge that leads nowhere: the client is told why. */
  refusal(status: V1Status): ChannelId;
}

const ACTOR = 'apiserver/bridges';
const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];
/** No more is read of a node while this much (bytes) waits for the client. */
const UNREAD_MAX = 1024 * 1024;

export function createBridges(state: BridgesState, loop: Loop, channels: Channels): Bridges {
  loop.actor<{ readonly bridge: BridgeId }>(ACTOR, ({ bridge: id }) => {
    const bridge = state.open.get(id);
    if (bridge !== undefined) pump(id, bridge);
  });

  const pump = (id: BridgeId, bridge: Bridge): void => {
    const isGone = readClient(channels, bridge);
    if (!isGone) for (const output of bridge.outputs) readNode(channels, bridge, output);
    if (isGone || isOver(channels, bridge)) close(id, bridge);
    else whenMore(id, bridge);
  };

  const close = (id: BridgeId, bridge: Bridge): void => {
    for (const input of bridge.inputs.values()) channels.close(input);
    if (bridge.resize !== undefined) channels.close(bridge.resize);
    for (const { channel } of bridge.outputs) channels.drop(channel);
    if (bridge.result !== undefined) channels.drop(bridge.result);
    channels.drop(bridge.from);
    channels.close(bridge.to);
    state.open.delete(id);
  };

  const whenMore = (id: BridgeId, bridge: Bridge): void => {
    const wake = { actor: ACTOR, what: { bridge: id } };
    channels.whenReadable(bridge.from, wake);
    if (channels.waiting(bridge.to) >= UNREAD_MAX) {
      channels.whenDrained(bridge.to, wake);
      return;
    }
    const running = bridge.outputs.filter(({ ended }) => !ended);
    for (const { channel } of running) channels.whenReadable(channel, wake);
    if (running.length === 0 && bridge.result !== undefined) channels.whenReadable(bridge.result, wake);
  };

  const start = (bridge: Bridge): ChannelId => {
    const id = state.next++ as BridgeId;
    state.open.set(id, bridge);
    pump(id, bridge);
    return bridge.to;
  };

  return {
    session(messages, { stdin, stdout, stderr, resize, result }) {
      const to = channels.create();
      const outputs = [
        ...(stdout === undefined ? [] : [{ channel: stdout, stream: STDOUT, ended: false }]),
        ...(stderr === undefined ? [] : [{ channel: stderr, stream: STDERR, ended: false }]),
      ];
      // An empty message on the first stream says that all is connected.
      send(channels, to, outputs[0]?.stream ?? ERROR, EMPTY);
      const inputs = new Map(stdin === undefined ? [] : [[STDIN, stdin] as const]);
      return start({ from: messages, to, inputs, resize, outputs, result });
    },
    ports(messages, ports) {
      const to = channels.create();
      for (const [i, { port: number }] of ports.entries()) {
        for (const stream of [2 * i, 2 * i + 1]) send(channels, to, stream, littleEndian(number));
      }
      const inputs = new Map(ports.map(({ connection }, i) => [2 * i, connection.input] as const));
      const outputs = ports.flatMap(({ connection }, i) => [
        { channel: connection.output, stream: 2 * i, ended: false },
        { channel: connection.error, stream: 2 * i + 1, ended: false },
      ]);
      return start({ from: messages, to, inputs, resize: undefined, outputs, result: undefined });
    },
    refusal(status) {
      const to = channels.create();
      send(channels, to, ERROR, EMPTY);
      send(channels, to, ERROR, UTF8.encode(JSON.stringify(status)));
      channels.close(to);
      return to;
    },
  };
}

const EMPTY = new Uint8Array(0);
const UTF8 = new TextEncoder();

function littleEndian(port: number): Uint8Array {
  return Uint8Array.of(port & 0xff, port >> 8);
}

function send(channels: Channels, to: ChannelId, stream: number, bytes: Uint8Array): void {
  const message = new Uint8Array(bytes.length + 1);
  message[0] = stream;
  message.set(bytes, 1);
  channels.write(to, message, message.length);
}

/** Passes on what the client has sent. True when it is gone. */
function readClient(channels: Channels, bridge: Bridge): boolean {
  for (;;) {
    const read = channels.read(bridge.from);
    if (read.kind !== 'more') return read.kind === 'closed';
    if (read.chunk instanceof Uint8Array) receive(channels, bridge, read.chunk);
  }
}

function receive(channels: Channels, { inputs, resize }: Bridge, message: Uint8Array): void {
  const [stream = CLOSE, ended] = message;
  const bytes = message.subarray(1);
  if (stream === CLOSE) {
    const input = inputs.get(ended ?? CLOSE);
    if (input !== undefined) channels.close(input);
  } else if (stream === RESIZE && resize !== undefined) {
    const size = sizeOf(bytes);
    if (size !== undefined) channels.write(resize, size);
  } else {
    const input = inputs.get(stream);
    if (input !== undefined && bytes.length > 0) channels.write(input, bytes.slice(), bytes.length);
  }
}

/** Reads `{"Width":80,"Height":24}`. */
function sizeOf(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  try {
    const size: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof size !== 'object' || size === null || !isObject(size)) return undefined;
    const { Width: width, Height: height } = size;
    return typeof width === 'number' && typeof height === 'number' ? Object.freeze({ width, height }) : undefined;
  } catch {
    return undefined;
  }
}

/** Passes on what the node has written, as long as the client keeps up. */
function readNode(channels: Channels, { to }: Bridge, output: Output): void {
  while (!output.ended && channels.waiting(to) < UNREAD_MAX) {
    const read = channels.read(output.channel);
    if (read.kind === 'closed') output.ended = true;
    if (read.kind !== 'more') return;
    const { chunk } = read;
    send(channels, to, output.stream, chunk instanceof Uint8Array ? chunk : UTF8.encode(String(chunk)));
  }
}

/** All has been said: for a process, once its result is told. */
function isOver(channels: Channels, { outputs, result, to }: Bridge): boolean {
  if (!outputs.every(({ ended }) => ended)) return false;
  if (result === undefined) return true;
  const read = channels.read(result);
  if (read.kind === 'more') send(channels, to, ERROR, UTF8.encode(JSON.stringify(read.chunk)));
  return read.kind !== 'empty';
}
