// Matches generated names and pod addresses of a recording with ours, one to one.
//
// What a name is known by is where it stands and what stands around it: the prefix it was generated from, its owner and
// its node are part of that. Names known by the same things in both are pairs; among equals, the order of appearance
// decides (which is the order of creation), and each pair found helps to tell the rest apart. Names whose surroundings
// are alike but not equal are paired last, so that a real difference is reported where it is.

import { canonical, isTokenVolume, scan, type Token } from './scan.ts';

/** A piece of text in which names stand together, and where it is; texts of one slot have no order. */
export interface Unit {
  readonly slot: string;
  readonly text: string;
}

/** Ours by the recorded name, and back. */
export interface Pairs {
  readonly ours: Map<string, string>;
  readonly theirs: Map<string, string>;
}

export function noPairs(): Pairs {
  return { ours: new Map(), theirs: new Map() };
}

/** Adds a pair; false when one of the two is in another pair already. */
export function addPair({ ours, theirs }: Pairs, recorded: string, own: string): boolean {
  if (ours.has(recorded) || theirs.has(own)) return ours.get(recorded) === own;
  ours.set(recorded, own);
  theirs.set(own, recorded);
  return true;
}

/** The random parts of two full names, as pairs: `web-7f5dd854b7-kt8p7` and `web-7f5dd854b7-x2trc` pair kt8p7 and x2trc. */
export function addNamePair(pairs: Pairs, recorded: string, own: string): void {
  const left = scan(recorded).filter(isIdentity);
  const right = scan(own).filter(isIdentity);
  left.forEach((token, i) => {
    const other = right[i];
    if (other !== undefined) addPair(pairs, token.text, other.text);
  });
}

export function isIdentity({ kind }: Token): boolean {
  return kind === 'name' || kind === 'podAddress';
}

/** Pairs as many identities as there are on the smaller side; `pairs` holds those that are settled already. */
export function matchIdentities(recorded: readonly Unit[], own: readonly Unit[], pairs: Pairs): Pairs {
  const left = index(recorded);
  const right = index(own);
  for (;;) {
    const open = [...left.keys()].filter((name) => !pairs.ours.has(name));
    const free = [...right.keys()].filter((name) => !pairs.theirs.has(name));
    if (open.length === 0 || free.length === 0) return pairs;
    const round = {
      left: profiles(left, open, (name) => (pairs.ours.has(name) ? name : undefined)),
      right: profiles(right, free, (name) => pairs.theirs.get(name)),
    };
    if (!pairEqual(round, pairs) && !pairAlike(round, pairs)) return pairs;
  }
}

interface Place {
  readonly slot: string;
  readonly tokens: readonly Token[];
}

type Index = Map<string, Place[]>;

/** In which units each name stands. */
function index(units: readonly Unit[]): Index {
  const places: Index = new Map();
  for (const { slot, text } of units) {
    const tokens = scan(text);
    const names = new Set<string>();
    tokens.forEach((token, i) => {
      if (isIdentity(token) && !isTokenVolume(tokens[i - 1]?.text ?? '')) names.add(canonical(token));
    });
    for (const name of names) {
      const known = places.get(name);
      if (known === undefined) places.set(name, [{ slot, tokens }]);
      else known.push({ slot, tokens });
    }
  }
  return places;
}

interface Profile {
  readonly name: string;
  /** The text right before the name, the first time. */
  readonly prefix: string;
  readonly marks: readonly string[];
  readonly key: string;
}

interface Round {
  readonly left: readonly Profile[];
  readonly right: readonly Profile[];
}

function profiles(places: Index, names: readonly string[], known: (name: string) => string | undefined): Profile[] {
  return names.map((name) => {
    const marks = (places.get(name) ?? []).map(({ slot, tokens }) => `${slot}|${surroundings(tokens, name, known)}`);
    marks.sort();
    const first = places.get(name)?.[0]?.tokens ?? [];
    const prefix = first[first.findIndex((token) => canonical(token) === name) - 1]?.text ?? '';
    return { name, prefix: /[^\s"'/,:]*$/.exec(prefix)?.[0] ?? '', marks, key: marks.join('\n') };
  });
}

function surroundings(tokens: readonly Token[], name: string, known: (name: string) => string | undefined): string {
  const words = tokens.map((token, i) => {
    if (!isIdentity(token)) return token.kind === 'text' ? token.text : `<${token.kind}>`;
    if (canonical(token) === name) return '<self>';
    return isTokenVolume(tokens[i - 1]?.text ?? '') ? '<name>' : (known(canonical(token)) ?? `<${token.kind}>`);
  });
  return sortAddressLists(tokens, words).join('');
}

/** Addresses in a list between commas come in the order of the addresses, which says nothing. */
function sortAddressLists(tokens: readonly Token[], words: string[]): string[] {
  let start = 0;
  while (start < tokens.length) {
    let end = start;
    while (tokens[end]?.kind === 'podAddress' && /^(?::\d+)?,$/.test(tokens[end + 1]?.text ?? '')) end += 2;
    if (end > start && tokens[end]?.kind === 'podAddress') {
      const places = words.map((_, i) => i).filter((i) => i >= start && i <= end && tokens[i]?.kind === 'podAddress');
      const sorted = places.map((i) => words[i] ?? '').sort();
      places.forEach((place, i) => {
        words[place] = sorted[i] ?? '';
      });
    }
    start = end + 1;
  }
  return words;
}

/** Pairs names that are known by the same things. Of several such, only the first, so that it tells the others apart. */
function pairEqual({ left, right }: Round, pairs: Pairs): boolean {
  const groups = new Map<string, { left: Profile[]; right: Profile[] }>();
  const group = (key: string) => {
    const found = groups.get(key) ?? { left: [], right: [] };
    groups.set(key, found);
    return found;
  };
  for (const profile of left) group(profile.key).left.push(profile);
  for (const profile of right) group(profile.key).right.push(profile);
  const both = [...groups.values()].filter((one) => one.left.length > 0 && one.right.length > 0);
  const single = both.filter((one) => one.left.length === 1 && one.right.length === 1);
  const chosen = single.length > 0 ? single : both.sort((a, b) => a.left.length - b.left.length).slice(0, 1);
  for (const { left: ours, right: theirs } of chosen) addPair(pairs, ours[0]?.name ?? '', theirs[0]?.name ?? '');
  return chosen.length > 0;
}

/** Pairs the two names of one prefix that have most in common. */
function pairAlike({ left, right }: Round, pairs: Pairs): boolean {
  let best: { score: number; left: Profile; right: Profile } | undefined;
  for (const one of left) {
    for (const other of right) {
      if (one.prefix !== other.prefix) continue;
      const score = likeness(one.marks, other.marks);
      if (best === undefined || score > best.score) best = { score, left: one, right: other };
    }
  }
  return best !== undefined && addPair(pairs, best.left.name, best.right.name);
}

/** How many marks two sorted lists share, less those they don't. */
function likeness(left: readonly string[], right: readonly string[]): number {
  let shared = 0;
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i] ?? '';
    const b = right[j] ?? '';
    if (a === b) {
      shared++;
      i++;
      j++;
    } else if (a < b) i++;
    else j++;
  }
  return 4 * shared - left.length - right.length;
}
