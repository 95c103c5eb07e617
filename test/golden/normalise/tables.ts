// Ages in printed tables: found by the column they stand in, never by their form alone (`12m` can be CPU).

import { AGE } from './scan.ts';

/** Takes the place of an age; nothing that is printed contains it. */
export const AGED = '\u0001';

const age = new RegExp(`^(?=\\d)${AGE}$`);
const repeated = new RegExp(`^(?=\\d)${AGE}( \\(x\\d+ over )(?=\\d)${AGE}\\)$`);

const ageHeaders: ReadonlySet<string> = new Set(['AGE', 'Age', 'LAST SEEN', 'FIRST SEEN', 'LAST SCHEDULE', 'DURATION']);
const ageKeys: ReadonlySet<string> = new Set(['Age:', 'Duration:']);

/** A whole cell that is an age, or an age with a count, in a form that is equal for all ages. */
export function withoutAge(cell: string): string {
  if (age.test(cell)) return AGED;
  return repeated.test(cell) ? cell.replace(repeated, `${AGED}$1${AGED})`) : cell;
}

/** The seconds that an age stands for, as far as it says. */
export function ageSeconds(cell: string): number {
  const unit = { s: 1, m: 60, h: 3600, d: 86400, y: 31536000 } as const;
  let seconds = 0;
  for (const [, count, letter] of cell.matchAll(/(\d+)([smhdy])/g)) {
    seconds += Number(count) * (letter === undefined ? 0 : unit[letter as keyof typeof unit]);
    if (cell.includes(' (')) break;
  }
  return seconds;
}

export interface Cell {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The parts of a line between two blanks or more. */
export function cellsOf(line: string): readonly Cell[] {
  return [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export interface TableLine {
  /** The line with its ages taken out. */
  readonly text: string;
  /** A row of a table of events: how long ago, in seconds. */
  readonly eventAge?: number;
}

interface Table {
  readonly indent: number;
  readonly header: readonly Cell[];
  readonly events: boolean;
}

/** Takes the ages out of all lines of an output. `bare`: the tables have no header. */
export function withoutAges(lines: readonly string[], bare: boolean): readonly TableLine[] {
  let table: Table | undefined;
  return lines.map((line) => {
    const cells = cellsOf(line);
    const opened = tableOf(cells);
    if (opened !== undefined) {
      table = opened;
      return { text: line };
    }
    const first = cells[0];
    if (first === undefined || (table !== undefined && first.start < table.indent)) table = undefined;
    if (first !== undefined && ageKeys.has(first.text)) return { text: replaceCells(line, cells.slice(1)) };
    if (bare) return { text: replaceCells(line, cells) };
    return table === undefined ? { text: line } : rowOf(line, cells, table);
  });
}

function tableOf(cells: readonly Cell[]): Table | undefined {
  if (!cells.some(({ text }) => ageHeaders.has(text)) || cells.length < 2) return undefined;
  const events = cells.some(({ text }) => text === 'REASON' || text === 'Reason');
  return { indent: cells[0]?.start ?? 0, header: cells, events };
}

function rowOf(line: string, cells: readonly Cell[], { header, events }: Table): TableLine {
  const aged = header.flatMap((column, i) => {
    if (!ageHeaders.has(column.text)) return [];
    const next = header[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const byPlace = cells.filter(({ start }) => start >= column.start && start < next);
    const byNumber = cells.length === header.length ? cells.slice(i, i + 1) : byPlace;
    return byNumber;
  });
  const seen = events ? aged[0] : undefined;
  const text = replaceCells(line, aged);
  return seen === undefined || text === line ? { text } : { text, eventAge: ageSeconds(seen.text) };
}

function replaceCells(line: string, cells: readonly Cell[]): string {
  let text = line;
  for (const cell of [...cells].sort((a, b) => b.start - a.start)) {
    text = text.slice(0, cell.start) + withoutAge(cell.text) + text.slice(cell.end);
  }
  return text;
}
