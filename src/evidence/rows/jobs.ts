// Jobs that failed or wait, CronJobs that start nothing.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { V1CronJob, V1Job } from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, isTrue, line, podsOf } from '../reading.ts';
import { type Lookup, type Row, rowsFor } from '../row.ts';

function failed(...reasons: readonly string[]) {
  return (job: V1Job) => {
    const { status, reason = '', message } = conditionOf(job, 'Failed') ?? {};
    return status === 'True' && reasons.includes(reason)
      ? { message: line(message), limit: job.spec?.backoffLimit ?? 6 }
      : undefined;
  };
}

function lastPod(job: KubeObject, look: Lookup): KubeObject | undefined {
  return podsOf(job, look).find(({ status }) => status?.phase === 'Failed') ?? podsOf(job, look)[0];
}

const JOBS: readonly Row[] = rowsFor<V1Job>('Job', [
  {
    id: 'job-suspended',
    when: ({ spec }) => spec?.suspend === true,
    evidence: { en: 'spec.suspend is true', ja: 'spec.suspend が true' },
    cause: { en: 'It makes no Pods until somebody lets it.', ja: 'suspend を外すまで、Pod を作りません。' },
    next: `kubectl patch job {name}{n} -p '{"spec":{"suspend":false}}'`,
  },
  {
    id: 'job-backoff',
    when: failed('BackoffLimitExceeded', 'MaxFailedIndexesExceeded', 'FailedIndexes'),
    evidence: { en: 'Failed=True: {message}', ja: 'Failed=True: {message}' },
    cause: {
      en: 'Its Pods failed more often than backoffLimit ({limit}) allows. Why, their logs say.',
      ja: 'backoffLimit（{limit}）を超えて失敗しました。理由は Pod のログにあります。',
    },
    next: 'kubectl logs job/{name}{n}',
    leads: lastPod,
  },
  {
    id: 'job-deadline',
    when: failed('DeadlineExceeded'),
    evidence: { en: 'Failed=True, DeadlineExceeded: {message}', ja: 'Failed=True、DeadlineExceeded: {message}' },
    cause: {
      en: 'It ran longer than activeDeadlineSeconds, and its Pods were stopped. What was still at work is lost.',
      ja: 'activeDeadlineSeconds を超えたため、Pod ごと止められました。途中の作業は失われています。',
    },
    next: 'kubectl get job {name}{n} -o jsonpath={.spec.activeDeadlineSeconds}',
  },
  {
    id: 'job-policy',
    when: failed('PodFailurePolicy'),
    evidence: { en: 'Failed=True, PodFailurePolicy: {message}', ja: 'Failed=True、PodFailurePolicy: {message}' },
    cause: {
      en: 'A rule of its podFailurePolicy says that this failure is for good: trying again would not help.',
      ja: 'podFailurePolicy の規則により、再試行しても無駄な失敗と判断されました。',
    },
    next: 'kubectl get job {name}{n} -o jsonpath={.spec.podFailurePolicy}',
  },
  {
    id: 'job-pods',
    when: (job, look) => {
      if (isTrue(job, 'Complete') || isTrue(job, 'Failed')) return undefined;
      const found = podsOf(job, look).find((pod) => pod.status?.phase !== 'Succeeded' && !isTrue(pod, 'Ready'));
      return found && { pod: found.metadata?.name ?? '' };
    },
    evidence: {
      en: 'it is not complete, and its Pod {pod} is not Ready',
      ja: '完了しておらず、Pod {pod} は Ready でない',
    },
    cause: {
      en: 'It makes Pods; that they work is up to them. That Pod is what has to be looked at.',
      ja: 'Pod を作るところまでが役目です。調べるべきは、その Pod です。',
    },
    next: 'kubectl describe pod {pod}{n}',
    leads: (job, look) => podsOf(job, look).find((pod) => pod.status?.phase !== 'Succeeded' && !isTrue(pod, 'Ready')),
  },
]);

const CRON_JOBS: readonly Row[] = rowsFor<V1CronJob>('CronJob', [
  {
    id: 'cronjob-suspended',
    when: ({ spec }) => spec?.suspend === true,
    evidence: { en: 'spec.suspend is true', ja: 'spec.suspend が true' },
    cause: {
      en: 'Its times pass without a Job until somebody lets it.',
      ja: 'suspend を外すまで、時刻が来ても Job は作られません。',
    },
    next: `kubectl patch cronjob {name}{n} -p '{"spec":{"suspend":false}}'`,
  },
  {
    id: 'cronjob-busy',
    when: ({ spec, status }) =>
      spec?.concurrencyPolicy === 'Forbid' && (status?.active ?? []).length > 0
        ? { job: status?.active?.[0]?.name ?? '' }
        : undefined,
    evidence: {
      en: 'concurrencyPolicy Forbid, and Job {job} is still running',
      ja: 'concurrencyPolicy が Forbid で、Job {job} がまだ実行中',
    },
    cause: {
      en: 'While one Job runs, no other is started: times that come meanwhile are left out.',
      ja: '実行中の Job がある間は次を始めません。その間に来た時刻は飛ばされます。',
    },
    next: 'kubectl get job {job}{n}',
    leads: ({ status, metadata }, look) =>
      look({ kind: 'Job', name: status?.active?.[0]?.name ?? '', namespace: metadata?.namespace ?? 'default' })[0],
  },
  {
    id: 'cronjob-never',
    when: ({ spec, status }) =>
      status?.lastScheduleTime === undefined
        ? { schedule: spec?.schedule ?? '', zone: spec?.timeZone ?? 'UTC' }
        : undefined,
    evidence: {
      en: 'schedule {schedule}, and status.lastScheduleTime is not set',
      ja: 'schedule は {schedule}、status.lastScheduleTime はまだない',
    },
    cause: {
      en: 'Its time has not come yet ({zone} unless the controller manager runs elsewhere).',
      ja: 'まだ予定の時刻になっていません（基準は {zone}）。',
    },
    next: 'kubectl create job {name}-now{n} --from=cronjob/{name}',
  },
]);

export const BATCH: readonly Row[] = [...JOBS, ...CRON_JOBS];
