// `jq`: filters JSON.

import { lazy } from '../../../kube/lazy.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Program, type Sys, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readTextFile } from '../kit/input.ts';
import { buildLibrary, Halt, NO_MORE } from './builtins.ts';
import { run } from './evaluate.ts';
import { formatValue } from './formats.ts';
import { NO_INPUTS, openInputs } from './inputs.ts';
import { JsonError, parseJson, readJsonStream } from './json.ts';
import { JqSyntaxError } from './lex.ts';
import { parseProgram } from './parse.ts';
import { isKnown, type Machine, type Scope, withValue } from './scope.ts';
import type { Filter } from './tree.ts';
import { isTruthy, JqError, type TextOptions, textOfValue, type Value } from './values.ts';

const SPEC: CommandSpec = {
  usage: '[OPTIONS] FILTER [FILES...]',
  flags:
    'n|null-input r|raw-output j|join-output a|ascii-output c|compact-output S|sort-keys s|slurp R|raw-input e|exit-status C|color-output M|monochrome-output tab indent= f|from-file seq unbuffered h|help V|version arg argjson slurpfile rawfile args jsonargs raw-output0',
  refused: 'stream stream-errors L=',
  badUsage: 2,
};

const library = lazy(buildLibrary);

/** What the command line gives beyond flags: `--arg NAME VALUE` takes two words, `--args` the rest. */
interface Given {
  readonly words: readonly string[];
  readonly named: readonly (readonly [string, string, string])[];
  readonly positional: readonly (readonly ['args' | 'jsonargs', string])[];
}

const PAIRS = new Set(['--arg', '--argjson', '--slurpfile', '--rawfile']);

function readWords(args: readonly string[]): Given {
  const words: string[] = [];
  const named: [string, string, string][] = [];
  const positional: ['args' | 'jsonargs', string][] = [];
  let mode: 'args' | 'jsonargs' | undefined;
  let filters = 0;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (PAIRS.has(arg)) {
      named.push([arg.slice(2), args[i + 1] ?? '', args[i + 2] ?? '']);
      i += 2;
    } else if (arg === '--args' || arg === '--jsonargs') mode = arg === '--args' ? 'args' : 'jsonargs';
    else if (arg.startsWith('-') && arg !== '-') {
      words.push(arg);
      if (arg === '--indent') words.push(args[++i] ?? '');
    } else if (mode !== undefined && filters > 0) positional.push([mode, arg]);
    else {
      filters++;
      words.push(arg);
    }
  }
  return { words, named, positional };
}

export function jq(flavour: 'busybox' | 'gnu'): Program {
  return function* (sys, saved) {
    const given = readWords(sys.argv.slice(1));
    const program = command({ ...SPEC, rewrite: () => given.words }, (context) => main(context, given));
    return yield* program(flavour)(sys, saved);
  };
}

/** Something is wrong before anything runs. */
class Refusal extends Error {
  readonly status: number;
  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

function* main(context: Context, given: Given): Blocking<number> {
  const { flags, args } = context;
  if (flags.has('V')) {
    context.print('jq-1.6\n');
    return 0;
  }
  const [source = defaultFilter(context), ...files] = args;
  if (source === undefined) {
    context.warn('jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [OPTIONS] FILTER [FILES...]\n');
    return 2;
  }
  try {
    const text = flags.has('f') ? yield* readTextFile(context.sys, source) : source;
    const filter = compiled(text);
    const globals = yield* variables(context.sys, given);
    return yield* filterInputs(context, filter, globals, files);
  } catch (error) {
    if (error instanceof Refusal) {
      context.warn(`${error.message}\n`);
      return error.status;
    }
    if (!(error instanceof SysError) || error.code === 'EINTR' || error.code === 'EPIPE') throw error;
    context.warn(`jq: error: Could not open ${source}: ${errorText(error.code)}\n`);
    return 2;
  }
}

/** Without a filter, what comes through a pipe is shown as it is. */
function defaultFilter({ sys }: Context): string | undefined {
  return sys.isatty(0) && sys.isatty(1) ? undefined : '.';
}

/** A program that can be run; throws a JqSyntaxError. */
export function readProgram(text: string): Filter {
  const filter = parseProgram(text);
  const unknown = unknownName(filter, new Set());
  if (unknown !== undefined) throw new JqSyntaxError(`${unknown} is not defined at <top-level>, line 1:`);
  return filter;
}

function compiled(text: string): Filter {
  try {
    return readProgram(text);
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    const hint = error.message.startsWith('syntax error')
      ? ' (Unix shell quoting issues?) at <top-level>, line 1:'
      : '';
    throw new Refusal(`jq: error: ${error.message}${hint}\n${text}\njq: 1 compile error`, 3);
  }
}

/** The first function that a program calls and nobody defines. */
function unknownName(node: unknown, defined: ReadonlySet<string>): string | undefined {
  if (Array.isArray(node)) {
    for (const each of node) {
      const found = unknownName(each, defined);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof node !== 'object' || node === null || node instanceof Map) return undefined;
  const filter = node as Filter;
  if (filter.op === 'define') {
    const { name, params, body } = filter.definition;
    const outer = new Set([...defined, `${name}/${params.length}`]);
    const inner = new Set([...outer, ...params.map((param) => `${param.replace(/^\$/, '')}/0`)]);
    return unknownName(body, inner) ?? unknownName(filter.body, outer);
  }
  if (filter.op === 'call') {
    const key = `${filter.name}/${filter.args.length}`;
    if (!defined.has(key) && !isKnown(key, library())) return key;
  }
  return unknownName(Object.values(filter), defined);
}

function* variables(sys: Sys, { named, positional }: Given): Blocking<Scope | undefined> {
  const map = new Map<string, Value>();
  for (const [kind, name, word] of named) map.set(name, yield* argument(sys, kind, name, word));
  const list = positional.map(([kind, word]) => (kind === 'args' ? word : jsonArgument('jsonargs', word)));
  map.set(
    'ARGS',
    map.get('ARGS') ??
      new Map<string, Value>([
        ['positional', list],
        ['named', new Map(map)],
      ]),
  );
  let scope: Scope | undefined;
  for (const [name, value] of map) scope = withValue(scope, name, value);
  return scope;
}

function jsonArgument(flag: string, text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new Refusal(
      `jq: Invalid JSON text passed to --${flag}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq`,
    );
  }
}

function* argument(sys: Sys, kind: string, name: string, word: string): Blocking<Value> {
  if (kind === 'arg') return word;
  if (kind === 'argjson') return jsonArgument('argjson', word);
  try {
    const text = yield* readTextFile(sys, word);
    return kind === 'rawfile' ? text : [...readJsonStream({ text, at: 0 })];
  } catch (error) {
    if (error instanceof SysError && error.code !== 'EINTR')
      throw new Refusal(`jq: Bad JSON in --${kind} ${name} ${word}: Could not open ${word}: ${errorText(error.code)}`);
    if (error instanceof JsonError) throw new Refusal(`jq: Bad JSON in --${kind} ${name} ${word}: ${error.message}`);
    throw error;
  }
}

function* filterInputs(
  context: Context,
  filter: Filter,
  globals: Scope | undefined,
  files: readonly string[],
): Blocking<number> {
  const { flags, sys } = context;
  const needsInput = !flags.has('n') || /"input|"inputs/.test(JSON.stringify(filter));
  const inputs = needsInput ? yield* openInputs(context, files) : NO_INPUTS;
  const machine = newMachine(sys, context.warn, globals, () => {
    const next = inputs.values.next();
    if (next.done === true) throw new JqError(NO_MORE);
    return next.value;
  });
  let last: Value | undefined;
  for (;;) {
    const input = flags.has('n') ? { value: null } : nextOf(context, inputs.values);
    if (input === undefined) break;
    last = yield* outputs(context, filter, input.value, machine, { last, where: inputs.where });
    if (context.status === ENDED || flags.has('n')) break;
  }
  if (context.status === ENDED) return 0;
  if (context.status !== 0 || !flags.has('e')) return context.status;
  return last === undefined ? 4 : isTruthy(last) ? 0 : 1;
}

/** What an evaluation shares, at its beginning. */
export function newMachine(
  sys: Sys,
  complain: (text: string) => void,
  globals: Scope | undefined,
  nextInput: () => Value,
): Machine {
  return {
    run,
    library: library(),
    globals,
    nextInput,
    format: formatValue,
    env: sys.env,
    complain,
    now: () => sys.now() / 1000,
    steps: 0,
    labels: 0,
  };
}

const ENDED = -1;

function nextOf(context: Context, inputs: Generator<Value>): { readonly value: Value } | undefined {
  try {
    const next = inputs.next();
    return next.done === true ? undefined : { value: next.value };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    context.warn(`parse error: ${error.message}\n`);
    context.status = 2;
    return undefined;
  }
}

/** Prints all that comes of one input; answers the last of it. */
function* outputs(
  context: Context,
  filter: Filter,
  value: Value,
  machine: Machine,
  before: { readonly last: Value | undefined; readonly where: () => string },
): Blocking<Value | undefined> {
  let { last } = before;
  const { sys } = context;
  try {
    for (const item of run(filter, { value, path: undefined }, undefined, machine)) {
      last = item.value;
      context.print(written(context, item.value));
      if (machine.steps > STEPS_A_SLICE) {
        yield* sys.spend(Math.ceil(machine.steps / STEPS_PAID));
        machine.steps = 0;
        yield* context.flush(false);
      }
    }
  } catch (error) {
    if (error instanceof Halt) return halted(context, error, last);
    context.warn(`jq: error (at ${before.where()})${reasonOf(error)}\n`);
    context.status = 5;
  }
  yield* sys.spend(Math.ceil(machine.steps / STEPS_PAID));
  machine.steps = 0;
  return last;
}

const STEPS_A_SLICE = 20_000;
/** Steps of a filter that one step of virtual CPU pays for. */
export const STEPS_PAID = 2000;

function halted(context: Context, { status, value }: Halt, last: Value | undefined): Value | undefined {
  if (value !== undefined) context.warn(typeof value === 'string' ? value : `${textOfValue(value)}\n`);
  context.status = status === 0 ? ENDED : status;
  return last;
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return ': this filter goes too deep or too far for this machine';
  if (!(error instanceof JqError)) throw error;
  const { value } = error;
  if (typeof value === 'string') return `: ${value}`;
  if (value instanceof Map && value.get('__jq') !== undefined) return `: ${value.get('__jq')}`;
  return value === null ? ': null (null) not a string' : ` (not a string): ${textOfValue(value)}`;
}

function written({ flags }: Context, value: Value): string {
  const end = flags.has('j') ? '' : '\n';
  if (typeof value === 'string' && (flags.has('r') || flags.has('j')) && !flags.has('a')) return value + end;
  const options: TextOptions = {
    indent: flags.has('c') ? 0 : flags.has('tab') ? '\t' : Math.min(7, Number(flags.value('indent') ?? 2)),
    sortKeys: flags.has('S'),
    ascii: flags.has('a'),
  };
  return (flags.has('seq') ? '\u001e' : '') + textOfValue(value, options) + end;
}
