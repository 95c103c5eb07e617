// Memory that runs out: who is killed when a group, or the node, is over its limit.

import { type Cgroup, chargeMemory, isWithin } from './cgroups.ts';
import type { Kernel } from './context.ts';
import { oomScore } from './files/procprocess.ts';
import { endProcess } from './processes.ts';
import type { Process } from './state.ts';

/** Counts memory, and kills until the group that is over its limit is within it again (or nobody is left to be killed). */
export function takeMemory(kernel: Kernel, cgroup: Cgroup, bytes: number): void {
  const over = chargeMemory(cgroup, bytes);
  while (over !== undefined && over.memory > (over.memoryLimit ?? Number.POSITIVE_INFINITY)) {
    const victim = chooseVictim(kernel, over);
    if (victim === undefined) return;
    killForMemory(kernel, victim);
  }
}

/** The biggest of a limited group; on a whole node the one with the highest score. */
function chooseVictim(kernel: Kernel, over: Cgroup): Process | undefined {
  let victim: Process | undefined;
  let most = -1;
  for (const process of kernel.state.processes.values()) {
    if (process.ending !== undefined || process.oomScoreAdj <= -1000 || !isWithin(process.cgroup, over)) continue;
    const weight = over.parent === undefined ? oomScore(process) : process.memory;
    if (weight <= most) continue;
    most = weight;
    victim = process;
  }
  return victim;
}

function killForMemory(kernel: Kernel, victim: Process): void {
  const group = victim.cgroup;
  for (let at: Cgroup | undefined = group; at !== undefined; at = at.parent) at.oomKills++;
  const ending = { kind: 'killed', signal: 'SIGKILL', oom: true } as const;
  if (!group.oomGroup) {
    endProcess(kernel, victim, ending);
    return;
  }
  for (const process of [...kernel.state.processes.values()]) {
    if (process.ending === undefined && process.cgroup === group) endProcess(kernel, process, ending);
  }
}
