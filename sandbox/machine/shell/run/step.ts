// The evaluator: looks at the top frame, lets it go one step, again and again, until something has to be waited for.

import { errorText } from '../../errors.ts';
import { complain } from '../complain.ts';
import { signalWordOf } from '../signals.ts';
import type { Frame, Request } from '../state.ts';
import { ShellFailure, type Vm } from '../vm.ts';
import { runExec, runLinesInto, runRead, runSleep, runWait } from './builtins.ts';
import {
  runCalculate,
  runCase,
  runChoose,
  runIf,
  runList,
  runNot,
  runRedirected,
  runTest,
  runTime,
} from './compound.ts';
import { runFunction } from './functions.ts';
import { runCfor, runFor, runSelect, runWhile } from './loops.ts';
import { runAwait, runLaunch, runSubstitute, takeAnswer } from './processes.ts';
import { runSimple } from './simple.ts';
import { runLines, runLoad, runText } from './text.ts';
import { finish, leave, runTrap, unwindTo } from './unwind.ts';

/** Steps between payments: 5 ms of virtual CPU. */
const SLICE = 50;

/** Frames that have just finished one command and look for the next: here traps run. */
const BETWEEN: ReadonlySet<Frame['f']> = new Set([
  'text',
  'lines',
  'list',
  'choose',
  'not',
  'if',
  'while',
  'for',
  'cfor',
  'case',
  'function',
  'redirected',
]);

/** Goes on until something has to be waited for, or (undefined) the shell has nothing left to do. */
export function advance(vm: Vm): Request | undefined {
  const { state } = vm;
  for (;;) {
    if (state.writing !== undefined && state.answer !== undefined) checkWritten(vm, state.writing);
    const chunk = state.output.shift();
    if (chunk !== undefined) {
      state.writing ??= '';
      return { call: 'write', fd: chunk.fd, text: chunk.text };
    }
    state.writing = undefined;
    const frame = state.frames.at(-1);
    if (frame === undefined) {
      if (!endShell(vm)) return undefined;
      continue;
    }
    if (state.failing !== undefined && !state.frames.some(isErrorTrap)) {
      leave(vm, state.failing);
      continue;
    }
    if (state.pending.length > 0 && BETWEEN.has(frame.f)) {
      takeSignal(vm);
      continue;
    }
    if (state.steps >= SLICE) return payment(vm);
    const request = stepSafely(vm, frame);
    if (request !== undefined) return request;
  }
}

/** What `set -e` ends waits for the end of the ERR trap. */
function isErrorTrap(frame: Frame): boolean {
  return frame.f === 'text' && frame.kind === 'trap' && frame.name === 'ERR trap';
}

function payment(vm: Vm): Request {
  const { steps } = vm.state;
  vm.state.steps = 0;
  return { call: 'spend', steps };
}

/** What a builtin printed couldn't be written: that is its failure. */
function checkWritten(vm: Vm, who: string): void {
  const answer = takeAnswer(vm);
  if (answer === undefined || answer.ok || who === '') return;
  if (answer.code === 'EINTR') return;
  vm.state.output.length = 0;
  vm.state.writing = '';
  complain(vm, `write error: ${errorText(answer.code)}`, vm.flavour.name === 'ash' ? undefined : who);
  vm.state.status = 1;
}

/** Nothing is left: the EXIT trap has its turn, once. False when that is over, too. */
function endShell(vm: Vm): boolean {
  const action = vm.state.traps.get('EXIT');
  if (vm.state.ended || action === undefined || action === '') return false;
  vm.state.ended = true;
  runTrap(vm, 'EXIT', action);
  return true;
}

function takeSignal(vm: Vm): void {
  const signal = vm.state.pending.shift();
  if (signal === undefined) return;
  const name = signalWordOf(signal);
  const action = vm.state.traps.get(name);
  if (action !== undefined && action !== '') runTrap(vm, name, action);
}

function stepSafely(vm: Vm, frame: Frame): Request | undefined {
  try {
    return step(vm, frame);
  } catch (error) {
    if (!(error instanceof ShellFailure)) throw error;
    fail(vm, error);
    return undefined;
  }
}

function fail(vm: Vm, failure: ShellFailure): void {
  complain(vm, failure.message, failure.command);
  vm.state.status = failure.status;
  const { frames } = vm.state;
  const height = frames.findLastIndex((frame) => frame.f === 'simple');
  if (failure.reach === 'command' && height >= 0) {
    unwindTo(vm, height + 1);
    finish(vm, failure.status);
    return;
  }
  const top = frames.findLastIndex((frame) => frame.f === 'lines');
  if (failure.reach === 'shell' && !vm.state.interactive) leave(vm, failure.status);
  else if (vm.state.interactive) unwindTo(vm, top + 1);
  else unwindTo(vm, frames.findLastIndex((frame) => frame.f === 'text' && frame.kind !== 'source') + 1);
  vm.state.status = failure.status;
}

function step(vm: Vm, frame: Frame): Request | undefined {
  switch (frame.f) {
    case 'simple':
      return runSimple(vm, frame);
    case 'list':
      return runList(vm, frame);
    case 'while':
      return runWhile(vm, frame);
    case 'for':
      return runFor(vm, frame);
    case 'cfor':
      return runCfor(vm, frame);
    case 'if':
      return runIf(vm, frame);
    case 'choose':
      return runChoose(vm, frame);
    case 'not':
      return runNot(vm, frame);
    case 'case':
      return runCase(vm, frame);
    case 'test':
      return runTest(vm, frame);
    case 'calculate':
      return runCalculate(vm, frame);
    case 'redirected':
      return runRedirected(vm, frame);
    case 'launch':
      return runLaunch(vm, frame);
    case 'function':
      return runFunction(vm, frame);
    case 'await':
      return runAwait(vm, frame);
    case 'substitute':
      return runSubstitute(vm, frame);
    case 'text':
      return runText(vm, frame);
    case 'lines':
      return runLines(vm, frame);
    case 'load':
      return runLoad(vm, frame);
    case 'select':
      return runSelect(vm, frame);
    case 'time':
      return runTime(vm, frame);
    case 'read':
      return runRead(vm, frame);
    case 'lines-into':
      return runLinesInto(vm, frame);
    case 'wait':
      return runWait(vm, frame);
    case 'sleep':
      return runSleep(vm, frame);
    case 'exec':
      return runExec(vm, frame);
  }
}
