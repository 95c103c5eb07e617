// Clients outside of the simulated world: whoever speaks HTTP to the API server through a real socket. What they send are
// inputs, plain data that can be played again; what they are told is heard by whoever carries it to them.

import type { HttpResponse } from './apiserver/http/message.ts';
import { decodeBase64 } from './kube/go/base64.ts';
import type { Simulator } from './simulator.ts';
import type { ChannelId } from './time/channel.ts';
import type { ClientInput, ClientRequest, Ear } from './wire/carrier.ts';

/** A request that isn't over: plain data. */
interface Open {
  /** What is read for the client. */
  reads: ChannelId | undefined;
  /** Where messages of the client go. */
  readonly messages: ChannelId | undefined;
}

export type OutsideState = Map<number, Open>;

export interface Outside {
  /** Takes an input; call it inside a task of the loop. */
  take(input: ClientInput): void;
  /** Hangs up for all: what they were told isn't so any more. They aren't told; call it inside a task of the loop. */
  dropAll(): void;
}

/** The actor that reads for them. */
export const OUTSIDE_READER = 'clients outside';

/** What clients outside reach. */
export interface Reached extends Pick<Simulator, 'loop' | 'channels' | 'door'> {
  /** Whether the API server answers; it does, unless told otherwise. */
  readonly isServing?: () => boolean;
}

export function createOutside({ loop, channels, door, isServing }: Reached, state: OutsideState, ear: Ear): Outside {
  const bytesOf = createEncoder();
  loop.actor<number>(OUTSIDE_READER, read);

  function serve(input: ClientRequest): void {
    const { id, method, target, headers, source, user, webSocket } = input;
    if (isServing?.() === false) {
      ear.end(id);
      return;
    }
    const messages = webSocket === undefined ? undefined : channels.create();
    const open: Open = { reads: undefined, messages };
    state.set(id, open);
    const request = {
      method,
      target,
      headers,
      body: decodeBase64(input.body),
      source,
      certificate: undefined,
      ...(user === undefined ? {} : { user }),
      webSocket: webSocket === undefined || messages === undefined ? undefined : { protocols: webSocket, messages },
    };
    loop.start(door.serve(request), (outcome) => {
      if (!outcome.ok) throw outcome.error;
      if (state.has(id)) answer(id, open, outcome.value);
    });
  }

  function answer(id: number, open: Open, { status, headers, body, webSocket }: HttpResponse): void {
    ear.head(id, { status, headers, ...(webSocket === undefined ? {} : { protocol: webSocket.protocol }) });
    if (webSocket !== undefined) open.reads = webSocket.messages;
    else if (typeof body === 'string' || body instanceof Uint8Array) {
      if (body.length > 0) ear.data(id, bytesOf(body));
      finish(id);
      return;
    } else open.reads = body.channel;
    read(id);
  }

  function read(id: number): void {
    const reads = state.get(id)?.reads;
    if (reads === undefined) return;
    let part = channels.read(reads);
    for (; part.kind === 'more'; part = channels.read(reads)) ear.data(id, bytesOf(part.chunk));
    if (part.kind === 'closed') finish(id);
    else channels.whenReadable(reads, { actor: OUTSIDE_READER, what: id });
  }

  function finish(id: number): void {
    state.delete(id);
    ear.end(id);
  }

  function hangUp(id: number): void {
    const open = state.get(id);
    if (open === undefined) return;
    state.delete(id);
    if (open.reads !== undefined) channels.drop(open.reads);
    if (open.messages !== undefined) channels.close(open.messages);
  }

  return {
    dropAll() {
      for (const id of [...state.keys()]) hangUp(id);
    },
    take(input) {
      const messages = state.get(input.id)?.messages;
      if (input.kind === 'request') serve(input);
      else if (input.kind === 'hangup') hangUp(input.id);
      else if (messages !== undefined && input.kind === 'finish') channels.close(messages);
      else if (messages !== undefined && input.kind === 'message') {
        const bytes = decodeBase64(input.data);
        channels.write(messages, bytes, bytes.length);
      }
    },
  };
}

const UTF8 = new TextEncoder();
const ENCODED_MAX = 64;

/** Makes bytes of texts. Many clients are told the same: what was said lately isn't encoded again. */
function createEncoder(): (part: unknown) => Uint8Array {
  const encoded = new Map<string, Uint8Array>();
  return (part) => {
    if (part instanceof Uint8Array) return part;
    const text = String(part);
    const known = encoded.get(text);
    if (known !== undefined) return known;
    const bytes = UTF8.encode(text);
    if (encoded.size >= ENCODED_MAX) encoded.clear();
    encoded.set(text, bytes);
    return bytes;
  };
}
