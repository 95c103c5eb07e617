// Units of virtual time. A cluster never reads the host's clock: the present is a number that the loop holds.

/** A moment of virtual time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type TimeMs = number & { readonly unit: 'time-ms' };

/** A length of virtual time in whole milliseconds. */
export type DurationMs = number & { readonly unit: 'duration-ms' };

/** Where `exec`, tests and lint start: 2026-01-01T00:00:00Z. */
export const EPOCH: TimeMs = timeMs(Date.UTC(2026, 0, 1));

export function timeMs(value: number): TimeMs {
  return Math.round(value) as TimeMs;
}

export function durationMs(value: number): DurationMs {
  return Math.round(value) as DurationMs;
}

export function seconds(value: number): DurationMs {
  return durationMs(value * 1000);
}

export function minutes(value: number): DurationMs {
  return durationMs(value * 60_000);
}

/** The moment `duration` after `time` (before it, when negative). */
export function after(time: TimeMs, duration: DurationMs): TimeMs {
  return (time + duration) as TimeMs;
}

/** How long `later` is after `earlier`; negative when it is before. */
export function between(earlier: TimeMs, later: TimeMs): DurationMs {
  return (later - earlier) as DurationMs;
}

/** `2026-01-01T00:00:00Z`: the form of metav1.Time, whole seconds, rounded down. */
export function rfc3339(time: TimeMs): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 19)}Z`;
}

/** `2026-01-01T00:00:00.000000Z`: the form of metav1.MicroTime. */
export function rfc3339Micro(time: TimeMs): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 23)}000Z`;
}

/** Reads an RFC 3339 timestamp (as objects carry them); undefined when it isn't one. */
export function parseTime(text: string | undefined): TimeMs | undefined {
  if (text === undefined) return undefined;
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : timeMs(value);
}
