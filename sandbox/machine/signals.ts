// Signals: their numbers, and what they do to a process that says nothing about them.

import type { SignalName } from './sys.ts';

export type SignalEffect = 'terminate' | 'ignore' | 'stop' | 'continue';

interface Signal {
  readonly number: number;
  readonly effect: SignalEffect;
}

const SIGNALS: Readonly<Record<SignalName, Signal>> = {
  SIGHUP: { number: 1, effect: 'terminate' },
  SIGINT: { number: 2, effect: 'terminate' },
  SIGQUIT: { number: 3, effect: 'terminate' },
  SIGABRT: { number: 6, effect: 'terminate' },
  SIGKILL: { number: 9, effect: 'terminate' },
  SIGUSR1: { number: 10, effect: 'terminate' },
  SIGSEGV: { number: 11, effect: 'terminate' },
  SIGUSR2: { number: 12, effect: 'terminate' },
  SIGPIPE: { number: 13, effect: 'terminate' },
  SIGALRM: { number: 14, effect: 'terminate' },
  SIGTERM: { number: 15, effect: 'terminate' },
  SIGCHLD: { number: 17, effect: 'ignore' },
  SIGCONT: { number: 18, effect: 'continue' },
  SIGSTOP: { number: 19, effect: 'stop' },
  SIGTSTP: { number: 20, effect: 'stop' },
  SIGTTIN: { number: 21, effect: 'stop' },
  SIGTTOU: { number: 22, effect: 'stop' },
  SIGWINCH: { number: 28, effect: 'ignore' },
};

export function signalNumber(signal: SignalName): number {
  return SIGNALS[signal].number;
}

export function defaultEffect(signal: SignalName): SignalEffect {
  return SIGNALS[signal].effect;
}

/** The status that a shell or a container runtime gives for a process that a signal ended. */
export function statusOfSignal(signal: SignalName): number {
  return 128 + SIGNALS[signal].number;
}

/** Neither can be caught, ignored or blocked. */
export function isUnstoppable(signal: SignalName): boolean {
  return signal === 'SIGKILL' || signal === 'SIGSTOP';
}

/** Reads `SIGTERM`, `TERM`, `term` or `15`, as image configs and `kill` write them; undefined when there is none such. */
export function parseSignal(text: string): SignalName | undefined {
  const upper = text.toUpperCase();
  for (const name of Object.keys(SIGNALS) as SignalName[]) {
    if (name === upper || name === `SIG${upper}` || String(SIGNALS[name].number) === text) return name;
  }
  return undefined;
}
