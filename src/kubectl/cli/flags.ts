// The flags of one command line, as its command asks for them.

import type { FlagSpec } from '../data/catalog.ts';
import {
  type FlagValue,
  parseBool,
  parseDurationFlag,
  parseInteger,
  parseMap,
  parsePairs,
  parsePlainDuration,
  parseSlice,
  ValueError,
} from './values.ts';

export interface Flags {
  string(name: string): string;
  bool(name: string): boolean;
  /** A whole number. */
  number(name: string): number;
  /** Milliseconds. */
  duration(name: string): number;
  /** Of a flag that can be given several times. */
  strings(name: string): readonly string[];
  pairs(name: string): ReadonlyMap<string, string>;
  /** Whether the command line gave it. */
  changed(name: string): boolean;
  /** Whether the command has such a flag. */
  has(name: string): boolean;
  /** Whether the command has a flag of its own with the name of a global one. */
  hidesGlobal(name: string): boolean;
  /** Names of the flags that the command line gave, sorted. */
  given(): readonly string[];
}

export interface FlagSet extends Flags {
  /** Takes a value from the command line; throws a ValueError. */
  set(spec: FlagSpec, text: string): void;
}

export function createFlags(specs: readonly FlagSpec[], home: string): FlagSet {
  const known = new Map(specs.map((spec) => [spec.name, spec]));
  const values = new Map<string, FlagValue>();

  const current = (name: string): FlagValue => {
    const value = values.get(name);
    if (value !== undefined) return value;
    const spec = known.get(name);
    if (spec === undefined) throw new Error(`flag accessed but not defined: ${name}`);
    return defaultOf(spec, home);
  };
  const typed = <T extends FlagValue>(name: string, is: (value: FlagValue) => value is T): T => {
    const value = current(name);
    if (!is(value)) throw new Error(`flag --${name} is asked for as what it isn't`);
    return value;
  };
  return {
    string: (name) => typed(name, isString),
    bool: (name) => typed(name, isBool),
    number: (name) => typed(name, isNumber),
    duration: (name) => typed(name, isNumber),
    strings: (name) => typed(name, isList),
    pairs: (name) => typed(name, isMap),
    changed: (name) => values.has(name),
    has: (name) => known.has(name),
    hidesGlobal: (name) => known.get(name)?.hidesGlobal === true,
    given: () => [...values.keys()].sort(),
    set: (spec, text) => {
      values.set(spec.name, combined(values.get(spec.name), parseValue(spec, text)));
    },
  };
}

/** What a flag is when the command line doesn't give it. */
function defaultOf(spec: FlagSpec, home: string): FlagValue {
  if (spec.fallback.startsWith('[')) {
    const items = parseSlice(spec.fallback.slice(1, -1));
    return spec.type === 'stringToString' ? new Map() : items;
  }
  return parseValue(spec, spec.fallback.replace('$home', home));
}

function parseValue(spec: FlagSpec, text: string): FlagValue {
  switch (spec.type) {
    case 'bool':
    case 'tristate':
      return parseBool(text);
    case 'int':
    case 'int64':
      return parseInteger(text, 64);
    case 'int32':
      return parseInteger(text, 32);
    case 'level':
      return parseDecimal(text);
    case 'duration':
      return parseDurationFlag(text);
    case 'plainDuration':
      return parsePlainDuration(text);
    case 'stringSlice':
      return parseSlice(text);
    case 'stringArray':
      return [text];
    case 'stringToString':
      return parsePairs(text);
    case 'mapStringString':
      return parseMap(text);
    case 'string':
    case 'vmodule':
      return text;
  }
}

/** klog takes plain decimals only. */
function parseDecimal(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ValueError(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return parseInteger(text.replace(/^([+-]?)0+(?=\d)/, '$1'), 32);
}

/** A flag given again: lists grow, pairs are added, all else is replaced. */
function combined(before: FlagValue | undefined, value: FlagValue): FlagValue {
  if (before === undefined) return value;
  if (isList(before) && isList(value)) return [...before, ...value];
  if (isMap(before) && isMap(value)) return new Map([...before, ...value]);
  return value;
}

function isString(value: FlagValue): value is string {
  return typeof value === 'string';
}

function isBool(value: FlagValue): value is boolean {
  return typeof value === 'boolean';
}

function isNumber(value: FlagValue): value is number {
  return typeof value === 'number';
}

function isList(value: FlagValue): value is readonly string[] {
  return Array.isArray(value);
}

function isMap(value: FlagValue): value is ReadonlyMap<string, string> {
  return value instanceof Map;
}
