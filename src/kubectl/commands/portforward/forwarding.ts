// Carrying connections: each one accepted here gets a websocket of its own, with a channel for bytes and one for errors.

import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { asError } from '../../errors.ts';
import { decodeText, goErrorText } from '../../files.ts';
import { openUpgraded, type Upgrade } from '../../rest/websocket.ts';
import type { ForwardedPort } from './ports.ts';

const UPGRADE: Upgrade = {
  protocols: ['v4.channel.k8s.io'],
  variable: 'KUBECTL_PORT_FORWARD_WEBSOCKETS',
  shown: 'SPDY/3.1+portforward.k8s.io',
  older: ['portforward.k8s.io'],
  fallback: (why) => ['fallback_dialer.go:84', `fallback to secondary dialer from primary dialer err: ${why}`],
};
/** What the server says when all is well but no port is named. */
const NO_PORTS = /"ports?" is required/;
const CHUNK = 32 * 1024;
const [DATA, ERROR] = [0, 1];

interface Listener {
  readonly fd: Fd;
  readonly port: ForwardedPort;
  readonly local: number;
}

interface Connection {
  readonly client: Fd;
  readonly socket: Fd;
  readonly listener: Listener;
  /** The first message of each channel only tells its port. */
  readonly begun: Set<number>;
  /** The client has said all that it will. */
  finished: boolean;
}

/** Listens and carries until a signal ends it. Throws where it can't listen at all. */
export function* forward(
  call: Call,
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  ports: readonly ForwardedPort[],
  addresses: readonly string[],
): Blocking<void> {
  const { sys } = call;
  yield* confirmUpgrade(call, pod);
  const listeners: Listener[] = [];
  for (const port of ports) listeners.push(...(yield* listen(call, port, addresses)));
  if (listeners.length === 0) {
    const texts = ports.map(({ local, remote }) => `{${local} ${remote}}`);
    throw new Error(`unable to listen on any of the requested ports: [${texts.join(' ')}]`);
  }
  const open: Connection[] = [];
  for (;;) {
    const clients = open.filter(({ finished }) => !finished).map(({ client }) => client);
    const ready = yield* sys.poll([...listeners.map(({ fd }) => fd), ...clients, ...open.map(({ socket }) => socket)]);
    for (const listener of listeners) {
      if (ready.includes(listener.fd)) yield* accept(call, pod, listener, open);
    }
    for (const connection of [...open]) {
      if (yield* carry(call, pod, connection, ready)) close(sys, connection, open);
    }
  }
}

/** Asks whether ports of the pod may be forwarded at all, before anything is listened to. */
function* confirmUpgrade(call: Call, pod: { readonly namespace: string; readonly name: string }): Blocking<void> {
  yield* call.log.info(4, 'tunneling_dialer.go:96', 'Before WebSocket Upgrade Connection...');
  try {
    const asked = { path: pathOf(pod) };
    const fd = yield* openUpgraded(call.sys, yield* call.client(), asked, UPGRADE, (said) => NO_PORTS.test(said));
    if (fd !== undefined) call.sys.close(fd);
  } catch (error) {
    throw new Error(`error upgrading connection: ${asError(error).message}`);
  }
}

function pathOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}/portforward`;
}

function* listen(call: Call, port: ForwardedPort, addresses: readonly string[]): Blocking<readonly Listener[]> {
  const { sys } = call;
  const found: Listener[] = [];
  const failures: string[] = [];
  let { local } = port;
  for (const host of addresses) {
    const shown = host.includes(':') ? `[${host}]` : host;
    try {
      const fd = sys.listen({ host, port: local });
      local = sys.localAddress(fd)?.port ?? local;
      found.push({ fd, port, local });
      yield* call.out(`Forwarding from ${shown}:${local} -> ${port.remote}\n`);
    } catch (error) {
      const family = host.includes(':') ? 'tcp6' : 'tcp4';
      const reason = error instanceof SysError ? goErrorText(error) : asError(error).message;
      failures.push(`unable to create listener: Error listen ${family} ${shown}:${local}: bind: ${reason}`);
    }
  }
  if (found.length === 0) {
    const what = `Listeners failed to create with the following errors: [${failures.join(' ')}]`;
    yield* call.err(`Unable to listen on port ${port.local}: ${what}\n`);
  }
  return found;
}

function* accept(
  call: Call,
  pod: { readonly namespace: string; readonly name: string },
  listener: Listener,
  open: Connection[],
): Blocking<void> {
  const client = yield* call.sys.accept(listener.fd);
  yield* call.out(`Handling connection for ${listener.local}\n`);
  const query = [['ports', String(listener.port.remote)] as const];
  try {
    const fd = yield* openUpgraded(call.sys, yield* call.client(), { path: pathOf(pod), query }, UPGRADE);
    if (fd !== undefined) open.push({ client, socket: fd, listener, begun: new Set(), finished: false });
  } catch (error) {
    call.sys.close(client);
    yield* complain(
      call,
      listener,
      `error creating error stream for port ${portText(listener)}: ${asError(error).message}`,
    );
  }
}

function portText({ local, port }: Listener): string {
  return `${local} -> ${port.remote}`;
}

function* complain(call: Call, listener: Listener, reason: string): Blocking<void> {
  yield* call.err(`an error occurred forwarding ${portText(listener)}: ${reason}\n`);
}

/** Answers whether the connection is over. */
function* carry(
  call: Call,
  pod: { readonly name: string; readonly uid: string },
  connection: Connection,
  ready: readonly Fd[],
): Blocking<boolean> {
  const { sys } = call;
  const { client, socket, listener, begun } = connection;
  if (ready.includes(client) && !connection.finished) {
    const bytes = yield* sys.read(client, CHUNK);
    if (bytes.length === 0) connection.finished = true;
    else if (!(yield* sent(sys, socket, Uint8Array.from([DATA, ...bytes])))) return true;
  }
  if (!ready.includes(socket)) return false;
  const message = yield* sys.read(socket);
  if (message.length === 0) return true;
  const [channel = DATA] = message;
  if (!begun.has(channel)) {
    begun.add(channel);
    return false;
  }
  const payload = message.subarray(1);
  if (channel === DATA) return !(yield* sent(sys, client, payload));
  if (channel !== ERROR || payload.length === 0) return false;
  const { remote } = listener.port;
  yield* complain(
    call,
    listener,
    `error forwarding port ${remote} to pod ${pod.name}, uid ${pod.uid}: ${decodeText(payload)}`,
  );
  return true;
}

/** Whether the other side still takes it. */
function* sent(sys: Sys, fd: Fd, bytes: Bytes): Blocking<boolean> {
  try {
    yield* sys.write(fd, bytes);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function close(sys: Sys, connection: Connection, open: Connection[]): void {
  sys.close(connection.client);
  sys.close(connection.socket);
  open.splice(open.indexOf(connection), 1);
}
