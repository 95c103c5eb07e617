// The hash of a pod template: the last part of a ReplicaSet's name, and the label by which it tells its pods from others.

import type { V1PodTemplateSpec } from '../../schema/generated/types.ts';
import { typedText } from './godump.ts';
import { fnv32, safeHash } from './hash.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** `collisions`: how often the name that came of it was taken already. */
export function templateHash(template: V1PodTemplateSpec, collisions: number | undefined): string {
  const text = typedText('v1.PodTemplateSpec', template);
  return safeHash(fnv32(text, '1a', collisions === undefined ? [] : [...littleEndian(collisions), 0, 0, 0, 0]));
}

function littleEndian(value: number): readonly number[] {
  return [0, 8, 16, 24].map((bits) => (value >>> bits) & 0xff);
}
