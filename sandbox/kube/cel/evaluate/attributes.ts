// Chains of selections: a variable or another value, and fields, keys and indices that are looked up in it one after the
// other. Costs are counted as cel-go counts them: one for each link, and one for the whole.

import { shownInError } from '../library/conversions.ts';
import { isList, isMap, listAt, listSize, mapFind } from '../runtime/collections.ts';
import { goTypeName, typeNameOf } from '../runtime/kinds.ts';
import { indexOf } from '../runtime/numbers.ts';
import { typeName } from '../types.ts';
import {
  type Failure,
  failure,
  isFailure,
  isTaggedAs,
  kindOf,
  NO_SUCH_OVERLOAD,
  NONE_VALUE,
  type Result,
  some,
  type Value,
} from '../values.ts';
import { type Frame, type Step, spend } from './frame.ts';

export interface Attribute {
  readonly base: Base;
  readonly links: readonly Link[];
}

export type Base =
  /** A variable that is given from outside, or anything else that is looked into. */
  | { readonly kind: 'value'; readonly step: Step; readonly given?: true }
  /** `c ? a : b`: what follows is looked up in the branch that is taken. */
  | {
      readonly kind: 'conditional';
      readonly condition: Step;
      readonly whenTrue: Attribute;
      readonly whenFalse: Attribute;
    };

/** A link of the chain. */
export interface Link {
  /** A constant, or what finds out the key. */
  readonly key: { readonly constant: Value } | { readonly step: Step; readonly given?: boolean };
  /** `.?` and `[?]`: what is absent makes the whole chain absent. */
  readonly optional: boolean;
  /** has(): only whether it is there. */
  readonly testOnly: boolean;
}

/** The same chain with one more link. */
export function linked({ base, links }: Attribute, link: Link): Attribute {
  if (base.kind === 'value') return { base, links: [...links, link] };
  return { base: { ...base, whenTrue: linked(base.whenTrue, link), whenFalse: linked(base.whenFalse, link) }, links };
}

/** The evaluation of a chain, with the cost of the whole. */
export function attributeStep(attribute: Attribute): Step {
  const resolve = resolveStep(attribute);
  const tested = lastLink(attribute)?.testOnly === true;
  // A condition is free, and so is has(); both together even give one back.
  const cost = (attribute.base.kind === 'conditional' ? 0 : 1) - (tested ? 1 : 0);
  if (cost === 0) return tested ? presence(resolve) : resolve;
  const step = tested ? presence(resolve) : resolve;
  return (frame) => {
    const value = step(frame);
    spend(frame, cost);
    return value;
  };
}

function lastLink({ base, links }: Attribute): Link | undefined {
  return base.kind === 'conditional' ? lastLink(base.whenTrue) : links.at(-1);
}

function presence(resolve: Step): Step {
  return (frame) => {
    const value = resolve(frame);
    return isTaggedAs(value, 'optional') ? value.value !== undefined : value;
  };
}

/** The evaluation of a chain as a part of another one. */
export function resolveStep({ base, links }: Attribute): Step {
  if (base.kind === 'conditional') return conditionalStep(base);
  const { step } = base;
  if (links.length === 0) {
    return (frame) => {
      const value = step(frame);
      return isTaggedAs(value, 'optional') && value.value !== undefined ? some(native(value.value)) : value;
    };
  }
  return (frame) => {
    const value = step(frame);
    return isFailure(value) ? value : follow(frame, value, links);
  };
}

function conditionalStep({ condition, whenTrue, whenFalse }: Base & { kind: 'conditional' }): Step {
  const [left, right] = [resolveStep(whenTrue), resolveStep(whenFalse)];
  return (frame) => {
    const holds = condition(frame);
    if (holds === true) return left(frame);
    if (holds === false) return right(frame);
    return isFailure(holds) ? holds : NO_SUCH_OVERLOAD;
  };
}

function follow(frame: Frame, start: Value, links: readonly Link[]): Result {
  let optional = isTaggedAs(start, 'optional');
  if (isTaggedAs(start, 'optional') && start.value === undefined) return start;
  let value: Result = isTaggedAs(start, 'optional') ? native(start.value ?? null) : start;
  for (const link of links) {
    if (isFailure(value)) return value;
    optional ||= link.optional;
    const next: Result | undefined = optional ? tryLink(frame, value, link) : applyLink(frame, value, link);
    if (next === undefined) return NONE_VALUE;
    if (isFailure(next)) return next;
    value = next;
  }
  return optional ? some(value) : value;
}

/** What comes out of an optional is looked into without the schema that it had, or the optional that it was itself. */
function native(value: Result): Result {
  if (isTaggedAs(value, 'optional')) return native(value.value ?? null);
  if (isTaggedAs(value, 'type')) return typeName(value.type);
  return (isTaggedAs(value, 'extension') ? value.native?.() : undefined) ?? value;
}

function applyLink(frame: Frame, value: Value, link: Link): Result {
  const key = keyOf(frame, link);
  const result = isFailure(key) ? key : lookUp(value, key, link);
  spend(frame, 1);
  return result;
}

function lookUp(value: Value, key: Value, { testOnly }: Link): Result {
  const found = find(value, key, testOnly);
  if (testOnly) return isFailure(found) ? found : found !== undefined;
  return found === undefined ? missing(value, key) : found;
}

/** undefined: it isn't there. */
function tryLink(frame: Frame, value: Value, link: Link): Result | undefined {
  const key = keyOf(frame, link);
  const result = isFailure(key) ? key : find(value, key, true);
  if (isFailure(result)) return result;
  if (result !== undefined) spend(frame, 1);
  return link.testOnly && result !== undefined ? null : result;
}

function keyOf(frame: Frame, { key }: Link): Result {
  if ('constant' in key) return key.constant;
  return checkedKey(key.step(frame), key.given === true);
}

/** Of a key of another kind, the failure. What is given from outside is named as the server's own data. */
export function checkedKey(key: Result, given: boolean): Result {
  if (isFailure(key)) return key;
  const kind = kindOf(key);
  if (KEY_KINDS.has(kind)) return key;
  return failure(`invalid qualifier type: ${(given ? GIVEN_TYPES[kind] : undefined) ?? goTypeName(key)}`);
}

const GIVEN_TYPES: Readonly<Record<string, string>> = {
  null: '<nil>',
  list: '[]interface {}',
  map: 'map[string]interface {}',
};

const KEY_KINDS: ReadonlySet<string> = new Set(['string', 'int', 'uint', 'bool', 'double']);

/** What a value holds under a key; undefined when it holds nothing there. */
function find(value: Value, key: Value, presence: boolean): Result | undefined {
  if (isMap(value)) return mapFind(value, key);
  if (isList(value)) return findInList(value, key);
  if (!isTaggedAs(value, 'extension') || value.fields === undefined) return undefined;
  if (typeof key !== 'string') return NO_SUCH_OVERLOAD;
  const there = presence ? value.fields.has(key) : true;
  if (there === false) return undefined;
  return there === true ? value.fields.get(key) : there;
}

function findInList(list: Value, key: Value): Result | undefined {
  const index = indexOf(key);
  if (index === undefined) return failure(`unsupported index type '${typeNameOf(key)}' in list`);
  if (typeof index !== 'number') return index;
  return index >= 0 && index < listSize(list) ? listAt(list, index) : undefined;
}

function missing(value: Value, key: Value): Failure {
  return failure(`${isList(value) ? 'index out of bounds' : 'no such key'}: ${shownInError(key)}`);
}
