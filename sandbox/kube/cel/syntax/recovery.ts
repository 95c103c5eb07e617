// Parses what isn't well-formed: finds every syntax error, says of each what was expected there, and goes on behind it.
// It walks through the grammar as ANTLR's generated parsers do, whose errors a Kubernetes server shows.

import { type Alternative, type Element, KIND_OF_RULE, type Label, type RuleName } from './grammar.ts';
import { predict } from './lookahead.ts';
import { nextTokens, ruleOf, type State, type Step } from './network.ts';
import {
  current,
  type Frame,
  GivenUp,
  type GrowingNode,
  giveUp,
  match,
  noViableAlternative,
  type Parser,
  recover,
  report,
  SyntaxProblem,
  sync,
} from './repair.ts';
import type { Issue } from './source.ts';
import { isHidden, type Token } from './tokens.ts';
import type { Node } from './tree.ts';

export interface Recovered {
  /** Absent when parsing was given up. */
  readonly tree?: Node;
  readonly issues: readonly Issue[];
}

/** How deep rules may be nested. */
const MAX_DEPTH = 250;

export function parseWithRecovery(text: string, all: readonly Token[]): Recovered {
  const parser = newParser(text, all);
  const { issues } = parser;
  try {
    const tree = parseRule(parser, 'start', undefined, 0)?.left;
    return tree === undefined ? { issues } : { tree, issues };
  } catch (thrown) {
    if (thrown instanceof GivenUp) return { issues };
    throw thrown;
  }
}

function newParser(text: string, all: readonly Token[]): Parser {
  return {
    text,
    all,
    tokens: all.filter((token) => !isHidden(token)),
    issues: [],
    depths: new Map(),
    at: 0,
    state: ruleOf('start').start,
    frame: undefined,
    recovering: false,
    recoveries: 0,
    lastErrorAt: -1,
    lastErrorStates: new Set(),
  };
}

function parseRule(parser: Parser, rule: RuleName, caller: State | undefined, precedence: number): Node | undefined {
  const depth = (parser.depths.get(rule) ?? 0) + 1;
  if (depth > MAX_DEPTH) giveUp(parser, `expression recursion limit exceeded: ${MAX_DEPTH}`);
  parser.depths.set(rule, depth);
  const node = { kind: KIND_OF_RULE[rule] ?? 'unknown', start: current(parser) };
  const here: Frame = { rule, precedence, follow: caller?.edges[0]?.to, parent: parser.frame, node };
  parser.frame = here;
  try {
    runAll(parser, ruleOf(rule).steps, here);
  } catch (problem) {
    if (!(problem instanceof SyntaxProblem)) throw problem;
    report(parser, problem.message, problem.token);
    recover(parser);
  }
  parser.frame = here.parent;
  parser.state = caller ?? parser.state;
  parser.depths.set(rule, depth - 1);
  return finished(here.node);
}

function runAll(parser: Parser, steps: readonly Step[], here: Frame): void {
  for (const step of steps) {
    parser.state = step.state;
    run(parser, step, step.element, here);
  }
}

function run(parser: Parser, step: Step, element: Element, here: Frame): void {
  switch (element.type) {
    case 'token':
      attachToken(here.node, element.label, match(parser, element.kinds));
      break;
    case 'rule':
      attachNode(here.node, element.label, parseRule(parser, element.rule, step.state, element.precedence ?? 0));
      break;
    case 'optional':
      sync(parser);
      if (begins(parser, step.body)) runAll(parser, step.body, here);
      break;
    case 'choice':
      runChoice(parser, step, element.looks, here);
      break;
    case 'continued':
      runContinued(parser, step, here);
      break;
    default:
      runLoop(parser, step, element, here);
  }
}

function runChoice(parser: Parser, step: Step, looks: boolean, here: Frame): void {
  sync(parser);
  const number = looks ? look(parser, step.state) : step.alternatives.findIndex(({ steps }) => begins(parser, steps));
  const choice = step.alternatives[number];
  if (choice === undefined) throw noViableAlternative(parser, current(parser), current(parser));
  here.node.kind = choice.alternative.kind;
  runAll(parser, choice.steps, here);
}

function runLoop(parser: Parser, step: Step, element: Element & { type: 'star' | 'plus' }, here: Frame): void {
  const back = step.back ?? step.state;
  const decision = element.type === 'plus' ? back : step.state;
  const goesOn = (): boolean => (element.looks ? look(parser, decision) === 0 : begins(parser, step.body));
  sync(parser);
  for (let goes = element.type === 'plus' || goesOn(); goes; goes = goesOn()) {
    runAll(parser, step.body, here);
    parser.state = back;
    sync(parser);
  }
}

function runContinued(parser: Parser, step: Step, here: Frame): void {
  const fits = ({ alternative, steps }: Step['alternatives'][number]): boolean =>
    binds(alternative, here) && begins(parser, steps);
  sync(parser);
  while (step.alternatives.some(fits)) {
    const inner = step.body[0] ?? step;
    parser.state = inner.state;
    if (step.alternatives.length > 1) sync(parser);
    // Only how a member goes on can't always be told by one token.
    const number = here.rule === 'member' ? look(parser, inner.state) : step.alternatives.findIndex(fits);
    const choice = step.alternatives[number];
    if (choice === undefined) return;
    const left = finished(here.node);
    here.node = { kind: choice.alternative.kind, start: here.node.start, ...(left === undefined ? {} : { left }) };
    runAll(parser, choice.steps, here);
    parser.state = step.back ?? step.state;
    sync(parser);
  }
}

function binds({ precedence = 0 }: Alternative, here: Frame): boolean {
  return precedence >= here.precedence;
}

function begins(parser: Parser, [first]: readonly Step[]): boolean {
  return first !== undefined && nextTokens(first.state).has(current(parser).kind);
}

/** Looks ahead for the alternative to take; throws a SyntaxProblem when none fits. */
function look(parser: Parser, decision: State): number {
  const surrounding: State[] = [];
  for (let each = parser.frame; each?.follow !== undefined; each = each.parent) surrounding.push(each.follow);
  const found = predict(decision, parser.tokens.slice(parser.at), surrounding);
  if (typeof found === 'number') return found;
  throw noViableAlternative(parser, found.start, found.offending);
}

/** A node without an operator of its own is what is left of the operator. */
function finished(node: Node): Node | undefined {
  const { kind, op, ops } = node;
  const bare = kind === 'nested' || (kind === 'conditional' && op === undefined);
  return bare || ((kind === 'or' || kind === 'and') && ops === undefined) ? node.left : node;
}

function attachToken(node: GrowingNode, label: Label | undefined, token: Token): void {
  switch (label) {
    case 'op':
    case 'opt':
    case 'dot':
    case 'id':
    case 'sign':
      node[label] = token;
      break;
    case 'ops[]':
      node.ops = [...(node.ops ?? []), token];
      break;
    case 'ids[]':
      node.ids = [...(node.ids ?? []), token];
      break;
    default:
  }
}

function attachNode(node: GrowingNode, label: Label | undefined, child: Node | undefined): void {
  const part = child ?? { kind: 'unknown', start: node.start };
  switch (label) {
    case 'left':
    case 'middle':
    case 'right':
      node[label] = part;
      break;
    case 'items[]':
      node.items = [...(node.items ?? []), part];
      break;
    case 'values[]':
      node.values = [...(node.values ?? []), part];
      break;
    default:
  }
}
