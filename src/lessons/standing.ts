// Since when things stand as they do.

import { type DurationMs, durationMs, type TimeMs } from '../../sandbox/time/units.ts';

/** What each thing is, and since when. */
export type Stood = Readonly<Record<string, { readonly print: string; readonly since: TimeMs }>>;

export interface Standing {
  /** Since when a thing has been what `print` says. */
  since(key: string, print: string, now: TimeMs): TimeMs;
  /** For how long it has. */
  length(key: string, now: TimeMs, print?: string): DurationMs;
  /** It isn't so any more. */
  end(key: string): void;
  clear(): void;
  stood(): Stood;
}

export function createStanding(before: Stood = {}): Standing {
  const known = new Map(Object.entries(before));
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
    stood: () => Object.fromEntries(known),
  };
}
