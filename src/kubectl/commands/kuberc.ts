// kubectl kuberc: the learner's own defaults and aliases, shown and set.

import { goJson, quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { aggregate, asError } from '../errors.ts';
import { decodeText, FileError, readText } from '../files.ts';
import { type KubercFile, kubercFile, savePreference } from '../kuberc/file.ts';
import {
  type Alias,
  type AllowlistEntry,
  CURRENT,
  emptyPreference,
  type Option,
  type Preference,
  readAsCurrent,
} from '../kuberc/preference.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import { kyamlText } from '../printers/kyaml.ts';
import { identified, type ObjectPrinter } from '../printers/printer.ts';
import { indentCompact } from '../text/json.ts';
import { parseYaml } from '../text/yaml.ts';

function fileOf({ sys, flags }: Call): KubercFile {
  return kubercFile(sys, flags.changed('kuberc') ? flags.string('kuberc') : '');
}

function confirmEnabled({ path }: KubercFile): void {
  if (path === '') throw new Error('KUBERC is disabled via KUBERC=off environment variable');
}

/** Undefined when there is no such file. */
function* fileText(sys: Sys, path: string): Blocking<string | undefined> {
  try {
    return yield* readText(sys, path);
  } catch (error) {
    if (error instanceof FileError && error.missing) return undefined;
    throw new Error(`error reading kuberc file: ${asError(error).message}`);
  }
}

function preferenceOf(text: string): Preference {
  let problem = 'error converting YAML to JSON';
  try {
    const value = parseYaml(text);
    problem = 'error unmarshaling JSON: while decoding JSON';
    return readAsCurrent(value);
  } catch (error) {
    throw new Error(`error parsing kuberc file: ${problem}: ${asError(error).message}`);
  }
}

const view = command<KubercFile>({
  path: 'kuberc view',
  long: 'Show what the kuberc file says.',
  examples: `
# As YAML
kubectl kuberc view

# As JSON
kubectl kuberc view -o json

# Of another file
kubectl kuberc view --kuberc /path/to/kuberc`,
  *complete(call) {
    return fileOf(call);
  },
  validate: confirmEnabled,
  *run({ path, explicit }, call) {
    const text = yield* fileText(call.sys, path);
    if (text === undefined) {
      if (explicit) throw new Error(`kuberc file not found at ${path}`);
      if (yield* offersDefault(call, path)) return;
    }
    const preference = preferenceOf(text ?? '');
    const shown = { ...preference, defaults: preference.defaults ?? [], aliases: preference.aliases ?? [] };
    const options = printerOptions(call);
    const printer = IN_ORDER[options.output.toLowerCase()] ?? (yield* objectPrinter(call, options));
    yield* call.out(printer.print(shown));
  },
});

/** JSON and what is made of it have the fields in the order of their types. */
const IN_ORDER: Readonly<Record<string, ObjectPrinter>> = {
  json: { print: (object) => `${indentCompact(goJson(identified(object)))}\n` },
  kyaml: { print: (object) => kyamlText(identified(object), Object.keys) },
};

/** What many want: changes are made on the server, and nothing is deleted unasked. */
const RECOMMENDED: Preference = {
  ...CURRENT,
  defaults: [
    { command: 'apply', options: [{ name: 'server-side', default: 'true' }] },
    { command: 'delete', options: [{ name: 'interactive', default: 'true' }] },
  ],
  aliases: null,
};

/** Whether that was all there is to do: a file was made, or nobody answered. */
function* offersDefault(call: Call, path: string): Blocking<boolean> {
  yield* call.out(`kuberc file not found at ${path}\n`);
  yield* call.out('Would you like to generate a default kuberc file with recommended options? (y/N): ');
  const answers = (yield* lineOf(call.sys)).split(/\s+/).filter((word) => word !== '');
  if (answers.length !== 1) return true;
  if (answers[0]?.toLowerCase() !== 'y') return false;
  yield* savePreference(call.sys, RECOMMENDED, path);
  return true;
}

function* lineOf(sys: Sys): Blocking<string> {
  let line = '';
  for (;;) {
    const letter = decodeText(yield* sys.read(0, 1));
    if (letter === '' || letter === '\n') return line;
    line += letter;
  }
}

interface SetOptions {
  readonly file: KubercFile;
  readonly section: string;
  readonly command: string;
  readonly name: string;
  readonly policy: string;
  readonly options: readonly string[];
  readonly prependArgs: readonly string[];
  readonly appendArgs: readonly string[];
  readonly entries: readonly string[];
  readonly overwrite: boolean;
}

const set = command<SetOptions>({
  path: 'kuberc set',
  required: ['section'],
  long: `
Set what the kuberc file says.

The section "defaults" has values of flags for a command; --command names the command alone, such as "get" or "set env".

The section "aliases" has names of your own for commands, with values of flags, and with arguments that come first (--prependarg) or last (--appendarg).`,
  examples: `
# 'get' shows more
kubectl kuberc set --section defaults --command get --option output=wide

# 'set env' shows what it makes
kubectl kuberc set --section defaults --command "set env" --option output=yaml

# 'getn' is 'get nodes'
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide

# Another value than before
kubectl kuberc set --section defaults --command get --option output=json --overwrite

# Which programs may give credentials
kubectl kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=cloud-credential-helper`,
  *complete(call) {
    const { flags } = call;
    return {
      file: fileOf(call),
      section: flags.string('section'),
      command: flags.string('command'),
      name: flags.string('name'),
      policy: flags.string('policy'),
      options: flags.strings('option'),
      prependArgs: flags.strings('prependarg'),
      appendArgs: flags.strings('appendarg'),
      entries: flags.strings('allowlist-entry'),
      overwrite: flags.bool('overwrite'),
    };
  },
  validate(options) {
    confirmEnabled(options.file);
    const problem = problemOf(options);
    if (problem !== undefined) throw new Error(problem);
  },
  *run(options, { sys }) {
    const { path } = options.file;
    const text = (yield* fileText(sys, path)) ?? '';
    const before = text === '' ? emptyPreference : preferenceOf(text);
    const given = options.options.map(optionOf);
    yield* savePreference(sys, SECTIONS[options.section]?.(before, options, given) ?? before, path);
  },
});

/** What is wrong with the flags together, the first of it. */
function problemOf(options: SetOptions): string | undefined {
  const { section, command, name, prependArgs, appendArgs } = options;
  if (!Object.hasOwn(SECTIONS, section)) {
    return `--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`;
  }
  if (section === 'aliases' && name === '') return '--name is required when --section=aliases';
  if (section === 'defaults' && name !== '') return '--name should not be specified when --section=defaults';
  if (section === 'defaults' && prependArgs.length + appendArgs.length > 0) {
    return '--prependarg and --appendarg are only valid for --section=aliases';
  }
  if (section === 'credentialplugin') return pluginProblem(options);
  return command === '' ? '--command is required when --section=aliases or --section=defaults' : undefined;
}

function pluginProblem({ policy, entries }: SetOptions): string | undefined {
  if (policy === '') return '--policy is required when --section=credentialplugin';
  const listing = '--section=credentialplugin and --policy=Allowlist';
  if (policy === 'Allowlist') return entries.length === 0 ? `--allowlist-entry is required when ${listing}` : undefined;
  if (policy === 'AllowAll' || policy === 'DenyAll') {
    return entries.length > 0 ? `--allowlist-entry may only be used when ${listing}` : undefined;
  }
  return ` --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: ${policy}`;
}

/** `--output=wide` is as good as `output=wide`. */
function optionOf(text: string): Option {
  const equals = text.indexOf('=');
  if (equals < 0) throw new Error(`invalid option format ${quote(text)}, expected flag=value`);
  return { name: text.slice(0, equals).replace(/^-+/, ''), default: text.slice(equals + 1) };
}

type Change = (before: Preference, options: SetOptions, given: readonly Option[]) => Preference;

const SECTIONS: Readonly<Record<string, Change>> = {
  defaults: (before, { command, overwrite }, given) => {
    const all = before.defaults ?? [];
    const at = all.findIndex((each) => each.command === command);
    const old = all[at];
    if (old !== undefined && !overwrite) {
      throw new Error(`defaults for command ${quote(command)} already exist, use --overwrite to replace`);
    }
    const options = orBefore(given, old?.options ?? undefined);
    return { ...before, defaults: placed(all, at, { command, options: options ?? null }) };
  },
  aliases: (before, { command, name, prependArgs, appendArgs, overwrite }, given) => {
    const all = before.aliases ?? [];
    const at = all.findIndex((each) => each.name === name);
    const old = all[at];
    if (old !== undefined && !overwrite) {
      throw new Error(`alias ${quote(name)} already exists, use --overwrite to replace`);
    }
    const parts = {
      prependArgs: orBefore(prependArgs, old?.prependArgs),
      appendArgs: orBefore(appendArgs, old?.appendArgs),
      options: orBefore(given, old?.options),
    };
    const alias: Alias = { name, command, ...definedOnly(parts) };
    return { ...before, aliases: placed(all, at, alias) };
  },
  credentialplugin: (before, { policy, entries }) => ({
    ...before,
    ...(policy === 'Allowlist' ? { credentialPluginAllowlist: allowlistOf(entries) } : {}),
    credentialPluginPolicy: policy,
  }),
};

/** What isn't given stays as it was. */
function orBefore<T>(given: readonly T[], before: readonly T[] | undefined): readonly T[] | undefined {
  return given.length > 0 ? given : before;
}

function definedOnly<T extends object>(parts: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** In the place of the one before, or at the end. */
function placed<T>(all: readonly T[], at: number, item: T): readonly T[] {
  return at < 0 ? [...all, item] : all.with(at, item);
}

function allowlistOf(texts: readonly string[]): readonly AllowlistEntry[] {
  const pairs = texts.flatMap((text) => text.split(','));
  const errors = pairs.flatMap((pair) => entryProblem(pair) ?? []).map((problem) => new Error(problem));
  const error = aggregate(errors);
  if (error !== undefined) throw error;
  return pairs.map((pair) => ({ command: pair.slice(pair.indexOf('=') + 1) }));
}

function entryProblem(pair: string): string | undefined {
  const equals = pair.indexOf('=');
  if (equals < 0) return `improperly formatted allowlist entry: ${quote(pair)}`;
  const field = pair.slice(0, equals);
  if (field === 'name') return 'allowlist entry field "name" is deprecated, use "command" instead';
  if (field !== 'command') return `unrecognized allowlist entry field: ${quote(field)}`;
  if (pair.slice(equals + 1).trim() !== '') return undefined;
  return `empty value in allowlist entry for field ${quote(field)}`;
}

export const kubercCommands = [set, view];
