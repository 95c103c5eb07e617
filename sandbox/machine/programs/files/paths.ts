// Paths as texts: `basename`, `dirname`, `readlink`, `realpath`, `pwd`.

import { errorText } from '../../errors.ts';
import { SysError } from '../../sys.ts';
import { baseName, folderName } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';

const BASENAME: CommandSpec = {
  usage: 'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...',
  flags: 'a|multiple s|suffix= z|zero',
  arguments: [1, Number.POSITIVE_INFINITY],
};

export const basename = command(BASENAME, function* (context) {
  const { flags, args } = context;
  const many = flags.has('a') || flags.has('s');
  const [first = '', suffix] = args;
  const end = flags.has('z') ? '\0' : '\n';
  for (const path of many ? args : [first])
    context.print(`${strip(baseName(path), many ? flags.value('s') : suffix)}${end}`);
  return undefined;
});

function strip(name: string, suffix: string | undefined): string {
  return suffix !== undefined && suffix !== '' && name !== suffix && name.endsWith(suffix)
    ? name.slice(0, -suffix.length)
    : name;
}

export const dirname = command(
  { usage: 'FILENAME', flags: 'z|zero', arguments: [1, Number.POSITIVE_INFINITY] },
  function* (context) {
    for (const path of context.args) context.print(`${folderName(path)}\n`);
    return undefined;
  },
);

/** The path without links, dots and double slashes. `missing`: how much of it needn't be there. */
function resolvePath(context: Context, path: string, missing: 'none' | 'last' | 'all', seen = 0): string {
  const { sys } = context;
  if (seen > 40) throw new SysError('ELOOP');
  let at = path.startsWith('/') ? '' : sys.cwd().replace(/^\/$/, '');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (const [i, part] of parts.entries()) {
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = `${at}/${part}`;
    try {
      if (sys.lstat(next).type !== 'symlink') {
        at = next;
        continue;
      }
      const to = sys.readlink(next);
      const rest = parts.slice(i + 1).join('/');
      return resolvePath(
        context,
        `${to.startsWith('/') ? to : `${at}/${to}`}${rest === '' ? '' : `/${rest}`}`,
        missing,
        seen + 1,
      );
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'ENOENT') throw error;
      if (missing === 'none' || (missing === 'last' && i < parts.length - 1)) throw error;
      at = next;
    }
  }
  return at === '' ? '/' : at;
}

const READLINK: CommandSpec = {
  usage: '[-fnv] FILE',
  flags: 'f|canonicalize e|canonicalize-existing m|canonicalize-missing n|no-newline v|verbose q|quiet s|silent z',
  arguments: [1, Number.POSITIVE_INFINITY],
};

export const readlink = command(READLINK, function* (context) {
  const { flags, sys } = context;
  for (const path of context.args) {
    try {
      const mode = flags.has('m') ? 'all' : flags.has('e') ? 'none' : flags.has('f') ? 'last' : undefined;
      const text = mode === undefined ? sys.readlink(path) : resolvePath(context, path, mode);
      context.print(flags.has('n') ? text : `${text}\n`);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (flags.has('v')) context.complain(`${path}: ${errorText(error.code)}`);
      context.status = 1;
    }
  }
  return undefined;
});

const REALPATH: CommandSpec = {
  usage: 'FILE...',
  flags: 'e|canonicalize-existing m|canonicalize-missing q|quiet s|strip|no-symlinks z',
  arguments: [1, Number.POSITIVE_INFINITY],
};

export const realpath = command(REALPATH, function* (context) {
  const { flags, flavour } = context;
  for (const path of context.args) {
    try {
      const mode = flags.has('m') ? 'all' : flags.has('e') || flavour === 'busybox' ? 'none' : 'last';
      context.print(`${resolvePath(context, path, mode)}\n`);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (!flags.has('q')) context.complain(`${path}: ${errorText(error.code)}`);
      context.status = 1;
    }
  }
  return undefined;
});

export const pwd = command({ usage: '[-LP]', flags: 'L|logical P|physical' }, function* (context) {
  const logical = context.sys.env.get('PWD');
  context.print(`${context.flags.has('L') && logical !== undefined ? logical : context.sys.cwd()}\n`);
  return undefined;
});
