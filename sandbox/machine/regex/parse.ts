// The dialects of regular expressions: POSIX basic and extended with GNU's additions, and a subset of Perl's.

import {
  type AssertionKind,
  classRanges,
  EMPTY,
  INFINITE,
  type Range,
  type RegexNode,
  RegexProblem,
  type RegexTree,
} from './tree.ts';

export type Dialect = 'basic' | 'extended' | 'perl';

interface Reader {
  readonly source: string;
  readonly dialect: Dialect;
  position: number;
  groups: number;
  readonly open: number[];
  readonly names: Map<number, string>;
  backtracks: boolean;
  depth: number;
}

const DEPTH_MAX = 250;
/** As POSIX has it: RE_DUP_MAX. */
const REPEAT_MAX = 32767;

export function parseRegex(source: string, dialect: Dialect): RegexTree {
  const r: Reader = {
    source,
    dialect,
    position: 0,
    groups: 0,
    open: [],
    names: new Map(),
    backtracks: false,
    depth: 0,
  };
  const root = choice(r);
  if (r.position < source.length) throw new RegexProblem('Unmatched ) or \\)');
  return { root, groups: r.groups, names: r.names, backtracks: r.backtracks };
}

function at(r: Reader, text: string): boolean {
  return r.source.startsWith(text, r.position);
}

function accept(r: Reader, text: string): boolean {
  if (!at(r, text)) return false;
  r.position += text.length;
  return true;
}

/** How this dialect writes an operator: with or without a backslash. */
function mark(r: Reader, char: string): string {
  return r.dialect === 'basic' ? `\\${char}` : char;
}

function choice(r: Reader): RegexNode {
  if (++r.depth > DEPTH_MAX) throw new RegexProblem('Regular expression too big');
  const items = [sequence(r)];
  while (accept(r, mark(r, '|'))) items.push(sequence(r));
  r.depth--;
  const only = items[0];
  return items.length === 1 && only !== undefined ? only : { r: 'choice', items };
}

function sequence(r: Reader): RegexNode {
  const items: RegexNode[] = [];
  while (r.position < r.source.length && !at(r, mark(r, '|'))) {
    if (at(r, mark(r, ')')) && (r.open.length > 0 || r.dialect !== 'extended')) break;
    const first = items.length === 0;
    const atom = readAtom(r, first);
    items.push(repeats(r, atom));
  }
  const only = items[0];
  if (items.length === 1 && only !== undefined) return only;
  return items.length === 0 ? EMPTY : { r: 'sequence', items };
}

function repeats(r: Reader, atom: RegexNode): RegexNode {
  let node = atom;
  for (;;) {
    const bounds = repetition(r);
    if (bounds === undefined) return node;
    if (node.r === 'assert' && r.dialect === 'basic') return node;
    const greedy = !(r.dialect === 'perl' && accept(r, '?'));
    if (r.dialect === 'perl' && greedy) accept(r, '+');
    node = { r: 'repeat', of: node, least: bounds[0], most: bounds[1], greedy };
  }
}

function repetition(r: Reader): readonly [number, number] | undefined {
  if (accept(r, '*')) return [0, INFINITE];
  if (accept(r, mark(r, '+'))) return [1, INFINITE];
  if (accept(r, mark(r, '?'))) return [0, 1];
  if (!at(r, mark(r, '{'))) return undefined;
  return interval(r);
}

function interval(r: Reader): readonly [number, number] | undefined {
  const close = r.dialect === 'basic' ? '\\\\\\}' : '\\}';
  const open = mark(r, '{').length;
  const found = new RegExp(`^(\\d{0,6})(,?)(\\d{0,6})${close}`).exec(
    r.source.slice(r.position + open, r.position + open + 20),
  );
  if (found === null || (found[1] === '' && (found[2] === '' || r.dialect === 'perl'))) {
    if (r.dialect === 'basic') {
      throw new RegexProblem(r.source.includes('\\}', r.position) ? 'Invalid content of \\{\\}' : 'Unmatched \\{');
    }
    return undefined;
  }
  const least = Number(found[1] || 0);
  const most = found[2] === '' ? least : found[3] === '' ? INFINITE : Number(found[3]);
  if (least > most) throw new RegexProblem('Invalid content of \\{\\}');
  if (least > REPEAT_MAX || (most !== INFINITE && most > REPEAT_MAX))
    throw new RegexProblem('Regular expression too big');
  r.position += open + found[0].length;
  return [least, most];
}

function readAtom(r: Reader, first: boolean): RegexNode {
  const c = r.source.charAt(r.position);
  if (c === '[') return readSet(r);
  if (c === '.') {
    r.position++;
    return { r: 'any' };
  }
  if (accept(r, mark(r, '('))) return readGroup(r);
  if (c === '\\') return readEscape(r);
  if (c === '^' && (r.dialect !== 'basic' || first))
    return assertion(r, r.dialect === 'perl' ? 'text-start' : 'line-start');
  if (c === '$' && (r.dialect !== 'basic' || endsHere(r)))
    return assertion(r, r.dialect === 'perl' ? 'text-end' : 'line-end');
  if (r.dialect === 'perl' && '*+?'.includes(c)) throw new RegexProblem('target of repeat operator is not specified');
  if (r.dialect === 'extended' && '*+?'.includes(c) && first) return literalStar(r, c);
  return character(r);
}

/** At the beginning, GNU takes `*` for itself and forgives `+` and `?`. */
function literalStar(r: Reader, c: string): RegexNode {
  r.position++;
  return c === '*' ? { r: 'char', code: 42 } : EMPTY;
}

function endsHere(r: Reader): boolean {
  const after = r.source.slice(r.position + 1, r.position + 3);
  return after === '' || after === '\\)' || after === '\\|';
}

function assertion(r: Reader, kind: AssertionKind): RegexNode {
  r.position++;
  return { r: 'assert', kind };
}

function character(r: Reader): RegexNode {
  const code = r.source.codePointAt(r.position) ?? 0;
  r.position += code > 0xffff ? 2 : 1;
  return { r: 'char', code };
}

function readGroup(r: Reader): RegexNode {
  if (r.dialect === 'perl' && accept(r, '?')) return readSpecialGroup(r);
  return closeGroup(r, ++r.groups);
}

function closeGroup(r: Reader, index: number | undefined): RegexNode {
  r.open.push(index ?? 0);
  const of = choice(r);
  r.open.pop();
  if (!accept(r, mark(r, ')'))) throw new RegexProblem('Unmatched ( or \\(');
  return { r: 'group', of, index };
}

function readSpecialGroup(r: Reader): RegexNode {
  if (accept(r, ':') || accept(r, '>')) return closeGroup(r, undefined);
  for (const [text, behind, negated] of LOOKS) {
    if (!accept(r, text)) continue;
    r.backtracks = true;
    const group = closeGroup(r, undefined);
    return { r: 'look', of: group, behind, negated };
  }
  const named = /^P?<([A-Za-z_]\w*)>/.exec(r.source.slice(r.position, r.position + 100));
  if (named === null) throw new RegexProblem('undefined group option');
  r.position += named[0].length;
  const index = ++r.groups;
  r.names.set(index, named[1] ?? '');
  return closeGroup(r, index);
}

const LOOKS: readonly (readonly [string, boolean, boolean])[] = [
  ['=', false, false],
  ['!', false, true],
  ['<=', true, false],
  ['<!', true, true],
];

const ASSERTIONS: Readonly<Record<string, AssertionKind>> = {
  b: 'word',
  B: 'not-word',
  '<': 'word-start',
  '>': 'word-end',
  '`': 'text-start',
  "'": 'text-end',
};
const PERL_ASSERTIONS: Readonly<Record<string, AssertionKind>> = {
  b: 'word',
  B: 'not-word',
  A: 'text-start',
  z: 'text-end',
  Z: 'text-end',
};

const SETS: Readonly<Record<string, string>> = { w: 'word', s: 'space', d: 'digit', h: 'xdigit' };
const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, e: 27 };

function readEscape(r: Reader): RegexNode {
  const c = r.source.charAt(r.position + 1);
  if (c === '') throw new RegexProblem(r.dialect === 'perl' ? 'end pattern at escape' : 'Trailing backslash');
  const kinds = r.dialect === 'perl' ? PERL_ASSERTIONS : ASSERTIONS;
  if (Object.hasOwn(kinds, c)) {
    r.position++;
    return assertion(r, kinds[c] ?? 'word');
  }
  const set = escapedSet(r, c);
  if (set !== undefined) return set;
  if (/[1-9]/.test(c)) return readReference(r, Number(c));
  if (r.dialect === 'perl') return perlEscape(r, c);
  r.position++;
  if (c === 'n') {
    r.position++;
    return { r: 'char', code: 10 };
  }
  return character(r);
}

function escapedSet(r: Reader, c: string): RegexNode | undefined {
  const lower = c.toLowerCase();
  const name = Object.hasOwn(SETS, lower) ? SETS[lower] : undefined;
  if (name === undefined || (r.dialect !== 'perl' && (lower === 'd' || lower === 'h'))) return undefined;
  r.position += 2;
  return { r: 'set', ranges: classRanges(name) ?? [], negated: c !== lower };
}

function readReference(r: Reader, index: number): RegexNode {
  if (index > r.groups || r.open.includes(index)) throw new RegexProblem('Invalid back reference');
  r.position += 2;
  r.backtracks = true;
  return { r: 'reference', index };
}

function perlEscape(r: Reader, c: string): RegexNode {
  r.position += 2;
  if (Object.hasOwn(CONTROLS, c)) return { r: 'char', code: CONTROLS[c] ?? 0 };
  const hex = /^(?:x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4}))/.exec(
    r.source.slice(r.position - 1, r.position + 10),
  );
  if (hex === null) {
    r.position--;
    return character(r);
  }
  r.position += hex[0].length - 1;
  return { r: 'char', code: Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16) };
}

function readSet(r: Reader): RegexNode {
  const from = r.position++;
  const negated = accept(r, '^');
  const ranges: Range[] = [];
  for (let first = true; ; first = false) {
    if (r.position >= r.source.length) throw unmatchedBracket(r, from);
    if (at(r, ']') && !first) break;
    const named = namedClass(r);
    if (named !== undefined) ranges.push(...named);
    else readRange(r, ranges, from);
  }
  r.position++;
  return { r: 'set', ranges, negated };
}

function unmatchedBracket(r: Reader, from: number): RegexProblem {
  r.position = from;
  return new RegexProblem(r.dialect === 'perl' ? 'premature end of char-class' : 'Unmatched [, [^, [:, [., or [=');
}

function namedClass(r: Reader): readonly Range[] | undefined {
  const named = /^\[:(\w*):\]/.exec(r.source.slice(r.position, r.position + 20));
  if (named !== null) {
    const ranges = classRanges(named[1] ?? '');
    if (ranges === undefined) throw new RegexProblem('Invalid character class name');
    r.position += named[0].length;
    return ranges;
  }
  const letter = r.source.charAt(r.position + 1);
  if (r.dialect !== 'perl' || !at(r, '\\') || !Object.hasOwn(SETS, letter.toLowerCase()) || letter === '')
    return undefined;
  const ranges = classRanges(SETS[letter.toLowerCase()] ?? '') ?? [];
  r.position += 2;
  return letter === letter.toLowerCase() ? ranges : complement(ranges);
}

function complement(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: Range[] = [];
  let next = 0;
  for (const [low, high] of sorted) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  result.push([next, 0x10ffff]);
  return result;
}

function readRange(r: Reader, ranges: Range[], from: number): void {
  const low = setCharacter(r, from);
  const dash = at(r, '-') && !at(r, '-]') && r.position + 1 < r.source.length;
  if (!dash) {
    ranges.push([low, low]);
    return;
  }
  r.position++;
  const high = setCharacter(r, from);
  if (high < low) throw new RegexProblem(r.dialect === 'perl' ? 'empty range in char class' : 'Invalid range end');
  ranges.push([low, high]);
}

function setCharacter(r: Reader, from: number): number {
  const collated = /^\[([.=])(.)\1\]/su.exec(r.source.slice(r.position, r.position + 8));
  if (collated !== null) {
    r.position += collated[0].length;
    return collated[2]?.codePointAt(0) ?? 0;
  }
  if (at(r, '\\') && (r.dialect === 'perl' || at(r, '\\n') || at(r, '\\]') === false)) {
    const code = escapedInSet(r);
    if (code !== undefined) return code;
  }
  const code = r.source.codePointAt(r.position);
  if (code === undefined) throw unmatchedBracket(r, from);
  r.position += code > 0xffff ? 2 : 1;
  return code;
}

/** Perl escapes inside of brackets; of POSIX's, only `\n` and `\t` as GNU sed knows them. */
function escapedInSet(r: Reader): number | undefined {
  const c = r.source.charAt(r.position + 1);
  if (r.dialect !== 'perl') {
    if (c !== 'n' && c !== 't') return undefined;
    r.position += 2;
    return CONTROLS[c];
  }
  const node = c === '' ? undefined : perlEscape({ ...r, position: r.position }, c);
  if (node?.r !== 'char') return undefined;
  const advanced = perlLength(r, c);
  r.position += advanced;
  return c === 'b' ? 8 : node.code;
}

function perlLength(r: Reader, c: string): number {
  const copy: Reader = { ...r };
  perlEscape(copy, c);
  return copy.position - r.position;
}
