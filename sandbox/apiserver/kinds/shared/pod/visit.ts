// All containers of a pod, wherever they stand in it.

import { at } from '../../../../kube/fielderrors.ts';
import type { V1Container, V1EphemeralContainer, V1PodSpec } from '../../../../schema/generated/types.ts';

export type AnyContainer = V1Container | V1EphemeralContainer;

/** Each container with its path: init containers first, added ones last. */
export function* allContainers(field: string, spec: V1PodSpec): Iterable<readonly [AnyContainer, string]> {
  const groups = [
    ['initContainers', spec.initContainers],
    ['containers', spec.containers],
    ['ephemeralContainers', spec.ephemeralContainers],
  ] as const;
  for (const [name, containers] of groups) {
    for (const [i, container] of (containers ?? []).entries()) yield [container, at(field, name, i)];
  }
}
