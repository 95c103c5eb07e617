// How a workload's pods are replaced: counts, or shares in percent.

import { invalid } from '../../../kube/fielderrors.ts';
import { type IntOrString, intValueOf } from '../../../kube/intstr.ts';
import { percent } from '../../../kube/names.ts';
import { type Errors, nonNegative, problemsOf } from './checks.ts';

export function* countOrPercent(field: string, value: IntOrString = 0): Errors {
  if (typeof value === 'number') yield* nonNegative(field, value);
  else yield* problemsOf(field, value, percent(value));
}

export function* atMostWhole(field: string, value: IntOrString = 0): Errors {
  if ((share(value) ?? 0) > 100) yield invalid(field, value, 'must not be greater than 100%');
}

/** The count, or the number of percents. */
export function countOf(value: IntOrString = 0): number {
  return share(value) ?? intValueOf(value);
}

function share(value: IntOrString): number | undefined {
  return typeof value === 'string' && percent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;
}
