// What a player of recorded cases needs from a cluster, whoever provides it.
//
// All times are milliseconds since the epoch on the cluster's own clock. Everything is asynchronous for the sake of
// worlds that are; one on virtual time answers at once and moves its clock in `advance` only.

import type { JsonObject, JsonValue } from './json.ts';

export interface Worlds {
  /** What is reported with the results. */
  readonly name: string;
  /** Why no case can be played at all; undefined when they can. */
  readonly missing?: string;
  /** Which of the orders of what happens at once is tried; the first unless given. */
  readonly order?: number;
  create(needs: Needs): Promise<World>;
}

export interface Needs {
  /** `api`: the API server alone. `plane`: with controller manager and scheduler. `node`: with a node and its kubelet. */
  readonly extent: 'api' | 'plane' | 'node';
  /** Where the clock starts. A world on real time starts now, and says so by its `now()`. */
  readonly startTime: number;
  readonly addons: readonly Addon[];
  /** Files in the home folder of the workstation. */
  readonly files: Readonly<Record<string, string>>;
  /** Chooses among the orders in which things can happen that happen at once; the first where there is none. */
  readonly seed?: number;
}

export type Addon = 'coredns' | 'local-path' | 'metrics-server';

export interface World {
  now(): number;
  advance(ms: number): Promise<void>;
  request(request: ApiRequest): Promise<ApiResponse>;
  /** Sends a request whose response goes on: a watch. Returns when the status is known. */
  open(request: ApiRequest): Promise<ApiStream>;
  /** Types a command line on the workstation: `bash -c` in /home. `interruptAfterMs`: SIGINT after that time. */
  run(command: string, options?: { readonly interruptAfterMs?: number }): Promise<CommandResult>;
  /** Compacts the storage up to a revision. */
  compact(revision: number): Promise<void>;
  /** Puts a server for webhooks on 127.0.0.1. */
  serve(webhook: Webhook): Promise<WebhookAddress>;
  /** Objects as protobuf, with their envelope; absent where the world has no codec of its own to be looked at. */
  readonly codec?: Codec;
  /** Kinds and messages in the form of facts/protobuf.json; absent where there are none to look at. */
  readonly messages?: () => JsonObject;
  close(): Promise<void>;
}

export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** `admin` is `kubernetes-admin` of `system:masters`; `anonymous` brings no credentials but what is in the headers. */
  readonly user: 'admin' | 'anonymous';
}

export interface ApiResponse {
  readonly status: number;
  /** Names in lower case, values in the order in which they were sent. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

export interface ApiStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** What has come since the last call, with the time when it came. */
  take(): readonly Chunk[];
  closedByServer(): boolean;
  close(): Promise<void>;
}

export interface Chunk {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** Texts of the simulator's own notices among the warnings in `stderr`. */
  readonly notices: readonly string[];
}

export interface Webhook {
  /** What is answered to a request: its path and its body, as JSON. */
  answer(path: string, body: JsonValue): WebhookAnswer;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: string;
  readonly delayMs: number;
}

export interface WebhookAddress {
  /** Stops the server: from then on connections are refused. */
  close(): Promise<void>;
  /** `https://127.0.0.1:7549` */
  readonly url: string;
  /** PEM. */
  readonly certificateAuthority: string;
}

export interface Codec {
  encode(object: JsonValue): Uint8Array;
  decode(bytes: Uint8Array): JsonValue;
}
