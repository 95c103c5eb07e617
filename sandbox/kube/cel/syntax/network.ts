// The grammar as a network of states. A state is a point in a rule; its edges lead on over a token, into a rule and out
// again, or for free. What may come next at a point, and so what an error says was expected, is read off it.

import { type Alternative, type Element, GRAMMAR, type RuleName } from './grammar.ts';
import type { TokenKind } from './tokens.ts';

type StateKind = 'plain' | 'block' | 'loopEntry' | 'loopBack' | 'stop';

export interface State {
  readonly id: number;
  readonly rule: RuleName;
  readonly kind: StateKind;
  readonly edges: readonly Edge[];
}

interface Edge {
  readonly to: State;
  /** It takes one of these. */
  readonly tokens?: ReadonlySet<TokenKind>;
  /** It takes a whole rule. */
  readonly call?: RuleName;
}

/** An element of the grammar at its place in the network. */
export interface Step {
  readonly element: Element;
  readonly state: State;
  /** Of loops: where an iteration ended. */
  readonly back?: State;
  readonly body: readonly Step[];
  readonly alternatives: readonly { readonly alternative: Alternative; readonly steps: readonly Step[] }[];
}

export interface Rule {
  readonly steps: readonly Step[];
  readonly start: State;
  readonly stop: State;
}

/** Stands in a set of next tokens for: the rule may end here. */
export const END_OF_RULE = -2;

type Growing<T> = { -readonly [K in keyof T]: T[K] };
type GrowingState = Growing<Omit<State, 'edges'>> & { readonly edges: Edge[] };

interface Part {
  readonly start: State;
  readonly steps: readonly Step[];
}

const states: State[] = [];

const RULES: ReadonlyMap<RuleName, Rule> = buildRules();

/** Where the rules that call this one go on after it. */
export const FOLLOWERS: ReadonlyMap<RuleName, readonly State[]> = followers();

export function ruleOf(name: RuleName): Rule {
  const rule = RULES.get(name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
}

const nextTokensOf: ReadonlyMap<State, ReadonlySet<TokenKind>> = new Map(
  states.map((state) => [state, collectNext(state)]),
);

/** What may come next within the rule; END_OF_RULE when it may end. */
export function nextTokens(state: State): ReadonlySet<TokenKind> {
  return nextTokensOf.get(state) ?? new Set();
}

function buildRules(): ReadonlyMap<RuleName, Rule> {
  const rules = new Map<RuleName, Rule>();
  for (const name of Object.keys(GRAMMAR) as RuleName[]) {
    const stop = newState(name, 'stop');
    const { start, steps } = sequence(name, GRAMMAR[name], stop);
    rules.set(name, { start, steps, stop });
  }
  return rules;
}

function newState(rule: RuleName, kind: StateKind): GrowingState {
  const state: GrowingState = { id: states.length, rule, kind, edges: [] };
  states.push(state);
  return state;
}

/** Built from its end to its beginning, so that each element knows where it leads. */
function sequence(rule: RuleName, elements: readonly Element[], next: State): Part {
  let start = next;
  const steps: Step[] = [];
  for (const element of elements.toReversed()) {
    const step = place(rule, element, start);
    steps.unshift(step);
    start = step.state;
  }
  return { start, steps };
}

function place(rule: RuleName, element: Element, next: State): Step {
  switch (element.type) {
    case 'token':
      return placeEdge(rule, element, { to: next, tokens: new Set(element.kinds) });
    case 'rule':
      return placeEdge(rule, element, { to: next, call: element.rule });
    case 'optional':
      return placeOptional(rule, element, next);
    case 'choice':
      return placeChoice(rule, element, element.alternatives, next);
    case 'continued':
      return placeContinued(rule, element, next);
    case 'star':
      return placeStar(rule, element, next);
    case 'plus':
      return placePlus(rule, element, next);
  }
}

function placeEdge(rule: RuleName, element: Element, edge: Edge): Step {
  const state = newState(rule, 'plain');
  state.edges.push(edge);
  return { element, state, body: [], alternatives: [] };
}

function placeOptional(rule: RuleName, element: Element & { type: 'optional' }, next: State): Step {
  const state = newState(rule, 'block');
  const { start, steps } = sequence(rule, element.body, next);
  state.edges.push({ to: start }, { to: next });
  return { element, state, body: steps, alternatives: [] };
}

function placeChoice(rule: RuleName, element: Element, from: readonly Alternative[], next: State): Step {
  const state = newState(rule, 'block');
  const parts = from.map((alternative) => ({ alternative, part: sequence(rule, alternative.body, next) }));
  state.edges.push(...parts.map(({ part }) => ({ to: part.start })));
  const alternatives = parts.map(({ alternative, part }) => ({ alternative, steps: part.steps }));
  return { element, state, body: [], alternatives };
}

function placePlus(rule: RuleName, element: Element & { type: 'star' | 'plus' }, next: State): Step {
  const back = newState(rule, 'loopBack');
  const state = newState(rule, 'block');
  const { start, steps } = sequence(rule, element.body, back);
  state.edges.push({ to: start });
  back.edges.push({ to: state }, { to: next });
  return { element, state, back, body: steps, alternatives: [] };
}

function placeStar(rule: RuleName, element: Element & { type: 'star' | 'plus' }, next: State): Step {
  const back = newState(rule, 'loopBack');
  const entry = newState(rule, 'loopEntry');
  back.edges.push({ to: entry });
  const { start, steps } = sequence(rule, element.body, back);
  entry.edges.push({ to: start }, { to: next });
  return { element, state: entry, back, body: steps, alternatives: [] };
}

function placeContinued(rule: RuleName, element: Element & { type: 'continued' }, next: State): Step {
  const back = newState(rule, 'loopBack');
  const entry = newState(rule, 'loopEntry');
  back.edges.push({ to: entry });
  const inner = placeChoice(rule, element, element.alternatives, back);
  entry.edges.push({ to: inner.state }, { to: next });
  return { element, state: entry, back, body: [inner], alternatives: inner.alternatives };
}

function followers(): ReadonlyMap<RuleName, readonly State[]> {
  const result = new Map<RuleName, State[]>();
  for (const { to, call } of states.flatMap((state) => state.edges)) {
    if (call !== undefined) result.set(call, [...(result.get(call) ?? []), to]);
  }
  return result;
}

function collectNext(start: State): ReadonlySet<TokenKind> {
  const found = new Set<TokenKind>();
  const seen = new Set<State>();
  const visit = (state: State): void => {
    if (seen.has(state)) return;
    seen.add(state);
    if (state.kind === 'stop' && state.rule === start.rule) found.add(END_OF_RULE);
    for (const { to, tokens, call } of state.edges) {
      if (tokens !== undefined) for (const token of tokens) found.add(token);
      // No rule of this grammar can be empty, so what follows a call doesn't matter here.
      else visit(call === undefined ? to : ruleOf(call).start);
    }
  };
  visit(start);
  return found;
}
