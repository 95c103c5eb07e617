// Decimal numbers of any length with a fixed number of digits behind the point, as `bc` and `dc` reckon.

export interface Decimal {
  /** The value times ten to the power of `scale`. */
  readonly digits: bigint;
  readonly scale: number;
}

/** More digits than this are refused, so that no power grows without end. */
const DIGITS_MAX = 20_000;

/** The sum can't be done; the message is for the user. */
export class DecimalProblem extends Error {}

export const ZERO: Decimal = { digits: 0n, scale: 0 };

export function decimalOf(text: string): Decimal {
  const negative = text.startsWith('-') || text.startsWith('_');
  const [whole = '', fraction = ''] = text.replace(/^[-_+]/, '').split('.');
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { digits: negative ? -digits : digits, scale: fraction.length };
}

export function fromInteger(value: number | bigint): Decimal {
  return { digits: BigInt(value), scale: 0 };
}

function ten(power: number): bigint {
  return 10n ** BigInt(power);
}

/** The same value with so many digits behind the point; further ones are cut off. */
export function rescale({ digits, scale }: Decimal, to: number): Decimal {
  if (to === scale) return { digits, scale };
  return to > scale ? { digits: digits * ten(to - scale), scale: to } : { digits: digits / ten(scale - to), scale: to };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [rescale(a, scale).digits, rescale(b, scale).digits, scale];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return { digits: x + y, scale };
}

export function negate({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const exact = { digits: a.digits * b.digits, scale: a.scale + b.scale };
  return rescale(exact, Math.min(exact.scale, Math.max(scale, a.scale, b.scale)));
}

export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new DecimalProblem('divide by zero');
  return {
    digits:
      (a.digits * ten(Math.max(0, scale + b.scale - a.scale))) /
      (b.digits * ten(Math.max(0, a.scale - scale - b.scale))),
    scale,
  };
}

export function remainder(a: Decimal, b: Decimal, scale: number): Decimal {
  const quotient = divide(a, b, scale);
  const product = { digits: quotient.digits * b.digits, scale: quotient.scale + b.scale };
  const rest = add(a, negate(product));
  return rescale(rest, Math.max(scale + b.scale, a.scale));
}

export function power(base: Decimal, exponent: Decimal, scale: number): Decimal {
  const times = Number(rescale(exponent, 0).digits);
  const size = base.digits.toString().length * Math.abs(times);
  if (!Number.isFinite(times) || size > DIGITS_MAX) throw new DecimalProblem('exponent too large in raise');
  const exact = { digits: base.digits ** BigInt(Math.abs(times)), scale: base.scale * Math.abs(times) };
  if (times < 0) return divide(fromInteger(1), exact, scale);
  return rescale(exact, Math.min(exact.scale, Math.max(scale, base.scale)));
}

export function squareRoot(value: Decimal, scale: number): Decimal {
  if (value.digits < 0n) throw new DecimalProblem('square root of a negative number');
  const wanted = Math.max(scale, value.scale);
  const target = rescale(value, wanted * 2).digits;
  let root = target === 0n ? 0n : 1n << BigInt(Math.ceil(target.toString(2).length / 2));
  for (;;) {
    if (root === 0n) break;
    const next = (root + target / root) / 2n;
    if (next >= root) break;
    root = next;
  }
  return { digits: root, scale: wanted };
}

/** `.5` and `-.5`: no zero before the point. Other bases for whole numbers only. */
export function decimalText({ digits, scale }: Decimal, base = 10): string {
  const negative = digits < 0n;
  const magnitude = negative ? -digits : digits;
  if (base !== 10) return (negative ? '-' : '') + (magnitude / ten(scale)).toString(base).toUpperCase();
  const text = magnitude.toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale).replace(/^0+(?=\d)/, '');
  const fraction = scale > 0 ? `.${text.slice(text.length - scale)}` : '';
  const shown = whole === '0' && scale > 0 ? (magnitude === 0n ? '0' : fraction) : whole + fraction;
  return (negative && magnitude !== 0n ? '-' : '') + shown;
}
