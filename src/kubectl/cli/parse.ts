// Command lines as pflag reads them: long and short flags anywhere among the arguments, values after `=` or a blank,
// combined shorthands, `--` as the end of flags.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { FlagSpec } from '../data/catalog.ts';
import { createFlags, type Flags } from './flags.ts';
import { ValueError } from './values.ts';

export interface ParsedLine {
  readonly flags: Flags;
  /** What is no flag. */
  readonly args: readonly string[];
  /** How many of the arguments stood before `--`; -1 without it. */
  readonly argsBeforeDash: number;
  /** The flags that were given with their values as texts, in their order. */
  readonly given: readonly (readonly [name: string, value: string])[];
  /** What is said about flags that should not be used any more. */
  readonly notices: readonly string[];
}

/** Thrown for a command line that can't be read. */
export class FlagError extends Error {}

/** `home` is where the defaults of paths begin; `presets` are flags that count as given, before those of the line. Throws a FlagError. */
export function parseLine(
  specs: readonly FlagSpec[],
  line: readonly string[],
  home: string,
  presets: readonly (readonly [name: string, value: string])[] = [],
): ParsedLine {
  const flags = createFlags(specs, home);
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const byShorthand = new Map(specs.filter((spec) => spec.shorthand !== '').map((spec) => [spec.shorthand, spec]));
  const rest = [...line];
  const args: string[] = [];
  const notices: string[] = [];
  const given: [string, string][] = [];
  let argsBeforeDash = -1;

  const set = (spec: FlagSpec, text: string): void => {
    if (spec.deprecated !== undefined) {
      notices.push(`Flag --${spec.name} has been deprecated, ${spec.deprecated}\n`);
    }
    try {
      flags.set(spec, text);
      given.push([spec.name, text]);
    } catch (error) {
      if (error instanceof ValueError) throw new FlagError(invalidValue(spec, text, error.message));
      throw error;
    }
  };
  const long = (word: string): void => {
    const [name, value] = splitLong(word);
    const spec = byName.get(name.replaceAll('_', '-'));
    if (spec === undefined) throw new FlagError(`unknown flag: --${name}`);
    set(spec, value ?? (spec.bare || taken(rest, `flag needs an argument: --${name}`)));
  };
  const short = (word: string): void => {
    let letters = word.slice(1);
    while (letters !== '') {
      const letter = letters.slice(0, 1);
      const spec = byShorthand.get(letter);
      if (spec === undefined) throw new FlagError(`unknown shorthand flag: ${quoteLetter(letter)} in -${letters}`);
      const missing = `flag needs an argument: ${quoteLetter(letter)} in -${letters}`;
      const { value, left } = shortValue(spec, letters, () => taken(rest, missing));
      set(spec, value);
      letters = left;
    }
  };

  for (const [name, value] of presets) {
    const spec = byName.get(name);
    if (spec !== undefined) set(spec, value);
  }
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    if (word === '--') {
      argsBeforeDash = args.length;
      args.push(...rest.splice(0));
    } else if (word.startsWith('--')) long(word);
    else if (word.startsWith('-') && word.length > 1) short(word);
    else args.push(word);
  }
  return { flags, args, argsBeforeDash, given, notices };
}

function splitLong(word: string): [name: string, value: string | undefined] {
  const body = word.slice(2);
  if (body.startsWith('-') || body.startsWith('=')) throw new FlagError(`bad flag syntax: ${word}`);
  const equals = body.indexOf('=');
  return equals < 0 ? [body, undefined] : [body.slice(0, equals), body.slice(equals + 1)];
}

function shortValue(
  spec: FlagSpec,
  letters: string,
  next: () => string,
): { readonly value: string; readonly left: string } {
  if (letters.length > 2 && letters[1] === '=') return { value: letters.slice(2), left: '' };
  if (spec.bare !== '') return { value: spec.bare, left: letters.slice(1) };
  return letters.length > 1 ? { value: letters.slice(1), left: '' } : { value: next(), left: '' };
}

function taken(rest: string[], missing: string): string {
  const value = rest.shift();
  if (value === undefined) throw new FlagError(missing);
  return value;
}

/** What is said of a text that its flag can't hold. */
export function invalidValue(spec: FlagSpec, text: string, reason: string): string {
  const name = spec.shorthand === '' ? `--${spec.name}` : `-${spec.shorthand}, --${spec.name}`;
  return `invalid argument ${quote(text)} for ${quote(name)} flag: ${reason}`;
}

function quoteLetter(letter: string): string {
  return letter === "'" ? "'\\''" : letter === '"' ? `'"'` : `'${quote(letter).slice(1, -1)}'`;
}
