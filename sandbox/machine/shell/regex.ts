// The right side of `[[ text =~ expression ]]`.

import { compileRegex, escapeRegex, type Match, RegexProblem } from '../regex/regex.ts';
import { expandText } from './expand/words.ts';
import type { Word } from './syntax.ts';
import type { Vm } from './vm.ts';

/** The expression; what was quoted in it stands for itself. */
export function regexWord(vm: Vm, word: Word): string {
  let source = '';
  for (const part of word.parts) {
    const quoted = 'quoted' in part && part.quoted;
    const text = expandText(vm, { parts: [part], runs: word.runs });
    source += quoted ? escapeRegex(text) : text;
  }
  return source;
}

/** The match and its groups; undefined when there is none. */
export function matchRegex(
  source: string,
  text: string,
  ignoreCase: boolean,
): readonly string[] | undefined | 'invalid' {
  let match: Match | undefined;
  try {
    match = compileRegex(source, { dialect: 'extended', ignoreCase }).search(text);
  } catch (error) {
    if (error instanceof RegexProblem) return 'invalid';
    throw error;
  }
  return match === undefined
    ? undefined
    : [text.slice(match.start, match.end), ...match.groups.map((group) => group ?? '')];
}
