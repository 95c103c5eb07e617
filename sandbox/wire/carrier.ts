// What the wire carries, as data: what clients do goes in as numbered inputs, what they are told comes back to an ear.
// Whoever opens the wire passes inputs on to the cluster, at moments at which nothing is half done.

import type { HttpHeaders } from '../apiserver/http/message.ts';
import type { UserInfo } from '../kube/operation.ts';

/** What a client does. `id` is the number of its request, and is used once. */
export type ClientInput =
  | ClientRequest
  /** A message of a websocket, in base64. */
  | { readonly kind: 'message'; readonly id: number; readonly data: string }
  /** The client ends its side of a websocket. */
  | { readonly kind: 'finish'; readonly id: number }
  /** The client is gone. */
  | { readonly kind: 'hangup'; readonly id: number };

export interface ClientRequest {
  readonly kind: 'request';
  readonly id: number;
  readonly method: string;
  /** Path with query, still escaped. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: HttpHeaders;
  /** Base64. */
  readonly body: string;
  readonly source: string;
  /** Who it is, where that is known by its certificate or by its lack of any credentials. */
  readonly user?: UserInfo;
  /** The protocols that are offered for a websocket. */
  readonly webSocket?: readonly string[];
}

export type Submit = (input: ClientInput) => void;

/** The beginning of an answer. */
export interface Head {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** The websocket was accepted, with this protocol. */
  readonly protocol?: string;
}

/** Hears what one client is told, in order. */
export interface Listener {
  head(head: Head): void;
  data(bytes: Uint8Array): void;
  end(): void;
}

/** Hears what all clients are told. */
export interface Ear {
  head(id: number, head: Head): void;
  data(id: number, bytes: Uint8Array): void;
  end(id: number): void;
}

/** A request on its way, as whoever sent it sees it. */
export interface Call {
  send(message: Uint8Array): void;
  finish(): void;
  /** Nothing more is wanted; nothing more is heard. */
  hangUp(): void;
}

/** Numbers requests and tells their answers apart. */
export interface Switchboard {
  readonly ear: Ear;
  call(request: Omit<ClientRequest, 'kind' | 'id'>, listener: Listener): Call;
  /** Ends all calls, as when the cluster that they led to is no more. */
  cutAll(): void;
}

export function createSwitchboard(submit: Submit, firstId = 1): Switchboard {
  const calls = new Map<number, Listener>();
  let next = firstId;
  return {
    ear: {
      head: (id, head) => calls.get(id)?.head(head),
      data: (id, bytes) => calls.get(id)?.data(bytes),
      end(id) {
        const listener = calls.get(id);
        calls.delete(id);
        listener?.end();
      },
    },
    call(request, listener) {
      const id = next++;
      calls.set(id, listener);
      submit({ kind: 'request', id, ...request });
      return {
        send: (message) => {
          if (calls.has(id)) submit({ kind: 'message', id, data: base64(message) });
        },
        finish: () => {
          if (calls.has(id)) submit({ kind: 'finish', id });
        },
        hangUp: () => {
          if (calls.delete(id)) submit({ kind: 'hangup', id });
        },
      };
    },
    cutAll() {
      const all = [...calls.values()];
      calls.clear();
      for (const listener of all) listener.end();
    },
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
