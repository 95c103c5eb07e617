// How the program ends when it can't do what was asked: what went wrong, why, what to do next; and which exit status.

import { messageOf } from '../../sandbox/kube/thrown.ts';

/** Exit statuses that other programs may rely on. */
export const EXIT = { done: 0, no: 1, usage: 2, environment: 3, interrupted: 130 } as const;

/** Thrown anywhere above the cluster; the program prints its three lines and exits with its status. */
export class Failure extends Error {
  readonly status: number;
  readonly why: string;
  readonly next: string;
  constructor(status: number, what: string, why: string, next: string) {
    super(what);
    this.name = 'Failure';
    this.status = status;
    this.why = why;
    this.next = next;
  }
}

/** Something named in the command line's contract that isn't built yet. */
export function notBuilt(what: string): Failure {
  return new Failure(EXIT.environment, `k8s-learn: ${what} is not built yet.`, '', '');
}

/** The lines that a failure prints; empty parts are left out. */
export function describeFailure(error: unknown, debug: boolean): string {
  if (error instanceof Failure) return [error.message, error.why, error.next].filter((line) => line !== '').join('\n');
  const message = messageOf(error);
  if (debug && error instanceof Error) return error.stack ?? message;
  return [
    `k8s-learn: ${message}`,
    'This is a fault of the program, not of yours.',
    'Run the same command with --debug and report what it prints.',
  ].join('\n');
}
