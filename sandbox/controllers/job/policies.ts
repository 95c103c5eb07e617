// What a Job makes of pods that failed, and when it has succeeded well enough. Pure.

import type {
  V1ContainerStatus,
  V1Job,
  V1Pod,
  V1PodFailurePolicyOnExitCodesRequirement,
  V1PodFailurePolicyRule,
} from '../../schema/generated/types.ts';
import { parseIndexes } from './indexes.ts';

export interface FailureVerdict {
  /** Whether the failure counts towards the limit. */
  readonly counts: boolean;
  readonly action: 'Ignore' | 'FailIndex' | 'FailJob' | 'Count' | undefined;
  /** Why the whole Job fails, if it does. */
  readonly message: string | undefined;
}

const COUNTS: FailureVerdict = { counts: true, action: undefined, message: undefined };

/** The first rule that matches decides. */
export function judgeFailure({ spec }: V1Job, pod: V1Pod): FailureVerdict {
  for (const [index, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const what = matched(rule, pod);
    if (what === undefined) continue;
    if (rule.action === 'Ignore') return { counts: false, action: 'Ignore', message: undefined };
    if (rule.action === 'FailIndex' || rule.action === 'Count')
      return { counts: true, action: rule.action, message: undefined };
    if (rule.action === 'FailJob')
      return { counts: true, action: 'FailJob', message: `${what} matching FailJob rule at index ${index}` };
  }
  return COUNTS;
}

/** What about the pod a rule matches, in words. */
function matched(
  { onExitCodes, onPodConditions }: V1PodFailurePolicyRule,
  { metadata, status }: V1Pod,
): string | undefined {
  const where = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  if (onExitCodes !== undefined) {
    const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    const found = all.find((container) => exitsSo(container, onExitCodes));
    if (found === undefined) return undefined;
    return `Container ${found.name} for pod ${where} failed with exit code ${found.state?.terminated?.exitCode ?? 0}`;
  }
  for (const { type, status: is } of status?.conditions ?? [])
    if (onPodConditions?.some((pattern) => pattern.type === type && pattern.status === is))
      return `Pod ${where} has condition ${type}`;
  return undefined;
}

function exitsSo(
  { name, state }: V1ContainerStatus,
  { containerName, operator, values }: V1PodFailurePolicyOnExitCodesRequirement,
): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
  return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode);
}

/** The message when a rule of the success policy is met. */
export function successMessage({ spec }: V1Job, succeeded: ReadonlySet<number>): string | undefined {
  if (succeeded.size === 0) return undefined;
  for (const [index, { succeededIndexes, succeededCount }] of (spec?.successPolicy?.rules ?? []).entries()) {
    if (succeededIndexes === undefined) {
      if (succeededCount !== undefined && succeeded.size >= succeededCount) return `Matched rules at index ${index}`;
      continue;
    }
    const wanted = parseIndexes(succeededIndexes, spec?.completions ?? 0);
    if (wanted.size === 0) continue;
    const there = [...wanted].filter((one) => succeeded.has(one)).length;
    if (there === wanted.size || (succeededCount !== undefined && there >= succeededCount))
      return `Matched rules at index ${index}`;
  }
  return undefined;
}
