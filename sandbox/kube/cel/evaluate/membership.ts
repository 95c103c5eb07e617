// `x in [constants]`: the constants are put into a set once, and looking one up is free.

import { mapKey } from '../runtime/collections.ts';
import { doubleOf, isFailure, isInt, isPlainList, isTaggedAs, type Value } from '../values.ts';
import { type Planned, stepOf } from './planned.ts';

/** undefined where the list isn't one of constants that can be put into a set. */
export function membership(element: Planned | undefined, list: Planned | undefined): Planned | undefined {
  if (element === undefined || list?.kind !== 'constant' || !isPlainList(list.value)) return undefined;
  if (list.value.length === 0) return { kind: 'constant', value: false };
  if (!list.value.every(isSimple)) return undefined;
  const keys = new Set(list.value.flatMap(keysOf));
  const step = stepOf(element);
  return {
    kind: 'step',
    step: (frame) => {
      const value = step(frame);
      return isFailure(value) ? value : isSimple(value) && keys.has(mapKey(value));
    },
  };
}

function isSimple(value: Value): boolean {
  return typeof value !== 'object' || isTaggedAs(value, 'double') || isTaggedAs(value, 'uint');
}

/** A number is found as one of any type. */
function keysOf(value: Value): readonly string[] {
  const real = doubleOf(value);
  const whole = isInt(value) ? BigInt(value) : isTaggedAs(value, 'uint') ? value.value : undefined;
  if (whole !== undefined) return [`i${whole}`, `u${whole}`, `d${Number(whole)}`];
  if (real === undefined) return [mapKey(value)];
  return Number.isInteger(real) ? [`d${real}`, `i${BigInt(real)}`, `u${BigInt(real)}`] : [`d${real}`];
}
