// `tar`: archives made, listed and unpacked.

import { timeMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import { type Blocking, type Bytes, type Fd, type FileStat, SysError } from '../../sys.ts';
import { concat } from '../../text.ts';
import { folderName, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readAll, readFile, readTextFile, splitLines } from '../kit/input.ts';
import { modeString } from '../kit/modes.ts';
import { strftime, zoneOf } from '../kit/strftime.ts';
import { type Accounts, groupName, readAccounts, userName } from '../kit/users.ts';
import { gunzipBytes, gzipBytes, isGzip } from './archive.ts';
import { padding, readTar, type TarEntry, tarEnd, tarHeader } from './tarformat.ts';

/** The first word may be letters without a dash: `tar xzf a.tgz`; those that take a value take the next words in turn. */
function oldStyle(args: readonly string[]): readonly string[] {
  const [first, ...words] = args;
  if (first === undefined || !/^[A-Za-z]+$/.test(first)) return args;
  const flags: string[] = [];
  for (const letter of first) {
    const value = 'fCTX'.includes(letter) ? words.shift() : undefined;
    flags.push(`-${letter}`, ...(value === undefined ? [] : [value]));
  }
  return [...flags, ...words];
}

const TAR: CommandSpec = {
  usage: 'c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [FILE]...',
  flags:
    'c|create r|append x|extract|get t|list f|file= C|directory= z|gzip v|verbose O|to-stdout m|touch o|no-same-owner k|keep-old-files p|preserve-permissions|same-permissions h|dereference T|files-from= exclude= X|exclude-from= strip-components= P|absolute-names overwrite no-recursion numeric-owner same-owner owner= group= mode= wildcards no-wildcards warning= ignore-failed-read checkpoint? a|auto-compress',
  refused: 'Z J|xz j|bzip2 u|update A delete',
  badUsage: 1,
  rewrite: oldStyle,
  advice: "Try 'tar --help' or 'tar --usage' for more information.\n",
};

export const tar = command(TAR, function* (context) {
  const { flags } = context;
  const modes = ['c', 'r', 'x', 't'].filter((mode) => flags.has(mode));
  if (modes.length !== 1) {
    throw new UsageProblem(
      context.flavour === 'gnu'
        ? modes.length === 0
          ? "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
          : "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option"
        : '',
    );
  }
  return modes[0] === 'c' || modes[0] === 'r' ? yield* create(context) : yield* readArchive(context, modes[0] === 't');
});

function excluded(context: Context, name: string): boolean {
  return context.flags.values('exclude').some((pattern) => {
    const tokens = parsePattern(pattern);
    const parts = name.split('/');
    return parts.some((_, i) => matches(tokens, parts.slice(i).join('/')) || matches(tokens, parts[i] ?? ''));
  });
}

interface Writing {
  readonly context: Context;
  readonly accounts: Accounts;
  readonly out: Fd;
  readonly chunks: Bytes[] | undefined;
  readonly inodes: Map<string, string>;
  written: number;
  failed: boolean;
  leading: boolean;
}

function* create(context: Context): Blocking<number> {
  const { flags, sys } = context;
  const file = flags.value('f') ?? '-';
  const names = [...context.args];
  const list = flags.value('T');
  if (list !== undefined) names.push(...splitLines(yield* readTextFile(sys, list)));
  if (names.length === 0) {
    context.complain(context.flavour === 'gnu' ? 'Cowardly refusing to create an empty archive' : 'empty archive');
    return context.flavour === 'gnu' ? 2 : 1;
  }
  const before = flags.has('r') ? yield* membersOf(context, file) : undefined;
  const out = file === '-' ? 1 : yield* openArchive(context, file, true);
  if (out === undefined) return context.flavour === 'gnu' ? 2 : 1;
  const packs = flags.has('z') || (flags.has('a') && /\.(?:tgz|gz)$/.test(file));
  const writing: Writing = {
    context,
    accounts: yield* readAccounts(sys),
    out,
    chunks: packs ? [] : undefined,
    inodes: new Map(),
    written: 0,
    failed: false,
    leading: false,
  };
  const folder = flags.value('C');
  if (folder !== undefined && !changeFolder(context, folder)) return context.flavour === 'gnu' ? 2 : 1;
  if (before !== undefined) yield* put(writing, before);
  for (const name of names) yield* add(writing, name);
  yield* put(writing, tarEnd(writing.written));
  if (writing.chunks !== undefined) yield* sys.write(out, gzipBytes(concat(writing.chunks)));
  if (writing.failed)
    context.complain(
      context.flavour === 'gnu'
        ? 'Exiting with failure status due to previous errors'
        : 'error exit delayed from previous errors',
    );
  return writing.failed ? (context.flavour === 'gnu' ? 2 : 1) : 0;
}

const BLOCK = 512;

/** What an archive holds, without the empty blocks at its end. */
function* membersOf(context: Context, file: string): Blocking<Bytes> {
  if (statOrNothing(context.sys, file) === undefined) return new Uint8Array();
  const bytes = yield* readFile(context.sys, file);
  const last = bytes.findLastIndex((byte) => byte !== 0);
  return bytes.subarray(0, Math.ceil((last + 1) / BLOCK) * BLOCK);
}

function changeFolder(context: Context, folder: string): boolean {
  try {
    context.sys.chdir(folder);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(
      context.flavour === 'gnu'
        ? `${folder}: Cannot open: ${why}\ntar: Error is not recoverable: exiting now`
        : `can't change directory to '${folder}': ${why}`,
    );
    return false;
  }
}

function* openArchive(context: Context, file: string, writes: boolean): Blocking<Fd | undefined> {
  try {
    return yield* context.sys.open(file, writes ? { write: true, create: true, truncate: true } : { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(
      context.flavour === 'gnu'
        ? `${file}: Cannot open: ${why}\ntar: Error is not recoverable: exiting now`
        : `can't open '${file}': ${why}`,
    );
    return undefined;
  }
}

function* put(writing: Writing, bytes: Bytes): Blocking<void> {
  writing.written += bytes.length;
  if (writing.chunks === undefined) yield* writing.context.sys.write(writing.out, bytes);
  else writing.chunks.push(bytes);
}

/** The name inside of the archive: without what leads out of the folder it is unpacked in. */
function innerName(writing: Writing, path: string): string {
  const { context } = writing;
  if (context.flags.has('P')) return path;
  const found = /^(?:\/+|(?:.*\/)?\.\.\/)+/.exec(path);
  if (found === null) return path;
  if (!writing.leading) {
    context.complain(
      context.flavour === 'gnu'
        ? `Removing leading \`${found[0]}' from member names`
        : `removing leading '${found[0]}' from member names`,
    );
  }
  writing.leading = true;
  return path.slice(found[0].length);
}

function* add(writing: Writing, path: string): Blocking<void> {
  const { context } = writing;
  if (excluded(context, path)) return;
  const stat = statOrNothing(context.sys, path, context.flags.has('h'));
  if (stat === undefined) {
    const why = errorText('ENOENT');
    context.complain(context.flavour === 'gnu' ? `${path}: Cannot stat: ${why}` : `${path}: ${why}`);
    writing.failed = true;
    return;
  }
  if (stat.type === 'socket' || stat.type === 'device') return;
  const inner = innerName(writing, path).replace(/\/+$/, '');
  if (inner !== '') yield* addEntry(writing, path, stat.type === 'directory' ? `${inner}/` : inner, stat);
  if (stat.type !== 'directory' || context.flags.has('no-recursion')) return;
  for (const name of foldersNames(writing, path)) yield* add(writing, join(path, name));
}

function foldersNames(writing: Writing, path: string): readonly string[] {
  try {
    return writing.context.sys.readdir(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    writing.context.complain(`${path}: ${errorText(error.code)}`);
    writing.failed = true;
    return [];
  }
}

function* addEntry(writing: Writing, path: string, name: string, stat: FileStat): Blocking<void> {
  const { context, accounts } = writing;
  const known = stat.links > 1 && stat.type === 'file' ? writing.inodes.get(`${stat.device} ${stat.inode}`) : undefined;
  if (stat.links > 1) writing.inodes.set(`${stat.device} ${stat.inode}`, name);
  let data: Bytes = new Uint8Array(0);
  if (stat.type === 'file' && known === undefined) {
    try {
      const fd = yield* context.sys.open(path, { read: true });
      data = yield* readAll(context.sys, fd);
      context.sys.close(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const why = errorText(error.code);
      context.complain(context.flavour === 'gnu' ? `${path}: Cannot open: ${why}` : `can't open '${path}': ${why}`);
      writing.failed = true;
      return;
    }
  }
  const type =
    known !== undefined
      ? 'link'
      : stat.type === 'directory' || stat.type === 'symlink' || stat.type === 'fifo'
        ? stat.type
        : 'file';
  const entry: TarEntry = {
    name,
    type,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    size: data.length,
    modified: Math.floor(stat.modified / 1000),
    linkName: known ?? (stat.type === 'symlink' ? context.sys.readlink(path) : ''),
    userName: userName(accounts, stat.uid) ?? '',
    groupName: groupName(accounts, stat.gid) ?? '',
  };
  if (context.flags.has('v')) {
    if (writing.out === 1) context.warn(`${name}\n`);
    else context.print(`${name}\n`);
  }
  yield* context.flush(false);
  yield* put(writing, tarHeader(entry));
  if (data.length > 0) yield* put(writing, concat([data, padding(data.length)]));
}

function* readArchive(context: Context, lists: boolean): Blocking<number> {
  const { flags, sys } = context;
  const file = flags.value('f') ?? '-';
  const fd = file === '-' ? 0 : yield* openArchive(context, file, false);
  if (fd === undefined) return context.flavour === 'gnu' ? 2 : 1;
  const folder = flags.value('C');
  if (folder !== undefined && !changeFolder(context, folder)) return context.flavour === 'gnu' ? 2 : 1;
  let bytes = yield* readAll(sys, fd);
  if (isGzip(bytes)) bytes = gunzipBytes(bytes) ?? new Uint8Array(1);
  if (bytes.length === 0) {
    context.complain(context.flavour === 'gnu' ? 'This does not look like a tar archive' : 'short read');
    return context.flavour === 'gnu' ? 2 : 1;
  }
  const wanted = context.args.map((name) => name.replace(/\/+$/, ''));
  const seen = new Set<string>();
  const reader = readTar(bytes);
  for (;;) {
    const found = reader.next();
    if (found === undefined) break;
    if (found === 'broken') {
      context.complain(
        context.flavour === 'gnu'
          ? 'This does not look like a tar archive\ntar: Exiting with failure status due to previous errors'
          : 'invalid tar magic',
      );
      return context.flavour === 'gnu' ? 2 : 1;
    }
    const name = found.entry.name.replace(/\/+$/, '');
    const match = wanted.find((each) => name === each || name.startsWith(`${each}/`));
    if ((wanted.length > 0 && match === undefined) || excluded(context, name)) continue;
    if (match !== undefined) seen.add(match);
    if (lists) list(context, found.entry);
    else yield* extract(context, found.entry, found.data);
    yield* context.flush(false);
  }
  for (const name of wanted) {
    if (seen.has(name)) continue;
    context.complain(context.flavour === 'gnu' ? `${name}: Not found in archive` : `${name}: not found in archive`);
    context.status = context.flavour === 'gnu' ? 2 : 1;
  }
  if (context.status === 2) context.complain('Exiting with failure status due to previous errors');
  return context.status;
}

const KINDS = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'file',
  fifo: 'fifo',
  other: 'file',
} as const;

function list(context: Context, entry: TarEntry): void {
  if (!context.flags.has('v')) {
    context.print(`${entry.name}\n`);
    return;
  }
  const mode = modeString({ type: KINDS[entry.type], mode: entry.mode }).replace(
    /^-/,
    entry.type === 'link' ? 'h' : '-',
  );
  const owner = `${entry.userName || entry.uid}/${entry.groupName || entry.gid}`;
  const zone = zoneOf(context.sys.env.get('TZ'));
  const link =
    entry.type === 'symlink' ? ` -> ${entry.linkName}` : entry.type === 'link' ? ` link to ${entry.linkName}` : '';
  if (context.flavour === 'busybox') {
    context.print(
      `${mode} ${owner} ${String(entry.size).padStart(9)} ${strftime('%Y-%m-%d %H:%M:%S', entry.modified, zone)} ${entry.name}${link}\n`,
    );
  } else {
    const size = String(entry.size).padStart(Math.max(0, 18 - owner.length));
    context.print(
      `${mode} ${owner} ${size} ${strftime('%Y-%m-%d %H:%M', entry.modified, zone)} ${entry.name}${link}\n`,
    );
  }
}

/** Where an entry goes: never above or outside of the working folder. */
function outerName(context: Context, name: string): string | undefined {
  const strip = Number(context.flags.value('strip-components') ?? 0);
  const inside = context.flags.has('P') ? name : name.replace(/^\/+/, '');
  const parts = inside.split('/').filter((part, i) => part !== '' || i === 0);
  if (!context.flags.has('P') && parts.includes('..')) return undefined;
  return parts.length <= strip ? undefined : parts.slice(strip).join('/').replace(/\/+$/, '');
}

function* extract(context: Context, entry: TarEntry, data: Bytes): Blocking<void> {
  const { flags, sys } = context;
  const path = outerName(context, entry.name);
  if (path === undefined || path === '') return;
  if (flags.has('v')) (flags.has('O') ? context.warn : context.print)(`${entry.name}\n`);
  if (flags.has('O')) {
    if (entry.type === 'file') context.print(data);
    return;
  }
  try {
    makeParents(context, folderName(path));
    yield* place(context, path, entry, data);
    if (entry.type !== 'symlink' && entry.type !== 'link') {
      if (sys.uid === 0 && !flags.has('o')) sys.chown(path, entry.uid, entry.gid);
      sys.chmod(path, flags.has('p') || sys.uid === 0 ? entry.mode : entry.mode & ~sys.umask());
      if (!flags.has('m')) sys.utimes(path, timeMs(entry.modified * 1000));
    }
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'ENOSPC') throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `${path}: Cannot open: ${why}` : `can't open '${path}': ${why}`);
    context.status = context.flavour === 'gnu' ? 2 : 1;
  }
}

function makeParents(context: Context, folder: string): void {
  if (folder === '.' || folder === '/' || statOrNothing(context.sys, folder) !== undefined) return;
  makeParents(context, folderName(folder));
  context.sys.mkdir(folder);
}

function* place(context: Context, path: string, entry: TarEntry, data: Bytes): Blocking<void> {
  const { sys, flags } = context;
  const there = statOrNothing(sys, path, false);
  if (entry.type === 'directory') {
    if (there === undefined) sys.mkdir(path);
    return;
  }
  if (there !== undefined) {
    if (flags.has('k')) throw new SysError('EEXIST');
    if (there.type !== 'directory') sys.unlink(path);
  }
  if (entry.type === 'symlink') sys.symlink(entry.linkName, path);
  else if (entry.type === 'link') sys.link(outerName(context, entry.linkName) ?? entry.linkName, path);
  else if (entry.type === 'fifo') sys.mkfifo(path);
  else {
    const fd = yield* sys.open(path, { write: true, create: true, truncate: true });
    yield* sys.write(fd, data);
    sys.close(fd);
  }
}
