// ReferenceGrants: whether one namespace lets things of another refer to its own. Pure.

import type { World } from '../edge/controller.ts';
import { listIn, textIn } from '../edge/world.ts';

export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

export interface Referred extends Referrer {
  readonly name: string;
}

/** A grant stands in the namespace of what is referred to. */
export function isGranted(world: World, from: Referrer, to: Referred): boolean {
  return [...(world.get('referencegrants')?.values() ?? [])].some(
    (grant) =>
      textIn(grant, 'metadata', 'namespace') === to.namespace &&
      listIn(grant, 'spec', 'from').some(
        (each) => each['group'] === from.group && each['kind'] === from.kind && each['namespace'] === from.namespace,
      ) &&
      listIn(grant, 'spec', 'to').some(
        (each) =>
          each['group'] === to.group && each['kind'] === to.kind && (textIn(each, 'name') || to.name) === to.name,
      ),
  );
}
