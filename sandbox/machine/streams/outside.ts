// Where a machine's streams meet the outside, which speaks through channels: the stdin of an exec or a container, and
// everything that goes to a log or to whoever is attached.

import type { ChannelId } from '../../time/channel.ts';
import { bytesOf } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import { addWaiter, type Kernel, MACHINE } from '../context.ts';
import type { Bytes } from '../sys.ts';
import { type Buffer, fill, newBuffer, take } from './buffer.ts';
import { type ContainerLog, finishLog, writeLog } from './log.ts';

/** Bytes that come in from a channel. */
export interface ChannelSource {
  readonly channel: ChannelId;
  readonly buffer: Buffer;
  ended: boolean;
}

/** Where output goes: to a log, and to any number of channels. */
export interface Sink {
  readonly log: ContainerLog | undefined;
  readonly attached: Attached[];
}

interface Attached {
  readonly channel: ChannelId;
  readonly stream: Stream;
  /** Its chunks say of which stream they are: each is a `Written`. */
  readonly marked?: true;
}

type Stream = 'stdout' | 'stderr';

/** Some bytes of one of two streams. */
export interface Written {
  readonly stream: Stream;
  readonly bytes: Bytes;
}

/** A task of the kernel's: a channel can be read, or has been drained. */
export interface ChannelTask {
  readonly kind: 'channel';
  readonly channel: ChannelId;
}

export function newSource(channel: ChannelId): ChannelSource {
  return { channel, buffer: newBuffer(), ended: false };
}

export function readSource(
  kernel: Kernel,
  waiter: number,
  source: ChannelSource,
  limit: number,
  through: number | undefined,
): Bytes | Pending {
  if (!sourceIsReadable(kernel, source)) {
    waitForChannel(kernel, waiter, source.channel, 'readable');
    return PENDING;
  }
  return take(source.buffer, limit, through);
}

/** Looks at what has come in since. */
export function sourceIsReadable(kernel: Kernel, source: ChannelSource): boolean {
  while (source.buffer.size === 0 && !source.ended) {
    const read = kernel.channels.read(source.channel);
    if (read.kind === 'empty') return false;
    if (read.kind === 'more') fill(source.buffer, chunkBytes(read.chunk));
    else source.ended = true;
  }
  return true;
}

/** What the outside wrote: bytes or text. */
export function chunkBytes(chunk: unknown): Bytes {
  if (chunk instanceof Uint8Array) return chunk;
  return bytesOf(typeof chunk === 'string' ? chunk : '');
}

export function writeSink(kernel: Kernel, waiter: number, sink: Sink, stream: Stream, bytes: Bytes): number | Pending {
  for (const { channel } of sink.attached) {
    if (kernel.channels.waiting(channel) <= kernel.bounds.waitingBytes || kernel.channels.isClosed(channel)) continue;
    waitForChannel(kernel, waiter, channel, 'drained');
    return PENDING;
  }
  emit(kernel, sink, stream, bytes);
  return bytes.length;
}

/** Writes without asking whether there is room. */
export function emit(kernel: Kernel, sink: Sink, stream: Stream, bytes: Bytes): void {
  if (sink.log !== undefined) writeLog(kernel, sink.log, stream, bytes);
  for (const target of sink.attached) {
    if (target.stream !== stream) continue;
    const written: Written = { stream, bytes };
    kernel.channels.write(target.channel, target.marked === true ? written : bytes, bytes.length);
  }
}

/** The last writer has gone: the log gets its unfinished line, and whoever is attached the end. */
export function endSink(kernel: Kernel, sink: Sink): void {
  if (sink.log !== undefined) finishLog(kernel, sink.log);
  for (const { channel } of sink.attached.splice(0)) kernel.channels.close(channel);
}

export function waitForChannel(
  kernel: Kernel,
  waiter: number,
  channel: ChannelId,
  until: 'readable' | 'drained',
): void {
  const { channelWaiters } = kernel.state;
  const waiters = channelWaiters.get(channel) ?? [];
  channelWaiters.set(channel, waiters);
  addWaiter(waiters, waiter);
  const wake = { actor: MACHINE, what: { kind: 'channel', channel } satisfies ChannelTask };
  if (until === 'readable') kernel.channels.whenReadable(channel, wake);
  else kernel.channels.whenDrained(channel, wake);
}

/** Nobody here reads a channel any more. */
export function dropChannel(kernel: Kernel, channel: ChannelId): void {
  kernel.channels.drop(channel);
  kernel.state.channelWaiters.delete(channel);
}

export function wakeChannelWaiters(kernel: Kernel, channel: ChannelId): void {
  const waiters = kernel.state.channelWaiters.get(channel);
  if (waiters === undefined) return;
  kernel.state.channelWaiters.delete(channel);
  for (const waiter of waiters) kernel.wake(waiter);
}
