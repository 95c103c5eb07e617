// A server of streams for programs: any number of connections in one process, each with a record of its own; all of it
// plain data that is saved before each step: hearing, looking at what was heard, answering.

import { after, type DurationMs, durationMs, type TimeMs } from '../../../time/units.ts';
import { type Blocking, type Bytes, type Fd, type PlainData, type SignalName, type Sys, SysError } from '../../sys.ts';
import { concat } from '../../text.ts';

export interface StreamClient {
  readonly fd: Fd;
  readonly host: string;
  /** What has come and wasn't taken yet. */
  received: Bytes;
  /** Written as soon as the handler returns. */
  readonly out: Bytes[];
  closing: boolean;
  /** The protocol's own memory of this client. */
  readonly memory: Map<string, string>;
}

export interface StreamServer<S extends PlainData> {
  readonly ports: readonly number[];
  readonly state: () => S;
  /**
   * Takes from `received` what is complete (or the first of it: it is called again), and answers by `out`. A copy of the server begins it anew: what waits comes
   * before what changes something.
   */
  readonly onData: (client: StreamClient, state: S, sys: Sys) => Blocking<void>;
  readonly onConnect?: (client: StreamClient, state: S, sys: Sys) => void;
  /** The connection has ended, whoever ended it. */
  readonly onClose?: (client: StreamClient, state: S) => void;
  /** What is to be done before answers go out (files, logs); true when there may be more. It is saved in between. */
  readonly settle?: (state: S, sys: Sys) => Blocking<boolean>;
  readonly onSignal?: (signal: SignalName, state: S, sys: Sys) => Blocking<'stop' | undefined>;
  /** Called this often. */
  readonly every?: { readonly time: DurationMs; readonly act: (state: S, sys: Sys) => Blocking<void> };
  /** Something that is due at a moment of its own, if at all: in milliseconds since 1970. */
  readonly due?: { readonly at: (state: S) => number | undefined; readonly act: (state: S, sys: Sys) => void };
}

interface Streams {
  readonly listeners: readonly Fd[];
  readonly clients: Map<Fd, StreamClient>;
  readonly own: PlainData;
  /** Who has said something that wasn't looked at yet. */
  heard: Fd | undefined;
  next: TimeMs | undefined;
}

function isStreams(saved: PlainData | undefined): saved is Streams {
  return typeof saved === 'object' && saved !== null && 'listeners' in saved && 'clients' in saved;
}

/** The server's own state in what was saved; undefined when it hasn't begun. */
export function savedState(saved: PlainData | undefined): PlainData | undefined {
  return isStreams(saved) ? saved.own : undefined;
}

/** Serves until a signal ends it. EADDRINUSE and the like are thrown. */
export function* serveStreams<S extends PlainData>(
  sys: Sys,
  saved: PlainData | undefined,
  server: StreamServer<S>,
): Blocking<number> {
  const streams: Streams = isStreams(saved)
    ? saved
    : {
        listeners: server.ports.map((port) => sys.listen({ host: '', port })),
        clients: new Map(),
        own: server.state(),
        heard: undefined,
        next: undefined,
      };
  for (;;) {
    sys.save(streams);
    try {
      if (!(yield* progress(sys, server, streams))) yield* round(sys, server, streams);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      for (const signal of sys.caught())
        if ((yield* server.onSignal?.(signal, streams.own as S, sys) ?? stop()) === 'stop') return 0;
    }
  }
}

function* stop(): Blocking<'stop'> {
  return 'stop';
}

/** Does what is to be done without waiting for anybody; false when there is nothing. */
function* progress<S extends PlainData>(sys: Sys, server: StreamServer<S>, streams: Streams): Blocking<boolean> {
  const { clients, heard } = streams;
  const state = streams.own as S;
  if (server.settle !== undefined && (yield* server.settle(state, sys))) return true;
  for (const client of clients.values()) {
    if (client.out.length === 0 && !client.closing) continue;
    yield* send(sys, server, streams, client);
    return true;
  }
  const client = heard === undefined ? undefined : clients.get(heard);
  if (client === undefined) return false;
  const { length } = client.received;
  yield* server.onData(client, state, sys);
  const left = client.received.length;
  if (left === 0 || left === length) streams.heard = undefined;
  return true;
}

const NEVER = Number.POSITIVE_INFINITY;

function* round<S extends PlainData>(sys: Sys, server: StreamServer<S>, streams: Streams): Blocking<void> {
  const { every, due } = server;
  const state = streams.own as S;
  if (every !== undefined) streams.next ??= after(sys.now(), every.time);
  const soonest = Math.min(streams.next ?? NEVER, due?.at(state) ?? NEVER);
  const timeout = soonest === NEVER ? undefined : durationMs(Math.max(0, soonest - sys.now()));
  const [ready] = yield* sys.poll([...streams.listeners, ...streams.clients.keys()], timeout);
  if (ready !== undefined) {
    if (streams.listeners.includes(ready)) yield* welcome(sys, server, streams, ready);
    else yield* receive(sys, server, streams, ready);
    return;
  }
  if (due !== undefined && sys.now() >= (due.at(state) ?? NEVER)) due.act(state, sys);
  if (every === undefined || streams.next === undefined || sys.now() < streams.next) return;
  streams.next = after(sys.now(), every.time);
  yield* every.act(state, sys);
}

function* welcome<S extends PlainData>(
  sys: Sys,
  server: StreamServer<S>,
  streams: Streams,
  listener: Fd,
): Blocking<void> {
  const fd = yield* sys.accept(listener);
  const client: StreamClient = {
    fd,
    host: sys.remoteAddress(fd)?.host ?? '',
    received: new Uint8Array(0),
    out: [],
    closing: false,
    memory: new Map(),
  };
  streams.clients.set(fd, client);
  server.onConnect?.(client, streams.own as S, sys);
}

function* receive<S extends PlainData>(sys: Sys, server: StreamServer<S>, streams: Streams, fd: Fd): Blocking<void> {
  const client = streams.clients.get(fd);
  if (client === undefined) return;
  let chunk: Bytes;
  try {
    chunk = yield* sys.read(fd, 65_536);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    chunk = new Uint8Array(0);
  }
  if (chunk.length === 0) {
    drop(sys, server, streams, client);
    return;
  }
  client.received = concat([client.received, chunk]);
  streams.heard = fd;
  // Whoever has spoken last comes last, so that nobody has to wait for ever.
  streams.clients.delete(fd);
  streams.clients.set(fd, client);
}

function* send<S extends PlainData>(
  sys: Sys,
  server: StreamServer<S>,
  streams: Streams,
  client: StreamClient,
): Blocking<void> {
  try {
    if (client.out.length > 0) yield* sys.write(client.fd, concat(client.out));
    client.out.length = 0;
    if (client.closing) drop(sys, server, streams, client);
  } catch (error) {
    if (!(error instanceof SysError) || (error.code !== 'EPIPE' && error.code !== 'ECONNRESET')) throw error;
    drop(sys, server, streams, client);
  }
}

function drop<S extends PlainData>(
  sys: Sys,
  server: StreamServer<S>,
  { clients, own }: Streams,
  client: StreamClient,
): void {
  clients.delete(client.fd);
  server.onClose?.(client, own as S);
  sys.close(client.fd);
}
