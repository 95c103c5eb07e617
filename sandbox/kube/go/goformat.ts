// Go's fmt: Sprint, Sprintln and Sprintf of what JSON can hold, numbers being int64 or float64; those that are counted or
// written in a template are int.

import type { JsonValue } from '../json.ts';
import { isArray, isObject, own } from '../json.ts';
import { type Flags, NO_FLAGS, pad } from './goformat/flags.ts';
import { formatFloat, formatInteger, formatText, formatTruth } from './goformat/scalars.ts';
import { sortedKeys } from './text.ts';

export type GoType =
  | 'nil'
  | 'bool'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'float64'
  | 'string'
  | '[]interface {}'
  | 'map[string]interface {}';

/** A value as Go knows it. Whole numbers are integers, as kubectl reads them. */
export interface GoValue {
  readonly type: GoType;
  readonly value: JsonValue;
}

/** A format has something that this doesn't know. */
class FormatError extends Error {}

function goValueOf(value: JsonValue): GoValue {
  if (value === null) return { type: 'nil', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'string') return { type: 'string', value };
  if (typeof value === 'bigint') return { type: 'int64', value };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'int64' : 'float64', value };
  return { type: isArray(value) ? '[]interface {}' : 'map[string]interface {}', value };
}

export function isInteger(type: GoType): boolean {
  return type === 'int' || type === 'int64' || type === 'uint8';
}

/** Values one after the other, with a blank between two that aren't texts. */
export function sprint(args: readonly GoValue[]): string {
  return args
    .map((arg, at) => {
      const before = args[at - 1];
      const apart = before !== undefined && before.type !== 'string' && arg.type !== 'string';
      return (apart ? ' ' : '') + plain(arg);
    })
    .join('');
}

export function sprintln(args: readonly GoValue[]): string {
  return `${args.map(plain).join(' ')}\n`;
}

function plain(arg: GoValue): string {
  return formatted(arg, 'v', NO_FLAGS);
}

/** Throws FormatError on argument indexes and other rarities. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  let out = '';
  let next = 0;
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    if (percent < 0) {
      out += format.slice(at);
      break;
    }
    out += format.slice(at, percent);
    const verb = readVerb(format, percent, args, next);
    out += verb.text;
    at = verb.end;
    next = verb.next;
  }
  return next < args.length ? `${out}%!(EXTRA ${args.slice(next).map(extra).join(', ')})` : out;
}

function extra(arg: GoValue): string {
  return arg.type === 'nil' ? '<nil>' : `${arg.type}=${plain(arg)}`;
}

interface Verb {
  readonly text: string;
  readonly end: number;
  /** The argument that the next verb takes. */
  readonly next: number;
}

function readVerb(format: string, at: number, args: readonly GoValue[], first: number): Verb {
  const upToLetter = /%([#0+\- ]*)(\*|\d*)(?:\.(?!$)(\*|\d*))?/y;
  upToLetter.lastIndex = at;
  const [whole = '%', signs = '', widthText = '', precisionText] = upToLetter.exec(format) ?? [];
  const width = readSize(widthText, args, first, '%!(BADWIDTH)', -MAX_SIZE);
  const precision = readSize(precisionText, args, width.next, '%!(BADPREC)', 0);
  const letter = String.fromCodePoint(format.codePointAt(at + whole.length) ?? 0);
  const end = at + whole.length + letter.length;
  const complaints = width.complaint + precision.complaint;
  if (end > format.length) return { text: `${complaints}%!(NOVERB)`, end, next: precision.next };
  if (letter === '[') throw new FormatError('argument indexes in formats are not supported');
  if (letter === '%') return { text: `${complaints}%`, end, next: precision.next };
  const arg = args[precision.next];
  if (arg === undefined) return { text: `${complaints}%!${letter}(MISSING)`, end, next: precision.next };
  const flags = flagsOf(signs, width.size, precisionText === undefined ? undefined : precision.size, letter);
  return { text: complaints + formatted(arg, letter, flags), end, next: precision.next + 1 };
}

type Size = { readonly size: number | undefined; readonly next: number; readonly complaint: string };

const MAX_SIZE = 1e6;

/** A width or precision; `*` takes it from an argument. */
function readSize(
  text: string | undefined,
  args: readonly GoValue[],
  next: number,
  complaint: string,
  min: number,
): Size {
  if (text !== '*') return { size: readDigits(text ?? ''), next, complaint: '' };
  const arg = args[next];
  const size = arg !== undefined && isInteger(arg.type) ? Number(arg.value) : Number.NaN;
  const fits = size >= min && size <= MAX_SIZE;
  return { size: fits ? size : undefined, next: arg === undefined ? next : next + 1, complaint: fits ? '' : complaint };
}

function readDigits(digits: string): number {
  const size = Number(digits);
  if (size > MAX_SIZE) throw new FormatError('widths beyond a million are not supported');
  return size;
}

function flagsOf(signs: string, width: number | undefined, precision: number | undefined, letter: string): Flags {
  const fromRight = width !== undefined && width < 0;
  const sharp = signs.includes('#');
  return {
    plus: signs.includes('+') && letter !== 'v',
    minus: signs.includes('-') || fromRight,
    sharp: sharp && letter !== 'v',
    space: signs.includes(' '),
    zero: signs.includes('0') && !fromRight,
    width: Math.abs(width ?? 0),
    precision,
    goSyntax: sharp && letter === 'v',
  };
}

function formatted(arg: GoValue, verb: string, flags: Flags): string {
  if (arg.type === 'nil') return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  if (verb === 'T') return formatText(arg.type, 's', flags) ?? '';
  return asType(arg, verb, flags) ?? `%!${verb}(${arg.type}=${formatted(arg, 'v', flags)})`;
}

function asType({ type, value }: GoValue, verb: string, flags: Flags): string | undefined {
  if (isArray(value)) return list(value, verb, flags);
  if (isObject(value)) {
    const fields = sortedKeys(value).map((key) => [key, own(value, key) ?? null] as const);
    return map(fields, verb, flags);
  }
  if (typeof value === 'string') return formatText(value, verb, flags);
  if (typeof value === 'boolean') return formatTruth(value, verb, flags);
  if (type === 'uint8' && flags.goSyntax) return formatInteger(BigInt(value ?? 0), 'x', { ...flags, sharp: true });
  if (type !== 'float64') return formatInteger(BigInt(value ?? 0), verb, flags);
  if (flags.sharp || verb === 'b' || verb === 'x' || verb === 'X')
    throw new FormatError('float verbs beyond %e, %f and %g are not supported');
  return formatFloat(Number(value), verb, flags);
}

function list(items: readonly JsonValue[], verb: string, flags: Flags): string {
  const shown = items.map((item) => member(item, verb, flags));
  return flags.goSyntax ? `[]interface {}{${shown.join(', ')}}` : `[${shown.join(' ')}]`;
}

function map(fields: readonly (readonly [string, JsonValue])[], verb: string, flags: Flags): string {
  const shown = fields.map(([key, value]) => `${formatted(goValueOf(key), verb, flags)}:${member(value, verb, flags)}`);
  return flags.goSyntax ? `map[string]interface {}{${shown.join(', ')}}` : `map[${shown.join(' ')}]`;
}

function member(value: JsonValue, verb: string, flags: Flags): string {
  if (value === null) return flags.goSyntax ? 'interface {}(nil)' : '<nil>';
  return formatted(goValueOf(value), verb, flags);
}
