// Lists, maps and messages that an expression makes. Those of constants are made once, and free.

import { LIST_COST, MAP_COST, MESSAGE_COST } from '../cost/actual.ts';
import { shownInError } from '../library/conversions.ts';
import { makeMap, mapKey } from '../runtime/collections.ts';
import { goTypeName, isHashable } from '../runtime/kinds.ts';
import { type Failure, failure, isFailure, isTaggedAs, KIND, type Result, type Value } from '../values.ts';
import { type Frame, InternalProblem, type Step, spend } from './frame.ts';
import { type Planned, stepOf } from './planned.ts';

export function planList(elements: readonly Planned[], optional: readonly number[]): Planned {
  if (optional.length === 0 && elements.every((element) => element.kind === 'constant')) {
    return { kind: 'constant', value: elements.flatMap((element) => constantOf(element)) };
  }
  const steps = elements.map(stepOf);
  const isOptional = steps.map((_, i) => optional.includes(i));
  return { kind: 'step', step: withCost(LIST_COST, (frame) => makeList(frame, steps, isOptional)) };
}

function constantOf(planned: Planned): readonly Value[] {
  return planned.kind === 'constant' ? [planned.value] : [];
}

function withCost(cost: number, step: Step): Step {
  return (frame) => {
    const result = step(frame);
    spend(frame, cost);
    return result;
  };
}

function makeList(frame: Frame, steps: readonly Step[], isOptional: readonly boolean[]): Result {
  const items: Value[] = [];
  for (const [i, step] of steps.entries()) {
    const value = step(frame);
    if (isFailure(value)) return value;
    if (isOptional[i] !== true) items.push(value);
    else if (!isTaggedAs(value, 'optional')) {
      return failure(`cannot initialize optional list element from non-optional value ${shownInError(value)}`);
    } else if (isFailure(value.value)) return value.value;
    else if (value.value !== undefined) items.push(value.value);
  }
  return items;
}

/** An entry of a map or a field of a message. */
export interface PlannedEntry<Key> {
  readonly key: Key;
  readonly value: Planned;
  readonly optional: boolean;
}

export function planMap(entries: readonly PlannedEntry<Planned>[]): Planned {
  const constants = entries.flatMap(({ key, value, optional }) =>
    key.kind === 'constant' && value.kind === 'constant' && !optional ? [[key.value, value.value] as const] : [],
  );
  if (constants.length === entries.length && constants.every(([key]) => isHashable(key)))
    return { kind: 'constant', value: makeMap(constants) };
  const steps = entries.map(({ key, value, optional }) => ({ key: stepOf(key), value: stepOf(value), optional }));
  return { kind: 'step', step: withCost(MAP_COST, (frame) => evaluateMap(frame, steps)) };
}

interface EntrySteps {
  readonly key: Step;
  readonly value: Step;
  readonly optional: boolean;
}

function evaluateMap(frame: Frame, entries: readonly EntrySteps[]): Result {
  const result = new Map<string, readonly [Value, Value]>();
  for (const entry of entries) {
    const key = entry.key(frame);
    if (isFailure(key)) return key;
    const value = entry.value(frame);
    if (isFailure(value)) return value;
    if (!isHashable(key)) throw new InternalProblem(`runtime error: hash of unhashable type ${goTypeName(key)}`);
    const kept = entry.optional ? unwrapped(shownInError(key), value) : { value };
    if ('message' in kept) return kept;
    if (kept.value === undefined) result.delete(mapKey(key));
    else result.set(mapKey(key), [key, kept.value]);
  }
  return { [KIND]: 'map', entries: result };
}

function unwrapped(name: string, value: Value): { readonly value?: Value } | Failure {
  if (isTaggedAs(value, 'optional')) {
    if (isFailure(value.value)) return value.value;
    return value.value === undefined ? {} : { value: value.value };
  }
  return failure(`cannot initialize optional entry '${name}' from non-optional value ${shownInError(value)}`);
}

export function planMessage(
  fields: readonly PlannedEntry<string>[],
  make: (fields: ReadonlyMap<string, Value>) => Result,
): Planned {
  const steps = fields.map(({ key, value, optional }) => ({ key, value: stepOf(value), optional }));
  const step: Step = (frame) => {
    const values = new Map<string, Value>();
    for (const field of steps) {
      const value = field.value(frame);
      if (isFailure(value)) return value;
      const kept = field.optional ? unwrapped(field.key, value) : { value };
      if ('message' in kept) return kept;
      if (kept.value === undefined) values.delete(field.key);
      else values.set(field.key, kept.value);
    }
    return make(values);
  };
  return { kind: 'step', step: withCost(MESSAGE_COST, step) };
}
