// Builtins that wait: `read`, `wait`, `sleep`, `exec`.

import { signalNumber } from '../../signals.ts';
import type { WaitStatus } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { complain } from '../complain.ts';
import { dropJob, jobStatus, noteEnd, statusOf } from '../jobs.ts';
import { missingWords } from '../lookup.ts';
import { splitRead } from '../readline.ts';
import type { Frame, LinesIntoFrame, ReadFrame, Request, WaitFrame } from '../state.ts';
import { getVariable, setArray, setVariable } from '../variables.ts';
import type { Vm } from '../vm.ts';
import { takeAnswer } from './processes.ts';
import { finish, leave } from './unwind.ts';

type FrameOf<F extends Frame['f']> = Extract<Frame, { f: F }>;

export function runSleep(vm: Vm, frame: FrameOf<'sleep'>): Request | undefined {
  if (!frame.asked) {
    frame.asked = true;
    return { call: 'sleep', milliseconds: frame.milliseconds };
  }
  const answer = takeAnswer(vm);
  const signal = vm.state.pending[0];
  return finish(vm, answer?.ok === false && signal !== undefined ? 128 + signalNumber(signal) : 0);
}

/** The shell's program is replaced; what comes back is only failure. */
export function runExec(vm: Vm, frame: FrameOf<'exec'>): Request | undefined {
  if (!frame.asked) {
    frame.asked = true;
    return { call: 'exec', argv: frame.argv, options: frame.options };
  }
  const answer = takeAnswer(vm);
  const code = answer?.ok === false ? answer.code : 'EINVAL';
  const [name = ''] = frame.argv;
  if (code === 'ENOEXEC') {
    vm.state.frames.pop();
    vm.state.frames.push({
      f: 'load',
      path: frame.script,
      name: frame.script,
      positional: frame.argv.slice(1),
      kind: 'main',
      fd: -1,
      chunks: [],
      stage: 'open',
    });
    return undefined;
  }
  complain(vm, `${name}: ${missingWords(vm, name, code)}`);
  return leave(vm, code === 'ENOENT' ? 127 : 126);
}

export function runWait(vm: Vm, frame: WaitFrame): Request | undefined {
  const answer = takeAnswer(vm);
  if (answer !== undefined) {
    const interrupted = answer.ok ? undefined : vm.state.pending[0];
    if (interrupted !== undefined) return finish(vm, 128 + signalNumber(interrupted));
    if (!answer.ok && answer.code === 'ECHILD') return finish(vm, frame.mode === 'all' ? 0 : 127);
    if (answer.ok && isEnd(answer.value)) {
      noteEnd(vm, answer.value);
      if (frame.mode === 'any') return endAny(vm, answer.value);
    }
  }
  if (frame.mode === 'listed') return waitListed(vm, frame);
  const open = vm.state.jobs.filter((job) => job.state === 'running');
  if (frame.mode === 'all' && open.length === 0) {
    for (const job of [...vm.state.jobs]) if (job.state === 'done') dropJob(vm, job);
    return finish(vm, 0);
  }
  if (open.length === 0) return finish(vm, 127);
  return { call: 'wait' };
}

function isEnd(value: unknown): value is WaitStatus {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function endAny(vm: Vm, ended: WaitStatus): undefined {
  const job = vm.state.jobs.find((each) => each.pids.includes(ended.pid));
  if (job?.state === 'done') dropJob(vm, job);
  return finish(vm, statusOf(ended));
}

/** Each in turn; the status is the last one's. */
function waitListed(vm: Vm, frame: WaitFrame): Request | undefined {
  for (;;) {
    const pid = frame.pids[0];
    if (pid === undefined) return finish(vm, frame.status);
    const job = vm.state.jobs.find((each) => each.pids.includes(pid));
    const ended = job?.ended.get(pid);
    if (job === undefined || ended === undefined) return job === undefined ? finish(vm, 127) : { call: 'wait', pid };
    frame.status = pid === job.pids.at(-1) ? jobStatus(job) : ended;
    frame.pids.shift();
    if (job.state === 'done') dropJob(vm, job);
  }
}

export function runRead(vm: Vm, frame: ReadFrame): Request | undefined {
  const { plan } = frame;
  const answer = takeAnswer(vm);
  if (answer !== undefined && !answer.ok) {
    const signal = vm.state.pending[0];
    return endRead(vm, frame, signal === undefined ? 1 : 128 + signalNumber(signal));
  }
  if (frame.stage === 'poll') {
    if (!Array.isArray(answer?.value) || answer.value.length === 0) return timeOut(vm, frame);
    frame.stage = 'read';
    return readMore(frame);
  }
  if (frame.stage === 'read' && answer?.value instanceof Uint8Array) {
    if (answer.value.length === 0) return endRead(vm, frame, 1);
    frame.chunks.push(answer.value);
    if (isComplete(frame)) return endRead(vm, frame, 0);
  }
  if (plan.until !== undefined) {
    frame.stage = 'poll';
    return { call: 'poll', fd: plan.fd, milliseconds: Math.max(0, plan.until - vm.sys.now()) };
  }
  frame.stage = 'read';
  return readMore(frame);
}

function readMore(frame: ReadFrame): Request {
  const { plan } = frame;
  if (plan.count !== undefined) return { call: 'read', fd: plan.fd, limit: 1 };
  const through = plan.delimiter === '' ? 0 : plan.delimiter.charCodeAt(0);
  return { call: 'read', fd: plan.fd, limit: 65536, through };
}

function isComplete({ plan, chunks }: ReadFrame): boolean {
  const text = decode(concat(chunks));
  if (plan.count !== undefined && [...text].length >= plan.count) return true;
  if (plan.count !== undefined && plan.exact) return false;
  const delimiter = plan.delimiter === '' ? '\0' : plan.delimiter;
  if (!text.endsWith(delimiter)) return false;
  const joined = !plan.raw && /(?:^|[^\\])(?:\\\\)*\\$/.test(text.slice(0, -1));
  return !(joined && plan.delimiter === '\n');
}

function timeOut(vm: Vm, frame: ReadFrame): undefined {
  return endRead(vm, frame, vm.flavour.name === 'bash' ? 142 : 1);
}

/** Gives the variables what was read. */
function endRead(vm: Vm, frame: ReadFrame, status: number): undefined {
  const { plan } = frame;
  if (plan.silent) vm.sys.setEcho(plan.fd, true);
  const whole = decode(concat(frame.chunks));
  const delimiter = plan.delimiter === '' ? '\0' : plan.delimiter;
  const text = whole.endsWith(delimiter) && !plan.exact ? whole.slice(0, -1) : whole;
  const ifs = getVariable(vm, 'IFS') ?? ' \t\n';
  if (plan.array !== undefined) {
    const values = splitRead(text, ifs, plan.raw, Number.POSITIVE_INFINITY);
    setArray(
      vm,
      plan.array,
      values.map((value, i) => [i, value]),
    );
  } else if (plan.names.length === 0) {
    setVariable(
      vm,
      'REPLY',
      vm.flavour.name === 'bash' ? unescaped(text, plan.raw) : (splitRead(text, ifs, plan.raw, 1)[0] ?? ''),
    );
  } else {
    const values = plan.exact ? [text] : splitRead(text, ifs, plan.raw, plan.names.length);
    for (const [i, name] of plan.names.entries()) setVariable(vm, name, values[i] ?? '');
  }
  return finish(vm, status);
}

function unescaped(text: string, raw: boolean): string {
  return raw ? text : text.replace(/\\\n/g, '').replace(/\\(.)/gs, '$1');
}

export function runLinesInto(vm: Vm, frame: LinesIntoFrame): Request | undefined {
  const answer = takeAnswer(vm);
  if (answer?.ok === true && answer.value instanceof Uint8Array) {
    if (answer.value.length === 0) return fillArray(vm, frame);
    frame.chunks.push(answer.value);
  } else if (answer?.ok === false && answer.code !== 'EINTR') return finish(vm, 1);
  return { call: 'read', fd: frame.fd, limit: 65536 };
}

function fillArray(vm: Vm, frame: LinesIntoFrame): undefined {
  const text = decode(concat(frame.chunks));
  const delimiter = frame.delimiter === '' ? '\0' : frame.delimiter;
  const lines = text.split(delimiter).map((line) => (frame.trims ? line : line + delimiter));
  const last = text.endsWith(delimiter) || text === '' ? undefined : text.slice(text.lastIndexOf(delimiter) + 1);
  lines.pop();
  if (last !== undefined) lines.push(last);
  setArray(
    vm,
    frame.array,
    lines.slice(frame.skip, frame.skip + frame.most).map((line, i) => [i, line]),
  );
  return finish(vm, 0);
}
