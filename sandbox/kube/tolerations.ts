// Taints and tolerations: which of a node's repellents a pod puts up with.

/** core.v1.Taint */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** core.v1.Toleration */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

const NONE: readonly never[] = [];

/** What leaves something unsaid means any of it. */
export function tolerates({ key = '', operator = '', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}

export function toleratesAny(tolerations: readonly Toleration[] = NONE, taint: Taint): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

/** The first taint of these effects that isn't tolerated. */
export function untolerated<T extends Taint>(
  taints: readonly T[] = NONE,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): T | undefined {
  return taints.find((taint) => effects.includes(taint.effect) && !toleratesAny(tolerations, taint));
}

/** The effects that keep a pod from a node, rather than putting it off. */
export const KEEPING_OUT = ['NoSchedule', 'NoExecute'] as const;
