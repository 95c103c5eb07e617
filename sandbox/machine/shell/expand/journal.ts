// An expansion that has to run a command stops, and starts again from its beginning once the command is over. What it
// did on the way and mustn't do twice (other commands, assignments, draws) it reads from its journal the second time.

import type { Node } from '../syntax.ts';
import type { Vm } from '../vm.ts';

/** Thrown by an expansion that needs the output of a command; the answer is the journal's next entry. */
export class NeedsCommand extends Error {
  readonly body: Node;
  constructor(body: Node) {
    super('a command must run first');
    this.body = body;
  }
}

/** Does something once, however often the expansion starts again. */
export function once<T>(vm: Vm, effect: () => T): T {
  const { journal } = vm;
  if (journal === undefined) return effect();
  if (journal.at < journal.entries.length) return journal.entries[journal.at++] as T;
  const result = effect();
  journal.entries.push(result);
  journal.at++;
  return result;
}

/** The output of a command, from the journal; it is run when it isn't there yet. */
export function outputOf(vm: Vm, body: Node): string {
  const { journal } = vm;
  if (journal !== undefined && journal.at < journal.entries.length) return String(journal.entries[journal.at++]);
  throw new NeedsCommand(body);
}
