// Conditions as controllers write them: times change with the status only, and what says the same isn't written. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import { numberIn, textIn } from './world.ts';

export interface Finding {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Conditions for an object of this generation; times are kept of those that said the same before. */
export function conditionsOf(
  findings: readonly Finding[],
  before: readonly JsonObject[],
  generation: number | undefined,
  now: string,
): JsonObject[] {
  return findings.map((finding) => {
    const known = before.find(({ type }) => type === finding.type);
    const same = known !== undefined && known['status'] === finding.status;
    return {
      ...finding,
      observedGeneration: generation ?? 1,
      lastTransitionTime: same ? textIn(known, 'lastTransitionTime') : now,
    };
  });
}

export function generationOf(object: JsonObject): number | undefined {
  return numberIn(object, 'metadata', 'generation');
}
