// What a node offers behind the API server: the doors of its kubelet. The API server asks through this interface; who
// puts a cluster together says what answers for each node. Everything that streams is a channel of bytes (Uint8Array).

import type { ChannelId } from '../time/channel.ts';
import type { Work } from '../time/loop.ts';

/** One container of a pod. */
interface ContainerAddress {
  readonly namespace: string;
  readonly pod: string;
  /** Also of an init or ephemeral container. */
  readonly container: string;
}

/** v1.PodLogOptions without the container. */
export interface LogRequest extends ContainerAddress {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/** v1.PodExecOptions and v1.PodAttachOptions: which streams are wanted. */
export interface AttachRequest extends ContainerAddress {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface ExecRequest extends AttachRequest {
  readonly command: readonly string[];
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A process that runs, as its client sees it. Channels that weren't asked for are absent. The node makes them all. It
 * reads `stdin` (closed by the client at its end) and `resize` (chunks are a TerminalSize); it writes `stdout` and
 * `stderr`, closes each at its end, then writes one V1Status to `result` and closes that. A client that goes away
 * closes `stdin` and `resize` and drops the others, so that writing to them answers false from then on.
 */
export interface Session {
  readonly stdin?: ChannelId;
  readonly stdout?: ChannelId;
  readonly stderr?: ChannelId;
  readonly resize?: ChannelId;
  readonly result: ChannelId;
}

/**
 * One connection to a port of a pod. The client writes `input` and closes it at its end; the node writes `output`, and to
 * `error` one text (string) when it fails, and closes both.
 */
export interface ForwardedPort {
  readonly input: ChannelId;
  readonly output: ChannelId;
  readonly error: ChannelId;
}

/** A request to the kubelet itself, or to an address that the node reaches. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

export interface ProxiedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** All of it, or a channel of bytes, closed at its end. */
  readonly body: Uint8Array | string | { readonly channel: ChannelId };
}

/** The kubelet of one node. What it can't do it throws as a StatusError, which the client is shown as it is. */
export interface NodeDoor {
  /** The channel of the log's bytes, closed at its end. */
  log(request: LogRequest): Work<ChannelId>;
  exec(request: ExecRequest): Work<Session>;
  attach(request: AttachRequest): Work<Session>;
  portForward(pod: { readonly namespace: string; readonly pod: string }, port: number): Work<ForwardedPort>;
  /** `nodes/NAME/proxy/...`: the kubelet's own paths (`/healthz`, `/stats/summary`, `/logs/`, ...). */
  proxy(request: ProxiedRequest): Work<ProxiedResponse>;
}

/** How the control plane reaches nodes, and addresses within the cluster. */
export interface NodeDoors {
  /** Undefined when nothing answers at the node's address. */
  node(name: string): NodeDoor | undefined;
  /** An HTTP request to a pod or an endpoint: `services/NAME/proxy`, `pods/NAME/proxy`. Undefined when nothing answers. */
  fetch(
    at: { readonly scheme: 'http' | 'https'; readonly ip: string; readonly port: number },
    request: ProxiedRequest,
  ): Work<ProxiedResponse | undefined>;
}
