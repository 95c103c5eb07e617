// `sed`: runs a script over each line.

import type { Blocking } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readTextFile, tryTextFile } from '../kit/input.ts';
import { execute } from './commands.ts';
import { flushQueue, nextLine, type Run, readAhead } from './run.ts';
import { type Address, parseScript, type SedCommand, SedProblem } from './script.ts';

const SED: CommandSpec = {
  usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...',
  flags:
    'n|quiet|silent e|expression= f|file= E r|regexp-extended i|in-place? s|separate z|null-data u|unbuffered debug posix',
};

export const sed = command(SED, function* (context) {
  const { flags } = context;
  const pieces: string[] = [];
  for (const [name, value] of flags.order) {
    if (name === 'e') pieces.push(value);
    else if (name === 'f') pieces.push((yield* readTextFile(context.sys, value)).replace(/\n$/, ''));
  }
  const rest = [...context.args];
  if (pieces.length === 0) {
    const script = rest.shift();
    if (script === undefined) throw new UsageProblem('');
    pieces.push(script);
  }
  const source = pieces.join('\n');
  let commands: readonly SedCommand[];
  try {
    commands = parseScript(source.replace(/^#n\n/, ''), flags.has('E') || flags.has('r'));
  } catch (error) {
    if (!(error instanceof SedProblem)) throw error;
    context.complain(
      context.flavour === 'gnu'
        ? `-e expression #1, char ${error.at ?? source.length}: ${error.message}`
        : busyboxWords(error.message),
    );
    return 1;
  }
  const run = newRun(context, commands, rest.length === 0 ? ['-'] : rest);
  const missing = commands.find(({ name, text }) => 'btT'.includes(name) && text !== '' && !run.labels.has(text));
  if (missing !== undefined) {
    context.complain(
      context.flavour === 'gnu'
        ? `can't find label for jump to \`${missing.text}'`
        : `can't find label for jump to '${missing.text}'`,
    );
    return 1;
  }
  if (flags.has('i')) return yield* editInPlace(run, rest);
  if (flags.has('s')) return yield* oneByOne(context, commands, rest);
  return yield* process(run);
});

function busyboxWords(message: string): string {
  return message === "unterminated `s' command"
    ? "unmatched '/'"
    : message === "unknown option to `s'"
      ? 'bad option in substitution expression'
      : message.replace(/^unknown command: `(.*)'$/, 'unsupported command $1');
}

function newRun(context: Context, commands: readonly SedCommand[], paths: readonly string[]): Run {
  return {
    context,
    commands,
    labels: new Map(commands.flatMap(({ name, text }, i) => (name === ':' ? [[text, i] as const] : []))),
    files: new Map(),
    paths,
    next: 0,
    reader: undefined,
    fd: -1,
    ahead: undefined,
    pattern: '',
    ended: true,
    hold: '',
    line: 0,
    ranges: new Map(),
    queue: [],
    substituted: false,
    last: undefined,
    quit: undefined,
    output: '',
  };
}

/** Each file by itself: its result takes its place. */
function* editInPlace(run: Run, paths: readonly string[]): Blocking<number> {
  const { context, commands } = run;
  if (paths.length === 0)
    throw new UsageProblem(context.flavour === 'gnu' ? 'no input files' : '', context.flavour !== 'gnu');
  for (const path of paths) {
    const one = newRun(context, commands, [path]);
    const before = context.status;
    const old = yield* tryTextFile(context.sys, path);
    yield* process(one, true);
    if (old === undefined) {
      context.status = context.status || before || 1;
      continue;
    }
    const suffix = context.flags.value('i');
    const mode = context.sys.stat(path).mode;
    if (suffix !== undefined && suffix !== '')
      context.sys.rename(path, suffix.includes('*') ? suffix.replace('*', path) : path + suffix);
    const fd = yield* context.sys.open(path, { write: true, create: true, truncate: true, mode });
    yield* context.sys.write(fd, one.output);
    context.sys.close(fd);
    if (one.quit !== undefined) return one.quit;
  }
  return context.status;
}

/** `-s`: each file by itself, with lines counted from 1. */
function* oneByOne(context: Context, commands: readonly SedCommand[], paths: readonly string[]): Blocking<number> {
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const one = newRun(context, commands, [path]);
    yield* process(one);
    if (one.quit !== undefined) return one.quit;
  }
  return context.status;
}

function* process(run: Run, collects = false): Blocking<number> {
  const { context } = run;
  const separator = context.flags.has('z') ? '\0' : '\n';
  const out = (text: string): void => {
    if (collects) run.output += text;
    else context.print(text);
  };
  run.ahead = yield* readAhead(run);
  while (run.quit === undefined && (yield* nextLine(run))) {
    const deleted = yield* runCommands(run, out, separator);
    if (!deleted && !context.flags.has('n')) out(run.pattern + (run.ended ? separator : ''));
    yield* flushQueue(run, out);
    yield* context.flush(false);
  }
  for (const fd of run.files.values()) context.sys.close(fd);
  return run.quit ?? context.status;
}

function addressFits(run: Run, address: Address): boolean {
  switch (address.at) {
    case 'line':
      return run.line === address.line;
    case 'step':
      return address.step === 0
        ? run.line === address.first
        : run.line >= address.first && (run.line - address.first) % address.step === 0;
    case 'last':
      return run.ahead === undefined;
    case 'match': {
      const regex = address.regex ?? run.last;
      if (address.regex !== undefined) run.last = address.regex;
      return regex?.test(run.pattern) === true;
    }
    default:
      return false;
  }
}

function selected(run: Run, index: number, { from, to, negated }: SedCommand): boolean {
  if (from === undefined) return !negated;
  if (to === undefined) return addressFits(run, from) !== negated;
  return inRange(run, index, from, to) !== negated;
}

function inRange(run: Run, index: number, from: Address, to: Address): boolean {
  const until = run.ranges.get(index);
  if (until === undefined) {
    const begins = addressFits(run, from) || (from.at === 'line' && from.line === 0 && run.line === 1);
    if (!begins) return false;
    const end =
      to.at === 'line'
        ? to.line
        : to.at === 'more'
          ? run.line + to.lines
          : to.at === 'multiple'
            ? Math.ceil(run.line / to.of) * to.of
            : Number.POSITIVE_INFINITY;
    const zero = from.at === 'line' && from.line === 0 && to.at === 'match' && addressFits(run, to);
    if (end > run.line && !zero) run.ranges.set(index, end);
    return true;
  }
  if (run.line >= until || (until === Number.POSITIVE_INFINITY && addressFits(run, to))) run.ranges.delete(index);
  return run.line <= until;
}

/** Runs the script once; true when the pattern was deleted, and isn't to be printed. */
function* runCommands(run: Run, out: (text: string) => void, separator: string): Blocking<boolean> {
  let steps = 0;
  for (let i = 0; i < run.commands.length; i++) {
    const command_ = run.commands[i];
    if (command_ === undefined) break;
    if (++steps % 500 === 0) yield* run.context.sys.spend(10);
    if (!selected(run, i, command_)) {
      if (command_.name === '{') i = command_.partner;
      continue;
    }
    const went = yield* execute(run, command_, out, separator);
    if (went === 'deleted') return true;
    if (went === 'again') i = -1;
    else if (went === 'end') return false;
    else if (typeof went === 'number') i = went;
  }
  return false;
}
