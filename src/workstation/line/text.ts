// Where things begin and end in a line of text: characters as people see them, words as readline and as the shell count them.

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/**
 * Each code unit is a character for itself: ASCII, punctuation, arrows, boxes and signs, kana and kanji, without those that
 * join what stands before them (U+302A to U+302F, U+3099, U+309A, U+FF9E, U+FF9F, selectors of variants).
 */
const PLAIN =
  /^[\x20-\x7e\n\t\u00a1-\u00ac\u2010-\u2027\u2190-\u23ff\u2500-\u27bf\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u4e00-\u9fff\uff01-\uff9d]*$/;

/** What people see as single characters, in order. */
export function graphemes(text: string): string[] {
  return PLAIN.test(text) ? [...text] : [...SEGMENTER.segment(text)].map(({ segment }) => segment);
}

/** The place before the character that ends at `at`. */
export function before(text: string, at: number): number {
  if (at <= 0) return 0;
  const from = Math.max(0, text.lastIndexOf('\n', at - 2));
  const last = graphemes(text.slice(from, at)).at(-1) ?? '';
  return at - last.length;
}

/** The place behind the character that begins at `at`. */
export function after(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const end = text.indexOf('\n', at + 1);
  const [first = ''] = graphemes(text.slice(at, end < 0 ? text.length : end + 1));
  return at + first.length;
}

const LETTER = /[\p{L}\p{N}\p{M}]/u;
const NO_BLANK = /\S/;

/** The beginning of the word before `at`: of letters and digits. */
export function wordStart(text: string, at: number): number {
  return backOver(
    text,
    backOver(text, at, (char) => !LETTER.test(char)),
    (char) => LETTER.test(char),
  );
}

/** The end of the word behind `at`. */
export function wordEnd(text: string, at: number): number {
  return onOver(
    text,
    onOver(text, at, (char) => !LETTER.test(char)),
    (char) => LETTER.test(char),
  );
}

/** The beginning of the word before `at`: of whatever isn't blank. */
export function blankWordStart(text: string, at: number): number {
  return backOver(
    text,
    backOver(text, at, (char) => !NO_BLANK.test(char)),
    (char) => NO_BLANK.test(char),
  );
}

function backOver(text: string, from: number, skip: (char: string) => boolean): number {
  let at = from;
  while (at > 0) {
    const previous = before(text, at);
    if (!skip(text.slice(previous, at))) break;
    at = previous;
  }
  return at;
}

function onOver(text: string, from: number, skip: (char: string) => boolean): number {
  let at = from;
  while (at < text.length) {
    const next = after(text, at);
    if (!skip(text.slice(at, next))) break;
    at = next;
  }
  return at;
}

/** The beginning of the line that `at` is on. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The end of the line that `at` is on. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
