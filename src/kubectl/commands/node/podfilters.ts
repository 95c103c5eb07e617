// Which pods of a node go when it is drained, and which stand in the way: pure.

import type { V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import { parseTime } from '../../../../sandbox/time/units.ts';

export interface DrainRules {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  /** Seconds; 0 for never. */
  readonly skipDeletedAfter: number;
  readonly now: number;
}

/** `message` with `error`: the pod stands in the way; without: it is worth a word. */
export interface Verdict {
  readonly goes: boolean;
  readonly message?: string;
  readonly error?: boolean;
}

const GOES: Verdict = { goes: true };
const STAYS: Verdict = { goes: false };
const MIRROR = 'kubernetes.io/config.mirror';

/** `daemonSetProblem`: why the pod's daemon set can't be found; empty where it is there. */
export function judgePod(pod: V1Pod, rules: DrainRules, daemonSetProblem: string): Verdict {
  let verdict = GOES;
  for (const rule of RULES) {
    verdict = rule(pod, rules, daemonSetProblem);
    if (!verdict.goes) break;
  }
  return verdict;
}

type Rule = (pod: V1Pod, rules: DrainRules, daemonSetProblem: string) => Verdict;

const RULES: readonly Rule[] = [
  (pod, { skipDeletedAfter, now }) => (isSkipped(pod, skipDeletedAfter, now) ? STAYS : GOES),
  (pod, rules, problem) => {
    if (!isOfDaemonSet(pod) || isOver(pod)) return GOES;
    if (problem !== '') return { goes: rules.force, message: problem, ...(rules.force ? {} : { error: true }) };
    if (rules.ignoreDaemonSets) return { goes: false, message: 'ignoring DaemonSet-managed Pods' };
    return { goes: false, error: true, message: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  },
  ({ metadata }) => (metadata?.annotations?.[MIRROR] === undefined ? GOES : STAYS),
  (pod, { deleteEmptyDirData }) => {
    const local = pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) ?? false;
    if (!local || isOver(pod)) return GOES;
    if (deleteEmptyDirData) return { goes: true, message: 'deleting Pods with local storage' };
    return { goes: false, error: true, message: 'Pods with local storage (use --delete-emptydir-data to override)' };
  },
  (pod, { force }) => {
    if (isOver(pod) || controllerOf(pod) !== undefined) return GOES;
    if (force) return { goes: true, message: 'deleting Pods that declare no controller' };
    return { goes: false, error: true, message: 'Pods that declare no controller (use --force to override)' };
  },
];

export function controllerOf({ metadata }: V1Pod) {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true);
}

export function isOfDaemonSet(pod: V1Pod): boolean {
  const owner = controllerOf(pod);
  return owner?.kind === 'DaemonSet' && owner.apiVersion === 'apps/v1';
}

function isOver({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether its deletion began so long ago that nobody waits for it. */
export function isSkipped({ metadata }: V1Pod, after: number, now: number): boolean {
  const deleted = parseTime(metadata?.deletionTimestamp ?? undefined);
  return after > 0 && deleted !== undefined && Math.trunc((now - deleted) / 1000) > after;
}

/** Pods by what is said about them: `ignoring DaemonSet-managed Pods: kube-system/proxy, ...`. */
export function grouped(
  judged: readonly { readonly pod: V1Pod; readonly verdict: Verdict }[],
  errors: boolean,
): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { pod, verdict } of judged) {
    if (verdict.message === undefined || (verdict.error === true) !== errors) continue;
    const names = groups.get(verdict.message) ?? [];
    groups.set(verdict.message, names);
    names.push(`${pod.metadata?.namespace}/${pod.metadata?.name}`);
  }
  return [...groups].map(([message, names]) => `${errors ? 'cannot delete ' : ''}${message}: ${names.join(', ')}`);
}
