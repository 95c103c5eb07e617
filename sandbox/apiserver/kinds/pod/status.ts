// A pod's status, which the kubelet writes: what it may say, and what it may not take back.

import { at, forbiddenField, invalid } from '../../../kube/fielderrors.ts';
import { ipWarnings, legacyIPErrors } from '../../../kube/ip.ts';
import { own } from '../../../kube/json.ts';
import { dns1123Subdomain, qualifiedName } from '../../../kube/names.ts';
import type {
  V1Container,
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
  V1PodSpec,
  V1PodStatus,
} from '../../../schema/generated/types.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import { type Errors, immutable, problemsOf } from '../shared/checks.ts';
import { onePerFamily } from '../shared/dualstack.ts';
import { shownInternally } from '../shared/internal.ts';
import { claimStatuses, devices, extendedClaim, users } from './statusdetails.ts';
import { annotationUpdateErrors } from './update.ts';
import { NO_SPEC } from './validate.ts';

export function prepareStatus(next: V1Pod, current: V1Pod): V1Pod {
  const { spec: _, ...rest } = next;
  const { ownerReferences: __, deletionTimestamp: ___, ...meta } = next.metadata ?? {};
  const { ownerReferences, deletionTimestamp } = current.metadata ?? {};
  const status = keptStatus(next.status ?? {}, current.status ?? {});
  return {
    ...rest,
    metadata: {
      ...meta,
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    ...(current.spec === undefined ? {} : { spec: current.spec }),
    status,
  };
}

/** What older writers don't know of stays as it was; what is switched off is dropped. */
function keptStatus(next: V1PodStatus, current: V1PodStatus): V1PodStatus {
  const { nodeAllocatableResourceClaimStatuses: _, ...known } = next;
  const status = { ...known, ...mountsOf('containerStatuses', known), ...mountsOf('initContainerStatuses', known) };
  const qosClass = status.qosClass ?? current.qosClass;
  const observedGeneration = status.observedGeneration ?? current.observedGeneration;
  return {
    ...status,
    ...(qosClass === undefined ? {} : { qosClass }),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(status.conditions === undefined ? {} : { conditions: keptConditions(status.conditions, current.conditions) }),
  };
}

/** The containers' statuses without what a mounted image was resolved to. */
function mountsOf(name: 'containerStatuses' | 'initContainerStatuses', status: V1PodStatus): Partial<V1PodStatus> {
  const statuses = status[name]?.map((one): V1ContainerStatus => {
    if (one.volumeMounts === undefined) return one;
    return { ...one, volumeMounts: one.volumeMounts.map(({ volumeStatus: _, ...mount }) => mount) };
  });
  return statuses === undefined ? {} : { [name]: statuses };
}

function keptConditions(
  next: readonly V1PodCondition[],
  current: readonly V1PodCondition[] = [],
): readonly V1PodCondition[] {
  const left = [...current];
  return next.map((condition) => {
    const i = left.findIndex(({ type }) => type === condition.type);
    const generation = i < 0 ? undefined : left.splice(i, 1)[0]?.observedGeneration;
    if (generation === undefined || (condition.observedGeneration ?? 0) !== 0) return condition;
    return { ...condition, observedGeneration: generation };
  });
}

export function* statusWarnings({ status = {} }: V1Pod): Iterable<string> {
  for (const [i, { ip }] of (status.podIPs ?? []).entries()) yield* ipWarnings(at('status.podIPs', i, 'ip'), ip);
  for (const [i, { ip }] of (status.hostIPs ?? []).entries()) yield* ipWarnings(at('status.hostIPs', i, 'ip'), ip);
}

export function* statusErrors(next: V1Pod, current: V1Pod): Errors {
  yield* metaUpdateErrors(next, current);
  yield* annotationUpdateErrors(next, current);
  const { status = {}, spec = NO_SPEC } = next;
  const before = current.status ?? {};
  const oldSpec = current.spec ?? NO_SPEC;
  yield* conditions('status.conditions', status.conditions ?? []);
  yield* nominated(status, before, oldSpec);
  const { observedGeneration = 0 } = status;
  if (observedGeneration < 0) {
    yield invalid('status.observedGeneration', observedGeneration, 'must be a non-negative integer');
  }
  yield* immutable('status.qosClass', status.qosClass ?? '', before.qosClass ?? '');
  yield* restarts(status, before, oldSpec);
  yield* claimStatuses('status.resourceClaimStatuses', status, spec);
  yield* extendedClaim('status.extendedResourceClaimStatus', status.extendedResourceClaimStatus, spec);
  yield* addresses('status.podIPs', status.podIPs ?? [], before.podIPs ?? [], 'core.PodIP');
  yield* hostAddresses(status, before);
  for (const [name, statuses] of groupsOf(status)) yield* users(at('status', name), statuses, spec);
  yield* devices('status.containerStatuses', status.containerStatuses ?? [], spec.containers ?? []);
  yield* devices('status.initContainerStatuses', status.initContainerStatuses ?? [], spec.initContainers ?? []);
  for (const [i, { allocatedResourcesStatus = [] }] of (status.ephemeralContainerStatuses ?? []).entries()) {
    if (allocatedResourcesStatus.length === 0) continue;
    const field = at('status.ephemeralContainerStatuses', i, 'allocatedResourcesStatus');
    yield forbiddenField(field, 'must not be specified in container status');
  }
}

function groupsOf(status: V1PodStatus): readonly (readonly [string, readonly V1ContainerStatus[]])[] {
  const names = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
  return names.map((name) => [name, status[name] ?? []]);
}

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

function* conditions(field: string, list: readonly V1PodCondition[]): Errors {
  for (const [i, { type, observedGeneration = 0 }] of list.entries()) {
    if (observedGeneration < 0) {
      yield invalid(at(field, i, 'observedGeneration'), observedGeneration, 'must be a non-negative integer');
    }
    if (!SYSTEM_CONDITIONS.includes(type)) yield* problemsOf(at(field, i, 'Type'), type, qualifiedName(type));
  }
}

function* nominated(status: V1PodStatus, before: V1PodStatus, { nodeName = '' }: V1PodSpec): Errors {
  const { nominatedNodeName: name = '' } = status;
  if (name === '' || name === (before.nominatedNodeName ?? '')) return;
  const field = 'status.nominatedNodeName';
  yield* problemsOf(field, name, dns1123Subdomain(name));
  if (nodeName !== '') yield forbiddenField(field, 'may not be set on pods that are already bound to a node');
}

/** What has ended may only run again where the policies say so. */
function* restarts(status: V1PodStatus, before: V1PodStatus, spec: V1PodSpec): Errors {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const together = all.some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'),
  );
  const containers = { containerStatuses: spec.containers, initContainerStatuses: spec.initContainers };
  for (const [name, statuses] of groupsOf(before)) {
    const defined = name === 'ephemeralContainerStatuses' ? undefined : own(containers, name);
    if (together && name !== 'ephemeralContainerStatuses') continue;
    const next = new Map((groupsOf(status).find(([group]) => group === name)?.[1] ?? []).map((one) => [one.name, one]));
    for (const [i, old] of statuses.entries()) {
      const now = next.get(old.name);
      const code = old.state?.terminated?.exitCode;
      if (code === undefined || now === undefined || now.state?.terminated !== undefined) continue;
      const container = (defined ?? []).find((one) => one.name === old.name);
      if (container !== undefined && mayRestart(container, spec, code)) continue;
      yield forbiddenField(at('status', name, i, 'state'), 'may not be transitioned to non-terminated state');
    }
  }
}

function mayRestart({ restartPolicy, restartPolicyRules = [] }: V1Container, spec: V1PodSpec, code: number): boolean {
  if (restartPolicy !== undefined) {
    const matched = restartPolicyRules.some(({ exitCodes }) => {
      if (exitCodes === undefined) return false;
      return (exitCodes.values ?? []).includes(code) === (exitCodes.operator === 'In');
    });
    if (matched) return true;
  }
  switch (restartPolicy ?? spec.restartPolicy) {
    case 'OnFailure':
      return code !== 0;
    case 'Never':
      return false;
    default:
      return true;
  }
}

type Address = { readonly ip?: string };

function* addresses(field: string, next: readonly Address[], before: readonly Address[], type: string): Errors {
  const stored = before.map(({ ip = '' }) => ip);
  const values = next.map(({ ip = '' }) => ip);
  for (const [i, ip] of values.entries()) yield* legacyIPErrors(at(field, i), ip, stored);
  yield* onePerFamily(field, values, shownInternally(`[]${type}`, next), 'IP');
}

function* hostAddresses(status: V1PodStatus, before: V1PodStatus): Errors {
  const list = status.hostIPs ?? [];
  const [first] = list;
  if (first === undefined) return;
  if ((status.hostIP ?? '') !== first.ip) {
    yield invalid('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`');
  }
  yield* addresses('status.hostIPs', list, before.hostIPs ?? [], 'core.HostIP');
}
