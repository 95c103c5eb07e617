// Questions about a pod as it was asked for, which many parts of a kubelet put.

import { milliValue, parseQuantity, quantityValue } from '../kube/quantity.ts';
import type { V1Container, V1Pod, V1PodSpec } from '../schema/generated/types.ts';
import type { ContainerType } from './state.ts';

const NO_CONTAINERS: readonly V1Container[] = [];

export function containersOf(pod: V1Pod, type: ContainerType): readonly V1Container[] {
  const { spec } = pod;
  if (type === 'regular') return spec?.containers ?? NO_CONTAINERS;
  return (type === 'init' ? spec?.initContainers : spec?.ephemeralContainers) ?? NO_CONTAINERS;
}

export function findContainer(
  pod: V1Pod,
  name: string,
): { readonly container: V1Container; readonly type: ContainerType } | undefined {
  for (const type of ['regular', 'init', 'ephemeral'] as const) {
    const container = containersOf(pod, type).find((one) => one.name === name);
    if (container !== undefined) return { container, type };
  }
  return undefined;
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: V1Container): boolean {
  return container.restartPolicy === 'Always';
}

export function sidecarsOf(pod: V1Pod): readonly V1Container[] {
  return containersOf(pod, 'init').filter(isSidecar);
}

/** Whether a container that ended this way is started again. Its own policy and rules go before the pod's. */
export function shouldRestart(container: V1Container, spec: V1PodSpec | undefined, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const within = exitCodes?.values?.includes(exitCode) ?? false;
    if (within !== (exitCodes?.operator === 'NotIn')) return action === 'Restart';
  }
  switch (container.restartPolicy ?? spec?.restartPolicy ?? 'Always') {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}

export function isHostNetwork({ spec }: V1Pod): boolean {
  return spec?.hostNetwork === true;
}

export function isTerminal(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** `spec.containers{main}`: where events of a container are. */
export function fieldPath(pod: V1Pod, name: string): string {
  const found = findContainer(pod, name);
  const list = { regular: 'containers', init: 'initContainers', ephemeral: 'ephemeralContainers' } as const;
  return `spec.${list[found?.type ?? 'regular']}{${name}}`;
}

/** `web-0_default(81a4783d-...)`: a pod as messages name it. */
export function podText({ metadata }: V1Pod): string {
  return `${metadata?.name ?? ''}_${metadata?.namespace ?? ''}(${metadata?.uid ?? ''})`;
}

/** Guaranteed, Burstable or BestEffort, by what all containers ask for of cpu and memory. */
export function qosClass(pod: V1Pod): string {
  const known = pod.status?.qosClass;
  if (known !== undefined && known !== '') return known;
  const groups = [...containersOf(pod, 'regular'), ...containersOf(pod, 'init')].map(
    ({ resources }) => resources ?? {},
  );
  const asked = pod.spec?.resources === undefined ? groups : [pod.spec.resources];
  let some = false;
  let guaranteed = true;
  for (const { requests = {}, limits = {} } of asked) {
    for (const name of ['cpu', 'memory']) {
      const limit = amountOf(limits[name]);
      const request = requests[name] === undefined ? limit : amountOf(requests[name]);
      if (limit > 0 || request > 0) some = true;
      if (limit === 0 || request !== limit) guaranteed = false;
    }
  }
  if (!some) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Whole units, rounded up; thousandths would be lost, so that cpu goes by `milliOf`. 0 where nothing is said. */
export function amountIn(text: string | undefined): number {
  return text === undefined ? 0 : quantityValue(parseQuantity(text));
}

export function milliOf(text: string | undefined): number {
  return text === undefined ? 0 : milliValue(parseQuantity(text));
}

function amountOf(text: string | undefined): number {
  return milliOf(text);
}
