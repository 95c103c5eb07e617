// LimitRange: what single pods, containers and claims of a namespace may ask for, and what they get when they don't ask.

import { at, atKey, duplicate, forbiddenField, invalid, required, shownAsJson } from '../../kube/fielderrors.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, qualifiedName } from '../../kube/names.ts';
import { milliValue, parseQuantity, quantityValue } from '../../kube/quantity.ts';
import { LimitRanges } from '../../schema/generated/resources.ts';
import type { V1LimitRange, V1LimitRangeItem } from '../../schema/generated/types.ts';
import { uuid } from '../../time/chance.ts';
import { defineKind } from '../kind.ts';
import { metaErrors } from '../metadata.ts';
import { type Errors, problemsOf } from './shared/checks.ts';
import { roundLists } from './shared/coredefaults.ts';
import { type DefaultsTable, defaulter, forType } from './shared/defaults.ts';
import { allowsOvercommit, containerResourceName, resourceName } from './shared/resourcenames.ts';
import { compareAmounts, type ResourceList } from './shared/resources.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

const DEFAULTS: DefaultsTable = new Map([
  forType<V1LimitRangeItem>('core.v1.LimitRangeItem', (item) => containerDefaults(roundLists(item, LISTS))),
]);

export const limitRanges = defineKind<V1LimitRange>({
  type: LimitRanges,
  strategy: {
    defaults: defaulter<V1LimitRange>('core.v1.LimitRange', DEFAULTS),
    prepareCreate: (range, context) =>
      (range.metadata?.name ?? '') === ''
        ? {
            ...range,
            metadata: { ...range.metadata, name: uuid(context.draws('limit range', String(context.age())), 0) },
          }
        : range,
    validate: errors,
    validateUpdate: errors,
    createsOnUpdate: true,
  },
});

/** The most is the limit, and the limit or the least is the request, where nothing is said. */
function containerDefaults(item: V1LimitRangeItem): V1LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  return {
    ...item,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

function* errors(range: V1LimitRange): Errors {
  yield* metaErrors(range, NAMED);
  const seen = new Set<string>();
  for (const [i, item] of (range.spec?.limits ?? []).entries()) {
    const field = at('spec.limits', i);
    yield* typeErrors(at(field, 'type'), item.type);
    if (seen.has(item.type)) yield duplicate(at(field, 'type'), shownAsJson(item.type));
    seen.add(item.type);
    yield* itemErrors(field, item);
  }
}

function* typeErrors(field: string, type: string): Errors {
  const problems = qualifiedName(type);
  yield* problemsOf(field, shownAsJson(type), problems);
  if (problems.length > 0 || type.includes('/') || TYPES.includes(type)) return;
  yield invalid(field, shownAsJson(type), 'must be a standard limit type or fully qualified');
}

function* itemErrors(field: string, item: V1LimitRangeItem): Errors {
  const { type, max, min } = item;
  yield* namesOf(field, type, 'max', max);
  yield* namesOf(field, type, 'min', min);
  for (const name of ['default', 'defaultRequest'] as const) {
    if (type !== 'Pod') yield* namesOf(field, type, name, item[name]);
    else if (item[name] !== undefined)
      yield forbiddenField(at(field, name), "may not be specified when `type` is 'Pod'");
  }
  const isClaim = type === 'PersistentVolumeClaim';
  if (isClaim && own(min, 'storage') === undefined && own(max, 'storage') === undefined) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    yield required(at(field, 'limits'), detail);
  }
  yield* namesOf(field, type, 'maxLimitRequestRatio', item.maxLimitRequestRatio);
  const known = LISTS.filter((list) => type !== 'Pod' || !list.startsWith('default')).map((list) => item[list] ?? {});
  for (const name of sortedKeys(Object.assign({}, ...known))) yield* amountErrors(field, name, item);
}

function* namesOf(field: string, type: string, list: string, amounts: ResourceList | undefined): Errors {
  const check = type === 'Pod' || type === 'Container' ? containerResourceName : resourceName;
  for (const name of sortedKeys(amounts ?? {})) yield* check(atKey(at(field, list), name), name);
}

/** How the amounts of one resource fit together. */
function* amountErrors(field: string, name: string, item: V1LimitRangeItem): Errors {
  const isPod = item.type === 'Pod';
  const max = own(item.max, name);
  const min = own(item.min, name);
  const limit = isPod ? undefined : own(item.default, name);
  const request = isPod ? undefined : own(item.defaultRequest, name);
  const path = (list: string) => atKey(at(field, list), name);
  const rows: readonly (readonly [
    string,
    string | undefined,
    string | undefined,
    string,
    string,
    string | undefined,
  ])[] = [
    ['min', min, max, 'min value', 'max value', min],
    ['defaultRequest', min, request, 'min value', 'default request value', request],
    ['defaultRequest', request, max, 'default request value', 'max value', request],
    ['defaultRequest', request, limit, 'default request value', 'default limit value', request],
    ['default', min, limit, 'min value', 'default value', min],
    ['default', limit, max, 'default value', 'max value', max],
  ];
  for (const [list, small, large, smallName, largeName, shown] of rows) {
    if (small === undefined || large === undefined || compareAmounts(small, large) <= 0) continue;
    const detail = `${smallName} ${small} is greater than ${largeName} ${large}`;
    yield invalid(path(list), shownAsJson(shown ?? ''), detail);
  }
  yield* ratioErrors(path('maxLimitRequestRatio'), own(item.maxLimitRequestRatio, name), min, max);
  if (limit === undefined || request === undefined || allowsOvercommit(name) || compareAmounts(limit, request) === 0)
    return;
  const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
  yield invalid(path('defaultRequest'), shownAsJson(request), detail);
}

const MAX_MILLI = Math.floor(2 ** 63 / 1000);

function* ratioErrors(
  field: string,
  ratio: string | undefined,
  min: string | undefined,
  max: string | undefined,
): Errors {
  if (ratio === undefined) return;
  if (compareAmounts(ratio, '1') < 0) yield invalid(field, shownAsJson(ratio), `ratio ${ratio} is less than 1`);
  if (min === undefined || max === undefined) return;
  const amounts = [ratio, min, max].map(parseQuantity);
  const fine = amounts.every((amount) => quantityValue(amount) < MAX_MILLI);
  const [asked = 0, least = 0, most = 0] = amounts.map((amount, i) => {
    if (!fine) return quantityValue(amount);
    return i === 0 ? milliValue(amount) / 1000 : milliValue(amount);
  });
  const largest = most / least;
  if (asked <= largest) return;
  yield invalid(field, shownAsJson(ratio), `ratio ${ratio} is greater than max/min = ${largest.toFixed(6)}`);
}
