// Redirections: applied one after the other to the shell's own table of descriptors, which children get as theirs.

import { errorText } from '../../errors.ts';
import type { ErrnoCode, Fd, OpenFlags } from '../../sys.ts';
import { complain } from '../complain.ts';
import { expandFields, expandText } from '../expand/words.ts';
import { forkShell } from '../fork.ts';
import { makeWord } from '../parser/parts.ts';
import type { Redirecting, Request } from '../state.ts';
import type { Redirect } from '../syntax.ts';
import { getVariable, setVariable } from '../variables.ts';
import { hasOption, print, type Vm } from '../vm.ts';
import { expanding } from './expanding.ts';
import { changeFd } from './fds.ts';

/** `wait`: something else must happen first; then the same call again. */
export type Applied = 'done' | 'failed' | 'wait' | Request;

/** Beyond this, a here-document is written by a process of its own, so that nobody waits for himself. */
const PIPE_BYTES = 4096;

const FLAGS: Readonly<Record<string, OpenFlags>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
  '&>': { write: true, create: true, truncate: true },
  '&>>': { write: true, create: true, append: true },
};

export function applyRedirects(vm: Vm, frame: Redirecting, redirects: readonly Redirect[]): Applied {
  for (;;) {
    const redirect = redirects[frame.next];
    if (redirect === undefined) return 'done';
    const applied = frame.opening === undefined ? beginOne(vm, frame, redirect) : finishOne(vm, frame, redirect);
    if (applied !== 'done') return applied;
    frame.opening = undefined;
    frame.next++;
  }
}

function beginOne(vm: Vm, frame: Redirecting, redirect: Redirect): Applied {
  const expanded = expanding(vm, frame, redirect.target.runs, () => targetOf(vm, redirect));
  if (expanded === undefined) return 'wait';
  const target = expanded.value;
  if (target === undefined) return fail(vm, `${ambiguous(redirect)}: ambiguous redirect`);
  if (redirect.op === '<<' || redirect.op === '<<<') return beginText(vm, frame, redirect, target);
  if ((redirect.op === '>&' || redirect.op === '<&') && (/^\d+-?$|^-$/.test(target) || redirect.op === '<&')) {
    return duplicate(vm, frame, redirect, target);
  }
  const own = /^\/dev\/(?:fd\/(\d+)|std(in|out|err))$/.exec(target);
  const number = own?.[1] === undefined ? ['in', 'out', 'err'].indexOf(own?.[2] ?? '') : Number(own[1]);
  if (own !== null && vm.state.fds.has(number)) return duplicate(vm, frame, redirect, String(number));
  frame.opening = { target };
  return opening(vm, redirect, target);
}

/** bash opens connections, too: `/dev/tcp/HOST/PORT`. */
function opening(vm: Vm, redirect: Redirect, target: string): Request {
  const [, host = '', port = ''] = /^\/dev\/tcp\/([^/]+)\/(\d+)$/.exec(target) ?? [];
  if (port !== '' && vm.flavour.name === 'bash') return { call: 'connect', host, port: Number(port) };
  return { call: 'open', path: target, flags: flagsOf(vm, redirect) };
}

function targetOf(vm: Vm, redirect: Redirect): string | undefined {
  if (redirect.op === '<<' || redirect.op === '<<<' || vm.flavour.name !== 'bash')
    return expandText(vm, redirect.target);
  const fields = expandFields(vm, redirect.target);
  return fields.length === 1 ? fields[0] : undefined;
}

function ambiguous(redirect: Redirect): string {
  return redirect.target.parts
    .map((part) => (part.k === 'text' ? part.text : part.k === 'parameter' ? `$${part.name}` : ''))
    .join('');
}

function flagsOf(vm: Vm, redirect: Redirect): OpenFlags {
  const op = redirect.op === '>&' ? '&>' : redirect.op;
  const flags = FLAGS[op] ?? {};
  return hasOption(vm, 'noclobber') && (op === '>' || op === '&>') ? { ...flags, exclusive: true } : flags;
}

/** What is read comes out of a pipe. */
function beginText(vm: Vm, frame: Redirecting, redirect: Redirect, target: string): Applied {
  const text = redirect.op === '<<<' ? `${target}\n` : target;
  const pipe = vm.sys.pipe();
  if (text.length > PIPE_BYTES) {
    forkShell(vm, printing(text), new Map([[1, pipe.write]]));
    vm.sys.close(pipe.write);
    install(vm, frame, redirect, pipe.read);
    return 'done';
  }
  frame.opening = { target, pipe };
  return { call: 'write', fd: pipe.write, text };
}

function printing(text: string) {
  const words = ['printf', '%s', text].map((each) => makeWord([{ k: 'text', text: each, quoted: true }]));
  return { t: 'simple', line: 0, assignments: [], words, redirects: [] } as const;
}

function finishOne(vm: Vm, frame: Redirecting, redirect: Redirect): Applied {
  const { answer } = vm.state;
  vm.state.answer = undefined;
  const { target = '', pipe } = frame.opening ?? {};
  if (pipe !== undefined) {
    vm.sys.close(pipe.write);
    install(vm, frame, redirect, pipe.read);
    return 'done';
  }
  if (answer === undefined) return opening(vm, redirect, target);
  if (!answer.ok) {
    if (answer.code === 'EINTR') return opening(vm, redirect, target);
    if (answer.code === 'EEXIST' && isDevice(vm, target)) {
      return { call: 'open', path: target, flags: FLAGS[redirect.op] ?? {} };
    }
    return fail(vm, openMessage(vm, redirect, target, answer.code));
  }
  if (typeof answer.value === 'number') install(vm, frame, redirect, answer.value);
  return 'done';
}

/** `set -C` protects plain files only. */
function isDevice(vm: Vm, path: string): boolean {
  try {
    return vm.sys.stat(path).type !== 'file';
  } catch {
    return false;
  }
}

function openMessage(vm: Vm, redirect: Redirect, target: string, code: ErrnoCode): string {
  if (vm.flavour.name === 'bash') {
    if (target.startsWith('/dev/tcp/')) return connectMessage(vm, target, code);
    return `${target}: ${code === 'EEXIST' ? 'cannot overwrite existing file' : errorText(code)}`;
  }
  const reads = redirect.op === '<';
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  if (vm.flavour.name === 'ash') {
    const why = missing ? (reads ? 'no such file' : 'nonexistent directory') : errorText(code);
    return `can't ${reads ? 'open' : 'create'} ${target}: ${why}`;
  }
  const why = missing ? (reads ? 'No such file' : 'Directory nonexistent') : errorText(code);
  return `cannot ${reads ? 'open' : 'create'} ${target}: ${why}`;
}

function connectMessage(vm: Vm, target: string, code: ErrnoCode): string {
  if (code === 'ENOTFOUND') {
    complain(vm, `${target.split('/')[3]}: Name or service not known`);
    return `${target}: Invalid argument`;
  }
  print(vm, 2, `${vm.state.name}: connect: ${errorText(code)}\n`);
  return `${target}: ${errorText(code)}`;
}

function duplicate(vm: Vm, frame: Redirecting, redirect: Redirect, target: string): Applied {
  const number = numberOf(vm, redirect);
  if (target.startsWith('-')) {
    changeFd(vm, frame.saved, number, undefined);
    return 'done';
  }
  const source = /^\d+/.exec(target)?.[0];
  const fd = source === undefined ? undefined : vm.state.fds.get(Number(source));
  if (fd === undefined) {
    return fail(
      vm,
      source === undefined && vm.flavour.name === 'bash' ? `${target}: ambiguous redirect` : badFd(target),
    );
  }
  if (redirect.fd !== undefined && typeof redirect.fd !== 'number') install(vm, frame, redirect, fd);
  else changeFd(vm, frame.saved, number, fd);
  if (target.endsWith('-')) changeFd(vm, frame.saved, Number(source), undefined);
  return 'done';
}

function badFd(target: string): string {
  return `${target}: ${errorText('EBADF')}`;
}

/** The descriptor that a redirection is about: its own number, that of its variable, or the usual one. */
function numberOf(vm: Vm, redirect: Redirect): number {
  if (typeof redirect.fd === 'number') return redirect.fd;
  if (redirect.fd !== undefined) return Number(getVariable(vm, redirect.fd.variable) ?? -1);
  return redirect.op.startsWith('<') ? 0 : 1;
}

function install(vm: Vm, frame: Redirecting, redirect: Redirect, fd: Fd): void {
  if (redirect.fd !== undefined && typeof redirect.fd !== 'number') {
    let free = 10;
    while (vm.state.fds.has(free)) free++;
    changeFd(vm, frame.saved, free, fd);
    setVariable(vm, redirect.fd.variable, String(free));
    return;
  }
  const both = redirect.op === '&>' || redirect.op === '&>>' || (redirect.op === '>&' && redirect.fd === undefined);
  changeFd(vm, frame.saved, numberOf(vm, redirect), fd);
  if (both) changeFd(vm, frame.saved, 2, fd);
}

function fail(vm: Vm, message: string): 'failed' {
  complain(vm, message);
  return 'failed';
}
