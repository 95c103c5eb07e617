// ResourceQuota: a namespace doesn't get more than its quotas say. What is granted is entered into the quota's status at
// once; the quota controller counts again later.

import type { KubeObject } from '../../kube/meta.ts';
import type { Caller, Operation } from '../../kube/operation.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  type Quantity,
  quantity,
  signOfQuantity,
  subtractQuantities,
} from '../../kube/quantity.ts';
import { ResourceQuotas } from '../../schema/generated/resources.ts';
import type {
  V1Container,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceQuota,
  V1Service,
} from '../../schema/generated/types.ts';
import { claimUsage, countsPod, hasScopes, podUsage, serviceUsage, type Usage } from '../../schema/quotausage.ts';
import type { Work } from '../../time/loop.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { type Amounts, amountsIn } from './podtotals.ts';
import { forbiddenBy } from './refusal.ts';

/** Writes as the server itself. */
export type Write = (operation: Operation, caller: Caller) => Work<unknown>;

const SERVER = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
const UPDATED: ReadonlySet<string> = new Set(['services', 'persistentvolumeclaims']);
/** What each container has to say where a quota counts it. */
const REQUIRED: ReadonlySet<string> = new Set(
  ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);
/** Counted under their bare names too, as of old. */
const BARE: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

export function resourceQuota(write: Write): AdmissionPlugin {
  return {
    name: 'ResourceQuota',
    handles: ({ verb, subresource, served, namespace }) => {
      if (namespace === undefined || served.kind.review !== undefined) return false;
      if (verb === 'CREATE') return subresource === '';
      const { group, resource } = served.type;
      if (verb !== 'UPDATE' || group !== '') return false;
      return resource === 'pods' ? subresource === 'resize' : subresource === '' && UPDATED.has(resource);
    },
    *validate(attributes) {
      const quotas = attributes.context.list<V1ResourceQuota>(ResourceQuotas, attributes.namespace);
      if (quotas.length === 0 || attributes.object === undefined) return;
      const usage = usageOf(attributes, attributes.object);
      const granted = quotas.flatMap((quota) => grantedBy(attributes, quota, usage));
      if (attributes.dryRun) return;
      for (const quota of granted) yield* write(statusUpdate(quota), callerFor(attributes));
    },
  };
}

function usageOf({ served }: Attributes, object: KubeObject): Usage {
  const { group, resource } = served.type;
  const count = group === '' ? `count/${resource}` : `count/${resource}.${group}`;
  const one = quantity(1);
  if (group !== '') return new Map([[count, one]]);
  if (resource === 'pods') return podUsage(object as V1Pod);
  if (resource === 'services') return serviceUsage(object as V1Service);
  if (resource === 'persistentvolumeclaims') return claimUsage(object as V1PersistentVolumeClaim);
  return new Map(
    BARE.has(resource)
      ? [
          [count, one],
          [resource, one],
        ]
      : [[count, one]],
  );
}

/** The quota with the usage added; none when it isn't concerned. Throws Forbidden. */
function grantedBy(attributes: Attributes, quota: V1ResourceQuota, usage: Usage): readonly V1ResourceQuota[] {
  const { object, served } = attributes;
  const isPod = served.type.group === '' && served.type.resource === 'pods';
  const pod = object as V1Pod;
  if (isPod ? !countsPod(quota, pod) : hasScopes(quota)) return [];
  const { name = '' } = quota.metadata ?? {};
  const hard = amountsIn(quota.status?.hard);
  const restricted = [...hard.keys()].filter((key) => (isPod ? isOfPods(key) : usage.has(key))).sort();
  if (restricted.length === 0) return [];
  if (isPod) {
    const missing = unsaid(pod, restricted);
    if (missing !== '') throw forbiddenBy(attributes, `failed quota: ${name}: must specify ${missing}`);
  }
  const used = amountsIn(quota.status?.used);
  if (!restricted.every((key) => used.has(key))) {
    throw forbiddenBy(attributes, `status unknown for quota: ${name}, resources: ${restricted.join(',')}`);
  }
  const asked = deltaOf(attributes, usage, hard);
  if (asked.size === 0) return [];
  const total = new Map([...asked].map(([key, amount]) => [key, sum(used.get(key), amount)]));
  const exceeded = [...asked.keys()].filter((key) => compare(total.get(key), hard.get(key)) > 0).sort();
  if (exceeded.length > 0) {
    const show = (amounts: Amounts): string => exceeded.map((key) => `${key}=${shown(amounts.get(key))}`).join(',');
    const why = `requested: ${show(asked)}, used: ${show(used)}, limited: ${show(hard)}`;
    throw forbiddenBy(attributes, `exceeded quota: ${name}, ${why}`);
  }
  const now = Object.fromEntries([...total].map(([key, amount]) => [key, formatQuantity(amount)]));
  return [{ ...quota, status: { ...quota.status, used: { ...quota.status?.used, ...now } } }];
}

function isOfPods(key: string): boolean {
  if (key === 'requests.storage') return false;
  if (['pods', 'count/pods', 'cpu', 'memory', 'ephemeral-storage'].includes(key)) return true;
  return key.startsWith('requests.') || key.startsWith('limits.') || key.startsWith('hugepages-');
}

/** What is new of it: on updates only what is more than before. */
function deltaOf(attributes: Attributes, usage: Usage, hard: Amounts): Amounts {
  const { verb, old } = attributes;
  const before: Usage = verb === 'UPDATE' && old !== undefined ? usageOf(attributes, old) : new Map();
  const delta = new Map<string, Quantity>();
  for (const [key, amount] of usage) {
    if (!hard.has(key)) continue;
    const known = before.get(key);
    const more = known === undefined ? amount : subtractQuantities(amount, known);
    if (signOfQuantity(more) > 0) delta.set(key, more);
  }
  return delta;
}

/** Which containers don't say what a quota wants to count. */
function unsaid({ spec }: V1Pod, restricted: readonly string[]): string {
  if (spec?.resources !== undefined) return '';
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return restricted
    .filter((key) => REQUIRED.has(key))
    .map(
      (key) => [key, [...new Set(containers.filter((one) => !says(one, key)).map(({ name }) => name))].sort()] as const,
    )
    .filter(([, names]) => names.length > 0)
    .map(([key, names]) => `${key} for: ${names.join(',')}`)
    .join('; ');
}

function says({ resources = {} }: V1Container, key: string): boolean {
  const [kind = '', name = ''] = key.includes('.') ? key.split('.') : ['requests', key];
  const list = kind === 'limits' ? resources.limits : resources.requests;
  return Object.hasOwn(list ?? {}, name);
}

function statusUpdate(quota: V1ResourceQuota): Operation {
  const { namespace = '', name = '' } = quota.metadata ?? {};
  return { verb: 'update', target: { ...ResourceQuotas, namespace, name, subresource: 'status' }, object: quota };
}

function callerFor({ caller }: Attributes): Caller {
  return { user: SERVER, origin: caller.origin, userAgent: 'kube-apiserver' };
}

function sum(a: Quantity | undefined, b: Quantity): Quantity {
  return a === undefined ? b : addQuantities(a, b);
}

function compare(a: Quantity | undefined, b: Quantity | undefined): number {
  return compareQuantities(a ?? quantity(0), b ?? quantity(0));
}

function shown(amount: Quantity | undefined): string {
  return formatQuantity(amount ?? quantity(0));
}
