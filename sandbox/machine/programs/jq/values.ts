// Values of jq: JSON, with objects as maps, so that any key is only a key and keeps its place.

export type Value = null | boolean | number | string | readonly Value[] | ReadonlyMap<string, Value>;

/** What `error` raises and `try` catches: any value. */
export class JqError extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super(typeof value === 'string' ? value : 'error');
    this.value = value;
  }
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObjectValue(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  return isObjectValue(value) ? 'object' : typeof value;
}

export function isTruthy(value: Value): boolean {
  return value !== null && value !== false;
}

const RANK: Readonly<Record<string, number>> = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 };

function rank(value: Value): number {
  return value === true ? 2 : (RANK[typeName(value)] ?? 0);
}

/** The order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Value, b: Value): number {
  const byType = rank(a) - rank(b);
  if (byType !== 0) return byType;
  if (typeof a === 'number' && typeof b === 'number') return a < b || Number.isNaN(a) ? -1 : a === b ? 0 : 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isList(a) && isList(b)) return compareLists(a, b);
  if (isObjectValue(a) && isObjectValue(b)) {
    const keys = compareLists(sortedKeys(a), sortedKeys(b));
    if (keys !== 0) return keys;
    for (const key of sortedKeys(a)) {
      const order = compare(a.get(key) ?? null, b.get(key) ?? null);
      if (order !== 0) return order;
    }
  }
  return 0;
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** By code points, as their bytes in UTF-8 compare. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

export function sortedKeys(object: ReadonlyMap<string, Value>): readonly string[] {
  return [...object.keys()].sort(compareText);
}

/** Numbers as jq prints them: no more digits than it takes, with an exponent where there would be many zeros. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (value === Number.POSITIVE_INFINITY) return '1.7976931348623157e+308';
  if (value === Number.NEGATIVE_INFINITY) return '-1.7976931348623157e+308';
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const sign = value < 0 ? '-' : '';
  if (point <= -4 || point > digits.length + 15) {
    const power = String(Math.abs(point - 1)).padStart(2, '0');
    return `${sign}${mantissa}e${point < 1 ? '-' : '+'}${power}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export interface TextOptions {
  /** Spaces a level, or a tab; 0 writes it on one line. */
  readonly indent: number | '\t';
  readonly sortKeys: boolean;
  readonly ascii: boolean;
  readonly color?: boolean;
}

const COMPACT: TextOptions = { indent: 0, sortKeys: false, ascii: false };

export function textOfValue(value: Value, options: TextOptions = COMPACT, depth = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return quoted(value, options.ascii);
  if (isList(value)) {
    const items = value.map((item) => textOfValue(item, options, depth + 1));
    return bracketed('[', ']', items, options, depth);
  }
  if (!isObjectValue(value)) return 'null';
  const keys = options.sortKeys ? sortedKeys(value) : [...value.keys()];
  const colon = options.indent === 0 ? ':' : ': ';
  const members = keys.map(
    (key) => quoted(key, options.ascii) + colon + textOfValue(value.get(key) ?? null, options, depth + 1),
  );
  return bracketed('{', '}', members, options, depth);
}

function bracketed(
  open: string,
  close: string,
  items: readonly string[],
  { indent }: TextOptions,
  depth: number,
): string {
  if (items.length === 0) return open + close;
  if (indent === 0) return open + items.join(',') + close;
  const unit = indent === '\t' ? '\t' : ' '.repeat(indent);
  const inner = `\n${unit.repeat(depth + 1)}`;
  return `${open}${inner}${items.join(`,${inner}`)}\n${unit.repeat(depth)}${close}`;
}

function quoted(text: string, ascii: boolean): string {
  const json = JSON.stringify(text).replace(/\u007f/g, '\\u007f');
  if (!ascii) return json;
  return json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value in an error message: what is longer than 14 characters is cut after 11. */
export function shortText(value: Value): string {
  const text = textOfValue(value);
  return text.length > 14 ? `${text.slice(0, 11)}...` : text;
}
