// What `find` may do with a file: print, run a program, delete.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { modeString } from '../kit/modes.ts';
import { cannotRun, runToEnd, statusOf } from '../kit/run.ts';
import { strftime } from '../kit/strftime.ts';
import { groupName, userName } from '../kit/users.ts';
import { plain } from './findtests.ts';
import type { Found, Reader, Test, Walk } from './findwalk.ts';
import { diskBlocks } from './list.ts';

export function print(walk: Walk, end = '\n'): Test {
  return plain(({ path }) => {
    walk.context.print(path + end);
    return true;
  });
}

export function action(walk: Walk, word: string, operand: () => string, reader: Reader): Test | undefined {
  const { context } = walk;
  const acting = (test: Test): Test => {
    walk.acts = true;
    return test;
  };
  switch (word) {
    case '-print':
      return acting(print(walk));
    case '-print0':
      return acting(print(walk, '\0'));
    case '-printf':
      return acting(printf(walk, operand()));
    case '-ls':
      return acting(
        plain((found) => {
          context.print(
            `${String(found.stat.inode).padStart(7)} ${String(diskBlocks(found.stat)).padStart(6)} ${modeString(found.stat)} ${found.path}\n`,
          );
          return true;
        }),
      );
    case '-prune':
      return plain((found) => {
        found.prune = true;
        return true;
      });
    case '-quit':
      return acting(
        plain(() => {
          walk.quit = true;
          return true;
        }),
      );
    case '-delete':
      walk.depthFirst = true;
      return acting(plain((found) => remove(context, found)));
    case '-exec':
    case '-execdir':
    case '-ok':
      return acting(execute(walk, reader));
    default:
      return undefined;
  }
}

function remove(context: Context, { path, stat }: Found): boolean {
  if (path === '.' || path === '..') return true;
  try {
    if (stat.type === 'directory') context.sys.rmdir(path);
    else context.sys.unlink(path);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `cannot delete '${path}': ${why}` : `${path}: ${why}`);
    context.status = 1;
    return false;
  }
}

function execute(walk: Walk, reader: Reader): Test {
  const { context } = walk;
  const argv: string[] = [];
  let end = reader.args[reader.at++];
  while (end !== undefined && end !== ';' && !(end === '+' && argv.at(-1) === '{}')) {
    argv.push(end);
    end = reader.args[reader.at++];
  }
  if (end === undefined)
    throw new UsageProblem(
      context.flavour === 'gnu' ? "missing argument to `-exec'" : 'requires an argument: -exec',
      context.flavour !== 'gnu',
    );
  if (end === '+') {
    const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
    walk.batches.push(batch);
    return plain(({ path }) => batch.paths.push(path) > 0);
  }
  return function* ({ path }) {
    yield* context.flush();
    const words = argv.map((word) => word.split('{}').join(path));
    try {
      return statusOf(yield* runToEnd(context.sys, words)) === 0;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      context.complain(
        context.flavour === 'gnu' ? `'${words[0]}': ${errorText(error.code)}` : `${words[0]}: ${errorText(error.code)}`,
      );
      context.status = 1;
      return false;
    }
  };
}

export function* runBatch({ context }: Walk, argv: readonly string[], paths: readonly string[]): Blocking<void> {
  yield* context.flush();
  try {
    if (statusOf(yield* runToEnd(context.sys, [...argv, ...paths])) !== 0) context.status = 1;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(cannotRun(context, argv[0] ?? '', error));
    context.status = 1;
  }
}

function printf(walk: Walk, format: string): Test {
  return plain((found) => {
    const { stat, path } = found;
    const at = stat.modified / 1000;
    const values = new Map<string, () => string>([
      ['p', () => path],
      ['f', () => path.replace(/^.*\/(?=.)/, '')],
      ['h', () => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')],
      ['P', () => path.slice(found.start.length).replace(/^\//, '')],
      ['s', () => String(stat.size)],
      ['m', () => stat.mode.toString(8)],
      ['M', () => modeString(stat)],
      ['y', () => modeString(stat).charAt(0).replace('-', 'f')],
      ['u', () => userName(walk.accounts, stat.uid) ?? String(stat.uid)],
      ['g', () => groupName(walk.accounts, stat.gid) ?? String(stat.gid)],
      ['U', () => String(stat.uid)],
      ['G', () => String(stat.gid)],
      ['d', () => String(found.depth)],
      ['i', () => String(stat.inode)],
      ['n', () => String(stat.links)],
      ['k', () => String(diskBlocks(stat))],
      ['l', () => (stat.type === 'symlink' ? walk.context.sys.readlink(path) : '')],
      ['t', () => strftime('%a %b %e %H:%M:%S.%N0 %Y', at)],
      ['%', () => '%'],
    ]);
    const text = format.replace(
      /%T([@A-Za-z+])|%([A-Za-z%])|\\([nt0\\])/g,
      (whole, time?: string, letter?: string, mark?: string) => {
        if (time !== undefined) return time === '@' ? `${at.toFixed(3)}0000000` : strftime(`%${time}`, at);
        if (letter !== undefined) return values.get(letter)?.() ?? whole;
        return mark === 'n' ? '\n' : mark === 't' ? '\t' : mark === '0' ? '\0' : '\\';
      },
    );
    walk.context.print(text);
    return true;
  });
}
