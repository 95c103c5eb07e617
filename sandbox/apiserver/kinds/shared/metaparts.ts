// Which parts of an object a write may touch: spec or status, and what of its metadata.

import { sameJson, withoutKey } from '../../../kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../../kube/meta.ts';

type WithStatus = KubeObject & { readonly status?: object };
type WithSpec = KubeObject & { readonly spec?: object };

/** The object without a status: what an object begins with. */
export function withoutStatus<T extends WithStatus>(object: T): T {
  return withoutKey(object, 'status');
}

/** The next object with the status that is there: a write to the object itself never changes it. */
export function keepStatus<T extends WithStatus>(next: T, current: T): T {
  return current.status === undefined ? withoutStatus(next) : { ...next, status: current.status };
}

/** The next object with the spec that is there: a write to the status never changes it. */
export function keepSpec<T extends WithSpec>(next: T, current: T): T {
  return current.spec === undefined ? withoutKey(next, 'spec') : { ...next, spec: current.spec };
}

/** Metadata that writes to a part of an object leave as it is. */
const SHARED = [
  'deletionTimestamp',
  'generation',
  'selfLink',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
];

export function keepMeta<T extends KubeObject>(next: T, current: T): T {
  const before: V1ObjectMeta = current.metadata ?? {};
  const others = Object.entries(next.metadata ?? {}).filter(([key]) => !SHARED.includes(key));
  const kept = Object.entries(before).filter(([key]) => SHARED.includes(key));
  return { ...next, metadata: Object.fromEntries([...others, ...kept]) };
}

export function withGeneration<T extends KubeObject>(object: T, generation: number): T {
  return { ...object, metadata: { ...object.metadata, generation } };
}

/** A changed spec is a new generation. */
export function raiseGeneration<T extends KubeObject>(next: T, current: T): T {
  return raiseGenerationFor('spec', next, current);
}

/** The same, where another part stands for the spec. */
export function raiseGenerationFor<T extends KubeObject>(part: string, next: T, current: T): T {
  const { generation = 0 } = current.metadata ?? {};
  return sameJson(next[part], current[part]) ? next : withGeneration(next, generation + 1);
}
