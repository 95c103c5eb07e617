// Describing namespaces, with the quotas and limits that hold in them.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { LimitRanges, Namespaces, ResourceQuotas } from '../../../sandbox/schema/generated/resources.ts';
import type { V1ResourceQuota } from '../../../sandbox/schema/generated/types.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import { isNotFound } from '../rest/status.ts';
import type { Describe } from './describer.ts';
import { limitRows } from './limitrange.ts';
import { type Page, pageText } from './page.ts';
import { annotations, fullTime, labels, metaOf } from './parts.ts';
import { scopesPart } from './resourcequota.ts';

export const describeNamespace: Describe = function* ({ client, chunkSize }, _, name) {
  const namespace = yield* getTyped(client, Namespaces, '', name);
  const quotas = yield* ifFound(() => listTyped(client, ResourceQuotas, name, { chunkSize }));
  const limits = yield* ifFound(() => listTyped(client, LimitRanges, name, { chunkSize }));
  return pageText((page) => {
    const { name: ownName = '', labels: ownLabels, annotations: ownAnnotations } = metaOf(namespace);
    page.line(0, `Name:\t${ownName}`);
    labels(page, 'Labels', ownLabels);
    annotations(page, 'Annotations', ownAnnotations);
    page.line(0, `Status:\t${namespace.status?.phase ?? ''}`);
    const { conditions = [] } = namespace.status ?? {};
    if (conditions.length > 0) {
      page.line(0, 'Conditions:');
      page.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
      page.line(1, '----\t------\t------------------\t------\t-------');
    }
    for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions) {
      page.line(1, `${type}\t${status}\t${fullTime(lastTransitionTime)}\t${reason}\t${message}`);
    }
    if (quotas !== undefined) quotasPart(page, quotas);
    if (limits === undefined) return;
    page.line(0, '');
    if (limits.length === 0) page.line(0, 'No LimitRange resource.');
    else {
      page.line(0, 'Resource Limits');
      limitRows(page, limits, ' ');
    }
  });
};

function* ifFound<T>(read: () => Blocking<T>): Blocking<T | undefined> {
  try {
    return yield* read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function quotasPart(page: Page, quotas: readonly V1ResourceQuota[]): void {
  page.line(0, '');
  if (quotas.length === 0) {
    page.line(0, 'No resource quota.');
    return;
  }
  page.line(0, 'Resource Quotas');
  const inOrder = [...quotas].sort((a, b) => compareText(metaOf(a).name ?? '', metaOf(b).name ?? ''));
  for (const quota of inOrder) {
    page.line(1, `Name:\t${metaOf(quota).name ?? ''}`);
    scopesPart(page, quota, 1, '* ');
    page.line(1, 'Resource\tUsed\tHard');
    page.line(1, '--------\t---\t---');
    const { hard = {}, used = {} } = quota.status ?? {};
    for (const name of Object.keys(hard).sort(compareText)) {
      page.line(1, `${name}\t${used[name] ?? '0'}\t${hard[name]}`);
    }
  }
}
