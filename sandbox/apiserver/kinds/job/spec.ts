// What is wrong with what a job is to do. A CronJob's template for jobs is checked by the same rules.

import { at, invalid, notSupported, required, shownAsJson, tooLong } from '../../../kube/fielderrors.ts';
import { byteLength } from '../../../kube/go/text.ts';
import type { V1JobSpec, V1PodFailurePolicyOnPodConditionsPattern } from '../../../schema/generated/types.ts';
import { type Errors, nonNegative, oneOf } from '../shared/checks.ts';
import { forType } from '../shared/defaults.ts';
import { domainPath } from '../shared/domainpaths.ts';
import { shownInternally } from '../shared/internal.ts';
import { podTemplate } from '../shared/pod/template.ts';
import { templateWarnings } from '../shared/pod/warnings.ts';
import { podFailurePolicy, successPolicy } from './policies.ts';

export const CONDITION_DEFAULTS = forType<V1PodFailurePolicyOnPodConditionsPattern>(
  'batch.v1.PodFailurePolicyOnPodConditionsPattern',
  (pattern) => ((pattern.status ?? '') === '' ? { ...pattern, status: 'True' } : pattern),
);

const MANAGER_MAX = 63;
const PARALLELISM_MAX = 100_000;
const FAILED_INDEXES_MAX = 100_000;
/** Jobs with more completions than this are held to tighter bounds. */
const COMPLETIONS_MANY = 100_000;
const MANY_MAX = 10_000;
const MODES = ['NonIndexed', 'Indexed'];
const LESS = 'must be less than or equal to';

export function* jobSpec(field: string, spec: V1JobSpec): Errors {
  yield* counts(field, spec);
  yield* modes(field, spec);
  if (spec.podFailurePolicy !== undefined) {
    yield* podFailurePolicy(at(field, 'podFailurePolicy'), spec.podFailurePolicy, spec);
  }
  if (spec.successPolicy !== undefined) {
    const here = at(field, 'successPolicy');
    if (spec.completionMode === 'Indexed') yield* successPolicy(here, spec.successPolicy, spec.completions ?? 0);
    else {
      const shown = shownInternally('batch.SuccessPolicy', spec.successPolicy);
      yield invalid(here, shown, 'requires indexed completion mode');
    }
  }
  yield* replacementPolicy(at(field, 'podReplacementPolicy'), spec);
  yield* podTemplate(at(field, 'template'), spec.template ?? {});
  yield* restartPolicy(at(field, 'template', 'spec', 'restartPolicy'), spec);
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function* counts(field: string, spec: V1JobSpec): Errors {
  for (const name of COUNTS) yield* nonNegative(at(field, name), spec[name]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    yield required(at(field, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified');
  }
  if (spec.managedBy === undefined) return;
  const here = at(field, 'managedBy');
  yield* domainPath(here, spec.managedBy);
  if (byteLength(spec.managedBy) > MANAGER_MAX) yield tooLong(here, MANAGER_MAX);
}

function* modes(field: string, spec: V1JobSpec): Errors {
  const { completionMode: mode } = spec;
  if (mode !== undefined) yield* oneOf(at(field, 'completionMode'), mode, MODES);
  if (mode === 'Indexed') yield* indexedErrors(field, spec);
  if (mode !== undefined && mode !== 'NonIndexed') return;
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    const value = spec[name];
    if (value !== undefined) yield invalid(at(field, name), value, 'requires indexed completion mode');
  }
}

function* indexedErrors(field: string, spec: V1JobSpec): Errors {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec;
  if (completions === undefined) yield required(at(field, 'completions'), 'when completion mode is Indexed');
  if (parallelism > PARALLELISM_MAX) {
    const detail = `${LESS} ${PARALLELISM_MAX} when completion mode is Indexed`;
    yield invalid(at(field, 'parallelism'), parallelism, detail);
  }
  if (completions !== undefined && failed !== undefined && failed > completions) {
    yield invalid(at(field, 'maxFailedIndexes'), failed, `${LESS} completions`);
  }
  if (failed !== undefined && failed > FAILED_INDEXES_MAX) {
    yield invalid(at(field, 'maxFailedIndexes'), failed, `${LESS} ${FAILED_INDEXES_MAX}`);
  }
  if ((completions ?? 0) > COMPLETIONS_MANY && spec.backoffLimitPerIndex !== undefined) yield* manyErrors(field, spec);
}

function* manyErrors(field: string, { parallelism = 0, maxFailedIndexes: failed }: V1JobSpec): Errors {
  if (failed === undefined) {
    const detail = `must be specified when completions is above ${COMPLETIONS_MANY}`;
    yield required(at(field, 'maxFailedIndexes'), detail);
  }
  const when = `when completions are above ${COMPLETIONS_MANY} and used with backoff limit per index`;
  if (parallelism > MANY_MAX) yield invalid(at(field, 'parallelism'), parallelism, `${LESS} ${MANY_MAX} ${when}`);
  if ((failed ?? 0) > MANY_MAX) {
    yield invalid(at(field, 'maxFailedIndexes'), failed ?? 0, `${LESS} ${MANY_MAX} ${when}`);
  }
}

function* replacementPolicy(
  field: string,
  { podReplacementPolicy: policy, podFailurePolicy: failure }: V1JobSpec,
): Errors {
  if (policy === undefined) return;
  yield* oneOf(field, policy, failure === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed']);
}

function* restartPolicy(field: string, { template, podFailurePolicy: failure }: V1JobSpec): Errors {
  const { restartPolicy: policy = '' } = template?.spec ?? {};
  if (policy === 'Always' || policy === '') yield required(field, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') {
    yield notSupported(field, shownAsJson(policy), ['OnFailure', 'Never']);
  } else if (failure !== undefined && policy !== 'Never') {
    yield invalid(field, shownAsJson(policy), 'only "Never" is supported when podFailurePolicy is specified');
  }
}

export function* jobSpecWarnings(field: string, spec: V1JobSpec): Iterable<string> {
  const { completionMode, completions = 0, parallelism = 0, template } = spec;
  if (completionMode === 'Indexed' && completions > COMPLETIONS_MANY && parallelism > MANY_MAX) {
    const when = 'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4';
    const what = 'Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
    yield `${field}: ${when}, ${what}`;
  }
  yield* templateWarnings(at(field, 'template'), template);
}
