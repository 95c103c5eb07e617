// What the descriptions of workloads share.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import { isControlledBy } from '../deployments.ts';
import { listTyped } from '../resource/typed.ts';
import type { Scope } from './describer.ts';
import type { Page } from './page.ts';
import { annotations, labels, metaOf } from './parts.ts';

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`, of the pods that this object controls. */
export function* podCounts(scope: Scope, owner: KubeObject, labelSelector: string): Blocking<string> {
  const { namespace = '', uid = '' } = metaOf(owner);
  const pods = yield* listTyped(scope.client, Pods, namespace, { labelSelector, chunkSize: scope.chunkSize });
  const own = pods.filter((pod) => isControlledBy(pod, uid));
  const count = (phase: string): number => own.filter((pod) => pod.status?.phase === phase).length;
  return (
    `${count('Running')} Running / ${count('Pending')} Waiting / ` +
    `${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
  );
}

/** Name and namespace. */
export function names(page: Page, object: KubeObject): void {
  page.line(0, `Name:\t${metaOf(object).name ?? ''}`);
  page.line(0, `Namespace:\t${metaOf(object).namespace ?? ''}`);
}

/** Labels and annotations. */
export function marks(page: Page, object: KubeObject): void {
  labels(page, 'Labels', metaOf(object).labels);
  annotations(page, 'Annotations', metaOf(object).annotations);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** Conditions with status and reason. */
export function reasonedConditions(page: Page, conditions: readonly Condition[] | undefined): void {
  if (conditions === undefined || conditions.length === 0) return;
  page.line(0, 'Conditions:\n  Type\tStatus\tReason');
  page.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of conditions) page.line(1, `${type} \t${status}\t${reason}`);
}
