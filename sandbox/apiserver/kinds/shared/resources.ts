// Amounts of resources: what containers and pods request and are limited to.

import {
  at,
  atKey,
  duplicate,
  fieldError,
  forbiddenField,
  invalid,
  notSupported,
  required,
  shownAsJson,
} from '../../../kube/fielderrors.ts';
import { compareText, sortedKeys } from '../../../kube/go/text.ts';
import { own } from '../../../kube/json.ts';
import { compareQuantities, milliValue, parseQuantity, signOfQuantity } from '../../../kube/quantity.ts';
import type { CoreV1ResourceClaim, V1ResourceRequirements } from '../../../schema/generated/types.ts';
import { type Errors, isBlank, labelName, NEGATIVE, NOT_POSITIVE } from './checks.ts';
import {
  allowsOvercommit,
  containerResourceName,
  isCounted,
  isHugePages,
  isWholePages,
  resourceName,
} from './resourcenames.ts';

export type ResourceList = { readonly [name: string]: string };

/** Quantities by resource name, in the order of the names. */
export function amountsOf(list: ResourceList | undefined): readonly (readonly [name: string, amount: string])[] {
  return list === undefined ? [] : sortedKeys(list).map((name) => [name, own(list, name) ?? '0']);
}

export function* nonNegativeQuantity(field: string, amount: string): Errors {
  if (signOfQuantity(parseQuantity(amount)) < 0) yield invalid(field, amount, NEGATIVE);
}

export function* positiveQuantity(field: string, amount: string): Errors {
  if (signOfQuantity(parseQuantity(amount)) <= 0) yield invalid(field, amount, NOT_POSITIVE);
}

/** An amount of a resource: not negative, and whole where the resource is counted. */
export function* resourceAmount(field: string, name: string, amount: string): Errors {
  yield* nonNegativeQuantity(field, amount);
  if (isCounted(name) && !isWhole(amount)) yield invalid(field, shownAsJson(amount), 'must be an integer');
}

export function isWhole(amount: string): boolean {
  return milliValue(parseQuantity(amount)) % 1000 === 0;
}

export function compareAmounts(a: string, b: string): number {
  return compareQuantities(parseQuantity(a), parseQuantity(b));
}

type NameCheck = (field: string, name: string) => Errors;

/** The resources of a container; `claims`: the names of the pod's resource claims. */
export function* containerResources(
  field: string,
  requirements: V1ResourceRequirements,
  claims: ReadonlySet<string>,
): Errors {
  yield* resourceRequirements(field, requirements, claims, containerResourceName);
}

const POD_LEVEL = ['cpu', 'hugepages-', 'memory'];

export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

/** The resources of a pod as a whole. */
export function* podResources(
  field: string,
  requirements: V1ResourceRequirements,
  claims: ReadonlySet<string>,
): Errors {
  yield* resourceRequirements(field, requirements, claims, podResourceName);
}

function* podResourceName(field: string, name: string): Errors {
  const errors = [...resourceName(field, name)];
  yield* errors;
  if (errors.length > 0 || isPodLevelResource(name)) return;
  yield notSupported(field, shownAsJson(name), POD_LEVEL);
}

function* resourceRequirements(
  field: string,
  { limits, requests, claims }: V1ResourceRequirements,
  claimNames: ReadonlySet<string>,
  checkName: NameCheck,
): Errors {
  const limited = amountsOf(limits);
  const requested = amountsOf(requests);
  for (const [name, amount] of limited) yield* oneAmount(atKey(at(field, 'limits'), name), name, amount, checkName);
  for (const [name, amount] of requested) {
    const here = atKey(at(field, 'requests'), name);
    yield* oneName(here, name, amount, checkName);
    yield* withinLimit(field, name, amount, own(limits, name));
    yield* wholePages(here, name, amount);
  }
  const names = [...limited, ...requested].map(([name]) => name);
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    yield forbiddenField(field, 'HugePages require cpu or memory');
  }
  yield* claimsOfContainer(at(field, 'claims'), claims ?? [], claimNames);
}

function* oneAmount(field: string, name: string, amount: string, checkName: NameCheck): Errors {
  yield* oneName(field, name, amount, checkName);
  yield* wholePages(field, name, amount);
}

function* oneName(field: string, name: string, amount: string, checkName: NameCheck): Errors {
  yield* checkName(field, name);
  yield* resourceAmount(field, name, amount);
}

function* wholePages(field: string, name: string, amount: string): Errors {
  if (!isHugePages(name) || isWholePages(name, amount)) return;
  yield invalid(field, amount, `${amount} is not positive integer multiple of ${name}`);
}

function* withinLimit(field: string, name: string, amount: string, limit: string | undefined): Errors {
  if (limit === undefined) {
    if (!allowsOvercommit(name))
      yield required(at(field, 'limits'), 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareAmounts(amount, limit);
  if (order !== 0 && !allowsOvercommit(name)) {
    yield invalid(at(field, 'requests'), amount, `must be equal to ${name} limit of ${limit}`);
  } else if (order > 0) {
    yield invalid(at(field, 'requests'), amount, `must be less than or equal to ${name} limit of ${limit}`);
  }
}

/** Which of the pod's resource claims a container uses, each once. */
function* claimsOfContainer(
  field: string,
  claims: readonly CoreV1ResourceClaim[],
  claimNames: ReadonlySet<string>,
): Errors {
  const seen = new Set<string>();
  for (const [i, { name, request = '' }] of claims.entries()) {
    const here = at(field, i);
    if (isBlank(name)) {
      yield required(here);
      continue;
    }
    yield* usedOnce(here, name, request, seen);
    if (!claimNames.has(name)) yield unknownClaim(here, name, claimNames);
  }
}

function* usedOnce(field: string, name: string, request: string, seen: Set<string>): Errors {
  if (seen.has(name)) {
    yield duplicate(field, name);
    return;
  }
  const key = request === '' ? name : `${name}/${request}`;
  if (request !== '') yield* labelName(at(field, 'request'), request);
  if (seen.has(key)) yield duplicate(field, key);
  else if (request === '') {
    for (const other of seen) if (other.startsWith(`${name}/`)) yield duplicate(field, name);
  }
  seen.add(key);
}

function unknownClaim(field: string, name: string, claimNames: ReadonlySet<string>) {
  const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort(compareText).join(', ')}`;
  return fieldError('FieldValueNotFound', field, name, `must be one of the names in pod.spec.resourceClaims${known}`);
}
