// A container's log: a file on its node, a line of output a line, in the format that the CRI prescribes:
// `2026-01-01T00:00:00.000000000Z stdout F text`. Lines over 16 KiB come in parts (P) with a last one (F).

import type { ChannelId } from '../../time/channel.ts';
import { rfc3339Micro, type TimeMs } from '../../time/units.ts';
import { bytesOf, joinBytes, NO_BYTES, textOf } from '../bytes.ts';
import type { Kernel } from '../context.ts';
import { appendContent, contentOf, contentSize } from '../files/content.ts';
import { addInode, changeContent, closeInode, moveName, openInode, ownFile, removeName } from '../files/filesystem.ts';
import type { Place } from '../files/mount.ts';
import { childOf, namesIn } from '../files/tree.ts';
import { type Bytes, SysError } from '../sys.ts';

export interface ContainerLog {
  /** The folder on the node and the file's name in it: `0.log`. */
  readonly folder: Place;
  readonly name: string;
  /** The inode that is written to. */
  inode: number;
  readonly rest: { stdout: Bytes; stderr: Bytes };
  /** Bytes after which the file is put aside, and how many are kept, the current one included. */
  readonly rotateBytes: number;
  readonly rotateFiles: number;
  /** Who reads on while it is written. */
  readonly followers: LogFollower[];
}

interface LogFollower {
  readonly channel: ChannelId;
  readonly timestamps: boolean;
  readonly stream: 'stdout' | 'stderr' | undefined;
  /** Bytes that it still wants; undefined: all. */
  left: number | undefined;
}

const LINE_MAX = 16_384;
const NEWLINE = 0x0a;

export interface LogOptions {
  readonly rotateBytes?: number;
  readonly rotateFiles?: number;
}

const ROTATE_BYTES = 10 * 1024 * 1024;
const ROTATE_FILES = 5;

/** Begins (or, where the file is there already, goes on with) a log. */
export function openLog(kernel: Kernel, folder: Place, name: string, options: LogOptions): ContainerLog {
  const inode = childOf(kernel, undefined, folder, name) ?? newLogFile(kernel, folder, name);
  openInode(folder.mount.fs, inode);
  return {
    folder,
    name,
    inode,
    rest: { stdout: NO_BYTES, stderr: NO_BYTES },
    rotateBytes: options.rotateBytes ?? ROTATE_BYTES,
    rotateFiles: options.rotateFiles ?? ROTATE_FILES,
    followers: [],
  };
}

function newLogFile(kernel: Kernel, folder: Place, name: string): number {
  return addInode(kernel, folder.mount.fs, folder.inode, name, {
    type: 'file',
    mode: 0o640,
    uid: 0,
    gid: 0,
    modified: kernel.now(),
    links: 1,
    content: contentOf(NO_BYTES),
  });
}

export function writeLog(kernel: Kernel, log: ContainerLog, stream: 'stdout' | 'stderr', bytes: Bytes): void {
  const all = log.rest[stream].length === 0 ? bytes : joinBytes([log.rest[stream], bytes]);
  const { ends, rest } = linesOf(all);
  log.rest[stream] = rest < all.length ? all.subarray(rest) : NO_BYTES;
  if (ends.length > 0) append(kernel, log, stream, formatted(all, ends, `${logTime(kernel.now())} ${stream} `));
}

/** Where the lines of the file end in what is written, and where what isn't ended begins. */
function linesOf(bytes: Bytes): { readonly ends: readonly number[]; readonly rest: number } {
  const ends: number[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    for (; end - start > LINE_MAX; start += LINE_MAX) ends.push(start + LINE_MAX);
    if (newline < 0) break;
    ends.push(newline);
    start = newline + 1;
  }
  return { ends, rest: start };
}

/** Each line with its tags. Programs may print millions of short ones: all are written into one piece. */
function formatted(bytes: Bytes, ends: readonly number[], prefix: string): Bytes {
  const [full, part] = [bytesOf(`${prefix}F `), bytesOf(`${prefix}P `)];
  const isWhole = (end: number): boolean => bytes[end] === NEWLINE;
  const between = ends.slice(0, -1).filter(isWhole).length;
  const out = new Uint8Array((ends[ends.length - 1] ?? 0) - between + ends.length * (full.length + 1));
  let at = 0;
  let start = 0;
  for (const end of ends) {
    at = copied(out, at, isWhole(end) ? full : part, 0, full.length);
    at = copied(out, at, bytes, start, end);
    out[at++] = NEWLINE;
    start = isWhole(end) ? end + 1 : end;
  }
  return out;
}

/** Copies one piece behind another; answers where it ends. For a few bytes a loop is the fastest way. */
function copied(out: Uint8Array, at: number, bytes: Bytes, from: number, to: number): number {
  if (to - from > FEW_BYTES) out.set(bytes.subarray(from, to), at);
  else for (let i = from; i < to; i++) out[at + i - from] = bytes[i] ?? 0;
  return at + to - from;
}

const FEW_BYTES = 64;

/** Writes what came without a newline, as a part, and closes the file. */
export function finishLog(kernel: Kernel, log: ContainerLog): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const rest = log.rest[stream];
    if (rest.length === 0) continue;
    log.rest[stream] = NO_BYTES;
    append(kernel, log, stream, bytesOf(`${logTime(kernel.now())} ${stream} P ${textOf(rest)}\n`));
  }
  for (const { channel } of log.followers.splice(0)) kernel.channels.close(channel);
  closeInode(kernel, log.folder.mount.fs, log.inode);
}

/** A full disk loses lines, as it does for real. */
function append(kernel: Kernel, log: ContainerLog, stream: 'stdout' | 'stderr', bytes: Bytes): void {
  const { fs } = log.folder.mount;
  if (log.followers.length > 0) tellFollowers(kernel, log, stream, bytes);
  try {
    const file = ownFile(kernel, fs, log.inode);
    changeContent(kernel, fs, file, bytes.length, (content) => appendContent(content, bytes));
    if (contentSize(file.content) >= log.rotateBytes) rotate(kernel, log);
  } catch (error) {
    // Nobody is there to be told: the writer of a line doesn't learn what becomes of it.
    if (!(error instanceof SysError)) throw error;
  }
}

function tellFollowers(kernel: Kernel, log: ContainerLog, stream: 'stdout' | 'stderr', bytes: Bytes): void {
  const lines = textOf(bytes).split('\n').slice(0, -1);
  for (const follower of [...log.followers]) {
    if (follower.stream !== undefined && follower.stream !== stream) continue;
    const text = lines.map((line) => followedLine(line, follower.timestamps)).join('');
    const all = bytesOf(text);
    const { left = all.length } = follower;
    const part = all.length > left ? all.subarray(0, left) : all;
    if (follower.left !== undefined) follower.left -= part.length;
    const taken = kernel.channels.write(follower.channel, part, part.length);
    if (taken && follower.left !== 0) continue;
    kernel.channels.close(follower.channel);
    log.followers.splice(log.followers.indexOf(follower), 1);
  }
}

/** A line of the file without what the format adds to it. */
function followedLine(line: string, timestamps: boolean): string {
  const [time = '', , tag] = line.split(' ', 3);
  const text = line.split(' ').slice(3).join(' ');
  return `${timestamps ? `${time} ` : ''}${text}${tag === 'F' ? '\n' : ''}`;
}

/** Moves `0.log` to `0.log.20260101-000000` and begins anew; the oldest beyond the limit go. */
function rotate(kernel: Kernel, log: ContainerLog): void {
  const { fs } = log.folder.mount;
  const folder = log.folder.inode;
  const stamp = logTime(kernel.now()).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  moveName(kernel, fs, { folder, name: log.name }, { folder, name: `${log.name}.${stamp}` });
  const old = rotatedNames(kernel, log);
  for (const name of old.slice(0, Math.max(0, old.length - (log.rotateFiles - 1))))
    removeName(kernel, fs, folder, name);
  closeInode(kernel, fs, log.inode);
  log.inode = newLogFile(kernel, log.folder, log.name);
  openInode(fs, log.inode);
}

/** Names of what has been put aside, oldest first. */
export function rotatedNames(
  kernel: Kernel,
  log: { readonly folder: Place; readonly name: string },
): readonly string[] {
  return namesIn(kernel, undefined, log.folder).filter((name) => name.startsWith(`${log.name}.`));
}

function logTime(time: TimeMs): string {
  return `${rfc3339Micro(time).slice(0, -1)}000Z`;
}
