// What is to be done next about the pods of a StatefulSet. Pods come and go one after the other, in the order of their
// numbers, unless the set wants them all at once. Pure.

import type { V1Pod, V1StatefulSet } from '../../schema/generated/types.ts';
import type { TimeMs } from '../../time/units.ts';
import { isAvailable, isGoing, isOver } from '../shared/pods.ts';
import { corrected, isInRange, ordinalOf, ordinalsOf, revisionIn } from './identity.ts';
import { isCreated, isRunningAndReady, isUnavailable } from './status.ts';

export type Step =
  | { readonly do: 'create' | 'delete' | 'correct'; readonly pod: V1Pod }
  /** The claims of a pod that waits for them, or that goes. */
  | { readonly do: 'claims'; readonly pod: V1Pod }
  /** The pod is replaced by one of the new revision. */
  | { readonly do: 'replace'; readonly pod: V1Pod };

/** The pods by their places: those that shall be (planned ones without status), and those beyond, the highest first. */
export interface Places {
  readonly replicas: readonly V1Pod[];
  readonly condemned: readonly V1Pod[];
}

/** Puts the pods into their places. `planned` makes the pod of a number that isn't there yet. */
export function placesOf(set: V1StatefulSet, pods: readonly V1Pod[], planned: (ordinal: number) => V1Pod): Places {
  const { start, end } = ordinalsOf(set);
  const known = new Map(pods.map((pod) => [ordinalOf(pod) ?? -1, pod]));
  const replicas = Array.from({ length: end - start }, (_, i) => known.get(start + i) ?? planned(start + i));
  const condemned = pods.filter((pod) => !isInRange(set, ordinalOf(pod) ?? -1));
  return { replicas, condemned: condemned.sort((a, b) => (ordinalOf(b) ?? 0) - (ordinalOf(a) ?? 0)) };
}

export function planOf(set: V1StatefulSet, places: Places, update: string, now: TimeMs): readonly Step[] {
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const steps: Step[] = [];
  for (const pod of places.replicas) if (!careFor(pod) && ordered) return steps;
  const unavailable = [...places.replicas, ...[...places.condemned].reverse()].find((pod) =>
    isUnavailable(pod, minReadySeconds, now),
  );
  for (const pod of places.condemned) steps.push({ do: 'claims', pod });
  for (const pod of places.condemned) if (!giveUp(pod) && ordered) return steps;
  return [...steps, ...replacement(set, places.replicas, update, now)];

  /** False when the next one has to wait for this one. */
  function careFor(pod: V1Pod): boolean {
    if (isOver(pod)) {
      if (!isGoing(pod)) steps.push({ do: 'delete', pod });
      return false;
    }
    if (!isCreated(pod)) {
      steps.push({ do: 'create', pod });
      return false;
    }
    if (pod.status?.phase === 'Pending') steps.push({ do: 'claims', pod });
    if (ordered && (isGoing(pod) || !isRunningAndReady(pod) || !isAvailable(pod, minReadySeconds, now))) return false;
    steps.push({ do: corrected(set, pod) === pod ? 'claims' : 'correct', pod });
    return true;
  }

  function giveUp(pod: V1Pod): boolean {
    if (isGoing(pod)) return false;
    const sick = !isRunningAndReady(pod) || !isAvailable(pod, minReadySeconds, now);
    if (ordered && sick && pod !== unavailable) return false;
    steps.push({ do: 'delete', pod });
    return false;
  }
}

/** The highest pod of another revision, if all above it are well. */
function replacement(set: V1StatefulSet, replicas: readonly V1Pod[], update: string, now: TimeMs): readonly Step[] {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === 'OnDelete') return [];
  for (let i = replicas.length - 1; i >= (rollingUpdate?.partition ?? 0); i--) {
    const pod = replicas[i];
    if (pod === undefined) continue;
    if (revisionIn(pod) !== update && !isGoing(pod)) return [{ do: 'replace', pod }];
    if (isUnavailable(pod, set.spec?.minReadySeconds ?? 0, now)) return [];
  }
  return [];
}
