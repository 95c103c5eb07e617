// What differs: `diff`, `cmp`.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { baseName, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readFile, readInput } from '../kit/input.ts';
import { strftime } from '../kit/strftime.ts';
import { layoutOf, sideBySide } from './sidebyside.ts';

const DIFF: CommandSpec = {
  usage: '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2',
  flags:
    'a|text b|ignore-space-change B|ignore-blank-lines d i|ignore-case N|new-file q|brief r|recursive T s|report-identical-files t w|ignore-all-space L|label= S= U|unified-lines= u|unified? c e y|side-by-side W|width= suppress-common-lines color? x|exclude= p E',
  badUsage: 2,
  arguments: [2, 2],
  advice: "diff: Try 'diff --help' for more information.\n",
};

interface Text {
  readonly lines: readonly string[];
  /** What lines are compared by. */
  readonly keys: readonly string[];
  /** The last line has its newline. */
  readonly ended: boolean;
}

/** A run of lines that were taken away from one side and put in on the other. */
interface Change {
  readonly from: number;
  readonly removed: number;
  readonly to: number;
  readonly added: number;
}

export const diff = command(DIFF, function* (context) {
  const { sys, args, flags } = context;
  if (flags.has('e') || flags.has('c'))
    throw new UsageProblem("this form of output isn't modelled on this machine", false);
  const [left = '', right = ''] = args;
  const [a, b] = [left, right].map((path) => (path === '-' ? undefined : statOrNothing(sys, path)));
  for (const [path, stat] of [
    [left, a],
    [right, b],
  ] as const) {
    if (stat !== undefined || path === '-' || flags.has('N')) continue;
    const why = errorText('ENOENT');
    context.complain(context.flavour === 'gnu' ? `${path}: ${why}` : `can't stat '${path}': ${why}`);
    context.status = 2;
  }
  if (context.status === 2) return 2;
  if (a?.type === 'directory' && b?.type === 'directory') return yield* compareFolders(context, left, right);
  const x = a?.type === 'directory' ? join(left, baseName(right)) : left;
  const y = b?.type === 'directory' ? join(right, baseName(left)) : right;
  return (yield* compareFiles(context, x, y, false)) ? 1 : context.status;
});

function* compareFolders(context: Context, left: string, right: string): Blocking<number> {
  const { sys, flags } = context;
  const [a, b] = [sys.readdir(left), sys.readdir(right)];
  let differs = false;
  for (const name of [...new Set([...a, ...b])].sort()) {
    const [inA, inB] = [a.includes(name), b.includes(name)];
    if (!(inA && inB) && !flags.has('N')) {
      context.print(`Only in ${inA ? left : right}: ${name}\n`);
      differs = true;
      continue;
    }
    const [x, y] = [join(left, name), join(right, name)];
    const folders = [x, y].map((path) => statOrNothing(sys, path)?.type === 'directory');
    if (folders[0] && folders[1]) {
      if (!flags.has('r')) context.print(`Common subdirectories: ${x} and ${y}\n`);
      else if ((yield* compareFolders(context, x, y)) === 1) differs = true;
    } else if (yield* compareFiles(context, x, y, true)) differs = true;
  }
  return differs ? 1 : 0;
}

function* readSide(context: Context, path: string): Blocking<Text | undefined> {
  let text = '';
  if (path === '-' || statOrNothing(context.sys, path) !== undefined || !context.flags.has('N')) {
    const bytes = yield* readInput(context, path);
    if (bytes === undefined) return undefined;
    text = decode(bytes);
  }
  const lines = text.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  return { lines, keys: lines.map((line) => keyOf(context, line)), ended };
}

function keyOf({ flags }: Context, line: string): string {
  let key = line;
  if (flags.has('w')) key = key.replace(/\s/g, '');
  else if (flags.has('b')) key = key.replace(/\s+/g, ' ').trimEnd();
  return flags.has('i') ? key.toLowerCase() : key;
}

/** Prints how they differ; answers whether they do. */
function* compareFiles(context: Context, left: string, right: string, named: boolean): Blocking<boolean> {
  const { flags, flavour } = context;
  const a = yield* readSide(context, left);
  const b = yield* readSide(context, right);
  if (a === undefined || b === undefined) {
    context.status = 2;
    return false;
  }
  const changes = changesBetween(context, a, b);
  const lastDiffers = a.ended !== b.ended && a.lines.length > 0 && b.lines.length > 0;
  if (flags.has('y') && !flags.has('q')) {
    if (named && changes.length === 0) return false;
    if (named) printCommand(context, left, right);
    printBeside(context, a, b, changes);
    return changes.length > 0 || lastDiffers;
  }
  if (changes.length === 0 && !lastDiffers) {
    if (flags.has('s')) context.print(`Files ${left} and ${right} are identical\n`);
    return false;
  }
  if (flags.has('q')) context.print(`Files ${left} and ${right} differ\n`);
  else {
    if (named && flavour === 'gnu') printCommand(context, left, right);
    const unified = flavour === 'busybox' || flags.has('u') || flags.has('U');
    if (unified) printUnified(context, left, right, a, b, changes);
    else for (const change of changes) printNormal(context, a, b, change);
  }
  return true;
}

/** Of files in folders: which they are. */
function printCommand({ flags, print }: Context, left: string, right: string): void {
  print(`diff ${flags.order.map(([name, value]) => `-${name}${value}`).join(' ')} ${left} ${right}\n`);
}

const WIDTH = 130;

function printBeside({ flags, print }: Context, a: Text, b: Text, changes: readonly Change[]): void {
  const layout = layoutOf(Number(flags.value('W') ?? WIDTH));
  let [i, j] = [0, 0];
  const common = (end: number): void => {
    for (; i < end; i++, j++) {
      if (!flags.has('suppress-common-lines')) print(sideBySide(layout, a.lines[i], ' ', b.lines[j]));
    }
  };
  for (const { from, removed, added } of changes) {
    common(from);
    const both = Math.min(removed, added);
    for (let n = 0; n < Math.max(removed, added); n++) {
      const sign = n < both ? '|' : removed > added ? '<' : '>';
      print(sideBySide(layout, n < removed ? a.lines[i++] : undefined, sign, n < added ? b.lines[j++] : undefined));
    }
  }
  common(a.lines.length);
}

/** The shortest way from one to the other (Myers), between what they have in common at both ends. */
function changesBetween(context: Context, a: Text, b: Text): Change[] {
  let start = 0;
  while (start < a.keys.length && start < b.keys.length && same(a, b, start, start)) start++;
  let end = 0;
  while (
    end < a.keys.length - start &&
    end < b.keys.length - start &&
    same(a, b, a.keys.length - 1 - end, b.keys.length - 1 - end)
  )
    end++;
  const x = a.keys.slice(start, a.keys.length - end);
  const y = b.keys.slice(start, b.keys.length - end);
  const kept = commonLines(x, y, (i, j) => same(a, b, start + i, start + j));
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const [p, q] of [...kept, [x.length, y.length] as const]) {
    if (p > i || q > j) changes.push({ from: start + i, removed: p - i, to: start + j, added: q - j });
    [i, j] = [p + 1, q + 1];
  }
  if (!context.flags.has('B')) return changes;
  const blank = (text: Text, from: number, count: number): boolean =>
    text.lines.slice(from, from + count).every((line) => line.trim() === '');
  return changes.filter((change) => !(blank(a, change.from, change.removed) && blank(b, change.to, change.added)));
}

/** A last line without newline differs from one with it. */
function same(a: Text, b: Text, i: number, j: number): boolean {
  if (a.keys[i] !== b.keys[j]) return false;
  const openA = i === a.lines.length - 1 && !a.ended;
  const openB = j === b.lines.length - 1 && !b.ended;
  return openA === openB;
}

const DISTANCE_MAX = 2000;

/** Pairs of lines that stay; none when the two are too different to be worth the time. */
function commonLines(
  x: readonly string[],
  y: readonly string[],
  equal: (i: number, j: number) => boolean,
): (readonly [number, number])[] {
  const most = Math.min(x.length + y.length, DISTANCE_MAX);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest[offset + k - 1] ?? 0) < (furthest[offset + k + 1] ?? 0));
      let i = down ? (furthest[offset + k + 1] ?? 0) : (furthest[offset + k - 1] ?? 0) + 1;
      let j = i - k;
      while (i < x.length && j < y.length && equal(i, j)) {
        i++;
        j++;
      }
      furthest[offset + k] = i;
      if (i >= x.length && j >= y.length) return backtrack(trace, offset, x.length, y.length, d);
    }
  }
  return [];
}

function backtrack(
  trace: readonly Int32Array[],
  offset: number,
  width: number,
  height: number,
  distance: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [width, height];
  for (let d = distance; d >= 0; d--) {
    const furthest = trace[d] ?? new Int32Array(0);
    const k = i - j;
    const down = k === -d || (k !== d && (furthest[offset + k - 1] ?? 0) < (furthest[offset + k + 1] ?? 0));
    const before = down ? k + 1 : k - 1;
    const fromI = d === 0 ? 0 : (furthest[offset + before] ?? 0);
    const fromJ = d === 0 ? 0 : fromI - before;
    while (i > fromI && j > fromJ && (d === 0 || i > (down ? fromI : fromI + 1) || j > (down ? fromJ + 1 : fromJ))) {
      if (d > 0 && ((down && j === fromJ + 1 && i === fromI) || (!down && i === fromI + 1 && j === fromJ))) break;
      i--;
      j--;
      pairs.push([i, j]);
    }
    [i, j] = [fromI, fromJ];
  }
  return pairs.reverse();
}

const NO_NEWLINE = '\\ No newline at end of file\n';

function lineText(text: Text, index: number, mark: string): string {
  const open = index === text.lines.length - 1 && !text.ended;
  return `${mark}${text.lines[index]}\n${open ? NO_NEWLINE : ''}`;
}

function printNormal(context: Context, a: Text, b: Text, { from, removed, to, added }: Change): void {
  const range = (start: number, count: number): string =>
    count === 0 ? String(start) : count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
  const letter = removed === 0 ? 'a' : added === 0 ? 'd' : 'c';
  context.print(`${range(from, removed)}${letter}${range(to, added)}\n`);
  for (let i = 0; i < removed; i++) context.print(lineText(a, from + i, '< '));
  if (letter === 'c') context.print('---\n');
  for (let i = 0; i < added; i++) context.print(lineText(b, to + i, '> '));
}

function printUnified(
  context: Context,
  left: string,
  right: string,
  a: Text,
  b: Text,
  changes: readonly Change[],
): void {
  const { flags } = context;
  const around = Number(flags.value('U') || flags.value('u') || 3);
  const labels = flags.values('L');
  context.print(`--- ${labels[0] ?? titled(context, left)}\n+++ ${labels[1] ?? titled(context, right)}\n`);
  for (let i = 0; i < changes.length; ) {
    let last = i;
    for (;;) {
      const [here, next] = [changes[last], changes[last + 1]];
      if (here === undefined || next === undefined || next.from - (here.from + here.removed) > 2 * around) break;
      last++;
    }
    printHunk(context, a, b, changes.slice(i, last + 1), around);
    i = last + 1;
  }
}

function titled(context: Context, path: string): string {
  if (context.flavour === 'busybox') return path;
  const at = (statOrNothing(context.sys, path)?.modified ?? context.sys.now()) / 1000;
  return `${path}\t${strftime('%Y-%m-%d %H:%M:%S.%N +0000', at)}`;
}

function printHunk(context: Context, a: Text, b: Text, changes: readonly Change[], around: number): void {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return;
  const fromA = Math.max(0, first.from - around);
  const fromB = Math.max(0, first.to - (first.from - fromA));
  const toA = Math.min(a.lines.length, last.from + last.removed + around);
  const toB = Math.min(b.lines.length, last.to + last.added + (toA - last.from - last.removed));
  const range = (from: number, to: number): string =>
    to - from === 1 ? String(from + 1) : `${to === from ? from : from + 1},${to - from}`;
  context.print(`@@ -${range(fromA, toA)} +${range(fromB, toB)} @@\n`);
  let at = fromA;
  for (const { from, removed, to, added } of changes) {
    for (; at < from; at++) context.print(lineText(a, at, ' '));
    for (let i = 0; i < removed; i++) context.print(lineText(a, from + i, '-'));
    for (let i = 0; i < added; i++) context.print(lineText(b, to + i, '+'));
    at = from + removed;
  }
  for (; at < toA; at++) context.print(lineText(a, at, ' '));
}

const CMP: CommandSpec = {
  usage: '[-ls] [-n NUM] FILE1 [FILE2]',
  flags: 'l|verbose s|silent|quiet n|bytes= i= b',
  badUsage: 2,
  arguments: [1, 4],
};

export const cmp = command(CMP, function* (context) {
  const { flags, sys, flavour } = context;
  const [left = '-', right = '-'] = context.args;
  const sides: Uint8Array[] = [];
  for (const path of [left, right]) {
    try {
      sides.push(path === '-' ? ((yield* readInput(context, '-')) ?? new Uint8Array(0)) : yield* readFile(sys, path));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (!flags.has('s')) context.complain(`${path}: ${errorText(error.code)}`);
      return flavour === 'gnu' ? 2 : 1;
    }
  }
  const [a = new Uint8Array(0), b = new Uint8Array(0)] = sides;
  const most = Number(flags.value('n') ?? Number.POSITIVE_INFINITY);
  let line = 1;
  for (let i = 0; i < Math.max(a.length, b.length) && i < most; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined) {
      const path = x === undefined ? left : right;
      if (!flags.has('s'))
        context.complain(flavour === 'gnu' ? `EOF on ${path} after byte ${i}, line ${line - 1}` : `EOF on ${path}`);
      return 1;
    }
    if (x !== y) {
      if (flags.has('l')) {
        context.print(`${i + 1} ${x.toString(8).padStart(3)} ${y.toString(8).padStart(3)}\n`);
        context.status = 1;
        continue;
      }
      if (!flags.has('s')) context.print(`${left} ${right} differ: char ${i + 1}, line ${line}\n`);
      return 1;
    }
    if (x === 10) line++;
  }
  return undefined;
});
