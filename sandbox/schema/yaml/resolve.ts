// What an untagged scalar means, in the dialect of Go's YAML library: mostly YAML 1.1, without its sexagesimal numbers.

/** A scalar as JSON has it; times stay strings. Not a number and infinity are numbers that JSON can't write. */
export type Resolved = string | number | bigint | boolean | null;

export type ScalarTag = 'str' | 'bool' | 'null' | 'int' | 'float' | 'timestamp' | 'merge';

const WORDS: ReadonlyMap<string, readonly [ScalarTag, Resolved]> = new Map<string, readonly [ScalarTag, Resolved]>([
  ...words('bool', true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...words('bool', false, 'n N no No NO false False FALSE off Off OFF'),
  ...words('null', null, '~ null Null NULL'),
  ['', ['null', null]],
  ...words('float', Number.NaN, '.nan .NaN .NAN'),
  ...words('float', Number.POSITIVE_INFINITY, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words('float', Number.NEGATIVE_INFINITY, '-.inf -.Inf -.INF'),
  ['<<', ['merge', '<<']],
]);

function words(tag: ScalarTag, value: Resolved, list: string): [string, readonly [ScalarTag, Resolved]][] {
  return list.split(' ').map((word) => [word, [tag, value]]);
}

/** The type of a plain scalar and its value. */
export function resolve(text: string): readonly [ScalarTag, Resolved] {
  if (text !== '' && !/^[-+0-9yYnNtTfFoO~.<]/.test(text)) return ['str', text];
  const word = WORDS.get(text);
  // Go looks only at words with certain first letters, and `<` is not among them.
  if (word !== undefined && word[0] !== 'merge') return word;
  if (text.startsWith('.')) return resolveFraction(text);
  if (!/^[-+0-9]/.test(text)) return ['str', text];
  return isTimestamp(text) ? ['timestamp', text] : (resolveNumber(text.replaceAll('_', '')) ?? ['str', text]);
}

function resolveFraction(text: string): readonly [ScalarTag, Resolved] {
  const float = parseFloatLikeGo(text);
  return float === undefined ? ['str', text] : ['float', float];
}

function resolveNumber(plain: string): readonly [ScalarTag, Resolved] | undefined {
  const whole = parseInteger(plain);
  if (whole !== undefined) return ['int', whole];
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain)) return undefined;
  const float = Number(plain);
  return Number.isFinite(float) ? ['float', float] : undefined;
}

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))$/;
const UINT64 = 2n ** 64n;
const INT64 = 2n ** 63n;

/** Whole numbers with Go's prefixes: `0x1f`, `0o17`, `017`, `0b1`. Beyond 64 bits they are none. */
function parseInteger(text: string): number | bigint | undefined {
  const [, sign, hex, octal, binary, decimal] = INTEGER.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : octal !== undefined
        ? `0o${octal}`
        : binary !== undefined
          ? `0b${binary}`
          : decimal;
  const size = BigInt(digits ?? '0');
  const value = sign === '-' ? -size : size;
  if (value < -INT64 || value >= (sign === '' ? UINT64 : INT64)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** strconv.ParseFloat of a text that begins with a point. */
function parseFloatLikeGo(text: string): number | undefined {
  if (!/^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/.test(text)) return undefined;
  const float = Number(text.replaceAll('_', ''));
  return Number.isFinite(float) ? float : undefined;
}

const DATE =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt])(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)| (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/;

/** The forms of a timestamp that Go's library knows. It gives them as strings. */
function isTimestamp(text: string): boolean {
  const parts = DATE.exec(text);
  if (parts === null) return false;
  const number = (i: number): number => Number(parts[i] ?? 0);
  const days = [31, isLeap(number(1)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][number(2) - 1] ?? 0;
  const clock = parts[4] === undefined ? 9 : 5;
  return number(3) >= 1 && number(3) <= days && number(clock) < 24 && number(clock + 1) < 60 && number(clock + 2) < 60;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
