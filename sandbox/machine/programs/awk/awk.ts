// `awk`: reads records, runs the rules that fit them.

import { errorText } from '../../errors.ts';
import { type Blocking, type Fd, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { lineReader, readAll, readTextFile } from '../kit/input.ts';
import { type CallFunction, evaluate, key } from './evaluate.ts';
import {
  arrayOf,
  type Cell,
  cellOf,
  getGlobal,
  globalText,
  type Machine,
  recordOf,
  regexOf,
  setRecord,
  setVariable,
  splitByRegex,
} from './machine.ts';
import { parseAwk } from './parse.ts';
import { closeAll, output } from './streams.ts';
import { unescapeString } from './tokens.ts';
import { AwkProblem, type AwkProgram, type Rule, type Statement } from './tree.ts';
import { formatValues, fromInput, isTrue, toNumber, toText, type Value } from './values.ts';

const AWK: CommandSpec = { usage: '[OPTIONS] [AWK_PROGRAM] [FILE]...', flags: 'F= v= f= e= W=', inOrder: true };

export const awk = command(AWK, function* (context) {
  const { flags, args } = context;
  const pieces: string[] = [];
  for (const path of flags.values('f')) pieces.push(yield* readTextFile(context.sys, path));
  pieces.push(...flags.values('e'));
  const operands = [...args];
  if (pieces.length === 0) {
    const source = operands.shift();
    if (source === undefined) throw new UsageProblem('');
    pieces.push(source);
  }
  let program: AwkProgram;
  try {
    program = parseAwk(pieces.join('\n'));
  } catch (error) {
    if (!(error instanceof AwkProblem)) throw error;
    context.warn(
      context.flavour === 'busybox'
        ? `awk: cmd. line:${error.line}: ${error.message}\n`
        : `awk: line ${error.line}: syntax error at or near ${error.token === '' || error.token === '\n' ? 'end of file' : error.token}\n`,
    );
    return context.flavour === 'busybox' ? 1 : 2;
  }
  const m = newMachine(context, program, operands);
  try {
    return yield* runProgram(m);
  } catch (error) {
    if (!(error instanceof AwkProblem)) throw error;
    yield* closeAll(m);
    context.warn(
      context.flavour === 'busybox'
        ? `awk: cmd. line:1: ${error.message}\n`
        : `awk: ${error.message.toLowerCase()}${error.token === '' ? '' : ` ${error.token}`}\n`,
    );
    return context.flavour === 'busybox' ? 1 : 2;
  }
});

function newMachine(context: Context, program: AwkProgram, operands: readonly string[]): Machine {
  const m: Machine = {
    context,
    program,
    globals: new Map(),
    locals: undefined,
    depth: 0,
    record: '',
    fields: undefined,
    stale: false,
    outputs: new Map(),
    inputs: new Map(),
    regexes: new Map(),
    ranges: new Set(),
    seed: 0,
    randomState: 0,
    steps: 0,
    *nextRecord() {
      return undefined;
    },
  };
  const defaults: readonly (readonly [string, Value])[] = [
    ['FS', ' '],
    ['OFS', ' '],
    ['ORS', '\n'],
    ['RS', '\n'],
    ['SUBSEP', '\x1c'],
    ['CONVFMT', '%.6g'],
    ['OFMT', '%.6g'],
    ['NR', 0],
    ['FNR', 0],
    ['RSTART', 0],
    ['RLENGTH', -1],
    ['FILENAME', ''],
  ];
  for (const [name, value] of defaults) setVariable(m, name, value);
  const separator = context.flags.value('F');
  if (separator !== undefined) setVariable(m, 'FS', separator === 't' ? '\t' : unescapeString(separator));
  for (const text of context.flags.values('v')) assignText(m, text);
  const environment = arrayOf(m, 'ENVIRON');
  for (const [name, value] of context.sys.env) environment.set(name, fromInput(value));
  const argv = arrayOf(m, 'ARGV');
  ['awk', ...operands].forEach((word, i) => {
    argv.set(String(i), word);
  });
  setVariable(m, 'ARGC', operands.length + 1);
  m.nextRecord = mainInput(m);
  return m;
}

function assignText(m: Machine, text: string): boolean {
  const found = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
  if (found === null) return false;
  setVariable(m, found[1] ?? '', fromInput(unescapeString(found[2] ?? '')));
  return true;
}

/** Records of all files that ARGV names, one after the other; assignments among them happen in between. */
function mainInput(m: Machine): () => Blocking<string | undefined> {
  let next = 1;
  let used = false;
  let current: { fd: Fd; read: () => Blocking<string | undefined> } | undefined;
  return function* () {
    for (;;) {
      if (current === undefined) {
        const path = nextPath();
        if (path === undefined) return undefined;
        current = yield* openMain(m, path);
        if (current === undefined) continue;
      }
      const record = yield* current.read();
      if (record !== undefined) {
        setVariable(m, 'NR', toNumber(getGlobal(m, 'NR')) + 1);
        setVariable(m, 'FNR', toNumber(getGlobal(m, 'FNR')) + 1);
        return record;
      }
      if (current.fd > 2) m.context.sys.close(current.fd);
      current = undefined;
    }
  };

  function nextPath(): string | undefined {
    const argv = arrayOf(m, 'ARGV');
    while (next < toNumber(getGlobal(m, 'ARGC'))) {
      const word = toText(argv.get(String(next++)));
      if (word === '' || assignText(m, word)) continue;
      used = true;
      return word;
    }
    if (used) return undefined;
    used = true;
    return '-';
  }
}

function* openMain(
  m: Machine,
  path: string,
): Blocking<{ fd: Fd; read: () => Blocking<string | undefined> } | undefined> {
  const { context } = m;
  let fd = 0;
  try {
    if (path !== '-') fd = yield* context.sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.warn(
      context.flavour === 'busybox'
        ? `awk: ${path}: ${errorText(error.code)}\n`
        : `awk: cannot open ${path} (${errorText(error.code)})\n`,
    );
    context.status = context.flavour === 'busybox' ? 1 : 2;
    return undefined;
  }
  setVariable(m, 'FILENAME', path === '-' ? '' : path);
  setVariable(m, 'FNR', 0);
  return { fd, read: recordReader(m, fd) };
}

/** By lines, by another character, by paragraphs, or by an expression. */
function recordReader(m: Machine, fd: Fd): () => Blocking<string | undefined> {
  const separator = globalText(m, 'RS');
  if (separator.length === 1) {
    const reader = lineReader(m.context, fd, separator);
    return function* () {
      const line = yield* reader.next();
      if (line === undefined) return undefined;
      return separator === '\n' || line.ended ? line.text : line.text.replace(/\n$/, '');
    };
  }
  let records: string[] | undefined;
  return function* () {
    if (records === undefined) {
      const text = decode(yield* readAll(m.context.sys, fd));
      records =
        separator === ''
          ? text.replace(/^\n+|\n+$/g, '').split(/\n{2,}/)
          : splitByRegex(regexOf(m, separator), text.replace(/\n$/, ''));
      if (text === '') records = [];
    }
    return records.shift();
  };
}

type Flow = undefined | 'break' | 'continue' | 'next' | 'nextfile' | 'return' | 'exit';

interface Ending {
  /** What `return` or `exit` gives. */
  value: Value;
}

function* runProgram(m: Machine): Blocking<number> {
  const ending: Ending = { value: undefined };
  let flow: Flow;
  for (const body of m.program.begin) {
    flow = yield* run(m, body, ending);
    if (flow === 'exit') break;
  }
  if (flow !== 'exit' && (m.program.rules.length > 0 || m.program.end.length > 0)) flow = yield* eachRecord(m, ending);
  for (const body of m.program.end) {
    const before = ending.value;
    flow = yield* run(m, body, ending);
    if (flow === 'exit') break;
    ending.value = before;
  }
  yield* closeAll(m);
  return ending.value === undefined ? m.context.status : toNumber(ending.value) & 255;
}

function* eachRecord(m: Machine, ending: Ending): Blocking<Flow> {
  for (;;) {
    const record = yield* m.nextRecord();
    if (record === undefined) return undefined;
    setRecord(m, record);
    for (const [i, rule] of m.program.rules.entries()) {
      if (!(yield* fits(m, rule, i))) continue;
      const flow = rule.body === undefined ? yield* printRecord(m) : yield* run(m, rule.body, ending);
      if (flow === 'exit') return 'exit';
      if (flow === 'next' || flow === 'nextfile') break;
    }
    yield* m.context.flush(false);
  }
}

function* printRecord(m: Machine): Blocking<Flow> {
  m.context.print(recordOf(m) + globalText(m, 'ORS'));
  yield* m.context.flush(false);
  return undefined;
}

function* fits(m: Machine, rule: Rule, index: number): Blocking<boolean> {
  if (rule.from === undefined) return true;
  if (rule.to === undefined) return isTrue(yield* evaluate(m, rule.from, callFunction));
  if (!m.ranges.has(index)) {
    if (!isTrue(yield* evaluate(m, rule.from, callFunction))) return false;
    m.ranges.add(index);
  }
  if (isTrue(yield* evaluate(m, rule.to, callFunction))) m.ranges.delete(index);
  return true;
}

const CALLS_MAX = 500;

const callFunction: CallFunction = function* (m, name, cells) {
  const own = m.program.functions.get(name);
  if (own === undefined) throw new AwkProblem('Call to undefined function', 0, name);
  if (m.depth >= CALLS_MAX) throw new AwkProblem('function calls are nested too deeply', 0, name);
  const outer = m.locals;
  const locals = new Map<string, Cell>();
  own.parameters.forEach((parameter, i) => {
    locals.set(parameter, cells[i] ?? { value: undefined, array: undefined, origin: undefined });
  });
  m.locals = locals;
  m.depth++;
  const ending: Ending = { value: undefined };
  try {
    const flow = yield* run(m, own.body, ending);
    if (flow === 'exit') throw new ExitInFunction(ending.value);
    return ending.value;
  } finally {
    m.locals = outer;
    m.depth--;
  }
};

/** `exit` inside of a function leaves all of them. */
class ExitInFunction extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super('exit');
    this.value = value;
  }
}

function* run(m: Machine, node: Statement, ending: Ending): Blocking<Flow> {
  if (++m.steps % 200 === 0) yield* m.context.sys.spend(20);
  try {
    return yield* statement(m, node, ending);
  } catch (error) {
    if (!(error instanceof ExitInFunction) || m.depth > 0) throw error;
    ending.value = error.value;
    return 'exit';
  }
}

function* statement(m: Machine, node: Statement, ending: Ending): Blocking<Flow> {
  switch (node.s) {
    case 'block':
      for (const inner of node.body) {
        const flow = yield* run(m, inner, ending);
        if (flow !== undefined) return flow;
      }
      return undefined;
    case 'expression':
      yield* evaluate(m, node.of, callFunction);
      return undefined;
    case 'print':
    case 'printf':
      yield* print(m, node);
      return undefined;
    case 'if': {
      const yes = isTrue(yield* evaluate(m, node.test, callFunction));
      const chosen = yes ? node.yes : node.no;
      return chosen === undefined ? undefined : yield* run(m, chosen, ending);
    }
    case 'while':
    case 'for':
    case 'each':
      return yield* loop(m, node, ending);
    case 'delete': {
      const array = arrayOf(m, node.name);
      if (node.index === undefined) array.clear();
      else array.delete(yield* key(m, node.index, callFunction));
      return undefined;
    }
    case 'exit':
    case 'return':
      if (node.value !== undefined) ending.value = yield* evaluate(m, node.value, callFunction);
      else if (node.s === 'exit' && ending.value === undefined) ending.value = undefined;
      return node.s;
    default:
      return node.s;
  }
}

function* loop(m: Machine, node: Extract<Statement, { s: 'while' | 'for' | 'each' }>, ending: Ending): Blocking<Flow> {
  if (node.s === 'each') {
    for (const name of [...arrayOf(m, node.array).keys()]) {
      if (!arrayOf(m, node.array).has(name)) continue;
      cellOf(m, node.name).value = fromInput(name);
      const flow = yield* run(m, node.body, ending);
      if (flow === 'break') break;
      if (flow !== undefined && flow !== 'continue') return flow;
    }
    return undefined;
  }
  if (node.s === 'for' && node.init !== undefined) yield* run(m, node.init, ending);
  for (let first = node.s === 'while' && node.after; ; first = false) {
    if (!first && node.test !== undefined && !isTrue(yield* evaluate(m, node.test, callFunction))) return undefined;
    const flow = yield* run(m, node.body, ending);
    if (flow === 'break') return undefined;
    if (flow !== undefined && flow !== 'continue') return flow;
    if (node.s === 'for' && node.step !== undefined) yield* run(m, node.step, ending);
  }
}

function* print(m: Machine, node: Extract<Statement, { s: 'print' | 'printf' }>): Blocking<void> {
  const values: Value[] = [];
  for (const arg of node.args) values.push(yield* evaluate(m, arg, callFunction));
  const target = node.to === undefined ? '' : toText(yield* evaluate(m, node.to.to, callFunction));
  const format = globalText(m, 'OFMT');
  const text =
    node.s === 'printf'
      ? formatValues(toText(values[0]), values.slice(1), globalText(m, 'CONVFMT'))
      : (values.length === 0 ? recordOf(m) : values.map((value) => toText(value, format)).join(globalText(m, 'OFS'))) +
        globalText(m, 'ORS');
  yield* output(m, node.to?.op, target, text);
  yield* m.context.flush(false);
}
