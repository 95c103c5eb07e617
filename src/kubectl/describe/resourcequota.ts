// Describing resource quotas.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { own } from '../../../sandbox/kube/json.ts';
import { formatQuantity, parseQuantity, quantity, quantityValue } from '../../../sandbox/kube/quantity.ts';
import { ResourceQuotas } from '../../../sandbox/schema/generated/resources.ts';
import type { V1ResourceQuota } from '../../../sandbox/schema/generated/types.ts';
import { describedAlone } from './describer.ts';
import type { Page } from './page.ts';
import { metaOf } from './parts.ts';

/** What kubectl says about the scopes that most people meet. */
const SCOPE_TEXTS: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

export const describeResourceQuota = describedAlone(ResourceQuotas, (page, quota) => {
  page.line(0, `Name:\t${metaOf(quota).name ?? ''}`);
  page.line(0, `Namespace:\t${metaOf(quota).namespace ?? ''}`);
  scopesPart(page, quota, 0, ' * ');
  page.line(0, 'Resource\tUsed\tHard');
  page.line(0, '--------\t----\t----');
  const { hard = {}, used = {} } = quota.status ?? {};
  for (const name of Object.keys(hard).sort(compareText)) {
    const limit = own(hard, name) ?? '0';
    page.line(0, `${name}\t${inFormatOf(own(used, name) ?? '0', limit)}\t${limit}`);
  }
});

export function scopesPart(page: Page, { spec }: V1ResourceQuota, level: number, bullet: string): void {
  const scopes = [...(spec?.scopes ?? [])].sort(compareText);
  if (scopes.length === 0) return;
  page.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) {
    const text = own(SCOPE_TEXTS, scope);
    if (text !== undefined) page.line(level, `${bullet}${text}`);
  }
}

/** What is used, in the family of suffixes in which the limit is given. */
function inFormatOf(used: string, limit: string): string {
  const { format } = parseQuantity(limit);
  const amount = parseQuantity(used);
  return amount.format === format ? used : formatQuantity(quantity(quantityValue(amount), format));
}
