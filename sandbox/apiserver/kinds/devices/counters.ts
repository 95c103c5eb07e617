// Counters: what devices share. Sets of them are declared by slices, and devices of other slices say what they consume.

import { at, required } from '../../../kube/fielderrors.ts';
import { dns1123Label } from '../../../kube/names.ts';
import type { V1CounterSet, V1DeviceCounterConsumption } from '../../../schema/generated/types.ts';
import { type Errors, labelName, problemsOf } from '../shared/checks.ts';
import { limitedMap } from './parts.ts';

export const COUNTER_SETS_MAX = 8;
export const CONSUMPTIONS_MAX = 2;
const COUNTERS_MAX = 32;

export function* counterSet({ name = '', counters }: V1CounterSet, field: string): Errors {
  yield* setName(at(field, 'name'), name);
  yield* counterErrors(counters, at(field, 'counters'));
}

export function* counterConsumption(
  { counterSet: name = '', counters }: V1DeviceCounterConsumption,
  field: string,
): Errors {
  yield* setName(at(field, 'counterSet'), name);
  yield* counterErrors(counters, at(field, 'counters'));
}

function* setName(field: string, name: string): Errors {
  if (name === '') yield required(field);
  else yield* labelName(field, name);
}

/** Any quantity will do; only names are looked at. */
function* counterErrors(counters: object | null | undefined, field: string): Errors {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) yield required(field);
  else {
    yield* limitedMap(names, field, COUNTERS_MAX, function* (name) {
      yield* problemsOf(field, name, dns1123Label(name));
    });
  }
}
