// Ownership: which controller an object belongs to, and how orphans find one.

import type { Client } from '../../client/client.ts';
import type { KubeObject, V1OwnerReference } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { apiVersion } from '../../kube/resource.ts';
import { type LabelSelector, matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { reasonOf } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';

/** The one owner that manages an object. */
export function controllerOf(object: KubeObject): V1OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find(({ controller }) => controller === true);
}

/** The reference by which a parent owns and manages its children. */
export function controllerReference(parent: KubeObject, type: ResourceType): V1OwnerReference {
  const { name = '', uid = '' } = parent.metadata ?? {};
  return { apiVersion: apiVersion(type), kind: type.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What is to be done about one candidate child. */
type Claim = 'mine' | 'adopt' | 'release' | 'none';

/** Whether a parent has, wants, gives up or leaves alone an object. Pure. */
function claimOf(parent: KubeObject, selector: LabelSelector, object: KubeObject): Claim {
  const owner = controllerOf(object);
  const matches = matchesLabels(selector, object.metadata?.labels);
  if (owner !== undefined) {
    if (owner.uid !== parent.metadata?.uid) return 'none';
    if (matches) return 'mine';
    return parent.metadata?.deletionTimestamp === undefined ? 'release' : 'none';
  }
  const dying = parent.metadata?.deletionTimestamp !== undefined || object.metadata?.deletionTimestamp !== undefined;
  return matches && !dying ? 'adopt' : 'none';
}

/** Who claims children, and by what. */
export interface Claimant {
  readonly client: Client;
  readonly parent: KubeObject;
  readonly parentType: ResourceType;
  readonly selector: LabelSelector;
  /** What an orphan gets that is adopted. */
  readonly finalizers?: readonly string[];
}

/** The claimant's children among the candidates, after adopting and releasing what has to be. */
export function* claimed<T extends KubeObject>(
  claimant: Claimant,
  type: ResourceType<T>,
  candidates: readonly T[],
): Work<readonly T[]> {
  const { parent, selector } = claimant;
  const children: T[] = [];
  for (const candidate of candidates) {
    const claim = claimOf(parent, selector, candidate);
    if (claim === 'mine') children.push(candidate);
    else if (claim === 'adopt') {
      const adopted = yield* adopt(claimant, type, candidate);
      if (adopted !== undefined) children.push(adopted);
    } else if (claim === 'release') yield* release(claimant, type, candidate);
  }
  return children;
}

/** Makes an orphan a child; first asks whether the parent really lives, since the cache may not know of its end. */
function* adopt<T extends KubeObject>(
  { client, parent, parentType, finalizers = [] }: Claimant,
  type: ResourceType<T>,
  orphan: T,
): Work<T | undefined> {
  const { name = '', namespace } = parent.metadata ?? {};
  const fresh = yield* client.find(parentType, { name, namespace });
  if (fresh?.metadata?.uid !== parent.metadata?.uid || fresh?.metadata?.deletionTimestamp !== undefined)
    return undefined;
  const body = {
    metadata: {
      ownerReferences: [controllerReference(parent, parentType)],
      uid: orphan.metadata?.uid ?? '',
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
  };
  return yield* gone(client.patch(type, nameOf(orphan), { type: 'strategic', body }));
}

function* release<T extends KubeObject>({ client, parent }: Claimant, type: ResourceType<T>, child: T): Work<void> {
  const uid = parent.metadata?.uid ?? '';
  const body = { metadata: { ownerReferences: [{ $patch: 'delete', uid }], uid: child.metadata?.uid ?? '' } };
  yield* gone(client.patch(type, nameOf(child), { type: 'strategic', body }));
}

/** A child that has gone meanwhile is nobody's any more: no error. */
function* gone<T>(work: Work<T>): Work<T | undefined> {
  try {
    return yield* work;
  } catch (error) {
    if (reasonOf(error) === 'NotFound' || reasonOf(error) === 'Invalid') return undefined;
    throw error;
  }
}

function nameOf({ metadata }: KubeObject): { readonly name: string; readonly namespace: string | undefined } {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace };
}
