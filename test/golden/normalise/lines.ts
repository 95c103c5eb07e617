// Compares what programs print, line by line.

import { type Difference, difference } from '../difference.ts';
import { type Comparison, inRecordedNames } from './comparison.ts';
import { withoutFigures, withoutMeasured } from './figures.ts';
import { withoutHardware } from './hardware.ts';
import type { Unit } from './identities.ts';
import { masked } from './scan.ts';
import { compareTexts } from './strings.ts';
import { cellsOf, withoutAges } from './tables.ts';

export interface LineRules {
  /** Tables without headers: any cell that looks like an age is one. */
  readonly bare?: boolean;
  /** A line may be repeated more or less often: `rollout status`, watches. */
  readonly repeats?: boolean;
  /** Lines of several sources come in any order. */
  readonly anyOrder?: boolean;
  /** Nodes are shown, and with them the machine. */
  readonly nodes?: boolean;
  /** What was measured of nodes and pods is shown. */
  readonly measured?: boolean;
}

interface Line {
  readonly raw: string;
  readonly text: string;
  /** Neighbours of one block have no order among themselves. */
  readonly block: string | undefined;
  readonly eventAge: number | undefined;
}

/** The first line that differs; undefined when the outputs say the same. */
export function compareLines(
  comparison: Comparison,
  recorded: readonly string[],
  ours: readonly string[],
  path: string,
  rules: LineRules = {},
): Difference | undefined {
  const model = prepare(recorded, rules, comparison);
  const left = inStableOrder(comparison, model, 'recorded', rules);
  const right = inStableOrder(comparison, prepare(ours, rules, comparison), 'own', rules, model);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i], right[i]];
    const place = `${path}[${i}]`;
    if (one === undefined || other === undefined) return difference(place, one?.raw, other?.raw);
    const found = compareTexts(comparison, one.text, other.text, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lines as pieces of evidence for the matching of names. */
export function lineUnits(slot: string, lines: readonly string[], rules: LineRules = {}): readonly Unit[] {
  return prepare(lines, rules, undefined).map(({ text }) => ({ slot, text }));
}

function prepare(raw: readonly string[], rules: LineRules, comparison: Comparison | undefined): readonly Line[] {
  // Before ages, which amounts look like: `100m`.
  const shown = rules.measured === true ? raw.map(withoutMeasured) : raw;
  const joined = joinCertificates(rules.nodes === true ? withoutHardware(shown) : shown);
  const lines = withoutAges(joined, rules.bare === true).map(({ text, eventAge }, i): Line => {
    const plain = comparison?.rules.figures === true ? withoutFigures(text) : text;
    return { raw: joined[i] ?? '', text: collapse(plain), block: blockOf(plain), eventAge };
  });
  if (rules.repeats !== true) return lines;
  return lines.filter((line, i) => i === 0 || masked(line.text) !== masked(lines[i - 1]?.text ?? ''));
}

/** A certificate takes as many lines as its key needs: it counts as one. */
function joinCertificates(lines: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let open = false;
  for (const line of lines) {
    if (open) joined[joined.length - 1] += `\n${line.trim()}`;
    else joined.push(line);
    if (line.includes('-----BEGIN ') && !line.includes('-----END ')) open = true;
    else if (line.includes('-----END ')) open = false;
  }
  return joined;
}

/**
 * Blanks within a line and underlines follow the widths of columns; the indentation counts. What other programs say of
 * their errors is their own business.
 */
function collapse(line: string): string {
  const program = /^(?:openssl|tar|ls|sed): /.exec(line)?.[0];
  if (program !== undefined) return program;
  const indent = /^ */.exec(line)?.[0] ?? '';
  return (
    indent +
    line
      .slice(indent.length)
      .replaceAll(/ +/g, ' ')
      .replaceAll(/(?<=^| )-{3,}(?= |$)/g, '---')
      .replace(/ $/, '')
  );
}

/** Lines that begin with a generated name, come from one of several pods, or tell of feature gates. */
function blockOf(line: string): string | undefined {
  if (line.startsWith('[pod/')) return '[pod/';
  // Go goes through them in any order.
  if (line.includes('"Feature gate default state"')) return 'gate';
  const label = masked(cellsOf(line)[0]?.text ?? '');
  return label.includes('<name>') ? label : undefined;
}

/**
 * Puts lines that have no order among themselves into one: rows of pods with random names, events of one second, lines
 * from several pods. Which events belong together is read from the ages in the recording, so ours are cut alike.
 */
function inStableOrder(
  comparison: Comparison,
  lines: readonly Line[],
  side: 'recorded' | 'own',
  rules: LineRules,
  model: readonly Line[] = lines,
): readonly Line[] {
  if (rules.anyOrder === true) return sortLines(comparison, lines, side);
  const sorted: Line[] = [];
  let start = 0;
  while (start < lines.length) {
    const source = lines[start]?.eventAge !== undefined && model[start]?.eventAge !== undefined ? model : lines;
    let end = start + 1;
    while (end < lines.length && end < source.length && belongTogether(source[end - 1], source[end])) end++;
    sorted.push(...sortLines(comparison, lines.slice(start, end), side));
    start = end;
  }
  return sorted;
}

function belongTogether(line: Line | undefined, next: Line | undefined): boolean {
  if (line === undefined || next === undefined) return false;
  if (line.eventAge !== undefined && next.eventAge !== undefined) return Math.abs(line.eventAge - next.eventAge) <= 1;
  return line.block !== undefined && line.block === next.block;
}

function sortLines(comparison: Comparison, lines: readonly Line[], side: 'recorded' | 'own'): readonly Line[] {
  const keyed = lines.map((line) => {
    const named = inRecordedNames(comparison, line.text, side);
    return { line, key: line.block === '[pod/' ? (named.split(' ')[0] ?? '') : named };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ line }) => line);
}
