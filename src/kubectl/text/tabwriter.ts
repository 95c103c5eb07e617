// Columns of text, aligned as Go's text/tabwriter aligns them: a column goes as far as lines that follow each other have
// a cell ended by a tab in that place; what stands after a line's last tab is in no column.

export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
  /** Columns never get narrower than they were before. */
  readonly rememberWidths: boolean;
}

/** Tables of `kubectl get` and what resembles them. */
export const TABLE: TabOptions = { minWidth: 6, padding: 3, rememberWidths: true };

export interface TabWriter {
  write(text: string): void;
  /** What was written since the last time, aligned. */
  flush(): string;
  /** Columns may be narrow again. */
  forgetWidths(): void;
}

export function createTabWriter(options: TabOptions): TabWriter {
  let pending = '';
  let widest: number[] = [];
  return {
    write(text) {
      pending += text;
    },
    flush() {
      const lines = pending.split('\n').map((line) => line.split('\t'));
      pending = '';
      return alignInParts(lines, options, widest);
    },
    forgetWidths() {
      widest = [];
    },
  };
}

/** A text with tabs, aligned at once. */
export function align(text: string, options: TabOptions): string {
  return alignBlock(
    text.split('\n').map((line) => line.split('\t')),
    options,
    [],
  );
}

/** A line without tabs ends what is looked at together; that only matters where widths are remembered. */
function alignInParts(lines: readonly (readonly string[])[], options: TabOptions, widest: number[]): string {
  if (!options.rememberWidths) return alignBlock(lines, options, widest);
  const parts: string[] = [];
  let start = 0;
  lines.forEach((line, i) => {
    if (line.length > 1 && i < lines.length - 1) return;
    parts.push(alignBlock(lines.slice(start, i + 1), options, widest));
    start = i + 1;
  });
  return parts.join('\n');
}

function alignBlock(lines: readonly (readonly string[])[], options: TabOptions, widest: number[]): string {
  const out: string[] = [];
  const widths: number[] = [];

  /** Lines from `start` up to `end`, whose first cells have the widths that are known. */
  const format = (start: number, end: number): void => {
    const column = widths.length;
    let from = start;
    for (let at = start; at < end; at++) {
      if (!hasColumn(lines[at], column)) continue;
      for (; from < at; from++) out.push(paddedLine(lines[from] ?? [], widths));
      let width = options.minWidth;
      for (; at < end && hasColumn(lines[at], column); at++) {
        width = Math.max(width, textWidth(lines[at]?.[column] ?? '') + options.padding);
      }
      widths.push(options.rememberWidths ? remembered(widest, column, width) : width);
      format(from, at);
      widths.pop();
      from = at;
      at--;
    }
    for (; from < end; from++) out.push(paddedLine(lines[from] ?? [], widths));
  };
  format(0, lines.length);
  return out.join('\n');
}

function hasColumn(line: readonly string[] | undefined, column: number): boolean {
  return line !== undefined && column < line.length - 1;
}

function remembered(widest: number[], column: number, width: number): number {
  const kept = Math.max(widest[column] ?? 0, width);
  widest[column] = kept;
  return kept;
}

function paddedLine(cells: readonly string[], widths: readonly number[]): string {
  let line = '';
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? '';
    const width = widths[i];
    line += width === undefined ? cell : cell.padEnd(width + cell.length - textWidth(cell));
  }
  return line;
}

/** In characters, as Go counts runes. */
function textWidth(text: string): number {
  let width = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc00 && unit <= 0xdfff) width--;
  }
  return width;
}
