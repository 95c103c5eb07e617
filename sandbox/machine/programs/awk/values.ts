// awk's values: numbers, texts, and texts that came from input and look like numbers (they compare as such).

import { formatFloat, formatInteger, padded } from '../kit/printf.ts';

/** Undefined: never assigned, both '' and 0. */
export type Value = number | string | NumericText | undefined;

interface NumericText {
  readonly text: string;
  readonly number: number;
}

const NUMERIC = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|0[xX][0-9a-fA-F]+)\s*$/;
const LEADING = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/;

/** A text from input. */
export function fromInput(text: string): Value {
  return NUMERIC.test(text) ? { text, number: Number(text) } : text;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  if (typeof value === 'object') return value.number;
  const found = LEADING.exec(value);
  return found === null ? 0 : Number(found[0]);
}

export function toText(value: Value, format = '%.6g'): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value === 'object') return value.text;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return value === 0 ? '0' : String(value);
  return formatValues(format, [value], format);
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (value === undefined) return false;
  return typeof value === 'object' ? value.number !== 0 : value !== '';
}

/** Below, equal or above 0. Numbers compare as numbers when neither side is just text. */
export function compare(a: Value, b: Value): number {
  if (typeof a !== 'string' && typeof b !== 'string') return toNumber(a) - toNumber(b);
  const [x, y] = [toText(a), toText(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const DIRECTIVE = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]*([a-zA-Z%])/g;

/** What `printf` and `sprintf` make of a format and values. */
export function formatValues(format: string, values: readonly Value[], convert: string): string {
  let next = 0;
  return format.replace(
    DIRECTIVE,
    (whole, flags: string, width: string | undefined, precision: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const size = width === '*' ? toNumber(values[next++]) : Number(width ?? 0);
      const digits =
        precision === '*' ? toNumber(values[next++]) : whole.includes('.') ? Number(precision ?? 0) : undefined;
      const body = one(kind, flags, digits, values[next++], convert);
      return body === undefined ? whole : padded(body, size, flags, kind, digits);
    },
  );
}

function one(
  kind: string,
  flags: string,
  digits: number | undefined,
  value: Value,
  convert: string,
): string | undefined {
  switch (kind) {
    case 'd':
    case 'i':
    case 'o':
    case 'x':
    case 'X':
    case 'u': {
      const number = Math.trunc(toNumber(value));
      if (!Number.isFinite(number)) return Number.isNaN(number) ? 'nan' : number < 0 ? '-inf' : 'inf';
      return formatInteger(BigInt(number), kind === 'u' ? 'd' : kind, flags, digits);
    }
    case 'c':
      return typeof value === 'number' || typeof value === 'object'
        ? String.fromCodePoint(Math.max(0, Math.min(0x10ffff, Math.trunc(toNumber(value)))))
        : toText(value).slice(0, 1);
    case 's':
      return toText(value, convert).slice(0, digits ?? Number.POSITIVE_INFINITY);
    default:
      return /[eEfFgG]/.test(kind) ? formatFloat(toNumber(value), kind, flags, digits) : undefined;
  }
}
