// Capacities of devices that several requests may share: how much of it may be asked for at once.

import {
  at,
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  required,
  tooMany,
} from '../../../kube/fielderrors.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityValue,
} from '../../../kube/quantity.ts';
import type {
  V1CapacityRequestPolicy,
  V1CapacityRequestPolicyRange,
  V1DeviceCapacity,
} from '../../../schema/generated/types.ts';
import type { Errors } from '../shared/checks.ts';

const OPTIONS_MAX = 10;

/** `isShared`: the device may be given to several requests. */
export function* capacity({ value = '0', requestPolicy }: V1DeviceCapacity, field: string, isShared: boolean): Errors {
  if (requestPolicy === undefined) return;
  const here = at(field, 'requestPolicy');
  if (isShared) yield* policyErrors(requestPolicy, parseQuantity(value), here);
  else yield forbiddenField(here, 'allowMultipleAllocations must be true');
}

function* policyErrors(policy: V1CapacityRequestPolicy, capacity: Quantity, field: string): Errors {
  const { validRange } = policy;
  const validValues = policy.validValues ?? [];
  if (validValues.length > 0 && validRange !== undefined) {
    const why = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    yield forbiddenField(field, why);
    return;
  }
  const way = validValues.length > 0 ? 'validValues' : validRange === undefined ? undefined : 'validRange';
  if (way === undefined) return;
  if (policy.default === undefined || policy.default === null) {
    yield required(at(field, 'default'), `required when ${way} is defined`);
    return;
  }
  const limits = { capacity, fallback: parseQuantity(policy.default) };
  if (validRange === undefined) yield* optionErrors(validValues.map(parseQuantity), limits, at(field, way));
  else yield* rangeErrors(validRange, limits, at(field, way));
}

interface Limits {
  readonly capacity: Quantity;
  /** What a request gets that doesn't say how much. */
  readonly fallback: Quantity;
}

function* optionErrors(options: readonly Quantity[], { capacity, fallback }: Limits, field: string): Errors {
  for (const [i, option] of options.entries()) {
    const before = options[i - 1];
    if (before !== undefined && compareQuantities(before, option) > 0) {
      yield invalid(at(field, i), formatQuantity(option), 'values must be sorted in ascending order');
    }
  }
  let hasFallback = false;
  if (options.length > OPTIONS_MAX) yield tooMany(field, options.length, OPTIONS_MAX);
  else {
    for (const [i, option] of options.entries()) {
      if (compareQuantities(option, capacity) > 0) yield larger(at(field, i), option, 'option', capacity);
      hasFallback ||= compareQuantities(option, fallback) === 0;
    }
    yield* doubleErrors(options, field);
  }
  if (!hasFallback) {
    yield invalid(field, formatQuantity(fallback), 'default value is not valid according to the requestPolicy');
  }
}

/** Options are the same when they are so many whole units. */
function* doubleErrors(options: readonly Quantity[], field: string): Errors {
  const seen = new Set<string>();
  for (const [i, option] of options.entries()) {
    const key = String(quantityValue(option));
    if (seen.has(key)) yield duplicate(at(field, i), key);
    seen.add(key);
  }
}

function larger(field: string, value: Quantity, what: string, capacity: Quantity): FieldError {
  return invalid(field, formatQuantity(value), `${what} is larger than capacity value: ${formatQuantity(capacity)}`);
}

function* rangeErrors(range: V1CapacityRequestPolicyRange, { capacity, fallback }: Limits, field: string): Errors {
  if (range.min === undefined) {
    yield required(at(field, 'min'), 'required when validRange is defined');
    return;
  }
  const min = parseQuantity(range.min);
  const max = range.max === undefined ? undefined : parseQuantity(range.max);
  if (compareQuantities(min, capacity) > 0) yield larger(at(field, 'min'), min, 'min', capacity);
  if (compareQuantities(fallback, min) < 0) {
    yield invalid(at(field, 'min'), formatQuantity(fallback), `default is less than min: ${formatQuantity(min)}`);
  }
  if (max !== undefined) {
    const here = at(field, 'max');
    const shown = formatQuantity(max);
    if (compareQuantities(min, max) > 0) yield invalid(here, formatQuantity(min), `min is larger than max: ${shown}`);
    if (compareQuantities(max, capacity) > 0) yield larger(here, max, 'max', capacity);
    if (compareQuantities(fallback, max) > 0) {
      yield invalid(here, formatQuantity(fallback), `default is more than max: ${shown}`);
    }
  }
  if (range.step !== undefined) {
    yield* stepErrors(parseQuantity(range.step), { min, max, fallback, capacity }, at(field, 'step'));
  }
}

interface Stepped extends Limits {
  readonly min: Quantity;
  readonly max: Quantity | undefined;
}

function* stepErrors(step: Quantity, { min, max, fallback, capacity }: Stepped, field: string): Errors {
  const first = addQuantities(min, step);
  if (compareQuantities(first, capacity) > 0) {
    yield invalid(
      field,
      formatQuantity(step),
      `one step ${formatQuantity(first)} is larger than capacity value: ${formatQuantity(capacity)}`,
    );
  }
  for (const value of max === undefined ? [fallback] : [fallback, max]) {
    if ((quantityValue(value) - quantityValue(min)) % quantityValue(step) === 0) continue;
    const why = `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`;
    yield invalid(field, formatQuantity(value), why);
  }
}
