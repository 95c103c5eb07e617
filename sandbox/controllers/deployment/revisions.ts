// Revisions of a Deployment: which ReplicaSet is of today's template, which are older, and how they are numbered.

import { own, sameJson } from '../../kube/json.ts';
import { Deployments } from '../../schema/generated/resources.ts';
import type { V1Deployment, V1PodTemplateSpec, V1ReplicaSet } from '../../schema/generated/types.ts';
import { controllerReference } from '../shared/owners.ts';
import { byCreation, replicasOf } from '../shared/replicasets.ts';
import { maxSurge, wantedReplicas } from '../shared/rollout.ts';
import { POD_TEMPLATE_HASH, templateHash } from '../shared/templatehash.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** More characters of former revisions are not kept. */
const HISTORY_MAX = 2000;
const NAME_MAX = 253;

/** Annotations that belong to one object and aren't handed on. */
const KEPT_APART: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

export type Annotations = { readonly [key: string]: string };

/** A Deployment's sets: the one of its template, and all others, oldest first. */
export interface Sets {
  readonly current: V1ReplicaSet | undefined;
  readonly old: readonly V1ReplicaSet[];
}

/** Tells the set of today's template (the oldest, if several are) from the others. */
export function setsOf(deployment: V1Deployment, sets: readonly V1ReplicaSet[]): Sets {
  const sorted = [...sets].sort(byCreation);
  const current = sorted.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
  return { current, old: sorted.filter((set) => set !== current) };
}

/** Whether two templates are the same but for the label that tells them apart. */
export function sameTemplate(a: V1PodTemplateSpec | undefined, b: V1PodTemplateSpec | undefined): boolean {
  return sameJson(withoutHash(a), withoutHash(b));
}

function withoutHash(template: V1PodTemplateSpec | undefined): V1PodTemplateSpec {
  const { metadata, ...rest } = template ?? {};
  const { labels, ...others } = metadata ?? {};
  const kept = without(labels, (key) => key === POD_TEMPLATE_HASH);
  return { ...rest, metadata: { ...others, ...(Object.keys(kept).length === 0 ? {} : { labels: kept }) } };
}

/** The revision of a set: 0 when it has none, undefined when that isn't a number. */
export function revisionOf(set: V1ReplicaSet): number | undefined {
  const text = own(set.metadata?.annotations, REVISION);
  if (text === undefined) return 0;
  return /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
}

export function highestRevision(sets: readonly V1ReplicaSet[]): number {
  return Math.max(0, ...sets.map((set) => revisionOf(set) ?? 0));
}

/** The revision before the highest one. */
export function lastRevision(sets: readonly V1ReplicaSet[]): number {
  const revisions = sets.flatMap((set) => revisionOf(set) ?? []).sort((a, b) => b - a);
  return Math.max(0, revisions[1] ?? 0);
}

/** The annotations of the set of today's template; the same object when nothing is to be changed. */
export function annotationsOfCurrent(
  deployment: V1Deployment,
  known: Annotations | undefined,
  revision: number,
): Annotations | undefined {
  const inherited = Object.entries(deployment.metadata?.annotations ?? {}).filter(
    ([key, value]) => !KEPT_APART.has(key) && own(known, key) !== value,
  );
  const before = own(known, REVISION);
  if (before !== undefined && before !== '' && !/^[-+]?\d+$/.test(before))
    return inherited.length === 0 ? known : merged(known, inherited);
  const rises = Number(before ?? '0') < revision;
  const entries: [string, string][] = [...inherited];
  if (rises) entries.push([REVISION, String(revision)]);
  if (rises && before !== undefined) entries.push(...historyWith(own(known, REVISION_HISTORY) ?? '', before));
  return entries.length === 0 ? known : merged(known, entries);
}

function historyWith(history: string, revision: string): [string, string][] {
  const revisions = history.split(',');
  if (revisions[0] === '') return [[REVISION_HISTORY, revision]];
  let length = history.length + revision.length + 1;
  let start = 0;
  for (; length > HISTORY_MAX && start < revisions.length; start++) length -= (revisions[start] ?? '').length + 1;
  return length > HISTORY_MAX ? [] : [[REVISION_HISTORY, [...revisions.slice(start), revision].join(',')]];
}

/** How many pods its Deployment wants, and may have at most: kept with a set so that a change is noticed. */
export function sizeAnnotations(deployment: V1Deployment): Annotations {
  const wanted = wantedReplicas(deployment);
  return { [DESIRED_REPLICAS]: String(wanted), [MAX_REPLICAS]: String(wanted + maxSurge(deployment)) };
}

/** A count that an annotation holds; undefined when it is none. */
export function countIn(set: V1ReplicaSet, annotation: string): number | undefined {
  const text = own(set.metadata?.annotations, annotation);
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const count = Number(text);
  return count > 2 ** 31 - 1 ? undefined : count;
}

/** A set for today's template, with no pods yet. */
export function newSetFor(deployment: V1Deployment, revision: number): V1ReplicaSet {
  const { name = '', namespace = '' } = deployment.metadata ?? {};
  const template = deployment.spec?.template ?? {};
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = merged(template.metadata?.labels, [[POD_TEMPLATE_HASH, hash]]);
  const selector = deployment.spec?.selector;
  const annotations = merged(
    annotationsOfCurrent(deployment, undefined, revision),
    Object.entries(sizeAnnotations(deployment)),
  );
  return {
    metadata: {
      name: `${name.slice(0, NAME_MAX - 1 - hash.length)}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployment, Deployments)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: merged(selector?.matchLabels, [[POD_TEMPLATE_HASH, hash]]) },
      template: { ...template, metadata: { ...template.metadata, labels } },
      ...(deployment.spec?.minReadySeconds === undefined ? {} : { minReadySeconds: deployment.spec.minReadySeconds }),
    },
  };
}

/** A Deployment taken back to the template of one of its sets, with that set's annotations. */
export function rolledBackTo(deployment: V1Deployment, set: V1ReplicaSet): V1Deployment {
  const mine = without(deployment.metadata?.annotations, (key) => !KEPT_APART.has(key));
  const theirs = Object.entries(without(set.metadata?.annotations, (key) => KEPT_APART.has(key)));
  return {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: merged(mine, theirs) },
    ...(deployment.spec === undefined
      ? {}
      : { spec: { ...deployment.spec, template: withoutHash(set.spec?.template) } }),
  };
}

/** The revision that somebody asked to be taken back to; 0 means the last one. */
export function rollbackWanted(deployment: V1Deployment): number | undefined {
  const text = own(deployment.metadata?.annotations, ROLLBACK_TO);
  return text !== undefined && /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The sets beyond the limit of history that can go, oldest revision first. */
export function forgettable(deployment: V1Deployment, old: readonly V1ReplicaSet[]): readonly V1ReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return [];
  const alive = old.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const sorted = alive.sort((a, b) => compareRevisions(a, b));
  return sorted.slice(0, Math.max(0, alive.length - limit)).filter(isEmpty);
}

function compareRevisions(a: V1ReplicaSet, b: V1ReplicaSet): number {
  const [left, right] = [revisionOf(a), revisionOf(b)];
  return left === undefined || right === undefined || left === right ? byCreation(a, b) : left - right;
}

function isEmpty(set: V1ReplicaSet): boolean {
  const observed = set.status?.observedGeneration ?? 0;
  return (set.status?.replicas ?? 0) === 0 && replicasOf(set) === 0 && (set.metadata?.generation ?? 0) <= observed;
}

/** A map of a user's with some entries added; safe for any key. */
export function merged(map: Annotations | undefined, entries: readonly (readonly [string, string])[]): Annotations {
  return Object.fromEntries([...Object.entries(map ?? {}), ...entries]);
}

export function without(map: Annotations | undefined, drops: (key: string) => boolean): Annotations {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !drops(key)));
}
