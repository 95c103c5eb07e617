// Indexes of an indexed job's pods, as text: `1,3-5,7`.

import { integerError } from '../../../kube/go/integer.ts';
import { quote } from '../../../kube/go/text.ts';

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** What the text says, or the real server's complaint about it. */
type Reading<T> = { readonly ok: T } | { readonly error: string };

/** How many indexes the text names. */
export function countIndexes(text: string, completions: number): Reading<number> {
  if (text === '') return { ok: 0 };
  let total = 0;
  let last: number | undefined;
  for (const fragment of text.split(',')) {
    const interval = readInterval(fragment, completions);
    if ('error' in interval) return interval;
    const { first } = interval.ok;
    if (last !== undefined && last >= first) return notIncreasing(last, first);
    last = interval.ok.last;
    total += last - first + 1;
  }
  return { ok: total };
}

function readInterval(fragment: string, completions: number): Reading<Interval> {
  const [from = '', to, more] = fragment.split('-');
  if (more !== undefined) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { error: `the fragment ${quote(fragment)} ${rule}` };
  }
  const first = readIndex(from, completions);
  if ('error' in first) return first;
  if (to === undefined) return { ok: { first: first.ok, last: first.ok } };
  const last = readIndex(to, completions);
  if ('error' in last) return last;
  return first.ok >= last.ok ? notIncreasing(first.ok, last.ok) : { ok: { first: first.ok, last: last.ok } };
}

function readIndex(text: string, completions: number): Reading<number> {
  if (integerError(text) !== undefined) return { error: `cannot convert string to integer for index: ${quote(text)}` };
  const index = Number(text);
  return index >= completions ? { error: `too large index: ${quote(text)}` } : { ok: index };
}

function notIncreasing(previous: number, current: number) {
  return { error: `non-increasing order, previous: ${previous}, current: ${current}` };
}

/** The first index that both texts name; fragments that can't be read are passed over. */
export function sharedIndex(a: string, b: string, completions: number): number | undefined {
  const left = readable(a, completions);
  const right = readable(b, completions);
  let i = 0;
  let j = 0;
  for (;;) {
    const x = left[i];
    const y = right[j];
    if (x === undefined || y === undefined) return undefined;
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i += 1;
    else j += 1;
  }
}

function readable(text: string, completions: number): readonly Interval[] {
  const intervals = text === '' ? [] : text.split(',').map((fragment) => readInterval(fragment, completions));
  return intervals.flatMap((interval) => ('ok' in interval ? [interval.ok] : []));
}
