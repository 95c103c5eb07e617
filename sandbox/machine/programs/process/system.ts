// What the system is asked about itself: `sysctl`, `mountpoint`.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readTextFile, tryTextFile } from '../kit/input.ts';

const SYSCTLS = '/proc/sys';

const SYSCTL: CommandSpec = {
  usage: '[-enq] [-a] [-w] [KEY[=VALUE]]...',
  flags: 'a|all A X w|write n|values N|names e|ignore q|quiet p|load?',
};

export const sysctl = command(SYSCTL, function* (context) {
  const { flags, args, flavour, sys } = context;
  if (flags.has('p')) throw new UsageProblem("a file of settings isn't modelled on this machine", false);
  if (flags.has('a') || flags.has('A') || flags.has('X')) {
    for (const path of filesBelow(context, SYSCTLS)) yield* tell(context, path);
    return undefined;
  }
  if (args.length === 0) throw new UsageProblem(flavour === 'gnu' ? 'no variables specified' : '');
  for (const arg of args) {
    const name = arg.replace(/=.*$/s, '');
    const path = join(SYSCTLS, name.includes('/') ? name : name.replaceAll('.', '/'));
    if (arg.includes('=')) yield* set(context, name, path, arg.slice(name.length + 1));
    else if (statOrNothing(sys, path)?.type === 'directory')
      for (const each of filesBelow(context, path)) yield* tell(context, each);
    else yield* tell(context, path);
  }
  return undefined;
});

function nameOf(path: string): string {
  return path.slice(SYSCTLS.length + 1).replaceAll('/', '.');
}

function filesBelow(context: Context, folder: string): readonly string[] {
  return context.sys.readdir(folder).flatMap((name) => {
    const path = join(folder, name);
    return statOrNothing(context.sys, path)?.type === 'directory' ? filesBelow(context, path) : [path];
  });
}

function* tell(context: Context, path: string): Blocking<void> {
  const { flags } = context;
  try {
    const value = (yield* readTextFile(context.sys, path)).trimEnd();
    if (flags.has('N')) context.print(`${nameOf(path)}\n`);
    else context.print(flags.has('n') ? `${value}\n` : `${nameOf(path)} = ${value}\n`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    failed(context, nameOf(path), path, error);
  }
}

function* set(context: Context, name: string, path: string, value: string): Blocking<void> {
  try {
    const fd = yield* context.sys.open(path, { write: true });
    yield* context.sys.write(fd, `${value}\n`);
    context.sys.close(fd);
    if (!context.flags.has('q')) context.print(`${name} = ${value}\n`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    failed(context, name, path, error, 'setting');
  }
}

/** A key that isn't there, or can't be written. */
function failed(context: Context, name: string, path: string, error: SysError, act = 'reading'): void {
  const why = errorText(error.code);
  if (error.code === 'ENOENT' && context.flags.has('e')) return;
  context.status = context.flavour === 'gnu' && error.code === 'ENOENT' ? 255 : 1;
  if (context.flavour === 'busybox') context.complain(`error ${act} key '${name}': ${why}`);
  else if (error.code === 'ENOENT') context.complain(`cannot stat ${path}: ${why}`);
  else if (error.code === 'EACCES') context.complain(`permission denied on key "${name}"`);
  else context.complain(`${act} key "${name}"${act === 'setting' ? ', ignoring' : ''}: ${why}`);
}

export const mountpoint = command(
  { usage: '[-q] { [-d] DIR | -x DEVICE }', flags: 'q|quiet d|fs-devno n', refused: 'x', arguments: [1, 1] },
  function* (context) {
    const { flags, sys, flavour } = context;
    const [path = ''] = context.args;
    if (statOrNothing(sys, path) === undefined) {
      if (!flags.has('q')) context.complain(`${path}: ${errorText('ENOENT')}`);
      return 1;
    }
    const mounts = ((yield* tryTextFile(sys, '/proc/mounts')) ?? '').split('\n').map((row) => row.split(' ')[1]);
    const is = mounts.includes((path.startsWith('/') ? path : join(sys.cwd(), path)).replace(/(?<=.)\/+$/, ''));
    if (!flags.has('q')) context.print(`${path} is ${is ? '' : 'not '}a mountpoint\n`);
    return is ? 0 : flavour === 'gnu' ? 32 : 1;
  },
);
