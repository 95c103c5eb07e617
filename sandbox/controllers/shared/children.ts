// Children by their owner: how a controller finds what is its own, and what is nobody's, without looking at everything.

import type { Informer } from '../../client/informer.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { controllerOf } from './owners.ts';

const INDEX = 'controller';

/** Files objects under the controller that they have, those without one under their namespace. */
export function indexByController<T extends KubeObject>(informer: Informer<T>): void {
  informer.index(INDEX, (object) => [controllerOf(object)?.uid ?? orphanage(object.metadata?.namespace)]);
}

/** What the parent owns and manages. */
export function childrenOf<T extends KubeObject>(informer: Informer<T>, parent: KubeObject): readonly T[] {
  return informer.by(INDEX, parent.metadata?.uid ?? '');
}

/** What nobody manages in a namespace. */
function orphansIn<T extends KubeObject>(informer: Informer<T>, namespace: string | undefined): readonly T[] {
  return informer.by(INDEX, orphanage(namespace));
}

/** What the parent owns, and what it might adopt. */
export function candidatesFor<T extends KubeObject>(informer: Informer<T>, parent: KubeObject): readonly T[] {
  return [...childrenOf(informer, parent), ...orphansIn(informer, parent.metadata?.namespace)];
}

/** The parent that manages an object, if the cache has it: of the right kind and with the right uid. */
export function parentOf<P extends KubeObject>(informer: Informer<P>, child: KubeObject): P | undefined {
  const owner = controllerOf(child);
  if (owner?.kind !== informer.type.kind) return undefined;
  const { namespace } = child.metadata ?? {};
  const parent = informer.get(namespace === undefined ? owner.name : `${namespace}/${owner.name}`);
  return parent?.metadata?.uid === owner.uid ? parent : undefined;
}

function orphanage(namespace: string | undefined): string {
  return `none/${namespace ?? ''}`;
}
