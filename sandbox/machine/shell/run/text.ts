// Where commands come from: a text, a file, or a descriptor that is read line by line.

import { errorText } from '../../errors.ts';
import { concat, decode } from '../../text.ts';
import { complain } from '../complain.ts';
import { describeJob, dropJob } from '../jobs.ts';
import { syntaxMessage } from '../messages.ts';
import { type Parsed, type Place, type Problem, parseLine } from '../parse.ts';
import { prompt } from '../prompt.ts';
import type { LinesFrame, LoadFrame, Request, TextFrame } from '../state.ts';
import { hasOption, print, push, type Vm } from '../vm.ts';
import { begin } from './begin.ts';
import { takeAnswer } from './processes.ts';
import { finish, leave, popFrame } from './unwind.ts';

function parseHere(vm: Vm, place: Place): Parsed {
  const withAliases = vm.state.interactive || vm.flavour.aliasesInScripts || hasOption(vm, 'expand_aliases');
  return parseLine(place, {
    flavour: vm.flavour,
    extended: hasOption(vm, 'extglob'),
    ...(withAliases ? { aliases: vm.state.aliases } : {}),
  });
}

export function runText(vm: Vm, frame: TextFrame): undefined {
  if (frame.failed) return endText(vm, frame);
  const parsed = parseHere(vm, frame.place);
  if (parsed.kind === 'command') {
    frame.place = parsed.next;
    for (const warning of parsed.warnings)
      if (vm.flavour.name === 'bash') print(vm, 2, `${vm.state.name}: ${warning}\n`);
    return hasOption(vm, 'noexec') ? undefined : begin(vm, parsed.node);
  }
  if (parsed.kind === 'end') return endText(vm, frame);
  frame.failed = true;
  reportSyntax(vm, parsed.problem, frame.place.source, frame.kind);
  vm.state.status = 2;
  if (vm.flavour.name !== 'bash' && !vm.state.interactive && frame.kind !== 'trap') return leave(vm, 2);
  return undefined;
}

function endText(vm: Vm, frame: TextFrame): undefined {
  const status = frame.kind === 'trap' && frame.status !== undefined ? frame.status : vm.state.status;
  return finish(vm, status);
}

function reportSyntax(vm: Vm, problem: Problem, source: string, kind: TextFrame['kind'] | 'lines'): void {
  vm.state.line = problem.line;
  const message = syntaxMessage(vm.flavour.name, problem);
  if (vm.flavour.name !== 'bash') {
    complain(vm, message, kind === 'eval' ? 'eval' : undefined);
    return;
  }
  const number = problem.kind === 'end' ? problem.line + (source.endsWith('\n') ? 0 : 1) : problem.line;
  const who = `${kind === 'eval' ? 'eval: ' : kind === 'main' && vm.state.fromString ? '-c: ' : ''}`;
  const head = `${vm.state.name}: ${who}${vm.state.interactive ? '' : `line ${number}: `}`;
  print(vm, 2, `${head}${message}\n`);
  if (problem.kind !== 'unexpected' || vm.state.interactive) return;
  print(vm, 2, `${head}\`${source.split('\n')[problem.line - 1] ?? ''}'\n`);
}

export function runLoad(vm: Vm, frame: LoadFrame): Request | undefined {
  if (frame.stage === 'open') {
    frame.stage = 'opening';
    return { call: 'open', path: frame.path, flags: { read: true } };
  }
  const answer = takeAnswer(vm);
  if (frame.stage === 'opening') {
    if (answer === undefined || (!answer.ok && answer.code === 'EINTR')) {
      return { call: 'open', path: frame.path, flags: { read: true } };
    }
    if (!answer.ok) return failLoad(vm, frame, answer.code);
    frame.fd = Number(answer.value);
    frame.stage = 'read';
  } else if (answer?.ok === true && answer.value instanceof Uint8Array) {
    if (answer.value.length === 0) return loaded(vm, frame);
    frame.chunks.push(answer.value);
  } else if (answer?.ok === false && answer.code !== 'EINTR') return failLoad(vm, frame, answer.code);
  return { call: 'read', fd: frame.fd, limit: 65536 };
}

function failLoad(vm: Vm, frame: LoadFrame, code: Parameters<typeof errorText>[0]): undefined {
  popFrame(vm);
  if (frame.kind === 'main') {
    print(vm, 2, `${cannotRun(vm, frame.name, code)}\n`);
    return leave(vm, code === 'EACCES' && vm.flavour.name === 'bash' ? 126 : vm.flavour.name === 'bash' ? 127 : 2);
  }
  complain(vm, sourceMessage(vm, frame.name, code), vm.flavour.name === 'bash' ? undefined : '.');
  vm.state.status = vm.flavour.name === 'bash' ? 1 : 2;
  if (vm.flavour.name !== 'bash' && !vm.state.interactive) vm.state.failing = 2;
  return undefined;
}

function cannotRun(vm: Vm, name: string, code: Parameters<typeof errorText>[0]): string {
  const why = errorText(code);
  if (vm.flavour.name === 'bash') return `${vm.state.calledAs}: ${name}: ${why}`;
  if (vm.flavour.name === 'ash') return `${vm.state.calledAs}: can't open '${name}': ${why}`;
  return `${vm.state.calledAs}: 0: cannot open ${name}: ${code === 'ENOENT' ? 'No such file' : why}`;
}

function sourceMessage(vm: Vm, name: string, code: Parameters<typeof errorText>[0]): string {
  const why = errorText(code);
  if (vm.flavour.name === 'bash') return `${name}: ${why}`;
  if (vm.flavour.name === 'ash') return `can't open '${name}': ${why}`;
  return `cannot open ${name}: ${code === 'ENOENT' ? 'No such file' : why}`;
}

function loaded(vm: Vm, frame: LoadFrame): undefined {
  popFrame(vm);
  const source = decode(concat(frame.chunks));
  if (source.slice(0, 80).includes('\0')) {
    print(vm, 2, `${vm.state.calledAs}: ${frame.name}: cannot execute binary file\n`);
    return leave(vm, 126);
  }
  const positional = frame.kind === 'source' && frame.positional !== undefined ? vm.state.positional : undefined;
  if (frame.positional !== undefined) vm.state.positional = frame.positional;
  if (frame.kind === 'main') vm.state.name = frame.name;
  const place = { source, position: 0, line: 1 };
  push(vm, { f: 'text', kind: frame.kind, place, name: frame.name, positional, failed: false });
  vm.state.status = 0;
  return undefined;
}

/** Lines of at most this many bytes at a time. */
const LINE_BYTES = 65536;
const NEWLINE = 10;

export function runLines(vm: Vm, frame: LinesFrame): Request | undefined {
  switch (frame.stage) {
    case 'next':
      if (vm.state.interactive) remarkOnJobs(vm);
      if (vm.state.interactive) print(vm, 2, prompt(vm, frame.typed === '' ? 'PS1' : 'PS2'));
      frame.stage = 'prompted';
      return undefined;
    case 'prompted':
      frame.stage = 'read';
      return { call: 'read', fd: frame.fd, limit: LINE_BYTES, through: NEWLINE };
    case 'read':
      return gotLine(vm, frame);
  }
}

function gotLine(vm: Vm, frame: LinesFrame): Request | undefined {
  const answer = takeAnswer(vm);
  if (answer === undefined || (!answer.ok && answer.code === 'EINTR')) {
    return { call: 'read', fd: frame.fd, limit: LINE_BYTES, through: NEWLINE };
  }
  const bytes = answer.ok && answer.value instanceof Uint8Array ? answer.value : new Uint8Array(0);
  if (bytes.length === 0) return endOfLines(vm, frame);
  const line = decode(bytes);
  frame.typed += line;
  if (!line.endsWith('\n')) {
    frame.stage = 'prompted';
    return undefined;
  }
  frame.stage = 'next';
  // A long here-document isn't parsed anew with each of its lines.
  if (frame.awaits !== undefined && line.replace(/^\t+/, '') !== `${frame.awaits}\n`) return undefined;
  return runTyped(vm, frame, false);
}

/** Runs what was typed, if it is complete (or nothing more will come). */
function runTyped(vm: Vm, frame: LinesFrame, last: boolean): undefined {
  const place = { source: frame.typed, position: 0, line: frame.line };
  const parsed = parseHere(vm, place);
  delete frame.awaits;
  const isOpen = parsed.kind === 'incomplete' || (parsed.kind === 'command' && parsed.warnings.length > 0);
  if (isOpen && !last) {
    if (parsed.awaits !== undefined) frame.awaits = parsed.awaits;
    return undefined;
  }
  const source = frame.typed;
  frame.typed = '';
  frame.line += source.split('\n').length - 1;
  if (parsed.kind === 'end') return undefined;
  if (vm.state.interactive && source.trim() !== '') vm.state.history.push(source.replace(/\n$/, ''));
  if (parsed.kind === 'command') {
    push(vm, { f: 'text', kind: 'main', place: parsed.next, failed: false });
    return hasOption(vm, 'noexec') ? undefined : begin(vm, parsed.node);
  }
  reportSyntax(vm, parsed.problem, '\n'.repeat(place.line - 1) + source, 'lines');
  vm.state.status = 2;
  return vm.state.interactive ? undefined : leave(vm, 2);
}

function endOfLines(vm: Vm, frame: LinesFrame): undefined {
  if (frame.typed !== '') return runTyped(vm, frame, true);
  if (vm.state.interactive && vm.flavour.name === 'bash') print(vm, 2, 'exit\n');
  else if (vm.state.interactive) print(vm, 2, '\n');
  return finish(vm, vm.state.status);
}

/** Tells which jobs ended or stopped since the last prompt. */
function remarkOnJobs(vm: Vm): void {
  for (const job of [...vm.state.jobs]) {
    if (job.state === 'running' || job.told) continue;
    print(vm, 2, `${describeJob(vm, job)}\n`);
    job.told = true;
    if (job.state === 'done') dropJob(vm, job);
  }
}
