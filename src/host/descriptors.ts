// What a program's file descriptors stand for on the real machine: files, standard streams, bodies of answers, sockets.

import { closeSync, readSync, writeSync } from 'node:fs';
import { type Bytes, type Fd, SysError } from '../../sandbox/machine/sys.ts';
import { sysError } from './errors.ts';

export interface Descriptor {
  read(limit: number): Promise<Bytes>;
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

/** Chunks that come one by one, such as the body of an answer. `stop` says that no more are wanted. */
export function streamDescriptor(chunks: AsyncIterator<Uint8Array>, stop: () => void): Descriptor {
  let left: Uint8Array = new Uint8Array(0);
  return {
    async read(limit) {
      while (left.length === 0) {
        const step = await chunks.next().catch((error) => Promise.reject(sysError(error)));
        if (step.done) return new Uint8Array(0);
        left = step.value;
      }
      const taken = left.subarray(0, limit);
      left = left.subarray(taken.length);
      return taken;
    },
    write: () => Promise.reject(new SysError('EBADF')),
    close: stop,
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
