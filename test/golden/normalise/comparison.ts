// What one comparison of a recording with our answer knows: which name of ours stands for which recorded one, which
// uids, addresses and ports go together, and in which order the resource versions came.

import { type Difference, difference } from '../difference.ts';
import { type JsonValue, strings } from '../json.ts';
import { addPair, isIdentity, matchIdentities, noPairs, type Pairs, type Unit } from './identities.ts';
import { canonical, isTokenVolume, scan, type Token, type VariableKind } from './scan.ts';

export interface Comparison {
  /** Generated names and pod addresses, matched before anything is compared. */
  readonly pairs: Pairs;
  /** All else that has an identity: bound where it is met first, equal from there on. */
  readonly bound: Map<VariableKind, Pairs>;
  /** Names generated without a hyphen before the random part: ours → the recorded one. */
  readonly aliases: Map<string, string>;
  /** What the case itself says: `kind:text`. The answer must repeat it as it is. */
  readonly inputs: ReadonlySet<string>;
  readonly versions: VersionPair[];
  readonly rules: Rules;
}

/** How strictly things are compared that not all formats hold. */
export interface Rules {
  /** The order of the fields of an object counts. */
  readonly keyOrder: boolean;
  /** Places whose versions come from writes of the case's own, one after the other: their order is the recorded one. */
  readonly written: (path: string) => boolean;
  /** Figures of CPU and memory vary. */
  readonly figures: boolean;
  /** Nothing varies: facts have placeholders for what does. */
  readonly exact: boolean;
}

export interface VersionPair {
  readonly recorded: number;
  readonly own: number;
  /** The version of a list or a bookmark: the store may have moved on without the case noticing. */
  readonly loose: boolean;
  /** What it is the version of: the uid of an object, or ''. */
  readonly of: string;
  readonly path: string;
}

export interface Material {
  readonly recorded: readonly Unit[];
  readonly own: readonly Unit[];
  /** What was sent or typed, which the answers may repeat. */
  readonly inputs: readonly JsonValue[];
  /** Pairs that the player settled while it played. */
  readonly pairs?: Pairs;
}

export const strictRules: Rules = { keyOrder: false, written: () => false, figures: false, exact: false };

export function newComparison(material: Material, rules: Partial<Rules> = {}): Comparison {
  const inputs = inputTokens(material.inputs);
  return {
    pairs: matchIdentities(material.recorded, material.own, settledPairs(material, inputs)),
    bound: new Map(),
    aliases: new Map(),
    inputs,
    versions: [],
    rules: { ...strictRules, ...rules },
  };
}

/** A name that was typed stands for itself, unless the player has put another one in its place. */
function settledPairs({ pairs = noPairs() }: Material, inputs: ReadonlySet<string>): Pairs {
  for (const input of inputs) {
    const [, name] = /^(?:name|podAddress):(.*)$/.exec(input) ?? [];
    if (name !== undefined && !pairs.ours.has(name)) addPair(pairs, name, name);
  }
  return pairs;
}

function inputTokens(inputs: readonly JsonValue[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const input of inputs) {
    for (const text of strings(input)) {
      for (const token of scan(text)) if (token.kind !== 'text') known.add(inputKey(token));
    }
    for (const port of ports(input)) known.add(inputKey({ kind: 'nodePort', text: port }));
  }
  return known;
}

function* ports(value: JsonValue): Generator<string> {
  if (typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* ports(item ?? null);
}

function inputKey(token: Token): string {
  return `${token.kind}:${canonical(token)}`;
}

/** Kinds that the inputs can fix: a name that was typed is not a random one. */
const fixable: ReadonlySet<VariableKind> = new Set([
  'name',
  'podAddress',
  'podRange',
  'serviceAddress',
  'nodePort',
  'uid',
  'minute',
  'duration',
]);

/** Whether our variable stands for the recorded one; binds the two where they are met for the first time. */
export function sameVariable(comparison: Comparison, recorded: Token, own: Token, path: string): boolean {
  const { kind } = recorded;
  if (kind === 'text' || kind !== own.kind) return false;
  const pairs = isIdentity(recorded) ? comparison.pairs : boundOf(comparison, kind);
  const left = canonical(recorded);
  const right = canonical(own);
  if (fixable.has(kind) && comparison.inputs.has(inputKey(recorded)) && !pairs.ours.has(left)) return left === right;
  switch (kind) {
    case 'time':
      return /\.\d/.test(left) === /\.\d/.test(right);
    case 'imageId':
    case 'secret':
    case 'temporary':
    case 'duration':
      return true;
    case 'continue':
      return sameContinue(comparison, left, right, path);
    case 'version':
      noteVersion(comparison, { recorded: Number(left), own: Number(right), loose: true, of: '', path });
      return true;
    default:
      return addPair(pairs, left, right);
  }
}

function boundOf({ bound }: Comparison, kind: VariableKind): Pairs {
  const known = bound.get(kind) ?? noPairs();
  bound.set(kind, known);
  return known;
}

/** A continue token holds the version of the list and the key to go on from. */
function sameContinue(comparison: Comparison, recorded: string, own: string, path: string): boolean {
  const [left, right] = [recorded, own].map((token) => Buffer.from(token, 'base64url').toString());
  const version = /"rv":(\d+)/;
  const [a, b] = [left, right].map((text) => version.exec(text ?? '')?.[1]);
  if (a !== undefined && b !== undefined) {
    noteVersion(comparison, { recorded: Number(a), own: Number(b), loose: true, of: '', path });
  }
  return left?.replace(version, '') === right?.replace(version, '');
}

export function noteVersion({ versions }: Comparison, pair: VersionPair): void {
  versions.push(pair);
}

/**
 * The first version that is not where the recorded order has it; equal ones must be equal, and later ones later. What
 * several actors write at one time to several objects has no order.
 */
export function versionOutOfOrder({ versions, rules }: Comparison): Difference | undefined {
  const groups = new Map<string, VersionPair[]>();
  const add = (key: string, pair: VersionPair) => groups.set(key, [...(groups.get(key) ?? []), pair]);
  for (const pair of versions) {
    if (pair.of !== '') add(pair.of, pair);
    if (pair.loose || rules.written(pair.path)) add('', pair);
  }
  for (const group of groups.values()) {
    const found = outOfOrder([...group].sort((a, b) => a.recorded - b.recorded || Number(a.loose) - Number(b.loose)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Goes up the recorded versions with the highest of ours so far, of objects and of everything. */
function outOfOrder(sorted: readonly VersionPair[]): Difference | undefined {
  let highest: VersionPair | undefined;
  let strict: VersionPair | undefined;
  for (const pair of sorted) {
    if (highest !== undefined && (pair.own < highest.own || (!pair.loose && isTooLow(pair, strict)))) {
      return complaint(pair, pair.own < highest.own ? highest : strict);
    }
    if (highest === undefined || pair.own > highest.own) highest = pair;
    if (!pair.loose) {
      if (strict !== undefined && strict.recorded === pair.recorded && strict.own !== pair.own)
        return complaint(pair, strict);
      strict = pair;
    }
  }
  return undefined;
}

function isTooLow(pair: VersionPair, strict: VersionPair | undefined): boolean {
  return strict !== undefined && pair.recorded > strict.recorded && pair.own <= strict.own;
}

function complaint(pair: VersionPair, other: VersionPair | undefined): Difference {
  return difference(
    pair.path,
    `version ${pair.recorded}, with ${other?.recorded} at ${other?.path}`,
    `version ${pair.own}, with ${other?.own} there`,
  );
}

/** Our text in the recording's names, all else that varies by its kind: for sorting and for showing. */
export function inRecordedNames(comparison: Comparison, text: string, side: 'recorded' | 'own'): string {
  return scan(text)
    .map((token, i, all) => {
      if (token.kind === 'text') return token.text;
      if (!isIdentity(token) || isTokenVolume(all[i - 1]?.text ?? '')) return `<${token.kind}>`;
      return side === 'recorded' ? canonical(token) : (comparison.pairs.theirs.get(canonical(token)) ?? '?');
    })
    .join('');
}
