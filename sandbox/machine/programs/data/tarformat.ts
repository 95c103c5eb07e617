// tar archives: blocks of 512 bytes, as POSIX (ustar) writes them, with GNU's and pax's long names read.

import type { Bytes } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'fifo' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly linkName: string;
  readonly userName: string;
  readonly groupName: string;
}

const BLOCK = 512;
const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};
const LETTERS = { file: '0', link: '1', symlink: '2', directory: '5', fifo: '6', other: '0' } as const;

/** The header (with a GNU long-name block before it where the name needs one). */
export function tarHeader(entry: TarEntry): Bytes {
  const name = encode(entry.name);
  const link = encode(entry.linkName);
  const before: Bytes[] = [];
  if (link.length > 100) before.push(longBlock('K', link));
  if (name.length > 100) before.push(longBlock('L', name));
  return concat([...before, header(entry, LETTERS[entry.type], name, link)]);
}

function longBlock(type: string, text: Bytes): Bytes {
  const size = text.length + 1;
  const entry: TarEntry = {
    name: '././@LongLink',
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    size,
    modified: 0,
    linkName: '',
    userName: 'root',
    groupName: 'root',
  };
  return concat([header(entry, type, encode(entry.name), new Uint8Array(0)), text, new Uint8Array(1), padding(size)]);
}

function header(entry: TarEntry, type: string, name: Bytes, link: Bytes): Bytes {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, bytes: Bytes, size: number): void => block.set(bytes.subarray(0, size), at);
  const octal = (at: number, value: number, size: number): void =>
    put(at, encode(value.toString(8).padStart(size - 1, '0')), size);
  put(0, name, 100);
  octal(100, entry.mode & 0o7777, 8);
  octal(108, entry.uid, 8);
  octal(116, entry.gid, 8);
  octal(124, entry.size, 12);
  octal(136, Math.max(0, entry.modified), 12);
  put(156, encode(type), 1);
  put(157, link, 100);
  put(257, encode('ustar  '), 8);
  put(265, encode(entry.userName), 31);
  put(297, encode(entry.groupName), 31);
  put(148, encode('        '), 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, encode(`${sum.toString(8).padStart(6, '0')}\0 `), 8);
  return block;
}

/** What fills the last block of so many bytes. */
export function padding(size: number): Bytes {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** The two empty blocks at the end, filled up to a record of twenty. */
export function tarEnd(written: number): Bytes {
  const record = BLOCK * 20;
  const size = BLOCK * 2;
  return new Uint8Array(size + ((record - ((written + size) % record)) % record));
}

export interface TarReader {
  /** The next entry with where its data begin; undefined at the end. `broken`: it isn't an archive. */
  readonly next: () => { readonly entry: TarEntry; readonly data: Bytes } | 'broken' | undefined;
}

export function readTar(bytes: Bytes): TarReader {
  let at = 0;
  let longName: string | undefined;
  let longLink: string | undefined;
  const next: TarReader['next'] = () => {
    for (;;) {
      const block = bytes.subarray(at, at + BLOCK);
      if (block.length === 0 || block.every((byte) => byte === 0)) return undefined;
      if (block.length < BLOCK || !checksumHolds(block)) return 'broken';
      const size = number(block, 124, 12);
      const type = String.fromCharCode(block[156] ?? 0);
      const data = bytes.subarray(at + BLOCK, at + BLOCK + size);
      if (data.length < size) return 'broken';
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
      if (type === 'L') longName = decode(data).replace(/\0.*$/s, '');
      else if (type === 'K') longLink = decode(data).replace(/\0.*$/s, '');
      else if (type === 'x') {
        longName = paxField(decode(data), 'path') ?? longName;
        longLink = paxField(decode(data), 'linkpath') ?? longLink;
      } else if (type !== 'g') {
        const entry = entryOf(block, type, size, longName, longLink);
        longName = undefined;
        longLink = undefined;
        return { entry, data };
      }
    }
  };
  return { next };
}

function paxField(text: string, name: string): string | undefined {
  for (const line of text.split('\n')) {
    const found = /^\d+ ([^=]+)=(.*)$/s.exec(line);
    if (found?.[1] === name) return found[2];
  }
  return undefined;
}

function string(block: Bytes, at: number, size: number): string {
  return decode(block.subarray(at, at + size)).replace(/\0.*$/s, '');
}

function number(block: Bytes, at: number, size: number): number {
  return Number.parseInt(string(block, at, size).trim() || '0', 8) || 0;
}

function checksumHolds(block: Bytes): boolean {
  let sum = 0;
  block.forEach((byte, i) => {
    sum += i >= 148 && i < 156 ? 32 : byte;
  });
  return sum === number(block, 148, 8);
}

function entryOf(
  block: Bytes,
  type: string,
  size: number,
  longName: string | undefined,
  longLink: string | undefined,
): TarEntry {
  const magic = string(block, 257, 6);
  const prefix = magic === 'ustar' ? string(block, 345, 155) : '';
  const short = string(block, 0, 100);
  const name = longName ?? (prefix === '' ? short : `${prefix}/${short}`);
  return {
    name,
    type: name.endsWith('/') && (type === '0' || type === '\0') ? 'directory' : (TYPES[type] ?? 'other'),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size,
    modified: number(block, 136, 12),
    linkName: longLink ?? string(block, 157, 100),
    userName: string(block, 265, 32),
    groupName: string(block, 297, 32),
  };
}
