// What a builtin is.

import type { FlavourName } from './flavour.ts';
import type { SimpleFrame } from './state.ts';
import type { Vm } from './vm.ts';

export interface Call {
  /** The name by which it was called. */
  readonly name: string;
  readonly args: readonly string[];
  /** The frame of the command; a builtin that changes the flow reads it. */
  readonly frame: SimpleFrame;
}

/**
 * Runs at once and answers its status. Undefined: it has pushed a frame that will set the status, or has changed the
 * flow itself.
 */
export type Builtin = (vm: Vm, call: Call) => number | undefined;

export interface BuiltinEntry {
  readonly run: Builtin;
  /** Its errors end a script, and assignments before it stay (not in bash). */
  readonly special?: boolean;
  /** Shells that don't have it. */
  readonly not?: readonly FlavourName[];
}
