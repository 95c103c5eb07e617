// Signals that came to the shell: its traps will run; the keyboard's interrupt goes back to the prompt.

import { unwindTo } from './run/unwind.ts';
import { signalWordOf } from './signals.ts';
import { print, type Vm } from './vm.ts';

/** Asks which signals came since the last time. */
export function noteSignals(vm: Vm): void {
  for (const signal of vm.sys.caught()) {
    if (vm.state.traps.has(signalWordOf(signal))) vm.state.pending.push(signal);
    else if (signal === 'SIGINT' && vm.state.interactive) interrupt(vm);
  }
}

function interrupt(vm: Vm): void {
  const { state } = vm;
  const at = state.frames.findIndex((frame) => frame.f === 'lines');
  const lines = state.frames[at];
  if (lines?.f !== 'lines') return;
  unwindTo(vm, at + 1);
  lines.typed = '';
  lines.stage = 'next';
  state.answer = undefined;
  state.writing = undefined;
  state.output.length = 0;
  state.status = 130;
  print(vm, 2, '\n');
}
