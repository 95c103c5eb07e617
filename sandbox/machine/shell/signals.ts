// Signals by number and name, as `kill`, `trap` and `wait` give them.

import { parseSignal } from '../signals.ts';
import type { SignalName } from '../sys.ts';

/** All of Linux's, in order from 1 on; only some exist on this machine (see `SignalName`). */
export const SIGNALS = [
  'HUP',
  'INT',
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
  'STKFLT',
  'CHLD',
  'CONT',
  'STOP',
  'TSTP',
  'TTIN',
  'TTOU',
  'URG',
  'XCPU',
  'XFSZ',
  'VTALRM',
  'PROF',
  'WINCH',
  'IO',
  'PWR',
  'SYS',
] as const;

const TEXTS: Readonly<Partial<Record<SignalName, string>>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGABRT: 'Aborted',
  SIGSEGV: 'Segmentation fault',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
};

export function signalText(signal: SignalName): string {
  return TEXTS[signal] ?? signal;
}

/** `9`, `KILL`, `SIGKILL`, `kill` → `KILL`; undefined when there is no such signal. */
export function signalWord(text: string): string | undefined {
  if (/^\d+$/.test(text)) return Number(text) === 0 ? 'EXIT' : SIGNALS[Number(text) - 1];
  const word = text.toUpperCase().replace(/^SIG/, '');
  return SIGNALS.find((name) => name === word);
}

/** The machine's name of a signal; undefined for those that it doesn't model. */
export function signalNamed(word: string): SignalName | undefined {
  return parseSignal(word);
}

/** `TERM` for SIGTERM. */
export function signalWordOf(signal: SignalName): string {
  return signal.slice(3);
}

/** The number of a signal by its word, on all of Linux's. */
export function signalPosition(word: string): number {
  const names: readonly string[] = SIGNALS;
  return names.indexOf(word) + 1;
}
