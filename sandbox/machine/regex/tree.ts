// Regular expressions as trees, whatever dialect they were written in.

export type AssertionKind =
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end'
  | 'word'
  | 'not-word'
  | 'word-start'
  | 'word-end';

/** Code points, both ends included. */
export type Range = readonly [number, number];

export type RegexNode =
  | { readonly r: 'char'; readonly code: number }
  /** Any character, but for a newline where `lines`. */
  | { readonly r: 'any' }
  | { readonly r: 'set'; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly r: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly r: 'choice'; readonly items: readonly RegexNode[] }
  | {
      readonly r: 'repeat';
      readonly of: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    }
  | { readonly r: 'group'; readonly of: RegexNode; readonly index: number | undefined }
  | { readonly r: 'assert'; readonly kind: AssertionKind }
  | { readonly r: 'reference'; readonly index: number }
  | { readonly r: 'look'; readonly of: RegexNode; readonly behind: boolean; readonly negated: boolean };

export interface RegexTree {
  readonly root: RegexNode;
  readonly groups: number;
  /** By group number; unnamed ones are missing. */
  readonly names: ReadonlyMap<number, string>;
  /** Back references or lookaround: only a backtracking matcher can do it. */
  readonly backtracks: boolean;
}

/** The expression is wrong; the message is what GNU tools print. */
export class RegexProblem extends Error {}

export const EMPTY: RegexNode = { r: 'sequence', items: [] };
export const INFINITE: number = Number.POSITIVE_INFINITY;

const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
    [0xaa, 0x2fff],
    [0x3040, 0xd7ff],
    [0xf900, 0xffdc],
  ],
  alpha: [
    [65, 90],
    [97, 122],
    [0xaa, 0x2fff],
    [0x3040, 0xd7ff],
    [0xf900, 0xffdc],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: [[48, 57]],
  graph: [
    [33, 126],
    [0xa1, 0x10ffff],
  ],
  lower: [[97, 122]],
  print: [
    [32, 126],
    [0xa0, 0x10ffff],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  word: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
    [0xaa, 0x2fff],
    [0x3040, 0xd7ff],
    [0xf900, 0xffdc],
  ],
};

/** `[:alpha:]` and the like; undefined when there is no such class. */
export function classRanges(name: string): readonly Range[] | undefined {
  return Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}

export function inRanges(ranges: readonly Range[], code: number): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true;
  return false;
}

export function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    (code > 0xa9 && inRanges(CLASSES['word'] ?? [], code))
  );
}
