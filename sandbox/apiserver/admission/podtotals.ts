// What all containers of a pod ask for, or may use, together.

import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../kube/quantity.ts';
import type { V1Container, V1Pod } from '../../schema/generated/types.ts';

export type Amounts = ReadonlyMap<string, Quantity>;

/** Resources that can be given to a pod as a whole. */
const OF_PODS: ReadonlySet<string> = new Set(['cpu', 'memory']);

export function amountsIn(list: { readonly [name: string]: string } | undefined): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

/** Containers run side by side, init containers one after the other beside the sidecars that began before them. */
export function podTotals({ spec }: V1Pod, what: 'requests' | 'limits'): Amounts {
  const amounts = (container: V1Container): Amounts => amountsIn(container.resources?.[what]);
  const total = new Map<string, Quantity>();
  for (const container of spec?.containers ?? []) add(total, amounts(container));
  const sidecars = new Map<string, Quantity>();
  const peak = new Map<string, Quantity>();
  for (const container of spec?.initContainers ?? []) {
    const own = amounts(container);
    const together = new Map(sidecars);
    add(together, own);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
    }
    raise(peak, together);
  }
  raise(total, peak);
  for (const [name, amount] of amountsIn(spec?.resources?.[what])) if (OF_PODS.has(name)) total.set(name, amount);
  return total;
}

function add(to: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const before = to.get(name);
    to.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
}

function raise(to: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const before = to.get(name);
    if (before === undefined || compareQuantities(amount, before) > 0) to.set(name, amount);
  }
}
