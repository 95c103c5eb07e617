// Describing cron jobs.

import { CronJobs } from '../../../sandbox/schema/generated/resources.ts';
import type { V1JobTemplateSpec } from '../../../sandbox/schema/generated/types.ts';
import { described } from './describer.ts';
import { selectorText } from './job.ts';
import type { Page } from './page.ts';
import { fullTime, titledBool } from './parts.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names } from './workload.ts';

const UNSET = '<unset>';

export const describeCronJob = described(CronJobs, (page, cronJob) => {
  const { spec, status } = cronJob;
  const deadline = spec?.startingDeadlineSeconds;
  names(page, cronJob);
  marks(page, cronJob);
  page.line(0, `Schedule:\t${spec?.schedule ?? ''}`);
  page.line(0, `Concurrency Policy:\t${spec?.concurrencyPolicy ?? ''}`);
  page.line(0, `Suspend:\t${spec?.suspend === undefined ? UNSET : titledBool(spec.suspend)}`);
  page.line(0, `Time Zone:\t${spec?.timeZone ?? UNSET}`);
  page.line(0, `Successful Job History Limit:\t${spec?.successfulJobsHistoryLimit ?? UNSET}`);
  page.line(0, `Failed Job History Limit:\t${spec?.failedJobsHistoryLimit ?? UNSET}`);
  page.line(0, `Starting Deadline Seconds:\t${deadline === undefined ? UNSET : `${deadline}s`}`);
  jobTemplate(page, spec?.jobTemplate ?? {});
  const last = status?.lastScheduleTime;
  page.line(0, `Last Schedule Time:\t${last === undefined ? UNSET : fullTime(last)}`);
  const active = (status?.active ?? []).map((job) => job.name ?? '');
  page.line(0, `Active Jobs:\t${active.length === 0 ? '<none>' : active.join(', ')}`);
});

function jobTemplate(page: Page, { spec }: V1JobTemplateSpec): void {
  page.line(0, `Selector:\t${spec?.selector === undefined ? UNSET : selectorText(spec.selector)}`);
  page.line(0, `Parallelism:\t${spec?.parallelism ?? UNSET}`);
  page.line(0, `Completions:\t${spec?.completions ?? UNSET}`);
  const deadline = spec?.activeDeadlineSeconds;
  if (deadline !== undefined) page.line(0, `Active Deadline Seconds:\t${deadline}s`);
  podTemplate(page, spec?.template ?? {});
}
