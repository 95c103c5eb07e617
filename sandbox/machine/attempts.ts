// Calls that can wait, tried: answered now, or left waiting with whoever will wake the process. Each may be tried any
// number of times; what it has achieved so far stands in the call itself.

import { after, durationMs } from '../time/units.ts';
import { type Call, PENDING, type Pending } from './calls.ts';
import type { Kernel } from './context.ts';
import { addDescriptor, fileOf, isReadable, readFile, waitReadable, writeFile } from './descriptors.ts';
import type { OpenFile } from './files/open.ts';
import { advanceHttp, disposeHttp, type HttpResult } from './net/client.ts';
import { advanceConnect, type ConnectCall } from './net/connect.ts';
import type { Endpoint } from './net/namespace.ts';
import { advanceLookup, advanceResolve, type Caller } from './net/resolver.ts';
import { accept, closeEndpoint, HOUSE, openConnection } from './net/sockets.ts';
import { abandonOpen, openCall } from './opening.ts';
import { BASE_MEMORY, setMemory, waitForChild } from './processes.ts';
import type { Process } from './state.ts';
import { type Bytes, type Fd, type HttpResponse, SysError } from './sys.ts';

/** Tries a call. SysError when it fails. */
export function attempt(kernel: Kernel, process: Process, call: Call): unknown | Pending {
  switch (call.call) {
    case 'open':
      return openCall(kernel, process, call);
    case 'read':
      return readFile(kernel, process, fileOf(process, call.fd), call.limit, call.through);
    case 'write':
      return writeAll(kernel, process, call);
    case 'poll':
      return poll(kernel, process, call);
    case 'sleep':
      return sleepUntil(kernel, process, call.until);
    case 'claim':
      setMemory(kernel, process, Math.max(BASE_MEMORY, call.bytes));
      return undefined;
    case 'wait':
      return waitForChild(kernel, process, call);
    case 'connect':
      return connect(kernel, process, call.connect);
    case 'accept':
      return acceptOn(kernel, process, fileOf(process, call.fd));
    case 'resolve':
      return advanceResolve(kernel, callerOf(process), call.lookup);
    case 'lookup':
      return advanceLookup(kernel, callerOf(process), call.lookup);
    case 'ping':
      return sleepUntil(kernel, process, call.until) ?? pong(call);
    case 'http':
      return answerHttp(kernel, process, advanceHttp(kernel, callerOf(process), call.http));
    case 'webSocket':
      return answerWebSocket(kernel, process, advanceHttp(kernel, callerOf(process), call.http));
    case 'spend':
    case 'exec':
      throw new Error(`${call.call} isn't tried here`);
    default:
      return call satisfies never;
  }
}

/** Whether a caught signal ends the waiting: computing goes on, and what has been written half is written whole. */
export function isInterruptible(call: Call): boolean {
  return call.call !== 'spend' && !(call.call === 'write' && call.done > 0);
}

/** Nobody waits for a call any more: what it has opened is closed. */
export function abandon(kernel: Kernel, process: Process): void {
  const { call } = process;
  if (call?.call === 'http' || call?.call === 'webSocket') disposeHttp(kernel, call.http);
  if (call?.call === 'open') abandonOpen(kernel, process, call.opened);
}

export function callerOf(process: Process): Caller {
  return { id: process.id, network: process.network, files: process };
}

function writeAll(kernel: Kernel, process: Process, call: Extract<Call, { call: 'write' }>): undefined | Pending {
  const file = fileOf(process, call.fd);
  try {
    do {
      const rest = call.done === 0 ? call.data : call.data.subarray(call.done);
      const count = writeFile(kernel, process, file, rest);
      if (count === PENDING) return PENDING;
      process.debt += costOf(file, rest.subarray(0, count));
      call.done += count;
    } while (call.done < call.data.length);
    return undefined;
  } catch (error) {
    if (error instanceof SysError && error.code === 'EPIPE') kernel.signal(process, 'SIGPIPE', false);
    throw error;
  }
}

/** Long writes cost more than a call: 16 KiB a step, and to a log, which keeps each line on its own, 16 lines. */
function costOf(file: OpenFile, written: Bytes): number {
  if (file.kind !== 'sink' || file.sink.log === undefined) return Math.floor(written.length / BYTES_PER_STEP);
  let lines = 0;
  for (let at = written.indexOf(NEWLINE); at >= 0; at = written.indexOf(NEWLINE, at + 1)) lines++;
  return Math.floor(lines / LINES_PER_STEP);
}

const BYTES_PER_STEP = 16_384;
const LINES_PER_STEP = 16;
const NEWLINE = 0x0a;

function poll(
  kernel: Kernel,
  process: Process,
  { fds, until }: Extract<Call, { call: 'poll' }>,
): readonly Fd[] | Pending {
  const ready = fds.filter((fd) => isReadable(kernel, process, fileOf(process, fd)));
  if (ready.length > 0 || (until !== undefined && kernel.now() >= until)) return Object.freeze(ready);
  for (const fd of fds) waitReadable(kernel, process, fileOf(process, fd));
  if (until !== undefined) kernel.wakeAt(process.id, until);
  return PENDING;
}

function sleepUntil(kernel: Kernel, process: Process, until: ReturnType<Kernel['now']>): undefined | Pending {
  if (kernel.now() >= until) return undefined;
  kernel.wakeAt(process.id, until);
  return PENDING;
}

function pong({ took, failure }: Extract<Call, { call: 'ping' }>): number {
  if (failure !== undefined) throw new SysError(failure);
  return took ?? 0;
}

function connect(kernel: Kernel, process: Process, call: ConnectCall): Fd | Pending {
  const connected = advanceConnect(kernel, callerOf(process), call);
  if (connected === PENDING) return PENDING;
  if (connected.kind === 'endpoint') return addStream(kernel, process, connected.endpoint);
  const { address, source, latency } = connected;
  const local = { host: source, port: process.network.nextPort };
  const { client } = openConnection(kernel, {
    from: process.network.number,
    to: HOUSE,
    asked: address,
    latency,
    tls: false,
    client: local,
    seen: local,
    server: address,
  });
  return addStream(kernel, process, client);
}

function acceptOn(kernel: Kernel, process: Process, file: OpenFile): Fd | Pending {
  if (file.kind !== 'listener') throw new SysError('EINVAL');
  const endpoint = accept(process.id, file.listener);
  return endpoint === PENDING ? PENDING : addStream(kernel, process, endpoint);
}

function addStream(kernel: Kernel, process: Process, endpoint: Endpoint): Fd {
  try {
    return addDescriptor(kernel, process, { kind: 'stream', refs: 0, endpoint });
  } catch (error) {
    closeEndpoint(kernel, endpoint);
    throw error;
  }
}

function answerHttp(kernel: Kernel, process: Process, result: HttpResult | Pending): HttpResponse | Pending {
  if (result === PENDING) return PENDING;
  const body = addDescriptor(kernel, process, { kind: 'body', refs: 0, body: result.body });
  return Object.freeze({ status: result.status, headers: result.headers, body });
}

type WebSocketAnswer = { readonly fd: Fd; readonly protocol: string } | { readonly refused: HttpResponse };

function answerWebSocket(kernel: Kernel, process: Process, result: HttpResult | Pending): WebSocketAnswer | Pending {
  if (result === PENDING) return PENDING;
  const { upgraded } = result;
  if (upgraded === undefined) {
    const refused = answerHttp(kernel, process, result);
    return refused === PENDING ? PENDING : { refused };
  }
  const socket = { ...upgraded, messages: [], ended: false };
  const fd = addDescriptor(kernel, process, { kind: 'websocket', refs: 0, socket });
  return { fd, protocol: upgraded.protocol };
}

/** How long an echo takes, asked when it is sent. */
export function pingCall(kernel: Kernel, process: Process, host: string, timeout: number): Call {
  const route = kernel.fabric.ping(process.network, host);
  const wait = (delay: number): ReturnType<Kernel['now']> => after(kernel.now(), durationMs(delay));
  switch (route.kind) {
    case 'answer': {
      const took = durationMs(route.latency * 2);
      if (took <= timeout) return { call: 'ping', until: wait(took), took, failure: undefined };
      return { call: 'ping', until: wait(timeout), took: undefined, failure: 'ETIMEDOUT' };
    }
    case 'dropped':
      return { call: 'ping', until: wait(timeout), took: undefined, failure: 'ETIMEDOUT' };
    case 'host-unreachable':
      return { call: 'ping', until: wait(Math.min(timeout, ARP_MS)), took: undefined, failure: 'EHOSTUNREACH' };
    default:
      return { call: 'ping', until: kernel.now(), took: undefined, failure: 'ENETUNREACH' };
  }
}

const ARP_MS = 3_000;
