// Amounts of resources as the scheduler counts them: whole thousandths of a CPU, whole bytes, whole devices.

import { milliValue, parseQuantity, quantityValue } from '../kube/quantity.ts';
import type { V1Container, V1ContainerStatus, V1Pod } from '../schema/generated/types.ts';

export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Huge pages, and devices of extended resources. */
  readonly scalars: Map<string, number>;
}

type List = Readonly<Record<string, string>> | undefined;

/** What a container counts for in scores when it asks for nothing. */
const UNASKED = { cpu: 100, memory: 200 * 1024 * 1024 };

export function noResources(): Resources {
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() };
}

export function copyResources(of: Resources): Resources {
  return { ...of, scalars: new Map(of.scalars) };
}

/** Adds `more`, `times` times: 1 or -1. */
export function addResources(to: Resources, more: Resources, times: 1 | -1 = 1): void {
  to.milliCpu += times * more.milliCpu;
  to.memory += times * more.memory;
  to.ephemeralStorage += times * more.ephemeralStorage;
  for (const [name, amount] of more.scalars) to.scalars.set(name, (to.scalars.get(name) ?? 0) + times * amount);
}

/** One amount by the resource's name: `cpu` in thousandths, all others in whole units. */
export function amountOf(of: Resources, name: string): number {
  if (name === 'cpu') return of.milliCpu;
  if (name === 'memory') return of.memory;
  if (name === 'ephemeral-storage') return of.ephemeralStorage;
  return of.scalars.get(name) ?? 0;
}

/** Whether a resource is counted in whole things: neither cpu, memory, storage nor pods. */
export function isScalar(name: string): boolean {
  return name.includes('/') || name.startsWith('hugepages-');
}

/** A node's allocatable resources, or any list, in numbers. */
export function resourcesOf(list: List): Resources {
  const result = noResources();
  for (const [name, text] of Object.entries(list ?? {})) setAmount(result, name, amountIn(name, text));
  return result;
}

function amountIn(name: string, text: string): number {
  const quantity = parseQuantity(text);
  return name === 'cpu' ? milliValue(quantity) : quantityValue(quantity);
}

function setAmount(to: Resources, name: string, amount: number): void {
  if (name === 'cpu') to.milliCpu = amount;
  else if (name === 'memory') to.memory = amount;
  else if (name === 'ephemeral-storage') to.ephemeralStorage = amount;
  else if (isScalar(name)) to.scalars.set(name, amount);
}

interface Asked {
  readonly [name: string]: number;
}

/** How a pod's needs are counted. */
interface Counting {
  /** A running pod needs what it has been given, even if less is asked for by now. */
  readonly actual: boolean;
  /** Containers that ask for no cpu or memory count for a little, so that nodes with many of them look fuller. */
  readonly nonZero: boolean;
}

/**
 * What a pod needs: all its containers at once, or its greediest init container with the sidecars started before it,
 * whichever is more; then what the pod as a whole asks for instead; then its overhead.
 */
export function podRequests(pod: V1Pod, { actual, nonZero }: Counting): Resources {
  const { containers = [], initContainers = [], overhead, resources } = pod.spec ?? {};
  const statuses = actual ? statusesOf(pod) : new Map<string, V1ContainerStatus>();
  const ask = (container: V1Container, fromStatus: boolean): Asked =>
    askedBy(container, fromStatus ? statuses.get(container.name) : undefined, nonZero);
  const total = new Map<string, number>();
  for (const container of containers) add(total, ask(container, true));
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of initContainers) {
    const sidecar = container.restartPolicy === 'Always';
    const needs = ask(container, sidecar);
    if (sidecar) {
      add(total, needs);
      add(sidecars, needs);
      raise(peak, sidecars);
    } else {
      const meanwhile = new Map(sidecars);
      add(meanwhile, needs);
      raise(peak, meanwhile);
    }
  }
  raise(total, peak);
  for (const [name, text] of Object.entries(resources?.requests ?? {}))
    if (isForPods(name)) total.set(name, amountIn(name, text));
  add(total, numbers(overhead));
  const result = noResources();
  for (const [name, amount] of total) setAmount(result, name, amount);
  return result;
}

function isForPods(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

function statusesOf({ status }: V1Pod): Map<string, V1ContainerStatus> {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return new Map(all.map((one) => [one.name, one]));
}

function askedBy({ resources }: V1Container, status: V1ContainerStatus | undefined, nonZero: boolean): Asked {
  let asked = numbers(resources?.requests);
  if (status?.resources !== undefined)
    for (const list of [status.resources.requests, status.allocatedResources]) asked = greater(asked, numbers(list));
  return nonZero ? { ...UNASKED, ...asked } : asked;
}

function numbers(list: List): Asked {
  const result: Record<string, number> = Object.create(null);
  for (const [name, text] of Object.entries(list ?? {})) result[name] = amountIn(name, text);
  return result;
}

function greater(a: Asked, b: Asked): Asked {
  const result: Record<string, number> = Object.assign(Object.create(null), a);
  for (const [name, amount] of Object.entries(b)) result[name] = Math.max(result[name] ?? 0, amount);
  return result;
}

function add(to: Map<string, number>, more: Asked): void {
  for (const [name, amount] of Object.entries(more)) to.set(name, (to.get(name) ?? 0) + amount);
}

function raise(to: Map<string, number>, least: ReadonlyMap<string, number>): void {
  for (const [name, amount] of least) if (amount > (to.get(name) ?? 0)) to.set(name, amount);
}
