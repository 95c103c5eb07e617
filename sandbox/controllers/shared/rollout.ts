// How far a rolling update may stray from the wanted number: surge and unavailable, as counts.

import { type IntOrString, scaledValueOf } from '../../kube/intstr.ts';
import type { V1Deployment } from '../../schema/generated/types.ts';

/** Both as counts. They can't both be none, or nothing would ever move. */
function fenceposts(
  surge: IntOrString | undefined,
  unavailable: IntOrString | undefined,
  wanted: number,
): { readonly surge: number; readonly unavailable: number } {
  const more = scaledValueOf(surge ?? 0, wanted, 'up');
  const fewer = scaledValueOf(unavailable ?? 0, wanted, 'down');
  return { surge: more, unavailable: more === 0 && fewer === 0 ? 1 : fewer };
}

export function isRollingUpdate({ spec }: V1Deployment): boolean {
  return spec?.strategy?.type === 'RollingUpdate';
}

export function wantedReplicas({ spec }: V1Deployment): number {
  return spec?.replicas ?? 1;
}

/** How many pods more than wanted there may be. */
export function maxSurge(deployment: V1Deployment): number {
  return isRollingUpdate(deployment) ? bounds(deployment).surge : 0;
}

/** How many of the wanted pods may be missing. */
export function maxUnavailable(deployment: V1Deployment): number {
  const wanted = wantedReplicas(deployment);
  return isRollingUpdate(deployment) && wanted > 0 ? Math.min(bounds(deployment).unavailable, wanted) : 0;
}

function bounds(deployment: V1Deployment): ReturnType<typeof fenceposts> {
  const { maxSurge: surge, maxUnavailable: unavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  return fenceposts(surge, unavailable, wantedReplicas(deployment));
}
