// Which part of the screen gets how many rows. The last row of the terminal stays empty: a frame that fills it makes terminals
// scroll.

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** `plain` is no screen at all: the terminal is too small. */
type LayoutKind = 'plain' | 'bare' | 'small' | 'usual' | 'large';

export interface Layout {
  readonly kind: LayoutKind;
  readonly columns: number;
  /** Rows of the story, or of all that stands above the terminal. */
  readonly top: number;
  readonly terminal: number;
  /** Rows of the map below the terminal. */
  readonly map: number;
  /** Rows of all, one less than the terminal has. */
  readonly rows: number;
}

export const LEAST: Size = { columns: 60, rows: 16 };
const STORY_LEAST = 6;

/**
 * `bare` leaves all rows but the first and the last two to the terminal: for programs that take the whole screen, and for who
 * wants it so.
 */
export function layoutOf({ columns, rows: all }: Size, bare: boolean, story: boolean): Layout {
  const rows = all - 1;
  if (columns < LEAST.columns || all < LEAST.rows)
    return { kind: 'plain', columns, top: 0, terminal: rows, map: 0, rows };
  if (bare) return { kind: 'bare', columns, top: 0, terminal: rows - 2, map: 0, rows };
  if (all < 24) return { kind: 'small', columns, top: 0, terminal: rows - 2, map: 0, rows };
  if (columns >= 120 && all >= 36) {
    const top = Math.min(20, Math.floor(rows * 0.42));
    return { kind: 'large', columns, top, terminal: rows - top - 4, map: 0, rows };
  }
  const top = story ? Math.max(STORY_LEAST, Math.floor((rows - 11) / 2)) : 0;
  return { kind: 'usual', columns, top, terminal: rows - top - 6, map: 2, rows };
}

/** How wide the story is drawn. */
export function storyColumns({ kind, columns }: Layout): number {
  return kind === 'large' ? LARGE_LEFT - 2 : columns - 2;
}

/** Where the left part of the large view ends. */
export const LARGE_LEFT = 66;
