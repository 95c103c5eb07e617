// Whether a session gets the terminal: -t asks for it, standard input must be one.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';

/** Says why not, where it was wished and can't be. */
export function* usesTerminal(call: Call, stdin: boolean, tty: boolean, quiet: boolean): Blocking<boolean> {
  if (!stdin || !tty) return false;
  if (call.sys.isatty(0)) return true;
  if (!quiet) yield* call.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}

/** `ctrl-p,ctrl-q` as the bytes that these keys send. Throws for a key that there isn't. */
export function keysOf(text: string): Uint8Array {
  return Uint8Array.from(
    text.split(',').map((key) => {
      const control = /^ctrl-([a-zA-Z@[\\\]^_])$/.exec(key)?.[1];
      if (control !== undefined) return control.toUpperCase().charCodeAt(0) - 64;
      if ([...key].length === 1) return key.charCodeAt(0);
      throw new Error(`could not bind detach keys: unknown character: '${key}'`);
    }),
  );
}
