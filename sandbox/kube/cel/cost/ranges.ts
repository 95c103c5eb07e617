// Estimates: from how much to how much. They are unsigned 64-bit numbers, and what is more than the greatest of them is
// the greatest.

/** A size or a cost. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export const MOST = 2n ** 64n - 1n;
export const UNKNOWN: Range = { min: 0n, max: MOST };
export const NOTHING: Range = { min: 0n, max: 0n };
/** The union of it with any other is the other. */
export const NO_RANGE: Range = { min: MOST, max: 0n };

export function exactly(n: number | bigint): Range {
  return { min: BigInt(n), max: BigInt(n) };
}

export const ONE = exactly(1);

const atMost = (n: bigint): bigint => (n > MOST ? MOST : n);

export function plus(a: Range, b: Range): Range {
  return { min: atMost(a.min + b.min), max: atMost(a.max + b.max) };
}

export function times(a: Range, b: Range): Range {
  return { min: atMost(a.min * b.min), max: atMost(a.max * b.max) };
}

/** Rounded up. */
export function scaled({ min, max }: Range, factor: number): Range {
  return { min: scale(min, factor), max: scale(max, factor) };
}

function scale(n: bigint, factor: number): bigint {
  const product = Math.ceil(Number(n) * factor);
  return product >= 2 ** 64 ? MOST : BigInt(product);
}

export function union(a: Range, b: Range): Range {
  return { min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max };
}

/** Both ends calculated as Go does, without regard to overflows. */
export function wrapped(min: bigint, max: bigint): Range {
  return { min: BigInt.asUintN(64, min), max: BigInt.asUintN(64, max) };
}
