// `find`: walks trees and asks of each file what the expression says.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { join, statOrNothing } from '../kit/attempt.ts';
import { command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readAccounts } from '../kit/users.ts';
import { action, print, runBatch } from './findactions.ts';
import { figureTest, nameTest, plain } from './findtests.ts';
import type { Found, Reader, Test, Walk } from './findwalk.ts';

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
