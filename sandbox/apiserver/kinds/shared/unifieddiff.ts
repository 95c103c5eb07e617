// The difference between two values as messages show it: a unified diff of their JSON. Lines are matched as the classic
// sequence matcher does it (longest common block first, lines that occur too often left aside), so that hunks are equal.

import { jsonString } from '../../../kube/go/text.ts';
import { isArray, isObject, type JsonValue } from '../../../kube/json.ts';

const CONTEXT = 3;
/** From this length on, lines that make up more than one percent of the text are no anchors. */
const LONG = 200;

/** The hunks, each line ended; empty when the values are equal. */
export function unifiedDiff(before: JsonValue, after: JsonValue): string {
  const a = linesOf(before);
  const b = linesOf(after);
  return hunksOf(changesOf(a, b))
    .map((hunk) => hunkText(hunk, a, b))
    .join('');
}

function linesOf(value: JsonValue): readonly string[] {
  return indented(value, '').split('\n');
}

function indented(value: JsonValue, indent: string): string {
  const inner = `${indent} `;
  if (isArray(value)) {
    const items = value.map((item) => `\n${inner}${indented(item, inner)}`);
    return items.length === 0 ? '[]' : `[${items.join(',')}\n${indent}]`;
  }
  if (!isObject(value)) return typeof value === 'string' ? jsonString(value) : String(value);
  const members = Object.entries(value).map(
    ([key, member]) => `\n${inner}${jsonString(key)}: ${indented(member ?? null, inner)}`,
  );
  return members.length === 0 ? '{}' : `{${members.join(',')}\n${indent}}`;
}

/** Lines `from` to `to` of both texts: equal, or those of the one replaced by those of the other. */
interface Change {
  readonly equal: boolean;
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

function changesOf(a: readonly string[], b: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) changes.push({ equal: false, a: [i, block.a], b: [j, block.b] });
    i = block.a + block.size;
    j = block.b + block.size;
    if (block.size > 0) changes.push({ equal: true, a: [block.a, i], b: [block.b, j] });
  }
  return changes;
}

/** Blocks of equal lines in order, neighbours joined. */
function matchingBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
  const anchors = anchorsOf(b);
  const found: Block[] = [];
  const search = (alo: number, ahi: number, blo: number, bhi: number): void => {
    const block = longestBlock(a, b, anchors, [alo, ahi], [blo, bhi]);
    if (block.size === 0) return;
    if (alo < block.a && blo < block.b) search(alo, block.a, blo, block.b);
    found.push(block);
    const end = { a: block.a + block.size, b: block.b + block.size };
    if (end.a < ahi && end.b < bhi) search(end.a, ahi, end.b, bhi);
  };
  search(0, a.length, 0, b.length);
  return joined(found);
}

/** Where in the text each line stands. */
function anchorsOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const anchors = new Map<string, number[]>();
  for (const [i, line] of lines.entries()) {
    const places = anchors.get(line);
    if (places === undefined) anchors.set(line, [i]);
    else places.push(i);
  }
  if (lines.length < LONG) return anchors;
  const often = Math.floor(lines.length / 100) + 1;
  return new Map([...anchors].filter(([, places]) => places.length <= often));
}

function longestBlock(
  a: readonly string[],
  b: readonly string[],
  anchors: ReadonlyMap<string, readonly number[]>,
  [alo, ahi]: readonly [number, number],
  [blo, bhi]: readonly [number, number],
): Block {
  let best: Block = { a: alo, b: blo, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>();
    for (const j of anchors.get(a[i] ?? '') ?? []) {
      if (j < blo || j >= bhi) continue;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  return grown(best, a, b, [alo, ahi], [blo, bhi]);
}

/** Lines beside a block that are equal too belong to it, though they be no anchors. */
function grown(
  { a: i, b: j, size }: Block,
  a: readonly string[],
  b: readonly string[],
  [alo, ahi]: readonly [number, number],
  [blo, bhi]: readonly [number, number],
): Block {
  let before = 0;
  while (i - before > alo && j - before > blo && a[i - before - 1] === b[j - before - 1]) before++;
  let after = size;
  while (i + after < ahi && j + after < bhi && a[i + after] === b[j + after]) after++;
  return { a: i - before, b: j - before, size: before + after };
}

function joined(blocks: readonly Block[]): readonly Block[] {
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      result[result.length - 1] = { ...last, size: last.size + block.size };
    } else result.push(block);
  }
  return result;
}

/** Changes that stand near one another, with some equal lines around them. */
function hunksOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const hunks: Change[][] = [];
  let hunk: Change[] = [];
  for (const [k, change] of changes.entries()) {
    if (!change.equal) {
      hunk.push(change);
      continue;
    }
    const length = change.a[1] - change.a[0];
    const head = k > 0;
    const tail = k < changes.length - 1;
    if (head && tail && length <= 2 * CONTEXT) {
      hunk.push(change);
      continue;
    }
    if (head) hunks.push([...hunk, firstLines(change, CONTEXT)]);
    hunk = tail ? [lastLines(change, CONTEXT)] : [];
  }
  if (hunk.some(({ equal }) => !equal)) hunks.push(hunk);
  return hunks.filter((lines) => lines.some(({ equal }) => !equal));
}

function firstLines({ a, b }: Change, count: number): Change {
  return { equal: true, a: [a[0], Math.min(a[1], a[0] + count)], b: [b[0], Math.min(b[1], b[0] + count)] };
}

function lastLines({ a, b }: Change, count: number): Change {
  return { equal: true, a: [Math.max(a[0], a[1] - count), a[1]], b: [Math.max(b[0], b[1] - count), b[1]] };
}

function hunkText(hunk: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const first = hunk[0];
  const last = hunk.at(-1);
  if (first === undefined || last === undefined) return '';
  const title = `@@ -${range(first.a[0], last.a[1])} +${range(first.b[0], last.b[1])} @@\n`;
  const lines = hunk.flatMap((change) => {
    const old = a.slice(...change.a);
    if (change.equal) return old.map((line) => ` ${line}\n`);
    return [...old.map((line) => `-${line}\n`), ...b.slice(...change.b).map((line) => `+${line}\n`)];
  });
  return title + lines.join('');
}

function range(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
