// PodSecurity: pods that violate the standard which their namespace's labels ask for are refused, or warned of; so are
// workloads whose pods would. When the labels change, the pods that are already there are looked at.

import { invalidObject } from '../../../kube/fielderrors.ts';
import { compareText } from '../../../kube/go/text.ts';
import { isObject, own, sameJson } from '../../../kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../../kube/meta.ts';
import { annotate, type Caller } from '../../../kube/operation.ts';
import { Namespaces, Pods } from '../../../schema/generated/resources.ts';
import type { V1Pod, V1PodSpec, V1PodTemplateSpec } from '../../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from '../chain.ts';
import { forbiddenBy } from '../refusal.ts';
import {
  hasPolicy,
  isSameStandard,
  isStricter,
  type Policy,
  readPolicy,
  type Standard,
  standardText,
} from './policy.ts';
import { detailsOf, reasonsOf, violations } from './standards.ts';
import { type AnyContainer, lookAt, type PodLook } from './violation.ts';

/** So many pods of a namespace are looked at when its labels change. */
const PODS_MAX = 3000;

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  handles: ({ verb, served }) => (verb === 'CREATE' || verb === 'UPDATE') && RESOURCES.has(keyOf(served.type)),
  *validate(attributes) {
    const key = keyOf(attributes.served.type);
    if (key === 'namespaces') checkNamespace(attributes);
    else checkPods(attributes, key === 'pods');
  },
};

function keyOf({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return group === '' ? resource : `${resource}.${group}`;
}

const RESOURCES: ReadonlySet<string> = new Set([
  'namespaces',
  'pods',
  'replicationcontrollers',
  'podtemplates',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
]);

/** Through these nothing changes that the standards look at. */
const OTHER_PARTS: ReadonlySet<string> = new Set(
  'exec attach binding eviction log portforward proxy status'.split(' '),
);

function checkPods(attributes: Attributes, isPod: boolean): void {
  const { context, namespace = '', object, old, subresource } = attributes;
  if (isPod ? OTHER_PARTS.has(subresource) : subresource !== '') return;
  const labels = context.get(Namespaces, undefined, namespace)?.metadata?.labels;
  if (object === undefined || (!hasPolicy(labels) && context.caller.notes === undefined)) return;
  const { policy } = readPolicy(labels);
  if (isPod && old !== undefined && !isSignificant((object as V1Pod).spec, (old as V1Pod).spec)) return;
  const look = isPod ? lookAt(object.metadata, (object as V1Pod).spec ?? { containers: [] }) : templateOf(object);
  if (look === undefined) return;
  noteViolations(policy, look, isPod, context.caller);
  if (isPod) {
    const found = violations(policy.enforce, look);
    const standard = standardText(policy.enforce);
    if (found.length > 0) throw forbiddenBy(attributes, `violates PodSecurity "${standard}": ${detailsOf(found)}`);
  }
  const warned = violations(policy.warn, look);
  if (warned.length > 0) context.warn(`would violate PodSecurity "${standardText(policy.warn)}": ${detailsOf(warned)}`);
}

/** What only the audit log is told of. */
function noteViolations({ enforce, audit }: Policy, look: PodLook, isPod: boolean, caller: Caller): void {
  if (caller.notes === undefined) return;
  if (isPod) annotate(caller, 'pod-security.kubernetes.io/enforce-policy', standardText(enforce));
  const found = violations(audit, look);
  if (found.length === 0) return;
  const text = `would violate PodSecurity "${standardText(audit)}": ${detailsOf(found)}`;
  annotate(caller, 'pod-security.kubernetes.io/audit-violations', text);
}

/** The template in a workload, or in the jobs that it makes. */
function templateOf(workload: KubeObject): PodLook | undefined {
  const spec = own(workload, 'spec');
  const jobs = isObject(spec) ? own(spec, 'jobTemplate') : undefined;
  const inner = isObject(jobs) ? own(jobs, 'spec') : spec;
  const template = (isObject(inner) ? own(inner, 'template') : undefined) ?? own(workload, 'template');
  if (!isObject(template)) return undefined;
  const { metadata, spec: pod } = template as V1PodTemplateSpec;
  return lookAt(metadata as V1ObjectMeta | undefined, pod ?? { containers: [] });
}

/** Only containers and their images can change in a way that the standards look at. */
function isSignificant(next: V1PodSpec | undefined, old: V1PodSpec | undefined): boolean {
  const same = (a: readonly AnyContainer[] = [], b: readonly AnyContainer[] = []): boolean =>
    a.length === b.length && a.every(({ image }, i) => image === b[i]?.image);
  const ephemeral = (next?.ephemeralContainers ?? []).every(({ name, image }) =>
    (old?.ephemeralContainers ?? []).some((other) => other.name === name && other.image === image),
  );
  return !ephemeral || !same(next?.containers, old?.containers) || !same(next?.initContainers, old?.initContainers);
}

// --- namespaces

function checkNamespace(attributes: Attributes): void {
  const { object, old, subresource, context, name, served } = attributes;
  if (subresource !== '' || object === undefined || !hasPolicy(object.metadata?.labels)) return;
  const next = readPolicy(object.metadata?.labels);
  const before = readPolicy(old?.metadata?.labels);
  const known = old !== undefined && sameJson(next.errors as never, before.errors as never);
  if (next.errors.length > 0 && !known) throw invalidObject(served.kind.type, name, next.errors);
  if (old === undefined) return;
  const { enforce } = next.policy;
  const was = before.policy.enforce;
  const isLooser = enforce.minor === was.minor && !isStricter(enforce.level, was.level);
  if (isSameStandard(enforce, was) || enforce.level === 'privileged' || isLooser) return;
  for (const warning of podWarnings(name, enforce, context.list<V1Pod>(Pods, name))) context.warn(warning);
}

/** Pods that violate it already: they stay, but their successors won't come. */
function podWarnings(namespace: string, standard: Standard, pods: readonly V1Pod[]): readonly string[] {
  const checked = inOrder(pods).slice(0, PODS_MAX);
  const found = new Map<string, string[]>();
  for (const { metadata, spec } of checked) {
    const reasons = reasonsOf(violations(standard, lookAt(metadata, spec ?? { containers: [] })));
    if (reasons !== '') found.set(reasons, [...(found.get(reasons) ?? []), metadata?.name ?? '']);
  }
  const cut = `new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`;
  const all = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${standardText(standard)}"`;
  return [
    ...(checked.length < pods.length ? [cut] : []),
    ...(found.size === 0 ? [] : [all]),
    ...[...found].map(([reasons, names]) => `${podsText(names)}: ${reasons}`).sort(compareText),
  ];
}

function podsText(names: readonly string[]): string {
  const [first = '', ...others] = [...names].sort(compareText);
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
}

/** Of the pods of one controller the first stands before all others. */
function inOrder(pods: readonly V1Pod[]): readonly V1Pod[] {
  const seen = new Set<string>();
  const isFirst = ({ metadata }: V1Pod): boolean => {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true)?.uid;
    if (owner === undefined) return true;
    const first = !seen.has(owner);
    seen.add(owner);
    return first;
  };
  const marked = pods.map((pod) => ({ pod, first: isFirst(pod) }));
  return [...marked.filter(({ first }) => first), ...marked.filter(({ first }) => !first)].map(({ pod }) => pod);
}
