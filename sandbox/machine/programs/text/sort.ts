// `sort`, `uniq`, `comm`, `join`: lines in order, and what order makes possible.

import { SHORT_MONTHS } from '../../calendar.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readInput, readInputs, splitLines, writeFile } from '../kit/input.ts';

const SORT: CommandSpec = {
  usage: '[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
  flags:
    'n|numeric-sort r|reverse u|unique g|general-numeric-sort M|month-sort c|check? C s|stable z|zero-terminated b|ignore-leading-blanks d|dictionary-order f|ignore-case i|ignore-nonprinting o|output= k|key= t|field-separator= V|version-sort m|merge T= S= h|human-numeric-sort R|random-sort',
};

interface Key {
  readonly from: number;
  readonly fromOffset: number;
  readonly to: number;
  readonly toOffset: number;
  readonly letters: string;
}

function parseKey(text: string, context: Context): Key {
  const found = /^(\d+)(?:\.(\d+))?([bdfghiMnrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnrV]*))?$/.exec(text);
  if (found === null || found[1] === '0') {
    throw new UsageProblem(
      context.flavour === 'gnu'
        ? `invalid number at field start: invalid count at start of '${text}'`
        : `bad field specification`,
      false,
    );
  }
  return {
    from: Number(found[1]) - 1,
    fromOffset: Math.max(0, Number(found[2] ?? 1) - 1),
    to: found[4] === undefined ? Number.POSITIVE_INFINITY : Number(found[4]) - 1,
    toOffset: Number(found[5] ?? 0),
    letters: (found[3] ?? '') + (found[6] ?? ''),
  };
}

/** The part of a line that a key means. */
function keyText(line: string, key: Key, separator: string | undefined): string {
  const starts = fieldStarts(line, separator);
  const from = starts[key.from];
  if (from === undefined) return '';
  const end = key.to === Number.POSITIVE_INFINITY ? line.length : fieldEnd(line, starts, key, separator);
  return line.slice(from + key.fromOffset, end);
}

function fieldEnd(line: string, starts: readonly number[], key: Key, separator: string | undefined): number {
  if (key.toOffset > 0) return Math.min(line.length, (starts[key.to] ?? line.length) + key.toOffset);
  const next = starts[key.to + 1];
  if (next === undefined) return line.length;
  return separator === undefined ? next : next - 1;
}

/** Without a separator, fields begin at the blanks before them. */
function fieldStarts(line: string, separator: string | undefined): number[] {
  const starts = [0];
  if (separator !== undefined) {
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 1; i < line.length; i++)
    if (/[ \t]/.test(line.charAt(i)) && !/[ \t]/.test(line.charAt(i - 1))) starts.push(i);
  return starts;
}

const MONTHS = SHORT_MONTHS.map((name) => name.toUpperCase());

function compareBy(letters: string, a: string, b: string): number {
  const skip = letters.includes('b') || /[nghM]/.test(letters);
  let [x, y] = skip ? [a.trimStart(), b.trimStart()] : [a, b];
  if (letters.includes('n')) return leadingNumber(x) - leadingNumber(y);
  if (letters.includes('h')) return humanNumber(x) - humanNumber(y);
  if (letters.includes('g')) return generalNumber(x) - generalNumber(y);
  if (letters.includes('M'))
    return MONTHS.indexOf(x.slice(0, 3).toUpperCase()) - MONTHS.indexOf(y.slice(0, 3).toUpperCase());
  if (letters.includes('V')) return compareVersions(x, y);
  if (letters.includes('d')) [x, y] = [x.replace(/[^A-Za-z0-9 \t]/g, ''), y.replace(/[^A-Za-z0-9 \t]/g, '')];
  if (letters.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function leadingNumber(text: string): number {
  return Number(/^-?\d*\.?\d*/.exec(text)?.[0] || 0) || 0;
}

function humanNumber(text: string): number {
  const found = /^(-?\d*\.?\d*)([KMGTPEkmgtpe]?)/.exec(text);
  const unit = ' KMGTPE'.indexOf((found?.[2] ?? '').toUpperCase() || ' ');
  return (Number(found?.[1]) || 0) * 1024 ** unit;
}

function generalNumber(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

/** Numbers in versions count as numbers: 1.10 is after 1.9. */
function compareVersions(a: string, b: string): number {
  const x = a.match(/\d+|\D+/g) ?? [];
  const y = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = '', q = ''] = [x[i], y[i]];
    const order = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : p < q ? -1 : p > q ? 1 : 0;
    if (order !== 0) return order;
  }
  return 0;
}

type Compare = (a: string, b: string) => number;

function comparison(context: Context): { readonly full: Compare; readonly keys: Compare } {
  const { flags } = context;
  const letters = ['n', 'g', 'M', 'h', 'V', 'b', 'd', 'f'].filter((letter) => flags.has(letter)).join('');
  const separator = flags.value('t');
  const tab = separator === '\\t' ? '\t' : separator;
  const specs = flags.values('k').map((text) => parseKey(text, context));
  const byKeys: Compare = (a, b) => {
    if (specs.length === 0) return (flags.has('r') ? -1 : 1) * compareBy(letters, a, b);
    for (const key of specs) {
      const own = key.letters === '' ? letters : key.letters;
      const order = compareBy(own, keyText(a, key, tab), keyText(b, key, tab));
      const reversed = key.letters === '' ? flags.has('r') : key.letters.includes('r');
      if (order !== 0) return reversed ? -order : order;
    }
    return 0;
  };
  const last: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (flags.has('r') ? -1 : 1);
  return { keys: byKeys, full: (a, b) => byKeys(a, b) || (flags.has('s') || flags.has('u') ? 0 : last(a, b)) };
}

export const sort = command(SORT, function* (context) {
  const { flags, sys } = context;
  if (flags.has('h') && context.flavour === 'busybox') throw new UsageProblem("invalid option -- 'h'");
  const { full, keys } = comparison(context);
  const inputs = yield* readInputs(context, context.args);
  if (context.status !== 0) return context.flavour === 'gnu' ? 2 : 1;
  const separator = flags.has('z') ? '\0' : '\n';
  const lines = inputs.flatMap(({ bytes }) => linesOf(decode(bytes), separator));
  if (flags.has('c') || flags.has('C')) return checkOrder(context, lines, full);
  yield* sys.spend(Math.ceil(lines.length / 100));
  if (flags.has('R')) for (let i = lines.length - 1; i > 0; i--) swap(lines, i, sys.random(i + 1));
  else lines.sort(full);
  const kept = flags.has('u') ? lines.filter((line, i) => i === 0 || keys(lines[i - 1] ?? '', line) !== 0) : lines;
  const text = kept.map((line) => line + separator).join('');
  const output = flags.value('o');
  if (output === undefined) context.print(text);
  else yield* writeFile(sys, output, text);
  return undefined;
});

function linesOf(text: string, separator: string): string[] {
  if (separator === '\n') return splitLines(text);
  const lines = text.split(separator);
  if (text.endsWith(separator)) lines.pop();
  return lines;
}

function swap(lines: string[], a: number, b: number): void {
  [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
}

function checkOrder(context: Context, lines: readonly string[], compare: Compare): number {
  for (let i = 1; i < lines.length; i++) {
    if (compare(lines[i - 1] ?? '', lines[i] ?? '') <= 0) continue;
    const path = context.args[0] ?? '-';
    if (context.flags.has('c')) sayDisorder(context, path, i, lines[i] ?? '');
    return 1;
  }
  return 0;
}

function sayDisorder(context: Context, path: string, index: number, line: string): void {
  if (context.flavour === 'gnu') context.complain(`${path}:${index + 1}: disorder: ${line}`);
  else context.warn(`Check line ${index}\n`);
}

const UNIQ: CommandSpec = {
  usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]',
  flags: 'c|count d|repeated u|unique i|ignore-case z|zero-terminated f|skip-fields= s|skip-chars= w|check-chars= D',
  arguments: [0, 2],
};

export const uniq = command(UNIQ, function* (context) {
  const { flags, args } = context;
  const bytes = yield* readInput(context, args[0] ?? '-', 'quoted');
  if (bytes === undefined) return 1;
  const groups: { line: string; count: number; key: string }[] = [];
  for (const line of splitLines(decode(bytes))) {
    const key = uniqKey(context, line);
    const last = groups.at(-1);
    if (last?.key === key) last.count++;
    else groups.push({ line, count: 1, key });
  }
  const kept = groups.filter(({ count }) => !(flags.has('d') && count < 2) && !(flags.has('u') && count > 1));
  const text = kept
    .map(({ line, count }) => `${flags.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
    .join('');
  const output = args[1];
  if (output === undefined) context.print(text);
  else yield* writeFile(context.sys, output, text);
  return undefined;
});

function uniqKey({ flags }: Context, line: string): string {
  let key = line;
  for (let i = 0; i < Number(flags.value('f') ?? 0); i++) key = key.replace(/^[ \t]*[^ \t]*/, '');
  key = key.slice(Number(flags.value('s') ?? 0));
  if (flags.has('w')) key = key.slice(0, Number(flags.value('w')));
  return flags.has('i') ? key.toLowerCase() : key;
}

export const comm = command(
  { usage: '[-123] FILE1 FILE2', flags: '1 2 3 check-order nocheck-order', arguments: [2, 2] },
  function* (context) {
    const { flags } = context;
    const [left, right] = [
      yield* readInput(context, context.args[0] ?? ''),
      yield* readInput(context, context.args[1] ?? ''),
    ];
    if (left === undefined || right === undefined) return 1;
    const a = splitLines(decode(left));
    const b = splitLines(decode(right));
    const show = (column: 1 | 2 | 3, line: string): void => {
      if (flags.has(String(column))) return;
      const tabs = [1, 2].filter((each) => each < column && !flags.has(String(each))).length;
      context.print(`${'\t'.repeat(tabs)}${line}\n`);
    };
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      const [x, y] = [a[i], b[j]];
      if (x !== undefined && (y === undefined || x < y)) {
        show(1, x);
        i++;
      } else if (y !== undefined && (x === undefined || y < x)) {
        show(2, y);
        j++;
      } else {
        show(3, x ?? '');
        i++;
        j++;
      }
    }
    return undefined;
  },
);

const JOIN: CommandSpec = {
  usage: '[-a N] [-t CHAR] [-1 N] [-2 N] [-o LIST] FILE1 FILE2',
  flags: 'a= v= e= t= 1= 2= j= o= i|ignore-case',
  arguments: [2, 2],
};

export const joinLines = command(JOIN, function* (context) {
  const { flags } = context;
  const [left, right] = [
    yield* readInput(context, context.args[0] ?? ''),
    yield* readInput(context, context.args[1] ?? ''),
  ];
  if (left === undefined || right === undefined) return 1;
  const separator = flags.value('t');
  const split = (line: string): string[] =>
    separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
  const key1 = Number(flags.value('1') ?? flags.value('j') ?? 1) - 1;
  const key2 = Number(flags.value('2') ?? flags.value('j') ?? 1) - 1;
  const a = splitLines(decode(left)).map(split);
  const b = splitLines(decode(right)).map(split);
  const glue = separator ?? ' ';
  const out = (x: readonly string[] | undefined, y: readonly string[] | undefined): void => {
    const key = x?.[key1] ?? y?.[key2] ?? '';
    const rest = [...(x ?? []).filter((_, i) => i !== key1), ...(y ?? []).filter((_, i) => i !== key2)];
    const list = flags.value('o');
    const chosen =
      list === undefined
        ? [key, ...rest]
        : list.split(/[ ,]/).map((spec) => chosenField(spec, key, x, y) ?? flags.value('e') ?? '');
    context.print(`${chosen.join(glue)}\n`);
  };
  const matched = new Set<number>();
  const only = flags.values('v');
  for (const x of a) {
    const partners = b.map((y, j) => [y, j] as const).filter(([y]) => y[key2] === x[key1]);
    for (const [y, j] of partners) {
      matched.add(j);
      if (only.length === 0) out(x, y);
    }
    if (partners.length === 0 && (flags.values('a').includes('1') || only.includes('1'))) out(x, undefined);
  }
  b.forEach((y, j) => {
    if (!matched.has(j) && (flags.values('a').includes('2') || only.includes('2'))) out(undefined, y);
  });
  return undefined;
});

function chosenField(
  spec: string,
  key: string,
  x: readonly string[] | undefined,
  y: readonly string[] | undefined,
): string | undefined {
  if (spec === '0') return key;
  const [file, field] = spec.split('.');
  return (file === '1' ? x : y)?.[Number(field) - 1];
}
