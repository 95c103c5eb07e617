// Operators that look at their operands only as far as they must, or that take errors for an answer.

import type { CallCost } from '../cost/actual.ts';
import { equal } from '../runtime/equality.ts';
import { isFailure, isTaggedAs, NO_SUCH_OVERLOAD, type Result } from '../values.ts';
import { type Frame, type Step, spend } from './frame.ts';

/** `a && b`, `a || b`: an operand that decides outweighs an error in the other one. */
export function logicalStep(decisive: boolean, terms: readonly Step[]): Step {
  const [left, right] = terms;
  if (left === undefined || right === undefined) return () => NO_SUCH_OVERLOAD;
  return (frame) => {
    const first = left(frame);
    if (first === decisive) return decisive;
    const second = right(frame);
    if (second === decisive) return decisive;
    if (typeof first !== 'boolean') return isFailure(first) ? first : NO_SUCH_OVERLOAD;
    if (typeof second !== 'boolean') return isFailure(second) ? second : NO_SUCH_OVERLOAD;
    return !decisive;
  };
}

export function equalStep(left: Step, right: Step, cost: CallCost, negated: boolean): Step {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    const result = isFailure(a) ? a : isFailure(b) ? b : equal(a, b);
    spend(frame, typeof cost === 'number' ? cost : cost([a, b], result));
    if (!negated || isFailure(a) || isFailure(b)) return result;
    // What can't be compared is unequal.
    return result !== true;
  };
}

/** All that isn't false may turn out to be true. */
export function notStrictlyFalseStep(operand: Step): Step {
  return (frame) => {
    const value = operand(frame);
    spend(frame, 1);
    return typeof value === 'boolean' ? value : true;
  };
}

/** `a.or(b)`, `a.orValue(b)`. */
export function optionalOrStep(left: Step, right: Step, unwraps: boolean): Step {
  return (frame) => {
    const value = left(frame);
    if (!isTaggedAs(value, 'optional')) return value;
    if (value.value === undefined) return right(frame);
    return unwraps ? value.value : value;
  };
}

/** Evaluates arguments one by one up to the first failure. */
export function evaluateAll(frame: Frame, steps: readonly Step[]): readonly Result[] {
  const results: Result[] = [];
  for (const step of steps) {
    const result = step(frame);
    results.push(result);
    if (isFailure(result)) break;
  }
  return results;
}
