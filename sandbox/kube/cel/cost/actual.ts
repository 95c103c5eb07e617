// What calls cost when they are carried out: one unit each, or as much as the size of what they look at demands.

import { InternalProblem } from '../evaluate/frame.ts';
import { isList, isMap, listAt, listItems, mapFind, mapKeys, sizeOf } from '../runtime/collections.ts';
import { goTypeName } from '../runtime/kinds.ts';
import { isFailure, isInt, isTaggedAs, kindOf, type Result } from '../values.ts';

/** Looking at so many characters costs one. */
export const PER_CHARACTER = 0.1;
/** So many characters of a pattern are taken for one expression. */
export const PER_PATTERN_CHARACTER = 0.25;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const MESSAGE_COST = 40;

/** A fixed cost, or one that depends on arguments and result. */
export type CallCost = number | ((args: readonly Result[], result: Result) => number);

/** The cost of an overload of a function; `overload` is empty when only run time tells which one it is. */
export function callCost(name: string, overload: string): CallCost {
  return OVERLOAD_COSTS.get(overload) ?? FUNCTION_COSTS.get(name) ?? STANDARD_COSTS.get(overload) ?? 1;
}

/** What a value's size counts as. */
function actualSize(value: Result | undefined): number {
  if (value === undefined) return 1;
  if (isTaggedAs(value, 'optional')) return value.value === undefined ? 1 : actualSize(value.value);
  return (isTaggedAs(value, 'extension') ? value.size : undefined) ?? sizeOf(value) ?? 1;
}

function libSize(value: Result | undefined): number {
  return value !== undefined && isTaggedAs(value, 'optional') ? 1 : actualSize(value);
}

const traversal = (size: number, times = 1): number => Math.ceil(size * times * PER_CHARACTER);

const ofFirst = (times = 1): CallCost => {
  return ([first]) => traversal(libSize(first), times);
};

const pattern: CallCost = ([text, regex]) =>
  Math.ceil((1 + libSize(text)) * PER_CHARACTER) * Math.ceil(libSize(regex) * PER_PATTERN_CHARACTER);

/** All strings within a value, and one for everything else. */
function traversalCost(value: Result): number {
  if (typeof value === 'string') return Math.trunc(new TextEncoder().encode(value).length * PER_CHARACTER);
  if (isTaggedAs(value, 'bytes')) return Math.trunc(value.bytes.length * PER_CHARACTER);
  if (isList(value) && !isTaggedAs(value, 'failure')) {
    return listItems(value).reduce((sum: number, item) => sum + traversalCost(item), 0);
  }
  if (isMap(value) && !isTaggedAs(value, 'failure')) {
    const map = value;
    return mapKeys(map).reduce(
      (sum: number, key) => sum + traversalCost(key) + traversalCost(mapFind(map, key) ?? null),
      0,
    );
  }
  return 1;
}

/** A named format tells how long its pattern may be. */
const validation: CallCost = ([format, text]) => {
  const size = format !== undefined && isTaggedAs(format, 'extension') ? format.patternSize : undefined;
  if (size === undefined) return 1;
  return Math.ceil((1 + libSize(text)) * PER_CHARACTER) * Math.ceil(size * PER_PATTERN_CHARACTER);
};

const selector: CallCost = ([, text]) => {
  const length = libSize(text);
  return LIST_COST + traversal(length) + Math.ceil(Math.ceil(length * 0.5) * (LIST_COST + MESSAGE_COST));
};

const containsAddress =
  (extra: (size: number) => number, parsed: boolean): CallCost =>
  ([network, other]) => {
    const size = libSize(network);
    return traversal(size + size) + extra(size) + (parsed ? traversal(libSize(other)) : 0);
  };

const noExtra = (): number => 0;
const masking = (size: number): number => traversal(size) + 1;

function costs(cost: CallCost, names: string): readonly (readonly [string, CallCost])[] {
  return names.split(' ').map((name) => [name, cost] as const);
}

const FIXED =
  'serviceAccount path group resource subresource namespace name allowed reason error errored ' +
  'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast ' +
  'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch ' +
  'getScheme getHostname getHost getPort getEscapedPath getQuery';

/** Of Kubernetes' libraries, and of functions that share a name with one of theirs. */
const FUNCTION_COSTS: ReadonlyMap<string, CallCost> = new Map([
  ...costs(350_000, 'check'),
  ...costs(1, FIXED),
  ...costs(selector, 'fieldSelector labelSelector'),
  ...costs(([list]) => (list === undefined ? 0 : traversalCost(list)), 'isSorted sum max min indexOf lastIndexOf'),
  ...costs(ofFirst(), 'url lowerAscii upperAscii substring trim jsonpatch.escapeKey cidr isIP isCIDR ip'),
  ...costs(ofFirst(2), 'replace split ip.isCanonical'),
  ...costs((_, result) => traversal(libSize(result), 2), 'join'),
  ...costs(pattern, 'find findAll'),
  ...costs(validation, 'validate'),
  ...costs(containsAddress(noExtra, false), 'containsIP'),
  ...costs(containsAddress(masking, false), 'containsCIDR'),
  ...costs(ofFirst(), 'quantity isQuantity semver isSemver'),
]);

const ofOutput: CallCost = (_, result) => 1 + LIST_COST + libSize(result);

function notAList(value: Result | undefined): string {
  const lacking = value !== undefined && ADDED.has(kindOf(value)) ? 'Contains' : 'Add';
  const type = value === undefined || isFailure(value) ? '*types.Err' : goTypeName(value);
  return `interface conversion: ${type} is not traits.Lister: missing method ${lacking}`;
}

/** Kinds of values that have a method Add. */
const ADDED: ReadonlySet<string> = new Set('int uint double string bytes timestamp duration'.split(' '));

/** Comparing all elements with one another. */
function selfComparison(list: Result | undefined): number {
  const size = libSize(list);
  // The server can't count the cost of what isn't a list, and says so in place of what else is wrong.
  if (list === undefined || isFailure(list) || !isList(list)) throw new InternalProblem(notAList(list));
  const first = size === 0 ? null : listAt(list, 0);
  const textual = typeof first === 'string' || isTaggedAs(first, 'bytes');
  return Math.trunc(size * size * (2 + (textual ? PER_CHARACTER : 0))) + 1 + LIST_COST;
}

const flattening: CallCost = ([list, depth]) =>
  Math.trunc(libSize(list) * (depth !== undefined && isInt(depth) ? Number(depth) : 1)) + 1 + LIST_COST;

const setCost =
  (times: number): CallCost =>
  ([a, b]) =>
    1 + Math.trunc(libSize(a) * libSize(b) * times);

const SORTABLE = 'int uint double bool google.protobuf.Duration google.protobuf.Timestamp string bytes'.split(' ');

/** Of single overloads, whatever the function's name. */
const OVERLOAD_COSTS: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ...costs(ofOutput, 'list_slice lists_range list_reverse'),
  ...costs(flattening, 'list_flatten list_flatten_int'),
  ['list_distinct', ([list]) => selfComparison(list)],
  ...SORTABLE.map((type): [string, CallCost] => [`list_${type}_sort`, ([list]) => selfComparison(list)]),
  ...SORTABLE.map((type): [string, CallCost] => [
    `list_${type}_sortByAssociatedKeys`,
    ([, keys]) => selfComparison(keys),
  ]),
  ...costs(setCost(1), 'list_sets_contains_list list_sets_intersects_list'),
  ...costs(setCost(2), 'list_sets_equivalent_list'),
  ['cidr_ip', 1],
  ['cidr_contains_ip_string', containsAddress(noExtra, true)],
  ['cidr_contains_cidr_string', containsAddress(masking, true)],
]);

const smaller = ([a, b]: readonly Result[]): number => traversal(Math.min(actualSize(a), actualSize(b)));

/** What has an equality of its own, whose cost is one. */
const comparedAtOnce = (value: Result | undefined): boolean =>
  value !== undefined && isTaggedAs(value, 'extension') && value.list === undefined && value.map === undefined;

const equality: CallCost = (args) => (comparedAtOnce(args[0]) ? 1 : smaller(args));

/** Of the standard functions. */
const STANDARD_COSTS: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ...costs(([a]) => traversal(actualSize(a)), 'starts_with_string ends_with_string string_to_bytes bytes_to_string'),
  ...costs(([a]) => traversal(actualSize(a)), 'strings_quote string_format'),
  ['in_list', ([, list]) => actualSize(list)],
  ...costs(smaller, 'less_string greater_string less_equals_string greater_equals_string'),
  ...costs(smaller, 'less_bytes greater_bytes less_equals_bytes greater_equals_bytes not_equals'),
  ['equals', equality],
  ...costs(([a, b]) => traversal(actualSize(a) + actualSize(b)), 'add_string add_bytes'),
  ['matches_string', pattern],
  ['contains_string', ([a, b]) => traversal(actualSize(a)) * traversal(actualSize(b))],
]);
