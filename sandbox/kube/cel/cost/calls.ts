// What calls may cost, estimated from the sizes of what they are given, and how large their results may be.

import type { Expr } from '../syntax/ast.ts';
import { sameType, type Type } from '../types.ts';
import { isInt } from '../values.ts';
import { LIST_COST, MESSAGE_COST, PER_CHARACTER, PER_PATTERN_CHARACTER } from './actual.ts';
import { exactly, MOST, NOTHING, ONE, plus, type Range, scaled, times, UNKNOWN, wrapped } from './ranges.ts';

/** An operand of a call. */
export interface Operand {
  readonly expr?: Expr;
  readonly type: Type;
  readonly size: Range;
  /** Not only that nothing is known of its size. */
  readonly sized: boolean;
  /** Of a list, what is known of its elements. */
  readonly element: () => Operand | undefined;
}

export interface CallOperands {
  readonly overload: string;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
}

export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range;
}

type Estimator = (call: CallOperands) => CallEstimate | undefined;

/** Of a function of Kubernetes or of a standard one, without what its operands cost; undefined: it is for nobody special. */
export function estimateCall(name: string, call: CallOperands): CallEstimate | undefined {
  return (BY_OVERLOAD.get(call.overload) ?? NO_ESTIMATE)(call) ?? (BY_NAME.get(name) ?? NO_ESTIMATE)(call);
}

const NO_ESTIMATE: Estimator = () => undefined;

const traversal = (size: Range, factor = 1): Range => scaled(size, factor * PER_CHARACTER);

function sizeOf({ args }: CallOperands, index = 0): Range {
  return args[index]?.size ?? UNKNOWN;
}

/** Only when it has so many arguments at least. */
const withArgs =
  (count: number, estimate: (call: CallOperands) => CallEstimate): Estimator =>
  (call) =>
    call.args.length >= count ? estimate(call) : undefined;

const onTarget =
  (estimate: (target: Operand, call: CallOperands) => CallEstimate): Estimator =>
  (call) =>
    call.target === undefined ? undefined : estimate(call.target, call);

// --- Kubernetes' functions

const fixed =
  (cost: number): Estimator =>
  () => ({ cost: exactly(cost) });

const ofArgument = (factor = 1): Estimator => withArgs(1, (call) => ({ cost: traversal(sizeOf(call), factor) }));

const ofArgumentKept = withArgs(1, (call) => ({ cost: traversal(sizeOf(call)), size: sizeOf(call) }));

const ofTargetKept = onTarget(({ size }) => ({ cost: traversal(size), size }));

const selector = withArgs(1, (call) => {
  const size = sizeOf(call);
  const requirements = scaled(scaled(size, 0.5), LIST_COST + MESSAGE_COST);
  return { cost: plus(exactly(LIST_COST), plus(traversal(size), requirements)) };
});

/** Comparing the elements of a list, or looking through a string. */
const comparison = onTarget(({ size, element }) => {
  const item = element();
  if (item === undefined) return { cost: traversal(size) };
  const textual = item.type.kind === 'string' || item.type.kind === 'bytes';
  return { cost: times(size, textual ? plus(ONE, traversal(item.size)) : ONE) };
});

const replacing: Estimator = (call) => {
  const { target, args } = call;
  if (target === undefined || args.length < 2) return undefined;
  const [{ size }, old, by] = [target, sizeOf(call, 0), sizeOf(call, 1)];
  const longest = longestReplacement(size, old, by);
  const shortest = shortestReplacement(size, old, by);
  const count = { min: shortest.count, max: longest.count };
  const kept = { min: shortest.kept, max: longest.kept };
  return { cost: traversal(size, 2), size: plus(times(count, by), kept) };
};

interface Replacement {
  readonly count: bigint;
  readonly kept: bigint;
}

function longestReplacement(size: Range, old: Range, by: Range): Replacement {
  if (old.min === 0n) return { count: size.max < MOST ? size.max + 1n : size.max, kept: size.max };
  return by.max <= old.min ? { count: 0n, kept: size.max } : { count: quotient(size.max, old.min), kept: 0n };
}

function shortestReplacement(size: Range, old: Range, by: Range): Replacement {
  if (old.max === 0n) return { count: size.min < MOST ? size.min + 1n : size.min, kept: size.min };
  return old.max <= by.min ? { count: 0n, kept: size.min } : { count: quotient(size.min, old.max), kept: 0n };
}

/** Rounded up, as floating-point numbers have it. */
function quotient(a: bigint, b: bigint): bigint {
  const result = Math.ceil(Number(a) / Number(b));
  return result >= 2 ** 64 ? 2n ** 63n : BigInt(result);
}

const splitting = onTarget(({ size }, { args: [, limit] }) => {
  const value = limit?.expr?.kind === 'literal' ? limit.expr.value : null;
  const max = isInt(value) ? BigInt.asUintN(64, BigInt(value)) : size.max;
  return { cost: traversal(size, 2), size: { min: 0n, max } };
});

const joining = onTarget(({ size, element }, { args: [separator] }) => {
  const item = element();
  const items = item === undefined ? NOTHING : times(size, item.size);
  const between = { min: size.min > 0n ? size.min - 1n : 0n, max: size.max > 0n ? size.max - 1n : 0n };
  const result = separator === undefined ? items : plus(items, times(separator.size, between));
  return { cost: traversal(result), size: result };
});

const searching = onTarget(({ size }, call) => {
  const text = traversal(plus(size, ONE));
  return { cost: times(text, scaled(sizeOf(call), PER_PATTERN_CHARACTER)), size: { min: 0n, max: size.max } };
});

/** Addresses have 4 or 16 bytes. */
const ADDRESS: Range = { min: 4n, max: 16n };
const COMPARED = traversal(plus(ADDRESS, ADDRESS));

const containing = (base: Range): Estimator =>
  withArgs(1, (call) => ({
    cost: call.overload.endsWith('_string') ? plus(base, traversal(sizeOf(call))) : base,
  }));

/** How long patterns of named formats are taken to be, and their names. */
const FORMAT_PATTERN = 128;
const FORMAT_NAME = 64n;

const validating = withArgs(1, (call) => ({
  cost: scaled(traversal(sizeOf(call)), FORMAT_PATTERN * PER_PATTERN_CHARACTER),
}));

const address: Estimator = (call) => (call.overload === 'cidr_ip' ? { cost: ONE } : ofArgument()(call));

const CHEAP = /^(net\.(IP|CIDR)|kubernetes\.(Quantity|Semver|authorization\.\w+))$/;

/** Of values that Kubernetes has an equality of its own for. */
const equality: Estimator = ({ args: [a, b] }) => {
  if (a === undefined || b === undefined || !sameType(a.type, b.type)) return undefined;
  const { name } = a.type;
  if (CHEAP.test(name)) return { cost: ONE };
  if (name === 'kubernetes.NamedFormat') return { cost: traversal({ min: 1n, max: FORMAT_NAME }) };
  if (name === 'kubernetes.URL') return { cost: traversal({ min: 1n, max: b.sized ? b.size.max : 1n }) };
  return undefined;
};

// --- standard functions

const patternMatching: Estimator = ({ target, args: [pattern] }) =>
  target === undefined || pattern === undefined
    ? undefined
    : { cost: times(traversal(plus(target.size, ONE)), scaled(pattern.size, PER_PATTERN_CHARACTER)) };

const substringSearch: Estimator = ({ target, args: [part] }) =>
  target === undefined || part === undefined
    ? undefined
    : { cost: times(traversal(target.size), traversal(part.size)) };

const smaller: Estimator = (call) => {
  const [a, b] = [sizeOf(call, 0).max, sizeOf(call, 1).max];
  const max = a < b ? a : b;
  return { cost: traversal({ min: max > 0n ? 1n : 0n, max }) };
};

const converting = (size: (of: Range) => Range): Estimator =>
  withArgs(1, (call) => ({ cost: traversal(sizeOf(call)), size: size(sizeOf(call)) }));

const formatting = onTarget(({ size }) => ({ cost: traversal(size) }));

const membership = withArgs(2, (call) => ({ cost: scaled(sizeOf(call, 1), 1) }));

// --- lists and sets

function allocating(factor: number, size: Range): CallEstimate {
  return { cost: plus(scaled(size, factor), exactly(1 + LIST_COST)), size };
}

function literalInt(operand: Operand | undefined, otherwise: bigint): bigint {
  const value = operand?.expr?.kind === 'literal' ? operand.expr.value : null;
  if (!isInt(value)) return otherwise;
  return value < 0 ? 0n : BigInt(value);
}

const slicing = onTarget(({ size }, { args: [start, end] }) => {
  const length = literalInt(end, size.max) - literalInt(start, 0n);
  return allocating(1, wrapped(length, length));
});

const flattening = onTarget(({ size }, { args: [depth] }) =>
  allocating(depth === undefined ? 1 : Number(literalInt(depth, MOST)), size),
);

const counting = withArgs(1, ({ args: [count] }) => allocating(1, exactly(literalInt(count, MOST))));

const reversing = onTarget(({ size }) => allocating(1, size));

/** Comparing all elements of a list with one another. */
const selfComparison = (list: (call: CallOperands) => Operand | undefined, textual: boolean): Estimator => {
  return (call) => {
    const size = list(call)?.size ?? UNKNOWN;
    return allocating(textual ? 2 + PER_CHARACTER : 2, times(size, size));
  };
};

const setComparison = (factor: number): Estimator =>
  withArgs(2, (call) => ({ cost: plus(scaled(times(sizeOf(call, 0), sizeOf(call, 1)), factor), ONE) }));

function sorts(type: string): readonly (readonly [string, Estimator])[] {
  const textual = type === 'string' || type === 'bytes';
  return [
    [`list_${type}_sort`, selfComparison(({ target }) => target, textual)],
    [`list_${type}_sortByAssociatedKeys`, selfComparison(({ args }) => args[0], textual)],
  ];
}

const SORTABLE = 'int uint double bool google.protobuf.Duration google.protobuf.Timestamp string bytes'.split(' ');

// --- tables

function estimators(estimator: Estimator, names: string): readonly (readonly [string, Estimator])[] {
  return names.split(' ').map((name) => [name, estimator] as const);
}

const ACCESSORS =
  'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength family ' +
  'isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named sign asInteger ' +
  'isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch getScheme getHostname ' +
  'getHost getPort getEscapedPath getQuery';

const BY_NAME: ReadonlyMap<string, Estimator> = new Map([
  ...estimators(fixed(350_000), 'check'),
  ...estimators(fixed(1), ACCESSORS),
  ...estimators(selector, 'fieldSelector labelSelector'),
  ...estimators(comparison, 'isSorted sum max min indexOf lastIndexOf'),
  ...estimators(ofArgumentKept, 'url jsonpatch.escapeKey'),
  ...estimators(ofTargetKept, 'lowerAscii upperAscii substring trim'),
  ...estimators(replacing, 'replace'),
  ...estimators(splitting, 'split'),
  ...estimators(joining, 'join'),
  ...estimators(searching, 'find findAll'),
  ...estimators(ofArgument(), 'cidr isIP isCIDR quantity isQuantity semver isSemver'),
  ...estimators(ofArgument(2), 'ip.isCanonical'),
  ...estimators(address, 'ip'),
  ...estimators(containing(COMPARED), 'containsIP'),
  ...estimators(containing(plus(plus(COMPARED, traversal(ADDRESS)), ONE)), 'containsCIDR'),
  ...estimators(validating, 'validate'),
  ...estimators(equality, '_==_'),
]);

const BY_OVERLOAD: ReadonlyMap<string, Estimator> = new Map([
  ...estimators(slicing, 'list_slice'),
  ...estimators(flattening, 'list_flatten list_flatten_int'),
  ...estimators(counting, 'lists_range'),
  ...estimators(reversing, 'list_reverse'),
  ...estimators(
    selfComparison(({ target }) => target, false),
    'list_distinct',
  ),
  ...SORTABLE.flatMap(sorts),
  ...estimators(setComparison(1), 'list_sets_contains_list list_sets_intersects_list'),
  ...estimators(setComparison(2), 'list_sets_equivalent_list'),
]);

/** Of overloads of standard functions. */
const STANDARD: ReadonlyMap<string, Estimator> = new Map([
  ...estimators(formatting, 'string_format'),
  ...estimators(
    converting(({ min, max }) => wrapped(min, max * 4n)),
    'string_to_bytes',
  ),
  ...estimators(
    converting(({ min, max }) => ({ min: min / 4n, max })),
    'bytes_to_string',
  ),
  ...estimators(
    converting(({ min, max }) => wrapped(min + 2n, max * 2n + 2n)),
    'strings_quote',
  ),
  ...estimators(ofArgument(), 'starts_with_string ends_with_string'),
  ...estimators(membership, 'in_list'),
  ...estimators(patternMatching, 'matches_string'),
  ...estimators(substringSearch, 'contains_string'),
  ...estimators(smaller, 'less_string greater_string less_equals_string greater_equals_string'),
  ...estimators(smaller, 'less_bytes greater_bytes less_equals_bytes greater_equals_bytes equals not_equals'),
]);

/** Of a standard function; all others cost one. */
export function estimateStandardCall(call: CallOperands): CallEstimate {
  return (STANDARD.get(call.overload) ?? NO_ESTIMATE)(call) ?? { cost: ONE };
}
