// From text to expression, with every error in it.

import { type Built, build } from './build.ts';
import { newDraft } from './draft.ts';
import { tokenize } from './lexer.ts';
import { parse as parseWellFormed } from './parser.ts';
import { parseWithRecovery } from './recovery.ts';
import { countCodePoints, type Issue, NOWHERE } from './source.ts';

const MAX_CODE_POINTS = 100_000;
const MAX_SYNTAX_ERRORS = 100;

/** `binds`: whether `cel.bind` is known. */
export function parseExpression(text: string, binds: boolean): Built {
  const size = countCodePoints(text);
  if (size > MAX_CODE_POINTS) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`;
    return unparsed([{ location: NOWHERE, message }]);
  }
  const { tokens, issues } = tokenize(text);
  const tree = issues.length === 0 ? parseWellFormed(tokens) : undefined;
  if (tree !== undefined) return build(newDraft(text, [], binds), tree);
  const recovered = parseWithRecovery(text, tokens);
  const found = limited([...issues, ...recovered.issues]);
  return recovered.tree === undefined ? unparsed(found) : build(newDraft(text, found, binds), recovered.tree);
}

function unparsed(issues: readonly Issue[]): Built {
  return { expr: { kind: 'unspecified', id: 0 }, places: [], issues };
}

function limited(issues: readonly Issue[]): readonly Issue[] {
  const next = issues[MAX_SYNTAX_ERRORS];
  if (next === undefined) return issues;
  const message = `Syntax error: More than ${MAX_SYNTAX_ERRORS} syntax errors`;
  return [...issues.slice(0, MAX_SYNTAX_ERRORS), { ...next, message }];
}
