// `find`: walks trees and asks of each file what the expression says.

import { errorText } from '../../errors.ts';
import { compileRegex } from '../../regex/regex.ts';
import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import { type Blocking, type FileStat, SysError } from '../../sys.ts';
import { join, statOrNothing } from '../kit/attempt.ts';
import { type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { changedMode, modeString } from '../kit/modes.ts';
import { cannotRun, runToEnd, statusOf } from '../kit/run.ts';
import { strftime } from '../kit/strftime.ts';
import { type Accounts, groupName, readAccounts, userName } from '../kit/users.ts';
import { diskBlocks } from './list.ts';

interface Found {
  readonly path: string;
  /** The path that it was begun at. */
  readonly start: string;
  readonly depth: number;
  readonly stat: FileStat;
  prune: boolean;
}

interface Walk {
  readonly context: Context;
  readonly accounts: Accounts;
  readonly follow: boolean;
  least: number;
  most: number;
  depthFirst: boolean;
  oneDevice: boolean;
  /** An action was given: files aren't printed by themselves. */
  acts: boolean;
  /** `-exec ... +`: commands with the paths that they will get. */
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[];
  quit: boolean;
}

type Test = (found: Found) => Blocking<boolean>;

/** Flags and expressions look alike here, so the command line is read by this program itself. */
export const find = command(
  { usage: '[-HL] [PATH]... [OPTIONS] [ACTIONS]', inOrder: true, flags: letters() },
  function* (context) {
    const args = [...context.sys.argv.slice(1)];
    let follow = false;
    while (args[0] === '-H' || args[0] === '-L' || args[0] === '-P') follow = args.shift() === '-L';
    const paths: string[] = [];
    while (args[0] !== undefined && !/^(?:-.|\(|!|,$)/.test(args[0])) paths.push(args.shift() ?? '');
    const walk: Walk = {
      context,
      accounts: yield* readAccounts(context.sys),
      follow: follow || args.includes('-follow'),
      least: 0,
      most: Number.POSITIVE_INFINITY,
      depthFirst: false,
      oneDevice: false,
      acts: false,
      batches: [],
      quit: false,
    };
    const test = parseExpression(walk, args);
    for (const path of paths.length === 0 ? ['.'] : paths) yield* start(walk, path, test);
    for (const { argv, paths: batch } of walk.batches) if (batch.length > 0) yield* runBatch(walk, argv, batch);
    return undefined;
  },
);

/** Anything may follow a dash: the expression decides. */
function letters(): string {
  return [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].join(' ');
}

function* start(walk: Walk, path: string, test: Test): Blocking<void> {
  const stat = statOrNothing(walk.context.sys, path, walk.follow);
  if (stat === undefined) {
    walk.context.complain(
      walk.context.flavour === 'gnu' ? `'${path}': ${errorText('ENOENT')}` : `${path}: ${errorText('ENOENT')}`,
    );
    walk.context.status = 1;
    return;
  }
  yield* visit(walk, { path, start: path, depth: 0, stat, prune: false }, test, stat.device);
}

function* visit(walk: Walk, found: Found, test: Test, device: string): Blocking<void> {
  if (walk.quit) return;
  const considered = found.depth >= walk.least;
  if (considered && !walk.depthFirst) yield* test(found);
  yield* walk.context.flush(false);
  const enters = found.stat.type === 'directory' && found.depth < walk.most && !(found.prune && !walk.depthFirst);
  if (enters && !(walk.oneDevice && found.stat.device !== device)) yield* enter(walk, found, test, device);
  if (considered && walk.depthFirst && !walk.quit) yield* test(found);
}

function* enter(walk: Walk, folder: Found, test: Test, device: string): Blocking<void> {
  const { context } = walk;
  let names: readonly string[] = [];
  try {
    names = context.sys.readdir(folder.path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    context.complain(context.flavour === 'gnu' ? `'${folder.path}': ${why}` : `${folder.path}: ${why}`);
    context.status = 1;
  }
  yield* context.sys.spend(1);
  for (const name of names) {
    const path = join(folder.path, name);
    const stat = statOrNothing(context.sys, path, walk.follow) ?? statOrNothing(context.sys, path, false);
    if (stat !== undefined)
      yield* visit(walk, { path, start: folder.start, depth: folder.depth + 1, stat, prune: false }, test, device);
  }
}

interface Reader {
  readonly args: readonly string[];
  at: number;
}

function parseExpression(walk: Walk, args: readonly string[]): Test {
  const reader: Reader = { args, at: 0 };
  if (args.length === 0) return print(walk);
  const test = parseOr(walk, reader);
  const extra = args[reader.at];
  if (extra !== undefined)
    throw new UsageProblem(
      extra === ')' && walk.context.flavour === 'gnu' ? "you have too many ')'" : `unrecognized: ${extra}`,
      walk.context.flavour !== 'gnu',
    );
  if (walk.acts) return test;
  const shows = print(walk);
  return function* (found) {
    return (yield* test(found)) && (yield* shows(found));
  };
}

function parseOr(walk: Walk, reader: Reader): Test {
  let left = parseAnd(walk, reader);
  while (reader.args[reader.at] === '-o' || reader.args[reader.at] === '-or') {
    reader.at++;
    const [a, b] = [left, parseAnd(walk, reader)];
    left = function* (found) {
      return (yield* a(found)) || (yield* b(found));
    };
  }
  return left;
}

function parseAnd(walk: Walk, reader: Reader): Test {
  let left = parseNot(walk, reader);
  for (;;) {
    const next = reader.args[reader.at];
    if (next === undefined || next === ')' || next === '-o' || next === '-or') return left;
    if (next === '-a' || next === '-and') reader.at++;
    const [a, b] = [left, parseNot(walk, reader)];
    left = function* (found) {
      return (yield* a(found)) && (yield* b(found));
    };
  }
}

function parseNot(walk: Walk, reader: Reader): Test {
  const next = reader.args[reader.at];
  if (next === '!' || next === '-not') {
    reader.at++;
    const inner = parseNot(walk, reader);
    return function* (found) {
      return !(yield* inner(found));
    };
  }
  if (next !== '(') return parsePrimary(walk, reader);
  reader.at++;
  const inner = parseOr(walk, reader);
  if (reader.args[reader.at++] !== ')') throw new UsageProblem("unmatched '('", false);
  return inner;
}

/** A test that neither waits nor acts. */
function plain(test: (found: Found) => boolean): Test {
  return function* (found) {
    return test(found);
  };
}

function print(walk: Walk, end = '\n'): Test {
  return plain(({ path }) => {
    walk.context.print(path + end);
    return true;
  });
}

const TYPES: Readonly<Record<string, FileStat['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  c: 'device',
};

function parsePrimary(walk: Walk, reader: Reader): Test {
  const word = reader.args[reader.at++] ?? '';
  const operand = (): string => {
    const value = reader.args[reader.at++];
    if (value === undefined)
      throw new UsageProblem(
        walk.context.flavour === 'gnu' ? `missing argument to \`${word}'` : `requires an argument: ${word}`,
        walk.context.flavour !== 'gnu',
      );
    return value;
  };
  const tested =
    nameTest(walk, word, operand) ?? figureTest(walk, word, operand) ?? action(walk, word, operand, reader);
  if (tested !== undefined) return tested;
  if (!setOption(walk, word, operand)) {
    if (walk.context.flavour === 'gnu')
      throw new UsageProblem(
        word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`,
        false,
      );
    throw new UsageProblem(`unrecognized: ${word}`);
  }
  return plain(() => true);
}

function setOption(walk: Walk, word: string, operand: () => string): boolean {
  switch (word) {
    case '-maxdepth':
      walk.most = Number(operand());
      return true;
    case '-mindepth':
      walk.least = Number(operand());
      return true;
    case '-depth':
      walk.depthFirst = true;
      return true;
    case '-xdev':
    case '-mount':
      walk.oneDevice = true;
      return true;
    default:
      return word === '-follow' || word === '-true' || word === '-noleaf';
  }
}

function nameTest(walk: Walk, word: string, operand: () => string): Test | undefined {
  const byPattern = (text: (found: Found) => string, fold: boolean): Test => {
    const given = operand();
    const tokens = parsePattern(fold ? given.toLowerCase() : given);
    return plain((found) => matches(tokens, fold ? text(found).toLowerCase() : text(found)));
  };
  const name = ({ path }: Found): string => path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
  switch (word) {
    case '-name':
      return byPattern(name, false);
    case '-iname':
      return byPattern(name, true);
    case '-path':
    case '-wholename':
      return byPattern(({ path }) => path, false);
    case '-ipath':
      return byPattern(({ path }) => path, true);
    case '-regex': {
      const regex = compileRegex(`^\\(${operand()}\\)$`, { dialect: 'basic' });
      return plain(({ path }) => regex.test(path));
    }
    case '-type':
    case '-xtype': {
      const wanted = operand()
        .split(',')
        .map((letter) => (Object.hasOwn(TYPES, letter) ? TYPES[letter] : undefined));
      return plain(({ stat }) => wanted.includes(stat.type));
    }
    case '-lname': {
      const tokens = parsePattern(operand());
      return plain(({ path, stat }) => stat.type === 'symlink' && matches(tokens, walk.context.sys.readlink(path)));
    }
    default:
      return undefined;
  }
}

/** `+5` more, `-5` less, `5` exactly. */
function comparing(text: string, value: (found: Found) => number): Test {
  const number = Number(/\d+/.exec(text)?.[0] ?? 0);
  if (text.startsWith('+')) return plain((found) => value(found) > number);
  return text.startsWith('-') ? plain((found) => value(found) < number) : plain((found) => value(found) === number);
}

const SIZES: Readonly<Record<string, number>> = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function figureTest(walk: Walk, word: string, operand: () => string): Test | undefined {
  const { sys } = walk.context;
  const age =
    (unit: number) =>
    (found: Found): number =>
      Math.floor((sys.now() - found.stat.modified) / unit);
  switch (word) {
    case '-size': {
      const text = operand();
      const unit = SIZES[text.at(-1) ?? ''] ?? 512;
      return comparing(text, ({ stat }) => Math.ceil(stat.size / unit));
    }
    case '-mtime':
    case '-ctime':
    case '-atime':
      return comparing(operand(), age(86_400_000));
    case '-mmin':
    case '-cmin':
    case '-amin':
      return comparing(operand(), age(60_000));
    case '-links':
      return comparing(operand(), ({ stat }) => stat.links);
    case '-inum':
      return comparing(operand(), ({ stat }) => stat.inode);
    case '-empty':
      return plain(({ path, stat }) =>
        stat.type === 'directory' ? sys.readdir(path).length === 0 : stat.type === 'file' && stat.size === 0,
      );
    case '-newer': {
      const than = sys.stat(operand()).modified;
      return plain(({ stat }) => stat.modified > than);
    }
    case '-perm':
      return permissionTest(operand());
    case '-user': {
      const name = operand();
      const uid = walk.accounts.users.find((user) => user.name === name)?.uid ?? Number(name);
      return plain(({ stat }) => stat.uid === uid);
    }
    case '-group': {
      const name = operand();
      const gid = walk.accounts.groups.find((group) => group.name === name)?.gid ?? Number(name);
      return plain(({ stat }) => stat.gid === gid);
    }
    case '-readable':
    case '-writable':
    case '-executable':
      return plain(({ path }) => sys.access(path, word === '-readable' ? 4 : word === '-writable' ? 2 : 1));
    case '-false':
      return plain(() => false);
    default:
      return undefined;
  }
}

function permissionTest(text: string): Test {
  const kind = /^[-/]/.exec(text)?.[0] ?? '';
  const mode = changedMode(text.slice(kind.length), 0, false, 0) ?? 0;
  return plain(({ stat }) =>
    kind === '-' ? (stat.mode & mode) === mode : kind === '/' ? (stat.mode & mode) !== 0 : stat.mode === mode,
  );
}

function action(walk: Walk, word: string, operand: () => string, reader: Reader): Test | undefined {
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

function* runBatch({ context }: Walk, argv: readonly string[], paths: readonly string[]): Blocking<void> {
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
