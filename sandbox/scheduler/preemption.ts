// Preemption: makes room for a pod by having less important ones go. Pure decisions: which node, and which pods of it.

import { own } from '../kube/json.ts';
import { matchesEverything, matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import type { V1Pod, V1PodDisruptionBudget } from '../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../time/units.ts';
import { type Attempt, type Filters, rejectionOf } from './cycle.ts';
import { type Diagnosis, explanation, newDiagnosis } from './diagnosis.ts';
import { addPod, copyNodeInfo, type NodeInfo, removePod } from './nodeinfo.ts';
import type { Rejection } from './plugin.ts';
import type { PodInfo } from './podinfo.ts';

/** A node that would do if these pods went. */
export interface Candidate {
  readonly node: string;
  /** The more important ones first. */
  readonly victims: readonly PodInfo[];
  /** How many of them a budget protects. */
  readonly violations: number;
}

export type Preemption =
  | { readonly candidate: Candidate }
  /** `forgets`: a node that room was made on before will not do. */
  | { readonly candidate: undefined; readonly why: string; readonly forgets: boolean };

export interface PreemptionRequest {
  readonly attempt: Attempt;
  /** Absent where the pod fits nowhere, whatever the nodes. */
  readonly filters: Filters | undefined;
  readonly diagnosis: Diagnosis;
  readonly now: TimeMs;
}

const PLUGIN = 'DefaultPreemption';
const NOTHING_TO_GAIN: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: PLUGIN,
  reasons: ['Preemption is not helpful for scheduling'],
};
const NO_VICTIMS: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: PLUGIN,
  reasons: ['No preemption victims found for incoming pod'],
};

export function preempt(request: PreemptionRequest): Preemption {
  const { attempt, diagnosis, filters, now } = request;
  const { pod, snapshot } = attempt;
  const refusal = ineligible(pod, attempt, diagnosis);
  if (refusal !== undefined) return { candidate: undefined, why: refusal, forgets: false };
  const nodes = snapshot.nodes.filter(({ name }) => fate(diagnosis, name)?.code === 'Unschedulable');
  const failed = newDiagnosis(snapshot.nodes.length);
  failed.others = NOTHING_TO_GAIN;
  const found = filters === undefined ? [] : candidates(attempt, filters, nodes, failed, now);
  const best = found.length === 0 ? undefined : bestOf(found, now);
  if (best === undefined) return { candidate: undefined, why: explanation(failed), forgets: true };
  return { candidate: best };
}

function fate({ rejections, others }: Diagnosis, node: string): Rejection | undefined {
  return rejections.get(node) ?? others;
}

/** Why a pod may not preempt others at all. */
function ineligible({ pod, priority }: PodInfo, { snapshot }: Attempt, diagnosis: Diagnosis): string | undefined {
  if (pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const name = pod.status?.nominatedNodeName ?? '';
  if (name === '' || (fate(diagnosis, name)?.code ?? 'UnschedulableAndUnresolvable') === 'UnschedulableAndUnresolvable')
    return undefined;
  for (const other of snapshot.node(name)?.pods.values() ?? [])
    if (other.priority < priority && isLeavingForOthers(other.pod))
      return 'not eligible due to a terminating pod on the nominated node.';
  return undefined;
}

function isLeavingForOthers({ metadata, status }: V1Pod): boolean {
  if (metadata?.deletionTimestamp === undefined) return false;
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return target?.status === 'True' && target.reason === 'PreemptionByScheduler';
}

const CANDIDATES_MIN = 100;
const CANDIDATES_PERCENT = 10;

/** Tries the nodes out, beginning somewhere, until there are enough that would do. */
function candidates(
  attempt: Attempt,
  filters: Filters,
  nodes: readonly NodeInfo[],
  failed: Diagnosis,
  now: TimeMs,
): readonly Candidate[] {
  const share = Math.trunc((nodes.length * CANDIDATES_PERCENT) / 100);
  const enough = Math.min(Math.max(share, CANDIDATES_MIN), nodes.length);
  const offset = nodes.length === 0 ? 0 : attempt.pick(nodes.length);
  const harmless: Candidate[] = [];
  const harmful: Candidate[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(offset + i) % nodes.length];
    if (node === undefined) continue;
    const found = victimsOn(node, attempt, filters, now);
    if ('code' in found) {
      failed.rejections.set(node.name, found);
      continue;
    }
    (found.violations === 0 ? harmless : harmful).push(found);
    if (harmless.length > 0 && harmless.length + harmful.length >= enough) break;
  }
  return [...harmless, ...harmful];
}

/** The fewest and least important pods of a node that have to go; why there are none. */
function victimsOn(node: NodeInfo, attempt: Attempt, filters: Filters, now: TimeMs): Candidate | Rejection {
  const { pod, snapshot } = attempt;
  const trial = copyNodeInfo(node);
  const checks = filters.map((filter) => filter.copy?.() ?? filter);
  const take = (victim: PodInfo): void => {
    removePod(trial, victim.key);
    for (const check of checks) check.remove?.(victim, trial);
  };
  const lesser = [...node.pods.values()].filter(({ priority }) => priority < pod.priority);
  lesser.forEach(take);
  if (lesser.length === 0) return NO_VICTIMS;
  const rejection = rejectionOf(attempt, checks, trial);
  if (rejection !== undefined) return rejection;
  const ranked = lesser.sort((a, b) => compareImportance(a, b, now));
  const isProtected = budgetGuard(ranked, (namespace) => snapshot.objects.budgets(namespace));
  const victims: PodInfo[] = [];
  let violations = 0;
  for (const protectedOnes of [true, false])
    for (const victim of ranked) {
      if (isProtected.has(victim.key) !== protectedOnes) continue;
      addPod(trial, victim);
      for (const check of checks) check.add?.(victim, trial);
      if (rejectionOf(attempt, checks, trial) === undefined) continue;
      take(victim);
      victims.push(victim);
      if (protectedOnes) violations++;
    }
  return { node: node.name, victims: victims.sort((a, b) => compareImportance(a, b, now)), violations };
}

/** The pods whose going would take a budget below what it allows. */
function budgetGuard(
  pods: readonly PodInfo[],
  budgetsOf: (namespace: string) => readonly V1PodDisruptionBudget[],
): ReadonlySet<string> {
  const left = new Map<V1PodDisruptionBudget, number>();
  const result = new Set<string>();
  for (const { pod, namespace, name, key } of pods) {
    const labels = pod.metadata?.labels ?? {};
    if (Object.keys(labels).length === 0) continue;
    for (const budget of budgetsOf(namespace)) {
      const selector = selectorOf(budget.spec?.selector);
      if (matchesEverything(selector) || !matchesLabels(selector, labels)) continue;
      if (own(budget.status?.disruptedPods, name) !== undefined) continue;
      const rest = (left.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1;
      left.set(budget, rest);
      if (rest < 0) result.add(key);
    }
  }
  return result;
}

function startOf({ pod }: PodInfo, now: TimeMs): TimeMs {
  return parseTime(pod.status?.startTime ?? undefined) ?? now;
}

/** Higher priorities before lower ones, then older pods before newer ones. */
function compareImportance(a: PodInfo, b: PodInfo, now: TimeMs): number {
  return b.priority - a.priority || startOf(a, now) - startOf(b, now);
}

const PRIORITY_OFFSET = 2 ** 31;

/** What to weigh candidates by, one thing after the other; less is better. */
const CRITERIA: readonly ((candidate: Candidate, now: TimeMs) => number)[] = [
  ({ violations }) => violations,
  ({ victims: [first] }) => first?.priority ?? 0,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + PRIORITY_OFFSET, 0),
  ({ victims }) => victims.length,
  (candidate, now) => -earliestStart(candidate, now),
];

/** When the first of the most important victims started. */
function earliestStart({ victims }: Candidate, now: TimeMs): number {
  const highest = Math.max(...victims.map(({ priority }) => priority));
  return Math.min(...victims.filter(({ priority }) => priority === highest).map((victim) => startOf(victim, now)));
}

function bestOf(all: readonly Candidate[], now: TimeMs): Candidate | undefined {
  let rest = all;
  for (const criterion of CRITERIA) {
    const least = Math.min(...rest.map((candidate) => criterion(candidate, now)));
    rest = rest.filter((candidate) => criterion(candidate, now) === least);
    if (rest.length === 1) break;
  }
  return rest[0];
}
