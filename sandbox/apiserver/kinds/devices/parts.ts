// What claims, classes and slices of devices share: names, selectors, configurations, tolerations and taints.

import { compileSelector, SELECTOR_COST_MAX } from '../../../kube/cel/devices.ts';
import { at, duplicate, forbiddenField, invalid, required, tooLong, tooMany } from '../../../kube/fielderrors.ts';
import { byteLength, goJson } from '../../../kube/go/text.ts';
import { isObject } from '../../../kube/json.ts';
import { cIdentifier, labelValue, qualifiedName } from '../../../kube/names.ts';
import type {
  V1DeviceClaimConfiguration,
  V1DeviceSelector,
  V1DeviceTaint,
  V1DeviceToleration,
} from '../../../schema/generated/types.ts';
import { type Errors, eachItem, neededOneOf, oneOf, problemsOf, subdomainName } from '../shared/checks.ts';
import { csiDriverName } from '../shared/volumesources.ts';

const SELECTORS_MAX = 32;
const EXPRESSION_MAX = 10 * 1024;
const PARAMETERS_MAX = 10 * 1024;
const IDENTIFIER_MAX = 32;
const POOL_NAME_MAX = 253;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

/** The items of a list that has a limit: where there are too many, nothing else is looked at. */
export function* limited<T>(
  list: readonly T[] | null | undefined,
  field: string,
  max: number,
  check: (item: T, field: string, index: number) => Errors,
): Errors {
  const items = list ?? [];
  if (items.length > max) yield tooMany(field, items.length, max);
  else yield* eachItem(items, field, check);
}

/** The keys of a map that has a limit. */
export function* limitedMap(
  keys: readonly string[],
  field: string,
  max: number,
  check: (key: string) => Errors,
): Errors {
  if (keys.length > max) yield tooMany(field, keys.length, max);
  else for (const key of keys) yield* check(key);
}

/** The same for items that have keys; then what stands twice. */
export function* distinct<T>(
  list: readonly T[] | null | undefined,
  field: string,
  max: number,
  keyOf: (item: T) => string,
  check: (item: T, field: string) => Errors,
): Errors {
  const items = list ?? [];
  yield* limited(items, field, max, check);
  if (items.length > max) return;
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) yield duplicate(at(field, i), key);
    seen.add(key);
  }
}

export function* selectors(list: readonly V1DeviceSelector[] | null | undefined, field: string): Errors {
  yield* limited(list, field, SELECTORS_MAX, function* ({ cel }, here) {
    if (cel === undefined) yield required(at(here, 'cel'));
    else if (byteLength(cel.expression ?? '') > EXPRESSION_MAX)
      yield tooLong(at(here, 'cel.expression'), EXPRESSION_MAX);
    else yield* expressionErrors(cel.expression ?? '', at(here, 'cel.expression'));
  });
}

function* expressionErrors(text: string, field: string): Errors {
  const compiled = compileSelector(text);
  if ('problem' in compiled) yield invalid(field, text, compiled.problem);
  else if (compiled.maxCost > SELECTOR_COST_MAX) yield forbiddenField(field, 'too complex, exceeds cost limit');
}

export function* configuration({ opaque }: Pick<V1DeviceClaimConfiguration, 'opaque'>, field: string): Errors {
  const here = at(field, 'opaque');
  if (opaque === undefined) {
    yield required(here);
    return;
  }
  yield* csiDriverName(at(here, 'driver'), opaque.driver);
  const { parameters } = opaque;
  const place = at(here, 'parameters');
  if (parameters === undefined || parameters === null) yield required(place);
  else if (byteLength(goJson(parameters)) > PARAMETERS_MAX) yield tooLong(place, PARAMETERS_MAX);
  else if (!isObject(parameters)) yield invalid(place, '<value omitted>', 'must be a valid JSON object');
}

export function* toleration(
  { key = '', operator = '', value = '', effect = '' }: V1DeviceToleration,
  field: string,
): Errors {
  if (key !== '') yield* problemsOf(at(field, 'key'), key, qualifiedName(key));
  if (operator === 'Exists') {
    if (value !== '') yield invalid(at(field, 'value'), value, 'must be empty for operator `Exists`');
  } else if (operator === 'Equal') yield* problemsOf(at(field, 'value'), value, labelValue(value));
  else yield* neededOneOf(at(field, 'operator'), operator, ['Equal', 'Exists']);
  if (effect !== '') yield* oneOf(at(field, 'effect'), effect, EFFECTS);
}

export function* taint({ key = '', value = '', effect = '' }: V1DeviceTaint, field: string): Errors {
  yield* problemsOf(at(field, 'key'), key, qualifiedName(key));
  if (value !== '') yield* problemsOf(at(field, 'value'), value, labelValue(value));
  yield* neededOneOf(at(field, 'effect'), effect, EFFECTS);
}

export function* poolName(field: string, name = ''): Errors {
  if (name === '') yield required(field);
  else {
    if (byteLength(name) > POOL_NAME_MAX) yield tooLong(field, POOL_NAME_MAX);
    for (const part of name.split('/')) yield* subdomainName(field, part);
  }
}

/** `memory`, `dra.example.com/model`. */
export function* attributeName(field: string, name: string): Errors {
  const parts = name.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) return;
  if (second === undefined) {
    yield* identifier(field, first);
    return;
  }
  if (first === '') yield invalid(field, '', 'the domain must not be empty');
  else yield* csiDriverName(field, first);
  if (second === '') yield invalid(field, '', 'the name must not be empty');
  else yield* identifier(field, second);
}

export function* qualifiedAttribute(field: string, name: string): Errors {
  yield* attributeName(field, name);
  if (!name.includes('/')) {
    yield invalid(field, name, 'a fully qualified name must be a domain and a name separated by a slash');
  }
}

function* identifier(field: string, name: string): Errors {
  if (byteLength(name) > IDENTIFIER_MAX) yield tooLong(field, IDENTIFIER_MAX);
  yield* problemsOf(field, name, cIdentifier(name));
}
