// LimitRanger: containers that ask for nothing get what their namespace says; and nothing is smaller or larger than it
// says.

import { aggregateMessages } from '../../kube/fielderrors.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { compareQuantities, formatQuantity, milliValue, type parseQuantity } from '../../kube/quantity.ts';
import { LimitRanges } from '../../schema/generated/resources.ts';
import type {
  V1Container,
  V1LimitRange,
  V1LimitRangeItem,
  V1PersistentVolumeClaim,
  V1Pod,
} from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { type Amounts, amountsIn, podTotals } from './podtotals.ts';
import { forbiddenBy, isMain } from './refusal.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  handles: (attributes) => {
    const { verb, old, served, subresource } = attributes;
    if (old?.metadata?.deletionTimestamp !== undefined) return false;
    if (verb === 'UPDATE' && served.type.group === '' && served.type.resource === 'pods')
      return subresource === 'resize';
    if (verb !== 'CREATE' && verb !== 'UPDATE') return false;
    return (verb === 'CREATE' && isMain(attributes, '', 'pods')) || isMain(attributes, '', 'persistentvolumeclaims');
  },
  *mutate(attributes) {
    const { object, served } = attributes;
    if (served.type.resource !== 'pods' || object === undefined) return object;
    return rangesOf(attributes).reduce<KubeObject>((pod, range) => withDefaults(pod, range), object);
  },
  *validate(attributes) {
    const { object, served } = attributes;
    for (const { spec } of rangesOf(attributes)) {
      const limits = spec?.limits ?? [];
      const problems =
        served.type.resource === 'pods'
          ? limits.flatMap((limit) => [...podProblems(object as V1Pod, limit)])
          : limits.flatMap((limit) => [...claimProblems(object as V1PersistentVolumeClaim, limit)]);
      if (problems.length > 0) throw forbiddenBy(attributes, aggregateMessages(problems));
    }
  },
};

function rangesOf({ context, namespace }: Attributes): readonly V1LimitRange[] {
  return context.list<V1LimitRange>(LimitRanges, namespace);
}

/** Says in an annotation what it did. */
function withDefaults(pod: V1Pod, { spec }: V1LimitRange): V1Pod {
  if (pod.spec === undefined) return pod;
  const own = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  const requests = Object.assign({}, ...own.map(({ defaultRequest }) => defaultRequest));
  const limits = Object.assign({}, ...own.map((item) => item.default));
  const said: string[] = [];
  const fill = (container: V1Container, what: string): V1Container => {
    const { resources = {} } = container;
    const missing = (list: object, of: object | undefined): readonly string[] =>
      sortedKeys(list).filter((name) => !Object.hasOwn(of ?? {}, name));
    const newRequests = missing(requests, resources.requests);
    const newLimits = missing(limits, resources.limits);
    if (newRequests.length > 0) said.push(`${newRequests.join(', ')} request for ${what} ${container.name}`);
    if (newLimits.length > 0) said.push(`${newLimits.join(', ')} limit for ${what} ${container.name}`);
    const filled = {
      ...resources,
      ...(newLimits.length === 0 ? {} : { limits: { ...limits, ...resources.limits } }),
      ...(newRequests.length === 0 ? {} : { requests: { ...requests, ...resources.requests } }),
    };
    return { ...container, resources: filled };
  };
  const containers = pod.spec.containers.map((container) => fill(container, 'container'));
  const { initContainers } = pod.spec;
  const inits = initContainers?.map((container) => fill(container, 'init container'));
  if (said.length === 0) return pod;
  const annotations = { ...pod.metadata?.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}` };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, containers, ...(inits === undefined ? {} : { initContainers: inits }) },
  };
}

function* podProblems(pod: V1Pod, limit: V1LimitRangeItem): Iterable<string> {
  if (limit.type === 'Pod') yield* problems(limit, podTotals(pod, 'requests'), podTotals(pod, 'limits'));
  if (limit.type !== 'Container') return;
  for (const { resources } of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) {
    yield* problems(limit, amountsIn(resources?.requests), amountsIn(resources?.limits));
  }
}

function* problems(limit: V1LimitRangeItem, requests: Amounts, limits: Amounts): Iterable<string> {
  const { type } = limit;
  for (const [name, min] of sorted(limit.min))
    yield* tooLittle(`minimum ${name} usage per ${type} is ${formatQuantity(min)}`, {
      min,
      request: requests.get(name),
      limit: limits.get(name),
    });
  for (const [name, max] of sorted(limit.max)) {
    const rule = `maximum ${name} usage per ${type} is ${formatQuantity(max)}`;
    const most = limits.get(name);
    const request = requests.get(name);
    if (most === undefined) yield `${rule}.  No limit is specified`;
    else if (compareQuantities(most, max) > 0) yield `${rule}, but limit is ${formatQuantity(most)}`;
    else if (request !== undefined && compareQuantities(request, max) > 0)
      yield `${rule}, but request is ${formatQuantity(request)}`;
  }
  for (const [name, ratio] of sorted(limit.maxLimitRequestRatio)) {
    const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(ratio)}`;
    const request = milliOf(requests, name);
    const most = milliOf(limits, name);
    if (request === 0) yield `${rule}, but no request is specified or request is 0`;
    else if (most === 0) yield `${rule}, but no limit is specified or limit is 0`;
    else if ((most / request) * 1000 > milliValue(ratio))
      yield `${rule}, but provided ratio is ${(most / request).toFixed(6)}`;
  }
}

type Amount = ReturnType<typeof parseQuantity>;

function* tooLittle(
  rule: string,
  {
    min,
    request,
    limit,
  }: { readonly min: Amount; readonly request: Amount | undefined; readonly limit: Amount | undefined },
): Iterable<string> {
  if (request === undefined) yield `${rule}.  No request is specified`;
  else if (compareQuantities(request, min) < 0) yield `${rule}, but request is ${formatQuantity(request)}`;
  else if (limit !== undefined && compareQuantities(limit, min) < 0)
    yield `${rule}, but limit is ${formatQuantity(limit)}`;
}

/** Of claims only what they request counts. */
function* claimProblems(claim: V1PersistentVolumeClaim, limit: V1LimitRangeItem): Iterable<string> {
  if (limit.type !== 'PersistentVolumeClaim') return;
  const requests = amountsIn(claim.spec?.resources?.requests);
  for (const [name, min] of sorted(limit.min)) {
    const rule = `minimum ${name} usage per ${limit.type} is ${formatQuantity(min)}`;
    yield* tooLittle(rule, { min, request: requests.get(name), limit: undefined });
  }
  for (const [name, max] of sorted(limit.max)) {
    const rule = `maximum ${name} usage per ${limit.type} is ${formatQuantity(max)}`;
    const request = requests.get(name);
    if (request === undefined) yield `${rule}.  No request is specified`;
    else if (compareQuantities(request, max) > 0) yield `${rule}, but request is ${formatQuantity(request)}`;
  }
}

function sorted(list: { readonly [name: string]: string } | undefined): Iterable<readonly [string, Amount]> {
  return [...amountsIn(list)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function milliOf(amounts: Amounts, name: string): number {
  const amount = amounts.get(name);
  return amount === undefined ? 0 : milliValue(amount);
}
