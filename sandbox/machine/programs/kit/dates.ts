// Dates as `date -d` and `touch -d` read them.

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
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
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 60)
    return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const offset = /^([-+])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (offset === null) return at;
  const seconds = Number(offset[2]) * 3600 + Number(offset[3]) * 60;
  return offset[1] === '-' ? at + seconds : at - seconds;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `1 Jan 2024 10:00`, `Jan 1 2024`, with a weekday before it or not; its midnight, and what follows it. */
function fromMonthName(text: string, now: number): { readonly at: number; readonly rest: string } | undefined {
  const plain = text.replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+/, '');
  const found =
    /^(?<day>\d{1,2})[ -](?<month>[a-z]{3})[a-z]*(?:[ -](?<year>\d{4}))?\b/.exec(plain) ??
    /^(?<month>[a-z]{3})[a-z]*\s+(?<day>\d{1,2})(?:,?\s+(?<year>\d{4}))?(?![:\d])/.exec(plain);
  if (found?.groups === undefined) return undefined;
  const { day, month = '', year = new Date(now * 1000).getUTCFullYear() } = found.groups;
  const at = checked(Number(year), MONTHS.indexOf(month) + 1, Number(day), 0, 0, 0, undefined);
  return at === undefined ? undefined : { at, rest: plain.slice(found[0].length).trim() };
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

/** So many units later; a day that the month hasn't is one of the next. */
function later(at: number, count: number, unit: string): number | undefined {
  if (Object.hasOwn(UNITS, unit)) return at + count * (UNITS[unit] ?? 0);
  if (unit !== 'month' && unit !== 'year') return undefined;
  const date = new Date(Math.floor(at) * 1000);
  date.setUTCMonth(date.getUTCMonth() + count * (unit === 'year' ? 12 : 1));
  return date.getTime() / 1000 + (at - Math.floor(at));
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
  const named = fromMonthName(rest, now);
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*(?:z|utc|gmt))?(?=\s|$)/.exec(named?.rest ?? '');
  if (named !== undefined) {
    const [whole = '', hour = 0, minute = 0, second = 0] = time ?? [];
    at = named.at + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
    rest = named.rest.slice(whole.length).trim();
  }
  const words: Readonly<Record<string, number>> = { '': 0, now: 0, today: 0, yesterday: -86_400, tomorrow: 86_400 };
  if (Object.hasOwn(words, rest)) return at + (words[rest] ?? 0);
  for (const part of rest.split(/\s+(?=[-+\d]|next|last)/)) {
    const found = /^(next|last|[-+]?\s*\d+)\s*([a-z]+?)s?(\s+ago)?$/.exec(part);
    if (found === null) return undefined;
    const count = found[1] === 'next' ? 1 : found[1] === 'last' ? -1 : Number(found[1]?.replace(/\s/g, ''));
    const moved = later(at, found[3] === undefined ? count : -count, found[2] ?? '');
    if (moved === undefined) return undefined;
    at = moved;
  }
  return at;
}
