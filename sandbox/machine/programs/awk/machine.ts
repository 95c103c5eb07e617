// A running awk program: variables, the record with its fields, open files and pipes.

import { compileRegex, type Regex, RegexProblem } from '../../regex/regex.ts';
import type { Blocking, Fd } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import type { LineReader } from '../kit/input.ts';
import { AwkProblem, type AwkProgram } from './tree.ts';
import { fromInput, toNumber, toText, type Value } from './values.ts';

export type AwkArray = Map<string, Value>;

/** What a name stands for: a value or, once it was used so, an array. */
export interface Cell {
  value: Value;
  array: AwkArray | undefined;
  /** The caller's variable, which becomes an array when this parameter does. */
  readonly origin: Cell | undefined;
}

export interface Output {
  readonly fd: Fd;
  /** The process at the other end of a pipe. */
  readonly pid: number | undefined;
}

export interface Input {
  readonly fd: Fd;
  readonly reader: LineReader;
  readonly pid: number | undefined;
}

export interface Machine {
  readonly context: Context;
  readonly program: AwkProgram;
  readonly globals: Map<string, Cell>;
  /** The present function's parameters. */
  locals: Map<string, Cell> | undefined;
  depth: number;
  record: string;
  /** From 1 on; undefined until somebody asks. */
  fields: Value[] | undefined;
  /** The record must be put together again from its fields. */
  stale: boolean;
  readonly outputs: Map<string, Output>;
  readonly inputs: Map<string, Input>;
  readonly regexes: Map<string, Regex>;
  readonly ranges: Set<number>;
  seed: number;
  randomState: number;
  steps: number;
  /** Reads the next record of the main input; undefined at its end. */
  nextRecord: () => Blocking<string | undefined>;
}

export function cellOf(m: Machine, name: string): Cell {
  const local = m.locals?.get(name);
  if (local !== undefined) return local;
  const known = m.globals.get(name);
  if (known !== undefined) return known;
  const cell: Cell = { value: undefined, array: undefined, origin: undefined };
  m.globals.set(name, cell);
  return cell;
}

export function arrayOf(m: Machine, name: string): AwkArray {
  const cell = cellOf(m, name);
  if (cell.array !== undefined) return cell.array;
  if (cell.value !== undefined) throw new AwkProblem(`${name} isn't an array`, 0);
  return becomeArray(cell);
}

function becomeArray(cell: Cell): AwkArray {
  const array = cell.array ?? (cell.origin === undefined ? new Map<string, Value>() : becomeArray(cell.origin));
  cell.array = array;
  return array;
}

/** A variable that the program or awk itself knows by name. */
export function getGlobal(m: Machine, name: string): Value {
  if (name === 'NF') return fieldsOf(m).length;
  return m.globals.get(name)?.value;
}

export function getVariable(m: Machine, name: string): Value {
  const cell = cellOf(m, name);
  if (name === 'NF' && m.locals?.has('NF') !== true) return fieldsOf(m).length;
  if (cell.array !== undefined) throw new AwkProblem(`${name} is an array`, 0);
  return cell.value;
}

export function setVariable(m: Machine, name: string, value: Value): void {
  const cell = cellOf(m, name);
  if (cell.array !== undefined) throw new AwkProblem(`${name} is an array`, 0);
  if (name === 'NF') setFieldCount(m, toNumber(value));
  cell.value = value;
}

export function globalText(m: Machine, name: string): string {
  return toText(m.globals.get(name)?.value);
}

export function setRecord(m: Machine, text: string): void {
  m.record = text;
  m.fields = undefined;
  m.stale = false;
}

function fieldsOf(m: Machine): Value[] {
  m.fields ??= splitFields(m, recordOf(m), globalText(m, 'FS')).map(fromInput);
  return m.fields;
}

export function recordOf(m: Machine): string {
  if (m.stale) {
    m.record = (m.fields ?? []).map((field) => toText(field, globalText(m, 'CONVFMT'))).join(globalText(m, 'OFS'));
    m.stale = false;
  }
  return m.record;
}

export function getField(m: Machine, index: number): Value {
  if (index === 0) return fromInput(recordOf(m));
  if (index < 0) throw new AwkProblem('Access to negative field', 0);
  return fieldsOf(m)[index - 1];
}

const FIELDS_MAX = 100_000;

export function setField(m: Machine, index: number, value: Value): void {
  if (index === 0) {
    setRecord(m, toText(value, globalText(m, 'CONVFMT')));
    return;
  }
  const fields = fieldsOf(m);
  if (index < 0 || index > FIELDS_MAX) throw new AwkProblem('Access to negative field', 0);
  while (fields.length < index) fields.push('');
  fields[index - 1] = value;
  m.stale = true;
}

function setFieldCount(m: Machine, count: number): void {
  const fields = fieldsOf(m);
  while (fields.length < Math.min(count, FIELDS_MAX)) fields.push('');
  fields.length = Math.max(0, Math.min(count, FIELDS_MAX));
  m.stale = true;
}

/** Splits by blanks, a character, or an expression. */
export function splitFields(m: Machine, text: string, separator: string): string[] {
  if (text === '') return [];
  if (separator === ' ') {
    const trimmed = text.trim();
    return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (separator === '') return [...text];
  if (separator.length === 1 && separator !== '\\') return text.split(separator);
  return splitByRegex(regexOf(m, separator), text);
}

export function splitByRegex(regex: Regex, text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; ) {
    const match = regex.search(text, at);
    if (match === undefined) break;
    if (match.end === match.start) {
      at = match.start + 1;
      continue;
    }
    parts.push(text.slice(from, match.start));
    from = match.end;
    at = match.end;
  }
  parts.push(text.slice(from));
  return parts;
}

export function regexOf(m: Machine, source: string): Regex {
  const known = m.regexes.get(source);
  if (known !== undefined) return known;
  try {
    const regex = compileRegex(source, { dialect: 'extended' });
    m.regexes.set(source, regex);
    return regex;
  } catch (error) {
    if (error instanceof RegexProblem) throw new AwkProblem(error.message, 0, source);
    throw error;
  }
}

/** The key of an array: several are joined by SUBSEP. */
export function keyOf(m: Machine, values: readonly Value[]): string {
  const format = globalText(m, 'CONVFMT');
  return values.map((value) => toText(value, format)).join(globalText(m, 'SUBSEP'));
}
