// `${...}`: a parameter's value, and what is done to it on the way out.

import type { Arithmetic, Index, ParameterOperation, ParameterPart, Word } from '../syntax.ts';
import { lookup, setElement, setVariable } from '../variables.ts';
import { failure, hasOption, type ShellFailure, type Vm } from '../vm.ts';
import { once } from './journal.ts';
import { parsePattern } from './pattern.ts';
import { quoteForShell } from './quoting.ts';
import { replaceIn, trim } from './strings.ts';
import { arrayElements, one, parameterValue, type Value } from './values.ts';

/** What the expansion of a parameter needs of the expansion of words. */
export interface WordExpander {
  readonly text: (vm: Vm, word: Word) => string;
  readonly pattern: (vm: Vm, word: Word) => string;
  readonly number: (vm: Vm, expression: Arithmetic) => number;
}

/** Either a value, or a word that stands in its place (with what it says about quoting). */
export type Expanded = Value | { readonly kind: 'word'; readonly word: Word };

export function expandParameter(vm: Vm, part: ParameterPart, expander: WordExpander): Expanded {
  const { op } = part;
  if (op?.o === 'bad') throw failure(vm, badSubstitution(vm, op.source));
  if (op?.o === 'names') return names(vm, part.name, op.joined);
  if (op?.o === 'keys') {
    const keys = arrayElements(vm, part.name).map(([key]) => String(key));
    return { kind: 'list', values: keys, joined: part.index === '*' };
  }
  if (op?.o === 'indirect') return indirect(vm, part, op.then, expander);
  const value = part.index === undefined ? parameterValue(vm, part.name) : element(vm, part.name, part.index, expander);
  return operate(vm, part, op, value, expander);
}

function badSubstitution(vm: Vm, source: string): string {
  return vm.flavour.name === 'bash' ? `${source}: bad substitution` : 'Bad substitution';
}

function names(vm: Vm, prefix: string, joined: boolean): Value {
  const values = [...vm.state.variables.keys()].filter((name) => name.startsWith(prefix)).sort();
  return { kind: 'list', values, joined };
}

function indirect(vm: Vm, part: ParameterPart, then: ParameterOperation | undefined, expander: WordExpander): Expanded {
  const reference = vm.state.variables.get(part.name)?.reference;
  if (reference !== undefined && then === undefined) return one(reference);
  const value = part.index === undefined ? parameterValue(vm, part.name) : element(vm, part.name, part.index, expander);
  const name = value.kind === 'one' ? (value.value ?? '') : value.values.join(' ');
  const place = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?!$-])(?:\[([^\]]+)\])?$/.exec(name);
  if (place === null) {
    const words = name === '' ? `${part.name}: invalid indirect expansion` : `${name}: invalid variable name`;
    throw failure(vm, words);
  }
  const index = place[2] === undefined ? undefined : indexOf(place[2]);
  const { op: _, index: __, ...plain } = part;
  const at: ParameterPart = { ...plain, name: place[1] ?? '', ...(index === undefined ? {} : { index }) };
  return expandParameter(vm, then === undefined ? at : { ...at, op: then }, expander);
}

function indexOf(text: string): Index {
  return text === '@' || text === '*' ? text : { parts: [{ k: 'text', text, quoted: true }], runs: false };
}

function element(vm: Vm, name: string, index: Index, expander: WordExpander): Value {
  if (index === '@' || index === '*') {
    return { kind: 'list', values: arrayElements(vm, name).map(([, value]) => value), joined: index === '*' };
  }
  const key = elementKey(vm, name, index, expander);
  return one(arrayElements(vm, name).find(([at]) => at === key)?.[1]);
}

/** The key that an index comes to; a negative one counts from the end. */
export function elementKey(vm: Vm, name: string, index: Word, expander: WordExpander): number | string {
  if (lookup(vm, name)?.associative === true) return expander.text(vm, index);
  const number = expander.number(vm, { word: index });
  if (number >= 0) return number;
  const last = arrayElements(vm, name).at(-1)?.[0];
  return (typeof last === 'number' ? last : -1) + 1 + number;
}

function operate(
  vm: Vm,
  part: ParameterPart,
  op: ParameterOperation | undefined,
  value: Value,
  expander: WordExpander,
): Expanded {
  switch (op?.o) {
    case undefined:
      return defined(vm, part, value);
    case 'length':
      return one(String(length(vm, part, value)));
    case '-':
    case '+':
      return isSet(value, op.colon) === (op.o === '+')
        ? { kind: 'word', word: op.word }
        : op.o === '+'
          ? one('')
          : value;
    case '=':
      return isSet(value, op.colon) ? value : assignDefault(vm, part, op.word, expander);
    case '?':
      if (isSet(value, op.colon)) return value;
      throw failure(vm, missing(vm, part, op, expander), 'shell', fatalStatus(vm));
    case 'slice':
      return slice(vm, part, defined(vm, part, value), op.offset, op.length, expander);
    default:
      return op === undefined ? value : mapValue(defined(vm, part, value), textOperation(vm, part, op, expander));
  }
}

/** The value, unless `set -u` refuses that there is none. */
function defined(vm: Vm, part: ParameterPart, value: Value): Value {
  if (value.kind === 'list' || value.value !== undefined || !hasOption(vm, 'nounset')) return value;
  throw unbound(vm, part.name);
}

/** bash's status when an expansion ends it. */
function fatalStatus(vm: Vm): number {
  return vm.state.fromString && vm.state.subshell === 0 ? 127 : 1;
}

/** What `set -u` says. */
export function unbound(vm: Vm, name: string): ShellFailure {
  const words = vm.flavour.name === 'bash' ? 'unbound variable' : 'parameter not set';
  return failure(vm, `${name}: ${words}`, 'shell', fatalStatus(vm));
}

function isSet(value: Value, colon: boolean): boolean {
  if (value.kind === 'list') return colon ? value.values.join('') !== '' : value.values.length > 0;
  return colon ? (value.value ?? '') !== '' : value.value !== undefined;
}

function length(vm: Vm, part: ParameterPart, value: Value): number {
  if (value.kind === 'list') return value.values.length;
  const text = defined(vm, part, value);
  return text.kind === 'one' ? [...(text.value ?? '')].length : 0;
}

function assignDefault(vm: Vm, part: ParameterPart, word: Word, expander: WordExpander): Value {
  if (!/^[A-Za-z_]/.test(part.name)) {
    const words =
      vm.flavour.name === 'bash' ? `$${part.name}: cannot assign in this way` : `${part.name}: bad variable name`;
    throw failure(vm, words);
  }
  const text = expander.text(vm, word);
  once(vm, () => {
    if (part.index === undefined || typeof part.index === 'string') setVariable(vm, part.name, text);
    else setElement(vm, part.name, elementKey(vm, part.name, part.index, expander), text);
    return true;
  });
  return one(text);
}

function missing(
  vm: Vm,
  part: ParameterPart,
  op: Extract<ParameterOperation, { colon: boolean }>,
  expander: WordExpander,
): string {
  const words = expander.text(vm, op.word);
  if (words !== '') return `${part.name}: ${words}`;
  return `${part.name}: parameter ${op.colon ? 'null or ' : ''}not set`.replace('null or not set', bothWords(vm));
}

function bothWords(vm: Vm): string {
  return vm.flavour.name === 'bash' ? 'null or not set' : 'not set or null';
}

function slice(
  vm: Vm,
  part: ParameterPart,
  value: Value,
  offset: Arithmetic,
  size: Arithmetic | undefined,
  expander: WordExpander,
): Value {
  const positional = part.name === '@' || part.name === '*';
  const all =
    value.kind === 'list' ? (positional ? [vm.state.name, ...value.values] : value.values) : [...(value.value ?? '')];
  const first = expander.number(vm, offset);
  const from = first < 0 ? all.length + first : first;
  const count = size === undefined ? all.length : expander.number(vm, size);
  if (count < 0 && value.kind === 'list') throw failure(vm, `${count}: substring expression < 0`);
  const end = count < 0 ? all.length + count : from + count;
  if (count < 0 && end < from) throw failure(vm, `${count}: substring expression < 0`);
  const chosen = from < 0 ? [] : all.slice(positional && first === 0 && from === 0 ? 0 : from, end);
  return value.kind === 'list' ? { ...value, values: chosen } : one(chosen.join(''));
}

function mapValue(value: Value, change: (text: string) => string): Value {
  if (value.kind === 'list') return { ...value, values: value.values.map(change) };
  return value.value === undefined ? value : one(change(value.value));
}

function textOperation(
  vm: Vm,
  part: ParameterPart,
  op: ParameterOperation,
  expander: WordExpander,
): (text: string) => string {
  switch (op.o) {
    case '#':
    case '##':
    case '%':
    case '%%': {
      const pattern = parsePattern(expander.pattern(vm, op.pattern), hasOption(vm, 'extglob'));
      return (text) => trim(text, op.o, pattern);
    }
    case 'replace': {
      const pattern = parsePattern(expander.pattern(vm, op.pattern), hasOption(vm, 'extglob'));
      const by = expander.text(vm, op.by);
      return (text) => replaceIn(text, op.mode, pattern, by);
    }
    case '^':
    case '^^':
    case ',':
    case ',,': {
      const pattern =
        op.pattern === undefined ? undefined : parsePattern(expander.pattern(vm, op.pattern), hasOption(vm, 'extglob'));
      return (text) => changeLetters(text, op.o, pattern);
    }
    case 'transform':
      return (text) => transform(vm, part.name, op.letter, text);
    default:
      return (text) => text;
  }
}

function changeLetters(
  text: string,
  op: '^' | '^^' | ',' | ',,',
  pattern: ReturnType<typeof parsePattern> | undefined,
): string {
  const change = (char: string): string => {
    if (
      pattern !== undefined &&
      !pattern.some((token) => token.p === 'any' || token.p === 'star' || fitsOne(token, char))
    ) {
      return char;
    }
    return op.startsWith('^') ? char.toUpperCase() : char.toLowerCase();
  };
  const chars = [...text];
  return op.length === 2
    ? chars.map(change).join('')
    : chars.map((char, i) => (i === 0 ? change(char) : char)).join('');
}

function fitsOne(token: ReturnType<typeof parsePattern>[number], char: string): boolean {
  return (token.p === 'char' && token.char === char) || (token.p === 'class' && token.test(char));
}

function transform(vm: Vm, name: string, letter: string, text: string): string {
  switch (letter) {
    case 'U':
      return text.toUpperCase();
    case 'L':
      return text.toLowerCase();
    case 'u':
      return text.charAt(0).toUpperCase() + text.slice(1);
    case 'Q':
      return quoteForShell(text);
    case 'A':
      return `${name}=${quoteForShell(text)}`;
    case 'a':
      return attributes(vm, name);
    default:
      return text;
  }
}

/** The letters of a variable's attributes, as `${x@a}` and `declare -p` show them. */
export function attributes(vm: Vm, name: string): string {
  const variable = vm.state.variables.get(name);
  if (variable === undefined) return '';
  const has: readonly [boolean, string][] = [
    [variable.items !== undefined && variable.associative !== true, 'a'],
    [variable.associative === true, 'A'],
    [variable.integer === true, 'i'],
    [variable.letters === 'lower', 'l'],
    [variable.reference !== undefined, 'n'],
    [variable.readonly, 'r'],
    [variable.letters === 'upper', 'u'],
    [variable.exported, 'x'],
  ];
  return has.map(([is, letter]) => (is ? letter : '')).join('');
}
