// Which parents have to look again when a child has changed: the one that manages it, the one that did, and for an orphan
// all that would like to have it.

import type { Queue } from '../../client/component.ts';
import { type Informer, type InformerEvent, type Key, keyOf } from '../../client/informer.ts';
import type { KubeObject } from '../../kube/meta.ts';
import {
  matchesEverything,
  matchesLabels,
  selectorOf,
  type V1LabelSelector,
} from '../../kube/selectors/labelselectors.ts';
import { parentOf } from './children.ts';
import { controllerOf } from './owners.ts';

/** The keys of parents that a change of a child is about. `wanting`: the selector of a parent. */
export function parentsConcerned<P extends KubeObject, C extends KubeObject>(
  parents: Informer<P>,
  { type, object, previous }: InformerEvent<C>,
  wanting: (parent: P) => V1LabelSelector | undefined,
): readonly Key[] {
  const keys = new Set<Key>();
  const former = previous === undefined ? undefined : parentOf(parents, previous);
  const owner = parentOf(parents, object);
  for (const parent of [former, owner]) if (parent !== undefined) keys.add(keyOf(parent));
  const isOrphan = type !== 'deleted' && controllerOf(object) === undefined;
  if (isOrphan && isNews(object, previous))
    for (const parent of parents.list(object.metadata?.namespace))
      if (selects(wanting(parent), object)) keys.add(keyOf(parent));
  return [...keys];
}

/** An orphan is offered again only when its labels or its owner have changed. */
function isNews(object: KubeObject, previous: KubeObject | undefined): boolean {
  if (previous === undefined) return true;
  return previous.metadata?.labels !== object.metadata?.labels || controllerOf(previous) !== undefined;
}

/** An empty selector selects nothing here: it would select everything. */
function selects(selector: V1LabelSelector | undefined, object: KubeObject): boolean {
  try {
    const parsed = selectorOf(selector);
    return !matchesEverything(parsed) && matchesLabels(parsed, object.metadata?.labels);
  } catch {
    return false;
  }
}

/** Parents are looked at whenever they change themselves. */
export function enqueueChanges<T extends KubeObject>(informer: Informer<T>, queue: Queue): void {
  informer.on(({ object, causes }) => queue.add(keyOf(object), causes));
}
