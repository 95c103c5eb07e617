// Resources that change while a pod runs. What a node grants is allocated first, then given to the containers; what it
// can't grant yet waits.

import { goJson } from '../kube/go/text.ts';
import { sameJson } from '../kube/json.ts';
import type { V1Container, V1Pod } from '../schema/generated/types.ts';
import { activePods, type Rejection, shortage } from './admission.ts';
import { limitsOf } from './containers/containerconfig.ts';
import { type Kubelet, note } from './kubeletcontext.ts';
import { amountOf } from './requests.ts';
import { containersOf } from './spec.ts';
import type { PodRecord } from './state.ts';
import type { Said } from './status/conditions.ts';
import { words } from './words.ts';

/** Takes over what the API says of a pod; resources count once they are granted. */
export function takePod(kubelet: Kubelet, record: PodRecord, asked: V1Pod): void {
  const before = record.pod;
  record.asked = asked;
  if (sameResources(before, asked)) {
    record.pod = asked;
    if (record.resize?.pending !== undefined) record.resize = { ...record.resize, pending: undefined };
    return;
  }
  grant(kubelet, record);
}

/** Tries to grant what was asked for and is still pending. */
export function retryResize(kubelet: Kubelet, record: PodRecord): void {
  if (record.resize?.pending !== undefined) grant(kubelet, record);
}

function grant(kubelet: Kubelet, record: PodRecord): void {
  const { asked } = record;
  const generation = asked.metadata?.generation ?? 0;
  const refusal = refusalOf(kubelet, record, asked);
  if (refusal === undefined) {
    record.pod = asked;
    record.resize = { pending: undefined, inProgress: generation };
    note(kubelet, record, words.resizeStarted(summaryOf(asked, generation)));
    return;
  }
  record.pod = withResourcesOf(asked, record.pod);
  const known = record.resize?.pending;
  if (known?.message === refusal.message && known.generation === generation) return;
  record.resize = {
    pending: { message: refusal.message, generation },
    inProgress: record.resize?.inProgress,
  };
  note(kubelet, record, words.resizeDeferred(refusal.reason, summaryOf(asked, generation, refusal.message)));
}

function refusalOf(kubelet: Kubelet, record: PodRecord, pod: V1Pod): Rejection | undefined {
  const { allocatable = {} } = kubelet.nodes.get(kubelet.node.name)?.status ?? {};
  const others = activePods(kubelet, record);
  for (const resource of ['cpu', 'memory'] as const) {
    const short = shortage(pod, others, resource, amountOf(resource, allocatable[resource]));
    if (short !== undefined) return short;
  }
  return undefined;
}

function sameResources(a: V1Pod, b: V1Pod): boolean {
  if (a.metadata?.generation === b.metadata?.generation) return true;
  return (['init', 'regular'] as const).every((type) => {
    const others = containersOf(b, type);
    return containersOf(a, type).every(({ name, resources = {} }) =>
      sameJson(resources, others.find((one) => one.name === name)?.resources ?? {}),
    );
  });
}

/** A pod as it is asked for, with the resources that another version of it has. */
function withResourcesOf(asked: V1Pod, granted: V1Pod): V1Pod {
  const take = (list: readonly V1Container[], from: readonly V1Container[]): readonly V1Container[] =>
    list.map((container) => {
      const resources = from.find(({ name }) => name === container.name)?.resources;
      return resources === undefined ? container : { ...container, resources };
    });
  const init = containersOf(asked, 'init');
  return {
    ...asked,
    spec: {
      ...asked.spec,
      containers: take(containersOf(asked, 'regular'), containersOf(granted, 'regular')),
      ...(init.length === 0 ? {} : { initContainers: take(init, containersOf(granted, 'init')) }),
    },
  };
}

/** The resources of all containers in the words of an event. */
function summaryOf(pod: V1Pod, generation: number, error?: string): string {
  const rows = (type: 'init' | 'regular') =>
    containersOf(pod, type).map(({ name, resources = {} }) => ({ name, resources }));
  const init = rows('init');
  return goJson({
    ...(init.length === 0 ? {} : { initContainers: init }),
    containers: rows('regular'),
    generation,
    ...(error === undefined ? {} : { error }),
  });
}

/** The running containers that haven't got yet what they were granted. */
export function unresized(record: PodRecord): readonly { readonly id: string; readonly container: V1Container }[] {
  const found: { readonly id: string; readonly container: V1Container }[] = [];
  for (const { name, status } of record.seen.containers) {
    if (status.state !== 'running') continue;
    const container = [...containersOf(record.pod, 'regular'), ...containersOf(record.pod, 'init')].find(
      (one) => one.name === name,
    );
    const known = record.containers.find(({ id }) => id === status.id);
    if (container !== undefined && known !== undefined && !sameJson(known.resources, container.resources ?? {}))
      found.push({ id: status.id, container });
  }
  return found;
}

/** Whether a change of this container's resources means that it has to be started anew. */
export function needsRestart(record: PodRecord, id: string, container: V1Container): boolean {
  const known = record.containers.find((one) => one.id === id)?.resources ?? {};
  return (container.resizePolicy ?? []).some(({ resourceName, restartPolicy }) => {
    if (restartPolicy !== 'RestartContainer') return false;
    const of = ({
      requests = {},
      limits = {},
    }: {
      requests?: { readonly [key: string]: string };
      limits?: { readonly [key: string]: string };
    }) => [requests[resourceName], limits[resourceName]];
    const [a, b] = [of(known), of(container.resources ?? {})];
    return a[0] !== b[0] || a[1] !== b[1];
  });
}

/** Gives a running container what it was granted. */
export function resizeContainer({ runtime }: Kubelet, record: PodRecord, id: string, container: V1Container): void {
  runtime.resizeContainer(id, limitsOf(container));
  const known = record.containers.find((one) => one.id === id);
  if (known !== undefined) known.resources = container.resources ?? {};
}

/** When everything granted was given, that is said once. */
export function completeResize(kubelet: Kubelet, record: PodRecord): void {
  const generation = record.resize?.inProgress;
  if (generation === undefined || record.resize === undefined || unresized(record).length > 0) return;
  record.resize = { ...record.resize, inProgress: undefined };
  note(kubelet, record, words.resizeCompleted(summaryOf(record.pod, generation)));
}

/** What the pod's status says of it. */
export function resizeConditions({ resize }: PodRecord): readonly (Said & { readonly observedGeneration: number })[] {
  const { pending, inProgress } = resize ?? {};
  return [
    ...(pending === undefined
      ? []
      : [
          {
            type: 'PodResizePending',
            status: 'True' as const,
            reason: 'Deferred',
            message: pending.message,
            observedGeneration: pending.generation,
          },
        ]),
    ...(inProgress === undefined
      ? []
      : [{ type: 'PodResizeInProgress', status: 'True' as const, observedGeneration: inProgress }]),
  ];
}
