// What a node and its containers use, as the CRI and cAdvisor count it.

import { type Cgroup, STEPS_PER_SECOND } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import type { FileSystem } from '../files/mount.ts';
import type { Host } from '../state.ts';
import type { Container, Sandbox } from './model.ts';

interface CpuStats {
  /** Nanoseconds of one core since it began. */
  readonly usageNanos: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledNanos: number;
}

interface MemoryStats {
  /** Bytes. */
  readonly workingSet: number;
  readonly peak: number;
  readonly limit: number | undefined;
  /** How often a process was killed for it. */
  readonly oomKills: number;
}

export interface DiskStats {
  readonly usedBytes: number;
  readonly inodesUsed: number;
}

export interface Stats {
  readonly cpu: CpuStats;
  readonly memory: MemoryStats;
  readonly processes: number;
}

const NANOS_PER_STEP = 1_000_000_000 / STEPS_PER_SECOND;
const NANOS_PER_MS = 1_000_000;

function cgroupStats(cgroup: Cgroup): Stats {
  const { steps, periods, throttledPeriods, throttledMs, memory, memoryPeak, memoryLimit, oomKills, pids } = cgroup;
  return {
    cpu: {
      usageNanos: steps * NANOS_PER_STEP,
      periods,
      throttledPeriods,
      throttledNanos: throttledMs * NANOS_PER_MS,
    },
    memory: { workingSet: memory, peak: memoryPeak, limit: memoryLimit, oomKills },
    processes: pids,
  };
}

export function containerStats(container: Container): Stats & { readonly layer: DiskStats } {
  return { ...cgroupStats(container.cgroup), layer: diskStats(container.fs) };
}

export function sandboxStats(sandbox: Sandbox): Stats {
  return cgroupStats(sandbox.cgroup);
}

export function hostStats(host: Host): Stats & { readonly disk: { readonly sizeBytes: number } & DiskStats } {
  const { size, used, usedInodes } = host.disk;
  return { ...cgroupStats(host.cgroup), disk: { sizeBytes: size, usedBytes: used, inodesUsed: usedInodes } };
}

/** What a container's own layer, a volume or a tmpfs takes. */
function diskStats({ usedBytes, usedInodes }: FileSystem): DiskStats {
  return { usedBytes, inodesUsed: usedInodes };
}

/** Bytes of images on a node. */
export function imageBytes(kernel: Kernel, host: Host): number {
  let bytes = 0;
  for (const digest of host.images.images.keys()) bytes += kernel.images.get(digest)?.size ?? 0;
  return bytes;
}
