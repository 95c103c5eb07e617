// awk's files and pipes: `getline`, `print > file`, `print | command`, `close`, `system`.

import { type Blocking, type Fd, SysError } from '../../sys.ts';
import { encode } from '../../text.ts';
import { lineReader } from '../kit/input.ts';
import { statusOf } from '../kit/run.ts';
import { getGlobal, type Input, type Machine, type Output, setRecord, setVariable } from './machine.ts';
import { fromInput, toNumber, type Value } from './values.ts';

/** The next record of somewhere: its value (or 1, once it is the record), 0 at the end, -1 when it can't be read. */
export function* getline(
  m: Machine,
  from: 'input' | 'file' | 'command',
  source: string,
  intoRecord: boolean,
): Blocking<Value> {
  const got = from === 'input' ? yield* nextOfMain(m) : yield* nextOf(m, from, source);
  if (got === 'unreadable') return -1;
  if (got === undefined) return 0;
  if (from === 'command') count(m);
  if (!intoRecord) return fromText(got.line);
  setRecord(m, got.line);
  return 1;
}

function* nextOfMain(m: Machine): Blocking<{ line: string } | undefined> {
  const line = yield* m.nextRecord();
  return line === undefined ? undefined : { line };
}

/** A value that can't be taken for a status. */
function fromText(text: string): Value {
  const value = fromInput(text);
  return typeof value === 'number' ? text : value;
}

function count(m: Machine): void {
  setVariable(m, 'NR', toNumber(getGlobal(m, 'NR')) + 1);
}

function* nextOf(
  m: Machine,
  kind: 'file' | 'command',
  source: string,
): Blocking<{ line: string } | 'unreadable' | undefined> {
  let input = m.inputs.get(source);
  if (input === undefined) {
    input = kind === 'file' ? yield* openFile(m, source) : yield* openCommand(m, source);
    if (input === undefined) return 'unreadable';
    m.inputs.set(source, input);
  }
  const line = yield* input.reader.next();
  return line === undefined ? undefined : { line: line.text };
}

function* openFile(m: Machine, path: string): Blocking<Input | undefined> {
  try {
    const fd = path === '-' || path === '/dev/stdin' ? 0 : yield* m.context.sys.open(path, { read: true });
    return { fd, reader: lineReader(m.context, fd), pid: undefined };
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

function* openCommand(m: Machine, line: string): Blocking<Input> {
  const { sys } = m.context;
  yield* flushAll(m);
  const { read, write } = sys.pipe();
  const fds = new Map<number, Fd>([
    [0, 0],
    [1, write],
    [2, 2],
  ]);
  const pid = sys.spawn(['sh', '-c', line], { fds });
  sys.close(write);
  return { fd: read, reader: lineReader(m.context, read), pid };
}

export function* runCommand(m: Machine, line: string): Blocking<number> {
  yield* flushAll(m);
  const pid = m.context.sys.spawn(['sh', '-c', line]);
  return statusOf(yield* m.context.sys.wait(pid));
}

function* flushAll(m: Machine): Blocking<void> {
  yield* m.context.flush();
}

/** Prints to standard output, a file or a command's input. */
export function* output(m: Machine, op: '>' | '>>' | '|' | undefined, target: string, text: string): Blocking<void> {
  const { context } = m;
  if (op === undefined || (op !== '|' && (target === '/dev/stdout' || target === '-'))) {
    context.print(text);
    return;
  }
  if (op !== '|' && target === '/dev/stderr') {
    context.warn(text);
    yield* context.flush();
    return;
  }
  let out = m.outputs.get(target);
  if (out === undefined) {
    out = op === '|' ? yield* pipeTo(m, target) : yield* openOutput(m, op, target);
    m.outputs.set(target, out);
  }
  yield* context.sys.write(out.fd, encode(text));
}

function* openOutput(m: Machine, op: '>' | '>>', path: string): Blocking<Output> {
  const how = op === '>' ? { truncate: true } : { append: true };
  return { fd: yield* m.context.sys.open(path, { write: true, create: true, ...how }), pid: undefined };
}

function* pipeTo(m: Machine, line: string): Blocking<Output> {
  const { sys } = m.context;
  yield* flushAll(m);
  const { read, write } = sys.pipe();
  const fds = new Map<number, Fd>([
    [0, read],
    [1, 1],
    [2, 2],
  ]);
  const pid = sys.spawn(['sh', '-c', line], { fds });
  sys.close(read);
  return { fd: write, pid };
}

export function* closeStream(m: Machine, name: string): Blocking<number> {
  const out = m.outputs.get(name);
  const input = m.inputs.get(name);
  m.outputs.delete(name);
  m.inputs.delete(name);
  if (out === undefined && input === undefined) return -1;
  let status = 0;
  for (const each of [out, input]) {
    if (each === undefined) continue;
    if (each.fd > 2) m.context.sys.close(each.fd);
    if (each.pid !== undefined) status = statusOf(yield* m.context.sys.wait(each.pid));
  }
  return status;
}

export function* closeAll(m: Machine): Blocking<void> {
  yield* flushAll(m);
  for (const name of [...m.outputs.keys(), ...m.inputs.keys()]) yield* closeStream(m, name);
}
