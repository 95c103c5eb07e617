// Fields: what one word becomes. Quoted text stays together; unquoted results of expansions are split at the characters
// of IFS; unquoted `*?[` make a field a pattern.

import { escapePattern, hasGlob } from './pattern.ts';

export interface Field {
  readonly text: string;
  /** The pattern it is, when something unquoted in it globs. */
  readonly pattern: string | undefined;
}

export interface FieldBuilder {
  readonly done: Field[];
  readonly ifs: string;
  /** Whether groups of patterns are known. */
  readonly extended: boolean;
  pieces: { text: string; quoted: boolean }[];
  /** The field exists, even if it is empty. */
  open: boolean;
  /** The last field was ended by a blank: one more delimiter that is no blank belongs to the same gap. */
  gap: boolean;
}

export function newFields(ifs: string, extended = false): FieldBuilder {
  return { done: [], ifs, extended, pieces: [], open: false, gap: false };
}

export function addQuoted(b: FieldBuilder, text: string): void {
  b.pieces.push({ text, quoted: true });
  b.open = true;
  b.gap = false;
}

/** Text that stood in the script itself: never split. */
export function addLiteral(b: FieldBuilder, text: string): void {
  if (text === '') return;
  b.pieces.push({ text, quoted: false });
  b.open = true;
  b.gap = false;
}

export function endField(b: FieldBuilder): void {
  if (!b.open) return;
  b.done.push(fieldOf(b));
  b.pieces = [];
  b.open = false;
}

function fieldOf({ pieces, extended }: FieldBuilder): Field {
  const text = pieces.map((piece) => piece.text).join('');
  if (!pieces.some((piece) => !piece.quoted && hasGlob(piece.text, extended))) return { text, pattern: undefined };
  const pattern = pieces.map((piece) => (piece.quoted ? escapePattern(piece.text) : piece.text)).join('');
  return { text, pattern };
}

/** The result of an unquoted expansion. */
export function addSplit(b: FieldBuilder, value: string): void {
  if (value === '') return;
  if (b.ifs === '' || !touches(value, b.ifs)) {
    addLiteral(b, value);
    return;
  }
  let from = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value.charAt(i);
    if (!b.ifs.includes(c)) continue;
    addLiteral(b, value.slice(from, i));
    from = i + 1;
    delimit(b, c);
  }
  addLiteral(b, value.slice(from));
}

function touches(value: string, ifs: string): boolean {
  for (let i = 0; i < ifs.length; i++) if (value.includes(ifs.charAt(i))) return true;
  return false;
}

function delimit(b: FieldBuilder, c: string): void {
  if (c === ' ' || c === '\t' || c === '\n') {
    if (b.open) {
      endField(b);
      b.gap = true;
    }
  } else if (b.open) endField(b);
  else if (b.gap) b.gap = false;
  else b.done.push({ text: '', pattern: undefined });
}
