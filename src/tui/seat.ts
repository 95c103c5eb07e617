// One shell as somebody sits at it: its terminal pane, the line being written at its prompt, and the keys. The line editor draws
// into the pane as a shell's own would, so that scrolling back shows everything as it was.

import type { Key } from '../workstation/keys.ts';
import { type ActionName, press } from '../workstation/line/editor.ts';
import { changed as changedLine } from '../workstation/line/edits.ts';
import { remembered } from '../workstation/line/history.ts';
import { layOut, leave, NOTHING_PAINTED, type Painted, paint, shown } from '../workstation/line/layout.ts';
import { type Effect, type LineState, newLine } from '../workstation/line/state.ts';
import { unfinished } from '../workstation/line/unfinished.ts';
import type { Size } from './layout.ts';
import { newPane, type Pane } from './pane.ts';

/** What a shell tells whoever sits at it. */
interface ShellStatus {
  readonly atPrompt: boolean;
  readonly prompt: string;
}

export interface SeatOptions {
  readonly columns: number;
  readonly rows: number;
  readonly status: () => ShellStatus;
  /** Something can be seen that couldn't before. */
  readonly changed: () => void;
  /** Bytes for what runs in the foreground. */
  readonly send: (bytes: Uint8Array) => void;
  readonly history: readonly string[];
  /** What keys do in the line. */
  readonly bindings: () => ReadonlyMap<string, ActionName>;
}

export interface Seat {
  readonly pane: Pane;
  /** Whether the line editor has the keys. */
  readonly writing: () => boolean;
  readonly line: () => LineState;
  readonly history: () => readonly string[];
  /** How many rows one has scrolled up. */
  readonly scrolled: () => number;
  /** The size that the pane has, or will have in a moment. */
  readonly size: () => Size;
  /** Rows that have come since one has scrolled up. */
  readonly unseen: () => number;
  /** Output of programs. */
  output(bytes: Uint8Array): void;
  /** Lines of the teacher's, above the line being written. */
  say(lines: readonly string[]): void;
  /** Looks whether the shell has come to its prompt. */
  refresh(): void;
  /** A key at the prompt; what it causes is for the caller. Keys for a program are sent on. */
  press(key: Key): Effect | undefined;
  /** Another line in place of the one that is being written. */
  write(text: string): void;
  /** Changes the line that is being written; that can be undone. */
  change(text: string, cursor: number): void;
  /** The line was taken: it stays as it is, and the terminal goes on below. What comes is its output, unless told otherwise. */
  finish(suffix?: string, hasOutput?: boolean): void;
  /** What the last line that was taken has said, with its line ends. */
  lastOutput(): string;
  clear(): void;
  resize(columns: number, rows: number): void;
  scroll(rows: number): void;
}

type Stage = 'running' | 'opening' | 'writing';

export function newSeat(options: SeatOptions): Seat {
  const { status, changed, send } = options;
  const pane = newPane(options.columns, options.rows);
  let stage: Stage = 'running';
  let history = options.history;
  let line = newLine(history);
  let painted: Painted = NOTHING_PAINTED;
  let seenRows = 0;
  let scrolled = 0;
  let size: Size = { columns: options.columns, rows: options.rows };

  const put = (text: string | Uint8Array): void => pane.write(text, changed);

  const repaint = (): void => {
    if (stage !== 'writing') return;
    const { prompt, line: visible } = shown(line, status().prompt);
    const drawn = paint(layOut(prompt, visible.text, visible.cursor, pane.columns), painted, pane.rows);
    painted = drawn.painted;
    put(drawn.text);
  };

  /** The prompt begins on a row of its own. */
  const open = (): void => {
    stage = 'opening';
    pane.write('', () => {
      if (stage !== 'opening') return;
      stage = 'writing';
      painted = NOTHING_PAINTED;
      if (pane.cursor().column > 0) put('\r\n');
      pane.write('', pane.end);
      repaint();
    });
  };

  /** Writes above the line that is being written. */
  const above = (text: string | Uint8Array, ended: boolean): void => {
    put(paint({ rows: [''], cursor: { row: 0, column: 0 } }, painted, pane.rows).text);
    put(text);
    if (!ended) put('\r\n');
    painted = NOTHING_PAINTED;
    repaint();
  };

  const seat: Seat = {
    pane,
    writing: () => stage !== 'running',
    line: () => line,
    history: () => history,
    scrolled: () => scrolled,
    size: () => size,
    unseen: () => pane.above() - seenRows,
    output(bytes) {
      if (stage === 'writing') above(bytes, bytes.at(-1) === 0x0a);
      else put(bytes);
    },
    say(lines) {
      const text = lines.map((each) => `${each}\r\n`).join('');
      if (stage === 'writing') above(text, true);
      else put(text);
    },
    refresh() {
      const { atPrompt } = status();
      if (atPrompt && stage === 'running') open();
      else if (!atPrompt && stage !== 'running') stage = 'running';
    },
    press(key) {
      scrolled = 0;
      if (stage === 'running') {
        if (key.kind !== 'position' && key.kind !== 'wheel')
          send(new TextEncoder().encode(rawOf(key, pane.wantsPastes())));
        return undefined;
      }
      const step = press(line, key, { history, unfinished }, options.bindings());
      line = step.state;
      if (step.effect === undefined || step.effect.kind === 'bell') repaint();
      return step.effect;
    },
    write(text) {
      line = { ...newLine(history, line.kills), text, cursor: text.length };
      repaint();
    },
    change(text, cursor) {
      line = changedLine(line, text, cursor);
      repaint();
    },
    finish(suffix = '', hasOutput = true) {
      stage = 'writing';
      line = { ...line, cursor: line.text.length, search: undefined };
      repaint();
      put(suffix + leave(painted));
      if (hasOutput) pane.write('', pane.begin);
      if (suffix === '') history = remembered(history, line.text);
      line = newLine(history, line.kills);
      painted = NOTHING_PAINTED;
      stage = 'running';
    },
    lastOutput: pane.between,
    clear() {
      put('\x1b[H\x1b[2J');
      painted = NOTHING_PAINTED;
      repaint();
    },
    resize(columns, rows) {
      if (columns === size.columns && rows === size.rows) return;
      size = { columns, rows };
      const before = painted;
      if (stage === 'writing') put(paint({ rows: [''], cursor: { row: 0, column: 0 } }, before, pane.rows).text);
      pane.write('', () => {
        pane.resize(columns, rows);
        painted = NOTHING_PAINTED;
        repaint();
        changed();
      });
    },
    scroll(rows) {
      if (scrolled === 0) seenRows = pane.above();
      scrolled = Math.max(0, Math.min(pane.above(), scrolled + rows));
      changed();
    },
  };
  pane.onAnswer((data) => {
    if (stage === 'running') send(new TextEncoder().encode(data));
  });
  return seat;
}

/** A program that hasn't asked for marked pastes gets the text alone, with the line ends that keys have. */
function rawOf(key: Key, marked: boolean): string {
  return key.kind === 'paste' && !marked ? key.text.replaceAll('\n', '\r') : key.raw;
}
