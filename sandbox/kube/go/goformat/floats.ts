// Floating-point numbers as Go's strconv writes them: exact, with halves rounded to even.

/** The number 0.`digits` × 10^`point`; no digits are 0. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G';

/** A finite number without its sign. Without a precision it gets as many digits as tell it from all other numbers. */
export function formatMagnitude(value: number, verb: FloatVerb, precision: number | undefined): string {
  const magnitude = Math.abs(value);
  if (precision === undefined) return formatShortest(shortest(magnitude), verb);
  const decimal = exact(magnitude);
  switch (verb) {
    case 'f':
      return fixed(rounded(decimal, decimal.point + precision), precision);
    case 'e':
    case 'E':
      return exponential(rounded(decimal, precision + 1), verb, precision);
    default: {
      const digits = Math.max(precision, 1);
      return general(rounded(decimal, digits), verb, digits);
    }
  }
}

function formatShortest(decimal: Decimal, verb: FloatVerb): string {
  const { digits, point } = decimal;
  if (verb === 'f') return fixed(decimal, Math.max(digits.length - point, 0));
  if (verb === 'e' || verb === 'E') return exponential(decimal, verb, Math.max(digits.length - 1, 0));
  return general(decimal, verb, undefined);
}

/** With an exponent when it is below -4, or when the digits don't reach up to the point. */
function general(decimal: Decimal, verb: 'g' | 'G', precision: number | undefined): string {
  const { digits, point } = decimal;
  const length = digits.length;
  const limit = precision === undefined ? 6 : precision > length && length >= point ? length : precision;
  if (point - 1 < -4 || point - 1 >= limit) {
    return exponential(decimal, verb === 'g' ? 'e' : 'E', Math.min(precision ?? length, length) - 1);
  }
  return fixed(decimal, Math.max(length - point, 0));
}

function exponential({ digits, point }: Decimal, verb: 'e' | 'E', precision: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = precision > 0 ? `.${digits.slice(1).padEnd(precision, '0')}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0] ?? '0'}${fraction}${verb}${exponent < 0 ? '-' : '+'}${power}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const leading = '0'.repeat(Math.min(Math.max(-point, 0), precision));
  const fraction = leading + digits.slice(Math.max(point, 0));
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function shortest(magnitude: number): Decimal {
  const [digits = '', exponent = ''] = magnitude.toExponential().split('e');
  return trimmed({ digits: digits.replace('.', ''), point: Number(exponent) + 1 });
}

/** All digits of a number: it is a whole number over a power of two, hence one over a power of ten. */
function exact(magnitude: number): Decimal {
  let [numerator, halvings] = [magnitude, 0];
  for (; !Number.isInteger(numerator); halvings++) numerator *= 2;
  const digits = String(BigInt(numerator) * 5n ** BigInt(halvings));
  return trimmed({ digits, point: digits.length - halvings });
}

function trimmed({ digits, point }: Decimal): Decimal {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return end === 0 ? { digits: '', point: 0 } : { digits: digits.slice(0, end), point };
}

/** The number with at most `count` digits; an exact half goes to the even neighbour. */
function rounded(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  if (!isRoundedUp(digits, count)) return trimmed({ digits: kept, point });
  const up = String(BigInt(kept === '' ? '0' : kept) + 1n);
  return trimmed({ digits: up, point: point + up.length - count });
}

function isRoundedUp(digits: string, count: number): boolean {
  const half = digits[count] === '5' && count + 1 === digits.length;
  return half ? count > 0 && Number(digits[count - 1]) % 2 === 1 : (digits[count] ?? '') >= '5';
}
