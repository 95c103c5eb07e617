// CronJob: a job at certain times.

import { cronError, isTimeZone } from '../../kube/cron.ts';
import { invalid, notSupported, required, shownAsJson } from '../../kube/fielderrors.ts';
import { byteLength } from '../../kube/go/text.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { CronJobs } from '../../schema/generated/resources.ts';
import type { V1CronJob, V1CronJobSpec, V1JobTemplateSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { CONDITION_DEFAULTS, jobSpec, jobSpecWarnings } from './job/spec.ts';
import { type Errors, neededOneOf, nonNegative } from './shared/checks.ts';
import { age, ageColumn, containersAndImages, integer, NONE, nameColumn, text, UNSET, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { templateWithoutDisabled } from './shared/pod/disabled.ts';
import { statusPart } from './shared/statuspart.ts';
import { hostnameWarning, selectorCell, shownSelector } from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
/** Jobs get a suffix of eleven characters. */
const NAME_MAX = 52;
const JOB_FIELD = 'spec.jobTemplate.spec';
const NO_SPEC: V1CronJobSpec = { schedule: '', jobTemplate: {} };

const defaults = defaulter<V1CronJob>(
  'batch.v1.CronJob',
  new Map([
    ...CORE_DEFAULTS,
    CONDITION_DEFAULTS,
    constants('batch.v1.CronJobSpec', {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }),
  ]),
);

export const cronJobs = defineKind<V1CronJob>({
  type: CronJobs,
  strategy: {
    defaults,
    prepareCreate: (job) => withGeneration(withoutStatus(withTemplate(job)), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(withTemplate(next), current), current),
    validate: function* (job) {
      const { name = '' } = job.metadata ?? {};
      yield* metaErrors(job, NAMED);
      yield* specErrors(job.spec ?? NO_SPEC, undefined);
      if (byteLength(name) > NAME_MAX)
        yield invalid('metadata.name', name, `must be no more than ${NAME_MAX} characters`);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec ?? NO_SPEC, current.spec ?? NO_SPEC);
    },
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ defaults }),
  },
  columns: [
    nameColumn(),
    text('Schedule', ({ spec }) => spec?.schedule ?? ''),
    text('Timezone', ({ spec }) => spec?.timeZone ?? NONE),
    { name: 'Suspend', type: 'boolean', cell: ({ spec }) => truth(spec?.suspend) },
    integer('Active', ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', ({ status }, now) =>
      status?.lastScheduleTime === undefined ? NONE : age(status.lastScheduleTime, now),
    ),
    ageColumn(),
    ...containersAndImages<V1CronJob>(({ spec }) => spec?.jobTemplate?.spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) => selectorCell(spec?.jobTemplate?.spec?.selector)),
  ],
});

function truth(value: boolean | undefined): string {
  return value === undefined ? UNSET : value ? 'True' : 'False';
}

function withTemplate(job: V1CronJob): V1CronJob {
  const { spec } = job;
  const jobs = spec?.jobTemplate?.spec;
  if (spec === undefined || jobs?.template === undefined) return job;
  const kept = { ...jobs, template: templateWithoutDisabled(jobs.template) };
  return { ...job, spec: { ...spec, jobTemplate: { ...spec.jobTemplate, spec: kept } } };
}

function* specErrors(spec: V1CronJobSpec, current: V1CronJobSpec | undefined): Errors {
  const { schedule = '', timeZone } = spec;
  if (schedule === '') yield required('spec.schedule');
  else yield* scheduleErrors('spec.schedule', schedule, timeZone, current?.schedule ?? '');
  yield* nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (timeZone !== undefined && timeZone !== current?.timeZone) yield* zoneErrors('spec.timeZone', timeZone);
  yield* neededOneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  yield* jobTemplateErrors(spec.jobTemplate ?? {});
  yield* nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  yield* nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

/** Schedules that already name a zone keep doing so. */
function* scheduleErrors(field: string, schedule: string, zone: string | undefined, before: string): Errors {
  const problem = cronError(schedule);
  if (problem !== undefined) yield invalid(field, schedule, problem);
  if (!schedule.includes('TZ')) return;
  if (!before.includes('TZ')) {
    yield invalid(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  } else if (zone !== undefined) {
    yield invalid(field, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
  }
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

function* zoneErrors(field: string, zone: string): Errors {
  if (zone === '') {
    yield invalid(field, zone, 'timeZone must be nil or non-empty string');
    return;
  }
  const isOdd = (part: string) => part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part);
  if (zone.split('/').some(isOdd)) {
    yield invalid(field, zone, `unknown time zone ${zone}`);
    return;
  }
  if (zone.toLowerCase() === 'local') {
    const advice = 'as defined in https://www.iana.org/time-zones';
    yield invalid(field, zone, `timeZone must be an explicit time zone ${advice}`);
  }
  if (zone !== 'Local' && !isTimeZone(zone)) yield invalid(field, zone, `unknown time zone ${zone}`);
}

function* jobTemplateErrors({ spec = { template: {} } }: V1JobTemplateSpec): Errors {
  yield* jobSpec(JOB_FIELD, spec);
  if (spec.selector !== undefined) {
    yield invalid(`${JOB_FIELD}.selector`, shownSelector(spec.selector), '`selector` will be auto-generated');
  }
  if (spec.manualSelector === true) {
    yield notSupported(`${JOB_FIELD}.manualSelector`, shownAsJson(true), ['nil', 'false']);
  }
}

function* warnings(next: V1CronJob, current: V1CronJob | undefined): Iterable<string> {
  if (current === undefined) yield* hostnameWarning(next.metadata?.name);
  if (current?.metadata?.generation !== next.metadata?.generation) {
    yield* jobSpecWarnings(JOB_FIELD, next.spec?.jobTemplate?.spec ?? { template: {} });
  }
  if (current === undefined || next.spec?.schedule?.includes('TZ') !== true) return;
  const page = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/';
  // The path is the real server's.
  yield `cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ${page} for more details`;
}
