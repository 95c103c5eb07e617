// `gzip`, `gunzip`, `zcat`: files compressed with deflate.

import { gunzipSync, gzipSync } from 'node:zlib';
import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, SysError } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readAll, readFile, writeFile } from '../kit/input.ts';

const GZIP: CommandSpec = {
  usage: '[-cfkdt] [FILE]...',
  flags:
    'c|stdout|to-stdout f|force k|keep d|decompress|uncompress t|test 1|fast 2 3 4 5 6 7 8 9|best n|no-name q|quiet r|recursive v|verbose N',
  refused: 'l|list',
};

/** What comes out may be so much larger than what went in, and no larger. */
const UNPACKED_MAX = 256 * 1024 * 1024;

export function gzipBytes(bytes: Bytes, level = 6): Bytes {
  return new Uint8Array(gzipSync(bytes, { level }));
}

/** Undefined when it isn't gzip, or is damaged. */
export function gunzipBytes(bytes: Bytes): Bytes | undefined {
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: UNPACKED_MAX }));
  } catch {
    return undefined;
  }
}

export function isGzip(bytes: Bytes): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export const gzip = command(GZIP, function* (context) {
  const unpacks =
    context.flags.has('d') ||
    context.flags.has('t') ||
    context.name === 'gunzip' ||
    context.name === 'zcat' ||
    context.name === 'uncompress';
  const level = Number(['1', '2', '3', '4', '5', '6', '7', '8', '9'].find((digit) => context.flags.has(digit)) ?? 6);
  if (context.args.length === 0 || (context.args.length === 1 && context.args[0] === '-')) {
    const bytes = yield* readAll(context.sys, 0);
    const result = unpacks ? gunzipBytes(bytes) : gzipBytes(bytes, level);
    if (result === undefined) return damaged(context, 'stdin');
    yield* context.sys.spend(Math.ceil(bytes.length / 2048));
    if (!context.flags.has('t')) context.print(result);
    return undefined;
  }
  for (const path of context.args) yield* one(context, path, unpacks, level);
  return undefined;
});

function damaged(context: Context, path: string): number {
  context.complain(context.flavour === 'gnu' ? `${path}: not in gzip format` : 'invalid magic');
  context.status = 1;
  return 1;
}

function* one(context: Context, path: string, unpacks: boolean, level: number): Blocking<void> {
  const { flags, sys } = context;
  const toStdout = flags.has('c') || context.name === 'zcat';
  const known = /\.(?:gz|tgz|Z)$/.test(path);
  const source =
    unpacks && !known && statOrNothing(sys, path) === undefined && statOrNothing(sys, `${path}.gz`) !== undefined
      ? `${path}.gz`
      : path;
  let bytes: Bytes;
  try {
    bytes = yield* readFile(sys, source);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(
      `${path}: ${error.code === 'EISDIR' ? (context.flavour === 'gnu' ? 'is a directory -- ignored' : errorText(error.code)) : errorText(error.code)}`,
    );
    context.status = 1;
    return;
  }
  if (unpacks && !toStdout && !/\.(?:gz|tgz)$/.test(source)) {
    context.complain(`${path}: unknown suffix -${context.flavour === 'gnu' ? '-' : ''} ignored`);
    context.status = context.flavour === 'gnu' ? 2 : 1;
    return;
  }
  const result = unpacks ? gunzipBytes(bytes) : gzipBytes(bytes, level);
  if (result === undefined) {
    damaged(context, path);
    return;
  }
  yield* sys.spend(Math.ceil(bytes.length / 2048));
  if (flags.has('t')) return;
  if (toStdout) {
    context.print(result);
    return;
  }
  const target = unpacks ? source.replace(/\.tgz$/, '.tar').replace(/\.gz$/, '') : `${path}.gz`;
  const stat = sys.stat(source);
  if (statOrNothing(sys, target) !== undefined && !flags.has('f')) {
    context.complain(
      context.flavour === 'gnu'
        ? `${target} already exists; not overwritten`
        : `can't open '${target}': ${errorText('EEXIST')}`,
    );
    context.status = context.flavour === 'gnu' ? 2 : 1;
    return;
  }
  yield* writeFile(sys, target, result, stat.mode);
  sys.utimes(target, stat.modified);
  if (!flags.has('k')) sys.unlink(source);
}
