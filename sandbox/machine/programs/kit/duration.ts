// Durations as `sleep` and `timeout` read them: `1`, `0.5`, `2m`, `1h`, `inf`.

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** A century: as good as for ever. */
const FOREVER = 3_155_760_000_000;

/** In milliseconds; undefined when it isn't one. */
export function readDuration(text: string): number | undefined {
  if (text === 'inf' || text === 'infinity') return FOREVER;
  const found = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (found === null) return undefined;
  return Math.min(FOREVER, Math.round(Number(found[1]) * (UNITS[found[2] ?? ''] ?? 1) * 1000));
}
