// Checksums: `md5sum`, `sha1sum`, `sha256sum`, `sha512sum`, `cksum`, `sum`, `crc32`.

import { createHash } from 'node:crypto';
import type { Blocking, Bytes } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readInput, splitLines } from '../kit/input.ts';

const SUM: CommandSpec = {
  usage: '[-c[sw]] [FILE]...',
  flags: 'c|check s|status w|warn b|binary t|text quiet strict tag z',
};

function hashing(algorithm: string) {
  return command(SUM, function* (context) {
    const { flags } = context;
    const paths = context.args.length === 0 ? ['-'] : context.args;
    for (const path of paths) {
      if (flags.has('c')) yield* check(context, path, algorithm);
      else {
        const bytes = yield* readInput(context, path, 'quoted');
        if (bytes === undefined) continue;
        const sum = hash(algorithm, bytes);
        context.print(flags.has('tag') ? `${algorithm.toUpperCase()} (${path}) = ${sum}\n` : `${sum}  ${path}\n`);
      }
    }
    return undefined;
  });
}

export function hash(algorithm: string, bytes: Bytes): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

function* check(context: Context, path: string, algorithm: string): Blocking<void> {
  const { flags } = context;
  const list = yield* readInput(context, path, 'quoted');
  if (list === undefined) return;
  let failed = 0;
  let missing = 0;
  let count = 0;
  for (const line of splitLines(decode(list))) {
    const found = /^([0-9a-fA-F]+) [ *](.+)$/.exec(line);
    if (found === null) continue;
    count++;
    const [, sum = '', name = ''] = found;
    const bytes = yield* readInput(context, name, 'quoted');
    if (bytes === undefined) missing++;
    const good = bytes !== undefined && hash(algorithm, bytes) === sum.toLowerCase();
    if (!good && bytes !== undefined) failed++;
    const words = good
      ? 'OK'
      : bytes === undefined
        ? context.flavour === 'gnu'
          ? 'FAILED open or read'
          : 'FAILED'
        : 'FAILED';
    if (!flags.has('s') && !(good && flags.has('quiet'))) context.print(`${name}: ${words}\n`);
  }
  if (failed + missing > 0) {
    context.status = 1;
    if (!flags.has('s')) warn(context, failed, missing, count);
  }
}

function warn(context: Context, failed: number, missing: number, count: number): void {
  if (context.flavour === 'busybox') {
    context.complain(`WARNING: ${failed + missing} of ${count} computed checksums did NOT match`);
    return;
  }
  if (missing > 0) context.complain(`WARNING: ${missing} listed file${missing === 1 ? '' : 's'} could not be read`);
  if (failed > 0) context.complain(`WARNING: ${failed} computed checksum${failed === 1 ? '' : 's'} did NOT match`);
}

export const md5sum = hashing('md5');
export const sha1sum = hashing('sha1');
export const sha224sum = hashing('sha224');
export const sha256sum = hashing('sha256');
export const sha384sum = hashing('sha384');
export const sha512sum = hashing('sha512');

/** POSIX's CRC: most significant bit first, the length at the end. */
function posixCrc(bytes: Bytes): number {
  let crc = 0;
  const feed = (byte: number): void => {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  };
  for (const byte of bytes) feed(byte);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) feed(length & 255);
  return ~crc >>> 0;
}

export const cksum = command({ usage: 'FILE...' }, function* (context) {
  for (const path of context.args.length === 0 ? ['-'] : context.args) {
    const bytes = yield* readInput(context, path, 'quoted');
    if (bytes !== undefined)
      context.print(
        `${posixCrc(bytes)} ${bytes.length}${path === '-' && context.args.length === 0 ? '' : ` ${path}`}\n`,
      );
  }
  return undefined;
});

export const sum = command({ usage: '[-rs] [FILE]...', flags: 'r s' }, function* (context) {
  for (const path of context.args.length === 0 ? ['-'] : context.args) {
    const bytes = yield* readInput(context, path, 'quoted');
    if (bytes === undefined) continue;
    let checksum = 0;
    for (const byte of bytes) checksum = (((checksum >> 1) | ((checksum & 1) << 15)) + byte) & 0xffff;
    const name = context.args.length > 1 || (context.args.length > 0 && context.flavour === 'gnu') ? ` ${path}` : '';
    context.print(
      `${String(checksum).padStart(5, '0')} ${String(Math.ceil(bytes.length / 1024)).padStart(5)}${name}\n`,
    );
  }
  return undefined;
});

/** The CRC of zip and gzip. */
function zipCrc(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

export const crc32 = command({ usage: '[FILE]...' }, function* (context) {
  for (const path of context.args.length === 0 ? ['-'] : context.args) {
    const bytes = yield* readInput(context, path, 'quoted');
    if (bytes !== undefined)
      context.print(`${zipCrc(bytes).toString(16).padStart(8, '0')}${path === '-' ? '' : ` ${path}`}\n`);
  }
  return undefined;
});
