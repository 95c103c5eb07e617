// What an evaluation goes along with: the values of its variables, and what it has cost so far.

import type { Result, Value } from '../values.ts';

/** A step of an expression. */
export type Step = (frame: Frame) => Result;

export interface Frame {
  /** Variables by the number that planning gave them; undefined: there is none of that name, or not yet. */
  readonly slots: (Result | undefined)[];
  cost: number;
  readonly limit: number;
}

/** Values of variables by name. */
export interface Bindings {
  readonly [name: string]: Value | undefined;
}

/** Thrown out of an evaluation that costs more than it may. */
export class CostExceeded {}

/** What the server itself stumbles over; it says so in its own words. */
export class InternalProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Counts the cost of a step. */
export function spend(frame: Frame, cost: number): void {
  frame.cost += cost;
  if (frame.cost > frame.limit) throw new CostExceeded();
}
