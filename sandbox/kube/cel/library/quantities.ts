// quantity('1Gi') and semver('1.2.3').

import {
  addQuantities,
  approximateValue,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantity,
  quantityError,
  scaledValue,
  signOfQuantity,
  subtractQuantities,
} from '../../quantity.ts';
import { object } from '../types.ts';
import {
  double,
  type Extension,
  failure,
  isInt,
  isTaggedAs,
  KIND,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';
import { inconvertible, type Library, onString, type Run } from './library.ts';
import { compareVersions, formatVersion, normalizeVersion, parseVersion, type Version } from './semver.ts';

const QUANTITY_TYPE = object('kubernetes.Quantity');
const SEMVER_TYPE = object('kubernetes.Semver');

interface QuantityValue extends Extension {
  readonly quantity: Quantity;
  /** The outcome of add() or sub(): on the right of `==` the server doesn't take it for a quantity. */
  readonly computed: boolean;
}

interface SemverValue extends Extension {
  readonly version: Version;
}

function isQuantityValue(value: Value): value is QuantityValue {
  return isTaggedAs(value, 'extension') && value.type === QUANTITY_TYPE;
}

function isSemverValue(value: Value): value is SemverValue {
  return isTaggedAs(value, 'extension') && value.type === SEMVER_TYPE;
}

function quantityValue(of: Quantity, computed = false): QuantityValue {
  return {
    [KIND]: 'extension',
    type: QUANTITY_TYPE,
    quantity: of,
    computed,
    native: () => inconvertible('*resource.Quantity', formatQuantity(of)),
    equals: (other) =>
      isQuantityValue(other) && !other.computed ? compareQuantities(of, other.quantity) === 0 : NO_SUCH_OVERLOAD,
  };
}

function toQuantity(text: string): Result {
  const problem = quantityError(text);
  return problem === undefined ? quantityValue(parseQuantity(text)) : failure(problem);
}

const onQuantity =
  (run: (a: Quantity) => Result): Run =>
  (a = null) =>
    isQuantityValue(a) ? run(a.quantity) : NO_SUCH_OVERLOAD;

const onQuantities =
  (run: (a: Quantity, b: Quantity) => Result): Run =>
  (a = null, b = null) => {
    if (!isQuantityValue(a)) return NO_SUCH_OVERLOAD;
    if (isQuantityValue(b)) return run(a.quantity, b.quantity);
    return isInt(b) ? run(a.quantity, quantity(b, 'DecimalExponent')) : NO_SUCH_OVERLOAD;
  };

/** The whole number within 64 bits; undefined when it is none. */
function asInteger(of: Quantity): number | bigint | undefined {
  const whole = scaledValue(of, 0);
  return compareQuantities(of, quantity(whole)) === 0 ? whole : undefined;
}

const add = onQuantities((a, b) => quantityValue(addQuantities(a, b), true));
const sub = onQuantities((a, b) => quantityValue(subtractQuantities(a, b), true));

export const QUANTITY_LIBRARY: Library = {
  quantity: {
    overloads: ['string_to_quantity: (string) -> kubernetes.Quantity'],
    runs: { string_to_quantity: onString(toQuantity) },
  },
  isQuantity: {
    overloads: ['is_quantity_string: (string) -> bool'],
    runs: { is_quantity_string: onString((text) => quantityError(text) === undefined) },
  },
  sign: {
    overloads: ['quantity_sign: (kubernetes.Quantity) -> int'],
    runs: { quantity_sign: onQuantity((a) => signOfQuantity(a)) },
  },
  isGreaterThan: {
    overloads: ['quantity_is_greater_than: kubernetes.Quantity.(kubernetes.Quantity) -> bool'],
    runs: { quantity_is_greater_than: onQuantities((a, b) => compareQuantities(a, b) > 0) },
  },
  isLessThan: {
    overloads: ['quantity_is_less_than: kubernetes.Quantity.(kubernetes.Quantity) -> bool'],
    runs: { quantity_is_less_than: onQuantities((a, b) => compareQuantities(a, b) < 0) },
  },
  compareTo: {
    overloads: ['quantity_compare_to: kubernetes.Quantity.(kubernetes.Quantity) -> int'],
    runs: { quantity_compare_to: onQuantities((a, b) => compareQuantities(a, b)) },
  },
  asApproximateFloat: {
    overloads: ['quantity_get_float: kubernetes.Quantity.() -> double'],
    runs: { quantity_get_float: onQuantity((a) => double(approximateValue(a))) },
  },
  asInteger: {
    overloads: ['quantity_get_int: kubernetes.Quantity.() -> int'],
    runs: { quantity_get_int: onQuantity((a) => asInteger(a) ?? failure('cannot convert value to integer')) },
  },
  isInteger: {
    overloads: ['quantity_is_integer: kubernetes.Quantity.() -> bool'],
    runs: { quantity_is_integer: onQuantity((a) => asInteger(a) !== undefined) },
  },
  add: {
    overloads: [
      'quantity_add: kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity',
      'quantity_add_int: kubernetes.Quantity.(int) -> kubernetes.Quantity',
    ],
    runs: { quantity_add: add, quantity_add_int: add },
  },
  sub: {
    overloads: [
      'quantity_sub: kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity',
      'quantity_sub_int: kubernetes.Quantity.(int) -> kubernetes.Quantity',
    ],
    runs: { quantity_sub: sub, quantity_sub_int: sub },
  },
};

// --- versions

function semverValue(version: Version): SemverValue {
  return {
    [KIND]: 'extension',
    type: SEMVER_TYPE,
    version,
    native: () => inconvertible('semver.Version', formatVersion(version)),
    equals: (other) => (isSemverValue(other) ? compareVersions(version, other.version) === 0 : NO_SUCH_OVERLOAD),
  };
}

const readVersion = (text: string, normalized: boolean): ReturnType<typeof parseVersion> =>
  normalized ? normalizeVersion(text) : parseVersion(text);

const onVersionText =
  (run: (version: ReturnType<typeof parseVersion>) => Result): Run =>
  (text = null, normalized = false) =>
    typeof text === 'string' && typeof normalized === 'boolean' ? run(readVersion(text, normalized)) : NO_SUCH_OVERLOAD;

const toSemver = onVersionText((version) => ('problem' in version ? failure(version.problem) : semverValue(version)));
const isSemver = onVersionText((version) => !('problem' in version));

const onVersion =
  (run: (version: Version) => Result): Run =>
  (a = null) =>
    isSemverValue(a) ? run(a.version) : NO_SUCH_OVERLOAD;

const onVersions =
  (run: (order: number) => Result): Run =>
  (a = null, b = null) =>
    isSemverValue(a) && isSemverValue(b) ? run(compareVersions(a.version, b.version)) : NO_SUCH_OVERLOAD;

export const SEMVER_LIBRARY: Library = {
  semver: {
    overloads: [
      'string_to_semver: (string) -> kubernetes.Semver',
      'string_bool_to_semver: (string, bool) -> kubernetes.Semver',
    ],
    runs: { string_to_semver: toSemver, string_bool_to_semver: toSemver },
  },
  isSemver: {
    overloads: ['is_semver_string: (string) -> bool', 'is_semver_string_bool: (string, bool) -> bool'],
    runs: { is_semver_string: isSemver, is_semver_string_bool: isSemver },
  },
  isGreaterThan: {
    overloads: ['semver_is_greater_than: kubernetes.Semver.(kubernetes.Semver) -> bool'],
    runs: { semver_is_greater_than: onVersions((order) => order > 0) },
  },
  isLessThan: {
    overloads: ['semver_is_less_than: kubernetes.Semver.(kubernetes.Semver) -> bool'],
    runs: { semver_is_less_than: onVersions((order) => order < 0) },
  },
  compareTo: {
    overloads: ['semver_compare_to: kubernetes.Semver.(kubernetes.Semver) -> int'],
    runs: { semver_compare_to: onVersions((order) => order) },
  },
  major: {
    overloads: ['semver_major: kubernetes.Semver.() -> int'],
    runs: { semver_major: onVersion((v) => whole(v.major)) },
  },
  minor: {
    overloads: ['semver_minor: kubernetes.Semver.() -> int'],
    runs: { semver_minor: onVersion((v) => whole(v.minor)) },
  },
  patch: {
    overloads: ['semver_patch: kubernetes.Semver.() -> int'],
    runs: { semver_patch: onVersion((v) => whole(v.patch)) },
  },
};

/** An unsigned number taken for a signed one. */
function whole(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  const small = Number(signed);
  return Number.isSafeInteger(small) ? small : signed;
}
