// How full disks are, and where they are mounted: `df`, `du`, `mount`, `umount`.

import { errorText } from '../../errors.ts';
import { type Blocking, type FileSystemStat, SysError } from '../../sys.ts';
import { diskBlocks } from '../files/list.ts';
import { attempt, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { tryTextFile } from '../kit/input.ts';
import { humanSize, humanSizeUp } from '../kit/sizes.ts';

const DF: CommandSpec = {
  usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...',
  flags:
    'P|portability k m h|human-readable H|si T|print-type a|all i|inodes B|block-size= t|type= x|exclude-type= l|local total',
};

export const df = command(DF, function* (context) {
  const { sys } = context;
  const found: FileSystemStat[] = [];
  const paths =
    context.args.length > 0 ? context.args : mountPoints((yield* tryTextFile(sys, '/proc/mounts')) ?? '/ / rw');
  for (const path of paths) {
    try {
      const fs = sys.statfs(path);
      const counts = context.args.length > 0 || context.flags.has('a') || fs.size > 0;
      if (
        counts &&
        (context.args.length > 0 || !found.some((each) => each.target === fs.target)) &&
        isWanted(context, fs)
      )
        found.push(fs);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (context.args.length === 0) continue;
      context.complain(
        context.flavour === 'gnu' ? `${path}: ${errorText(error.code)}` : `${path}: can't find mount point`,
      );
      context.status = 1;
    }
  }
  context.print(dfTable(context, found));
  return undefined;
});

function isWanted({ flags }: Context, { type }: FileSystemStat): boolean {
  return (!flags.has('t') || flags.values('t').includes(type)) && !flags.values('x').includes(type);
}

function mountPoints(mounts: string): string[] {
  return mounts
    .split('\n')
    .map((each) => each.split(' ')[1] ?? '')
    .filter((path) => path !== '');
}

function dfTable(context: Context, found: readonly FileSystemStat[]): string {
  const { flags, flavour } = context;
  const human = flags.has('h') || flags.has('H');
  const unit = flags.has('m')
    ? 1024 ** 2
    : Number(flags.value('B')?.replace(/[KM]$/, '') ?? 1024) *
      (flags.value('B')?.endsWith('M') ? 1024 ** 2 : flags.value('B')?.endsWith('K') ? 1024 : 1);
  const size = (bytes: number): string =>
    human ? (flavour === 'gnu' ? humanSizeUp(bytes) : humanSize(bytes)) : String(Math.ceil(bytes / unit));
  const inodes = flags.has('i');
  const sizes = human ? 'Size' : flags.has('P') ? '1024-blocks' : flags.has('m') ? '1M-blocks' : '1K-blocks';
  const titles = [
    'Filesystem',
    ...(flags.has('T') ? ['Type'] : []),
    ...(inodes
      ? ['Inodes', flavour === 'gnu' ? 'IUsed' : 'Used', flavour === 'gnu' ? 'IFree' : 'Available']
      : [sizes, 'Used', human && flavour === 'gnu' ? 'Avail' : 'Available']),
    inodes && flavour === 'gnu' ? 'IUse%' : flags.has('P') ? 'Capacity' : 'Use%',
    'Mounted on',
  ];
  const rows = found.map((fs) => {
    const [total, left] = inodes ? [fs.inodes, fs.freeInodes] : [fs.size, fs.free];
    const used = total - left;
    const figures = inodes ? [String(total), String(used), String(left)] : [size(total), size(used), size(left)];
    const percent = total === 0 ? '-' : `${Math.ceil((used / total) * 100)}%`;
    return [
      fs.source,
      ...(flags.has('T') ? [fs.type] : []),
      ...figures,
      flavour === 'busybox' && total === 0 ? '0%' : percent,
      fs.target,
    ];
  });
  return flavour === 'gnu'
    ? gnuTable([titles, ...rows], flags.has('T') ? 2 : 1)
    : busyboxDf([titles, ...rows], flags.has('T'));
}

function gnuTable(rows: readonly (readonly string[])[], leftColumns: number): string {
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0), i === 0 ? 14 : i < leftColumns ? 0 : 5),
  );
  return rows
    .map(
      (row) =>
        `${row.map((cell, i) => (i === last ? cell : i < leftColumns ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' ')}\n`,
    )
    .join('');
}

/** busybox's title line has a layout of its own. */
function busyboxDf(rows: readonly (readonly string[])[], typed: boolean): string {
  return rows
    .map((row, n) => {
      const [source = '', ...rest] = row;
      const type = typed ? ` ${(rest.shift() ?? '').padEnd(10)}` : '';
      const [total = '', used = '', left = '', percent = '', target = ''] = rest;
      const name = source.length > 20 ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
      const first = n === 0 && !typed ? total.padStart(9).padEnd(9) : total.padStart(9);
      return `${name}${type} ${first} ${used.padStart(9)} ${left.padStart(9)} ${percent.padStart(4)} ${target}\n`;
    })
    .join('');
}

const DU: CommandSpec = {
  usage: '[-aHLdclsxhmk] [FILE]...',
  flags: 'a|all H L d|max-depth= c|total l s|summarize x h|human-readable m k b|bytes S 0 apparent-size exclude=',
};

export const du = command(DU, function* (context) {
  let total = 0;
  for (const path of context.args.length === 0 ? ['.'] : context.args) {
    if (statOrNothing(context.sys, path, false) === undefined) {
      const why = errorText('ENOENT');
      context.complain(context.flavour === 'gnu' ? `cannot access '${path}': ${why}` : `${path}: ${why}`);
      context.status = 1;
    } else total += yield* usage(context, path, 0);
  }
  if (context.flags.has('c')) context.print(duLine(context, total, 'total'));
  return undefined;
});

/** 1K blocks of a file or of a tree, told on the way. */
function* usage(context: Context, path: string, depth: number): Blocking<number> {
  const { flags, sys } = context;
  const stat = statOrNothing(sys, path, false);
  if (stat === undefined) return 0;
  let blocks = flags.has('b') || flags.has('apparent-size') ? stat.size / 1024 : diskBlocks(stat);
  if (stat.type === 'directory') {
    const names =
      attempt(
        context,
        (why) =>
          context.flavour === 'gnu' ? `cannot read directory '${path}': ${why}` : `can't open '${path}': ${why}`,
        () => sys.readdir(path),
      ) ?? [];
    yield* sys.spend(1);
    for (const name of names) blocks += yield* usage(context, join(path, name), depth + 1);
  }
  const most = flags.has('s') ? 0 : Number(flags.value('d') ?? Number.POSITIVE_INFINITY);
  const shows = depth === 0 || (depth <= most && (stat.type === 'directory' || flags.has('a')));
  if (shows) context.print(duLine(context, blocks, path));
  yield* context.flush(false);
  return blocks;
}

function duLine({ flags, flavour }: Context, blocks: number, path: string): string {
  const bytes = blocks * 1024;
  if (flags.has('h')) return `${flavour === 'gnu' ? humanSizeUp(bytes) : humanSize(bytes)}\t${path}\n`;
  if (flags.has('b')) return `${bytes}\t${path}\n`;
  return `${flags.has('m') ? Math.ceil(blocks / 1024) : blocks}\t${path}\n`;
}

export const mount = command(
  { usage: '[OPTIONS] [-o OPT] DEVICE NODE', flags: 'a f i n o|options= O= r t|types= v w bind' },
  function* (context) {
    if (context.args.length > 0 || context.flags.has('a')) {
      context.complain(
        context.flavour === 'gnu'
          ? `${context.args.at(-1) ?? '/'}: must be superuser to use mount.`
          : `permission denied (are you root?)`,
      );
      return context.flavour === 'gnu' ? 32 : 1;
    }
    for (const row of ((yield* tryTextFile(context.sys, '/proc/mounts')) ?? '').split('\n')) {
      const [source, target, type, options] = row.split(' ');
      if (options === undefined || (context.flags.has('t') && context.flags.value('t') !== type)) continue;
      context.print(`${source} on ${target} type ${type} (${options})\n`);
    }
    return undefined;
  },
);

export const umount = command(
  { usage: '[-rlfda] FILESYSTEM|DIRECTORY', flags: 'r l f d a t=', arguments: [1, Number.POSITIVE_INFINITY] },
  function* (context) {
    for (const path of context.args)
      context.complain(
        context.flavour === 'gnu'
          ? `${path}: must be superuser to unmount.`
          : `can't unmount ${path}: ${errorText('EPERM')}`,
      );
    return context.flavour === 'gnu' ? 32 : 1;
  },
);
