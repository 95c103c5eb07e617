// Pipes and fifos: 64 KiB between those who write and those who read.

import { PENDING, type Pending } from '../calls.ts';
import { addWaiter, type Kernel, wakeAll } from '../context.ts';
import { type Bytes, SysError } from '../sys.ts';
import { type Buffer, fill, newBuffer, take } from './buffer.ts';

export interface Pipe {
  readonly number: number;
  readonly buffer: Buffer;
  /** Open ends. */
  readers: number;
  writers: number;
  /** How often each end has been opened: whoever waits for the other end of a fifo may come too late to see it open. */
  readonly opened: { read: number; write: number };
  /** Who waits for bytes, for room, or for the other end. */
  readonly waiters: number[];
}

const CAPACITY = 65_536;
/** Writes up to this size go in as one piece. */
const ATOMIC = 4096;

export function newPipe(kernel: Kernel): Pipe {
  return {
    number: kernel.nextNumber(),
    buffer: newBuffer(),
    readers: 0,
    writers: 0,
    opened: { read: 0, write: 0 },
    waiters: [],
  };
}

export function readPipe(
  kernel: Kernel,
  waiter: number,
  pipe: Pipe,
  limit: number,
  through: number | undefined,
): Bytes | Pending {
  if (pipe.buffer.size === 0 && pipe.writers > 0) {
    addWaiter(pipe.waiters, waiter);
    return PENDING;
  }
  const bytes = take(pipe.buffer, limit, through);
  if (bytes.length > 0) wakeAll(kernel, pipe.waiters);
  return bytes;
}

/** Answers how many bytes went in. EPIPE when nobody is left to read. */
export function writePipe(kernel: Kernel, waiter: number, pipe: Pipe, bytes: Bytes): number | Pending {
  if (pipe.readers === 0) throw new SysError('EPIPE');
  const room = CAPACITY - pipe.buffer.size;
  if (room <= 0 || (bytes.length <= ATOMIC && room < bytes.length)) {
    addWaiter(pipe.waiters, waiter);
    return PENDING;
  }
  const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
  fill(pipe.buffer, part);
  wakeAll(kernel, pipe.waiters);
  return part.length;
}

/** One more end is open. */
export function joinPipe(kernel: Kernel, pipe: Pipe, end: 'read' | 'write'): void {
  if (end === 'read') pipe.readers++;
  else pipe.writers++;
  pipe.opened[end]++;
  wakeAll(kernel, pipe.waiters);
}

export function pipeIsReadable(pipe: Pipe): boolean {
  return pipe.buffer.size > 0 || pipe.writers === 0;
}

export function closePipe(kernel: Kernel, pipe: Pipe, end: 'read' | 'write'): void {
  if (end === 'read') pipe.readers--;
  else pipe.writers--;
  wakeAll(kernel, pipe.waiters);
}
