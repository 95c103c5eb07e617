// `sed`: runs a script over each line.

import { errorText } from '../../errors.ts';
import type { Match, Regex } from '../../regex/regex.ts';
import { type Blocking, type Fd, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { type LineReader, lineReader, openInput, readTextFile, tryTextFile } from '../kit/input.ts';
import { type Address, parseScript, type SedCommand, SedProblem } from './script.ts';

const SED: CommandSpec = {
  usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...',
  flags:
    'n|quiet|silent e|expression= f|file= E r|regexp-extended i|in-place? s|separate z|null-data u|unbuffered debug posix',
};

interface Run {
  readonly context: Context;
  readonly commands: readonly SedCommand[];
  readonly labels: ReadonlyMap<string, number>;
  readonly files: Map<string, Fd>;
  readonly paths: readonly string[];
  next: number;
  reader: LineReader | undefined;
  fd: Fd;
  /** The line after the present one, read ahead to know which is the last. */
  ahead: { readonly text: string; readonly ended: boolean } | undefined;
  pattern: string;
  ended: boolean;
  hold: string;
  line: number;
  /** By command: the line at which an open range ends (or Infinity for one that ends at a match). */
  readonly ranges: Map<number, number>;
  /** Text that comes after this line. */
  queue: { readonly kind: 'text' | 'file'; readonly text: string }[];
  substituted: boolean;
  last: Regex | undefined;
  quit: number | undefined;
  output: string;
}

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
        ? `-e expression #1, char ${source.length}: ${error.message}`
        : busyboxWords(error.message),
    );
    return 1;
  }
  const run = newRun(context, commands, rest.length === 0 ? ['-'] : rest);
  const missing = commands.find(({ name, text }) => 'btT'.includes(name) && text !== '' && !run.labels.has(text));
  if (missing !== undefined) {
    context.complain(
      context.flavour === 'gnu'
        ? `-e expression #1, char ${source.length}: can't find label for jump to \`${missing.text}'`
        : `can't find label for jump to '${missing.text}'`,
    );
    return 1;
  }
  if (flags.has('i')) return yield* editInPlace(run, rest);
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

function* readAhead(run: Run): Blocking<Run['ahead']> {
  const { context } = run;
  for (;;) {
    if (run.reader === undefined) {
      const path = run.paths[run.next++];
      if (path === undefined) return undefined;
      const fd = yield* openSed(context, path);
      if (fd === undefined) continue;
      run.fd = fd;
      run.reader = lineReader(context, fd, context.flags.has('z') ? '\0' : '\n');
    }
    try {
      const line = yield* run.reader.next();
      if (line !== undefined) return line;
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EISDIR') throw error;
      const path = run.paths[run.next - 1];
      context.complain(
        context.flavour === 'gnu' ? `couldn't edit ${path}: not a regular file` : `read error: ${errorText('EISDIR')}`,
      );
      context.status = context.flavour === 'gnu' ? 4 : 1;
    }
    if (run.fd > 0) context.sys.close(run.fd);
    run.reader = undefined;
  }
}

function* openSed(context: Context, path: string): Blocking<Fd | undefined> {
  const before = context.status;
  if (context.flavour === 'busybox' || path === '-') return yield* openInput(context, path);
  try {
    return yield* context.sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(`can't read ${path}: ${errorText(error.code)}`);
    context.status = before || 2;
    return undefined;
  }
}

function* nextLine(run: Run): Blocking<boolean> {
  if (run.ahead === undefined) return false;
  run.pattern = run.ahead.text;
  run.ended = run.ahead.ended;
  run.line++;
  run.substituted = false;
  run.ahead = yield* readAhead(run);
  return true;
}

function* flushQueue(run: Run, out: (text: string) => void): Blocking<void> {
  for (const { kind, text } of run.queue.splice(0))
    out(kind === 'text' ? text : ((yield* tryTextFile(run.context.sys, text)) ?? ''));
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

type Went = undefined | 'deleted' | 'again' | 'end' | number;

function* execute(run: Run, c: SedCommand, out: (text: string) => void, separator: string): Blocking<Went> {
  switch (c.name) {
    case 's':
      return yield* substitute(run, c, out, separator);
    case 'y':
      run.pattern = translate(run.pattern, c);
      return undefined;
    case 'p':
      out(run.pattern + separator);
      return undefined;
    case 'P':
      out(`${run.pattern.split('\n')[0]}\n`);
      return undefined;
    case 'd':
      return 'deleted';
    case 'D': {
      const at = run.pattern.indexOf('\n');
      if (at < 0) return 'deleted';
      run.pattern = run.pattern.slice(at + 1);
      return 'again';
    }
    case 'n':
      if (run.ahead === undefined) return run.context.flavour === 'gnu' ? 'end' : 'end';
      if (!run.context.flags.has('n')) out(run.pattern + separator);
      yield* flushQueue(run, out);
      yield* nextLine(run);
      return undefined;
    case 'N': {
      if (run.ahead === undefined) return 'end';
      const before = run.pattern;
      yield* nextLine(run);
      run.pattern = `${before}\n${run.pattern}`;
      return undefined;
    }
    default:
      return yield* executeOther(run, c, out);
  }
}

function* executeOther(run: Run, c: SedCommand, out: (text: string) => void): Blocking<Went> {
  switch (c.name) {
    case 'a':
      run.queue.push({ kind: 'text', text: c.text });
      return undefined;
    case 'i':
      out(c.text);
      return undefined;
    case 'c':
      if (c.to === undefined || c.negated || !run.ranges.has(run.commands.indexOf(c))) out(c.text);
      return 'deleted';
    case 'r':
      run.queue.push({ kind: 'file', text: c.text });
      return undefined;
    case 'w':
      yield* writeTo(run, c.text, `${run.pattern}\n`);
      return undefined;
    case '=':
      out(`${run.line}\n`);
      return undefined;
    case 'l':
      out(`${visible(run.pattern)}$\n`);
      return undefined;
    case 'q':
      run.quit = c.number ?? 0;
      return 'end';
    case 'Q':
      run.quit = c.number ?? 0;
      return 'deleted';
    default:
      return executeSimple(run, c);
  }
}

function executeSimple(run: Run, c: SedCommand): Went {
  switch (c.name) {
    case 'h':
      run.hold = run.pattern;
      return undefined;
    case 'H':
      run.hold += `\n${run.pattern}`;
      return undefined;
    case 'g':
      run.pattern = run.hold;
      return undefined;
    case 'G':
      run.pattern += `\n${run.hold}`;
      return undefined;
    case 'x':
      [run.pattern, run.hold] = [run.hold, run.pattern];
      return undefined;
    case 'z':
      run.pattern = '';
      return undefined;
    case 'b':
      return jump(run, c);
    case 't':
    case 'T': {
      const jumps = run.substituted === (c.name === 't');
      if (c.name === 't' || !jumps) run.substituted = false;
      return jumps ? jump(run, c) : undefined;
    }
    case '{':
    case '}':
    case ':':
      return undefined;
    default:
      throw new UsageProblem(`command ${c.name} isn't modelled on this machine`, false);
  }
}

function jump(run: Run, { text }: SedCommand): Went {
  return text === '' ? 'end' : (run.labels.get(text) ?? 'end');
}

function visible(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
  };
  return text.replace(/[\\\0-\x1f\x7f]/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function translate(text: string, { text: from, replacement }: SedCommand): string {
  const to = [...String(replacement[0] ?? '')];
  const map = new Map([...from].map((char, i) => [char, to[i] ?? '']));
  return [...text].map((char) => map.get(char) ?? char).join('');
}

function* writeTo(run: Run, path: string, text: string): Blocking<void> {
  const { sys } = run.context;
  if (path === '/dev/stdout' || path === '/dev/stderr') {
    if (path === '/dev/stdout') run.context.print(text);
    else run.context.warn(text);
    return;
  }
  let fd = run.files.get(path);
  if (fd === undefined) {
    fd = yield* sys.open(path, { write: true, create: true, truncate: true });
    run.files.set(path, fd);
  }
  yield* sys.write(fd, text);
}

function* substitute(run: Run, c: SedCommand, out: (text: string) => void, separator: string): Blocking<Went> {
  const regex = c.regex ?? run.last;
  if (regex === undefined) throw new UsageProblem('no previous regular expression', false);
  run.last = regex;
  const replaced = replaceAll(run.pattern, regex, c);
  if (replaced === undefined) return undefined;
  run.pattern = replaced;
  run.substituted = true;
  if (c.flags.run) throw new UsageProblem("the e flag isn't modelled on this machine", false);
  if (c.flags.print) out(run.pattern + separator);
  if (c.flags.file !== undefined) yield* writeTo(run, c.flags.file, `${run.pattern}\n`);
  return undefined;
}

/** The text with its matches replaced; undefined when there is none to replace. */
function replaceAll(text: string, regex: Regex, c: SedCommand): string | undefined {
  let result = '';
  let at = 0;
  let count = 0;
  let changed = false;
  let lastEnd = -1;
  while (at <= text.length) {
    const match = regex.search(text, at);
    if (match === undefined) break;
    const empty = match.end === match.start;
    if (empty && match.start === lastEnd) {
      result += text.slice(at, match.start + 1);
      at = match.start + 1;
      continue;
    }
    count++;
    const replaces = c.flags.all ? count >= c.flags.which : count === c.flags.which;
    result +=
      text.slice(at, match.start) + (replaces ? replacementFor(c, match, text) : text.slice(match.start, match.end));
    changed ||= replaces;
    lastEnd = match.end;
    at = match.end;
    if (empty) {
      result += text.slice(at, at + 1);
      at++;
    }
    if (changed && !c.flags.all) break;
  }
  return changed ? result + text.slice(at) : undefined;
}

function replacementFor(c: SedCommand, match: Match, text: string): string {
  let result = '';
  let fold = '';
  let once = '';
  for (const piece of c.replacement) {
    if (typeof piece === 'object') {
      if (piece.fold === 'u' || piece.fold === 'l') once = piece.fold;
      else fold = piece.fold === 'E' ? '' : piece.fold;
      continue;
    }
    let part =
      typeof piece === 'string'
        ? piece
        : piece === 0
          ? text.slice(match.start, match.end)
          : (match.groups[piece - 1] ?? '');
    if (fold === 'U') part = part.toUpperCase();
    else if (fold === 'L') part = part.toLowerCase();
    if (once !== '' && part !== '') {
      part = (once === 'u' ? part.charAt(0).toUpperCase() : part.charAt(0).toLowerCase()) + part.slice(1);
      once = '';
    }
    result += part;
  }
  return result;
}
