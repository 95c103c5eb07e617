// What preferences do to a command line: an alias becomes the command that it stands for, with arguments before and after,
// and flags that the line doesn't give get the values that the learner prefers.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { type FoundCommand, findCommand, plainWords } from '../cli/find.ts';
import { createFlags } from '../cli/flags.ts';
import { invalidValue } from '../cli/parse.ts';
import { ValueError } from '../cli/values.ts';
import { allFlags, type CommandRow, type FlagSpec, nameOf } from '../data/catalog.ts';
import { asError, ExitError } from '../errors.ts';
import { homeOf } from '../kubeconfig/load.ts';
import { loadPreference } from './file.ts';
import type { Alias, CommandDefaults, Option, Preference } from './preference.ts';
import { confirmPreference } from './validate.ts';

type Preset = readonly [name: string, value: string];

/** A command line as preferences leave it. */
export interface PreferredLine {
  readonly words: readonly string[];
  /** The command that an alias among the words means. */
  readonly alias?: { readonly name: string; readonly row: CommandRow };
  /** Flags that count as given. */
  readonly presets: readonly Preset[];
  /** What would have to be typed without preferences, where they did something; without `kubectl`. */
  readonly original?: string;
}

/** Throws an ExitError for preferences that can't be followed. */
export function* preferredLine(sys: Sys, words: readonly string[]): Blocking<PreferredLine> {
  const line: PreferredLine = { words, presets: [] };
  if (words.length === 0) return line;
  try {
    const preference = yield* loadedFor(sys, words);
    if (preference === undefined) return line;
    confirmPreference(preference);
    const aliased = yield* withAlias(sys, line, preference.aliases ?? []);
    return yield* withDefaults(sys, aliased, preference);
  } catch (error) {
    throw new ExitError(1, `error occurred while applying preferences ${asError(error).message}`);
  }
}

function* loadedFor(sys: Sys, words: readonly string[]): Blocking<Preference | undefined> {
  const flag = explicitFile(words);
  try {
    return yield* loadPreference(sys, flag);
  } catch (error) {
    throw new Error(`kuberc error ${asError(error).message}`);
  }
}

/** What --kuberc names; it is looked for before anything is known of the command. */
function explicitFile(words: readonly string[]): string {
  const dashes = words.indexOf('--');
  const before = dashes < 0 ? words : words.slice(0, dashes);
  const at = before.findIndex((word) => word === '--kuberc' || word.includes('--kuberc='));
  if (at < 0) return '';
  const [, value] = before[at] === '--kuberc' ? ['', words[at + 1]] : (before[at]?.split('=') ?? []);
  if (!value && (before[at] !== '--kuberc' || value === undefined)) throw new Error('kuberc file is not found');
  return value ?? '';
}

function* withAlias(sys: Sys, line: PreferredLine, aliases: readonly Alias[]): Blocking<PreferredLine> {
  const { words } = line;
  if (isKnown(findCommand(words))) return line;
  const at = words.findIndex((word) => !word.startsWith('-') && !word.startsWith('__complete'));
  const alias = aliases.find(({ name }) => name === words[at]);
  if (alias === undefined) return line;
  if (isKnown(findCommand([alias.name]))) {
    yield* sys.write(2, `Warning: Setting alias ${quote(alias.name)} to a built-in command is not supported\n`);
    return line;
  }
  return expanded(sys, alias, words, at);
}

function expanded(sys: Sys, alias: Alias, words: readonly string[], at: number): PreferredLine {
  const meant = findCommand(fields(alias.command));
  if (!isKnown(meant)) {
    const rest = `[${meant.rest.join(' ')}]`;
    throw new Error(`command ${quote(alias.command)} not found to set alias ${quote(alias.name)}: ${rest}`);
  }
  const program = sys.argv[0] ?? '';
  const presets = presetsOf(sys, meant.row, alias.options ?? [], [program, ...words], {
    unknown: (name) => `invalid alias flag ${name} in alias ${program}`,
    unfit: (name, value) => `could not apply value ${value} to flag ${name} in alias ${program} err:`,
  });
  const { prependArgs = [], appendArgs = [] } = alias;
  const full = [...words.slice(0, at + 1), ...prependArgs, ...words.slice(at + 1), ...appendArgs];
  const typed = full.join(' ').replaceAll(alias.name, '');
  const original = `${alias.command}${presetText(presets)}${typed === '' ? '' : ` ${typed}`}`;
  return { words: full, alias: { name: alias.name, row: meant.row }, presets, original };
}

function* withDefaults(sys: Sys, line: PreferredLine, { defaults, aliases }: Preference): Blocking<PreferredLine> {
  const { words, alias } = line;
  const found = findCommand(words, alias);
  if (!isKnown(found)) return line;
  const called = found.row === alias?.row ? alias.name : nameOf(found.row.path);
  let result = line;
  for (const each of defaults ?? []) {
    const meant = findCommand(fields(each.command), alias);
    if (!isKnown(meant)) {
      yield* sys.write(2, `Warning: command ${quote(each.command)} not found to set kuberc override\n`);
      continue;
    }
    const isAlias = meant.row === alias?.row && fields(each.command)[0] === alias?.name;
    if ((isAlias ? alias?.name : nameOf(meant.row.path)) !== called) continue;
    if (isAlias && aliases?.some(({ name }) => name === called))
      throw new Error(`alias ${called} can not be overridden`);
    const presets = defaultsOf(sys, found.row, each, words);
    result = {
      ...result,
      presets: [...result.presets, ...presets],
      original: `${words.join(' ')}${presetText(presets)}`,
    };
  }
  return result;
}

function defaultsOf(
  sys: Sys,
  row: CommandRow,
  { command, options }: CommandDefaults,
  words: readonly string[],
): readonly Preset[] {
  return presetsOf(sys, row, options ?? [], words, {
    unknown: (name) => `invalid flag ${name} for command ${command}`,
    unfit: (name, value) => `could not apply override value ${value} to flag ${name} in command ${command} err:`,
  });
}

interface Complaints {
  unknown(name: string): string;
  unfit(name: string, value: string): string;
}

/** Flags that come into being after preferences have been read. */
const LATE_FLAGS: readonly string[] = ['help', 'v', 'vmodule', 'log-flush-frequency'];

function presetsOf(
  sys: Sys,
  row: CommandRow,
  options: readonly Option[],
  words: readonly string[],
  complaints: Complaints,
): readonly Preset[] {
  const specs = allFlags(row);
  return options.flatMap(({ name, default: value }): Preset[] => {
    const spec = LATE_FLAGS.includes(name) ? undefined : specs.find((each) => each.name === name);
    if (spec === undefined) throw new Error(complaints.unknown(name));
    if (words.some((word) => gives(word, spec))) return [];
    try {
      createFlags(specs, homeOf(sys)).set(spec, value);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw new Error(`${complaints.unfit(name, value)} ${invalidValue(spec, value, error.message)}`);
    }
    return [[name, value]];
  });
}

/** Whether a word gives a flag, as far as kubectl can tell: its letter may stand anywhere among others behind one dash. */
function gives(word: string, { name, shorthand }: FlagSpec): boolean {
  if (word === `--${name}` || word.startsWith(`--${name}=`)) return true;
  if (shorthand === '') return false;
  return word.startsWith(`-${shorthand}`) || (/^-[a-zA-Z]+$/.test(word) && word.slice(1).includes(shorthand));
}

function presetText(presets: readonly Preset[]): string {
  return presets.map(([name, value]) => ` --${name}=${value}`).join('');
}

function isKnown({ row, rest }: FoundCommand): boolean {
  return row.path !== '' || plainWords(rest, allFlags(row)).length === 0;
}

function fields(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
