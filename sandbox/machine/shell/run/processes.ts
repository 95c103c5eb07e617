// Commands in processes of their own: subshells, pipelines, the background, command substitution; and waiting for them.

import type { Fd, WaitStatus } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { prefix } from '../complain.ts';
import { forkShell } from '../fork.ts';
import { addJob, describeJob, isQuiet, jobGroup, statusOf } from '../jobs.ts';
import { signalText } from '../signals.ts';
import type { Answer, AwaitFrame, Frame, Request, SubstituteFrame } from '../state.ts';
import type { Node } from '../syntax.ts';
import { hasOption, print, push, type Vm } from '../vm.ts';
import { conclude, finish } from './unwind.ts';

type LaunchFrame = Extract<Frame, { f: 'launch' }>;

export function takeAnswer(vm: Vm): Answer | undefined {
  const { answer } = vm.state;
  vm.state.answer = undefined;
  return answer;
}

export function runLaunch(vm: Vm, frame: LaunchFrame): undefined {
  const { node } = frame;
  vm.state.frames.pop();
  switch (node.t) {
    case 'function':
      vm.state.functions.set(node.name, node);
      vm.state.status = 0;
      return undefined;
    case 'subshell': {
      const pid = forkShell(vm, node.body, vm.state.fds, jobGroup(vm, undefined));
      return awaitAll(vm, [pid], '( ... )', false);
    }
    case 'pipeline':
      return awaitAll(vm, startPipeline(vm, node.commands), node.text, true);
    case 'background':
      return startBackground(vm, node.of, node.text);
  }
}

function awaitAll(vm: Vm, pids: readonly number[], text: string, pipeline: boolean): undefined {
  const group = hasOption(vm, 'monitor') ? pids[0] : undefined;
  push(vm, { f: 'await', pids, group, text, line: vm.state.line, pipeline, statuses: [], stopped: false });
  return undefined;
}

/** Starts each command of a pipeline in a process of its own; answers their pids. */
function startPipeline(vm: Vm, commands: readonly Node[], background = false): number[] {
  const pids: number[] = [];
  let input: Fd | undefined;
  commands.forEach((command, i) => {
    const fds = new Map(vm.state.fds);
    if (input !== undefined) fds.set(0, input);
    const pipe = i < commands.length - 1 ? vm.sys.pipe() : undefined;
    if (pipe !== undefined) fds.set(1, pipe.write);
    pids.push(forkShell(vm, command, fds, { ...jobGroup(vm, pids[0]), background }));
    if (input !== undefined) vm.sys.close(input);
    if (pipe !== undefined) vm.sys.close(pipe.write);
    input = pipe?.read;
  });
  return pids;
}

function startBackground(vm: Vm, node: Node, text: string): undefined {
  const pids =
    node.t === 'pipeline'
      ? startPipeline(vm, node.commands, true)
      : [forkShell(vm, node, vm.state.fds, { ...jobGroup(vm, undefined), background: true })];
  const job = addJob(vm, pids, text, 'running');
  vm.state.lastBackground = pids.at(-1);
  if (vm.state.interactive)
    print(vm, 2, vm.flavour.name === 'bash' ? `[${job.number}] ${vm.state.lastBackground}\n` : '');
  vm.state.status = 0;
  return undefined;
}

export function runAwait(vm: Vm, frame: AwaitFrame): Request | undefined {
  const answer = takeAnswer(vm);
  if (answer?.ok === true) {
    const ended = answer.value;
    if (isWaitStatus(ended)) note(vm, frame, ended);
    else frame.statuses.push(127);
  } else if (answer?.ok === false && answer.code !== 'EINTR') frame.statuses.push(127);
  else if (answer === undefined) takeForeground(vm, frame.group);
  if (frame.stopped) return suspend(vm, frame);
  const pid = frame.pids[frame.statuses.length];
  if (pid !== undefined) return { call: 'wait', pid, ...(frame.group === undefined ? {} : { stopped: true }) };
  takeForeground(vm, frame.group === undefined ? undefined : vm.sys.group());
  return endOfAwait(vm, frame);
}

function isWaitStatus(value: unknown): value is WaitStatus {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function note(vm: Vm, frame: AwaitFrame, ended: WaitStatus): void {
  if (ended.kind === 'stopped') {
    frame.stopped = true;
    return;
  }
  frame.statuses.push(statusOf(ended));
  if (ended.kind !== 'killed') return;
  if (ended.signal === 'SIGINT' && vm.state.interactive) print(vm, 2, '\n');
  if (!isQuiet(ended.signal)) print(vm, 2, `${killedWords(vm, frame, ended)}\n`);
}

/** bash remarks on who was killed, the others only on how. */
function killedWords(vm: Vm, frame: AwaitFrame, ended: Extract<WaitStatus, { kind: 'killed' | 'stopped' }>): string {
  const words = signalText(ended.signal);
  if (vm.flavour.name !== 'bash' || vm.state.interactive || ended.signal === 'SIGTERM') return words;
  return `${prefix(vm)}${String(ended.pid).padStart(5)} ${words.padEnd(23)} ${frame.text}`;
}

function takeForeground(vm: Vm, group: number | undefined): void {
  const terminal = vm.state.fds.get(0);
  if (group === undefined || terminal === undefined || !vm.sys.isatty(terminal)) return;
  vm.sys.setForeground(terminal, group);
}

/** The job was stopped by the keyboard: it stays, and the prompt comes back. */
function suspend(vm: Vm, frame: AwaitFrame): undefined {
  takeForeground(vm, vm.sys.group());
  const job =
    vm.state.jobs.find((each) => each.pids[0] === frame.pids[0]) ?? addJob(vm, frame.pids, frame.text, 'stopped');
  job.state = 'stopped';
  job.told = true;
  print(vm, 2, `\n${describeJob(vm, job)}\n`);
  return conclude(vm, 148);
}

function endOfAwait(vm: Vm, frame: AwaitFrame): undefined {
  const job = vm.state.jobs.find((each) => frame.pids.includes(each.pids[0] ?? 0));
  if (job !== undefined) vm.state.jobs.splice(vm.state.jobs.indexOf(job), 1);
  vm.state.statuses = frame.statuses;
  const last = frame.statuses.at(-1) ?? 0;
  const failed = hasOption(vm, 'pipefail') ? (frame.statuses.findLast((status) => status !== 0) ?? 0) : last;
  return frame.pipeline || frame.text === '( ... )' ? conclude(vm, failed) : finish(vm, last);
}

export function runSubstitute(vm: Vm, frame: SubstituteFrame): Request | undefined {
  if (frame.stage === 'begin') {
    const { read, write } = vm.sys.pipe();
    const body = (vm.flavour.name === 'bash' ? fileToRead(frame.body) : undefined) ?? frame.body;
    frame.pid = forkShell(vm, body, new Map([...vm.state.fds, [1, write]]));
    vm.sys.close(write);
    frame.fd = read;
    frame.stage = 'read';
    return { call: 'read', fd: frame.fd, limit: 65536 };
  }
  const answer = takeAnswer(vm);
  if (answer === undefined || (!answer.ok && answer.code === 'EINTR')) return again(frame);
  if (frame.stage === 'read') {
    if (answer.ok && answer.value instanceof Uint8Array && answer.value.length > 0) {
      frame.chunks.push(answer.value);
      return again(frame);
    }
    vm.sys.close(frame.fd);
    frame.stage = 'wait';
    return again(frame);
  }
  vm.state.frames.pop();
  if (answer.ok && isWaitStatus(answer.value)) vm.state.substitution = statusOf(answer.value);
  if (vm.flavour.name === 'bash') vm.state.status = vm.state.substitution;
  const below = vm.state.frames.at(-1);
  if (below !== undefined && 'journal' in below) below.journal.push(decode(concat(frame.chunks)));
  return undefined;
}

function again(frame: SubstituteFrame): Request {
  if (frame.stage === 'wait') return { call: 'wait', pid: frame.pid };
  return { call: 'read', fd: frame.fd, limit: 65536 };
}

/** `$(< file)` is the file. */
function fileToRead(body: Node): Node | undefined {
  if (body.t !== 'simple' || body.words.length > 0 || body.assignments.length > 0) return undefined;
  const [only] = body.redirects;
  if (body.redirects.length !== 1 || only?.op !== '<') return undefined;
  return { ...body, words: [{ parts: [], text: 'cat', runs: false }] };
}
