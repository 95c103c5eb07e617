// awk's own functions.

import type { Match, Regex } from '../../regex/regex.ts';
import type { Blocking } from '../../sys.ts';
import { strftime, zoneOf } from '../kit/strftime.ts';
import {
  arrayOf,
  cellOf,
  globalText,
  type Machine,
  recordOf,
  regexOf,
  setVariable,
  splitByRegex,
  splitFields,
} from './machine.ts';
import { closeStream, runCommand } from './streams.ts';
import { AwkProblem, type Expression, type Target } from './tree.ts';
import { formatValues, fromInput, toNumber, toText, type Value } from './values.ts';

/** How a builtin gets at its arguments. */
export interface Arguments {
  readonly value: (arg: Expression) => Blocking<Value>;
  readonly pattern: (arg: Expression) => Blocking<string>;
  readonly store: (to: Target, value: Value) => Blocking<void>;
}

export function* callBuiltin(m: Machine, name: string, args: readonly Expression[], get: Arguments): Blocking<Value> {
  switch (name) {
    case 'length':
      return yield* length(m, args[0], get);
    case 'split':
      return yield* split(m, args, get);
    case 'sub':
    case 'gsub':
      return yield* substitute(m, name === 'gsub', args, get);
    case 'gensub':
      return yield* gensub(m, args, get);
    case 'match':
      return yield* match(m, args, get);
    case 'close':
    case 'system':
    case 'fflush':
      return yield* stream(m, name, args[0], get);
    default:
      break;
  }
  const values: Value[] = [];
  for (const arg of args) values.push(yield* get.value(arg));
  const result = textual(m, name, values) ?? numeric(m, name, values);
  if (result === undefined) throw new AwkProblem(`Call to undefined function`, 0, name);
  return result;
}

function* length(m: Machine, arg: Expression | undefined, get: Arguments): Blocking<Value> {
  if (arg === undefined) return [...recordOf(m)].length;
  if (arg.e === 'variable') {
    const { array } = cellOf(m, arg.name);
    if (array !== undefined) return array.size;
  }
  return [...toText(yield* get.value(arg), globalText(m, 'CONVFMT'))].length;
}

function* split(m: Machine, [text, array, separator]: readonly Expression[], get: Arguments): Blocking<Value> {
  if (text === undefined || array?.e !== 'variable') throw new AwkProblem('Too few arguments', 0, 'split');
  const whole = toText(yield* get.value(text));
  const by = separator === undefined ? globalText(m, 'FS') : yield* get.pattern(separator);
  const isRegex = separator?.e === 'regex';
  const parts = whole === '' ? [] : isRegex ? splitByRegex(regexOf(m, by), whole) : splitFields(m, whole, by);
  const target = arrayOf(m, array.name);
  target.clear();
  parts.forEach((part, i) => {
    target.set(String(i + 1), fromInput(part));
  });
  return parts.length;
}

function replacement(template: string, found: Match, text: string, groups: boolean): string {
  return template.replace(/\\\\|\\&|&|\\(\d)/g, (mark, digit?: string) => {
    if (mark === '&') return text.slice(found.start, found.end);
    if (mark === '\\&') return '&';
    if (mark === '\\\\') return '\\';
    if (!groups) return mark;
    return digit === '0' ? text.slice(found.start, found.end) : (found.groups[Number(digit) - 1] ?? '');
  });
}

/** Replaces the n-th match, or all; answers how many, and the text. */
function replaceMatches(
  regex: Regex,
  text: string,
  template: string,
  which: number | 'all',
  groups: boolean,
): [number, string] {
  let result = '';
  let at = 0;
  let seen = 0;
  let count = 0;
  let lastEnd = -1;
  while (at <= text.length) {
    const found = regex.search(text, at);
    if (found === undefined) break;
    if (found.end === found.start && found.start === lastEnd) {
      result += text.slice(at, at + 1);
      at++;
      continue;
    }
    seen++;
    const replaces = which === 'all' || seen === which;
    result +=
      text.slice(at, found.start) +
      (replaces ? replacement(template, found, text, groups) : text.slice(found.start, found.end));
    if (replaces) count++;
    lastEnd = found.end;
    at = found.end;
    if (found.end === found.start) {
      result += text.slice(at, at + 1);
      at++;
    }
    if (replaces && which !== 'all') break;
  }
  return [count, result + text.slice(at)];
}

const RECORD: Target = { e: 'field', index: { e: 'number', value: 0 } };

function* substitute(
  m: Machine,
  all: boolean,
  [source, by, to = RECORD]: readonly Expression[],
  get: Arguments,
): Blocking<Value> {
  if (source === undefined || by === undefined) throw new AwkProblem('Too few arguments', 0, 'sub');
  const regex = regexOf(m, yield* get.pattern(source));
  const template = toText(yield* get.value(by), globalText(m, 'CONVFMT'));
  const place = to.e === 'binary' && to.op === '()' ? to.left : to;
  const text = toText(yield* get.value(place), globalText(m, 'CONVFMT'));
  const [count, result] = replaceMatches(regex, text, template, all ? 'all' : 1, false);
  if (count > 0 && (place.e === 'variable' || place.e === 'field' || place.e === 'element'))
    yield* get.store(place, result);
  return count;
}

function* gensub(m: Machine, [source, by, how, to]: readonly Expression[], get: Arguments): Blocking<Value> {
  if (source === undefined || by === undefined || how === undefined)
    throw new AwkProblem('Too few arguments', 0, 'gensub');
  const regex = regexOf(m, yield* get.pattern(source));
  const template = toText(yield* get.value(by));
  const which = yield* get.value(how);
  const text = to === undefined ? recordOf(m) : toText(yield* get.value(to));
  const all = /^[gG]/.test(toText(which));
  return replaceMatches(regex, text, template, all ? 'all' : Math.max(1, toNumber(which)), true)[1];
}

function* match(m: Machine, [subject, source, array]: readonly Expression[], get: Arguments): Blocking<Value> {
  if (subject === undefined || source === undefined) throw new AwkProblem('Too few arguments', 0, 'match');
  const text = toText(yield* get.value(subject), globalText(m, 'CONVFMT'));
  const found = regexOf(m, yield* get.pattern(source)).search(text);
  setVariable(m, 'RSTART', found === undefined ? 0 : found.start + 1);
  setVariable(m, 'RLENGTH', found === undefined ? -1 : found.end - found.start);
  if (array?.e === 'variable') {
    const target = arrayOf(m, array.name);
    target.clear();
    if (found !== undefined) {
      target.set('0', text.slice(found.start, found.end));
      found.groups.forEach((group, i) => {
        if (group !== undefined) target.set(String(i + 1), fromInput(group));
      });
    }
  }
  return found === undefined ? 0 : found.start + 1;
}

function* stream(m: Machine, name: string, arg: Expression | undefined, get: Arguments): Blocking<Value> {
  const text = arg === undefined ? '' : toText(yield* get.value(arg));
  if (name === 'close') return yield* closeStream(m, text);
  if (name === 'system') return yield* runCommand(m, text);
  yield* m.context.flush();
  return 0;
}

function textual(m: Machine, name: string, values: readonly Value[]): Value {
  const format = globalText(m, 'CONVFMT');
  const text = (i: number): string => toText(values[i], format);
  switch (name) {
    case 'substr':
      return substring(text(0), Math.max(1, toNumber(values[1])), values.length > 2 ? toNumber(values[2]) : undefined);
    case 'index':
      return text(0).indexOf(text(1)) + 1;
    case 'tolower':
      return text(0).toLowerCase();
    case 'toupper':
      return text(0).toUpperCase();
    case 'sprintf':
      return formatValues(text(0), values.slice(1), format);
    case 'strftime': {
      const at = values.length > 1 ? toNumber(values[1]) : m.context.sys.now() / 1000;
      return strftime(values.length > 0 ? text(0) : '%a %b %e %H:%M:%S %Z %Y', at, zoneOf(m.context.sys.env.get('TZ')));
    }
    default:
      return undefined;
  }
}

function substring(text: string, from: number, size: number | undefined): string {
  const chars = [...text];
  const start = Math.round(from);
  const end = size === undefined ? chars.length + 1 : start + Math.round(size);
  return chars.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
}

function numeric(m: Machine, name: string, values: readonly Value[]): Value {
  const [a = 0, b = 0] = values.map(toNumber);
  switch (name) {
    case 'int':
      return Math.trunc(a);
    case 'sqrt':
      return Math.sqrt(a);
    case 'exp':
      return Math.exp(a);
    case 'log':
      return Math.log(a);
    case 'sin':
      return Math.sin(a);
    case 'cos':
      return Math.cos(a);
    case 'atan2':
      return Math.atan2(a, b);
    case 'rand':
      return nextRandom(m);
    case 'srand': {
      const before = m.seed;
      m.seed = values.length > 0 ? a : Math.floor(m.context.sys.now() / 1000);
      m.randomState = m.seed;
      return before;
    }
    case 'systime':
      return Math.floor(m.context.sys.now() / 1000);
    case 'mktime':
      return mktime(toText(values[0]));
    case 'and':
      return Number(BigInt(Math.trunc(a)) & BigInt(Math.trunc(b)));
    case 'or':
      return Number(BigInt(Math.trunc(a)) | BigInt(Math.trunc(b)));
    case 'xor':
      return Number(BigInt(Math.trunc(a)) ^ BigInt(Math.trunc(b)));
    case 'lshift':
      return a * 2 ** b;
    case 'rshift':
      return Math.floor(a / 2 ** b);
    case 'compl':
      return Number(BigInt.asUintN(53, ~BigInt(Math.trunc(a))));
    default:
      return undefined;
  }
}

/** The same numbers for the same seed, in every run. */
function nextRandom(m: Machine): number {
  let x = (m.randomState + 0x6d2b79f5) | 0;
  m.randomState = x;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
}

function mktime(text: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = text.trim().split(/\s+/).map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return Number.isNaN(at) ? -1 : at;
}
