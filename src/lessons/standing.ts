// Since when things stand as they do.

import { type DurationMs, durationMs, type TimeMs } from '../../sandbox/time/units.ts';

export interface Standing {
  /** Since when a thing has been what `print` says. */
  since(key: string, print: string, now: TimeMs): TimeMs;
  /** For how long it has. */
  length(key: string, now: TimeMs, print?: string): DurationMs;
  /** It isn't so any more. */
  end(key: string): void;
  clear(): void;
}

export function createStanding(): Standing {
  const known = new Map<string, { readonly print: string; readonly since: TimeMs }>();
  const since = (key: string, print: string, now: TimeMs): TimeMs => {
    const found = known.get(key);
    if (found?.print === print && found.since <= now) return found.since;
    known.set(key, { print, since: now });
    return now;
  };
  return {
    since,
    length: (key, now, print = '') => durationMs(now - since(key, print, now)),
    end: (key) => known.delete(key),
    clear: () => known.clear(),
  };
}
