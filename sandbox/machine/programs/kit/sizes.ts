// Sizes for people: `1.5K`, `243M`; and sizes from people: `10k`, `1MiB`.

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** As busybox rounds it: `4.0K`, `12K`, `1.2G`, never more than three digits. */
export function humanSize(bytes: number): string {
  return humanly(bytes, Math.round);
}

/** As the GNU tools round it: always up. */
export function humanSizeUp(bytes: number): string {
  return humanly(bytes, Math.ceil);
}

function humanly(bytes: number, rounded: (value: number) => number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const tenths = rounded(value * 10) / 10;
  return `${tenths >= 10 ? rounded(value) : tenths.toFixed(1)}${UNITS[unit]}`;
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  c: 1,
  w: 2,
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  KB: 1000,
  KiB: 1024,
  m: 1024 ** 2,
  M: 1024 ** 2,
  MB: 1000 ** 2,
  MiB: 1024 ** 2,
  g: 1024 ** 3,
  G: 1024 ** 3,
  GB: 1000 ** 3,
  GiB: 1024 ** 3,
  T: 1024 ** 4,
};

/** In bytes; undefined when it isn't a size. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d{1,15})([A-Za-z]{0,3})$/.exec(text);
  const unit = found?.[2] ?? '';
  const factor = Object.hasOwn(FACTORS, unit) ? FACTORS[unit] : undefined;
  return found === null || factor === undefined ? undefined : Number(found[1]) * factor;
}
