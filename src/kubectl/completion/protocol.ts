// What shells ask while somebody types: `kubectl __complete WORDS...`. The last word is the one to complete. Candidates come
// one a line, with descriptions behind a tab, and at last a number that tells the shell how to treat them.

import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { type Call, createCall } from '../call.ts';
import { type CommandAlias, findCommand, plainWords } from '../cli/find.ts';
import { FlagError, parseLine } from '../cli/parse.ts';
import { allFlags, type CommandRow, childrenOf, type FlagSpec, globalFlags, nameOf } from '../data/catalog.ts';
import { homeOf } from '../kubeconfig/load.ts';
import { createLog } from '../log.ts';
import { createWarnings } from '../rest/warnings.ts';
import { ARGUMENTS, type Candidates, DIRECTIVE, FIXED_ARGUMENTS, FLAG_VALUES } from './arguments.ts';
import { debug, pluginCandidates, pluginWords } from './plugins.ts';

/** The commands of the protocol: with descriptions, and without. */
export const REQUESTS: readonly string[] = ['__complete', '__completeNoDesc'];

interface Completing {
  readonly row: CommandRow;
  readonly specs: readonly FlagSpec[];
  /** Flags that the command can't do without. */
  readonly required: readonly string[];
  readonly call: Call;
  readonly start: string;
  /** The flag whose value is asked for. */
  readonly flag: FlagSpec | undefined;
  /** `--` came before: all that follows are arguments. */
  readonly afterDashes: boolean;
  /** Nothing stands before the word. */
  readonly first: boolean;
}

/**
 * Answers for the words behind the request. `requiredOf` tells which flags a command can't do without; `alias` is a name of
 * the learner's own among the words.
 */
export function* answerCompletion(
  sys: Sys,
  [request = '', ...words]: readonly string[],
  requiredOf: (row: CommandRow) => readonly string[],
  alias?: CommandAlias,
): Blocking<number> {
  const { words: found, directive } = yield* candidates(sys, words, requiredOf, alias);
  const lines = found.map((word) => (request === '__completeNoDesc' ? word.replace(/\t.*$/s, '') : word).trim());
  yield* sys.write(1, [...lines, `:${directive}`].map((line) => `${line}\n`).join(''));
  yield* sys.write(2, `Completion ended with directive: ${directiveText(directive)}\n`);
  return 0;
}

const NAMES = [
  [DIRECTIVE.error, 'Error'],
  [DIRECTIVE.noSpace, 'NoSpace'],
  [DIRECTIVE.noFiles, 'NoFileComp'],
  [DIRECTIVE.filesOfKinds, 'FilterFileExt'],
] as const;

function directiveText(directive: number): string {
  const names = NAMES.filter(([bit]) => (directive & bit) !== 0).map(([, name]) => name);
  return (names.length === 0 ? ['Default'] : names).map((name) => `ShellCompDirective${name}`).join(', ');
}

const NONE: Candidates = { words: [], directive: DIRECTIVE.usual };

function* candidates(
  sys: Sys,
  words: readonly string[],
  requiredOf: (row: CommandRow) => readonly string[],
  alias: CommandAlias | undefined,
): Blocking<Candidates> {
  const [last] = words.slice(-1);
  if (last === undefined) throw new Error('requires at least 1 arg(s), only received 0');
  const before = words[0] === 'help' && words.length > 1 ? words.slice(1, -1) : words.slice(0, -1);
  const { row, rest } = findCommand(before, alias);
  const specs = allFlags(row);
  if (row.path === '' && plainWords(rest, specs).length > 0) {
    return yield* withPlugins(sys, before, last);
  }
  const { flag, start, line } = valueAsked(specs, rest, last);
  try {
    const parsed = parseLine(specs, line, homeOf(sys));
    if (parsed.flags.bool('help')) return { words: [], directive: DIRECTIVE.noFiles };
    const name = { path: row.path, called: row.path };
    const call = createCall(sys, name, parsed, createLog(sys, parsed.flags.number('v')), createWarnings(sys));
    const required = requiredOf(row);
    return yield* offered({
      row,
      specs,
      required,
      call,
      start,
      flag,
      afterDashes: line.includes('--'),
      first: words.length === 1,
    });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    const message = error.message.replace(/^error: /, '');
    yield* sys.write(2, `[Debug] [Error] Error while parsing flags from args [${line.join(' ')}]: ${message}\n`);
    return NONE;
  }
}

/** Plugins have no flags in common with kubectl, and none stand before their names. */
function* withPlugins(sys: Sys, before: readonly string[], start: string): Blocking<Candidates> {
  if (before[0]?.startsWith('-') !== true) {
    yield* debug(sys, 'Cleared global flags for plugin completion');
    const found = yield* pluginCandidates(sys, before, start);
    if (found !== undefined) return found;
  }
  yield* debug(sys, `[Error] unable to find a command for arguments: [${before.join(' ')}]`);
  return NONE;
}

interface Asked {
  readonly flag: FlagSpec | undefined;
  readonly start: string;
  /** The words before, without the flag whose value isn't there yet. */
  readonly line: readonly string[];
}

/** Whether a flag's value is asked for: `--flag=va`, or `--flag va`. */
function valueAsked(specs: readonly FlagSpec[], rest: readonly string[], last: string): Asked {
  const equals = last.indexOf('=');
  if (last.startsWith('-') && equals > 0) {
    const flag = flagOf(specs, last.slice(0, equals));
    if (flag !== undefined) return { flag, start: last.slice(equals + 1), line: rest };
  }
  const previous = rest.at(-1) ?? '';
  if (!last.startsWith('-') && /^-./.test(previous) && previous !== '--' && !previous.includes('=')) {
    const flag = flagOf(specs, previous);
    if (flag !== undefined && flag.bare === '') return { flag, start: last, line: rest.slice(0, -1) };
  }
  return { flag: undefined, start: last, line: rest };
}

/** Of several shorthands in one word, the last one has the value. */
function flagOf(specs: readonly FlagSpec[], word: string): FlagSpec | undefined {
  if (word.startsWith('--')) return specs.find(({ name }) => name === word.slice(2));
  return specs.find(({ shorthand }) => shorthand !== '' && shorthand === word.at(-1));
}

function* offered(asked: Completing): Blocking<Candidates> {
  const { row, call, start, flag } = asked;
  if (flag !== undefined && !asked.afterDashes) {
    const completer = FLAG_VALUES.get(`${row.path} ${flag.name}`) ?? FLAG_VALUES.get(flag.name);
    return completer === undefined ? NONE : yield* completer(call, call.args, start);
  }
  if (start.startsWith('-') && !asked.afterDashes) return { words: flagNames(asked), directive: DIRECTIVE.noFiles };
  const own = [...subcommands(asked), ...requiredFlags(asked)];
  const fixed = FIXED_ARGUMENTS.get(row.path);
  if (fixed !== undefined) {
    const words = call.args.length === 0 ? fixed.filter((word) => word.startsWith(start)) : [];
    return { words: [...own, ...words], directive: call.args.length === 0 ? DIRECTIVE.noFiles : DIRECTIVE.usual };
  }
  const found = (yield* ARGUMENTS.get(row.path)?.(call, call.args, start) ?? noArguments(asked)) satisfies Candidates;
  return { ...found, words: [...own, ...found.words] };
}

function* noArguments(asked: Completing): Blocking<Candidates> {
  return { words: [], directive: hasSubcommands(asked) ? DIRECTIVE.noFiles : DIRECTIVE.usual };
}

/** Subcommands stand before any argument or flag of the command's own. */
function hasSubcommands({ row, call }: Completing): boolean {
  const globals = new Set(globalFlags().map(({ name }) => name));
  const ownFlag = call.given.some(([name]) => !globals.has(name));
  return childrenOf(row.path).length > 0 && call.args.length === 0 && (row.path === '' || !ownFlag);
}

const HELP = { path: 'help', short: 'Help about any command' };

function subcommands(asked: Completing): readonly string[] {
  if (!hasSubcommands(asked)) return [];
  const { row, start } = asked;
  const children = childrenOf(row.path).filter(isOffered);
  const known = row.path === '' ? [...children, HELP] : children;
  const own = known.map(({ path, short }) => described(nameOf(path), short)).filter((word) => word.startsWith(start));
  const plugins = row.path === '' && asked.first ? pluginWords(asked.call.sys, [], start) : [];
  const nameIn = (word: string): string => word.slice(0, word.indexOf('\t'));
  return [...own, ...plugins].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
}

/** A command that does nothing itself and has no subcommands is none. */
function isOffered({ path }: CommandRow): boolean {
  return path !== 'alpha';
}

function requiredFlags(asked: Completing): readonly string[] {
  const missing = asked.specs.filter(({ name }) => asked.required.includes(name) && !asked.call.flags.changed(name));
  return missing.flatMap((spec) => writings(spec, asked.start));
}

/** Those that are required come alone; others that aren't there yet follow, those of all commands first. */
function flagNames(asked: Completing): readonly string[] {
  const required = requiredFlags(asked);
  if (required.length > 0) return required;
  const globals = globalFlags();
  const isGlobal = (spec: FlagSpec): boolean => globals.some(({ name }) => name === spec.name) && !spec.hidesGlobal;
  const left = asked.specs
    .filter((spec) => spec.deprecated === undefined && (isSeveral(spec) || !asked.call.flags.changed(spec.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const ordered = asked.row.path === '' ? left : [...left.filter(isGlobal), ...left.filter((spec) => !isGlobal(spec))];
  return ordered.flatMap((spec) => writings(spec, asked.start));
}

function isSeveral({ type }: FlagSpec): boolean {
  return /Slice|Array|^stringTo/.test(type);
}

function writings({ name, shorthand, help }: FlagSpec, start: string): readonly string[] {
  const words = shorthand === '' ? [`--${name}`] : [`--${name}`, `-${shorthand}`];
  return words.filter((word) => word.startsWith(start)).map((word) => described(word, help));
}

/** One line of it: shells take each line for a candidate. */
function described(word: string, text: string): string {
  return `${word}\t${text.split('\n')[0]}`;
}
