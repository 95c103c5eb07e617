// A session with a process in a container: standard streams, terminal size and exit status as numbered channels of one
// websocket, as v5.channel.k8s.io has them.

import { isArray, isObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { ExitError } from '../errors.ts';
import { decodeText } from '../files.ts';
import type { RestClient } from '../rest/client.ts';
import type { Query } from '../rest/url.ts';
import { openUpgraded, type Upgrade } from '../rest/websocket.ts';
import { parseJson } from '../text/json.ts';

export interface SessionOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Undefined: attach to the process that is there. */
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly stderr: boolean;
  /** The terminal is handed over, keys and all. */
  readonly tty: boolean;
  /** Where output goes; standard output and error unless given. */
  readonly sinks?: { readonly stdout: Sink; readonly stderr: Sink };
  /** What is sent as standard input, in place of our own. */
  readonly input?: Bytes;
  /** Keys that end the session from here. */
  readonly detachKeys?: Bytes;
}

export type Sink = (bytes: Bytes) => Blocking<void>;

const UPGRADE: Upgrade = {
  protocols: ['v5.channel.k8s.io'],
  variable: 'KUBECTL_REMOTE_COMMAND_WEBSOCKETS',
  shown: 'v5.channel.k8s.io',
  older: ['v5', 'v4', 'v3', 'v2'].map((version) => `${version}.channel.k8s.io`).concat('channel.k8s.io'),
  fallback: (why) => ['fallback.go:56', `"RemoteCommand fallback" err=${JSON.stringify(why)}`],
};
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const CHUNK = 32 * 1024;

/** Returns when the process has ended well. Throws an ExitError with its status when it hasn't. */
export function* runSession(sys: Sys, client: RestClient, options: SessionOptions): Blocking<void> {
  const { namespace, pod, command } = options;
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/${command === undefined ? 'attach' : 'exec'}`;
  const fd = yield* openUpgraded(sys, client, { path, query: queryOf(options) }, UPGRADE);
  if (fd === undefined) return;
  yield* client.log.info(4, 'websocket.go:134', '"Subprotocol negotiated" protocol="v5.channel.k8s.io"');
  yield* client.log.info(5, 'websocket.go:269', '"Websocket read starts" deadline="1m1s"');
  if (options.tty) {
    sys.setRaw(0, true);
    sys.onSignal('SIGWINCH', 'catch');
  }
  try {
    yield* exchange(sys, fd, options);
    yield* client.log.info(5, 'websocket.go:512', '"Closed channel -- returning"');
  } finally {
    if (options.tty) {
      sys.setRaw(0, false);
      sys.onSignal('SIGWINCH', 'default');
    }
    sys.close(fd);
  }
}

function queryOf({ container, command = [], stdin, stderr, tty }: SessionOptions): Query {
  return [
    ...command.map((word) => ['command', word] as const),
    ['container', container],
    ...(stderr ? [['stderr', 'true'] as const] : []),
    ...(stdin ? [['stdin', 'true'] as const] : []),
    ['stdout', 'true'],
    ...(tty ? [['tty', 'true'] as const] : []),
  ];
}

function* exchange(sys: Sys, fd: Fd, options: SessionOptions): Blocking<void> {
  if (options.tty) yield* sendSize(sys, fd);
  if (options.input !== undefined) yield* sendAll(sys, fd, options.input);
  let reading = options.stdin && options.input === undefined;
  for (;;) {
    const ready = yield* awaken(sys, fd, reading ? [fd, 0] : [fd], options.tty);
    if (ready.includes(fd)) {
      const message = yield* sys.read(fd);
      if (message.length === 0) return;
      if (yield* received(sys, message, options)) return;
    } else if (ready.includes(0)) {
      const bytes = yield* sys.read(0, CHUNK);
      if (bytes.length > 0 && isDetach(bytes, options)) return;
      yield* sys.write(fd, bytes.length === 0 ? framed(CHANNEL.close, [CHANNEL.stdin]) : framed(CHANNEL.stdin, bytes));
      if (bytes.length === 0) reading = false;
    }
  }
}

/** Waits for something to read; a terminal that changes its size in between is told of. */
function* awaken(sys: Sys, fd: Fd, fds: readonly Fd[], tty: boolean): Blocking<readonly Fd[]> {
  try {
    return yield* sys.poll(fds);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    if (tty && sys.caught().includes('SIGWINCH')) yield* sendSize(sys, fd);
    return [];
  }
}

function* sendSize(sys: Sys, fd: Fd): Blocking<void> {
  const size = sys.ttySize(0);
  if (size === undefined) return;
  const text = `${JSON.stringify({ Width: size.columns, Height: size.rows })}\n`;
  yield* send(sys, fd, framed(CHANNEL.resize, new TextEncoder().encode(text)));
}

/** The process may be gone already: what is too late is lost, and how it ended is still to be read. */
function* send(sys: Sys, fd: Fd, message: Bytes): Blocking<void> {
  sys.onSignal('SIGPIPE', 'ignore');
  try {
    yield* sys.write(fd, message);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EPIPE') throw error;
  } finally {
    sys.onSignal('SIGPIPE', 'default');
  }
}

function* sendAll(sys: Sys, fd: Fd, input: Bytes): Blocking<void> {
  for (let at = 0; at < input.length; at += CHUNK) {
    yield* send(sys, fd, framed(CHANNEL.stdin, input.subarray(at, at + CHUNK)));
  }
  yield* send(sys, fd, framed(CHANNEL.close, [CHANNEL.stdin]));
}

function framed(channel: number, payload: Iterable<number>): Bytes {
  return Uint8Array.from([channel, ...payload]);
}

function isDetach(bytes: Bytes, { detachKeys, tty }: SessionOptions): boolean {
  if (!tty || detachKeys === undefined || detachKeys.length === 0) return false;
  return decodeText(bytes).endsWith(decodeText(detachKeys));
}

/** Answers whether the session is over. */
function* received(sys: Sys, message: Bytes, { sinks }: SessionOptions): Blocking<boolean> {
  const [channel] = message;
  const payload = message.subarray(1);
  if (channel === CHANNEL.error && payload.length > 0) {
    judge(decodeText(payload));
    return true;
  }
  if (payload.length === 0) return false;
  if (channel === CHANNEL.stdout) yield* sinks?.stdout(payload) ?? sys.write(1, payload);
  if (channel === CHANNEL.stderr) yield* sinks?.stderr(payload) ?? sys.write(2, payload);
  return false;
}

/** How it ended, as a Status. */
function judge(text: string): void {
  const status = parsed(text);
  if (!isObject(status)) throw new Error(`error stream protocol error: ${text}`);
  if (status['status'] === 'Success') return;
  if (status['status'] !== 'Failure') throw new Error('error stream protocol error: unknown error');
  if (status['reason'] !== 'NonZeroExitCode') throw new Error(String(status['message'] ?? ''));
  const { details } = status;
  const causes = isObject(details) ? details['causes'] : undefined;
  const cause = (isArray(causes) ? causes.filter(isObject) : []).find(({ reason }) => reason === 'ExitCode');
  if (cause === undefined) throw new Error('error stream protocol error: no ExitCode cause given');
  const code = Number(cause['message']);
  throw new ExitError(code, `command terminated with exit code ${code}`);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
