// kubectl as a program: from the command line to a command, and from what happened there to an exit status.

import { quote } from '../../sandbox/kube/go/text.ts';
import { StatusError } from '../../sandbox/kube/status.ts';
import type { Blocking, Program, Sys } from '../../sandbox/machine/sys.ts';
import { createCall } from './call.ts';
import { type FoundCommand, findCommand, plainWords, unknownCommand } from './cli/find.ts';
import type { Flags } from './cli/flags.ts';
import { helpOf, seeHelp, usageOf } from './cli/help.ts';
import { FlagError, type ParsedLine, parseLine } from './cli/parse.ts';
import { findPlugin, runPlugin } from './cli/plugin.ts';
import type { Command } from './command.ts';
import { commands } from './commands/registry.ts';
import { helpLayout } from './commands/shared/help.ts';
import { answerCompletion, REQUESTS } from './completion/protocol.ts';
import { allFlags, type CommandRow, fullPath } from './data/catalog.ts';
import { asError, ConnectionError, ExitError, report, SeveralErrors } from './errors.ts';
import { writeFile } from './files.ts';
import { homeOf } from './kubeconfig/load.ts';
import { type PreferredLine, preferredLine } from './kuberc/apply.ts';
import { hasPreferences } from './kuberc/file.ts';
import { createLog, FatalError, fatalLine, type Log } from './log.ts';
import { PrintError } from './printers/printer.ts';
import { createWarnings } from './rest/warnings.ts';

/** Exit status of a command that isn't there yet. */
const NOT_BUILT = 3;

export const kubectl: Program = function* (sys) {
  try {
    return yield* main(sys, sys.argv.slice(1));
  } catch (error) {
    if (error instanceof PrintError) yield* sys.write(1, error.printed);
    if (error instanceof FatalError) {
      yield* sys.write(2, fatalLine(sys, error));
      return error.exitStatus;
    }
    const { text, status } = report(error);
    if (text !== '') yield* sys.write(2, text.endsWith('\n') ? text : `${text}\n`);
    return status;
  }
};

function* main(sys: Sys, typed: readonly string[]): Blocking<number> {
  const preferred: PreferredLine = hasPreferences(sys)
    ? yield* preferredLine(sys, typed)
    : { words: typed, presets: [] };
  const { words, alias } = preferred;
  if (REQUESTS.includes(words[0] ?? '')) return yield* answerCompletion(sys, words, requiredOf, alias);
  if (words[0] === 'help') return yield* helpCommand(sys, words.slice(1));
  const found = findCommand(words, alias);
  const plugin = findPlugin(sys, found, words);
  if (plugin !== undefined) return yield* runPlugin(sys, plugin);
  confirmKnown(sys, found);
  const called = found.row === alias?.row ? alias.name : found.row.path;
  const line = parsed(sys, found, called, preferred);
  if (line.notices.length > 0) yield* sys.write(2, line.notices.join(''));
  const { row } = found;
  if (line.flags.bool('help')) {
    yield* sys.write(1, helpOf(row, commandOf(row) ?? {}, helpLayout(sys, 1)));
    return 0;
  }
  yield* runCommand(sys, found.row, line, { called, original: preferred.original });
  return 0;
}

/** `kubectl help create secret`. */
function* helpCommand(sys: Sys, words: readonly string[]): Blocking<number> {
  const { row, rest } = findCommand(words.filter((word) => !word.startsWith('-')));
  if (row.path === '' && rest.length > 0) {
    yield* sys.write(2, `Unknown help topic [${rest.map((word) => `\`${word}\``).join(' ')}]\n`);
    yield* sys.write(2, usageOf(row, commandOf(row) ?? {}, helpLayout(sys, 2)));
    return 0;
  }
  yield* sys.write(1, helpOf(row, commandOf(row) ?? {}, helpLayout(sys, 1)));
  return 0;
}

interface Origin {
  /** The path of the command, or the alias that stands for it. */
  readonly called: string;
  /** What the line means without preferences. */
  readonly original: string | undefined;
}

function* runCommand(sys: Sys, row: CommandRow, line: ParsedLine, { called, original }: Origin): Blocking<void> {
  const command = commandOf(row);
  if (command === undefined) throw new ExitError(NOT_BUILT, `error: ${quote(fullPath(row.path))} is not built yet`);
  const warnings = createWarnings(sys);
  const log = createLog(sys, line.flags.number('v'));
  if (original !== undefined) yield* log.info(1, 'cmd.go:371', `original command: ${quote(`kubectl ${original}`)}`);
  confirmRequired(command, line.flags);
  const call = createCall(sys, { path: row.path, called }, line, log, warnings);
  yield* beginProfile(sys, row, line.flags);
  try {
    yield* command.start(call);
  } catch (error) {
    yield* logAnswers(log, asError(error));
    throw error;
  }
  const count = warnings.count();
  if (line.flags.bool('warnings-as-errors') && count > 0) {
    throw new Error(`${count} ${count === 1 ? 'warning' : 'warnings'} received`);
  }
}

const PROFILES = ['none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex', 'trace'];

/** --profile: there is nothing to measure here, but the file comes into being. `debug` has a flag of that name for itself. */
function* beginProfile(sys: Sys, row: CommandRow, flags: Flags): Blocking<void> {
  if (row.path === 'debug') return;
  const profile = flags.string('profile');
  if (!PROFILES.includes(profile)) throw new Error(`unknown profile '${profile}'`);
  if (profile !== 'none') yield* writeFile(sys, flags.string('profile-output'), '');
}

/** From -v=4 on: failures in full, as the server sent them. */
function* logAnswers(log: Log, error: Error): Blocking<void> {
  if (error instanceof SeveralErrors) {
    for (const each of error.errors) yield* logAnswers(log, each);
  } else if (error instanceof StatusError && error.status.reason !== 'Invalid') {
    yield* log.info(4, 'helpers.go:246', `server response object: %s[${JSON.stringify(error.status, undefined, 2)}]`);
  } else if (error instanceof ConnectionError) {
    yield* log.info(
      4,
      'helpers.go:264',
      `Connection error: ${error.message.replace(`: ${error.reason}`, '').replaceAll('"', '')}: ${error.reason}`,
    );
  }
}

/** Words that name no command: only kubectl itself, which takes no arguments, minds them. */
function confirmKnown(sys: Sys, { row, rest }: FoundCommand): void {
  const unnamed = row.path === '' ? plainWords(rest, allFlags(row)) : [];
  const [word] = row.path.startsWith('kuberc') && !hasPreferences(sys) ? ['kuberc'] : unnamed;
  if (word !== undefined) throw new Error(unknownCommand(word));
}

function parsed(sys: Sys, { row, rest }: FoundCommand, called: string, { presets }: PreferredLine): ParsedLine {
  const specs = allFlags(row).filter(({ name }) => name !== 'kuberc' || hasPreferences(sys));
  try {
    return parseLine(specs, rest, homeOf(sys), presets);
  } catch (error) {
    if (error instanceof FlagError) throw misusedFlags(called, error);
    throw error;
  }
}

/** diff tells failures from differences by its exit status. */
function misusedFlags(called: string, { message }: FlagError): Error {
  if (called !== 'diff') return new Error(`${message}\n${seeHelp(called)}`);
  return new ExitError(2, `error: ${message}\nSee 'kubectl diff -h' for help and examples`);
}

function commandOf(row: CommandRow): Command | undefined {
  return commands.find((command) => command.path === row.path);
}

function requiredOf(row: CommandRow): readonly string[] {
  return commandOf(row)?.required ?? [];
}

function confirmRequired(command: Command, flags: Flags): void {
  const missing = command.required.filter((name) => !flags.changed(name)).sort();
  if (missing.length === 0) return;
  throw new Error(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
}
