// Descriptors: what reading, writing and closing mean for each kind of open file.

import { NO_BYTES, ZEROS } from './bytes.ts';
import type { Pending } from './calls.ts';
import type { Kernel } from './context.ts';
import { statPlace } from './files/calls.ts';
import { appendContent, contentSize, readContent, writeContent } from './files/content.ts';
import { changeContent, closeInode, inodeOf, ownFile } from './files/filesystem.ts';
import type { DeviceName } from './files/inode.ts';
import type { OpenFile, RegularFile } from './files/open.ts';
import { bodyIsReadable, closeBody, readBody } from './net/body.ts';
import { closeEndpoint, closeListener, endpointIsReadable, readEndpoint, writeEndpoint } from './net/sockets.ts';
import { closeWebSocket, messageIsReadable, readMessage, writeMessage } from './net/websocket.ts';
import type { Process } from './state.ts';
import { readSource, sourceIsReadable, waitForChannel, writeSink } from './streams/outside.ts';
import { closePipe, pipeIsReadable, readPipe, writePipe } from './streams/pipe.ts';
import { readTty, ttyIsReadable, writeTty } from './streams/tty.ts';
import { type Bytes, type Fd, type FileStat, type FileType, SysError } from './sys.ts';

/** EBADF. */
export function fileOf(process: Process, fd: Fd): OpenFile {
  const file = process.fds.get(fd);
  if (file === undefined) throw new SysError('EBADF');
  return file;
}

/** Gives an open file the lowest free number. EMFILE. */
export function addDescriptor(kernel: Kernel, process: Process, file: OpenFile): Fd {
  let fd = 0;
  while (process.fds.has(fd)) fd++;
  if (fd >= kernel.bounds.filesPerProcess) throw new SysError('EMFILE');
  process.fds.set(fd, file);
  file.refs++;
  return fd;
}

export function closeDescriptor(kernel: Kernel, process: Process, fd: Fd): void {
  const file = fileOf(process, fd);
  process.fds.delete(fd);
  releaseFile(kernel, file);
}

/** One descriptor less stands for it; the last one closes it. */
export function releaseFile(kernel: Kernel, file: OpenFile): void {
  file.refs--;
  if (file.refs > 0) return;
  switch (file.kind) {
    case 'file':
      closeInode(kernel, file.place.mount.fs, file.place.inode);
      break;
    case 'pipe':
      closePipe(kernel, file.pipe, file.end);
      forgetFifo(kernel, file);
      break;
    case 'stream':
      closeEndpoint(kernel, file.endpoint);
      break;
    case 'listener':
      closeListener(kernel, file.listener);
      break;
    case 'body':
      closeBody(kernel, file.body);
      break;
    case 'websocket':
      closeWebSocket(kernel, file.socket);
      break;
    default:
  }
}

/** A fifo that nobody has open keeps no bytes. */
function forgetFifo(kernel: Kernel, { place, pipe }: Extract<OpenFile, { kind: 'pipe' }>): void {
  if (place === undefined || pipe.readers + pipe.writers > 0) return;
  const { fs } = place.mount;
  const inode = fs.changed.get(place.inode);
  if (inode?.type === 'fifo') inode.pipe = undefined;
  closeInode(kernel, fs, place.inode);
}

export function readFile(
  kernel: Kernel,
  process: Process,
  file: OpenFile,
  limit: number,
  through: number | undefined,
): Bytes | Pending {
  const { id } = process;
  switch (file.kind) {
    case 'file':
      return readRegular(kernel, file, limit, through);
    case 'text': {
      const bytes = upTo(file.bytes.subarray(file.position, file.position + limit), through);
      file.position += bytes.length;
      return bytes;
    }
    case 'device':
      return readDevice(process, file.device, limit);
    case 'pipe':
      if (file.end === 'write') throw new SysError('EBADF');
      return readPipe(kernel, id, file.pipe, limit, through);
    case 'tty':
      return readTty(kernel, process, file.tty, limit, through);
    case 'source':
      return readSource(kernel, id, file.source, limit, through);
    case 'stream':
      return readEndpoint(kernel, id, file.endpoint, limit, through);
    case 'body':
      return readBody(kernel, id, file.body, limit, through);
    case 'websocket':
      return readMessage(kernel, id, file.socket);
    case 'directory':
      throw new SysError('EISDIR');
    case 'sink':
      throw new SysError('EBADF');
    case 'listener':
      throw new SysError('ENOTCONN');
    default:
      return file satisfies never;
  }
}

function readRegular(kernel: Kernel, file: RegularFile, limit: number, through: number | undefined): Bytes {
  if (!file.read) throw new SysError('EBADF');
  const inode = inodeOf(kernel, file.place.mount.fs, file.place.inode);
  if (inode.type !== 'file') return NO_BYTES;
  const bytes = upTo(readContent(inode.content, file.position, limit), through);
  file.position += bytes.length;
  return bytes;
}

function upTo(bytes: Bytes, through: number | undefined): Bytes {
  const end = through === undefined ? -1 : bytes.indexOf(through);
  return end < 0 ? bytes : bytes.subarray(0, end + 1);
}

function readDevice(process: Process, device: DeviceName, limit: number): Bytes {
  if (device === 'zero' || device === 'full') return limit >= ZEROS.length ? ZEROS : ZEROS.subarray(0, limit);
  if (device !== 'random') return NO_BYTES;
  return randomBytes(process, Math.min(limit, 4096));
}

/** Not fit for secrets, and of the process's own stream, so that a copy goes on with the same. */
function randomBytes(process: Process, count: number): Bytes {
  const bytes = new Uint8Array(count);
  let word = (Math.imul(process.id, 0x9e3779b1) ^ Math.imul(process.draws, 0x85ebca6b)) >>> 0;
  process.draws += count;
  for (let i = 0; i < count; i++) {
    word = (Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    bytes[i] = (word ^ (word >>> 13)) & 0xff;
  }
  return bytes;
}

/** Answers how many bytes were taken; more has to be asked for again. */
export function writeFile(kernel: Kernel, process: Process, file: OpenFile, bytes: Bytes): number | Pending {
  const { id } = process;
  switch (file.kind) {
    case 'file':
      return writeRegular(kernel, file, bytes);
    case 'device':
      if (file.device === 'full') throw new SysError('ENOSPC');
      return bytes.length;
    case 'pipe':
      if (file.end === 'read') throw new SysError('EBADF');
      return writePipe(kernel, id, file.pipe, bytes);
    case 'tty':
      return writeTty(kernel, id, file.tty, bytes);
    case 'sink':
      return writeSink(kernel, id, file.sink, file.stream, bytes);
    case 'stream':
      return writeEndpoint(kernel, id, file.endpoint, bytes);
    case 'websocket':
      return writeMessage(kernel, id, file.socket, bytes);
    case 'text':
    case 'directory':
    case 'source':
    case 'body':
      throw new SysError('EBADF');
    case 'listener':
      throw new SysError('ENOTCONN');
    default:
      return file satisfies never;
  }
}

function writeRegular(kernel: Kernel, file: RegularFile, bytes: Bytes): number {
  if (!file.write) throw new SysError('EBADF');
  const { fs } = file.place.mount;
  const inode = ownFile(kernel, fs, file.place.inode);
  const size = contentSize(inode.content);
  const position = file.append ? size : file.position;
  const growth = Math.max(0, position + bytes.length - size);
  changeContent(kernel, fs, inode, growth, (content) => {
    if (position === size) appendContent(content, bytes);
    else writeContent(content, position, bytes);
  });
  file.position = position + bytes.length;
  return bytes.length;
}

/** Whether a read would answer at once: with bytes, the end, or an error. */
export function isReadable(kernel: Kernel, process: Process, file: OpenFile): boolean {
  switch (file.kind) {
    case 'pipe':
      return pipeIsReadable(file.pipe);
    case 'tty':
      return ttyIsReadable(file.tty);
    case 'source':
      return sourceIsReadable(kernel, file.source);
    case 'stream':
      return endpointIsReadable(file.endpoint);
    case 'listener':
      return file.listener.backlog.length > 0;
    case 'websocket':
      return messageIsReadable(kernel, process.id, file.socket);
    case 'body':
      return bodyIsReadable(kernel, process.id, file.body);
    default:
      return true;
  }
}

/** `sys.fstat`: of what lies nowhere, the kind is all that is known. */
export function statFile(kernel: Kernel, process: Process, file: OpenFile): FileStat {
  if ('place' in file && file.place !== undefined) return statPlace(kernel, process, file.place);
  const { uid, gid } = process.credentials;
  const type = STAT_TYPES[file.kind] ?? 'fifo';
  const device = 'anon';
  return { type, mode: 0o600, uid, gid, size: 0, modified: kernel.now(), inode: 0, links: 1, device };
}

const STAT_TYPES: Readonly<Record<string, FileType>> = {
  tty: 'device',
  device: 'device',
  stream: 'socket',
  listener: 'socket',
  body: 'socket',
  websocket: 'socket',
};

/** Wakes the process when `isReadable` may have become true. */
export function waitReadable(kernel: Kernel, process: Process, file: OpenFile): void {
  const waiters = waitersOf(file);
  if (waiters !== undefined) {
    if (!waiters.includes(process.id)) waiters.push(process.id);
    return;
  }
  const channel = channelOf(file);
  if (channel !== undefined) waitForChannel(kernel, process.id, channel, 'readable');
}

function waitersOf(file: OpenFile): number[] | undefined {
  switch (file.kind) {
    case 'pipe':
      return file.pipe.waiters;
    case 'tty':
      return file.tty.waiters;
    case 'stream':
      return file.endpoint.incoming.waiters;
    case 'listener':
      return file.listener.waiters;
    case 'body':
      return file.body.kind === 'endpoint' ? file.body.endpoint.incoming.waiters : undefined;
    case 'websocket':
      return file.socket.kind === 'endpoint' ? file.socket.endpoint.incoming.waiters : undefined;
    default:
      return undefined;
  }
}

function channelOf(file: OpenFile): Parameters<typeof waitForChannel>[2] | undefined {
  if (file.kind === 'source') return file.source.channel;
  if (file.kind === 'body' && file.body.kind === 'channel') return file.body.source.channel;
  if (file.kind === 'websocket' && file.socket.kind === 'house') return file.socket.incoming;
  return undefined;
}

/** ESPIPE is none of ours: what has no position takes any. */
export function seekFile(file: OpenFile, position: number): void {
  if (file.kind !== 'file' && file.kind !== 'text') throw new SysError('EINVAL');
  if (position < 0) throw new SysError('EINVAL');
  file.position = position;
}
