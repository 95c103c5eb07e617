// `cp`, `mv`, `rm`, `rmdir`, `unlink`, `install`: files and trees from one place to another, or gone.

import { errorText } from '../../errors.ts';
import { type Blocking, type FileStat, SysError } from '../../sys.ts';
import { attempt, baseName, folderName, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { changedMode } from '../kit/modes.ts';

/** Refusals in the words of either tool. */
function say(context: Context, busybox: string, gnu: string): void {
  context.complain(context.flavour === 'busybox' ? busybox : gnu);
  context.status = 1;
}

interface Targets {
  readonly pairs: readonly (readonly [string, string])[];
}

/** Which source goes where: into a folder, or to a name. Undefined when it can't be. */
function targetsOf(context: Context, verb: string): Targets | undefined {
  const { args, flags, sys } = context;
  const into = flags.value('t');
  const sources = into === undefined ? args.slice(0, -1) : args;
  const last = into ?? args.at(-1) ?? '';
  if (args.length === 0 || (sources.length === 0 && into === undefined)) {
    const missing = args.length === 0 ? 'missing file operand' : `missing destination file operand after '${last}'`;
    throw new UsageProblem(context.flavour === 'gnu' ? missing : '');
  }
  const isFolder = statOrNothing(sys, last)?.type === 'directory' && !flags.has('T');
  if (sources.length > 1 && !isFolder) {
    if (verb === 'mv' && context.flavour === 'busybox') {
      for (const source of sources) say(context, `can't rename '${source}': ${errorText('ENOTDIR')}`, '');
    } else
      say(
        context,
        `'${last}' is not a directory`,
        `target '${last}'${statOrNothing(sys, last) === undefined ? ': No such file or directory' : ': Not a directory'}`,
      );
    return undefined;
  }
  return { pairs: sources.map((source) => [source, isFolder ? join(last, baseName(source)) : last]) };
}

const CP: CommandSpec = {
  usage: '[-arPLHpfinlsTu] SOURCE DEST',
  flags:
    'a|archive r|R|recursive P|no-dereference d L|dereference H p|preserve? f|force i|interactive n|no-clobber l|link s|symbolic-link T|no-target-directory t|target-directory= u|update v|verbose',
  refused: 'Z|context reflink? sparse=',
};

export const cp = command(CP, function* (context) {
  const targets = targetsOf(context, 'cp');
  for (const [source, target] of targets?.pairs ?? []) yield* copyTop(context, source, target);
  return undefined;
});

function* copyTop(context: Context, source: string, target: string): Blocking<void> {
  const { flags, sys } = context;
  const recursive = flags.has('r') || flags.has('a');
  const follow = flags.has('L') || flags.has('H') || !(recursive || flags.has('P') || flags.has('d'));
  const stat = statOrNothing(sys, source, follow);
  if (stat === undefined) {
    const why = attemptStat(context, source);
    say(context, `can't stat '${source}': ${why}`, `cannot stat '${source}': ${why}`);
    return;
  }
  if (stat.type === 'directory' && !recursive) {
    say(context, `omitting directory '${source}'`, `-r not specified; omitting directory '${source}'`);
    return;
  }
  yield* copyOne(context, source, target, stat);
}

function attemptStat(context: Context, path: string): string {
  try {
    context.sys.stat(path);
    return errorText('ENOENT');
  } catch (error) {
    if (error instanceof SysError) return errorText(error.code);
    throw error;
  }
}

function* copyOne(context: Context, source: string, target: string, stat: FileStat): Blocking<void> {
  const { flags, sys } = context;
  const existing = statOrNothing(sys, target);
  if (existing !== undefined && existing.inode === stat.inode && existing.device === stat.device) {
    say(context, `'${source}' and '${target}' are the same file`, `'${source}' and '${target}' are the same file`);
    return;
  }
  if (existing !== undefined && flags.has('n')) return;
  if (existing !== undefined && flags.has('u') && existing.modified >= stat.modified) return;
  if (flags.has('v')) context.print(`'${source}' -> '${target}'\n`);
  if (stat.type === 'directory') yield* copyFolder(context, source, target, stat);
  else if (stat.type === 'symlink') copyLink(context, source, target);
  else if (flags.has('l'))
    attempt(
      context,
      (why) => `can't create link '${target}': ${why}`,
      () => sys.link(source, target),
    );
  else if (flags.has('s'))
    attempt(
      context,
      (why) => `can't create symlink '${target}' to '${source}': ${why}`,
      () => sys.symlink(source, target),
    );
  else yield* copyFile(context, source, target, stat);
}

function* copyFolder(context: Context, source: string, target: string, stat: FileStat): Blocking<void> {
  const { sys, flags } = context;
  if (isBelow(sys.cwd(), target, source)) {
    say(
      context,
      `recursion detected, omitting directory '${source}'`,
      `cannot copy a directory, '${source}', into itself, '${target}'`,
    );
    return;
  }
  if (statOrNothing(sys, target) === undefined) {
    const made = attempt(
      context,
      (why) =>
        context.flavour === 'gnu'
          ? `cannot create directory '${target}': ${why}`
          : `can't create directory '${target}': ${why}`,
      () => {
        sys.mkdir(target, stat.mode & 0o777);
        return true;
      },
    );
    if (made === undefined) return;
  }
  const names = attempt(
    context,
    (why) => `can't open '${source}': ${why}`,
    () => sys.readdir(source),
  );
  for (const name of names ?? []) {
    const from = join(source, name);
    const inner = statOrNothing(sys, from, flags.has('L'));
    if (inner !== undefined) yield* copyOne(context, from, join(target, name), inner);
  }
  keepAttributes(context, target, stat);
}

function isBelow(cwd: string, path: string, folder: string): boolean {
  const absolute = (each: string): string =>
    (each.startsWith('/') ? each : `${cwd}/${each}`).replace(/\/(\.\/)*/g, '/').replace(/\/+$/, '');
  return `${absolute(path)}/`.startsWith(`${absolute(folder)}/`);
}

function copyLink(context: Context, source: string, target: string): void {
  const { sys } = context;
  attempt(
    context,
    (why) => `can't create symlink '${target}': ${why}`,
    () => {
      if (statOrNothing(sys, target, false) !== undefined) sys.unlink(target);
      sys.symlink(sys.readlink(source), target);
    },
  );
}

function* copyFile(context: Context, source: string, target: string, stat: FileStat): Blocking<void> {
  const { sys, flags } = context;
  try {
    const from = yield* sys.open(source, { read: true });
    try {
      yield* fill(context, from, target, stat, flags.has('f'));
    } finally {
      sys.close(from);
    }
    keepAttributes(context, target, stat);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'ENOSPC') throw error;
    const why = errorText(error.code);
    say(context, `can't open '${source}': ${why}`, `cannot open '${source}' for reading: ${why}`);
  }
}

function* fill(context: Context, from: number, target: string, stat: FileStat, force: boolean): Blocking<void> {
  const { sys } = context;
  let to: number;
  try {
    to = yield* sys.open(target, { write: true, create: true, truncate: true, mode: stat.mode & 0o777 });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (force && error.code === 'EACCES' && statOrNothing(sys, target) !== undefined) {
      sys.unlink(target);
      to = yield* sys.open(target, { write: true, create: true, truncate: true, mode: stat.mode & 0o777 });
    } else {
      const why = errorText(error.code);
      const verb =
        statOrNothing(sys, target) === undefined
          ? ['create', 'create regular file']
          : ['create', 'create regular file'];
      say(context, `can't ${verb[0]} '${target}': ${why}`, `cannot ${verb[1]} '${target}': ${why}`);
      return;
    }
  }
  for (;;) {
    const chunk = yield* sys.read(from, 65_536);
    if (chunk.length === 0) break;
    yield* sys.write(to, chunk);
  }
  sys.close(to);
}

function keepAttributes(context: Context, target: string, stat: FileStat): void {
  const { flags, sys } = context;
  if (!flags.has('p') && !flags.has('a')) return;
  try {
    sys.chown(target, stat.uid, stat.gid);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  sys.chmod(target, stat.mode);
  sys.utimes(target, stat.modified);
}

const MV: CommandSpec = {
  usage: '[-finT] SOURCE DEST',
  flags: 'f|force i|interactive n|no-clobber T|no-target-directory t|target-directory= u|update v|verbose',
};

export const mv = command(MV, function* (context) {
  const targets = targetsOf(context, 'mv');
  for (const [source, target] of targets?.pairs ?? []) yield* moveOne(context, source, target);
  return undefined;
});

function* moveOne(context: Context, source: string, target: string): Blocking<void> {
  const { sys, flags } = context;
  const stat = statOrNothing(sys, source, false);
  if (stat === undefined) {
    const why = errorText('ENOENT');
    say(context, `can't rename '${source}': ${why}`, `cannot stat '${source}': ${why}`);
    return;
  }
  if (flags.has('n') && statOrNothing(sys, target) !== undefined) return;
  if (flags.has('v'))
    context.print(context.flavour === 'gnu' ? `renamed '${source}' -> '${target}'\n` : `'${source}' -> '${target}'\n`);
  try {
    sys.rename(source, target);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'EXDEV') {
      yield* copyOne(
        { ...context, flags: { ...flags, has: (name) => name === 'a' || name === 'r' || flags.has(name) } },
        source,
        target,
        stat,
      );
      removeTree(context, source);
      return;
    }
    const why = errorText(error.code);
    say(context, `can't rename '${source}': ${why}`, `cannot move '${source}' to '${target}': ${why}`);
  }
}

const RM: CommandSpec = {
  usage: '[-irf] FILE...',
  flags: 'i I f|force r|R|recursive d|dir v|verbose no-preserve-root preserve-root one-file-system',
};

export const rm = command(RM, function* (context) {
  const { args, flags } = context;
  if (args.length === 0 && !flags.has('f')) throw new UsageProblem(context.flavour === 'gnu' ? 'missing operand' : '');
  for (const path of args) {
    if (/^(?:.*\/)?\.{1,2}\/*$/.test(path) && flags.has('r')) {
      say(context, "can't remove '.' or '..'", `refusing to remove '.' or '..' directory: skipping '${path}'`);
      continue;
    }
    if (/^\/+$/.test(path) && flags.has('r') && !flags.has('no-preserve-root')) {
      say(context, `can't remove '/': ${errorText('EBUSY')}`, "it is dangerous to operate recursively on '/'");
      continue;
    }
    if (flags.has('i') && !(yield* confirmed(context, path))) continue;
    removeTop(context, path);
  }
  return undefined;
});

function* confirmed(context: Context, path: string): Blocking<boolean> {
  context.warn(`${context.name}: remove '${path}'? `);
  yield* context.flush();
  const answer = yield* context.sys.read(0, 256, 10);
  return answer[0] === 121 || answer[0] === 89;
}

function removeTop(context: Context, path: string): void {
  const { sys, flags } = context;
  const stat = statOrNothing(sys, path, false);
  if (stat === undefined) {
    if (flags.has('f')) return;
    const why = errorText('ENOENT');
    say(context, `can't remove '${path}': ${why}`, `cannot remove '${path}': ${why}`);
  } else if (stat.type === 'directory' && !flags.has('r') && !flags.has('d')) {
    say(context, `'${path}' is a directory`, `cannot remove '${path}': ${errorText('EISDIR')}`);
  } else removeTree(context, path);
}

/** Removes a file, or a folder and everything below. */
function removeTree(context: Context, path: string): void {
  const { sys, flags } = context;
  const folder = statOrNothing(sys, path, false)?.type === 'directory';
  const words = (why: string): string =>
    context.flavour === 'gnu' ? `cannot remove '${path}': ${why}` : `can't remove '${path}': ${why}`;
  attempt(context, words, () => {
    if (folder && (flags.has('r') || context.name === 'mv'))
      for (const name of sys.readdir(path)) removeTree(context, join(path, name));
    if (folder) sys.rmdir(path);
    else sys.unlink(path);
    if (flags.has('v'))
      context.print(
        context.flavour === 'gnu' ? `removed ${folder ? 'directory ' : ''}'${path}'\n` : `removed '${path}'\n`,
      );
  });
}

const RMDIR: CommandSpec = {
  usage: '[-p] DIRECTORY...',
  flags: 'p|parents ignore-fail-on-non-empty v|verbose',
  arguments: [1, Number.POSITIVE_INFINITY],
};

export const rmdir = command(RMDIR, function* (context) {
  for (const path of context.args) {
    for (let at = path; ; at = folderName(at)) {
      if (context.flags.has('v')) context.print(`rmdir: removing directory, '${at}'\n`);
      const words = (why: string): string =>
        context.flavour === 'gnu' ? `failed to remove '${at}': ${why}` : `'${at}': ${why}`;
      const done = attempt(context, words, () => {
        context.sys.rmdir(at);
        return true;
      });
      if (done === undefined || !context.flags.has('p') || !at.includes('/') || folderName(at) === '/') break;
    }
  }
  return undefined;
});

export const unlink = command({ usage: 'FILE', arguments: [1, 1] }, function* (context) {
  const [path = ''] = context.args;
  attempt(
    context,
    (why) => (context.flavour === 'gnu' ? `cannot unlink '${path}': ${why}` : `can't remove file '${path}': ${why}`),
    () => context.sys.unlink(path),
  );
  return undefined;
});

const INSTALL: CommandSpec = {
  usage: '[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST',
  flags: 'c d|directory D s p m|mode= o|owner= g|group= t|target-directory= v|verbose T',
};

export const install = command(INSTALL, function* (context) {
  const { flags, sys } = context;
  const mode = changedMode(flags.value('m') ?? '755', 0, false, 0) ?? 0o755;
  if (flags.has('d')) {
    for (const path of context.args) makeAll(context, path, mode);
    return undefined;
  }
  const last = context.args.at(-1);
  if (flags.has('D') && last !== undefined) makeAll(context, folderName(last), 0o755);
  const targets = targetsOf(context, 'install');
  for (const [source, target] of targets?.pairs ?? []) {
    yield* copyTop(context, source, target);
    if (statOrNothing(sys, target) !== undefined)
      attempt(
        context,
        (why) => `${target}: ${why}`,
        () => sys.chmod(target, mode),
      );
  }
  return undefined;
});

function makeAll(context: Context, path: string, mode: number): void {
  const parts = path.split('/');
  parts.forEach((_, i) => {
    const at = parts.slice(0, i + 1).join('/');
    if (at === '' || statOrNothing(context.sys, at) !== undefined) return;
    attempt(
      context,
      (why) => `can't create directory '${at}': ${why}`,
      () => context.sys.mkdir(at, mode),
    );
  });
}
