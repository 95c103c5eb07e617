// `s` of `sed`, and writing to files.

import type { Match, Regex } from '../../regex/regex.ts';
import type { Blocking } from '../../sys.ts';
import { UsageProblem } from '../kit/flags.ts';
import type { Run, Went } from './run.ts';
import type { SedCommand } from './script.ts';

export function* writeTo(run: Run, path: string, text: string): Blocking<void> {
  const { sys } = run.context;
  if (path === '/dev/stdout' || path === '/dev/stderr') {
    if (path === '/dev/stdout') run.context.print(text);
    else run.context.warn(text);
    return;
  }
  let fd = run.files.get(path);
  if (fd === undefined) {
    fd = yield* sys.open(path, { write: true, create: true, truncate: true });
    run.files.set(path, fd);
  }
  yield* sys.write(fd, text);
}

export function* substitute(run: Run, c: SedCommand, out: (text: string) => void, separator: string): Blocking<Went> {
  const regex = c.regex ?? run.last;
  if (regex === undefined) throw new UsageProblem('no previous regular expression', false);
  run.last = regex;
  const replaced = replaceAll(run.pattern, regex, c);
  if (replaced === undefined) return undefined;
  run.pattern = replaced;
  run.substituted = true;
  if (c.flags.run) throw new UsageProblem("the e flag isn't modelled on this machine", false);
  if (c.flags.print) out(run.pattern + separator);
  if (c.flags.file !== undefined) yield* writeTo(run, c.flags.file, `${run.pattern}\n`);
  return undefined;
}

/** The text with its matches replaced; undefined when there is none to replace. */
function replaceAll(text: string, regex: Regex, c: SedCommand): string | undefined {
  let result = '';
  let at = 0;
  let count = 0;
  let changed = false;
  let lastEnd = -1;
  while (at <= text.length) {
    const match = regex.search(text, at);
    if (match === undefined) break;
    const empty = match.end === match.start;
    if (empty && match.start === lastEnd) {
      result += text.slice(at, match.start + 1);
      at = match.start + 1;
      continue;
    }
    count++;
    const replaces = c.flags.all ? count >= c.flags.which : count === c.flags.which;
    result +=
      text.slice(at, match.start) + (replaces ? replacementFor(c, match, text) : text.slice(match.start, match.end));
    changed ||= replaces;
    lastEnd = match.end;
    at = match.end;
    if (empty) {
      result += text.slice(at, at + 1);
      at++;
    }
    if (changed && !c.flags.all) break;
  }
  return changed ? result + text.slice(at) : undefined;
}

function replacementFor(c: SedCommand, match: Match, text: string): string {
  let result = '';
  let fold = '';
  let once = '';
  for (const piece of c.replacement) {
    if (typeof piece === 'object') {
      if (piece.fold === 'u' || piece.fold === 'l') once = piece.fold;
      else fold = piece.fold === 'E' ? '' : piece.fold;
      continue;
    }
    let part =
      typeof piece === 'string'
        ? piece
        : piece === 0
          ? text.slice(match.start, match.end)
          : (match.groups[piece - 1] ?? '');
    if (fold === 'U') part = part.toUpperCase();
    else if (fold === 'L') part = part.toLowerCase();
    if (once !== '' && part !== '') {
      part = (once === 'u' ? part.charAt(0).toUpperCase() : part.charAt(0).toLowerCase()) + part.slice(1);
      once = '';
    }
    result += part;
  }
  return result;
}
