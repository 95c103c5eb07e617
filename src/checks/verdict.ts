// What a check answers: never just red or green.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';
import type { Words } from '../i18n/say.ts';

export interface Verdict {
  readonly ok: boolean;
  readonly expected: Words;
  readonly actual: Words;
  /** Since when it is as it is, where somebody knows. */
  readonly since?: TimeMs;
  /** From the symptom to its root. */
  readonly because: readonly Words[];
  /** The object that isn't as it should be. */
  readonly about?: KubeObject;
  /** The cluster that it is in, where that is another than the first. */
  readonly cluster?: string;
  /** It has to be tried on a copy of the cluster, which has not been done yet. */
  readonly untried?: true;
  /** How long it has held, and how long it must, in milliseconds. */
  readonly countdown?: { readonly held: number; readonly of: number };
}

export function fits(expected: Words, actual: Words): Verdict {
  return { ok: true, expected, actual, because: [] };
}

export function fails(expected: Words, actual: Words, because: readonly Words[] = [], since?: TimeMs): Verdict {
  return { ok: false, expected, actual, because, ...(since === undefined ? {} : { since }) };
}
