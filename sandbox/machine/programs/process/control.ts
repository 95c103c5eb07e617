// Programs that run others: `xargs`, `nohup`, `stdbuf`, `setsid`, `nice`, `chroot`, `su`; and that find them: `which`.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readAll, readFile } from '../kit/input.ts';
import { become, cannotRun, failureStatus, statusOf } from '../kit/run.ts';
import { readAccounts } from '../kit/users.ts';

const XARGS: CommandSpec = {
  usage: '[OPTIONS] [PROG ARGS]',
  flags:
    '0|null a|arg-file= r|no-run-if-empty t|verbose p|interactive E= e? I= i? n|max-args= s|max-chars= P|max-procs= x|exit d|delimiter= L|max-lines= l?',
  inOrder: true,
};

export const xargs = command(XARGS, function* (context) {
  const { flags, sys } = context;
  const argv = context.args.length === 0 ? ['echo'] : context.args;
  const file = flags.value('a');
  const text = decode(file === undefined ? yield* readAll(sys, 0) : yield* readFile(sys, file));
  const items = itemsOf(context, text);
  if (items === undefined) return 1;
  const replace = flags.has('I') ? flags.value('I') : flags.has('i') ? flags.value('i') || '{}' : undefined;
  const calls: string[][] = [];
  if (replace !== undefined) for (const item of items) calls.push(argv.map((word) => word.split(replace).join(item)));
  else {
    const size = Number(flags.value('n') ?? flags.value('L') ?? 5000);
    for (let i = 0; i < items.length; i += size) calls.push([...argv, ...items.slice(i, i + size)]);
    if (items.length === 0 && !flags.has('r')) calls.push([...argv]);
  }
  return yield* runCalls(context, calls, Math.max(1, Number(flags.value('P') ?? 1)));
});

/** The words of the input: by blanks and quotes, by lines, or by a delimiter. */
function itemsOf(context: Context, text: string): string[] | undefined {
  const { flags } = context;
  const delimiter = flags.has('0')
    ? '\0'
    : flags.value('d')?.replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
  if (delimiter !== undefined) {
    const items = text.split(delimiter);
    if (items.at(-1) === '') items.pop();
    return items;
  }
  if (flags.has('I') || flags.has('i'))
    return text
      .split('\n')
      .map((line) => line.trimStart())
      .filter((line) => line !== '');
  const items: string[] = [];
  for (const found of text.matchAll(/(?:[^\s'"\\]|\\[\s\S]|'[^'\n]*'|"[^"\n]*"|(['"]))+/g)) {
    if (found[1] !== undefined) {
      context.complain(
        context.flavour === 'gnu'
          ? `unmatched ${found[1] === "'" ? 'single' : 'double'} quote; by default quotes are special to xargs unless you use the -0 option`
          : `unmatched ${found[1] === "'" ? 'single' : 'double'} quote`,
      );
      return undefined;
    }
    items.push(
      found[0].replace(/\\([\s\S])|'([^']*)'|"([^"]*)"/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ''),
    );
  }
  return items;
}

function* runCalls(context: Context, calls: readonly string[][], parallel: number): Blocking<number> {
  const { flags, sys } = context;
  let status = 0;
  const running = new Set<number>();
  for (const argv of calls) {
    if (flags.has('t')) context.warn(`${argv.join(' ')}\n`);
    yield* context.flush();
    try {
      running.add(sys.spawn(argv));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      context.complain(cannotRun(context, argv[0] ?? '', error));
      return failureStatus(error);
    }
    while (running.size >= parallel) {
      const ended = yield* oneEnd(context, running);
      if (ended === 255) return 124;
      if (ended !== 0) status = ended > 128 ? 125 : 123;
    }
  }
  while (running.size > 0) {
    const ended = yield* oneEnd(context, running);
    if (ended !== 0) status = ended > 128 ? 125 : 123;
  }
  return status;
}

function* oneEnd({ sys }: Context, running: Set<number>): Blocking<number> {
  const ended = yield* sys.wait();
  if (ended === undefined) {
    running.clear();
    return 0;
  }
  running.delete(ended.pid);
  return statusOf(ended);
}

export const nohup = command({ usage: 'PROG ARGS', inOrder: true, badUsage: 125 }, function* (context) {
  const { sys } = context;
  if (context.args.length === 0) throw new UsageProblem(context.flavour === 'gnu' ? 'missing operand' : '');
  sys.onSignal('SIGHUP', 'ignore');
  if (!sys.isatty(1)) return yield* become(context, context.args);
  const fd = yield* sys.open('nohup.out', { write: true, create: true, append: true, mode: 0o600 });
  context.warn(
    context.flavour === 'gnu'
      ? "nohup: ignoring input and appending output to 'nohup.out'\n"
      : 'nohup: appending output to nohup.out\n',
  );
  const fds = new Map([
    [0, 0],
    [1, fd],
    [2, sys.isatty(2) ? fd : 2],
  ]);
  return yield* become(context, context.args, { fds });
});

/** Nothing is held back on this machine, whatever is asked for. */
export const stdbuf = command(
  { usage: 'OPTION... COMMAND', flags: 'i|input= o|output= e|error=', inOrder: true, badUsage: 125 },
  function* (context) {
    if (context.args.length === 0) throw new UsageProblem('missing operand');
    return yield* become(context, context.args);
  },
);

export const setsid = command(
  { usage: '[-c] PROG ARGS', flags: 'c|ctty f|fork w|wait', inOrder: true },
  function* (context) {
    const { sys, flags } = context;
    if (context.args.length === 0) throw new UsageProblem('');
    try {
      const pid = sys.spawn(context.args, { session: true });
      return flags.has('w') || !flags.has('f') ? statusOf(yield* sys.wait(pid)) : 0;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      context.complain(cannotRun(context, context.args[0] ?? '', error));
      return failureStatus(error);
    }
  },
);

/** Priorities change nothing here: all processes of a machine share it evenly. */
export const nice = command(
  { usage: '[-n ADJUST] [PROG ARGS]', flags: 'n|adjustment=', number: 'n', inOrder: true },
  function* (context) {
    if (context.args.length > 0) return yield* become(context, context.args);
    context.print('0\n');
    return undefined;
  },
);

export const chroot = command(
  { usage: 'NEWROOT [PROG ARGS]', flags: 'userspec= groups= skip-chdir', inOrder: true, badUsage: 125 },
  function* (context) {
    const { sys } = context;
    const [root, ...argv] = context.args;
    if (root === undefined) throw new UsageProblem(context.flavour === 'gnu' ? 'missing operand' : '');
    try {
      sys.chroot(root);
      sys.chdir('/');
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const why = errorText(error.code);
      context.complain(
        context.flavour === 'gnu'
          ? `cannot change root directory to '${root}': ${why}`
          : `can't change root directory to '${root}': ${why}`,
      );
      return context.flavour === 'gnu' ? 125 : 1;
    }
    return yield* become(context, argv.length > 0 ? argv : [sys.env.get('SHELL') ?? '/bin/sh', '-i']);
  },
);

export const which = command({ usage: '[-a] COMMAND...', flags: 'a|all s' }, function* (context) {
  const { sys, flags } = context;
  if (context.args.length === 0 && context.flavour === 'busybox') throw new UsageProblem('');
  for (const name of context.args) {
    const folders = name.includes('/')
      ? ['']
      : (sys.env.get('PATH') ?? '/bin:/usr/bin').split(':').map((folder) => `${folder === '' ? '.' : folder}/`);
    const found = folders.map((folder) => folder + name).filter((path) => isProgram(context, path));
    if (found.length === 0) context.status = 1;
    for (const path of flags.has('a') ? found : found.slice(0, 1)) context.print(`${path}\n`);
  }
  return undefined;
});

function isProgram({ sys }: Context, path: string): boolean {
  try {
    return sys.stat(path).type === 'file' && sys.access(path, 1);
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

const SU: CommandSpec = {
  usage: '[-lmp] [-s SH] [-] [USER [FILE ARGS]]',
  flags: 'l|login m p s|shell= c|command=',
  inOrder: true,
};

export const su = command(SU, function* (context) {
  const { flags, sys } = context;
  const rest = [...context.args];
  const login = flags.has('l') || rest[0] === '-';
  if (rest[0] === '-') rest.shift();
  const name = rest.shift() ?? 'root';
  const accounts = yield* readAccounts(sys);
  const user = accounts.users.find((each) => each.name === name);
  if (user === undefined) {
    context.complain(
      context.flavour === 'gnu'
        ? `user ${name} does not exist or the user entry does not contain all the required fields`
        : `unknown user ${name}`,
    );
    return 1;
  }
  if (sys.uid !== 0) {
    context.complain(context.flavour === 'gnu' ? 'Authentication failure' : 'must be suid to work properly');
    return 1;
  }
  const supplementary = accounts.groups.filter((group) => group.members.includes(name)).map((group) => group.gid);
  sys.setUser(user.uid, user.gid, supplementary);
  const shell = flags.value('s') ?? user.shell;
  const line = flags.value('c') ?? (rest[0] === '-c' ? rest[1] : undefined);
  const env = new Map(
    login
      ? [
          ['TERM', sys.env.get('TERM') ?? 'dumb'],
          ['PATH', sys.env.get('PATH') ?? '/bin:/usr/bin'],
        ]
      : sys.env,
  );
  for (const [key, value] of [
    ['HOME', user.home],
    ['SHELL', shell],
    ['USER', name],
    ['LOGNAME', name],
  ] as const)
    env.set(key, value);
  const fallback = login ? [`-${shell.replace(/^.*\//, '')}`] : [shell];
  return yield* become(context, line === undefined ? [...fallback, ...rest] : [shell, '-c', line], {
    env,
    path: shell,
  });
});
