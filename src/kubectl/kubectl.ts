// kubectl as a program: from the command line to a command, and from what happened there to an exit status.

import { StatusError } from '../../sandbox/kube/status.ts';
import { quote } from '../../sandbox/kube/text.ts';
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
import { createLog, type Log } from './log.ts';
import { PrintError } from './printers/printer.ts';
import { createWarnings } from './rest/warnings.ts';

/** Exit status of a command that isn't there yet. */
const NOT_BUILT = 3;

export const kubectl: Program = function* (sys) {
  try {
    return yield* main(sys, sys.argv.slice(1));
  } catch (error) {
    if (error instanceof PrintError) yield* sys.write(1, error.printed);
    const { text, status } = report(error);
    if (text !== '') yield* sys.write(2, text.endsWith('\n') ? text : `${text}\n`);
    return status;
  }
};

function* main(sys: Sys, words: readonly string[]): Blocking<number> {
  if (REQUESTS.includes(words[0] ?? '')) return yield* answerCompletion(sys, words, requiredOf);
  if (words[0] === 'help') return yield* helpCommand(sys, words.slice(1));
  const found = findCommand(words);
  const plugin = findPlugin(sys, found, words);
  if (plugin !== undefined) return yield* runPlugin(sys, plugin);
  confirmKnown(found);
  const line = parsed(sys, found);
  if (line.notices.length > 0) yield* sys.write(2, line.notices.join(''));
  const { row } = found;
  if (line.flags.bool('help')) {
    yield* sys.write(1, helpOf(row, commandOf(row) ?? {}, helpLayout(sys, 1)));
    return 0;
  }
  yield* runCommand(sys, row, line);
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

function* runCommand(sys: Sys, row: CommandRow, line: ParsedLine): Blocking<void> {
  const command = commandOf(row);
  if (command === undefined) throw new ExitError(NOT_BUILT, `error: ${quote(fullPath(row.path))} is not built yet`);
  confirmRequired(command, line.flags);
  const warnings = createWarnings(sys);
  const log = createLog(sys, line.flags.number('v'));
  const call = createCall(sys, row.path, line, log, warnings);
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
function confirmKnown({ row, rest }: FoundCommand): void {
  const [word] = row.path === '' ? plainWords(rest, allFlags(row)) : [];
  if (word !== undefined) throw new Error(unknownCommand(word));
}

function parsed(sys: Sys, { row, rest }: FoundCommand): ParsedLine {
  try {
    return parseLine(allFlags(row), rest, homeOf(sys));
  } catch (error) {
    if (error instanceof FlagError) throw misusedFlags(row, error);
    throw error;
  }
}

/** diff tells failures from differences by its exit status. */
function misusedFlags(row: CommandRow, { message }: FlagError): Error {
  if (row.path !== 'diff') return new Error(`${message}\n${seeHelp(row)}`);
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
