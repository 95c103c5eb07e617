// What a pod asks for and may use as a whole: its containers at work, or the most that its beginning needs.

import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../sandbox/kube/quantity.ts';
import type { V1Container, V1ContainerStatus, V1Pod } from '../../sandbox/schema/generated/types.ts';

export type Amounts = ReadonlyMap<string, Quantity>;

type Texts = { readonly [key: string]: string } | undefined;
type Which = 'requests' | 'limits';

/** With `fromStatus`, containers count with what they have now when that is more. */
export function podAmounts(pod: V1Pod, which: Which, fromStatus: boolean): Amounts {
  const { spec, status } = pod;
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const amountsOf = (container: V1Container): Amounts =>
    containerAmounts(container, which, fromStatus ? statuses.find(({ name }) => name === container.name) : undefined);

  let total = sumOf((spec?.containers ?? []).map(amountsOf));
  let sidecars: Amounts = new Map();
  let most: Amounts = new Map();
  for (const container of spec?.initContainers ?? []) {
    const own = amountsOf(container);
    if (container.restartPolicy === 'Always') {
      total = sumOf([total, own]);
      sidecars = sumOf([sidecars, own]);
      most = largest(most, sidecars);
    } else most = largest(most, sumOf([own, sidecars]));
  }
  return withOverhead(withPodLevel(largest(total, most), pod, which), pod, which);
}

export function sumOf(lists: readonly Amounts[]): Amounts {
  return combined(lists, addQuantities);
}

function largest(a: Amounts, b: Amounts): Amounts {
  return combined([a, b], (x, y) => (compareQuantities(x, y) >= 0 ? x : y));
}

function combined(lists: readonly Amounts[], merge: (a: Quantity, b: Quantity) => Quantity): Amounts {
  const result = new Map<string, Quantity>();
  for (const [name, amount] of lists.flatMap((list) => [...list])) {
    const known = result.get(name);
    result.set(name, known === undefined ? amount : merge(known, amount));
  }
  return result;
}

function containerAmounts(container: V1Container, which: Which, status: V1ContainerStatus | undefined): Amounts {
  const wanted = parsed(container.resources?.[which]);
  if (status === undefined) return wanted;
  const now = largest(wanted, parsed(status.resources?.[which]));
  return which === 'requests' ? largest(now, parsed(status.allocatedResources)) : now;
}

/** What the pod itself sets counts in place of its containers' sum. */
function withPodLevel(amounts: Amounts, { spec }: V1Pod, which: Which): Amounts {
  const own = [...parsed(spec?.resources?.[which])];
  return new Map([...amounts, ...own.filter(([name]) => /^(cpu|memory|hugepages-.*)$/.test(name))]);
}

function withOverhead(amounts: Amounts, { spec }: V1Pod, which: Which): Amounts {
  const overhead = [...parsed(spec?.overhead)];
  const counting = which === 'limits' ? overhead.filter(([name]) => amounts.has(name)) : overhead;
  return sumOf([amounts, new Map(counting)]);
}

function parsed(list: Texts): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}
