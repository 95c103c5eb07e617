// What a part of an expression becomes before it is evaluated.

import { failure, type Value } from '../values.ts';
import { type Attribute, attributeStep } from './attributes.ts';
import type { Step } from './frame.ts';

export type Planned =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  | { readonly kind: 'step'; readonly step: Step };

/** An expression can't be evaluated: a constant in it can't be converted, or a pattern not be compiled. */
export class PlanProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export function stepOf(planned: Planned): Step {
  switch (planned.kind) {
    case 'constant': {
      const { value } = planned;
      return () => value;
    }
    case 'attribute':
      return attributeStep(planned.attribute);
    default:
      return planned.step;
  }
}

/** Anything can be looked into. */
export function attributeOf(planned: Planned): Attribute {
  if (planned.kind === 'attribute') return planned.attribute;
  return { base: { kind: 'value', step: stepOf(planned) }, links: [] };
}

/** A variable of a macro. */
export interface Local {
  readonly slot: number;
  /** An accumulator gets its first value when it is first asked for. */
  readonly init?: Step;
  /** It begins as an empty list or map that nobody else holds: what is added is added in place. */
  readonly grows: boolean;
}

export function localStep({ slot, init }: Local): Step {
  const absent = failure('no such attribute(s)');
  return (frame) => {
    const value = frame.slots[slot];
    if (value !== undefined) return value;
    const first = init === undefined ? absent : init(frame);
    frame.slots[slot] = first;
    return first;
  };
}

/** A variable that is given from outside. */
export function variableStep(slot: number, name: string): Step {
  const absent = failure(`no such attribute(s): ${name}`);
  return ({ slots }) => {
    const value = slots[slot];
    return value === undefined ? absent : value;
  };
}
