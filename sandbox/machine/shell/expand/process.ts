// Process substitution: `<(command)` becomes the name of a pipe that the command writes to.

import { forkShell } from '../fork.ts';
import { changeFd } from '../run/fds.ts';
import type { Part } from '../syntax.ts';
import type { Vm } from '../vm.ts';
import { once } from './journal.ts';

/** Starts the command and answers the path by which its pipe can be opened. */
export function processPath(vm: Vm, part: Extract<Part, { k: 'process' }>): string {
  return once(vm, () => {
    const pipe = vm.sys.pipe();
    const [ours, theirs] = part.direction === '<' ? [pipe.read, pipe.write] : [pipe.write, pipe.read];
    const number = freeNumber(vm);
    forkShell(vm, part.body, new Map([...vm.state.fds, [part.direction === '<' ? 1 : 0, theirs]]));
    vm.sys.close(theirs);
    const owner = vm.state.frames.findLast((frame) => frame.f === 'simple' || frame.f === 'redirected');
    changeFd(vm, owner?.saved ?? [], number, ours);
    return `/dev/fd/${number}`;
  });
}

/** The highest free number below 64, as bash chooses it; ash begins above that. */
function freeNumber(vm: Vm): number {
  if (vm.flavour.name === 'ash') {
    let number = 64;
    while (vm.state.fds.has(number)) number++;
    return number;
  }
  let number = 63;
  while (vm.state.fds.has(number) && number > 10) number--;
  return number;
}
