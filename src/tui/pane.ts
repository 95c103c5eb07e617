// The terminal in the pane: what programs write goes into a terminal without a screen, and rows of it are read back as styled
// text. Programs that move the cursor, use colours or take the whole screen are shown as they mean it.

import headless, { type IBufferCell, type IMarker, type Terminal } from '@xterm/headless';
import stringWidth from 'fast-string-width';
import { type Color, type Row, type Span, type Style, span } from './text.ts';
import type { WordMark } from './work/shells.ts';

const SCROLLBACK = 5000;

export interface Pane {
  readonly columns: number;
  readonly rows: number;
  /** Calls back when it has been taken in. */
  write(data: string | Uint8Array, done?: () => void): void;
  resize(columns: number, rows: number): void;
  /** The rows that are seen, when one has scrolled up this many. */
  view(scrolled: number): readonly Row[];
  cursor(): { readonly row: number; readonly column: number; readonly visible: boolean };
  /** Whether a program has taken the whole screen. */
  fullScreen(): boolean;
  /** Whether the program that runs wants pastes to be marked. */
  wantsPastes(): boolean;
  /** How many rows lie above the first that is seen. */
  above(): number;
  /** Output that may be asked for begins here, and ends here. */
  begin(): void;
  end(): void;
  /** The text between these two, with its line ends. */
  between(): string;
  /** What programs ask for with escape sequences (where the cursor is, what terminal this is) is answered to them. */
  onAnswer(listener: (data: string) => void): void;
  /** Told of words that come by such a mark. */
  onWords(mark: WordMark, listener: (words: string) => void): void;
  dispose(): void;
}

export function newPane(columns: number, rows: number): Pane {
  const terminal = new headless.Terminal({ cols: columns, rows, scrollback: SCROLLBACK, allowProposedApi: true });
  terminal.unicode.register(WIDTHS);
  terminal.unicode.activeVersion = WIDTHS.version;
  let visible = true;
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => note(params, true));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => note(params, false));
  const note = (params: readonly (number | number[])[], shown: boolean): boolean => {
    if (params.includes(25)) visible = shown;
    return false;
  };
  let from: IMarker | undefined;
  let to: IMarker | undefined;
  /** Where the cursor is, in place of another such mark. */
  const mark = (before: IMarker | undefined): IMarker | undefined => {
    before?.dispose();
    return terminal.buffer.active.type === 'normal' ? terminal.registerMarker(0) : undefined;
  };
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (data, done) => terminal.write(data, done),
    resize(wide, high) {
      if (wide !== terminal.cols || high !== terminal.rows) terminal.resize(wide, high);
    },
    view: (scrolled) => readRows(terminal, scrolled),
    cursor() {
      const { cursorX, cursorY } = terminal.buffer.active;
      return { row: cursorY, column: Math.min(cursorX, terminal.cols - 1), visible };
    },
    fullScreen: () => terminal.buffer.active.type === 'alternate',
    wantsPastes: () => terminal.modes.bracketedPasteMode,
    above: () => terminal.buffer.active.baseY,
    begin() {
      from = mark(from);
      to = undefined;
    },
    end() {
      if (to === undefined && from !== undefined) to = mark(to);
    },
    between: () => (from === undefined ? '' : textBetween(terminal, from.line, to?.line)),
    onAnswer(listener) {
      terminal.onData(listener);
    },
    onWords({ code, nonce }, listener) {
      terminal.parser.registerOscHandler(code, (data) => {
        const [secret, words = ''] = data.split(';', 2);
        if (secret === nonce) listener(words.trim());
        return true;
      });
    },
    dispose: () => terminal.dispose(),
  };
}

/** Widths as terminals of today have them; the ones that come with xterm are older. */
const WIDTHS = {
  version: 'k8s-learn',
  wcwidth,
  charProperties(code: number, preceding: number): number {
    const width = wcwidth(code);
    const joins = width === 0 && preceding !== 0;
    return ((joins ? (preceding >> 1) & 3 : width) << 1) | (joins ? 1 : 0);
  },
};

function wcwidth(code: number): 0 | 1 | 2 {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300) return 1;
  const width = stringWidth(String.fromCodePoint(code));
  return width === 0 || width === 2 ? width : 1;
}

function readRows(terminal: Terminal, scrolled: number): Row[] {
  const { active } = terminal.buffer;
  const top = Math.max(0, active.baseY - scrolled);
  const cell = active.getNullCell();
  return Array.from({ length: terminal.rows }, (_, i) => readRow(terminal, top + i, cell));
}

/** Rows as lines: what the terminal has broken is put together. A row that has scrolled away has the number -1. */
function textBetween(terminal: Terminal, from: number, to: number | undefined): string {
  const { normal } = terminal.buffer;
  let text = '';
  for (let at = Math.max(0, from); at < (to ?? normal.baseY + normal.cursorY); at++) {
    const goesOn = normal.getLine(at + 1)?.isWrapped === true;
    text += normal.getLine(at)?.translateToString(!goesOn) ?? '';
    if (!goesOn) text += '\n';
  }
  return text;
}

function readRow(terminal: Terminal, at: number, cell: IBufferCell): Row {
  const line = terminal.buffer.active.getLine(at);
  const spans: Span[] = [];
  if (line === undefined) return spans;
  let key = 0;
  let text = '';
  let style: Style | undefined;
  for (let x = 0; x < terminal.cols; x++) {
    const there = line.getCell(x, cell);
    if (there === undefined || there.getWidth() === 0) continue;
    const looks = looksOf(there);
    if (looks !== key) {
      if (text !== '') spans.push(span(text, style));
      text = '';
      key = looks;
      style = looks === 0 ? undefined : styleOf(there);
    }
    text += there.getChars() || ' ';
  }
  const rest = style === undefined ? text.trimEnd() : text;
  if (rest !== '') spans.push(span(rest, style));
  return spans;
}

/** One number for all that makes up a cell's style; 0 for a plain one. */
function looksOf(cell: IBufferCell): number {
  if (cell.isAttributeDefault()) return 0;
  const colors =
    (cell.getFgColor() + 1) * 0x1000003 + cell.getBgColor() + 1 + cell.getFgColorMode() + cell.getBgColorMode();
  const flags =
    (cell.isBold() && 1) |
    (cell.isDim() && 2) |
    (cell.isItalic() && 4) |
    (cell.isUnderline() && 8) |
    (cell.isInverse() && 16) |
    (cell.isStrikethrough() && 32);
  return colors * 64 + flags + 1;
}

function styleOf(cell: IBufferCell): Style {
  const color = colorOf(cell.isFgRGB(), cell.isFgDefault(), cell.getFgColor());
  const background = colorOf(cell.isBgRGB(), cell.isBgDefault(), cell.getBgColor());
  return {
    ...(color === undefined ? {} : { color }),
    ...(background === undefined ? {} : { background }),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isDim() ? { dim: true } : {}),
    ...(cell.isItalic() ? { italic: true } : {}),
    ...(cell.isUnderline() ? { underline: true } : {}),
    ...(cell.isInverse() ? { inverse: true } : {}),
    ...(cell.isStrikethrough() ? { strike: true } : {}),
  };
}

function colorOf(rgb: boolean, plain: boolean, value: number): Color | undefined {
  if (plain) return undefined;
  return rgb ? { rgb: value } : value;
}
