// Regular expressions of jq, by an engine whose time is linear.

import { compileRegex, type Match, type Regex, RegexProblem } from '../../regex/regex.ts';
import { fail } from './scope.ts';
import { shortText, typeName, type Value } from './values.ts';

/** What `_match` answers: whether it matches, or the list of its matches as jq shows them. */
export function matches(value: Value, regex: Value, flags: Value, test: boolean): Value {
  if (typeof value !== 'string')
    return fail(`${typeName(value)} (${shortText(value)}) cannot be matched, as it is not a string`);
  if (typeof regex !== 'string')
    return fail(`${typeName(regex)} (${shortText(regex)}) cannot be matched, as it is not a string`);
  if (flags !== null && typeof flags !== 'string')
    return fail(`${typeName(flags)} (${shortText(flags)}) is not a string`);
  const letters = flags ?? '';
  if (/[^gimnpslx]/.test(letters)) return fail(`${letters} is not a valid modifier string`);
  const engine = compiled(regex, letters);
  if (test) return engine.test(value);
  return found(engine, value, letters).map((match) => shown(engine, value, match));
}

function compiled(source: string, flags: string): Regex {
  const text = flags.includes('x')
    ? source.replace(/\\.|#.*|\s+/g, (piece) => (piece.startsWith('\\') ? piece : ''))
    : source;
  try {
    return compileRegex(text, { dialect: 'perl', ignoreCase: flags.includes('i'), longest: flags.includes('l') });
  } catch (error) {
    if (error instanceof RegexProblem) return fail(`${source} (at offset 0) is not a valid regex: ${error.message}`);
    throw error;
  }
}

function found(regex: Regex, text: string, flags: string): readonly Match[] {
  const all: Match[] = [];
  let from = 0;
  while (from <= text.length) {
    const match = regex.search(text, from);
    if (match === undefined) break;
    if (!(flags.includes('n') && match.start === match.end)) all.push(match);
    if (!flags.includes('g')) break;
    from = match.end > match.start ? match.end : match.end + 1;
  }
  return all;
}

/** Offsets and lengths count code points. */
function points(text: string): number {
  return [...text].length;
}

function shown({ names }: Regex, text: string, { start, end, groups, starts }: Match): Value {
  const captures = groups.map(
    (group, index) =>
      new Map<string, Value>([
        ['offset', group === undefined ? -1 : points(text.slice(0, starts[index] ?? 0))],
        ['length', points(group ?? '')],
        ['string', group ?? null],
        ['name', names.get(index + 1) ?? null],
      ]),
  );
  return new Map<string, Value>([
    ['offset', points(text.slice(0, start))],
    ['length', points(text.slice(start, end))],
    ['string', text.slice(start, end)],
    ['captures', captures],
  ]);
}
