// What expressions can use: the functions of Kubernetes 1.36 and the variables and types of a place where CEL is used.

import { type Declarations, type Overload, readOverload, type TypeSource } from './check/declarations.ts';
import type { FunctionSpec, Library, Run } from './library/library.ts';
import type { Type } from './types.ts';
import type { Result, Value } from './values.ts';

export interface LinkedOverload extends Overload {
  readonly run?: Run;
}

/** A function with all its overloads, from whichever libraries. */
export interface LinkedFunction {
  readonly name: string;
  readonly overloads: readonly LinkedOverload[];
  /** One implementation for all overloads. */
  readonly run?: Run;
  readonly takes?: (first: Value) => boolean;
  readonly unguarded: boolean;
  readonly variadic: boolean;
}

/** Types that an environment has beside CEL's own. */
export interface ObjectTypes extends TypeSource {
  /** Whether a type's name can be used as a value, and not only where a message is made. */
  readonly isValue: (name: string) => boolean;
  /** Makes a message: `Object.spec{replicas: 1}`; undefined for types that can't be made. */
  readonly make: (name: string, fields: ReadonlyMap<string, Value>) => Result | undefined;
}

export interface Environment extends Declarations {
  readonly functions: ReadonlyMap<string, LinkedFunction['overloads']>;
  readonly linked: ReadonlyMap<string, LinkedFunction>;
  readonly types: ObjectTypes;
  /** `cel.bind(name, value, expression)` can be written. */
  readonly binds?: boolean;
}

/** Puts libraries together; overloads of one name follow one another in the libraries' order. */
export function linkLibraries(libraries: readonly Library[]): ReadonlyMap<string, LinkedFunction> {
  const linked = new Map<string, LinkedFunction>();
  for (const [name, spec] of libraries.flatMap((library) => Object.entries(library))) {
    const before = linked.get(name);
    linked.set(name, linkFunction(name, spec, before?.overloads ?? []));
  }
  return linked;
}

function linkFunction(name: string, spec: FunctionSpec, before: readonly LinkedOverload[]): LinkedFunction {
  const overloads = spec.overloads.map((text) => {
    const overload = readOverload(text);
    const run = spec.runs?.[overload.id];
    return run === undefined ? overload : { ...overload, run };
  });
  return {
    name,
    overloads: [...before, ...overloads],
    ...(spec.run === undefined ? {} : { run: spec.run }),
    ...(spec.takes === undefined ? {} : { takes: spec.takes }),
    unguarded: spec.unguarded === true,
    variadic: spec.variadic === true,
  };
}

export function newEnvironment(
  linked: ReadonlyMap<string, LinkedFunction>,
  variables: ReadonlyMap<string, Type>,
  types: ObjectTypes,
): Environment {
  const functions = new Map([...linked].map(([name, { overloads }]) => [name, overloads]));
  return { functions, linked, variables, types };
}
