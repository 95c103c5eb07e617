// Generated names while a case is played: a recording speaks of its own, we have others.

import { entries, isArray, isObject, type JsonValue, own, textAt } from '../json.ts';
import { addNamePair, type Pairs, scan } from '../normalise.ts';

/** A recorded text with our names in it. */
export function inOurNames(text: string, { ours }: Pairs): string {
  if (ours.size === 0) return text;
  return scan(text)
    .map((token) =>
      token.kind === 'name' || token.kind === 'podAddress' ? (ours.get(token.text) ?? token.text) : token.text,
    )
    .join('');
}

/** Pairs the names of objects that stand in the same place of two answers, generated with the same prefix. */
export function notePairs(recorded: JsonValue | undefined, ours: JsonValue | undefined, pairs: Pairs): void {
  if (isArray(recorded) && isArray(ours)) {
    recorded.forEach((item, i) => {
      notePairs(item, ours[i], pairs);
    });
  } else if (isObject(recorded) && isObject(ours)) {
    const prefix = textAt(recorded, 'generateName');
    if (prefix !== undefined && prefix === textAt(ours, 'generateName')) {
      addNamePair(pairs, textAt(recorded, 'name') ?? '', textAt(ours, 'name') ?? '');
    }
    for (const [key, item] of entries(recorded)) notePairs(item, own(ours, key), pairs);
  }
}
