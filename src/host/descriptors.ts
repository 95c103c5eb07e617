// What a program's file descriptors stand for on the real machine: files, standard streams, bodies of answers, sockets.

import { closeSync, read as readLater, readSync, writeSync } from 'node:fs';
import { type Bytes, type Fd, SysError } from '../../sandbox/machine/sys.ts';
import { sysError } from './errors.ts';

export interface Descriptor {
  read(limit: number): Promise<Bytes>;
  /** Kept as soon as something can be read, or the end is there. Files can always be read. */
  readable?(): Promise<void>;
  write(data: Bytes): void | Promise<void>;
  close(): void;
  /** The host's own descriptor, where there is one. */
  readonly hostFd?: number;
}

export interface Descriptors {
  add(descriptor: Descriptor): Fd;
  get(fd: Fd): Descriptor;
  close(fd: Fd): void;
}

export function createDescriptors(standard: readonly Descriptor[]): Descriptors {
  const open = new Map<Fd, Descriptor>(standard.map((descriptor, fd) => [fd, descriptor]));
  let next = standard.length;
  const get = (fd: Fd): Descriptor => {
    const descriptor = open.get(fd);
    if (descriptor === undefined) throw new SysError('EBADF');
    return descriptor;
  };
  return {
    get,
    add(descriptor) {
      open.set(next, descriptor);
      return next++;
    },
    close(fd) {
      get(fd).close();
      open.delete(fd);
    },
  };
}

/** A file that the host has opened, or one of its standard streams. */
export function fileDescriptor(hostFd: number, owned: boolean): Descriptor {
  return {
    hostFd,
    async read(limit) {
      const buffer = new Uint8Array(limit);
      for (;;) {
        try {
          return buffer.subarray(0, readSync(hostFd, buffer, 0, limit, null));
        } catch (error) {
          if (!isCode(error, 'EAGAIN')) throw isCode(error, 'EOF') ? new SysError('EIO') : sysError(error);
          await pause();
        }
      }
    },
    async write(data) {
      for (let at = 0; at < data.length; ) {
        try {
          at += writeSync(hostFd, data, at);
        } catch (error) {
          if (!isCode(error, 'EAGAIN')) throw sysError(error);
          await pause();
        }
      }
    },
    close() {
      if (owned) closeSync(hostFd);
    },
  };
}

/** Standard input: what is typed there comes when it comes, and meanwhile the program goes on. */
export function inputDescriptor(): Descriptor {
  const source = buffered(readInput);
  return { hostFd: 0, ...source, write: (data) => fileDescriptor(0, false).write(data), close() {} };
}

function readInput(): Promise<Bytes> {
  const buffer = new Uint8Array(65_536);
  return new Promise((resolve, reject) => {
    readLater(0, buffer, 0, buffer.length, null, (error, count) => {
      if (error === null) resolve(buffer.subarray(0, count));
      else if (error.code === 'EAGAIN') pause().then(readInput).then(resolve, reject);
      else if (error.code === 'EOF') resolve(buffer.subarray(0, 0));
      else reject(sysError(error));
    });
  });
}

/** Chunks that come one by one, such as the body of an answer. `stop` says that no more are wanted. */
export function streamDescriptor(chunks: AsyncIterator<Uint8Array>, stop: () => void): Descriptor {
  const source = buffered(async () => {
    const step = await chunks.next().catch((error) => Promise.reject(sysError(error)));
    return step.done ? new Uint8Array(0) : step.value;
  });
  return { ...source, write: () => Promise.reject(new SysError('EBADF')), close: stop };
}

/** Reads from chunks, of which an empty one is the end; at most one of them is waited for at a time. */
function buffered(next: () => Promise<Bytes>): Required<Pick<Descriptor, 'read' | 'readable'>> {
  let left: Bytes = new Uint8Array(0);
  let ended = false;
  let arriving: Promise<void> | undefined;
  const fill = async (): Promise<void> => {
    left = await next();
    ended = left.length === 0;
  };
  const filled = async (): Promise<void> => {
    if (left.length > 0 || ended) return;
    arriving ??= fill().finally(() => {
      arriving = undefined;
    });
    await arriving;
  };
  return {
    async read(limit) {
      await filled();
      const taken = left.subarray(0, limit);
      left = left.subarray(taken.length);
      return taken;
    },
    readable: () => filled().catch(() => {}),
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
