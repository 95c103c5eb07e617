// Simple commands: expand the words, redirect, assign, then run what the first word names.

import { quoteIfNeeded } from '../expand/quoting.ts';
import { evaluate, expandFields, expandText, keyOf } from '../expand/words.ts';
import { isSpecial } from '../lookup.ts';
import type { Request, SimpleFrame } from '../state.ts';
import type { ArrayLiteral, Assignment, Word } from '../syntax.ts';
import {
  getVariable,
  lookup,
  nextIndex,
  setArray,
  setAttributes,
  setElement,
  setVariable,
  target,
} from '../variables.ts';
import { hasOption, traceWords, type Vm } from '../vm.ts';
import { expanding } from './expanding.ts';
import { invoke } from './invoke.ts';
import { applyRedirects } from './redirect.ts';
import { conclude } from './unwind.ts';

export function runSimple(vm: Vm, frame: SimpleFrame): Request | undefined {
  switch (frame.stage) {
    case 'words':
      return expandWords(vm, frame);
    case 'redirect':
      return redirect(vm, frame);
    case 'assign':
      return assign(vm, frame);
    case 'run':
      return run(vm, frame);
    case 'after':
      if (vm.flavour.arrays) vm.state.statuses = vm.state.status === 0 ? SUCCESS : [vm.state.status];
      return conclude(vm, vm.state.status);
  }
}

const SUCCESS: readonly number[] = [0];

function expandWords(vm: Vm, frame: SimpleFrame): undefined {
  const { node } = frame;
  vm.state.line = node.line;
  for (; frame.next < node.words.length; frame.next++) {
    const word = node.words[frame.next];
    if (word === undefined) break;
    const expanded = expanding(vm, frame, word.runs, () => expandFields(vm, word));
    if (expanded === undefined) {
      frame.substituted = true;
      return undefined;
    }
    if (expanded.value.length === 1) frame.fields.push(expanded.value[0] ?? '');
    else frame.fields.push(...expanded.value);
  }
  frame.next = 0;
  frame.stage = node.redirects.length > 0 ? 'redirect' : node.assignments.length > 0 ? 'assign' : 'run';
  return undefined;
}

function redirect(vm: Vm, frame: SimpleFrame): Request | undefined {
  const applied = applyRedirects(vm, frame, frame.node.redirects);
  if (applied === 'wait') return undefined;
  if (applied === 'failed') {
    const fatal = vm.flavour.name !== 'bash' && isSpecial(vm, frame.fields[0] ?? '') && !vm.state.interactive;
    if (fatal) vm.state.failing = vm.flavour.name === 'dash' ? 2 : 1;
    return conclude(vm, vm.flavour.name === 'dash' ? 2 : 1);
  }
  if (applied !== 'done') return applied;
  frame.next = 0;
  frame.stage = frame.node.assignments.length > 0 ? 'assign' : 'run';
  return undefined;
}

function assign(vm: Vm, frame: SimpleFrame): undefined {
  const { assignments } = frame.node;
  const command = frame.fields[0];
  for (; frame.next < assignments.length; frame.next++) {
    const assignment = assignments[frame.next];
    if (assignment === undefined) break;
    const runs = assignmentRuns(assignment);
    const done = expanding(vm, frame, runs, () => assignOne(vm, frame, assignment, command));
    if (done === undefined) {
      frame.substituted = true;
      return undefined;
    }
  }
  frame.stage = 'run';
  return undefined;
}

function assignmentRuns(assignment: Assignment): boolean {
  if (assignment.index?.runs === true) return true;
  if (!('elements' in assignment.value)) return assignment.value.runs;
  return assignment.value.elements.some((element) => element.value.runs || element.index?.runs === true);
}

const DECLARERS = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

function assignOne(vm: Vm, frame: SimpleFrame, assignment: Assignment, command: string | undefined): void {
  const { name, value } = assignment;
  if (command !== undefined && DECLARERS.has(command) && 'elements' in value) declareFirst(vm, frame, name);
  if ('elements' in value) {
    assignArray(vm, name, value, assignment.append);
    return;
  }
  const text = expandText(vm, value);
  const result = assignment.append ? appended(vm, name, assignment.index, text) : text;
  if (command !== undefined && !keepsAssignments(vm, command)) saveVariable(vm, frame, name);
  if (assignment.index === undefined) setVariable(vm, name, integerText(vm, name, result));
  else setElement(vm, name, keyOf(vm, name, assignment.index), result);
  if (command !== undefined && !lookup(vm, name)?.exported) setAttributes(vm, name, { exported: true });
  if (hasOption(vm, 'xtrace')) frame.values.push([name, result]);
}

/** POSIX keeps assignments before special builtins; bash doesn't. */
function keepsAssignments(vm: Vm, command: string): boolean {
  return vm.flavour.name !== 'bash' && isSpecial(vm, command) && !vm.state.functions.has(command);
}

function saveVariable(vm: Vm, frame: SimpleFrame, name: string): void {
  const at = target(vm, name);
  frame.restore ??= [];
  if (!frame.restore.some(([saved]) => saved === at)) frame.restore.push([at, vm.state.variables.get(at)]);
}

/** `declare -A map=(...)`: what the options say must be so before the elements are read. */
function declareFirst(vm: Vm, frame: SimpleFrame, name: string): void {
  const options = frame.fields
    .slice(1)
    .filter((word) => word.startsWith('-'))
    .join('');
  const scope = vm.state.frames.findLast((each) => each.f === 'function');
  const global = options.includes('g') || frame.fields[0] === 'export' || frame.fields[0] === 'readonly';
  if (scope !== undefined && !global && !scope.saved.has(name)) {
    scope.saved.set(name, vm.state.variables.get(name));
    vm.state.variables.delete(name);
  }
  if (options.includes('A') && lookup(vm, name)?.associative !== true) {
    setAttributes(vm, name, { associative: true, items: new Map<string, string>(), value: undefined });
  }
}

function assignArray(vm: Vm, name: string, literal: ArrayLiteral, append: boolean): void {
  const variable = lookup(vm, name);
  const added: [number | string, string][] = [];
  let next = append ? nextIndex(variable) : 0;
  const associative = variable?.associative === true;
  for (const element of literal.elements) {
    if (element.index !== undefined) {
      const key = keyOf(vm, name, element.index);
      added.push([key, expandText(vm, element.value)]);
      if (typeof key === 'number') next = key + 1;
    } else for (const value of expandFields(vm, element.value)) added.push([associative ? value : next++, value]);
  }
  const pairs = associative && literal.elements.every((element) => element.index === undefined) ? paired(added) : added;
  if (!append) setArray(vm, name, pairs);
  else {
    if (variable?.items === undefined && variable?.value === undefined) setArray(vm, name, []);
    for (const [key, value] of pairs) setElement(vm, name, key, value);
  }
}

/** `map=(key value key value)`. */
function paired(values: readonly [number | string, string][]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < values.length; i += 2) pairs.push([values[i]?.[1] ?? '', values[i + 1]?.[1] ?? '']);
  return pairs;
}

function appended(vm: Vm, name: string, index: Word | undefined, text: string): string {
  const variable = lookup(vm, name);
  const key = index === undefined ? undefined : keyOf(vm, name, index);
  const items: ReadonlyMap<number | string, string> | undefined = variable?.items;
  const old = (key === undefined ? getVariable(vm, name) : items?.get(key)) ?? '';
  if (variable?.integer !== true) return old + text;
  return String(Number(old || '0') + Number(integerText(vm, name, text)));
}

/** A variable declared as an integer evaluates what it is given. */
export function integerText(vm: Vm, name: string, text: string): string {
  if (lookup(vm, name)?.integer !== true) return text;
  return String(evaluate(vm, { word: { parts: [{ k: 'text', text, quoted: true }], runs: false } }));
}

function run(vm: Vm, frame: SimpleFrame): Request | undefined {
  const [name] = frame.fields;
  if (hasOption(vm, 'xtrace')) traceAll(vm, frame);
  vm.state.lastArgument = frame.fields.at(-1) ?? '';
  if (name === undefined) return conclude(vm, frame.substituted ? vm.state.substitution : 0);
  frame.stage = 'after';
  vm.state.steps++;
  return invoke(vm, frame);
}

/** bash shows each assignment on a line of its own. */
function traceAll(vm: Vm, frame: SimpleFrame): void {
  const quote = vm.flavour.name === 'dash' ? (text: string): string => text : quoteIfNeeded;
  const assignments = frame.values.map(([name, value]) => `${name}=${quote(value)}`);
  const words = frame.fields.map(quote);
  if (vm.flavour.name !== 'bash') {
    traceWords(vm, [...assignments, ...words]);
    return;
  }
  for (const assignment of assignments) traceWords(vm, [assignment]);
  traceWords(vm, words);
}
