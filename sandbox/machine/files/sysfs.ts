// /sys: of it only the group of whoever looks, in /sys/fs/cgroup, as version 2 of control groups shows it.

import { type Cgroup, PERIOD_MS } from '../cgroups.ts';
import type { Process } from '../state.ts';
import { staticTree, type Text, type VirtualTree, virtualTree } from './virtual.ts';

const US_PER_STEP = 100;

const group =
  (text: (cgroup: Cgroup) => string): Text =>
  (_kernel, viewer) =>
    viewer === undefined ? '' : `${text(viewer.cgroup)}\n`;

const limitOrMax = (limit: number | undefined): string => (limit === undefined ? 'max' : String(limit));

const FILES: Readonly<Record<string, Text>> = {
  'fs/cgroup/cgroup.controllers': () => 'cpuset cpu io memory hugetlb pids rdma misc\n',
  'fs/cgroup/cgroup.procs': (kernel, viewer) =>
    membersOf(viewer, [...kernel.state.processes.values()])
      .map((pid) => `${pid}\n`)
      .join(''),
  'fs/cgroup/cpu.max': group(
    ({ cpuLimit }) => `${cpuLimit === undefined ? 'max' : cpuLimit * PERIOD_MS} ${PERIOD_MS * 1000}`,
  ),
  'fs/cgroup/cpu.stat': group(({ steps, periods, throttledPeriods, throttledMs }) =>
    [
      `usage_usec ${steps * US_PER_STEP}`,
      `user_usec ${steps * US_PER_STEP}`,
      'system_usec 0',
      `nr_periods ${periods}`,
      `nr_throttled ${throttledPeriods}`,
      `throttled_usec ${throttledMs * 1000}`,
    ].join('\n'),
  ),
  'fs/cgroup/memory.current': group(({ memory }) => String(memory)),
  'fs/cgroup/memory.events': group(({ oomKills }) => `low 0\nhigh 0\nmax 0\noom ${oomKills}\noom_kill ${oomKills}`),
  'fs/cgroup/memory.max': group(({ memoryLimit }) => limitOrMax(memoryLimit)),
  'fs/cgroup/memory.peak': group(({ memoryPeak }) => String(memoryPeak)),
  'fs/cgroup/memory.swap.max': () => '0\n',
  'fs/cgroup/pids.current': group(({ pids }) => String(pids)),
  'fs/cgroup/pids.max': group(({ pidsLimit }) => limitOrMax(pidsLimit)),
};

export const sysTree: VirtualTree = virtualTree(staticTree(FILES));

function membersOf(viewer: Process | undefined, all: readonly Process[]): readonly number[] {
  return all.filter((process) => process.cgroup === viewer?.cgroup).map((process) => process.pid);
}
