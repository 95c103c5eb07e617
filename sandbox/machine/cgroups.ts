// Groups of processes that share limits: a tree of node, pod and container. CPU time and memory are accounted along the
// whole path, so that each level can be limited and measured.

import { type TimeMs, timeMs } from '../time/units.ts';

/** 10,000 steps are one second of one core. */
export const STEPS_PER_SECOND = 10_000;
/** A millisecond of one core. */
export const STEPS_PER_MS = 10;
/** The CFS period over which a CPU limit is enforced. */
export const PERIOD_MS = 100;

export interface Cgroup {
  readonly path: string;
  readonly parent: Cgroup | undefined;
  /** Limit in millicores, which is also steps in a period. */
  cpuLimit: number | undefined;
  /** Steps used in all. */
  steps: number;
  /** The period that `spent` counts for, by its number since 1970. */
  period: number;
  /** Steps used up in this period, and what earlier ones left unpaid. */
  spent: number;
  /** Periods in which it wanted to run, those of them in which it had to wait, and for how long in all. */
  periods: number;
  throttledPeriods: number;
  throttledMs: number;
  throttledUntil: TimeMs;
  /** In bytes. */
  memoryLimit: number | undefined;
  memory: number;
  /** The highest that `memory` has been. */
  memoryPeak: number;
  oomKills: number;
  /** A kill for memory takes all of its processes. */
  oomGroup: boolean;
  pidsLimit: number | undefined;
  pids: number;
}

export interface CgroupLimits {
  /** Millicores. */
  readonly cpu?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly pids?: number;
  readonly oomGroup?: boolean;
}

export function newCgroup(path: string, parent: Cgroup | undefined, limits: CgroupLimits): Cgroup {
  return {
    path,
    parent,
    cpuLimit: limits.cpu,
    steps: 0,
    period: 0,
    spent: 0,
    periods: 0,
    throttledPeriods: 0,
    throttledMs: 0,
    throttledUntil: timeMs(0),
    memoryLimit: limits.memory,
    memory: 0,
    memoryPeak: 0,
    oomKills: 0,
    oomGroup: limits.oomGroup ?? false,
    pidsLimit: limits.pids,
    pids: 0,
  };
}

export function setLimits(cgroup: Cgroup, limits: CgroupLimits): void {
  cgroup.cpuLimit = limits.cpu;
  cgroup.memoryLimit = limits.memory;
  cgroup.pidsLimit = limits.pids;
}

/** How many steps may be used before the tightest limit on the path is reached; 0 or less: throttled. */
export function quotaLeft(cgroup: Cgroup, now: TimeMs): number {
  let least = Number.POSITIVE_INFINITY;
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    if (group.cpuLimit === undefined) continue;
    enterPeriod(group, now);
    least = Math.min(least, group.cpuLimit - group.spent);
  }
  return least;
}

/** When the tightest limit on the path lets its processes run again. */
export function quotaRenewed(cgroup: Cgroup, now: TimeMs): TimeMs {
  let latest = now;
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    const { cpuLimit } = group;
    if (cpuLimit === undefined || group.spent < cpuLimit) continue;
    const periods = cpuLimit <= 0 ? 1 : Math.floor(group.spent / cpuLimit);
    const until = timeMs((group.period + periods) * PERIOD_MS);
    noteThrottled(group, now, until);
    if (until > latest) latest = until;
  }
  return latest;
}

export function chargeSteps(cgroup: Cgroup, steps: number): void {
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    group.steps += steps;
    if (group.cpuLimit !== undefined) group.spent += steps;
  }
}

/** Adds to (or, when negative, takes from) the memory of the whole path. Answers the innermost group that is over its limit. */
export function chargeMemory(cgroup: Cgroup, bytes: number): Cgroup | undefined {
  let over: Cgroup | undefined;
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    group.memory += bytes;
    if (group.memory > group.memoryPeak) group.memoryPeak = group.memory;
    if (over === undefined && bytes > 0 && group.memory > (group.memoryLimit ?? Number.POSITIVE_INFINITY)) over = group;
  }
  return over;
}

/** Whether no limit on the path forbids one more process. */
export function hasRoomForProcess(cgroup: Cgroup): boolean {
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    if (group.pids >= (group.pidsLimit ?? Number.POSITIVE_INFINITY)) return false;
  }
  return true;
}

/** Counts one more process (or one less) on the path. */
export function chargePids(cgroup: Cgroup, count: 1 | -1): void {
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) group.pids += count;
}

export function isWithin(cgroup: Cgroup, ancestor: Cgroup): boolean {
  for (let group: Cgroup | undefined = cgroup; group !== undefined; group = group.parent) {
    if (group === ancestor) return true;
  }
  return false;
}

/** What was used beyond the limit is paid for by the periods that have passed since. */
function enterPeriod(group: Cgroup, now: TimeMs): void {
  const period = Math.floor(now / PERIOD_MS);
  if (period === group.period) return;
  const passed = period - group.period;
  const limit = Math.max(1, group.cpuLimit ?? 0);
  group.period = period;
  group.periods += Math.min(passed, Math.ceil(group.spent / limit));
  group.spent = Math.max(0, group.spent - passed * limit);
}

function noteThrottled(group: Cgroup, now: TimeMs, until: TimeMs): void {
  if (group.throttledUntil >= until) return;
  group.throttledPeriods++;
  group.throttledMs += until - Math.max(now, group.throttledUntil);
  group.throttledUntil = until;
}
