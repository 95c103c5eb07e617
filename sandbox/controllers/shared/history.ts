// Controller revisions: what a StatefulSet or DaemonSet looked like, kept so that one can go back. Their names carry the
// hash of what they hold.

import type { Client } from '../../client/client.ts';
import { unlessGone } from '../../client/gone.ts';
import { compareText, goJson } from '../../kube/go/text.ts';
import { isObject, type JsonValue, sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { ControllerRevisions } from '../../schema/generated/resources.ts';
import type { V1ControllerRevision, V1PodTemplateSpec } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { fnv32, safeHash } from './hash.ts';
import { controllerReference } from './owners.ts';
import { withRetry } from './retry.ts';

/** Carried by pods, and by the revisions of a DaemonSet. */
export const REVISION_HASH = 'controller-revision-hash';
/** Carried by the revisions of a StatefulSet. */
export const HISTORY_HASH = 'controller.kubernetes.io/hash';
const PREFIX_MAX = 223;

/** The part of an object that a revision holds: its template, as a patch that puts it back. Its keys are sorted. */
export function revisionData(template: V1PodTemplateSpec): JsonValue {
  return JSON.parse(goJson({ spec: { template: { ...template, $patch: 'replace' } } }, 'sorted'));
}

/** The template that a revision holds; undefined when it holds none. */
export function templateIn({ data }: V1ControllerRevision): V1PodTemplateSpec | undefined {
  const spec = isObject(data) ? data['spec'] : undefined;
  const template = isObject(spec) ? spec['template'] : undefined;
  if (!isObject(template)) return undefined;
  const { $patch: _, ...rest } = template;
  return rest as V1PodTemplateSpec;
}

/** FNV of the data as Go writes it; the count of collisions follows as text. */
export function revisionHash(data: JsonValue, collisions: number): string {
  return safeHash(fnv32(`${goJson(data, 'sorted')}${collisions}`, '1'));
}

export function revisionName(parent: string, hash: string): string {
  return `${parent.slice(0, PREFIX_MAX)}-${hash}`;
}

/** A revision that holds the template. `hash` says how it is labelled. */
export function newRevision(
  parent: KubeObject,
  parentType: ResourceType,
  template: V1PodTemplateSpec,
  revision: number,
  hash: { readonly label: string; readonly value: string },
  name: string,
): V1ControllerRevision {
  const { namespace = '', annotations } = parent.metadata ?? {};
  const labels = Object.fromEntries([...Object.entries(template.metadata?.labels ?? {}), [hash.label, hash.value]]);
  return {
    metadata: {
      name,
      namespace,
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(parent, parentType)],
    },
    data: revisionData(template),
    revision,
  };
}

/** Oldest first; of equal numbers the earlier one, then by name. */
export function sortedRevisions(revisions: readonly V1ControllerRevision[]): readonly V1ControllerRevision[] {
  const created = ({ metadata }: V1ControllerRevision) => metadata?.creationTimestamp ?? '';
  return [...revisions].sort(
    (a, b) =>
      a.revision - b.revision ||
      compareText(created(a), created(b)) ||
      compareText(a.metadata?.name ?? '', b.metadata?.name ?? ''),
  );
}

export function equalRevisions(
  revisions: readonly V1ControllerRevision[],
  data: JsonValue,
): readonly V1ControllerRevision[] {
  return revisions.filter((one) => sameJson((one.data ?? null) as JsonValue, data));
}

export function nextRevision(revisions: readonly V1ControllerRevision[]): number {
  return (revisions[revisions.length - 1]?.revision ?? 0) + 1;
}

/** Makes an old revision the newest one. */
export function* renumbered(client: Client, one: V1ControllerRevision, revision: number): Work<V1ControllerRevision> {
  const { name = '', namespace } = one.metadata ?? {};
  return yield* withRetry(function* () {
    const fresh = yield* client.get(ControllerRevisions, { name, namespace });
    return fresh.revision === revision ? fresh : yield* client.update(ControllerRevisions, { ...fresh, revision });
  });
}

export function* deleteRevision(client: Client, { metadata }: V1ControllerRevision): Work<void> {
  yield* unlessGone(client.delete(ControllerRevisions, { name: metadata?.name ?? '', namespace: metadata?.namespace }));
}
