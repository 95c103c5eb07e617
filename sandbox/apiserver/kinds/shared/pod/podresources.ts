// The resources of a pod as a whole: what its containers come to, and how that fits what the pod itself asks for.

import { wasEmptied } from '../../../../kube/emptied.ts';
import { at, atKey, forbiddenField, invalid } from '../../../../kube/fielderrors.ts';
import { compareText } from '../../../../kube/go/text.ts';
import { own } from '../../../../kube/json.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../../../kube/quantity.ts';
import type { V1PodSpec } from '../../../../schema/generated/types.ts';
import type { Errors } from '../checks.ts';
import { isHugePages } from '../resourcenames.ts';
import { amountsOf, compareAmounts, podResources, type ResourceList } from '../resources.ts';

type Sum = Map<string, Quantity>;

/**
 * What the containers of a pod need at any one time: all that run together, or an init container with the sidecars that
 * were started before it, whichever is more.
 */
export function aggregate(spec: V1PodSpec, side: 'requests' | 'limits'): ResourceList {
  const running: Sum = new Map();
  for (const { resources } of spec.containers ?? []) add(running, resources?.[side]);
  const sidecars: Sum = new Map();
  const starting: Sum = new Map();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    if (restartPolicy === 'Always') {
      add(running, resources?.[side]);
      add(sidecars, resources?.[side]);
      raise(starting, sidecars);
    } else {
      const now: Sum = new Map(sidecars);
      add(now, resources?.[side]);
      raise(starting, now);
    }
  }
  raise(running, starting);
  const entries = [...running].sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([name, amount]) => [name, formatQuantity(amount)]));
}

function add(sum: Sum, list: ResourceList | undefined): void {
  for (const [name, amount] of amountsOf(list)) {
    const before = sum.get(name);
    const more = parseQuantity(amount);
    sum.set(name, before === undefined ? more : addQuantities(before, more));
  }
}

function raise(sum: Sum, other: Sum): void {
  for (const [name, amount] of other) {
    const before = sum.get(name);
    if (before === undefined || compareQuantities(amount, before) > 0) sum.set(name, amount);
  }
}

/** What a pod asks for as a whole has to be enough for its containers. */
export function* podLevelResources(field: string, spec: V1PodSpec, claims: ReadonlySet<string>): Errors {
  const { resources, os } = spec;
  if (resources === undefined) return;
  const here = at(field, 'resources');
  if (os?.name === 'windows') {
    yield forbiddenField(here, 'may not be set for a windows pod');
    return;
  }
  if (resources.claims !== undefined || wasEmptied(resources, 'claims')) {
    yield forbiddenField(at(here, 'claims'), 'claims may not be set for Resources at pod-level');
  }
  yield* podResources(here, resources, claims);
  for (const [name, amount] of amountsOf(aggregate(spec, 'requests'))) {
    const whole = own(resources.requests, name);
    if (whole === undefined || compareAmounts(amount, whole) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${amount}`;
    yield invalid(atKey(at(here, 'requests'), name), whole, detail);
  }
  for (const [name, amount] of amountsOf(aggregate(spec, 'limits'))) {
    const whole = isHugePages(name) ? own(resources.limits, name) : undefined;
    if (whole === undefined || compareAmounts(amount, whole) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${amount}`;
    yield invalid(atKey(at(here, 'limits'), name), whole, detail);
  }
  yield* containersWithinPod(here, spec);
}

function* containersWithinPod(field: string, { containers, resources }: V1PodSpec): Errors {
  for (const [i, container] of (containers ?? []).entries()) {
    for (const [name, amount] of amountsOf(container.resources?.limits)) {
      const whole = own(resources?.limits, name);
      if (whole === undefined || compareAmounts(amount, whole) <= 0) continue;
      const here = at(atKey(at(field, 'containers', i), name), 'limits');
      yield invalid(here, amount, `must be less than or equal to pod limits of ${whole}`);
    }
  }
}
