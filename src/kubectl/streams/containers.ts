// A pod's containers as commands name them.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { V1Container, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export type ContainerKind = 'containers' | 'initContainers' | 'ephemeralContainers';

export interface NamedContainer {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly tty: boolean;
}

const KINDS: readonly ContainerKind[] = ['containers', 'initContainers', 'ephemeralContainers'];

export function containersOf(pod: V1Pod, kind: ContainerKind): readonly NamedContainer[] {
  const list: readonly Pick<V1Container, 'name' | 'tty'>[] = pod.spec?.[kind] ?? [];
  return list.map(({ name, tty = false }) => ({ name, kind, tty }));
}

export function containerNamed(pod: V1Pod, name: string): NamedContainer | undefined {
  return KINDS.flatMap((kind) => containersOf(pod, kind)).find((container) => container.name === name);
}

/** `app, helper (ephem), setup (init)` */
export function allNames(pod: V1Pod): string {
  return [
    ...containersOf(pod, 'containers').map(({ name }) => name),
    ...containersOf(pod, 'ephemeralContainers').map(({ name }) => `${name} (ephem)`),
    ...containersOf(pod, 'initContainers').map(({ name }) => `${name} (init)`),
  ].join(', ');
}

export function notValid(pod: V1Pod, name: string): Error {
  return new Error(`container ${name} is not valid for pod ${pod.metadata?.name ?? ''} out of: ${allNames(pod)}`);
}

/** The container of that name; without one the default, which is worth a word where there are several. */
export function* containerOrDefault(
  call: Call,
  pod: V1Pod,
  given: string,
  quiet: boolean,
  tell: (text: string) => Blocking<void> = call.err,
): Blocking<NamedContainer> {
  const [first] = containersOf(pod, 'containers');
  const { name: podName = '', namespace = '', annotations } = pod.metadata ?? {};
  if (first === undefined) throw new Error(`pod ${namespace}/${podName} does not have any containers`);
  const name = given || annotations?.[DEFAULT_CONTAINER] || '';
  if (name !== '') {
    const found = containerNamed(pod, name);
    if (found === undefined) throw notValid(pod, name);
    return found;
  }
  if (!quiet && allNames(pod) !== first.name) yield* tell(defaulted(pod, first.name));
  return first;
}

export function defaulted(pod: V1Pod, name: string): string {
  return `Defaulted container ${quote(name)} out of: ${allNames(pod)}\n`;
}
