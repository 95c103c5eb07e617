// `ls`

import { errorText } from '../../errors.ts';
import { type Blocking, type FileStat, SysError } from '../../sys.ts';
import { join } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { modeString } from '../kit/modes.ts';
import { humanSize, humanSizeUp } from '../kit/sizes.ts';
import { strftime, zoneOf } from '../kit/strftime.ts';
import { type Accounts, groupName, readAccounts, userName } from '../kit/users.ts';

const LS: CommandSpec = {
  usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  flags:
    '1 a|all A|almost-all C x d|directory L|dereference H R|recursive F|classify p l i|inode n|numeric-uid-gid s|size h|human-readable r|reverse S X v t c u U k o g w|width= color? full-time Q|quote-name m N time-style= group-directories-first G|no-group --file-type',
  refused: 'Z|context',
};

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
  readonly link: string | undefined;
}

interface Style {
  readonly context: Context;
  readonly long: boolean;
  readonly accounts: Accounts;
  readonly width: number;
}

export const ls = command(LS, function* (context) {
  const { flags } = context;
  const long = ['l', 'n', 'o', 'g', 'full-time'].some((name) => flags.has(name));
  const accounts: Accounts = long && !flags.has('n') ? yield* readAccounts(context.sys) : { users: [], groups: [] };
  const terminal = context.sys.isatty(1);
  const width =
    terminal && !flags.has('1') ? (context.sys.ttySize(1)?.columns ?? 80) : flags.has('C') || flags.has('x') ? 80 : 0;
  const style: Style = { context, long, accounts, width: flags.has('1') ? 0 : Number(flags.value('w') ?? width) };
  const paths = context.args.length === 0 ? ['.'] : context.args;
  const files: Entry[] = [];
  const folders: Entry[] = [];
  for (const path of paths) {
    const entry = look(context, path, path, !long || flags.has('L') || flags.has('H'));
    if (entry === undefined) continue;
    (entry.stat.type === 'directory' && !flags.has('d') ? folders : files).push(entry);
  }
  showEntries(style, sorted(context, files), false);
  const titles = paths.length > 1 || flags.has('R');
  let first = files.length === 0;
  for (const folder of sorted(context, folders)) {
    yield* showFolder(style, folder.path, titles, first);
    first = false;
  }
  return undefined;
});

function look(context: Context, path: string, name: string, follow: boolean): Entry | undefined {
  const { sys } = context;
  try {
    const own = sys.lstat(path);
    const link = own.type === 'symlink' ? sys.readlink(path) : undefined;
    const stat = own.type === 'symlink' && (follow || path.endsWith('/')) ? followed(context, path, own) : own;
    return { name, path, stat, link: stat.type === 'symlink' ? link : undefined };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `cannot access '${path}': ${why}` : `${path}: ${why}`);
    context.status = context.flavour === 'gnu' ? 2 : 1;
    return undefined;
  }
}

function followed(context: Context, path: string, own: FileStat): FileStat {
  try {
    return context.sys.stat(path);
  } catch (error) {
    if (error instanceof SysError) return own;
    throw error;
  }
}

function* showFolder(style: Style, path: string, titled: boolean, first: boolean): Blocking<void> {
  const { context } = style;
  const names = listing(context, path);
  if (names === undefined) return;
  if (titled) context.print(`${first ? '' : '\n'}${path}:\n`);
  const entries: Entry[] = [];
  for (const name of names) {
    const entry = look(context, join(path, name), name, context.flags.has('L'));
    if (entry !== undefined) entries.push(entry);
  }
  const shown = sorted(context, entries);
  showEntries(style, shown, true);
  yield* context.flush(false);
  if (!context.flags.has('R')) return;
  for (const entry of shown) {
    if (entry.stat.type === 'directory' && entry.name !== '.' && entry.name !== '..') {
      yield* showFolder(style, entry.path, true, false);
    }
  }
}

function listing(context: Context, path: string): string[] | undefined {
  const { flags, sys } = context;
  try {
    const names = sys.readdir(path);
    if (flags.has('a')) return ['.', '..', ...names];
    return names.filter((name) => flags.has('A') || !name.startsWith('.'));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(
      context.flavour === 'gnu' ? `cannot open directory '${path}': ${why}` : `can't open '${path}': ${why}`,
    );
    context.status = context.flavour === 'gnu' ? 2 : 1;
    return undefined;
  }
}

function sorted({ flags }: Context, entries: readonly Entry[]): Entry[] {
  if (flags.has('U')) return [...entries];
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const compare = (a: Entry, b: Entry): number => {
    if (flags.has('S') && a.stat.size !== b.stat.size) return b.stat.size - a.stat.size;
    if ((flags.has('t') || flags.has('c')) && a.stat.modified !== b.stat.modified)
      return b.stat.modified - a.stat.modified;
    if (flags.has('X')) {
      const [x, y] = [extension(a.name), extension(b.name)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return byName(a, b);
  };
  const result = [...entries].sort(compare);
  if (flags.has('r')) result.reverse();
  if (!flags.has('group-directories-first')) return result;
  return [
    ...result.filter(({ stat }) => stat.type === 'directory'),
    ...result.filter(({ stat }) => stat.type !== 'directory'),
  ];
}

function extension(name: string): string {
  const at = name.lastIndexOf('.');
  return at < 0 ? '' : name.slice(at + 1);
}

function showEntries(style: Style, entries: readonly Entry[], total: boolean): void {
  const { context, long } = style;
  if (long) {
    if (total) context.print(`total ${blocksOf(context, entries)}\n`);
    const rows = entries.map((entry) => longRow(style, entry));
    context.print(rows.length === 0 ? '' : layout(context, rows));
    return;
  }
  const names = entries.map((entry) => prefixes(context, entry) + shownName(context, entry));
  if (context.flags.has('m')) context.print(names.length === 0 ? '' : `${names.join(', ')}\n`);
  else if (style.width === 0) context.print(names.map((name) => `${name}\n`).join(''));
  else context.print(inColumns(names, style.width, context.flags.has('x')));
}

function blocksOf(context: Context, entries: readonly Entry[]): string {
  const blocks = entries.reduce((sum, { stat }) => sum + diskBlocks(stat), 0);
  if (!context.flags.has('h')) return String(blocks);
  return context.flavour === 'gnu' ? humanSizeUp(blocks * 1024) : humanSize(blocks * 1024);
}

/** 1K blocks on disk. */
export function diskBlocks(stat: FileStat): number {
  return stat.type === 'file' || stat.type === 'directory' ? Math.ceil(stat.size / 4096) * 4 : 0;
}

function prefixes({ flags }: Context, { stat }: Entry): string {
  const inode = flags.has('i') ? `${String(stat.inode).padStart(7)} ` : '';
  return inode + (flags.has('s') ? `${String(diskBlocks(stat)).padStart(6)} ` : '');
}

function shownName({ flags }: Context, { name, stat }: Entry): string {
  const shown = flags.has('Q') ? JSON.stringify(name) : name;
  if (flags.has('p') && !flags.has('F')) return stat.type === 'directory' ? `${shown}/` : shown;
  if (!flags.has('F')) return shown;
  const marks = {
    directory: '/',
    symlink: '@',
    fifo: '|',
    socket: '=',
    device: '',
    file: stat.mode & 0o111 ? '*' : '',
  } as const;
  return shown + marks[stat.type];
}

type Row = readonly [string, string, string, string, string, string, string];

function longRow({ context, accounts }: Style, entry: Entry): Row {
  const { flags, flavour } = context;
  const { stat } = entry;
  const numeric = flags.has('n');
  const owner = (numeric ? undefined : userName(accounts, stat.uid)) ?? String(stat.uid);
  const group = (numeric ? undefined : groupName(accounts, stat.gid)) ?? String(stat.gid);
  const human = flavour === 'gnu' ? humanSizeUp : humanSize;
  const size = flags.has('h') ? human(stat.size) : String(stat.size);
  const link = entry.link === undefined ? '' : ` -> ${entry.link}`;
  return [
    prefixes(context, entry) + modeString(stat),
    String(stat.links),
    flags.has('g') ? '' : owner,
    flags.has('o') || flags.has('G') ? '' : group,
    stat.type === 'device' ? '1,   3' : size,
    dateOf(context, stat.modified),
    shownName(context, entry) + link,
  ];
}

const HALF_YEAR = (365.2425 / 2) * 86_400;

function dateOf(context: Context, modified: number): string {
  const zone = zoneOf(context.sys.env.get('TZ'));
  const at = modified / 1000;
  if (context.flags.has('full-time')) {
    const fraction = context.flavour === 'gnu' ? `.${String(modified % 1000).padStart(3, '0')}000000` : '';
    return strftime(`%Y-%m-%d %H:%M:%S${fraction} %z`, at, zone);
  }
  const age = context.sys.now() / 1000 - at;
  const recent = age >= 0 && age < HALF_YEAR;
  return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', at, zone);
}

/** busybox has fixed columns; the GNU tool makes them as wide as they need to be. */
function layout({ flavour }: Context, rows: readonly Row[]): string {
  const widest = (i: number): number => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  const lines = rows.map(([mode, links, owner, group, size, date, name]) => {
    if (flavour === 'busybox') {
      const names = [owner, group]
        .filter((each) => each !== '')
        .map((each) => `${each.padEnd(8)} `)
        .join('');
      return `${mode} ${links.padStart(4)} ${names}${size.padStart(9)} ${date} ${name}`;
    }
    const names = [owner.padEnd(widest(2)), group.padEnd(widest(3))].filter((each) => each !== '').join(' ');
    return `${mode} ${links.padStart(widest(1))} ${names} ${size.padStart(widest(4))} ${date} ${name}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** Names side by side, down the columns (or across). */
export function inColumns(names: readonly string[], width: number, across: boolean): string {
  if (names.length === 0) return '';
  const widest = Math.max(...names.map((name) => name.length)) + 2;
  const columns = Math.max(1, Math.floor((width + 1) / widest));
  const rows = Math.ceil(names.length / columns);
  let text = '';
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    for (let column = 0; column < columns; column++) {
      const name = names[across ? row * columns + column : column * rows + row];
      if (name !== undefined) cells.push(name);
    }
    text += `${cells.map((cell, i) => (i < cells.length - 1 ? cell.padEnd(widest) : cell)).join('')}\n`;
  }
  return text;
}
