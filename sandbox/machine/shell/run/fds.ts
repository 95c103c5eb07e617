// The shell's own table of descriptors. Numbers are the script's; what they stand for is closed when nothing leads to it
// any more, neither the table nor a command that will put it back.

import type { Fd } from '../../sys.ts';
import type { SavedFds } from '../state.ts';
import type { Vm } from '../vm.ts';

/** Changes one entry; `saved` gets what was there. */
export function changeFd(vm: Vm, saved: SavedFds, number: number, fd: Fd | undefined): void {
  saved.push([number, vm.state.fds.get(number)]);
  setFd(vm, number, fd);
}

export function setFd(vm: Vm, number: number, fd: Fd | undefined): void {
  const old = vm.state.fds.get(number);
  if (fd === undefined) vm.state.fds.delete(number);
  else vm.state.fds.set(number, fd);
  if (old !== undefined && old !== fd) closeUnused(vm, old);
}

/** Closes a descriptor that nothing leads to. */
function closeUnused(vm: Vm, fd: Fd): void {
  for (const used of vm.state.fds.values()) if (used === fd) return;
  for (const frame of vm.state.frames) {
    if ((frame.f === 'simple' || frame.f === 'redirected') && frame.saved.some(([, kept]) => kept === fd)) return;
    if ((frame.f === 'lines' || frame.f === 'load') && frame.fd === fd) return;
  }
  vm.sys.close(fd);
}
