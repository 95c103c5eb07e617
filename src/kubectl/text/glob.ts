// Patterns of paths, as Go's filepath.Glob reads them: `*`, `?` and `[a-z]` within one part of a path.

import type { Sys } from '../../../sandbox/machine/sys.ts';
import { statOf } from '../files.ts';
import { joinPath } from './path.ts';

/** The paths that there are; empty when nothing matches. Throws for a pattern that is none. */
export function globPaths(sys: Sys, pattern: string): readonly string[] {
  if (!/[*?[\\]/.test(pattern)) return statOf(sys, pattern) === undefined ? [] : [pattern];
  const rooted = pattern.startsWith('/');
  let found: readonly string[] = [rooted ? '/' : ''];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    found = found.flatMap((folder) => matchesIn(sys, folder, part, pattern));
  }
  return found;
}

function matchesIn(sys: Sys, folder: string, part: string, pattern: string): readonly string[] {
  if (!/[*?[\\]/.test(part)) {
    const path = joinPath(folder, part);
    return statOf(sys, path) === undefined ? [] : [path];
  }
  const matches = partMatcher(part, pattern);
  const place = folder === '' ? '.' : folder;
  if (statOf(sys, place)?.type !== 'directory') return [];
  return sys
    .readdir(place)
    .filter(matches)
    .map((name) => joinPath(folder, name));
}

function partMatcher(part: string, pattern: string): (name: string) => boolean {
  const source = part.replace(/\\(.)|\*|\?|\[(\^?)((?:[^\]\\]|\\.)+)\]|[.+^${}()|[\]\\]/g, (all, escaped, not, set) => {
    if (escaped !== undefined) return escapeForRegExp(escaped);
    if (all === '*') return '[^/]*';
    if (all === '?') return '[^/]';
    if (set !== undefined) return `[${not}${set}]`;
    if (all === '[') throw new Error(`pattern ${JSON.stringify(pattern)} is not valid: syntax error in pattern`);
    return escapeForRegExp(all);
  });
  // Linear: each part of the expression eats characters of one name without alternatives.
  const expression = new RegExp(`^${source.replace(/(\[\^\/\]\*)+/g, '[^/]*')}$`, 's');
  return (name) => expression.test(name);
}

function escapeForRegExp(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
