// Matching of patterns that hold groups (`+(a|b)`, `!(c)`): from a set of places in a text to those where a match can end.
// Sets of places stay as small as the text is long, so that no pattern can run away.

import { fits, type GroupToken, type PatternToken } from './patterntoken.ts';

/** Where in `text` a match of all tokens can end, if it begins at one of `starts`. */
export function reach(tokens: readonly PatternToken[], text: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  let places = starts;
  for (const token of tokens) {
    if (places.size === 0) break;
    if (token.p === 'group') places = reachGroup(token, text, places);
    else if (token.p === 'star') places = from(Math.min(...places), text);
    else {
      const next = [...places].filter((at) => at < text.length && fits(token, text.charAt(at)));
      places = new Set(next.map((at) => at + 1));
    }
  }
  return places;
}

function from(least: number, text: string): ReadonlySet<number> {
  const all = new Set<number>();
  for (let at = least; at <= text.length; at++) all.add(at);
  return all;
}

function reachGroup({ kind, ways }: GroupToken, text: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  const once = (places: ReadonlySet<number>): ReadonlySet<number> =>
    new Set(ways.flatMap((way) => [...reach(way, text, places)]));
  switch (kind) {
    case '@':
      return once(starts);
    case '?':
      return new Set([...starts, ...once(starts)]);
    case '+':
      return repeated(once, once(starts));
    case '*':
      return repeated(once, starts);
    case '!':
      return new Set([...starts].flatMap((at) => without(once(new Set([at])), from(at, text))));
  }
}

/** All that can be reached by going on again and again. */
function repeated(once: (places: ReadonlySet<number>) => ReadonlySet<number>, begin: ReadonlySet<number>) {
  const all = new Set(begin);
  for (let fresh = begin; fresh.size > 0; ) {
    fresh = new Set([...once(fresh)].filter((at) => !all.has(at)));
    for (const at of fresh) all.add(at);
  }
  return all;
}

function without(taken: ReadonlySet<number>, all: ReadonlySet<number>): number[] {
  return [...all].filter((at) => !taken.has(at));
}
