// `dd`: copies blocks.

import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type Fd, SysError } from '../../sys.ts';
import { concat } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { humanSize, parseSize } from '../kit/sizes.ts';

const DD: CommandSpec = { usage: '[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]', inOrder: true };

const NAMES = new Set([
  'if',
  'of',
  'bs',
  'ibs',
  'obs',
  'count',
  'skip',
  'seek',
  'conv',
  'status',
  'iflag',
  'oflag',
  'cbs',
]);

interface Progress {
  full: number;
  partial: number;
  outFull: number;
  outPartial: number;
  bytes: number;
}

export const dd = command(DD, function* (context) {
  const options = new Map<string, string>();
  for (const arg of context.args) {
    const at = arg.indexOf('=');
    const name = at < 0 ? arg : arg.slice(0, at);
    if (!NAMES.has(name)) throw new UsageProblem(context.flavour === 'gnu' ? `unrecognized operand '${arg}'` : '');
    options.set(name, arg.slice(at + 1));
  }
  return yield* copy(context, options);
});

function sizeOption(context: Context, options: ReadonlyMap<string, string>, name: string, otherwise: number): number {
  const text = options.get(name);
  if (text === undefined) return otherwise;
  const size = text.split('x').reduce<number | undefined>((product, part) => {
    const each = parseSize(part);
    return product === undefined || each === undefined ? undefined : product * each;
  }, 1);
  if (size === undefined)
    throw new UsageProblem(context.flavour === 'gnu' ? `invalid number: '${text}'` : `invalid number '${text}'`, false);
  return size;
}

/** So much is copied at a time, however small the blocks are. */
const CHUNK = 65_536;

function* copy(context: Context, options: ReadonlyMap<string, string>): Blocking<number> {
  const { sys } = context;
  const bs = sizeOption(context, options, 'bs', 0);
  const ibs = bs || sizeOption(context, options, 'ibs', 512);
  const obs = bs || sizeOption(context, options, 'obs', 512);
  const count = options.has('count') ? sizeOption(context, options, 'count', 0) : Number.POSITIVE_INFINITY;
  const conv = (options.get('conv') ?? '').split(',');
  const progress: Progress = { full: 0, partial: 0, outFull: 0, outPartial: 0, bytes: 0 };
  const began = sys.now();
  const input = yield* open(context, options.get('if'), false, conv);
  if (input === undefined) return 1;
  const output = yield* open(context, options.get('of'), true, conv);
  if (output === undefined) return 1;
  yield* skipBlocks(context, input, sizeOption(context, options, 'skip', 0) * ibs);
  const seek = sizeOption(context, options, 'seek', 0) * obs;
  if (seek > 0) {
    sys.seek(output, seek);
    if (!conv.includes('notrunc') && options.has('of')) sys.truncate(options.get('of') ?? '', seek);
  }
  let status = 0;
  try {
    yield* pump(context, { input, output, ibs, obs, left: count * ibs, sync: conv.includes('sync') }, progress);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EPIPE') throw error;
    const of = options.get('of');
    context.complain(
      context.flavour === 'gnu'
        ? `error writing '${of ?? 'standard output'}': ${errorText(error.code)}`
        : `error writing '${of ?? 'standard output'}': ${errorText(error.code)}`,
    );
    status = 1;
  }
  if (options.get('status') !== 'none')
    report(context, progress, sys.now() - began, options.get('status') === 'noxfer');
  return status;
}

function* open(
  context: Context,
  path: string | undefined,
  writes: boolean,
  conv: readonly string[],
): Blocking<Fd | undefined> {
  if (path === undefined) return writes ? 1 : 0;
  const truncate = !conv.includes('notrunc');
  try {
    return yield* context.sys.open(
      path,
      writes ? { write: true, create: true, truncate, exclusive: conv.includes('excl') } : { read: true },
    );
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `failed to open '${path}': ${why}` : `can't open '${path}': ${why}`);
    return undefined;
  }
}

function* skipBlocks(context: Context, fd: Fd, bytes: number): Blocking<void> {
  for (let left = bytes; left > 0; ) {
    const chunk = yield* context.sys.read(fd, Math.min(left, CHUNK));
    if (chunk.length === 0) return;
    left -= chunk.length;
  }
}

interface Pump {
  readonly input: Fd;
  readonly output: Fd;
  readonly ibs: number;
  readonly obs: number;
  readonly left: number;
  readonly sync: boolean;
}

/** Copies in chunks, and counts what would have been blocks. */
function* pump(
  context: Context,
  { input, output, ibs, obs, left: total, sync }: Pump,
  progress: Progress,
): Blocking<void> {
  const { sys } = context;
  const size = Math.max(ibs, Math.floor(CHUNK / ibs) * ibs);
  for (let left = total; left > 0; ) {
    const chunk = yield* fill(context, input, Math.min(left, size), ibs);
    if (chunk.length === 0) return;
    left -= chunk.length;
    progress.full += Math.floor(chunk.length / ibs);
    if (chunk.length % ibs !== 0) progress.partial++;
    const data = sync && chunk.length % ibs !== 0 ? concat([chunk, new Uint8Array(ibs - (chunk.length % ibs))]) : chunk;
    yield* sys.write(output, data);
    yield* sys.spend(Math.ceil(data.length / 65_536));
    progress.bytes += data.length;
    progress.outFull += Math.floor(data.length / obs);
    if (data.length % obs !== 0) progress.outPartial++;
  }
}

/** A whole number of blocks where a file gives them; from a pipe, what there is. */
function* fill(context: Context, fd: Fd, wanted: number, block: number): Blocking<Bytes> {
  const chunks: Bytes[] = [];
  let size = 0;
  while (size < wanted) {
    const chunk = yield* context.sys.read(fd, wanted - size);
    if (chunk.length === 0) break;
    chunks.push(chunk);
    size += chunk.length;
    if (size % block === 0) break;
  }
  return concat(chunks);
}

function report(
  context: Context,
  { full, partial, outFull, outPartial, bytes }: Progress,
  took: number,
  short: boolean,
): void {
  context.warn(`${full}+${partial} records in\n${outFull}+${outPartial} records out\n`);
  if (short) return;
  const seconds = Math.max(took / 1000, 0.000001);
  const rate = bytes / seconds;
  if (context.flavour === 'busybox') {
    context.warn(
      `${bytes} bytes (${humanSize(bytes)}B) copied, ${seconds.toFixed(6)} seconds, ${humanSize(Math.round(rate))}B/s\n`,
    );
    return;
  }
  const human = bytes < 1000 ? '' : ` (${decimalSize(bytes)}, ${binarySize(bytes)})`;
  context.warn(`${bytes} bytes${human} copied, ${Number(seconds.toPrecision(6))} s, ${decimalSize(rate)}/s\n`);
}

function decimalSize(bytes: number): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
}

function binarySize(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
}

function scaled(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
