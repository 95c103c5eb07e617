// What controllers ask about a pod.

import type { Informer, Key } from '../../client/informer.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';

/** It may still run: neither over nor on its way out. */
export function isActive(pod: V1Pod): boolean {
  return !isOver(pod) && !isGoing(pod);
}

/** It is on its way out. */
export function isGoing({ metadata }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

/** All its containers have ended for good. */
export function isOver({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Asked for each pod of a set in each of its turns: a plain loop. */
export function isReady({ status }: V1Pod): boolean {
  const conditions = status?.conditions;
  if (conditions === undefined) return false;
  for (const condition of conditions) if (condition.type === 'Ready') return condition.status === 'True';
  return false;
}

/** Since when it is ready; undefined when it isn't. */
export function readySince({ status }: V1Pod): TimeMs | undefined {
  const ready = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  return parseTime(ready?.lastTransitionTime ?? undefined);
}

/** It has been ready for long enough to be counted on. */
export function isAvailable(pod: V1Pod, minReadySeconds: number, now: TimeMs): boolean {
  if (minReadySeconds === 0) return isReady(pod);
  const since = readySince(pod);
  return since !== undefined && now - since >= minReadySeconds * 1000;
}

/** How often its containers were restarted, the most of any; and the same of its sidecars. */
export function restarts({ spec, status }: V1Pod): readonly [number, number] {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const most = (counts: readonly { readonly restartCount: number }[]): number =>
    Math.max(0, ...counts.map(({ restartCount }) => restartCount));
  return [
    most(status?.containerStatuses ?? []),
    most((status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))),
  ];
}

/** How many milliseconds until the next of the ready pods counts as available; undefined when none is waited for. */
export function availableIn(pods: readonly V1Pod[], minReadySeconds: number, now: TimeMs): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let soonest: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    if (since === undefined || isAvailable(pod, minReadySeconds, now)) continue;
    const wait = Math.max(1, since + minReadySeconds * 1000 - now);
    if (soonest === undefined || wait < soonest) soonest = wait;
  }
  return soonest;
}

/** Files pods under the node that they are bound to. */
export function indexByNode(pods: Informer<V1Pod>): void {
  pods.index('node', ({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName]));
}

export function podsOn(pods: Informer<V1Pod>, node: string): readonly V1Pod[] {
  return pods.by('node', node);
}

/** The keys of the claims that a pod names, those of its ephemeral volumes included. */
export function claimsOf({ metadata, spec }: V1Pod): readonly Key[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim =
      persistentVolumeClaim?.claimName ?? (ephemeral === undefined ? undefined : `${metadata?.name ?? ''}-${name}`);
    return claim === undefined ? [] : [`${metadata?.namespace ?? ''}/${claim}`];
  });
}
