// What a pod asks its node for: its containers together, or the greediest moment of its initialization.

import type { V1Container, V1Pod } from '../schema/generated/types.ts';
import { amountIn, containersOf, isSidecar, milliOf } from './spec.ts';

/** Thousandths for cpu, whole units for all else. */
export function amountOf(resource: string, text: string | undefined): number {
  return resource === 'cpu' ? milliOf(text) : amountIn(text);
}

export function requestOf(pod: V1Pod, resource: string): number {
  const asks = ({ resources }: V1Container): number => amountOf(resource, resources?.requests?.[resource]);
  let sidecars = 0;
  let beginning = 0;
  for (const container of containersOf(pod, 'init')) {
    if (isSidecar(container)) {
      sidecars += asks(container);
      beginning = Math.max(beginning, sidecars);
    } else beginning = Math.max(beginning, sidecars + asks(container));
  }
  const lasting = containersOf(pod, 'regular').reduce((sum, container) => sum + asks(container), sidecars);
  const whole = pod.spec?.resources?.requests?.[resource];
  const asked = whole === undefined ? Math.max(beginning, lasting) : amountOf(resource, whole);
  return asked + amountOf(resource, pod.spec?.overhead?.[resource]);
}

/** The resources that a pod asks for any of. */
export function requestedResources(pod: V1Pod): readonly string[] {
  const names = new Set<string>();
  for (const { resources } of [...containersOf(pod, 'init'), ...containersOf(pod, 'regular')]) {
    for (const name of Object.keys(resources?.requests ?? {})) names.add(name);
  }
  for (const name of Object.keys(pod.spec?.overhead ?? {})) names.add(name);
  return [...names].sort();
}
