// What the pods on a node ask for, each and all together, and how much of the node that is.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import {
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  quantityValue,
  ZERO,
} from '../../../sandbox/kube/quantity.ts';
import type { V1Node, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { TimeMs } from '../../../sandbox/time/units.ts';
import { type Amounts, podAmounts, sumOf } from '../podresources.ts';
import type { Page } from './page.ts';
import { metaOf, since } from './parts.ts';

const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

export function allocationPart(page: Page, node: V1Node, pods: readonly V1Pod[], now: TimeMs): void {
  const { capacity = {}, allocatable = {} } = node.status ?? {};
  const texts = Object.keys(allocatable).length > 0 ? allocatable : capacity;
  const available: Amounts = new Map(Object.entries(texts).map(([name, text]) => [name, parseQuantity(text)]));
  page.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  page.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  page.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const pod of pods) {
    const { namespace = '', name = '', creationTimestamp } = metaOf(pod);
    const requests = podAmounts(pod, 'requests', true);
    const limits = podAmounts(pod, 'limits', true);
    const cells = ['cpu', 'memory'].flatMap((resource) =>
      [requests, limits].map((amounts) => shareText(amounts, available, resource)),
    );
    page.line(1, `${namespace}\t${name}\t\t${cells.join('\t')}\t${since(creationTimestamp, now)}`);
  }
  totals(page, pods, available);
}

function totals(page: Page, pods: readonly V1Pod[], available: Amounts): void {
  const requests = sumOf(pods.map((pod) => podAmounts(pod, 'requests', false)));
  const limits = sumOf(pods.map((pod) => podAmounts(pod, 'limits', false)));
  page.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  page.line(1, 'Resource\tRequests\tLimits');
  page.line(1, '--------\t--------\t------');
  const names = [...available.keys()].sort(compareText);
  const hugePages = names.filter((name) => name.startsWith('hugepages-'));
  for (const name of [...STANDARD, ...hugePages]) {
    page.line(1, `${name}\t${shareText(requests, available, name)}\t${shareText(limits, available, name)}`);
  }
  const others = names.filter((name) => ![...STANDARD, ...hugePages, 'pods'].includes(name));
  for (const name of others) page.line(1, `${name}\t${amountText(requests, name)}\t${amountText(limits, name)}`);
}

/** `100m (5%)`, of what the node has. */
function shareText(amounts: Amounts, available: Amounts, name: string): string {
  const size = name === 'cpu' ? milliValue : quantityValue;
  const whole = size(amountOf(available, name));
  const share = whole === 0 ? 0 : Math.trunc((size(amountOf(amounts, name)) / whole) * 100);
  return `${amountText(amounts, name)} (${share}%)`;
}

function amountText(amounts: Amounts, name: string): string {
  return formatQuantity(amountOf(amounts, name));
}

function amountOf(amounts: Amounts, name: string): Quantity {
  return amounts.get(name) ?? ZERO;
}
