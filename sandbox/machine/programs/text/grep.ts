// `grep`, `egrep`, `fgrep`

import { errorText } from '../../errors.ts';
import {
  compileRegex,
  escapeRegex,
  type Match,
  type Regex,
  type RegexOptions,
  RegexProblem,
} from '../../regex/regex.ts';
import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import { type Blocking, type Fd, SysError } from '../../sys.ts';
import { join, statOrNothing } from '../kit/attempt.ts';
import { type Body, type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { type Line, type LineReader, lineReader, readTextFile, splitLines } from '../kit/input.ts';

const GREP: CommandSpec = {
  usage: '[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
  flags:
    'H|with-filename h|no-filename n|line-number l|files-with-matches L|files-without-match o|only-matching q|quiet|silent v|invert-match s|no-messages r|recursive R|dereference-recursive i|ignore-case w|word-regexp x|line-regexp F|fixed-strings E|extended-regexp G|basic-regexp z|null-data m|max-count= A|after-context= B|before-context= C|context= e|regexp= f|file= c|count a|text b|byte-offset I color?|colour? include= exclude= exclude-dir= P|perl-regexp Z|null line-buffered y',
  badUsage: 2,
  advice: "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
  number: 'C',
};

/** What a search remembers from line to line; plain data. */
interface Search {
  number: number;
  offset: number;
  found: number;
  /** Lines kept for `-B`. */
  before: { number: number; text: string }[];
  /** Lines still to be shown for `-A`. */
  after: number;
  /** The last line that was shown. */
  shown: number;
}

interface Plan {
  readonly regexes: readonly Regex[];
  readonly named: boolean;
  readonly before: number;
  readonly after: number;
  readonly most: number;
  readonly separator: string;
}

const runGrep: Body = function* (context) {
  const plan = yield* planOf(context);
  const paths = inputsOf(context, plan.rest);
  let found = false;
  for (const path of paths) {
    if (yield* searchPath(context, plan, path, true)) {
      found = true;
      if (context.flags.has('q')) return 0;
    }
  }
  if (context.status === 2 && !(found && context.flags.has('q'))) return 2;
  return found ? 0 : 1;
};

export const grep = command(GREP, runGrep);

interface WholePlan extends Plan {
  readonly rest: readonly string[];
}

function* planOf(context: Context): Blocking<WholePlan> {
  const { flags } = context;
  const patterns = flags.values('e').flatMap((text) => text.split('\n'));
  for (const path of flags.values('f')) patterns.push(...splitLines(yield* readTextFile(context.sys, path)));
  const rest = [...context.args];
  if (!flags.has('e') && !flags.has('f')) {
    const first = rest.shift();
    if (first === undefined) throw new UsageProblem('');
    patterns.push(...first.split('\n'));
  }
  const recursive = flags.has('r') || flags.has('R');
  const many = rest.length > 1 || recursive;
  return {
    rest,
    regexes: patterns.map((pattern) => compile(context, pattern)),
    named: flags.has('H') || (many && !flags.has('h')),
    before: number(context, flags.value('B') ?? flags.value('C')),
    after: number(context, flags.value('A') ?? flags.value('C')),
    most: flags.has('m') ? number(context, flags.value('m')) : Number.POSITIVE_INFINITY,
    separator: flags.has('z') ? '\0' : '\n',
  };
}

function number(context: Context, text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageProblem(
    context.flavour === 'gnu' ? `${text}: invalid context length argument` : `invalid number '${text}'`,
    false,
  );
}

function compile(context: Context, pattern: string): Regex {
  const { flags, name } = context;
  const fixed = flags.has('F') || name === 'fgrep';
  const extended = flags.has('E') || name === 'egrep';
  const dialect = flags.has('P') ? 'perl' : extended || fixed ? 'extended' : 'basic';
  let source = fixed ? escapeRegex(pattern) : pattern;
  const [open, close] = dialect === 'basic' ? ['\\(', '\\)'] : ['(', ')'];
  if (flags.has('x')) source = `^${open}${source}${close}$`;
  try {
    const options = { dialect, ignoreCase: flags.has('i') || flags.has('y') } as const;
    return dialect === 'perl' ? compileKept(source, options) : compileRegex(source, options);
  } catch (error) {
    if (!(error instanceof RegexProblem)) throw error;
    throw new UsageProblem(
      context.flavour === 'gnu' ? error.message : `bad regex '${pattern}': ${error.message}`,
      false,
    );
  }
}

/** Perl's `\K`: what was matched before it belongs to no match. */
function compileKept(source: string, options: RegexOptions): Regex {
  const at = /^(?:[^\\]|\\[^K])*?(?=\\K)/s.exec(source)?.[0].length;
  if (at === undefined) return compileRegex(source, options);
  const before = source.slice(0, at);
  const kept = compileRegex(before, options).groups + 1;
  const regex = compileRegex(`${before}(${source.slice(at + 2)})`, options);
  return {
    ...regex,
    search: (text, from) => {
      const match = regex.search(text, from);
      return match === undefined ? undefined : { ...match, start: match.starts[kept - 1] ?? match.start };
    },
  };
}

function inputsOf(context: Context, rest: readonly string[]): readonly string[] {
  if (rest.length > 0) return rest;
  return context.flags.has('r') || context.flags.has('R') ? ['.'] : ['-'];
}

function* searchPath(context: Context, plan: Plan, path: string, top: boolean): Blocking<boolean> {
  const { flags, sys } = context;
  const recursive = flags.has('r') || flags.has('R');
  if (path !== '-' && recursive) {
    const stat = statOrNothing(sys, path, top || flags.has('R'));
    if (stat?.type === 'directory') return yield* searchFolder(context, plan, path);
    if (stat !== undefined && stat.type !== 'file' && !top) return false;
  }
  if (!top && !isIncluded(context, path)) return false;
  let fd: Fd;
  try {
    fd = path === '-' ? 0 : yield* sys.open(path, { read: true });
  } catch (error) {
    return failed(context, path, error);
  }
  try {
    return yield* searchFile(context, plan, path, fd);
  } catch (error) {
    if (error instanceof SysError && error.code === 'EISDIR') {
      if (context.flavour === 'gnu') context.complain(`${path}: ${errorText('EISDIR')}`);
      return false;
    }
    return failed(context, path, error);
  } finally {
    if (fd !== 0) sys.close(fd);
  }
}

function failed(context: Context, path: string, error: unknown): boolean {
  if (!(error instanceof SysError) || error.code === 'EPIPE') throw error;
  if (!context.flags.has('s')) context.complain(`${path}: ${errorText(error.code)}`);
  context.status = 2;
  return false;
}

function isIncluded({ flags }: Context, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const fits = (pattern: string): boolean => matches(parsePattern(pattern), name);
  if (flags.values('exclude').some(fits)) return false;
  return !flags.has('include') || flags.values('include').some(fits);
}

function* searchFolder(context: Context, plan: Plan, path: string): Blocking<boolean> {
  let found = false;
  let names: readonly string[];
  try {
    names = context.sys.readdir(path);
  } catch (error) {
    return failed(context, path, error);
  }
  for (const name of names) {
    const inner = path === '.' && context.args.length < 2 && context.flavour === 'gnu' ? name : join(path, name);
    const skipped = context.flags.values('exclude-dir').some((pattern) => matches(parsePattern(pattern), name));
    if (skipped && statOrNothing(context.sys, inner)?.type === 'directory') continue;
    if (yield* searchPath(context, plan, inner, false)) found = true;
    if (found && context.flags.has('q')) return true;
  }
  return found;
}

function isSearch(saved: unknown): saved is { search: Search; rest: string } {
  return typeof saved === 'object' && saved !== null && 'search' in saved;
}

function* searchFile(context: Context, plan: Plan, path: string, fd: Fd): Blocking<boolean> {
  const { flags, sys } = context;
  const streams = fd === 0 && isSearch(context.saved) ? context.saved : undefined;
  const search: Search = streams?.search ?? { number: 0, offset: 0, found: 0, before: [], after: 0, shown: 0 };
  const reader = lineReader(context, fd, plan.separator, streams?.rest ?? '');
  for (;;) {
    if (fd === 0 && search.number % 200 === 0) {
      yield* context.flush();
      sys.save({ search, rest: reader.rest() });
    }
    const line = yield* nextLine(reader, search);
    if (line === undefined) break;
    const match = firstMatch(context, plan, line.text);
    const selected = (match !== undefined) !== flags.has('v');
    if (selected) {
      search.found++;
      if (flags.has('q')) return true;
      if (flags.has('l') || flags.has('L')) break;
      if (!flags.has('c')) show(context, plan, path, search, line.text, match);
      if (search.found >= plan.most) break;
    } else if (!flags.has('c')) showContext(context, plan, path, search, line.text);
    search.offset += line.text.length + 1;
  }
  return conclude(context, plan, path, search);
}

function* nextLine(reader: LineReader, search: Search): Blocking<Line | undefined> {
  const line = yield* reader.next();
  if (line !== undefined) search.number++;
  return line;
}

function conclude(context: Context, plan: Plan, path: string, search: Search): boolean {
  const { flags } = context;
  const shown = path === '-' ? '(standard input)' : path;
  if (flags.has('L')) {
    if (search.found === 0) context.print(`${shown}\n`);
    return context.flavour === 'gnu' ? search.found === 0 : search.found > 0;
  }
  if (flags.has('l')) {
    if (search.found > 0) context.print(`${shown}\n`);
  } else if (flags.has('c')) context.print(`${plan.named ? `${shown}:` : ''}${search.found}\n`);
  return search.found > 0;
}

function firstMatch(context: Context, plan: Plan, text: string, from = 0): Match | undefined {
  const needsPlace = context.flags.has('o') || context.flags.has('w') || from > 0;
  let best: Match | undefined;
  for (const regex of plan.regexes) {
    if (!needsPlace) {
      if (regex.test(text)) return ANYWHERE;
      continue;
    }
    const match = context.flags.has('w') ? wordMatch(regex, text, from) : regex.search(text, from);
    if (match === undefined) continue;
    if (best === undefined || match.start < best.start || (match.start === best.start && match.end > best.end))
      best = match;
  }
  return best;
}

const ANYWHERE: Match = { start: 0, end: 0, groups: [], starts: [] };

/** A match that is a word of its own. */
function wordMatch(regex: Regex, text: string, from: number): Match | undefined {
  for (let at = from; at <= text.length; ) {
    const match = regex.search(text, at);
    if (match === undefined) return undefined;
    const before = text.charAt(match.start - 1);
    const after = text.charAt(match.end);
    if (!/\w/.test(before) && !/\w/.test(after) && match.end > match.start) return match;
    at = match.start + 1;
  }
  return undefined;
}

function show(
  context: Context,
  plan: Plan,
  path: string,
  search: Search,
  text: string,
  match: Match | undefined,
): void {
  const { flags } = context;
  if (flags.has('o')) {
    if (!flags.has('v')) showMatches(context, plan, path, search, text, match);
    return;
  }
  const first = search.before[0]?.number ?? search.number;
  if ((plan.before > 0 || plan.after > 0) && search.shown > 0 && first > search.shown + 1) context.print('--\n');
  for (const line of search.before) context.print(`${lead(context, plan, path, line.number, '-', 0)}${line.text}\n`);
  search.before = [];
  search.shown = search.number;
  search.after = plan.after;
  context.print(`${lead(context, plan, path, search.number, ':', search.offset)}${text}${plan.separator}`);
}

function showMatches(
  context: Context,
  plan: Plan,
  path: string,
  search: Search,
  text: string,
  first: Match | undefined,
): void {
  for (
    let match = first;
    match !== undefined;
    match = firstMatch(context, plan, text, Math.max(match.end, match.start + 1))
  ) {
    if (match.end > match.start) {
      context.print(
        `${lead(context, plan, path, search.number, ':', search.offset + match.start)}${text.slice(match.start, match.end)}\n`,
      );
    }
    if (match.end >= text.length) break;
  }
}

function showContext(context: Context, plan: Plan, path: string, search: Search, text: string): void {
  if (search.after > 0) {
    search.after--;
    search.shown = search.number;
    context.print(`${lead(context, plan, path, search.number, '-', search.offset)}${text}\n`);
  } else if (plan.before > 0) {
    search.before.push({ number: search.number, text });
    if (search.before.length > plan.before) search.before.shift();
  }
}

function lead(context: Context, plan: Plan, path: string, line: number, mark: ':' | '-', offset: number): string {
  const { flags } = context;
  const name = path === '-' ? '(standard input)' : path;
  const bytes = flags.has('b') ? `${offset}${mark}` : '';
  return `${plan.named ? `${name}${mark}` : ''}${flags.has('n') ? `${line}${mark}` : ''}${bytes}`;
}
