// Expansions inside of frames: an expansion that needs a command's output pushes a frame that gets it, and starts again.

import { NeedsCommand } from '../expand/journal.ts';
import type { Journal } from '../state.ts';
import { push, type Vm } from '../vm.ts';

/**
 * Expands something. Undefined: a command has to run first; the caller's frame will be asked again, and must ask for
 * the same thing. What `runs` says no command can be in needs no journal.
 */
export function expanding<T>(
  vm: Vm,
  frame: { journal: Journal },
  runs: boolean,
  expand: () => T,
): { readonly value: T } | undefined {
  if (!runs) return { value: expand() };
  vm.journal = { entries: frame.journal, at: 0 };
  try {
    const value = expand();
    frame.journal = [];
    return { value };
  } catch (error) {
    if (!(error instanceof NeedsCommand)) throw error;
    push(vm, { f: 'substitute', body: error.body, pid: 0, fd: -1, chunks: [], stage: 'begin' });
    return undefined;
  } finally {
    vm.journal = undefined;
  }
}
