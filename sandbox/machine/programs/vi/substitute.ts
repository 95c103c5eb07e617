// `:s`: what a pattern matches is replaced, in a range of lines.

import { beginChange, endChange, spliceLines } from './edits.ts';
import { matchOfLine } from './pattern.ts';
import { firstNonBlank, goTo, lineAt, type ViState } from './state.ts';

/** `s/pattern/replacement/flags` without its `s`; an empty one repeats the last. */
export function substitute(v: ViState, from: number, to: number, text: string): void {
  const request = readRequest(v, text);
  if (request === undefined) return;
  v.substitution = request;
  const flags = request.flags;
  const match = matchOfLine(v, request.pattern, flags.includes('i'));
  if (match === undefined) return;
  beginChange(v);
  let count = 0;
  let touched = 0;
  let last = from;
  for (let row = from, end = to; row <= end; row++) {
    const done = substituteLine(lineAt(v, row), match, request.replacement, flags.includes('g'));
    if (done.count === 0) continue;
    count += done.count;
    touched++;
    const lines = done.text.split('\n');
    if (!flags.includes('n')) spliceLines(v, row, 1, lines);
    row += lines.length - 1;
    end += lines.length - 1;
    last = row;
  }
  if (count === 0) v.message = `E486: Pattern not found: ${request.pattern}`;
  else {
    goTo(v, last, 0);
    v.col = firstNonBlank(lineAt(v, v.row));
    if (count > 2 || flags.includes('n')) v.message = `${count} substitutions on ${touched} lines`;
  }
  endChange(v);
}

function readRequest(v: ViState, text: string): ViState['substitution'] {
  const separator = text.charAt(0);
  if (separator === '' || /[\w\s]/.test(separator)) {
    if (v.substitution === undefined) v.message = 'E35: No previous regular expression';
    return v.substitution === undefined ? undefined : { ...v.substitution, flags: text.trim() };
  }
  const parts = splitAt(text.slice(1), separator);
  const [pattern = '', replacement = '', flags = ''] = parts;
  const used = pattern === '' ? (v.search?.pattern ?? v.substitution?.pattern ?? '') : pattern;
  v.search = { pattern: used, forward: true };
  return { pattern: used, replacement, flags: flags.trim() };
}

/** Parts between a separator; one behind a backslash is text. */
function splitAt(text: string, separator: string): string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\\' && i + 1 < text.length) {
      const next = text.charAt(++i);
      parts[parts.length - 1] += next === separator ? next : char + next;
    } else if (char === separator && parts.length < 3) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

type LineMatch = NonNullable<ReturnType<typeof matchOfLine>>;

function substituteLine(
  line: string,
  match: LineMatch,
  replacement: string,
  all: boolean,
): { readonly text: string; readonly count: number } {
  let out = '';
  let at = 0;
  let count = 0;
  while (at <= line.length) {
    const found = match(line, at);
    if (found === undefined) break;
    count++;
    out += line.slice(at, found.start) + expand(replacement, line.slice(found.start, found.end), found.groups);
    if (found.end > found.start) at = found.end;
    else {
      out += line.charAt(found.end);
      at = found.end + 1;
    }
    if (!all) break;
  }
  return { text: out + line.slice(at), count };
}

/** `&` is what matched, `\1` a group, `\r` a new line; `\u`, `\U` and the like change the case of what follows. */
function expand(replacement: string, whole: string, groups: readonly (string | undefined)[]): string {
  let out = '';
  let once: string | undefined;
  let going: string | undefined;
  const add = (text: string): void => {
    if (text === '') return;
    let cased = going === 'U' ? text.toUpperCase() : going === 'L' ? text.toLowerCase() : text;
    if (once === 'u') cased = cased.charAt(0).toUpperCase() + cased.slice(1);
    if (once === 'l') cased = cased.charAt(0).toLowerCase() + cased.slice(1);
    once = undefined;
    out += cased;
  };
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement.charAt(i);
    if (char === '&') add(whole);
    else if (char !== '\\') add(char);
    else {
      const next = replacement.charAt(++i);
      if (/[0-9]/.test(next)) add(next === '0' ? whole : (groups[Number(next) - 1] ?? ''));
      else if (next === 'u' || next === 'l') once = next;
      else if (next === 'U' || next === 'L') going = next;
      else if (next === 'e' || next === 'E') going = undefined;
      else add(next === 'r' || next === 'n' ? '\n' : next === 't' ? '\t' : next);
    }
  }
  return out;
}
