// Times in the bytes of a cluster's state: where they stand, and how they are moved to another date. A time that is moved
// is as long as it was, so that everything else stays where it is.

import { type Claims, createTokens } from '../../../sandbox/apiserver/auth/tokens.ts';
import { STEPS_PER_MS } from '../../../sandbox/machine/cgroups.ts';
import { EPOCH } from '../../../sandbox/time/units.ts';

/** Times as text, of one form. */
interface Form {
  /** Where such times stand in the state, read byte by byte. */
  readonly pattern: RegExp;
  /** The moment that a match says, in milliseconds. */
  readonly read: (text: string) => number;
  /** The same text, so many milliseconds later. */
  readonly moved: (text: string, by: number, key: string) => string;
}

/** Where times stand: the offset of each in the state's bytes, its length, and which form it has. */
export interface TimePlaces {
  readonly offsets: Uint32Array;
  readonly lengths: Uint16Array;
  readonly forms: Uint8Array;
}

const DAY = 86_400_000;
/** A time that has to do with the cluster lies in here: it begins at EPOCH, and its tokens end within a year. */
const WINDOW = { from: EPOCH - DAY, to: EPOCH + 400 * DAY };
const YEAR = new Date(EPOCH).getUTCFullYear();

/** A number that is no small integer: its tag, and eight bytes. */
const NUMBER_TAG = 'N'.charCodeAt(0);
const NUMBER_BYTES = 8;
/** Times that are numbers are milliseconds, or steps of CPU clocks. Their forms come after those of texts. */
const SCALES = [1, STEPS_PER_MS];

const isTime = (moment: number): boolean => moment >= WINDOW.from && moment <= WINDOW.to;
const iso = (moment: number): string => new Date(moment).toISOString();

const TEXT_FORMS: readonly Form[] = [
  calendar(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, (date) => date),
  // Folders of volumes, between which a link is switched.
  calendar(/\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d(?=\.)/g, (date) => date.replace(/[-T:]/g, '_')),
  calendar(/(?<![\d-])\d{4}-\d\d-\d\d(?![\dT-])/g, (date) => date),
  // Log lines of the control plane: month, day and time, in the year of the window's beginning.
  {
    pattern: /(?<=[IWEF])\d{4} \d\d:\d\d:\d\d(?=\.\d{6} )/g,
    read: (text) => momentOf(`${YEAR}-${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(5)}`),
    moved(text, by) {
      const date = iso(this.read(text) + by);
      return `${date.slice(5, 7)}${date.slice(8, 10)} ${date.slice(11, 19)}`;
    },
  },
  // Names of events end with nanoseconds.
  {
    pattern: /(?<=\.)[0-9a-f]{16}(?![0-9a-f])/g,
    read: (text) => Number(BigInt(`0x${text}`) / 1_000_000n),
    moved: (text, by) => (BigInt(`0x${text}`) + BigInt(by) * 1_000_000n).toString(16),
  },
  { pattern: /(?<!\d)\d{13}(?!\d)/g, read: Number, moved: (text, by) => String(Number(text) + by) },
  // Tokens of service accounts say times, and are signed anew.
  {
    pattern: /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}/g,
    read: (text) => 1000 * (JSON.parse(claimsText(text)) as Claims).iat,
    moved(text, by, key) {
      const claims = claimsText(text).replace(/(?<=:)\d{10}(?=[,}])/g, (at) => String(Number(at) + by / 1000));
      return createTokens(key).sign(JSON.parse(claims) as Claims);
    },
  },
];

/** Year, month and day, and perhaps hour, minute and second; `form` writes them as they stand there. */
function calendar(pattern: RegExp, form: (date: string) => string): Form {
  return {
    pattern,
    read: momentOf,
    moved: (text, by) => form(iso(momentOf(text) + by).slice(0, text.length)),
  };
}

function momentOf(text: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const claimsText = (token: string): string => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');

/** Finds the times in a state's bytes. */
export function placesOfTimes(state: Buffer): TimePlaces {
  const found: { readonly offset: number; readonly length: number; readonly form: number }[] = [];
  const text = state.toString('latin1');
  for (const [form, { pattern, read }] of TEXT_FORMS.entries()) {
    for (const { 0: match, index } of text.matchAll(pattern))
      if (isTime(read(match))) found.push({ offset: index, length: match.length, form });
  }
  for (let tag = state.indexOf(NUMBER_TAG); tag >= 0; tag = state.indexOf(NUMBER_TAG, tag + 1)) {
    if (tag + NUMBER_BYTES >= state.length) break;
    const value = state.readDoubleLE(tag + 1);
    const scale = SCALES.findIndex((one) => isTime(value / one));
    if (scale >= 0) found.push({ offset: tag + 1, length: NUMBER_BYTES, form: TEXT_FORMS.length + scale });
  }
  return {
    offsets: Uint32Array.from(found, ({ offset }) => offset),
    lengths: Uint16Array.from(found, ({ length }) => length),
    forms: Uint8Array.from(found, ({ form }) => form),
  };
}

/** Moves all times in a state's bytes, in place. `by`: whole seconds, in milliseconds; `key`: what tokens are signed with. */
export function moveTimes(state: Buffer, { offsets, lengths, forms }: TimePlaces, by: number, key: string): void {
  const known = TEXT_FORMS.map(() => new Map<string, string>());
  for (const [i, offset] of offsets.entries()) {
    const number = forms[i] ?? 0;
    const form = TEXT_FORMS[number];
    if (form === undefined) {
      state.writeDoubleLE(state.readDoubleLE(offset) + by * (SCALES[number - TEXT_FORMS.length] ?? 1), offset);
      continue;
    }
    const before = state.toString('latin1', offset, offset + (lengths[i] ?? 0));
    const texts = known[number];
    const after = texts?.get(before) ?? form.moved(before, by, key);
    texts?.set(before, after);
    if (after.length !== before.length) throw new Error(`${before} can't be moved to ${after}: it isn't as long`);
    state.write(after, offset, 'latin1');
  }
}
