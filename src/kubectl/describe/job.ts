// Describing jobs.

import { humanDuration } from '../../../sandbox/kube/duration.ts';
import {
  formatLabelSelector,
  SelectorError,
  selectorOf,
  type V1LabelSelector,
} from '../../../sandbox/kube/selectors/labelselectors.ts';
import { Jobs } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Job } from '../../../sandbox/schema/generated/types.ts';
import { parseTime } from '../../../sandbox/time/units.ts';
import { described } from './describer.ts';
import type { Page } from './page.ts';
import { controllerOf, fullTime } from './parts.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names } from './workload.ts';

/** Lists of indexes end at the first comma after so many characters. */
const INDEXES_SHOWN = 50;

export const describeJob = described(Jobs, (page, job) => {
  names(page, job);
  page.line(0, `Selector:\t${selectorText(job.spec?.selector)}`);
  marks(page, job);
  const controller = controllerOf(job);
  if (controller !== '') page.line(0, `Controlled By:\t${controller}`);
  settings(page, job);
  times(page, job);
  counts(page, job);
  podTemplate(page, job.spec?.template ?? {});
});

export function selectorText(selector: V1LabelSelector | undefined): string {
  try {
    return formatLabelSelector(selectorOf(selector));
  } catch (error) {
    if (error instanceof SelectorError) return `Failed to get selector: ${error.message}`;
    throw error;
  }
}

function settings(page: Page, { spec }: V1Job): void {
  const { parallelism, completions, completionMode, suspend, backoffLimit, ttlSecondsAfterFinished } = spec ?? {};
  if (parallelism !== undefined) page.line(0, `Parallelism:\t${parallelism}`);
  page.line(0, `Completions:\t${completions ?? '<unset>'}`);
  if (completionMode !== undefined) page.line(0, `Completion Mode:\t${completionMode}`);
  if (suspend !== undefined) page.line(0, `Suspend:\t${suspend}`);
  if (backoffLimit !== undefined) page.line(0, `Backoff Limit:\t${backoffLimit}`);
  if (ttlSecondsAfterFinished !== undefined) page.line(0, `TTL Seconds After Finished:\t${ttlSecondsAfterFinished}`);
}

function times(page: Page, { spec, status }: V1Job): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime !== undefined) page.line(0, `Start Time:\t${fullTime(startTime)}`);
  if (completionTime !== undefined) page.line(0, `Completed At:\t${fullTime(completionTime)}`);
  const [start, end] = [parseTime(startTime), parseTime(completionTime)];
  if (start !== undefined && end !== undefined) page.line(0, `Duration:\t${humanDuration(end - start)}`);
  if (spec?.activeDeadlineSeconds !== undefined) {
    page.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  }
}

function counts(page: Page, { spec, status }: V1Job): void {
  const { active = 0, ready, succeeded = 0, failed = 0, completedIndexes = '' } = status ?? {};
  const ofThemReady = ready === undefined ? '' : ` (${ready} Ready)`;
  page.line(0, `Pods Statuses:\t${active} Active${ofThemReady} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec?.completionMode === 'Indexed') page.line(0, `Completed Indexes:\t${indexesText(completedIndexes)}`);
}

function indexesText(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', INDEXES_SHOWN);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}
