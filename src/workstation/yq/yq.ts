// `yq`: reads and changes YAML, as mikefarah's v4 does, as far as the engine of jq carries it. What goes beyond is refused aloud.

import { parse } from 'yaml';
import { errorText } from '../../../sandbox/machine/errors.ts';
import { run } from '../../../sandbox/machine/programs/jq/evaluate.ts';
import { newMachine, STEPS_PAID } from '../../../sandbox/machine/programs/jq/jq.ts';
import { JqSyntaxError } from '../../../sandbox/machine/programs/jq/lex.ts';
import { type Scope, withValue } from '../../../sandbox/machine/programs/jq/scope.ts';
import type { Filter } from '../../../sandbox/machine/programs/jq/tree.ts';
import { isTruthy, JqError, numberText, textOfValue, type Value } from '../../../sandbox/machine/programs/jq/values.ts';
import { statOrNothing } from '../../../sandbox/machine/programs/kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../../../sandbox/machine/programs/kit/command.ts';
import { readAll, readTextFile, writeFile } from '../../../sandbox/machine/programs/kit/input.ts';
import { type Blocking, SysError } from '../../../sandbox/machine/sys.ts';
import { decode } from '../../../sandbox/machine/text.ts';
import { newOrigins, type Origins, readDocuments, type Source, YamlProblem, yamlText } from './documents.ts';
import { DOCUMENT_INDEX, FILE_INDEX, FILE_NAME, readExpression } from './expression.ts';

const SPEC: CommandSpec = {
  usage: '[eval|eval-all] [flags] EXPRESSION [FILE]...',
  flags:
    'i|inplace o|output-format= p|input-format= j|tojson n|null-input N|no-doc e|exit-status P|prettyPrint r|unwrapScalar? I|indent= M|no-colors from-file= V|version v|verbose h|help',
  refused:
    's|split-exp= C|colors f|front-matter= 0|nul-output header-preprocess= csv-auto-parse= xml-attribute-prefix= lua-prefix=',
};

type Output = 'yaml' | 'json' | 'props';

const FORMATS: ReadonlyMap<string, Output> = new Map([
  ['yaml', 'yaml'],
  ['y', 'yaml'],
  ['auto', 'yaml'],
  ['a', 'yaml'],
  ['json', 'json'],
  ['j', 'json'],
  ['props', 'props'],
  ['p', 'props'],
]);

const COMMANDS: ReadonlyMap<string, 'each' | 'all'> = new Map([
  ['eval', 'each'],
  ['e', 'each'],
  ['eval-all', 'all'],
  ['ea', 'all'],
]);

/** Ends it with a message and status 1. */
class Refusal extends Error {}

export const yq = command(SPEC, function* (context) {
  if (context.flags.has('V')) {
    context.print('yq (https://github.com/mikefarah/yq/) version v4.44.3\n');
    return 0;
  }
  try {
    return yield* main(context);
  } catch (error) {
    const told = messageOf(error);
    if (told === undefined) throw error;
    context.warn(`Error: ${told}\n`);
    return 1;
  }
})('gnu');

function messageOf(error: unknown): string | undefined {
  if (error instanceof JqSyntaxError) return `this yq does not understand the expression: ${error.message}`;
  if (error instanceof Refusal || error instanceof YamlProblem) return error.message;
  if (error instanceof JqError) return typeof error.value === 'string' ? error.value : textOfValue(error.value);
  if (error instanceof RangeError) return 'this expression goes too deep or too far for this machine';
  return undefined;
}

/** What the words of the command line ask for. */
interface Asked {
  readonly mode: 'each' | 'all';
  readonly expression: string;
  readonly files: readonly string[];
}

function* main(context: Context): Blocking<number> {
  const { flags, sys } = context;
  const output = formatNamed(flags.has('j') ? 'json' : (flags.value('o') ?? 'yaml'), 'output');
  if (formatNamed(flags.value('p') ?? 'yaml', 'input') === 'props')
    throw new Refusal('this yq does not read props: it reads yaml and json');
  const asked = yield* whatIsAsked(context);
  const first = asked.files[0];
  if (flags.has('i') && (first === undefined || first === '-'))
    throw new Refusal('write in place flag only applicable when giving an expression and at least one file');
  const { body, whole } = readExpression(asked.expression, {
    get: (name) => sys.env.get(name),
    asJson: (yaml) => JSON.stringify(parse(yaml) ?? null),
  });
  const origins = newOrigins();
  const sources = flags.has('n') ? [NOTHING] : yield* readSources(context, asked.files, origins);
  let steps = 0;
  const evaluate: Evaluate = (part, source) => {
    const machine = newMachine(sys, context.warn, scopeOf(source), () => null);
    const values = [...run(whole(part), { value: source.value, path: undefined }, undefined, machine)];
    steps += machine.steps;
    return values.map(({ value }) => value);
  };
  const found =
    asked.mode === 'all'
      ? resultsOfAll(body, sources, evaluate)
      : sources.flatMap((source) => resultsOfAll(body, [source], evaluate));
  yield* sys.spend(Math.ceil(steps / STEPS_PAID));
  const text = printed(context, found, output, origins);
  if (flags.has('i') && first !== undefined) yield* writeFile(sys, first, text);
  else context.print(text);
  if (!flags.has('e') || found.some(({ value }) => isTruthy(value))) return context.status;
  context.warn('Error: no matches found\n');
  return 1;
}

function formatNamed(name: string, what: 'input' | 'output'): Output {
  const format = FORMATS.get(name);
  if (format === undefined) throw new Refusal(`this yq has no ${what} format '${name}': it has yaml, json and props`);
  return format;
}

function* whatIsAsked({ flags, args, sys }: Context): Blocking<Asked> {
  const [command_ = '', ...behind] = args;
  const mode = COMMANDS.get(command_);
  const words = mode === undefined ? args : behind;
  const script = flags.value('from-file');
  if (script !== undefined) return { mode: mode ?? 'each', expression: yield* readTextFile(sys, script), files: words };
  const [expression = '.', ...files] = words;
  const isFile = files.length === 0 && (expression === '-' || statOrNothing(sys, expression)?.type === 'file');
  return { mode: mode ?? 'each', ...(isFile ? { expression: '.', files: [expression] } : { expression, files }) };
}

const NOTHING: Source = { file: 0, name: '', index: 0, document: undefined, value: null };

function scopeOf({ file, index, name }: Source): Scope | undefined {
  return withValue(withValue(withValue(undefined, FILE_INDEX, file), DOCUMENT_INDEX, index), FILE_NAME, name);
}

function* readSources({ sys }: Context, files: readonly string[], origins: Origins): Blocking<readonly Source[]> {
  const sources: Source[] = [];
  for (const [at, name] of (files.length === 0 ? ['-'] : files).entries()) {
    const text = name === '-' ? decode(yield* readAll(sys, 0)) : yield* fileText(sys, name);
    sources.push(...readDocuments(text, at, name, origins));
  }
  return sources;
}

function* fileText(sys: Context['sys'], name: string): Blocking<string> {
  try {
    return yield* readTextFile(sys, name);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    throw new Refusal(`open ${name}: ${errorText(error.code).toLowerCase()}`);
  }
}

/** A value that was found, and the document that it was found in. */
interface Result {
  readonly value: Value;
  readonly source: Source;
}

type Evaluate = (part: Filter, source: Source) => readonly Value[];

/** All documents at once: what gathers (`[...]`, `ireduce`) and what combines two of them (`*`) sees every one. */
function resultsOfAll(filter: Filter, sources: readonly Source[], evaluate: Evaluate): readonly Result[] {
  const each = (part: Filter, from: readonly Source[]): readonly Result[] =>
    from.flatMap((source) => evaluate(part, source).map((value) => ({ value, source })));
  const all = (part: Filter): readonly Value[] => each(part, sources).map(({ value }) => value);
  const literal = (value: Value): Filter => ({ op: 'literal', value });
  if (filter.op === 'binary') {
    const pairs = all(filter.left).flatMap((left) => all(filter.right).map((right) => [left, right] as const));
    return pairs.flatMap(([left, right]) => each({ ...filter, left: literal(left), right: literal(right) }, [NOTHING]));
  }
  if (filter.op === 'reduce')
    return each({ ...filter, source: { op: 'each', of: literal(all(filter.source)) } }, [NOTHING]);
  if (filter.op === 'list' && filter.of !== undefined) return [{ value: all(filter.of), source: NOTHING }];
  if (filter.op !== 'pipe') return each(filter, sources);
  const before = resultsOfAll(filter.left, sources, evaluate);
  return before.flatMap(({ value, source }) => each(filter.right, [{ ...source, value }]));
}

/** All that was found, as it is printed. Between what comes of two documents stands a line. */
function printed({ flags }: Context, found: readonly Result[], output: Output, origins: Origins): string {
  const indent = Math.max(0, Math.min(8, Number(flags.value('I') ?? 2) || 0));
  const ours = flags.has('P') ? newOrigins() : origins;
  const raw = flags.value('r') !== 'false';
  let text = '';
  let before: Source | undefined;
  for (const { value, source } of found) {
    const parted = before !== undefined && (before.file !== source.file || before.index !== source.index);
    if (parted && output === 'yaml' && !flags.has('N')) text += '---\n';
    before = source;
    text += PRINTERS[output](value, { indent, raw, old: flags.has('P') ? undefined : source.document, origins: ours });
  }
  return text;
}

interface Printing {
  readonly indent: number;
  readonly raw: boolean;
  readonly old: Source['document'];
  readonly origins: Origins;
}

const PRINTERS: Readonly<Record<Output, (value: Value, how: Printing) => string>> = {
  yaml(value, { indent, raw, old, origins }) {
    if (raw && typeof value === 'string') return `${value}\n`;
    return yamlText(value, old, origins, Math.max(1, indent));
  },
  json: (value, { indent }) => `${textOfValue(value, { indent, sortKeys: false, ascii: false })}\n`,
  props: (value) => properties(value, []).join(''),
};

function properties(value: Value, path: readonly string[]): readonly string[] {
  const parts =
    value instanceof Map
      ? [...value]
      : Array.isArray(value)
        ? value.map((item: Value, at: number) => [String(at), item] as const)
        : undefined;
  if (parts !== undefined) return parts.flatMap(([key, part]) => properties(part, [...path, key]));
  const text = typeof value === 'number' ? numberText(value) : value === null ? '' : String(value);
  return [path.length === 0 ? `${text}\n` : `${path.join('.')} = ${text}\n`];
}
