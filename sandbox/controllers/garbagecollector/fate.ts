// What becomes of an object, by the state of its owners. Pure.

import type { KubeObject, V1OwnerReference } from '../../kube/meta.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** `waiting`: it is being deleted and waits for what it owns. `unknown`: its kind isn't served, so that nobody can tell. */
export type OwnerState = 'lives' | 'waiting' | 'gone' | 'unknown';

export type Fate =
  /** It stays as it is. */
  | { readonly kind: 'stays' }
  /** Some owner lives: only references to the others go. */
  | { readonly kind: 'cut'; readonly uids: readonly string[] }
  /** Nobody owns it any more. */
  | { readonly kind: 'delete'; readonly policy: 'Foreground' | 'Background' | 'Orphan' }
  /** An owner waits for it, and others wait for it in turn. */
  | { readonly kind: 'delete in turn' };

/** The object waits for its own dependents before it goes. */
export function isDeletingDependents({ metadata }: KubeObject): boolean {
  return metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;
}

export function fateOf(
  object: KubeObject,
  owners: readonly { readonly reference: V1OwnerReference; readonly state: OwnerState }[],
  hasDependents: boolean,
): Fate {
  if (owners.length === 0) return { kind: 'stays' };
  const inState = (state: OwnerState) => owners.filter((owner) => owner.state === state);
  const others = [...inState('gone'), ...inState('waiting')].map(({ reference }) => reference.uid);
  if (inState('lives').length + inState('unknown').length > 0)
    return others.length === 0 ? { kind: 'stays' } : { kind: 'cut', uids: others };
  if (inState('waiting').length > 0 && hasDependents) return { kind: 'delete in turn' };
  const finalizers = object.metadata?.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return { kind: 'delete', policy: 'Orphan' };
  return { kind: 'delete', policy: finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background' };
}
