// Job: pods that run until so many have succeeded.

import { humanDuration } from '../../kube/duration.ts';
import { at, atKey, invalid, required, shownAsMap } from '../../kube/fielderrors.ts';
import { quote } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { dns1123Label, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { Jobs } from '../../schema/generated/resources.ts';
import type { V1Job, V1JobSpec, V1JobStatus } from '../../schema/generated/types.ts';
import { between, parseTime, type TimeMs } from '../../time/units.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { CONDITION_DEFAULTS, jobSpec, jobSpecWarnings } from './job/spec.ts';
import { jobStatusErrors } from './job/status.ts';
import { jobSpecChanges } from './job/update.ts';
import type { Errors } from './shared/checks.ts';
import { ageColumn, containersAndImages, nameColumn, text, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter, filled, forType } from './shared/defaults.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';
import {
  hostnameWarning,
  readSelector,
  selectorCell,
  shownSelector,
  unmatchedLabels,
  withTemplate,
} from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const NO_SPEC: V1JobSpec = { template: {} };
const NAME_LABEL = 'batch.kubernetes.io/job-name';
const UID_LABEL = 'batch.kubernetes.io/controller-uid';
/** The names of these labels before labels had domains. */
const OLD_NAME_LABEL = 'job-name';
const OLD_UID_LABEL = 'controller-uid';
const BACKOFF_LIMIT = 6;
const MAX_INT32 = 2_147_483_647;

const defaults = defaulter<V1Job>(
  'batch.v1.Job',
  new Map([...CORE_DEFAULTS, CONDITION_DEFAULTS, forType<V1Job>('batch.v1.Job', jobDefaults)]),
);

function jobDefaults(job: V1Job): V1Job {
  const { metadata = {}, spec = NO_SPEC } = job;
  const { completions, backoffLimitPerIndex, podFailurePolicy } = spec;
  const labels = spec.template?.metadata?.labels;
  const isLabelled = labels === undefined || Object.keys(metadata.labels ?? {}).length > 0;
  return {
    ...job,
    ...(isLabelled ? {} : { metadata: { ...metadata, labels } }),
    spec: filled(spec, {
      ...(completions === undefined && spec.parallelism === undefined ? { completions: 1 } : {}),
      parallelism: 1,
      backoffLimit: backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : MAX_INT32,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
      manualSelector: false,
    }),
  };
}

export const jobs = defineKind<V1Job>({
  type: Jobs,
  strategy: {
    defaults,
    prepareCreate: (job) => withGeneration(withoutStatus(withTemplate(withSelector(job))), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(withTemplate(next), current), current),
    validate: (job) => jobErrors(job, true),
    validateUpdate: function* (next, current) {
      const labels = current.spec?.template?.metadata?.labels;
      const hasLabels = [NAME_LABEL, UID_LABEL].every((label) => own(labels, label) !== undefined);
      yield* jobErrors(next, hasLabels);
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec ?? NO_SPEC);
      yield* jobSpecChanges(next.spec ?? NO_SPEC, current.spec ?? NO_SPEC, current);
    },
    warnings: function* (next, current) {
      if (current === undefined) yield* hostnameWarning(next.metadata?.name);
      if (current?.metadata?.generation === next.metadata?.generation) return;
      yield* jobSpecWarnings('spec', next.spec ?? NO_SPEC);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ defaults, validateUpdate: jobStatusErrors }),
  },
  orphansByDefault: {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  unknownField: (field) => `field label ${quote(field)} not supported for Job`,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  columns: [
    nameColumn(),
    text('Status', statusCell),
    text('Completions', completionsCell),
    text('Duration', durationCell),
    ageColumn(),
    ...containersAndImages<V1Job>(({ spec }) => spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) => selectorCell(spec?.selector)),
  ],
});

/** Labels and a selector that only this job's pods have, unless its author chooses them. */
function withSelector(job: V1Job): V1Job {
  const { metadata: { name = '', uid = '' } = {}, spec = NO_SPEC } = job;
  if (spec.manualSelector === true) return job;
  const { template = {}, selector = {} } = spec;
  const made = { [OLD_NAME_LABEL]: name, [NAME_LABEL]: name, [OLD_UID_LABEL]: uid, [UID_LABEL]: uid };
  const given = template.metadata?.labels;
  const labels = { ...made, ...given };
  // Labels that the job has taken over from its template are the very same, and grow with them.
  const isShared = given !== undefined && job.metadata?.labels === given;
  return {
    ...job,
    ...(isShared ? { metadata: { ...job.metadata, labels } } : {}),
    spec: {
      ...spec,
      selector: { ...selector, matchLabels: { [UID_LABEL]: uid, ...selector.matchLabels } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function* jobErrors(job: V1Job, needsLabels: boolean): Errors {
  const { metadata: { name = '' } = {}, spec = NO_SPEC } = job;
  yield* metaErrors(job, NAMED);
  yield* selectorErrors(job, needsLabels);
  yield* specErrors(spec);
  const { completions = 0, completionMode } = spec;
  if (completionMode !== 'Indexed' || completions <= 0) return;
  const longest = `${name}-${completions - 1}`;
  if (dns1123Label(longest).length === 0) return;
  yield invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`);
}

function* selectorErrors(job: V1Job, needsLabels: boolean): Errors {
  const { metadata: { name = '', uid = '' } = {}, spec = NO_SPEC } = job;
  if (spec.manualSelector === true || spec.selector === undefined) return;
  if (uid === '') yield required('metadata.uid');
  const old = [
    [OLD_UID_LABEL, uid],
    [OLD_NAME_LABEL, name],
  ] as const;
  const young = [
    [UID_LABEL, uid],
    [NAME_LABEL, name],
  ] as const;
  const expected = needsLabels ? [...old, ...young] : old;
  for (const [label, value] of expected) yield* labelErrors(spec, label, value);
  const selector = readSelector(spec.selector);
  if (selector === undefined || matchesLabels(selector, Object.fromEntries(expected))) return;
  yield invalid('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated');
}

function* labelErrors({ template }: V1JobSpec, label: string, expected: string): Errors {
  const labels = template?.metadata?.labels;
  const field = atKey('spec.template.metadata.labels', label);
  const value = own(labels, label);
  if (value === undefined) yield required(field, `must be '${expected}'`);
  else if (value !== expected) yield invalid(field, shownAsMap(labels ?? null), `must be '${expected}'`);
}

function* specErrors(spec: V1JobSpec): Errors {
  yield* jobSpec('spec', spec);
  if (spec.selector === undefined) yield required('spec.selector');
  else yield* labelSelectorErrors('spec.selector', spec.selector);
  const selector = readSelector(spec.selector);
  if (selector !== undefined) yield* unmatchedLabels(at('spec', 'template'), selector, spec.template ?? {});
}

/** What a job is, in the order in which its conditions count. */
const STATES = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
  ['', 'Terminating'],
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
] as const;

function statusCell({ metadata, status = {} }: V1Job): string {
  const state = STATES.find(([condition]) =>
    condition === '' ? metadata?.deletionTimestamp !== undefined : hasCondition(status, condition),
  );
  return state?.[1] ?? 'Running';
}

/** Only the first condition of a type counts. */
function hasCondition({ conditions = [] }: V1JobStatus, type: string): boolean {
  return conditions.find((condition) => condition.type === type)?.status === 'True';
}

function completionsCell({ spec = NO_SPEC, status }: V1Job): string {
  const { completions, parallelism = 0 } = spec;
  const succeeded = status?.succeeded ?? 0;
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell({ status }: V1Job, now: TimeMs): string {
  const start = parseTime(status?.startTime);
  if (start === undefined) return '';
  return humanDuration(between(start, parseTime(status?.completionTime) ?? now));
}
