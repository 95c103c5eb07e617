// The text of an expression, places within it, and how an error points at its place. Columns count code points.

/** Where something begins: lines from 1, columns from 0. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

/** The place of errors that concern no place. */
export const NOWHERE: Location = { line: -1, column: -1 };

/** Something wrong with an expression. */
export interface Issue {
  readonly location: Location;
  readonly message: string;
}

/** No more issues than these are shown. */
const MAX_ISSUES = 100;

/** The place of the character at `offset` (in UTF-16 units, as JavaScript counts); -1 is just before the text. */
export function locationAt(text: string, offset: number): Location {
  if (offset < 0 || text === '') return { line: 1, column: -1 };
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: countCodePoints(text, start, offset) };
}

/** How many code points lie between two offsets. */
export function countCodePoints(text: string, start = 0, end = text.length): number {
  let count = end - start;
  for (let i = start; i < end - 1; i++) {
    if (isHighSurrogate(text.charCodeAt(i)) && isLowSurrogate(text.charCodeAt(i + 1))) {
      count--;
      i++;
    }
  }
  return count;
}

/** All issues in the order of their places, each with the line it is about. */
export function renderIssues(text: string, issues: readonly Issue[]): string {
  const shown = issues.slice(0, MAX_ISSUES).sort(byLocation);
  const lines = shown.map((issue) => renderIssue(text, issue));
  const hidden = issues.length - shown.length;
  return [...lines, ...(hidden > 0 ? [`${hidden} more errors were truncated`] : [])].join('\n');
}

function byLocation({ location: a }: Issue, { location: b }: Issue): number {
  return a.line - b.line || a.column - b.column;
}

function renderIssue(text: string, { location, message }: Issue): string {
  const title = `ERROR: <input>:${location.line}:${location.column + 1}: ${message}`;
  const line = text === '' ? undefined : text.split('\n')[location.line - 1];
  if (line === undefined) return title;
  const points = [...line.replaceAll('\t', ' ')];
  const before = points.slice(0, Math.max(location.column, 0)).map((point) => (isWide(point) ? '．' : '.'));
  const mark = isWide(points[before.length]) ? '＾' : '^';
  return `${title}\n | ${points.join('')}\n | ${before.join('')}${mark}`;
}

/** Wide marks stand below everything that isn't ASCII. */
function isWide(point: string | undefined): boolean {
  return point !== undefined && (point.codePointAt(0) ?? 0) > 0x7f;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
