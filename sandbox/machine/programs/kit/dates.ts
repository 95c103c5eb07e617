// Dates as `date -d` and `touch -d` read them.

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_629_746,
  year: 31_556_952,
};

/** Seconds since the epoch; undefined when it is no date. `stamp`: `[[CC]YY]MMDDhhmm[.ss]`. Relative words are GNU's. */
export function parseDate(text: string, now: number, stamp = false, relative = false): number | undefined {
  if (stamp) return fromStamp(text, now);
  if (/^@-?\d+(\.\d+)?$/.test(text)) return Number(text.slice(1));
  const full =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$/.exec(
      text,
    );
  if (full !== null && (relative || !text.includes('T'))) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = full;
    return checked(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), zone);
  }
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) {
    const today = new Date(now * 1000);
    return (
      Date.UTC(
        today.getUTCFullYear(),
        today.getUTCMonth(),
        today.getUTCDate(),
        Number(clock[1]),
        Number(clock[2]),
        Number(clock[3] ?? 0),
      ) / 1000
    );
  }
  if (/^\d{8,12}(\.\d{2})?$/.test(text) && !relative) return fromStamp(text, now);
  return relative ? fromWords(text, now) : undefined;
}

function checked(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  zone: string | undefined,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const offset = /^([-+])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (offset === null) return at;
  const seconds = Number(offset[2]) * 3600 + Number(offset[3]) * 60;
  return offset[1] === '-' ? at + seconds : at - seconds;
}

function fromStamp(text: string, now: number): number | undefined {
  const found = /^((?:\d{2}){0,2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, head = '', month, day, hour, minute, second = '0'] = found;
  const thisYear = new Date(now * 1000).getUTCFullYear();
  const year =
    head === '' ? thisYear : head.length === 4 ? Number(head) : Number(head) + (Number(head) < 69 ? 2000 : 1900);
  return checked(year, Number(month), Number(day), Number(hour), Number(minute), Number(second), undefined);
}

/** `now`, `yesterday`, `2 days ago`, `+1 hour`, `next week`, and a date followed by one of these. */
function fromWords(text: string, now: number): number | undefined {
  let at = now;
  let rest = text.trim().toLowerCase();
  const date = /^\d{4}-\d{2}-\d{2}(?:[ t]\d{2}:\d{2}(?::\d{2})?)?z?/.exec(rest)?.[0];
  if (date !== undefined) {
    at = parseDate(date.toUpperCase(), now, false, true) ?? now;
    rest = rest.slice(date.length).trim();
  }
  const words: Readonly<Record<string, number>> = { '': 0, now: 0, today: 0, yesterday: -86_400, tomorrow: 86_400 };
  if (Object.hasOwn(words, rest)) return at + (words[rest] ?? 0);
  for (const part of rest.split(/\s+(?=[-+\d]|next|last)/)) {
    const found = /^(next|last|[-+]?\s*\d+)\s*([a-z]+?)s?(\s+ago)?$/.exec(part);
    const unit = found === null || !Object.hasOwn(UNITS, found[2] ?? '') ? undefined : UNITS[found[2] ?? ''];
    if (found === null || unit === undefined) return undefined;
    const count = found[1] === 'next' ? 1 : found[1] === 'last' ? -1 : Number(found[1]?.replace(/\s/g, ''));
    at += (found[3] === undefined ? count : -count) * unit;
  }
  return at;
}
