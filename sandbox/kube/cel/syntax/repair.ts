// What a parser does at a token that doesn't fit: says what was expected, then drops the token, imagines a missing one, or
// skips to where parsing can go on.

import type { RuleName } from './grammar.ts';
import { END_OF_RULE, nextTokens, type State } from './network.ts';
import { type Issue, locationAt, NOWHERE } from './source.ts';
import * as T from './tokens.ts';
import type { Node } from './tree.ts';

export type GrowingNode = { -readonly [K in keyof Node]: Node[K] };

/** A rule that is being parsed. */
export interface Frame {
  readonly rule: RuleName;
  readonly precedence: number;
  /** Where the caller goes on after it. */
  readonly follow: State | undefined;
  readonly parent: Frame | undefined;
  node: GrowingNode;
}

export interface Parser {
  readonly text: string;
  /** White space and comments included. */
  readonly all: readonly T.Token[];
  readonly tokens: readonly T.Token[];
  readonly issues: Issue[];
  /** How often each rule is being parsed right now. */
  readonly depths: Map<RuleName, number>;
  at: number;
  state: State;
  frame: Frame | undefined;
  /** An error was reported, and no token has fitted since: no further one is reported. */
  recovering: boolean;
  recoveries: number;
  lastErrorAt: number;
  lastErrorStates: Set<State>;
}

/** What the current rule can't go on with. */
export class SyntaxProblem {
  readonly message: string;
  readonly token: T.Token;

  constructor(message: string, token: T.Token) {
    this.message = message;
    this.token = token;
  }
}

/** Too much is wrong: parsing ends. */
export class GivenUp {}

const MAX_RECOVERIES = 30;
const MAX_SKIPPED_TOKENS = 256;

export function current({ tokens, text, at }: Parser, ahead = 0): T.Token {
  return tokens[Math.min(at + ahead, tokens.length - 1)] ?? { kind: T.EOF, text: '<EOF>', start: text.length };
}

/** Takes a token of one of these kinds; throws a SyntaxProblem when there is none and none can be imagined. */
export function match(parser: Parser, kinds: readonly T.TokenKind[]): T.Token {
  const token = current(parser);
  if (!kinds.includes(token.kind)) return recoverInline(parser);
  matched(parser);
  consume(parser);
  return token;
}

/** Before a choice or an iteration: whether what comes fits at all. */
export function sync(parser: Parser): void {
  if (parser.recovering) return;
  const next = nextTokens(parser.state);
  if (next.has(END_OF_RULE) || next.has(current(parser).kind)) return;
  if (parser.state.kind === 'loopBack') {
    reportUnwanted(parser);
    const goal = new Set([...expectedAt(parser, parser.state), ...recoverySet(parser)]);
    skipTo(parser, goal, Number.POSITIVE_INFINITY);
  } else if (!dropToken(parser)) throw mismatch(parser);
}

/** After a rule was given up: skips to what may follow the rules around it. */
export function recover(parser: Parser): void {
  countRecovery(parser);
  // At the same point as the last time: skip one token, so that there is an end.
  const stuck = parser.lastErrorAt === parser.at && parser.lastErrorStates.has(parser.state);
  if (stuck) consume(parser);
  parser.lastErrorAt = parser.at;
  parser.lastErrorStates.add(parser.state);
  skipTo(parser, recoverySet(parser), MAX_SKIPPED_TOKENS - (stuck ? 1 : 0));
}

export function report(parser: Parser, message: string, token: T.Token): void {
  if (parser.recovering) return;
  parser.recovering = true;
  const location = locationAt(parser.text, token.start);
  parser.issues.push({ location, message: `Syntax error: ${withReserved(message)}` });
}

export function noViableAlternative({ all }: Parser, start: T.Token, offending: T.Token): SyntaxProblem {
  const between = all.slice(all.indexOf(start), all.indexOf(offending) + 1).filter(({ kind }) => kind !== T.EOF);
  const input = start.kind === T.EOF ? start.text : between.map((token) => token.text).join('');
  return new SyntaxProblem(`no viable alternative at input ${shown(input)}`, offending);
}

export function giveUp(parser: Parser, message: string): never {
  parser.issues.push({ location: NOWHERE, message });
  throw new GivenUp();
}

function consume(parser: Parser): void {
  if (current(parser).kind !== T.EOF) parser.at++;
}

function matched(parser: Parser): void {
  parser.recovering = false;
  parser.lastErrorAt = -1;
  parser.lastErrorStates = new Set();
}

function recoverInline(parser: Parser): T.Token {
  countRecovery(parser);
  if (dropToken(parser)) {
    const token = current(parser);
    consume(parser);
    return token;
  }
  if (!expectedAt(parser, parser.state.edges[0]?.to).has(current(parser).kind)) throw mismatch(parser);
  const expected = expectedAt(parser, parser.state);
  report(parser, `missing ${listed(expected)} at ${shown(current(parser).text)}`, current(parser));
  const kind = Math.min(...expected);
  return { kind, text: `<missing ${T.kindName(kind)}>`, start: current(parser).start };
}

/** Drops one token too many, when the next one fits. */
function dropToken(parser: Parser): boolean {
  if (!expectedAt(parser, parser.state).has(current(parser, 1).kind)) return false;
  reportUnwanted(parser);
  consume(parser);
  matched(parser);
  return true;
}

function countRecovery(parser: Parser): void {
  if (parser.recoveries++ < MAX_RECOVERIES) return;
  const message = `Syntax error: error recovery attempt limit exceeded: ${MAX_RECOVERIES}`;
  parser.issues.push({ location: locationAt(parser.text, current(parser).start), message });
  throw new GivenUp();
}

function skipTo(parser: Parser, kinds: ReadonlySet<T.TokenKind>, limit: number): void {
  for (let skipped = 0; current(parser).kind !== T.EOF && !kinds.has(current(parser).kind); skipped++) {
    if (skipped >= limit) giveUp(parser, `error recovery token lookahead limit exceeded: ${MAX_SKIPPED_TOKENS}`);
    consume(parser);
  }
}

/** What may follow the rules that are being parsed. */
function recoverySet({ frame }: Parser): ReadonlySet<T.TokenKind> {
  const result = new Set<T.TokenKind>();
  for (let each = frame; each?.follow !== undefined; each = each.parent) {
    for (const kind of nextTokens(each.follow)) result.add(kind);
  }
  result.delete(END_OF_RULE);
  return result;
}

/** What may come at a state, and where the rule may end there, what may come after the rule. */
function expectedAt({ frame }: Parser, state: State | undefined): ReadonlySet<T.TokenKind> {
  const result = new Set<T.TokenKind>();
  let next = state;
  for (let each = frame; next !== undefined; each = each?.parent) {
    const kinds = nextTokens(next);
    for (const kind of kinds) result.add(kind);
    if (!kinds.has(END_OF_RULE)) break;
    next = each?.follow;
  }
  if (result.delete(END_OF_RULE) && next === undefined) result.add(T.EOF);
  return result;
}

function reportUnwanted(parser: Parser): void {
  const expected = listed(expectedAt(parser, parser.state));
  report(parser, `extraneous input ${shown(current(parser).text)} expecting ${expected}`, current(parser));
}

function mismatch(parser: Parser): SyntaxProblem {
  const token = current(parser);
  const expected = listed(expectedAt(parser, parser.state));
  return new SyntaxProblem(`mismatched input ${shown(token.text)} expecting ${expected}`, token);
}

/** `{'(', IDENTIFIER}`, and a single one without braces. */
function listed(kinds: ReadonlySet<T.TokenKind>): string {
  const names = [...kinds].sort((a, b) => a - b).map(T.kindName);
  return names.length === 1 ? names.join('') : `{${names.join(', ')}}`;
}

function shown(text: string): string {
  return `'${text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

/** A literal where a name is expected is said in other words. */
function withReserved(message: string): string {
  const [found, literal] = /no viable alternative at input '.(true|false|null)'/.exec(message) ?? [];
  return found === undefined ? message : message.replace(found, `mismatched input '${literal}' expecting IDENTIFIER`);
}
