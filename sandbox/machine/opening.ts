// Opening a path: what is there decides what a descriptor will stand for.

import { bytesOf, NO_BYTES } from './bytes.ts';
import { PENDING, type Pending } from './calls.ts';
import { addWaiter, type Kernel } from './context.ts';
import { addDescriptor, closeDescriptor } from './descriptors.ts';
import { freeName, newInode, truncatePlace } from './files/calls.ts';
import { contentOf } from './files/content.ts';
import { addInode, inodeOf, openInode, ownInode } from './files/filesystem.ts';
import type { DeviceName } from './files/inode.ts';
import type { Place } from './files/mount.ts';
import type { OpenFile } from './files/open.ts';
import { type Found, findPath } from './files/paths.ts';
import { mayAccess, READ, WRITE } from './files/permissions.ts';
import { look, virtualTreeOf } from './files/tree.ts';
import type { Process } from './state.ts';
import { joinPipe, newPipe } from './streams/pipe.ts';
import { type Fd, type OpenFlags, SysError } from './sys.ts';

/**
 * Opens a path and gives it a descriptor. A fifo is pending until its other end is open too; its descriptor is there by
 * then, and has to be handed in again.
 */
function openPath(
  kernel: Kernel,
  process: Process,
  path: string,
  flags: OpenFlags,
  opened: Fd | undefined,
): { readonly fd: Fd; readonly ready: boolean } {
  if (opened !== undefined) return { fd: opened, ready: fifoIsComplete(process, opened) };
  const file = openFound(kernel, process, path, flags);
  const fd = addDescriptor(kernel, process, file);
  if (file.kind === 'pipe' && file.place !== undefined) joinPipe(kernel, file.pipe, file.end);
  return { fd, ready: fifoIsComplete(process, fd) };
}

function openFound(kernel: Kernel, process: Process, path: string, flags: OpenFlags): OpenFile {
  const found = findPath(kernel, process, path, { follow: flags.exclusive !== true });
  if (found.open !== undefined) return reopen(kernel, process, found.open, flags);
  const { place } = found;
  if (place === undefined) return createFile(kernel, process, path, found, flags);
  if (flags.create === true && flags.exclusive === true) throw new SysError('EEXIST');
  return openPlace(kernel, process, path, place, flags);
}

/** A path such as /dev/stdout or /proc/1/fd/1: the very same open file, or the same place opened anew. */
function reopen(kernel: Kernel, process: Process, open: OpenFile, flags: OpenFlags): OpenFile {
  if (open.kind === 'file' || open.kind === 'text') return openPlace(kernel, process, open.path, open.place, flags);
  if (open.kind === 'stream' || open.kind === 'listener') throw new SysError('ENXIO');
  return open;
}

function createFile(kernel: Kernel, process: Process, path: string, found: Found, flags: OpenFlags): OpenFile {
  if (flags.create !== true) throw new SysError('ENOENT');
  const folder = freeName(kernel, process, found);
  const common = newInode(kernel, process, folder, flags.mode ?? 0o666);
  const inode = { type: 'file', ...common, content: contentOf(NO_BYTES) } as const;
  const number = addInode(kernel, folder.mount.fs, folder.inode, found.name, inode);
  return regularFile(path, { mount: folder.mount, inode: number }, flags);
}

function openPlace(kernel: Kernel, process: Process, path: string, place: Place, flags: OpenFlags): OpenFile {
  const { fs, readOnly } = place.mount;
  const inode = look(kernel, process, place);
  const writes = flags.write === true || flags.append === true;
  if (inode.type === 'directory') {
    if (writes || flags.create === true) throw new SysError('EISDIR');
    return { kind: 'directory', refs: 0, place, path };
  }
  if (inode.type === 'symlink') throw new SysError('ELOOP');
  if (writes && readOnly && inode.type === 'file') throw new SysError('EROFS');
  const want = (flags.read === true ? READ : 0) | (writes ? WRITE : 0);
  if (!mayAccess(process.credentials, inode, want)) throw new SysError('EACCES');
  const tree = virtualTreeOf(fs);
  if (tree !== undefined) {
    const node = tree.node(kernel, process, fs, place.inode);
    if (node?.kind !== 'text' || writes) throw new SysError('EACCES');
    return { kind: 'text', refs: 0, place, path, bytes: bytesOf(node.text()), position: 0 };
  }
  return openStored(kernel, process, path, place, flags);
}

function openStored(kernel: Kernel, process: Process, path: string, place: Place, flags: OpenFlags): OpenFile {
  const inode = inodeOf(kernel, place.mount.fs, place.inode);
  switch (inode.type) {
    case 'fifo':
      return openFifo(kernel, place, flags);
    case 'device':
      return openDevice(process, inode.device, place);
    case 'socket':
      throw new SysError('ENXIO');
    default:
      if (flags.truncate === true && flags.write === true) truncatePlace(kernel, place, 0);
      return regularFile(path, place, flags);
  }
}

function regularFile(path: string, place: Place, flags: OpenFlags): OpenFile {
  openInode(place.mount.fs, place.inode);
  const write = flags.write === true || flags.append === true;
  const append = flags.append === true;
  return { kind: 'file', refs: 0, place, path, position: 0, read: flags.read === true, write, append };
}

function openDevice(process: Process, device: DeviceName, place: Place): OpenFile {
  if (device !== 'tty' && device !== 'console') return { kind: 'device', refs: 0, device, place };
  if (process.tty === undefined) throw new SysError('ENXIO');
  return { kind: 'tty', refs: 0, tty: process.tty };
}

function openFifo(kernel: Kernel, place: Place, flags: OpenFlags): OpenFile {
  const { fs } = place.mount;
  const inode = ownInode(kernel, fs, place.inode);
  if (inode.type !== 'fifo') throw new SysError('ENXIO');
  inode.pipe ??= newPipe(kernel);
  openInode(fs, place.inode);
  const { pipe } = inode;
  const end = flags.read === true ? 'read' : 'write';
  return { kind: 'pipe', refs: 0, pipe, end, place, met: pipe.opened[end === 'read' ? 'write' : 'read'] };
}

function fifoIsComplete(process: Process, fd: Fd): boolean {
  const file = process.fds.get(fd);
  if (file?.kind !== 'pipe' || file.place === undefined) return true;
  const { pipe, end, met } = file;
  const others = end === 'read' ? pipe.writers : pipe.readers;
  if (others > 0 || pipe.opened[end === 'read' ? 'write' : 'read'] > met) return true;
  addWaiter(pipe.waiters, process.id);
  return false;
}

/** A signal came while a fifo waited for its other end. */
export function abandonOpen(kernel: Kernel, process: Process, opened: Fd | undefined): void {
  if (opened !== undefined && process.fds.has(opened)) closeDescriptor(kernel, process, opened);
}

/** For the table of calls: the descriptor, or pending. */
export function openCall(
  kernel: Kernel,
  process: Process,
  call: { readonly path: string; readonly flags: OpenFlags; opened: Fd | undefined },
): Fd | Pending {
  const { fd, ready } = openPath(kernel, process, call.path, call.flags, call.opened);
  call.opened = ready ? undefined : fd;
  return ready ? fd : PENDING;
}
