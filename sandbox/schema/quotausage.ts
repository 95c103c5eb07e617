// What objects use of a quota. Pure.

import { own } from '../kube/json.ts';
import { addQuantities, compareQuantities, parseQuantity, type Quantity, quantity } from '../kube/quantity.ts';
import type {
  V1Container,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceQuota,
  V1ScopedResourceSelectorRequirement,
  V1Service,
} from './generated/types.ts';

/** By the name of the resource. */
export type Usage = ReadonlyMap<string, Quantity>;

const NONE = quantity(0);
const ONE = quantity(1);
/** Asked for without a prefix, these mean requests. */
const SHORT: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

export function sumOf(usages: Iterable<Usage>): Usage {
  const sum = new Map<string, Quantity>();
  for (const usage of usages)
    for (const [name, amount] of usage) {
      const known = sum.get(name);
      sum.set(name, known === undefined ? amount : addQuantities(known, amount));
    }
  return sum;
}

/** A pod that is over uses nothing but its place among the objects. */
export function podUsage(pod: V1Pod): Usage {
  const usage = new Map<string, Quantity>([['count/pods', ONE]]);
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return usage;
  usage.set('pods', ONE);
  for (const [name, amount] of podAmounts(pod, 'requests')) {
    usage.set(`requests.${name}`, amount);
    if (SHORT.has(name)) usage.set(name, amount);
  }
  for (const [name, amount] of podAmounts(pod, 'limits')) usage.set(`limits.${name}`, amount);
  return usage;
}

/** Containers run side by side, init containers one after the other beside the sidecars that began before them. */
function podAmounts({ spec }: V1Pod, what: 'requests' | 'limits'): Usage {
  const amounts = (container: V1Container): Usage =>
    new Map(
      Object.entries(container.resources?.[what] ?? {}).map(([name, text]) => [name, parseQuantity(String(text))]),
    );
  let sidecars: Usage = new Map();
  const peaks: Usage[] = [];
  for (const container of spec?.initContainers ?? []) {
    const together = sumOf([sidecars, amounts(container)]);
    if (container.restartPolicy === 'Always') sidecars = together;
    peaks.push(together);
  }
  const running = sumOf([sidecars, ...(spec?.containers ?? []).map(amounts)]);
  const overhead = new Map(
    Object.entries(spec?.overhead ?? {}).map(([name, text]) => [name, parseQuantity(String(text))]),
  );
  return sumOf([most([running, ...peaks]), overhead]);
}

function most(usages: readonly Usage[]): Usage {
  const result = new Map<string, Quantity>();
  for (const usage of usages)
    for (const [name, amount] of usage)
      if (compareQuantities(amount, result.get(name) ?? NONE) >= 0) result.set(name, amount);
  return result;
}

export function serviceUsage({ spec }: V1Service): Usage {
  const usage = new Map<string, Quantity>([
    ['count/services', ONE],
    ['services', ONE],
  ]);
  const ports = quantity((spec?.ports ?? []).length);
  if (spec?.type === 'NodePort') usage.set('services.nodeports', ports);
  if (spec?.type === 'LoadBalancer') {
    usage.set('services.loadbalancers', ONE);
    usage.set('services.nodeports', spec.allocateLoadBalancerNodePorts === false ? NONE : ports);
  }
  return usage;
}

export function claimUsage({ spec }: V1PersistentVolumeClaim): Usage {
  const storage = parseQuantity(String(own(spec?.resources?.requests, 'storage') ?? '0'));
  const usage = new Map<string, Quantity>([
    ['count/persistentvolumeclaims', ONE],
    ['persistentvolumeclaims', ONE],
    ['requests.storage', storage],
  ]);
  const storageClass = spec?.storageClassName ?? '';
  if (storageClass !== '') {
    const prefix = `${storageClass}.storageclass.storage.k8s.io`;
    usage.set(`${prefix}/persistentvolumeclaims`, ONE);
    usage.set(`${prefix}/requests.storage`, storage);
  }
  return usage;
}

/** Whether a quota counts a pod: all its scopes must fit. */
export function countsPod({ spec }: V1ResourceQuota, pod: V1Pod): boolean {
  const scopes = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])].every((one) => fits(one, pod));
}

/** Quotas with scopes count pods alone. */
export function hasScopes({ spec }: V1ResourceQuota): boolean {
  return (spec?.scopes ?? []).length > 0 || (spec?.scopeSelector?.matchExpressions ?? []).length > 0;
}

function fits({ scopeName, operator, values = [] }: V1ScopedResourceSelectorRequirement, pod: V1Pod): boolean {
  const { spec } = pod;
  switch (scopeName) {
    case 'Terminating':
      return spec?.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec?.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'PriorityClass':
      return matches(spec?.priorityClassName ?? '', operator, values);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod);
    default:
      return false;
  }
}

function matches(value: string, operator: string, values: readonly string[]): boolean {
  if (operator === 'In') return values.includes(value);
  if (operator === 'NotIn') return !values.includes(value);
  return (value !== '') === (operator === 'Exists');
}

function isBestEffort({ spec }: V1Pod): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].every(({ resources }) =>
    [resources?.requests, resources?.limits].every((one) =>
      Object.keys(one ?? {}).every((name) => name !== 'cpu' && name !== 'memory'),
    ),
  );
}

function crossesNamespaces({ spec }: V1Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  const terms = [podAffinity, podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(
    ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
  );
}
