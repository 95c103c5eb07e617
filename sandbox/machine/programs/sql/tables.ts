// Tables of results as clients draw them: psql's, and mysql's with its frame.

export interface Shown {
  readonly columns: readonly string[];
  /** Columns of numbers stand to the right. */
  readonly right: readonly boolean[];
  /** Null where there is no value. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** As `psql` draws it, with the count below. */
export function psqlTable({ columns, right, rows }: Shown, tuplesOnly: boolean): string {
  const texts = rows.map((row) => row.map((value) => value ?? ''));
  const widths = widthsOf(columns, texts);
  const line = (cells: readonly string[]): string => cells.join('|').replace(/\s+$/, '');
  const head = columns.map((name, index) => ` ${centred(name, widths[index] ?? 0)} `);
  const body = texts.map((row) =>
    line(row.map((value, index) => ` ${padded(value, widths[index] ?? 0, right[index] === true)} `)),
  );
  if (tuplesOnly) return `${body.join('\n')}\n${rows.length === 0 ? '' : '\n'}`;
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return `${[head.join('|'), rule, ...body, count].join('\n')}\n\n`;
}

/** One row a line, values between bars. */
export function psqlUnaligned({ columns, rows }: Shown, tuplesOnly: boolean, separator: string): string {
  const body = rows.map((row) => row.map((value) => value ?? '').join(separator));
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  const lines = tuplesOnly ? body : [columns.join(separator), ...body, count];
  return lines.map((each) => `${each}\n`).join('');
}

/** As `mysql` draws it on a terminal. */
export function mysqlTable({ columns, right, rows }: Shown): string {
  const texts = rows.map((row) => row.map((value) => value ?? 'NULL'));
  const widths = widthsOf(columns, texts);
  const frame = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (cells: readonly string[], isHead: boolean): string =>
    `|${cells.map((cell, index) => ` ${padded(cell, widths[index] ?? 0, !isHead && right[index] === true)} `).join('|')}|`;
  return `${[frame, line(columns, true), frame, ...texts.map((row) => line(row, false)), frame].join('\n')}\n`;
}

function widthsOf(columns: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
  return columns.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
}

function padded(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}

function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${' '.repeat(left)}${text}`.padEnd(width);
}
