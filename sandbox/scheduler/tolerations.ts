// Taints and tolerations: which of a node's repellents a pod puts up with.

import type { V1Taint, V1Toleration } from '../schema/generated/types.ts';

const NONE: readonly never[] = [];

function tolerates({ key = '', operator = '', value = '', effect = '' }: V1Toleration, taint: V1Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}

export function toleratesAny(tolerations: readonly V1Toleration[] = NONE, taint: V1Taint): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

/** The first taint of these effects that isn't tolerated. */
export function untolerated(
  taints: readonly V1Taint[] = NONE,
  tolerations: readonly V1Toleration[] | undefined,
  effects: readonly string[],
): V1Taint | undefined {
  return taints.find((taint) => effects.includes(taint.effect) && !toleratesAny(tolerations, taint));
}

/** The effects that keep a pod from a node, rather than putting it off. */
export const KEEPING_OUT = ['NoSchedule', 'NoExecute'] as const;
