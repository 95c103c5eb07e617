// The program `sh` in its three flavours. Between two waits the evaluator runs at once; whatever it waits for is saved
// with its state first, so that a copy of the machine waits for the same and goes on alike.

import { durationMs } from '../../time/units.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../sys.ts';
import { encode } from '../text.ts';
import { applyOptions, newShellState } from './begin.ts';
import { applyTrap, INTERACTIVE } from './builtins/processes.ts';
import { BUILTINS } from './builtins/table.ts';
import { complain } from './complain.ts';
import type { FlavourName } from './flavour.ts';
import { isRefusal, readArguments, type ShellArguments } from './options.ts';
import { advance } from './run/step.ts';
import { signalNamed } from './signals.ts';
import type { Answer, Request, ShellState } from './state.ts';
import { noteSignals } from './traps.ts';
import { getVariable } from './variables.ts';
import { newVm, print, type Vm } from './vm.ts';

export function shell(flavour: FlavourName): Program {
  return function* run(sys, saved) {
    if (isShellState(saved)) {
      const vm = newVm(saved, sys, BUILTINS);
      if (!saved.begun) resumeFork(vm);
      return yield* drive(vm);
    }
    const args = readArguments(flavour, sys.argv);
    const name = sys.argv[0] ?? 'sh';
    if (!isRefusal(args)) return yield* begin(sys, flavour, args);
    yield* sys.write(
      2,
      `${name}: ${flavour === 'dash' ? '0: ' : ''}${args.message}\n${flavour === 'bash' && args.usage === true ? BASH_USAGE : ''}`,
    );
    return args.status;
  };
}

const BASH_USAGE = `Usage:\tbash [GNU long option] [option] ...
\tbash [GNU long option] [option] script-file ...
GNU long options:
${['debug', 'debugger', 'dump-po-strings', 'dump-strings', 'help', 'init-file', 'login', 'noediting', 'noprofile', 'norc', 'posix', 'pretty-print', 'rcfile', 'restricted', 'verbose', 'version'].map((name) => `\t--${name}\n`).join('')}Shell options:
\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option
`;

/** The state that this program saves; there is no other. */
function isShellState(saved: PlainData | undefined): saved is ShellState {
  return typeof saved === 'object' && saved !== null && 'flavour' in saved;
}

function* begin(sys: Sys, flavour: FlavourName, args: ShellArguments): Blocking<number> {
  const vm = newVm(newShellState(sys, flavour, args), sys, BUILTINS);
  const refused = applyOptions(vm, args.options);
  if (refused !== undefined) {
    yield* sys.write(
      2,
      `${vm.state.calledAs}: ${flavour === 'dash' ? '0: ' : flavour === 'bash' ? `${vm.state.calledAs}: ` : ''}${refused}\n`,
    );
    return 2;
  }
  if (vm.state.interactive) becomeInteractive(vm);
  loadStartup(vm, args);
  return yield* drive(vm);
}

function becomeInteractive(vm: Vm): void {
  vm.state.options.add('interactive');
  for (const signal of INTERACTIVE) vm.sys.onSignal(signal, 'catch');
  const terminal = vm.sys.isatty(0);
  if (terminal) {
    vm.state.options.add('monitor');
    vm.sys.setForeground(0, vm.sys.group());
  } else if (vm.flavour.name === 'bash') {
    print(
      vm,
      2,
      `bash: cannot set terminal process group (${vm.sys.group()}): Inappropriate ioctl for device\nbash: no job control in this shell\n`,
    );
  } else complain(vm, "can't access tty; job control turned off");
}

/** Files that are read first: profiles of a login shell, `~/.bashrc` or `$ENV` of an interactive one. */
function loadStartup(vm: Vm, args: ShellArguments): void {
  const home = getVariable(vm, 'HOME') ?? '/';
  const files: string[] = [];
  if (args.login && !args.noprofile) {
    files.push('/etc/profile');
    const own = vm.flavour.name === 'bash' ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
    files.push(
      ...own
        .map((name) => `${home}/${name}`)
        .filter((path) => isFile(vm, path))
        .slice(0, 1),
    );
  } else if (vm.state.interactive && vm.flavour.name === 'bash' && !args.norc) {
    files.push(...(args.rcfile === undefined ? ['/etc/bash.bashrc', `${home}/.bashrc`] : [args.rcfile]));
  }
  const env = vm.flavour.name === 'bash' ? undefined : getVariable(vm, 'ENV');
  if (vm.state.interactive && env !== undefined) files.push(env);
  for (const path of files.reverse()) {
    if (isFile(vm, path))
      vm.state.frames.push({ f: 'load', path, name: path, kind: 'source', fd: -1, chunks: [], stage: 'open' });
  }
}

function isFile(vm: Vm, path: string): boolean {
  try {
    return vm.sys.stat(path).type === 'file';
  } catch {
    return false;
  }
}

/** A subshell's first moment: it ignores what its traps say. */
function resumeFork(vm: Vm): void {
  vm.state.begun = true;
  for (const [name, action] of vm.state.traps) {
    const signal = signalNamed(name);
    if (signal !== undefined) applyTrap(vm, signal, action);
  }
}

function* drive(vm: Vm): Blocking<number> {
  const { state, sys } = vm;
  for (;;) {
    state.request ??= advance(vm);
    const { request } = state;
    if (request === undefined) return state.status & 255;
    sys.save(state);
    const answer = yield* perform(sys, request);
    state.request = undefined;
    state.answer = request.call === 'spend' ? undefined : answer;
    if (state.traps.size > 0 || state.interactive) noteSignals(vm);
  }
}

function* perform(sys: Sys, request: Request): Blocking<Answer> {
  try {
    return { ok: true, value: yield* call(sys, request) };
  } catch (error) {
    if (error instanceof SysError) return { ok: false, code: error.code };
    throw error;
  }
}

type Value = Extract<Answer, { ok: true }>['value'];

function* call(sys: Sys, request: Request): Blocking<Value> {
  switch (request.call) {
    case 'spend':
      yield* sys.spend(request.steps);
      return undefined;
    case 'write':
      yield* sys.write(request.fd, encode(request.text));
      return undefined;
    case 'read':
      return yield* sys.read(request.fd, request.limit, request.through);
    case 'poll':
      return yield* sys.poll([request.fd], durationMs(request.milliseconds));
    case 'open':
      return yield* sys.open(request.path, request.flags);
    case 'connect':
      return yield* sys.connect({ host: request.host, port: request.port });
    case 'wait':
      return yield* sys.wait(request.pid, {
        ...(request.noHang === undefined ? {} : { noHang: request.noHang }),
        ...(request.stopped === undefined ? {} : { stopped: request.stopped }),
      });
    case 'sleep':
      yield* sys.sleep(durationMs(request.milliseconds));
      return undefined;
    case 'exec':
      return yield* sys.exec(request.argv, request.options);
  }
}
