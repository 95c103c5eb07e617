// Who owns a file and who may use it: `chmod`, `chown`, `chgrp`; what is known of it: `stat`.

import { errorText } from '../../errors.ts';
import { type FileStat, SysError } from '../../sys.ts';
import { attempt, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { changedMode, modeString } from '../kit/modes.ts';
import { strftime } from '../kit/strftime.ts';
import { type Accounts, groupName, readAccounts, userName } from '../kit/users.ts';
import { diskBlocks } from './list.ts';

/** Does something to a path, and (with `-R`) to everything below. */
function each(context: Context, path: string, act: (path: string, stat: FileStat) => void): void {
  const stat = statOrNothing(context.sys, path);
  if (stat === undefined) {
    const why = errorText('ENOENT');
    context.complain(context.flavour === 'gnu' ? `cannot access '${path}': ${why}` : `${path}: ${why}`);
    context.status = 1;
    return;
  }
  act(path, stat);
  if (!context.flags.has('R') || stat.type !== 'directory') return;
  for (const name of attempt(
    context,
    (why) => `${path}: ${why}`,
    () => context.sys.readdir(path),
  ) ?? []) {
    if (statOrNothing(context.sys, join(path, name), false)?.type !== 'symlink') each(context, join(path, name), act);
  }
}

const CHMOD: CommandSpec = {
  usage: '[-Rcvf] MODE[,MODE]... FILE...',
  flags: 'R|recursive c|changes v|verbose f|silent|quiet reference=',
};

/** A mode may begin with a dash, and then looks like a flag. */
const MODE_LIKE_FLAG = /^-[rwxXst]+(,|$)/;

export const chmod = command({ ...CHMOD, flags: `${CHMOD.flags} r w x X s t` }, function* (context) {
  const { flags, sys } = context;
  const dashed = sys.argv.slice(1).find((arg) => MODE_LIKE_FLAG.test(arg));
  const [mode = '', ...paths] = dashed === undefined ? context.args : [dashed, ...context.args];
  if (paths.length === 0) {
    yield* sys.write(
      2,
      context.flavour === 'gnu'
        ? `chmod: missing operand${mode === '' ? '' : ` after '${mode}'`}\nTry 'chmod --help' for more information.\n`
        : `BusyBox v1.36.1 (2024-05-17 12:00:00 UTC) multi-call binary.\n\nUsage: chmod ${CHMOD.usage}\n`,
    );
    return 1;
  }
  if (changedMode(mode, 0, false, 0) === undefined) {
    throw new UsageProblem(`invalid mode${context.flavour === 'gnu' ? ':' : ''} '${mode}'`, context.flavour === 'gnu');
  }
  for (const path of paths) {
    each(context, path, (at, stat) => {
      const wanted = changedMode(mode, stat.mode, stat.type === 'directory', sys.umask()) ?? stat.mode;
      attempt(
        context,
        (why) => (context.flavour === 'gnu' ? `changing permissions of '${at}': ${why}` : `${at}: ${why}`),
        () => sys.chmod(at, wanted),
      );
      if (flags.has('v') || (flags.has('c') && wanted !== stat.mode)) {
        const octal = (value: number): string => value.toString(8).padStart(4, '0');
        const letters = (value: number): string => modeString({ type: stat.type, mode: value }).slice(1);
        context.print(
          `mode of '${at}' changed from ${octal(stat.mode)} (${letters(stat.mode)}) to ${octal(wanted)} (${letters(wanted)})\n`,
        );
      }
    });
  }
  return undefined;
});

const CHOWN: CommandSpec = {
  usage: '[-Rhv...] OWNER[:[GROUP]] FILE...',
  flags: 'R|recursive h|no-dereference L H P c|changes v|verbose f|silent|quiet reference= from=',
  arguments: [2, Number.POSITIVE_INFINITY],
};

interface Owner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

function uidOf(accounts: Accounts, name: string): number | undefined {
  return accounts.users.find((user) => user.name === name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : undefined);
}

function gidOf(accounts: Accounts, name: string): number | undefined {
  return accounts.groups.find((group) => group.name === name)?.gid ?? (/^\d+$/.test(name) ? Number(name) : undefined);
}

/** `user`, `user:group`, `:group`, `user:` (his own group); or what is unknown. */
function ownerOf(context: Context, accounts: Accounts, text: string): Owner | undefined {
  const [user = '', group] = text.split(/[:.]/);
  const uid = user === '' ? undefined : uidOf(accounts, user);
  const own = group === '' && user !== '' ? accounts.users.find((each) => each.name === user)?.gid : undefined;
  const gid = group === undefined || group === '' ? own : gidOf(accounts, group);
  const badUser = user !== '' && uid === undefined;
  const badGroup = group !== undefined && group !== '' && gid === undefined;
  if (!badUser && !badGroup) return { uid, gid };
  if (context.flavour === 'gnu') context.complain(`invalid ${badUser ? 'user' : 'group'}: '${text}'`);
  else context.complain(badUser ? `unknown user ${user}` : `unknown group ${group}`);
  return undefined;
}

function give(context: Context, paths: readonly string[], owner: Owner): void {
  const verb = context.name === 'chgrp' ? 'group' : 'ownership';
  for (const path of paths) {
    each(context, path, (at, stat) => {
      attempt(
        context,
        (why) => (context.flavour === 'gnu' ? `changing ${verb} of '${at}': ${why}` : `${at}: ${why}`),
        () => context.sys.chown(at, owner.uid ?? stat.uid, owner.gid ?? stat.gid),
      );
    });
  }
}

export const chown = command(CHOWN, function* (context) {
  const accounts = yield* readAccounts(context.sys);
  const [text = '', ...paths] = context.args;
  const owner = ownerOf(context, accounts, text);
  if (owner === undefined) return 1;
  give(context, paths, owner);
  return undefined;
});

export const chgrp = command({ ...CHOWN, usage: '[-Rhv...] GROUP FILE...' }, function* (context) {
  const accounts = yield* readAccounts(context.sys);
  const [text = '', ...paths] = context.args;
  const gid = gidOf(accounts, text);
  if (gid === undefined) {
    context.complain(context.flavour === 'gnu' ? `invalid group: '${text}'` : `unknown group ${text}`);
    return 1;
  }
  give(context, paths, { uid: undefined, gid });
  return undefined;
});

const STAT: CommandSpec = {
  usage: '[-ltf] [-c FMT] FILE...',
  flags: 'c|format= printf= L|dereference f|file-system t|terse l',
  arguments: [1, Number.POSITIVE_INFINITY],
};

const TYPES = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  socket: 'socket',
  device: 'character special file',
} as const;
const TYPE_BITS = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  device: 0o020000,
} as const;

export const stat = command(STAT, function* (context) {
  const { flags, sys, flavour } = context;
  const accounts = yield* readAccounts(sys);
  for (const path of context.args) {
    try {
      if (flags.has('f')) {
        context.print(fileSystemText(context, path));
        continue;
      }
      const found = flags.has('L') ? sys.stat(path) : sys.lstat(path);
      const format = flags.value('c') ?? flags.value('printf');
      if (format !== undefined)
        context.print(formatted(context, format, path, found, accounts) + (flags.has('printf') ? '' : '\n'));
      else if (flags.has('t'))
        context.print(`${formatted(context, '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o', path, found, accounts)}\n`);
      else context.print(fullText(context, path, found, accounts));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const why = errorText(error.code);
      context.complain(flavour === 'gnu' ? `cannot statx '${path}': ${why}` : `can't stat '${path}': ${why}`);
      context.status = 1;
    }
  }
  return undefined;
});

function isEmpty(found: FileStat): boolean {
  return found.type === 'file' && found.size === 0;
}

function typeWords(found: FileStat): string {
  return isEmpty(found) ? 'regular empty file' : TYPES[found.type];
}

function timeText(modified: number): string {
  return strftime(`%Y-%m-%d %H:%M:%S.${String(modified % 1000).padStart(3, '0')}000000 +0000`, modified / 1000);
}

function formatted(context: Context, format: string, path: string, found: FileStat, accounts: Accounts): string {
  const at = Math.floor(found.modified / 1000);
  const link = found.type === 'symlink' ? context.sys.readlink(path) : undefined;
  const values = new Map<string, () => string>([
    ['n', () => path],
    ['N', () => (link === undefined ? `'${path}'` : `'${path}' -> '${link}'`)],
    ['s', () => String(found.size)],
    ['b', () => String(diskBlocks(found) * 2)],
    ['B', () => '512'],
    ['o', () => '4096'],
    ['a', () => found.mode.toString(8)],
    ['A', () => modeString(found)],
    ['f', () => (TYPE_BITS[found.type] | found.mode).toString(16)],
    ['F', () => typeWords(found)],
    ['u', () => String(found.uid)],
    ['U', () => userName(accounts, found.uid) ?? 'UNKNOWN'],
    ['g', () => String(found.gid)],
    ['G', () => groupName(accounts, found.gid) ?? 'UNKNOWN'],
    ['h', () => String(found.links)],
    ['i', () => String(found.inode)],
    ['d', () => '65024'],
    ['D', () => 'fe00'],
    ['m', () => context.sys.statfs(path).target],
    ['t', () => '0'],
    ['T', () => '0'],
    ['X', () => String(at)],
    ['Y', () => String(at)],
    ['Z', () => String(at)],
    ['W', () => '0'],
    ['x', () => timeText(found.modified)],
    ['y', () => timeText(found.modified)],
    ['z', () => timeText(found.modified)],
    ['w', () => '-'],
    ['%', () => '%'],
  ]);
  const text = format.replace(/%([A-Za-z%])/g, (whole, letter: string) => values.get(letter)?.() ?? whole);
  return text.replace(/\\n/g, '\n').replace(/\\t/g, '\t');
}

function fullText(context: Context, path: string, found: FileStat, accounts: Accounts): string {
  const name =
    found.type === 'symlink'
      ? `${context.flavour === 'gnu' ? path : `'${path}'`} -> ${context.flavour === 'gnu' ? '' : "'"}${context.sys.readlink(path)}${context.flavour === 'gnu' ? '' : "'"}`
      : path;
  const id = (value: number, word: string | undefined): string =>
    `(${String(value).padStart(5)}/${(word ?? 'UNKNOWN').padStart(8)})`;
  const device = context.flavour === 'gnu' ? '254,0' : 'fe00h/65024d';
  const time = timeText(found.modified);
  return [
    `  File: ${name}`,
    `  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(diskBlocks(found) * 2).padEnd(10)} IO Block: 4096   ${typeWords(found)}`,
    `Device: ${device}\tInode: ${String(found.inode).padEnd(11)} Links: ${found.links}`,
    `Access: (${found.mode.toString(8).padStart(4, '0')}/${modeString(found)})  Uid: ${id(found.uid, userName(accounts, found.uid))}   Gid: ${id(found.gid, groupName(accounts, found.gid))}`,
    `Access: ${time}`,
    `Modify: ${time}`,
    `Change: ${time}`,
    ...(context.flavour === 'gnu' ? [' Birth: -'] : []),
    '',
  ].join('\n');
}

function fileSystemText(context: Context, path: string): string {
  const fs = context.sys.statfs(path);
  const format = context.flags.value('c');
  const names: Readonly<Record<string, string>> = { overlay: 'overlayfs', ext4: 'ext2/ext3', tmpfs: 'tmpfs' };
  const type = Object.hasOwn(names, fs.type) ? (names[fs.type] ?? fs.type) : fs.type;
  const blocks = Math.floor(fs.size / 4096);
  const free = Math.floor(fs.free / 4096);
  if (format !== undefined) {
    const values: Readonly<Record<string, string>> = {
      n: path,
      T: type,
      b: String(blocks),
      f: String(free),
      a: String(free),
      s: '4096',
      S: '4096',
      l: '255',
      c: String(fs.inodes),
      d: String(fs.freeInodes),
    };
    return `${format.replace(/%([A-Za-z])/g, (whole, letter: string) => (Object.hasOwn(values, letter) ? (values[letter] ?? whole) : whole))}\n`;
  }
  return [
    `  File: "${path}"`,
    `    ID: 0        Namelen: 255     Type: ${type}`,
    'Block size: 4096      ',
    `Blocks: Total: ${String(blocks).padEnd(10)} Free: ${String(free).padEnd(10)} Available: ${free}`,
    `Inodes: Total: ${String(fs.inodes).padEnd(10)} Free: ${fs.freeInodes}`,
    '',
  ].join('\n');
}
