// How long things took, counted in buckets as a histogram of metrics has them.

import { type DurationMs, durationMs } from '../../time/units.ts';

/** Plain data: of all that were counted the sum, and how many fell into each bucket. */
export interface Durations {
  readonly sum: DurationMs;
  readonly buckets: readonly number[];
}

/** The upper ends of the buckets, in seconds; what took longer is in one more. */
export const PROBE_BUCKETS_S: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const NO_DURATIONS: Durations = { sum: durationMs(0), buckets: [] };

export function withDuration({ sum, buckets }: Durations, took: DurationMs): Durations {
  const found = PROBE_BUCKETS_S.findIndex((end) => took <= end * 1000);
  const at = found < 0 ? PROBE_BUCKETS_S.length : found;
  const counted = Array.from({ length: Math.max(buckets.length, at + 1) }, (_, i) => buckets[i] ?? 0);
  counted[at] = (counted[at] ?? 0) + 1;
  return { sum: durationMs(sum + took), buckets: counted };
}
