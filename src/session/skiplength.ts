// How far `skip` is asked to go.

import { parseDurationMs } from '../../sandbox/kube/duration.ts';

/** A day: whoever wants more asks again. */
const LONGEST_MS = 24 * 3_600_000;

/** `30s`, `5m`, `1h30m`, in milliseconds; undefined for what isn't a length of time. */
export function skipLength(text: string): number | undefined {
  try {
    const length = Math.round(parseDurationMs(text));
    return length > 0 ? Math.min(length, LONGEST_MS) : undefined;
  } catch {
    return undefined;
  }
}
