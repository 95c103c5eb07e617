// Describing limit ranges.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { own } from '../../../sandbox/kube/json.ts';
import { LimitRanges } from '../../../sandbox/schema/generated/resources.ts';
import type { V1LimitRange } from '../../../sandbox/schema/generated/types.ts';
import { describedAlone } from './describer.ts';
import type { Page } from './page.ts';
import { metaOf } from './parts.ts';

const AMOUNTS = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'] as const;

export const describeLimitRange = describedAlone(LimitRanges, (page, range) => {
  page.line(0, `Name:\t${metaOf(range).name ?? ''}`);
  page.line(0, `Namespace:\t${metaOf(range).namespace ?? ''}`);
  limitRows(page, [range], '');
});

/** A table of all limits, resources by name. */
export function limitRows(page: Page, ranges: readonly V1LimitRange[], space: string): void {
  page.line(0, `${space}Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio`);
  page.line(0, `${space}----\t--------\t---\t---\t---------------\t-------------\t-----------------------`);
  for (const item of ranges.flatMap((range) => range.spec?.limits ?? [])) {
    const names = new Set(AMOUNTS.flatMap((amount) => Object.keys(item[amount] ?? {})));
    for (const name of [...names].sort(compareText)) {
      const values = AMOUNTS.map((amount) => own(item[amount], name) ?? '-');
      page.line(0, `${space}${item.type}\t${name}\t${values.join('\t')}`);
    }
  }
}
