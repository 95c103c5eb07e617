// Quoted text as Go's strconv reads it, in single quotes too: templates of kubectl have it.

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 0x5c],
]);

/** The text between the quotes; undefined when it isn't well formed. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0] ?? '';
  if (quoted.length < 2 || quote !== quoted.at(-1) || !`"'`.includes(quote)) return undefined;
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\') && !inner.includes(quote)) return inner;
  const bytes: number[] = [];
  for (let at = 0; at < inner.length; ) {
    const piece = readPiece(inner, at, quote);
    if (piece === undefined) return undefined;
    bytes.push(...piece.bytes);
    at += piece.length;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

type Piece = { readonly bytes: readonly number[]; readonly length: number };

/** One character or escape sequence, in UTF-8. */
function readPiece(text: string, at: number, quote: string): Piece | undefined {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === quote) return undefined;
  if (character !== '\\') return { bytes: utf8(character), length: character.length };
  const letter = text[at + 1] ?? '';
  const known = letter === quote ? quote.charCodeAt(0) : ESCAPES.get(letter);
  return known === undefined ? readNumbered(text, at) : { bytes: [known], length: 2 };
}

/** `\x41` and `\101` are bytes, `\u65e5` and `\U0001f600` are characters. */
function readNumbered(text: string, at: number): Piece | undefined {
  const numbered = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;
  numbered.lastIndex = at;
  const found = numbered.exec(text);
  if (found === null) return undefined;
  const [{ length }, byte, short, long, octal] = found;
  const character = short ?? long;
  if (character === undefined) {
    const value = byte === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(byte, 16);
    return value > 0xff ? undefined : { bytes: [value], length };
  }
  const code = Number.parseInt(character, 16);
  const exists = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return exists ? { bytes: utf8(String.fromCodePoint(code)), length } : undefined;
}

function utf8(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)];
}
