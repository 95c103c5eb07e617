// What is wrong with what a job's controller writes into its status. Most rules are about what changes: what is already
// stored isn't held against the next writer.

import { at, duplicate, fieldError, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { sameJson } from '../../../kube/json.ts';
import type { V1Job, V1JobSpec, V1JobStatus } from '../../../schema/generated/types.ts';
import { parseTime } from '../../../time/units.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import { type Errors, nonNegative } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { countIndexes, sharedIndex } from './indexes.ts';

const NO_SPEC: V1JobSpec = { template: {} };

/** What of a job's end its conditions say. */
interface End {
  readonly complete: boolean;
  readonly failed: boolean;
  readonly finished: boolean;
  readonly failureTarget: boolean;
  readonly successCriteriaMet: boolean;
}

interface Change {
  readonly spec: V1JobSpec;
  readonly next: V1JobStatus;
  readonly current: V1JobStatus;
  readonly end: End;
  readonly before: End;
  /** Whether the field differs from what is stored. */
  has(name: keyof V1JobStatus): boolean;
}

export function isTrue({ conditions = [] }: V1JobStatus, type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

function endOf(status: V1JobStatus): End {
  const complete = isTrue(status, 'Complete');
  const failed = isTrue(status, 'Failed');
  return {
    complete,
    failed,
    finished: complete || failed,
    failureTarget: isTrue(status, 'FailureTarget'),
    successCriteriaMet: isTrue(status, 'SuccessCriteriaMet'),
  };
}

export function* jobStatusErrors(job: V1Job, old: V1Job): Errors {
  const { spec = NO_SPEC, status: next = {} } = job;
  const { status: current = {} } = old;
  const change: Change = {
    spec,
    next,
    current,
    end: endOf(next),
    before: endOf(current),
    has: (name) => !sameJson(next[name] ?? null, current[name] ?? null),
  };
  yield* metaUpdateErrors(job, old);
  yield* countErrors(next);
  yield* endErrors(change);
  yield* finishedErrors(change);
  yield* indexErrors(change);
  yield* podErrors(change);
  yield* criteriaErrors(change);
  yield* historyErrors(change);
}

const FIELD = 'status';
const CONDITIONS = 'status.conditions';

function wrongConditions(detail: string) {
  return fieldError('FieldValueInvalid', CONDITIONS, undefined, detail);
}

function* countErrors(status: V1JobStatus): Errors {
  for (const name of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    yield* nonNegative(at(FIELD, name), status[name]);
  }
  const seen = new Set<string>();
  for (const name of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (status.uncountedTerminatedPods?.[name] ?? []).entries()) {
      const here = at(FIELD, 'uncountedTerminatedPods', name, i);
      if (uid === '') yield invalid(here, shownAsJson(uid), 'must not be empty');
      else if (seen.has(uid)) yield duplicate(here, shownAsJson(uid));
      seen.add(uid);
    }
  }
}

function* endErrors(change: Change): Errors {
  const { next, end, before } = change;
  const { startTime, completionTime } = next;
  const completes = end.complete !== before.complete;
  const fails = end.failed !== before.failed;
  if ((completes || fails) && end.complete && end.failed) {
    yield wrongConditions('cannot set Complete=True and Failed=true conditions');
  }
  if ((completes || end.failureTarget !== before.failureTarget) && end.complete && end.failureTarget) {
    yield wrongConditions('cannot set Complete=True and FailureTarget=true conditions');
  }
  const field = at(FIELD, 'completionTime');
  if (completes || change.has('completionTime')) {
    if (completionTime !== undefined && !end.complete) {
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      yield invalid(field, shownAsJson(completionTime), detail);
    }
    if (completionTime === undefined && end.complete) {
      yield required(field, 'completionTime is required for Complete jobs');
    }
  }
  if ((change.has('startTime') || change.has('completionTime')) && isEarlier(completionTime, startTime)) {
    yield invalid(field, shownAsJson(completionTime ?? null), 'must be equal to or after `startTime`');
  }
  if ((fails || change.has('failedIndexes')) && end.failed && !end.failureTarget) {
    yield wrongConditions('cannot set Failed=True condition without the FailureTarget=true condition');
  }
  const meets = end.successCriteriaMet !== before.successCriteriaMet;
  if ((completes || meets) && end.complete && !end.successCriteriaMet) {
    yield wrongConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  }
}

function isEarlier(a: string | undefined, b: string | undefined): boolean {
  const first = parseTime(a);
  const second = parseTime(b);
  return first !== undefined && second !== undefined && first < second;
}

function* finishedErrors(change: Change): Errors {
  const { spec, next, end, before } = change;
  const { active = 0, startTime, uncountedTerminatedPods: pods } = next;
  if (!end.finished) return;
  const finishes = end.finished !== before.finished;
  if ((finishes || change.has('active')) && active > 0) {
    yield invalid(at(FIELD, 'active'), active, 'active>0 is invalid for finished job');
  }
  const startsNothing = spec.suspend === true && spec.completions === 0;
  if ((finishes || change.has('startTime')) && !startsNothing && startTime === undefined) {
    yield required(at(FIELD, 'startTime'), 'startTime is required for finished job');
  }
  const uncounted = [...(pods?.failed ?? []), ...(pods?.succeeded ?? [])];
  if ((finishes || change.has('uncountedTerminatedPods')) && uncounted.length > 0) {
    const shown = shownInternally('batch.UncountedTerminatedPods', pods);
    yield invalid(at(FIELD, 'uncountedTerminatedPods'), shown, 'must be empty for finished job');
  }
}

function* indexErrors(change: Change): Errors {
  const { spec, next } = change;
  const { completions, backoffLimitPerIndex, completionMode } = spec;
  const { completedIndexes: completed = '', failedIndexes: failed } = next;
  const field = at(FIELD, 'failedIndexes');
  if (change.has('completedIndexes') && completions !== undefined) {
    yield* badIndexes(at(FIELD, 'completedIndexes'), completed, completions, 'completedIndexes');
  }
  if (change.has('failedIndexes') && completions !== undefined && backoffLimitPerIndex !== undefined) {
    yield* badIndexes(field, failed ?? '', completions, 'failedIndexes');
  }
  if (change.has('completedIndexes') && completed !== '' && completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    yield invalid(at(FIELD, 'completedIndexes'), completed, detail);
  }
  if (failed === undefined) return;
  if (change.has('failedIndexes') && backoffLimitPerIndex === undefined) {
    yield invalid(field, failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  }
  if (completions === undefined || (!change.has('failedIndexes') && !change.has('completedIndexes'))) return;
  const shared = sharedIndex(completed, failed, completions);
  if (shared === undefined) return;
  yield invalid(field, failed, `failedIndexes and completedIndexes overlap at index: ${shared}`);
}

function* badIndexes(field: string, text: string, completions: number, name: string): Errors {
  const reading = countIndexes(text, completions);
  if ('error' in reading) yield invalid(field, text, `error parsing ${name}: ${reading.error}`);
}

function* podErrors(change: Change): Errors {
  const { next, end, before } = change;
  const { terminating = 0, ready = 0, active = 0 } = next;
  const ends = end.finished !== before.finished || change.has('terminating');
  if (ends && end.finished && terminating > 0) {
    yield invalid(at(FIELD, 'terminating'), terminating, 'terminating>0 is invalid for finished job');
  }
  if ((change.has('ready') || change.has('active')) && next.ready !== undefined && ready > active) {
    yield invalid(at(FIELD, 'ready'), ready, 'cannot set more ready pods than active');
  }
}

function* criteriaErrors({ spec, end }: Change): Errors {
  if (end.successCriteriaMet && end.failed) {
    yield wrongConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions');
  }
  if (end.successCriteriaMet && end.failureTarget) {
    yield wrongConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  }
  if (spec.successPolicy !== undefined && !end.successCriteriaMet && end.complete) {
    yield wrongConditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
  }
}

/** What may not be taken back. */
function* historyErrors(change: Change): Errors {
  const { spec, next, current, end, before } = change;
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (isTrue(current, type) && !isTrue(next, type)) {
      yield wrongConditions(`cannot disable the terminal ${type}=True condition`);
    }
  }
  yield* counterErrors(change);
  const { startTime, completionTime } = next;
  if (completionTime !== undefined && current.completionTime !== undefined && change.has('completionTime')) {
    yield invalid(at(FIELD, 'completionTime'), shownAsJson(completionTime), 'field is immutable');
  }
  const resumes = isTrue(current, 'Suspended') && isFalse(next, 'Suspended');
  if (change.has('startTime') && !resumes && current.startTime !== undefined && spec.suspend !== true) {
    const detail = 'field is immutable for unsuspended job once set';
    yield invalid(at(FIELD, 'startTime'), shownAsJson(startTime ?? null), detail);
  }
  if (before.successCriteriaMet && !end.successCriteriaMet) {
    yield wrongConditions('cannot disable the SuccessCriteriaMet=True condition');
  }
  if (before.complete && !before.successCriteriaMet && end.successCriteriaMet) {
    yield wrongConditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
  }
}

function* counterErrors({ spec, next, current }: Change): Errors {
  const { failed = 0, succeeded = 0 } = next;
  if (failed < (current.failed ?? 0)) {
    yield invalid(at(FIELD, 'failed'), failed, 'cannot decrease the failed counter');
  }
  // An elastic indexed job that shrinks forgets some of its successes.
  const isElastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!isElastic && succeeded < (current.succeeded ?? 0)) {
    yield invalid(at(FIELD, 'succeeded'), succeeded, 'cannot decrease the succeeded counter');
  }
}

function isFalse({ conditions = [] }: V1JobStatus, type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'False');
}
