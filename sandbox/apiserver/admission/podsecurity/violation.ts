// How the checks of the pod security standards look at a pod, and how they say what they found.

import { compareText } from '../../../kube/go/text.ts';
import type { V1ObjectMeta } from '../../../kube/meta.ts';
import type { V1Container, V1EphemeralContainer, V1PodSpec } from '../../../schema/generated/types.ts';

export type AnyContainer = V1Container | V1EphemeralContainer;

export interface PodLook {
  readonly metadata: V1ObjectMeta;
  readonly spec: V1PodSpec;
  /** Init containers first, ephemeral ones last. */
  readonly containers: readonly AnyContainer[];
}

export interface Violation {
  readonly reason: string;
  /** In parentheses after the reason. */
  readonly detail: string;
}

export type Check = (pod: PodLook) => Violation | undefined;

export function lookAt(metadata: V1ObjectMeta | undefined, spec: V1PodSpec): PodLook {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec;
  return { metadata: metadata ?? {}, spec, containers: [...initContainers, ...containers, ...ephemeralContainers] };
}

/** Names of the containers of which something holds. */
export function offenders({ containers }: PodLook, isBad: (container: AnyContainer) => boolean): readonly string[] {
  return containers.filter(isBad).map(({ name }) => name);
}

export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(', ');
}

/** Each once, sorted. */
export function listed(items: Iterable<string>): readonly string[] {
  return [...new Set(items)].sort(compareText);
}

export function counted(items: readonly unknown[], one: string, many = `${one}s`): string {
  return items.length === 1 ? one : many;
}

/** `containers "a", "b"`. */
export function named(names: readonly string[], what = 'container'): string {
  return `${counted(names, what)} ${quoted(names)}`;
}

/** `pod and container "a"`; empty when nobody did it. */
export function setters(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length === 0 ? [] : [named(names)])].join(' and ');
}
