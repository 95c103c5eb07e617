// What `bc` knows while it runs, and where it stands in its program.

import type { Blocking } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import { type Decimal, DecimalProblem } from './decimal.ts';

export interface Calculator {
  /** Runs what stands in `tokens`; functions of a program are run by it within an expression. */
  readonly run: (calculator: Calculator) => Blocking<Flow>;
  readonly context: Context;
  readonly variables: Map<string, Decimal>;
  readonly functions: Map<string, { readonly parameters: readonly string[]; readonly body: readonly string[] }>;
  tokens: readonly string[];
  at: number;
  steps: number;
  skips: boolean;
}

export type Flow = 'break' | 'return' | 'quit' | undefined;

export function peek(c: Calculator, ahead = 0): string {
  return c.tokens[c.at + ahead] ?? '';
}

export function accept(c: Calculator, token: string): boolean {
  if (peek(c) !== token) return false;
  c.at++;
  return true;
}

export function expect(c: Calculator, token: string): void {
  if (!accept(c, token)) throw new DecimalProblem('syntax error');
}

/** A program that runs longer is ended. */
export const STEPS_MAX = 5_000_000;
