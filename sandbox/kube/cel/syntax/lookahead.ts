// Which alternative fits what comes next, where one token doesn't tell. All alternatives are followed side by side until
// only one is left. What surrounds the rule is at first left open (anything that may follow it anywhere may come); where
// that doesn't decide, the search is done once more with the rules that are really being parsed.

import { FOLLOWERS, ruleOf, type State } from './network.ts';
import { EOF, type Token, type TokenKind } from './tokens.ts';

/** No alternative fits: the search began at `start` and was stuck at `offending`. */
export interface Stuck {
  readonly start: Token;
  readonly offending: Token;
}

/** Where the callers of a rule go on: a linked list, the innermost first; undefined where that is left open. */
interface Stack {
  readonly id: number;
  readonly state: State;
  readonly rest: Stack | undefined;
}

interface Config {
  readonly state: State;
  readonly stack: Stack | undefined;
  /** Numbered from 0. */
  readonly alternative: number;
  /** It left the rule in which the search began. */
  outside: boolean;
}

type Configs = ReadonlyMap<string, Config>;

interface Search {
  /** What surrounds the rule is known, and no more than that may follow it. */
  readonly exact: boolean;
  readonly stacks: Map<string, Stack>;
}

/** The number of the alternative to take at `decision`; `tokens` are what comes, EOF at the end. */
export function predict(decision: State, tokens: readonly Token[], surrounding: readonly State[]): number | Stuck {
  const found = run({ exact: false, stacks: new Map() }, decision, tokens, undefined);
  if (found !== 'ambiguous') return found;
  const exact = { exact: true, stacks: new Map<string, Stack>() };
  const stack = surrounding.reduceRight<Stack | undefined>((rest, state) => push(exact, state, rest), undefined);
  const result = run(exact, decision, tokens, stack);
  return result === 'ambiguous' ? 0 : result;
}

function run(
  search: Search,
  decision: State,
  tokens: readonly Token[],
  stack: Stack | undefined,
): number | Stuck | 'ambiguous' {
  let configs = startConfigs(search, decision, stack);
  for (const token of tokens) {
    const reached = step(search, configs, token.kind);
    if (reached.size === 0) return finished(configs) ?? { start: tokens[0] ?? token, offending: token };
    const decided = search.exact ? viable(reached) : unique(reached);
    if (decided !== undefined) return decided;
    if (!search.exact && isConflict(reached)) return 'ambiguous';
    configs = reached;
  }
  return 'ambiguous';
}

function startConfigs(search: Search, decision: State, stack: Stack | undefined): Configs {
  const configs = new Map<string, Config>();
  decision.edges.forEach(({ to }, alternative) => {
    close(search, { state: to, stack, alternative, outside: false }, configs, new Set());
  });
  return configs;
}

function step(search: Search, configs: Configs, kind: TokenKind): Configs {
  const reached = new Map<string, Config>();
  const seen = new Set<string>();
  for (const config of configs.values()) {
    if (kind === EOF && config.state.kind === 'stop') add(config, reached);
    for (const { to, tokens } of config.state.edges) {
      if (tokens?.has(kind) === true) close(search, { ...config, state: to }, reached, seen);
    }
  }
  return reached;
}

/** Adds what can be reached without taking a token. */
function close(search: Search, config: Config, into: Map<string, Config>, seen: Set<string>): void {
  const mark = `${keyOf(config)} ${config.outside}`;
  if (seen.has(mark)) return;
  seen.add(mark);
  const { state, stack } = config;
  if (state.kind === 'stop') leave(search, config, into, seen);
  else if (state.edges.some(({ tokens }) => tokens !== undefined)) add(config, into);
  for (const { to, tokens, call } of state.edges) {
    if (tokens !== undefined) continue;
    const next =
      call === undefined ? { state: to, stack } : { state: ruleOf(call).start, stack: push(search, to, stack) };
    close(search, { ...config, ...next }, into, seen);
  }
}

/** At the end of a rule. */
function leave(search: Search, config: Config, into: Map<string, Config>, seen: Set<string>): void {
  const { stack, state } = config;
  const followers = FOLLOWERS.get(state.rule) ?? [];
  if (stack !== undefined) close(search, { ...config, state: stack.state, stack: stack.rest }, into, seen);
  else if (search.exact || followers.length === 0) add(config, into);
  else for (const follower of followers) close(search, { ...config, state: follower, outside: true }, into, seen);
}

function push({ stacks }: Search, state: State, rest: Stack | undefined): Stack {
  const key = `${state.id} ${rest?.id ?? -1}`;
  const known = stacks.get(key);
  if (known !== undefined) return known;
  const stack = { id: stacks.size, state, rest };
  stacks.set(key, stack);
  return stack;
}

function keyOf({ state, stack, alternative }: Config): string {
  return `${state.id} ${stack?.id ?? -1} ${alternative}`;
}

function add(config: Config, into: Map<string, Config>): void {
  const key = keyOf(config);
  const present = into.get(key);
  if (present === undefined) into.set(key, { ...config });
  else present.outside ||= config.outside;
}

function unique(configs: Configs): number | undefined {
  const alternatives = new Set([...configs.values()].map(({ alternative }) => alternative));
  const [first, second] = alternatives;
  return second === undefined ? first : undefined;
}

/** The first alternative that had come to its end before the search got stuck. */
function finished(configs: Configs): number | undefined {
  const done = [...configs.values()].filter(
    ({ outside, state, stack }) => outside || (state.kind === 'stop' && stack === undefined),
  );
  return done.length === 0 ? undefined : Math.min(...done.map(({ alternative }) => alternative));
}

/** All alternatives by a property of their configurations. */
function alternativesBy(configs: Configs, key: (config: Config) => string): readonly ReadonlySet<number>[] {
  const groups = new Map<string, Set<number>>();
  for (const config of configs.values()) {
    const group = groups.get(key(config)) ?? new Set();
    groups.set(key(config), group.add(config.alternative));
  }
  return [...groups.values()];
}

const placeOf = ({ state, stack }: Config): string => `${state.id} ${stack?.id ?? -1}`;

/** No further token can tell the alternatives apart. */
function isConflict(configs: Configs): boolean {
  if ([...configs.values()].every(({ state }) => state.kind === 'stop')) return true;
  const conflicts = alternativesBy(configs, placeOf).some((group) => group.size > 1);
  return conflicts && alternativesBy(configs, ({ state }) => `${state.id}`).every((group) => group.size > 1);
}

/** The one alternative that is the first everywhere. */
function viable(configs: Configs): number | undefined {
  const firsts = new Set(alternativesBy(configs, placeOf).map((group) => Math.min(...group)));
  const [first, second] = firsts;
  return second === undefined ? first : undefined;
}
