// New files, folders and links: `mkdir`, `touch`, `ln`, `mkfifo`, `mktemp`, `truncate`.

import { type TimeMs, timeMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { attempt, baseName, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { parseDate } from '../kit/dates.ts';
import { UsageProblem } from '../kit/flags.ts';
import { changedMode } from '../kit/modes.ts';
import { parseSize } from '../kit/sizes.ts';

const MKDIR: CommandSpec = {
  usage: '[-m MODE] [-p] DIRECTORY...',
  flags: 'm|mode= p|parents v|verbose',
  refused: 'Z|context',
  arguments: [1, Number.POSITIVE_INFINITY],
};

export const mkdir = command(MKDIR, function* (context) {
  const { flags, sys } = context;
  const wanted = flags.value('m');
  const mode = wanted === undefined ? undefined : changedMode(wanted, 0o777, true, 0);
  if (wanted !== undefined && mode === undefined) throw new UsageProblem(`invalid mode '${wanted}'`, false);
  for (const path of context.args) {
    if (flags.has('p')) makeParents(context, path);
    else if (!makeOne(context, path)) continue;
    if (mode !== undefined)
      attempt(
        context,
        (why) => `${path}: ${why}`,
        () => sys.chmod(path, mode),
      );
  }
  return undefined;
});

function makeOne(context: Context, path: string): boolean {
  const verb = context.flavour === 'gnu' ? 'cannot' : "can't";
  const made = attempt(
    context,
    (why) => `${verb} create directory '${path}': ${why}`,
    () => {
      context.sys.mkdir(path);
      return true;
    },
  );
  if (made === true && context.flags.has('v')) {
    context.print(
      context.flavour === 'gnu' ? `${context.name}: created directory '${path}'\n` : `created directory: '${path}'\n`,
    );
  }
  return made === true;
}

function makeParents(context: Context, path: string): void {
  const parts = path.split('/');
  for (let i = 0; i < parts.length; i++) {
    const at = parts.slice(0, i + 1).join('/');
    if (parts[i] === '' || parts[i] === '.') continue;
    const there = statOrNothing(context.sys, at);
    if (there?.type === 'directory') continue;
    if (!makeOne(context, at)) return;
  }
}

const TOUCH: CommandSpec = {
  usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  flags: 'c|no-create h|no-dereference a m d|date= t= r|reference= f',
};

export const touch = command(TOUCH, function* (context) {
  const { flags, sys } = context;
  if (context.args.length === 0) throw new UsageProblem(context.flavour === 'gnu' ? 'missing file operand' : '');
  const time = touchTime(context);
  if (time === undefined) return 1;
  for (const path of context.args) yield* touchOne(context, path, time);
  return undefined;

  function touchTime(inner: Context): TimeMs | undefined {
    const reference = flags.value('r');
    if (reference !== undefined)
      return attempt(
        inner,
        (why) => `${reference}: ${why}`,
        () => sys.stat(reference).modified,
      );
    const text = flags.value('d') ?? flags.value('t');
    if (text === undefined) return sys.now();
    const seconds = parseDate(text, sys.now() / 1000, flags.has('t'));
    if (seconds !== undefined) return timeMs(seconds * 1000);
    inner.complain(inner.flavour === 'gnu' ? `invalid date format '${text}'` : `invalid date '${text}'`);
    return undefined;
  }
});

function* touchOne(context: Context, path: string, time: TimeMs): Blocking<void> {
  const { flags, sys } = context;
  try {
    if (statOrNothing(sys, path) === undefined) {
      if (flags.has('c')) return;
      sys.close(yield* sys.open(path, { write: true, create: true }));
    }
    sys.utimes(path, time);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `cannot touch '${path}': ${why}` : `${path}: ${why}`);
    context.status = 1;
  }
}

const LN: CommandSpec = {
  usage: '[-sfnbtv] [-S SUF] TARGET... LINK|DIR',
  flags: 's|symbolic f|force n|no-dereference v|verbose T|no-target-directory t|target-directory= r|relative i',
  refused: 'b|backup? S|suffix=',
};

export const ln = command(LN, function* (context) {
  const { args, flags, sys } = context;
  if (args.length === 0) throw new UsageProblem(context.flavour === 'gnu' ? 'missing file operand' : '');
  const into = flags.value('t');
  const last = into ?? (args.length === 1 ? '.' : (args.at(-1) ?? '.'));
  const targets = into === undefined && args.length > 1 ? args.slice(0, -1) : args;
  const there = statOrNothing(sys, last, !flags.has('n'));
  const isFolder = there?.type === 'directory' && !flags.has('T');
  for (const to of targets) linkOne(context, to, isFolder ? join(last, baseName(to)) : last);
  return undefined;
});

function linkOne(context: Context, to: string, path: string): void {
  const { flags, sys } = context;
  const symbolic = flags.has('s');
  if (!symbolic && statOrNothing(sys, to, false) === undefined) {
    context.complain(
      context.flavour === 'gnu' ? `failed to access '${to}': ${errorText('ENOENT')}` : `${to}: ${errorText('ENOENT')}`,
    );
    context.status = 1;
    return;
  }
  const kind = symbolic ? 'symbolic' : 'hard';
  const words = (why: string): string =>
    context.flavour === 'gnu'
      ? `failed to create ${kind} link '${path}'${symbolic ? '' : ` => '${to}'`}: ${why}`
      : `${path}: ${why}`;
  attempt(context, words, () => {
    if (flags.has('f') && statOrNothing(sys, path, false) !== undefined) sys.unlink(path);
    if (symbolic) sys.symlink(to, path);
    else sys.link(to, path);
    if (flags.has('v')) context.print(`'${path}' ${symbolic ? '->' : '=>'} '${to}'\n`);
  });
}

export const mkfifo = command(
  { usage: '[-m MODE] NAME', flags: 'm|mode=', arguments: [1, Number.POSITIVE_INFINITY] },
  function* (context) {
    const mode = changedMode(context.flags.value('m') ?? '666', 0o666, false, 0) ?? 0o666;
    for (const path of context.args) {
      attempt(
        context,
        (why) => (context.flavour === 'gnu' ? `cannot create fifo '${path}': ${why}` : `${path}: ${why}`),
        () => context.sys.mkfifo(path, mode),
      );
    }
    return undefined;
  },
);

const MKTEMP: CommandSpec = {
  usage: '[-dt] [-p DIR] [TEMPLATE]',
  flags: 'd|directory u|dry-run q|quiet t p= tmpdir? suffix=',
  arguments: [0, 1],
};
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const mktemp = command(MKTEMP, function* (context) {
  const { flags, sys } = context;
  const [template = context.flavour === 'gnu' ? 'tmp.XXXXXXXXXX' : 'tmp.XXXXXX'] = context.args;
  if (!/XXXXXX$/.test(template) && !(context.flavour === 'gnu' && /XXX/.test(template))) {
    context.complain(
      context.flavour === 'gnu' ? `too few X's in template '${template}'` : `(null): ${errorText('EINVAL')}`,
    );
    return 1;
  }
  const folder = flags.value('p') || flags.value('tmpdir') || sys.env.get('TMPDIR') || '/tmp';
  const inFolder = context.args.length === 0 || flags.has('t') || flags.has('p') || flags.has('tmpdir');
  const name = template.replace(/X{3,}(?!.*X{3})/, (xs) =>
    [...xs].map(() => LETTERS.charAt(sys.random(LETTERS.length))).join(''),
  );
  const path = (inFolder ? join(folder, name) : name) + (flags.value('suffix') ?? '');
  const kind = flags.has('d') ? 'directory' : 'file';
  try {
    if (flags.has('u')) context.print('');
    else if (flags.has('d')) sys.mkdir(path, 0o700);
    else sys.close(yield* sys.open(path, { write: true, create: true, exclusive: true, mode: 0o600 }));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(
      context.flavour === 'gnu'
        ? `failed to create ${kind} via template '${inFolder ? join(folder, template) : template}': ${why}`
        : `${path}: ${why}`,
    );
    return 1;
  }
  context.print(`${path}\n`);
  return undefined;
});

export const truncate = command(
  {
    usage: '[-c] -s SIZE FILE...',
    flags: 'c|no-create s|size= r|reference=',
    arguments: [1, Number.POSITIVE_INFINITY],
  },
  function* (context) {
    const { flags, sys } = context;
    const text = flags.value('s') ?? '';
    const found = /^([-+<>/%]?)(.*)$/.exec(text);
    const size = parseSize(found?.[2] ?? '');
    if (size === undefined)
      throw new UsageProblem(context.flavour === 'gnu' ? "you must specify either '--size' or '--reference'" : '');
    for (const path of context.args) {
      try {
        const there = statOrNothing(sys, path);
        if (there === undefined) {
          if (flags.has('c')) continue;
          sys.close(yield* sys.open(path, { write: true, create: true }));
        }
        const old = there?.size ?? 0;
        sys.truncate(path, found?.[1] === '+' ? old + size : found?.[1] === '-' ? Math.max(0, old - size) : size);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        const why = errorText(error.code);
        context.complain(
          context.flavour === 'gnu' ? `cannot open '${path}' for writing: ${why}` : `${path}: open: ${why}`,
        );
        context.status = 1;
      }
    }
    return undefined;
  },
);
