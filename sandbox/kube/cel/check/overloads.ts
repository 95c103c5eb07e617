// Which of a function's overloads fit the types of what it is called with, and what type that gives.

import { DYN, isDyn, sameType, type Type } from '../types.ts';
import type { Overload } from './declarations.ts';
import {
  instantiate,
  mostGeneral,
  newVariable,
  type Substitution,
  substitute,
  unify,
  unifyAll,
} from './substitution.ts';

export interface Resolution {
  readonly type: Type;
  /** Of all that fit: which it is may be known only when it is called. */
  readonly ids: readonly string[];
}

/** Undefined when none fits. */
export function resolveOverloads(
  substitution: Substitution,
  types: readonly Type[],
  candidates: readonly Overload[],
): Resolution | undefined {
  const ids: string[] = [];
  let result: Type | undefined;
  for (const overload of candidates) {
    const variables = new Map(overload.variables.map((name) => [name, newVariable(substitution)]));
    const expected = overload.args.map((arg) => instantiate(arg, variables));
    if (!unifyAll(substitution, types, expected)) continue;
    ids.push(overload.id);
    const type = substitute(substitution, instantiate(overload.result, variables));
    if (result === undefined) result = type;
    else if (!isDyn(result) && !sameType(type, result)) result = DYN;
  }
  return result === undefined ? undefined : { type: result, ids };
}

/** How an error shows what a function was called with: `int.(string, bool)`. */
export function signature(types: readonly string[], isMember: boolean): string {
  const [receiver, ...rest] = types;
  return isMember ? `${receiver}.(${rest.join(', ')})` : `(${types.join(', ')})`;
}

/** The type of elements of both types; that mixed lists are refused is for the validation of constants to say. */
export function join(substitution: Substitution, previous: Type | undefined, type: Type): Type {
  if (previous === undefined) return type;
  return unify(substitution, previous, type) ? mostGeneral(previous, type) : DYN;
}
