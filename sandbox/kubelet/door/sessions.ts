// Streams between a client far away and what runs in a container. Output goes from the machine to the client without a
// stop here; input and sizes of the terminal are carried over as they come.

import type { AttachRequest, ExecRequest, ForwardedPort, Session, TerminalSize } from '../../kube/nodedoor.ts';
import type { V1Status } from '../../kube/status.ts';
import type { Forwarded } from '../../machine/net/fetch.ts';
import type { ExecEnded } from '../../machine/runtime/endings.ts';
import { draws, uuid } from '../../time/chance.ts';
import type { ChannelId } from '../../time/channel.ts';
import { errnoText } from '../containers/errnotext.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { OpenSession, PodRecord } from '../state.ts';

/** A session has something to read. */
export interface SessionRead {
  readonly kind: 'session';
  readonly session: number;
}

type Wanted = Pick<AttachRequest, 'stdin' | 'stdout' | 'stderr' | 'tty'>;

export function openExec(kubelet: Kubelet, container: string, request: ExecRequest): Session {
  const { kernel, runtime, actor } = kubelet;
  const number = ++kubelet.state().next;
  const started = runtime.exec(container, {
    argv: request.command,
    tty: request.tty,
    stdin: request.stdin,
    actor,
    key: number,
  });
  const result = kernel.channels.create();
  if (!started.ok) {
    end(
      kubelet,
      result,
      internal(
        `error executing command in container: failed to exec in container: failed to start exec "${execId(kubelet, number)}": ${started.message}`,
      ),
    );
    return { ...silent(kubelet, request), result };
  }
  const { stdout, stderr, exec } = started;
  const session = open(kubelet, number, { request, container, exec, argv: request.command, result });
  return { ...session, ...outputs(kubelet, request, stdout, stderr), result };
}

/** The runtime names what it tries to run, even where that fails. */
function execId({ component, node }: Kubelet, number: number): string {
  const stream = draws(component.seed, 'exec', node.name, String(number));
  return `${uuid(stream, 0)}${uuid(stream, 1)}`.replace(/-/g, '');
}

/** The output from now on; what is typed goes to the container's first process. */
export function openAttach(kubelet: Kubelet, container: string, request: AttachRequest): Session {
  const number = ++kubelet.state().next;
  const { stdout, stderr } = kubelet.runtime.attach(container);
  const result = kubelet.kernel.channels.create();
  const session = open(kubelet, number, { request, container, exec: undefined, argv: [], result });
  return { ...session, ...outputs(kubelet, request, stdout, stderr), result };
}

type Inputs = Pick<Session, 'stdin' | 'resize'>;

function open(
  kubelet: Kubelet,
  number: number,
  { request, ...rest }: Pick<OpenSession, 'container' | 'exec' | 'argv' | 'result'> & { readonly request: Wanted },
): Inputs {
  const { channels } = kubelet.kernel;
  const stdin = request.stdin ? channels.create() : undefined;
  const resize = request.tty ? channels.create() : undefined;
  kubelet.state().sessions.set(number, { ...rest, stdin, resize });
  listen(kubelet, number, stdin);
  listen(kubelet, number, resize);
  return { ...(stdin === undefined ? {} : { stdin }), ...(resize === undefined ? {} : { resize }) };
}

function listen({ kernel, actor }: Kubelet, session: number, channel: ChannelId | undefined): void {
  const what: SessionRead = { kind: 'session', session };
  if (channel !== undefined) kernel.channels.whenReadable(channel, { actor, what });
}

/** What nobody wants to read is thrown away. */
function outputs(
  { kernel }: Kubelet,
  request: Wanted,
  stdout: ChannelId,
  stderr: ChannelId | undefined,
): Pick<Session, 'stdout' | 'stderr'> {
  if (!request.stdout) kernel.channels.drop(stdout);
  if (!request.stderr && stderr !== undefined) kernel.channels.drop(stderr);
  return {
    ...(request.stdout ? { stdout } : {}),
    ...(request.stderr && !request.tty ? { stderr: stderr ?? closed(kernel.channels) } : {}),
  };
}

function closed(channels: Kubelet['kernel']['channels']): ChannelId {
  const channel = channels.create();
  channels.close(channel);
  return channel;
}

/** Streams of what was never begun. */
function silent({ kernel }: Kubelet, { stdin, stdout, stderr, tty }: Wanted): Omit<Session, 'result'> {
  const made = (): ChannelId => closed(kernel.channels);
  return {
    ...(stdin ? { stdin: kernel.channels.create() } : {}),
    ...(stdout ? { stdout: made() } : {}),
    ...(stderr && !tty ? { stderr: made() } : {}),
    ...(tty ? { resize: kernel.channels.create() } : {}),
  };
}

/** Carries over what a client has sent. */
export function pumpSession(kubelet: Kubelet, number: number): void {
  const session = kubelet.state().sessions.get(number);
  if (session === undefined) return;
  const { runtime } = kubelet;
  const { exec, container } = session;
  session.stdin = drain(kubelet, number, session.stdin, {
    chunk: (bytes) => {
      if (!(bytes instanceof Uint8Array)) return;
      if (exec === undefined) runtime.writeContainer(container, bytes);
      else runtime.writeExec(exec, bytes);
    },
    end: () => {
      if (exec !== undefined) runtime.closeExecStdin(exec);
      else if (runtime.container(container)?.state === 'running') runtime.closeContainerStdin(container);
    },
  });
  session.resize = drain(kubelet, number, session.resize, {
    chunk: (size) => {
      const { width: columns, height: rows } = size as TerminalSize;
      if (exec === undefined) runtime.resizeContainerTty(container, { columns, rows });
      else runtime.resizeExec(exec, { columns, rows });
    },
    end: () => {},
  });
}

/** Answers the channel while more may come. */
function drain(
  kubelet: Kubelet,
  session: number,
  channel: ChannelId | undefined,
  to: { readonly chunk: (chunk: unknown) => void; readonly end: () => void },
): ChannelId | undefined {
  if (channel === undefined) return undefined;
  for (;;) {
    const read = kubelet.kernel.channels.read(channel);
    if (read.kind === 'more') to.chunk(read.chunk);
    else if (read.kind === 'empty') {
      listen(kubelet, session, channel);
      return channel;
    } else {
      to.end();
      return undefined;
    }
  }
}

const STATUS = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;
const SUCCESS: V1Status = { ...STATUS, status: 'Success', code: 200 };

/** A command is over: its client is told how. */
export function execEnded(kubelet: Kubelet, { key, status }: ExecEnded): void {
  const { sessions } = kubelet.state();
  const number = typeof key === 'number' ? key : 0;
  const session = sessions.get(number);
  if (session === undefined) return;
  sessions.delete(number);
  end(kubelet, session.result, status === 0 ? SUCCESS : exited(session.argv, status));
}

/** A container is over, and with it everything that was attached to it. */
export function endAttached(kubelet: Kubelet, container: string): void {
  const { sessions } = kubelet.state();
  for (const [number, session] of [...sessions]) {
    if (session.container !== container || session.exec !== undefined) continue;
    sessions.delete(number);
    end(kubelet, session.result, SUCCESS);
  }
}

function end({ kernel }: Kubelet, result: ChannelId, status: V1Status): void {
  kernel.channels.write(result, status);
  kernel.channels.close(result);
}

function exited(argv: readonly string[], code: number): V1Status {
  return {
    ...STATUS,
    status: 'Failure',
    code: 500,
    message: `command terminated with non-zero exit code: error executing command [${argv.join(' ')}], exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function internal(why: string): V1Status {
  return {
    ...STATUS,
    status: 'Failure',
    message: `Internal error occurred: ${why}`,
    reason: 'InternalError',
    details: { causes: [{ message: why }] },
    code: 500,
  };
}

/** By what a forwarded connection is known again. */
interface ForwardKey {
  readonly use: 'forward';
  readonly port: number;
  readonly sandbox: string;
  readonly output: ChannelId;
  readonly error: ChannelId;
}

export function forwardToPod(kubelet: Kubelet, record: PodRecord, port: number): ForwardedPort {
  const { kernel, runtime, actor } = kubelet;
  const [input, output, error] = [kernel.channels.create(), kernel.channels.create(), kernel.channels.create()];
  const sandbox = record.sandboxes.at(-1)?.id ?? '';
  const key: ForwardKey = { use: 'forward', port, sandbox, output, error };
  if (runtime.sandbox(sandbox)?.ready === true)
    runtime.forwardPort(sandbox, port, { from: input, to: output }, { actor, key });
  else refuse(kubelet, key, 'sandbox is not running');
  return { input, output, error };
}

export function forwarded(kubelet: Kubelet, told: Forwarded): void {
  const key = told.key as ForwardKey;
  if (told.ok) kubelet.kernel.channels.close(key.error);
  else {
    const why = errnoText(told.code);
    const at = `failed to connect to localhost:${key.port} inside namespace "${key.sandbox}"`;
    refuse(
      kubelet,
      key,
      `failed to execute portforward in network namespace "/var/run/netns/cni-${key.sandbox.slice(0, 8)}": ${at}, IPv4: dial tcp4 127.0.0.1:${key.port}: connect: ${why} IPv6 dial tcp6 [::1]:${key.port}: connect: ${why} `,
    );
  }
}

function refuse({ kernel }: Kubelet, { port, sandbox, output, error }: ForwardKey, why: string): void {
  kernel.channels.write(error, `error forwarding port ${port} to pod ${sandbox}, uid : ${why}`);
  kernel.channels.close(error);
  kernel.channels.close(output);
}
