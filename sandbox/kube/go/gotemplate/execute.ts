// Applies a Go template to JSON. Messages are those of Go's text/template.

import { isArray, isObject, own } from '../../json.ts';
import { type GoValue, isInteger, sprint } from '../goformat.ts';
import { byteLength, quote, sortedKeys } from '../text.ts';
import { boxedValue, CallError, FUNCTIONS, isTrue, NONE, type Value } from './functions.ts';
import { type Branch, type Command, type Node, nodeText, type Operand, type Pipe } from './nodes.ts';
import type { Template } from './parse.ts';

/** Applying failed in the middle; `printed` is what came before. */
export class ExecuteError extends Error {
  readonly printed: string;
  constructor(message: string, printed: string) {
    super(message);
    this.printed = printed;
  }
}

export interface Run {
  readonly template: Template;
  /** A key that isn't there is an error. */
  readonly strict: boolean;
  output: string;
  depth: number;
}

interface Variable {
  readonly name: string;
  value: Value;
}

type Scope = readonly Variable[];
type Place = Node | Command | Operand;
/** How a list of nodes ended. */
type Ending = 'done' | 'break' | 'continue';

const MAX_DEPTH = 1000;

export function execute(run: Run, nodes: readonly Node[], data: Value): void {
  walkList(run, nodes, data, [{ name: '$', value: data }]);
}

function fail(run: Run, place: Place, message: string): ExecuteError {
  const { name, text } = run.template;
  const before = text.slice(0, place.at);
  const line = before.split('\n').length;
  const column = byteLength(before.slice(before.lastIndexOf('\n') + 1));
  const where = `${name}:${line}:${column}`;
  return new ExecuteError(
    `template: ${where}: executing ${quote(name)} at <${nodeText(place)}>: ${message}`,
    run.output,
  );
}

function walkList(run: Run, nodes: readonly Node[], dot: Value, scope: Scope): Ending {
  let inner = [...scope];
  for (const node of nodes) {
    const { ending, declared } = walk(run, node, dot, inner);
    if (ending !== 'done') return ending;
    inner = [...inner, ...declared];
  }
  return 'done';
}

interface Walked {
  readonly ending: Ending;
  readonly declared: Scope;
}

const GOES_ON: Walked = { ending: 'done', declared: [] };

function walk(run: Run, node: Node, dot: Value, scope: Scope): Walked {
  switch (node.kind) {
    case 'text':
      run.output += node.text;
      return GOES_ON;
    case 'action': {
      const { value, declared } = pipeline(run, node.pipe, dot, scope);
      if (node.pipe.variables.length === 0) run.output += printed(value);
      return { ending: 'done', declared };
    }
    case 'if':
    case 'with': {
      const { value, declared } = pipeline(run, node.pipe, dot, scope);
      const inner = [...scope, ...declared];
      if (isTrue(value)) return ended(walkList(run, node.list, node.kind === 'with' ? value : dot, inner));
      return ended(walkList(run, node.otherwise ?? [], dot, inner));
    }
    case 'range':
      return ended(walkRange(run, node, dot, scope));
    case 'template':
      callTemplate(run, node, dot, scope);
      return GOES_ON;
    case 'break':
    case 'continue':
      return { ending: node.kind, declared: [] };
  }
}

function ended(ending: Ending): Walked {
  return { ending, declared: [] };
}

function printed(value: Value): string {
  return value.type === 'nil' ? '<no value>' : sprint([value]);
}

function callTemplate(run: Run, node: Node & { readonly kind: 'template' }, dot: Value, scope: Scope): void {
  const nodes = run.template.named.get(node.name);
  if (nodes === undefined) throw fail(run, node, `template ${quote(node.name)} not defined`);
  if (run.depth >= MAX_DEPTH) throw fail(run, node, `exceeded maximum template depth (${MAX_DEPTH})`);
  const value = node.pipe === undefined ? NONE : pipeline(run, node.pipe, dot, scope).value;
  run.depth++;
  walkList(run, nodes, value, [{ name: '$', value }]);
  run.depth--;
}

function walkRange(run: Run, node: Branch, dot: Value, scope: Scope): Ending {
  const { value } = pipeline(run, { ...node.pipe, variables: [] }, dot, scope);
  const items = itemsOf(run, node.pipe, value);
  for (const [key, item] of items) {
    const declared = rangeVariables(node.pipe, scope, key, item);
    const ending = walkList(run, node.list, item, [...scope, ...declared]);
    if (ending === 'break') break;
  }
  return items.length > 0 ? 'done' : walkList(run, node.otherwise ?? [], dot, scope);
}

/** Declares them, or sets those that are there. */
function rangeVariables({ variables, assigns }: Pipe, scope: Scope, key: Value, item: Value): Scope {
  const [first, second] = variables;
  if (first === undefined) return [];
  const pairs = second === undefined ? [[first, item] as const] : [[first, key] as const, [second, item] as const];
  if (!assigns) return pairs.map(([{ name }, value]) => ({ name, value }));
  for (const [{ name }, value] of pairs) {
    const known = scope.findLast((variable) => variable.name === name);
    if (known !== undefined) known.value = value;
  }
  return [];
}

function itemsOf(run: Run, pipe: Pipe, { type, value }: Value): readonly (readonly [Value, Value])[] {
  if (isArray(value)) return value.map((item, i) => [whole(i), boxedValue(item, true)]);
  if (isObject(value)) {
    return sortedKeys(value).map((key) => [boxedValue(key, false), boxedValue(own(value, key), true)]);
  }
  if (type === 'nil') return [];
  if (isInteger(type)) return counted(run, pipe, { type, value });
  throw fail(run, lastOperand(pipe), `range can't iterate over ${sprint([{ type, value }])}`);
}

/** A number is gone through from 0 up to it; that has no keys. */
function counted(run: Run, pipe: Pipe, { type, value }: GoValue): readonly (readonly [Value, Value])[] {
  if (pipe.variables.length > 1) {
    throw fail(run, lastOperand(pipe), `can't use ${value} to iterate over more than one variable`);
  }
  return Array.from({ length: Math.max(0, Number(value)) }, (_, i) => [NONE, { type, value: i, boxed: false }]);
}

/** What is evaluated last. */
function lastOperand(pipe: Pipe): Operand | Pipe {
  const last = pipe.commands.at(-1)?.args.at(-1);
  if (last === undefined) return pipe;
  return last.kind === 'pipe' ? lastOperand(last) : last;
}

function whole(value: number): Value {
  return { type: 'int', value, boxed: false };
}

function pipeline(run: Run, pipe: Pipe, dot: Value, scope: Scope): { readonly value: Value; readonly declared: Scope } {
  let value: Value | undefined;
  for (const command of pipe.commands) value = { ...evaluate(run, command, dot, scope, value), boxed: false };
  const result = value ?? NONE;
  const declared: Variable[] = [];
  for (const { name } of pipe.variables) {
    const known = scope.findLast((variable) => variable.name === name);
    if (!pipe.assigns) declared.push({ name, value: result });
    else if (known !== undefined) known.value = result;
  }
  return { value: result, declared };
}

/** A command; `final` is what the one before it in the pipeline gave. */
function evaluate(run: Run, command: Command, dot: Value, scope: Scope, final: Value | undefined): Value {
  const [first, ...rest] = command.args;
  if (first === undefined) return NONE;
  if (first.kind === 'identifier') return callFunction(run, first.name, command, rest, dot, scope, final);
  if (rest.length > 0 || final !== undefined) {
    const last =
      first.kind === 'field' || first.kind === 'variable' || first.kind === 'chain' ? first.fields.at(-1) : undefined;
    if (last !== undefined) throw fail(run, first, `${last} is not a method but has arguments`);
    throw fail(run, first, `can't give argument to non-function ${nodeText(first)}`);
  }
  if (first.kind === 'nil') throw fail(run, first, 'nil is not a command');
  return operand(run, first, dot, scope);
}

function operand(run: Run, node: Operand, dot: Value, scope: Scope): Value {
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'nil':
      return NONE;
    case 'boolean':
      return boxedValue(node.value, false);
    case 'string':
      return boxedValue(node.text, false);
    case 'number':
      if (node.value === undefined) throw fail(run, node, `${node.text} overflows int`);
      return { type: node.type, value: node.value, boxed: false };
    case 'field':
      return fieldsOf(run, node, dot, node.fields);
    case 'variable':
      return fieldsOf(run, node, scope.findLast(({ name }) => name === node.name)?.value ?? NONE, node.fields);
    case 'chain':
      return fieldsOf(run, node, operand(run, node.of, dot, scope), node.fields);
    case 'pipe':
      return pipeline(run, node, dot, scope).value;
    case 'identifier':
      return callFunction(run, node.name, node, [], dot, scope, undefined);
  }
}

function fieldsOf(run: Run, node: Operand, from: Value, fields: readonly string[]): Value {
  let at = from;
  for (const field of fields) at = fieldOf(run, node, at, field);
  return at;
}

function fieldOf(run: Run, node: Operand, from: Value, field: string): Value {
  const { type, value, boxed } = from;
  if (isObject(value)) {
    const found = own(value, field);
    if (found === undefined && run.strict) throw fail(run, node, `map has no entry for key ${quote(field)}`);
    return found === undefined ? NONE : boxedValue(found, true);
  }
  if (type === 'nil') {
    if (boxed) throw fail(run, node, `nil pointer evaluating interface {}.${field}`);
    if (run.strict) throw fail(run, node, `nil data; no entry for key ${quote(field)}`);
    return NONE;
  }
  throw fail(run, node, `can't evaluate field ${field} in type ${boxed ? 'interface {}' : type}`);
}

function callFunction(
  run: Run,
  name: string,
  place: Place,
  nodes: readonly Operand[],
  dot: Value,
  scope: Scope,
  final: Value | undefined,
): Value {
  const known = FUNCTIONS.get(name);
  if (known === undefined) throw fail(run, place, `${quote(name)} is not a defined function`);
  const count = nodes.length + (final === undefined ? 0 : 1);
  if (count < known.min || count > (known.max ?? count)) {
    const wanted = known.max === undefined ? `at least ${known.min}` : String(known.min);
    throw fail(run, place, `wrong number of args for ${name}: want ${wanted} got ${count}`);
  }
  const args: Value[] = [];
  for (const node of nodes) {
    const value = operand(run, node, dot, scope);
    // What follows is not looked at once the answer is known.
    if ((name === 'or' && isTrue(value)) || (name === 'and' && !isTrue(value))) return value;
    args.push(value);
  }
  try {
    return known.call(final === undefined ? args : [...args, final]);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw fail(run, place, `error calling ${name}: ${error.message}`);
  }
}
