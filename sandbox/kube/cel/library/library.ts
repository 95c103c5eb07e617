// What a library of functions is made of, and what its functions are written with.

import {
  type Bytes,
  type Failure,
  failure,
  isInt,
  isTaggedAs,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';

/** As large as it is written; beyond 2^53 a bigint. */
export type Int = number | bigint;

export type Run = (...args: readonly Value[]) => Result;

/** A function: how it may be called, and what it does. */
export interface FunctionSpec {
  /** `contains_string: string.(string) -> bool`; see readOverload. */
  readonly overloads: readonly string[];
  /** One implementation for all overloads; `takes` tells from the first argument whether it can be called at all. */
  readonly run?: Run;
  readonly takes?: (first: Value) => boolean;
  /** An implementation for each overload, by its id. */
  readonly runs?: Readonly<Record<string, Run>>;
  /** What arguments of unexpected types give is for the implementation to say. */
  readonly unguarded?: true;
  /** Its arguments are evaluated only up to the first failure, even when they are two. */
  readonly variadic?: true;
}

export type Library = Readonly<Record<string, FunctionSpec>>;

export function onString(run: (text: string) => Result): Run {
  return (a = null) => (typeof a === 'string' ? run(a) : NO_SUCH_OVERLOAD);
}

export function onStrings(run: (a: string, b: string) => Result): Run {
  return (a = null, b = null) => (typeof a === 'string' && typeof b === 'string' ? run(a, b) : NO_SUCH_OVERLOAD);
}

/** Two strings and an int. */
export function onStringsAndInt(run: (a: string, b: string, n: Int) => Result): Run {
  return (a = null, b = null, n = null) =>
    typeof a === 'string' && typeof b === 'string' && isInt(n) ? run(a, b, n) : NO_SUCH_OVERLOAD;
}

/** A string and ints. */
export function onStringAndInts(run: (a: string, ...numbers: readonly Int[]) => Result): Run {
  return (a = null, ...rest) => {
    const numbers = rest.filter(isInt);
    return typeof a === 'string' && numbers.length === rest.length ? run(a, ...numbers) : NO_SUCH_OVERLOAD;
  };
}

/** What the server says when it gets its own data back from an expression that it can't take for a value. */
export function inconvertible(goType: string, text: string): Failure {
  return failure(`unsupported conversion to ref.Val: (${goType})${text}`);
}

export function isBytes(value: Value): value is Bytes {
  return isTaggedAs(value, 'bytes');
}
