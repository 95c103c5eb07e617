// The pods of a Job: which index each stands for, whether it has failed, and what a new one looks like. Pure.

import { own } from '../../kube/json.ts';
import { Jobs } from '../../schema/generated/resources.ts';
import type { V1Container, V1Job, V1Pod, V1PodTemplateSpec } from '../../schema/generated/types.ts';
import { podFromTemplate } from '../shared/podcontrol.ts';
import { isGoing } from '../shared/pods.ts';
import { judgeFailure } from './policies.ts';

export const TRACKING = 'batch.kubernetes.io/job-tracking';
const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
const FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED_FAILURE_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';
const GENERATED_PREFIX_MAX = 58;

export function isIndexed({ spec }: V1Job): boolean {
  return spec?.completionMode === 'Indexed';
}

export function isTracked({ metadata }: V1Pod): boolean {
  return metadata?.finalizers?.includes(TRACKING) === true;
}

/** The index that a pod stands for; undefined when it has none. */
export function indexOf({ metadata }: V1Pod): number | undefined {
  const text = own(metadata?.annotations, COMPLETION_INDEX) ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The index, if it is one of the Job's. */
export function validIndexOf(job: V1Job, pod: V1Pod): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < (job.spec?.completions ?? 0) ? index : undefined;
}

/** Pods that are replaced only when they have really ended are not failed before. */
export function replacesOnlyFailed({ spec }: V1Job): boolean {
  return spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;
}

export function hasFailed(job: V1Job, pod: V1Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && isGoing(pod) && pod.status?.phase !== 'Succeeded';
}

/** The index is given up: too many of its pods have failed, or a rule says so. */
export function failsItsIndex(job: V1Job, pod: V1Pod): boolean {
  if (!hasFailed(job, pod)) return false;
  const { counts, action } = judgeFailure(job, pod);
  return action === 'FailIndex' || (counts && countIn(pod, FAILURE_COUNT) >= (job.spec?.backoffLimitPerIndex ?? 0));
}

/** How many pods of its index have failed before it, counted or not. */
export function failuresBefore(pod: V1Pod): number {
  return countIn(pod, FAILURE_COUNT) + countIn(pod, IGNORED_FAILURE_COUNT);
}

function countIn({ metadata }: V1Pod, annotation: string): number {
  const count = Number(own(metadata?.annotations, annotation) ?? '0');
  return Number.isInteger(count) && count >= 0 && count < 2 ** 31 ? count : 0;
}

/** `index`: which one it stands for. `replaced`: the pod of this index that has failed. */
export function newPodOf(job: V1Job, index: number | undefined, replaced: V1Pod | undefined): V1Pod {
  const template = job.spec?.template ?? {};
  const pod = podFromTemplate(index === undefined ? template : indexed(job, template, index, replaced), job, Jobs);
  const finalizers = pod.metadata?.finalizers ?? [];
  const { name = '' } = job.metadata ?? {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(index === undefined ? {} : { generateName: prefixFor(name, index) }),
      finalizers: finalizers.includes(TRACKING) ? finalizers : [...finalizers, TRACKING],
    },
  };
}

function prefixFor(job: string, index: number): string {
  const tail = `-${index}-`;
  return `${job.slice(0, Math.max(0, GENERATED_PREFIX_MAX - tail.length))}${tail}`;
}

function indexed(
  job: V1Job,
  template: V1PodTemplateSpec,
  index: number,
  replaced: V1Pod | undefined,
): V1PodTemplateSpec {
  const { metadata, spec } = template;
  return {
    ...template,
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, [COMPLETION_INDEX]: String(index) },
      annotations: {
        ...metadata?.annotations,
        [COMPLETION_INDEX]: String(index),
        ...(job.spec?.backoffLimitPerIndex === undefined ? {} : failureCounts(job, replaced)),
      },
    },
    spec: {
      ...spec,
      containers: (spec?.containers ?? []).map(withIndexVariable),
      ...(spec?.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndexVariable) }),
      hostname: `${job.metadata?.name ?? ''}-${index}`,
    },
  };
}

function withIndexVariable(container: V1Container): V1Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef } }] };
}

function failureCounts(job: V1Job, replaced: V1Pod | undefined): { readonly [key: string]: string } {
  if (replaced === undefined) return { [FAILURE_COUNT]: '0' };
  const { counts } = judgeFailure(job, replaced);
  const failed = countIn(replaced, FAILURE_COUNT) + (counts ? 1 : 0);
  const ignored = countIn(replaced, IGNORED_FAILURE_COUNT) + (counts ? 0 : 1);
  return {
    [FAILURE_COUNT]: String(failed),
    ...(ignored === 0 ? {} : { [IGNORED_FAILURE_COUNT]: String(ignored) }),
  };
}
