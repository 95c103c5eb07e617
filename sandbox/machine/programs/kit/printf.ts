// `printf` as shells and awk have it: a format, used again as long as there are arguments.

import { readEscape } from '../../shell/parser/quotes.ts';

export interface PrintfResult {
  readonly text: string;
  /** Arguments that aren't the numbers they should be, with how much of them was one. */
  readonly problems: readonly { readonly argument: string; readonly partial: boolean }[];
  /** A directive that doesn't exist: printing stops before it. */
  readonly invalid?: string;
}

export interface PrintfOptions {
  /** `%q` quotes; undefined where it doesn't exist. */
  readonly quote?: (text: string) => string;
  /** `%(format)T`; undefined where it doesn't exist. */
  readonly date?: (format: string, seconds: number | undefined) => string;
  /** Numbers that don't parse count as far as they go (bash), or as 0 (busybox). */
  readonly partial: boolean;
  /** An empty argument is a number, 0. */
  readonly emptyIsZero: boolean;
  /** `\xHH` works. */
  readonly hex: boolean;
}

interface Run {
  readonly args: readonly string[];
  readonly options: PrintfOptions;
  readonly problems: { argument: string; partial: boolean }[];
  next: number;
  text: string;
  stopped: boolean;
  invalid: string | undefined;
}

export function printf(format: string, args: readonly string[], options: PrintfOptions): PrintfResult {
  const run: Run = { args, options, problems: [], next: 0, text: '', stopped: false, invalid: undefined };
  do {
    const before = run.next;
    once(run, format);
    if (run.next === before) break;
  } while (run.next < args.length && !run.stopped);
  return { text: run.text, problems: run.problems, ...(run.invalid === undefined ? {} : { invalid: run.invalid }) };
}

const DIRECTIVE = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?([hlLjzt]*)(\([^)]*\)T|.)?/sy;

function once(run: Run, format: string): void {
  for (let i = 0; i < format.length && !run.stopped; ) {
    const c = format.charAt(i);
    if (c === '\\') i += escapeAt(run, format, i);
    else if (c !== '%') {
      run.text += c;
      i++;
    } else {
      DIRECTIVE.lastIndex = i;
      const found = DIRECTIVE.exec(format);
      if (found === null) return;
      directive(run, found);
      i += found[0].length;
    }
  }
}

function escapeAt(run: Run, format: string, i: number): number {
  const next = format.charAt(i + 1);
  if (next === 'c') {
    run.stopped = true;
    return 2;
  }
  const escaped = next === 'x' && !run.options.hex ? undefined : readEscape(format, i + 1, false);
  if (escaped !== undefined && (run.options.hex || !'uUE'.includes(next))) {
    run.text += escaped.text;
    return escaped.length + 1;
  }
  if (next === '"' || next === "'") {
    run.text += next;
    return 2;
  }
  run.text += '\\';
  return 1;
}

function directive(run: Run, found: RegExpExecArray): void {
  const [whole, flags = '', widthText, precisionText, , kind = ''] = found;
  if (kind === '%' && whole === '%%') {
    run.text += '%';
    return;
  }
  const width = widthText === '*' ? Number(argument(run) ?? 0) : Number(widthText ?? 0);
  const dot = whole.includes('.');
  const precision = precisionText === '*' ? Number(argument(run) ?? 0) : dot ? Number(precisionText ?? 0) : undefined;
  const body = converted(run, kind, flags, precision);
  if (body === undefined) {
    run.invalid = whole;
    run.stopped = true;
    return;
  }
  run.text += padded(body, width, flags, kind, precision);
}

function argument(run: Run): string | undefined {
  return run.args[run.next++];
}

function converted(run: Run, kind: string, flags: string, precision: number | undefined): string | undefined {
  if (kind.endsWith(')T') && run.options.date !== undefined) {
    const given = argument(run);
    return run.options.date(kind.slice(1, -2), given === undefined || Number(given) < 0 ? undefined : Number(given));
  }
  switch (kind) {
    case 's':
      return (argument(run) ?? '').slice(0, precision ?? Number.POSITIVE_INFINITY);
    case 'b':
      return backslashed(run, argument(run) ?? '').slice(0, precision ?? Number.POSITIVE_INFINITY);
    case 'c':
      return (argument(run) ?? '').slice(0, 1);
    case 'q':
      return run.options.quote?.(argument(run) ?? '');
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return formatInteger(integer(run), kind, flags, precision);
    default:
      return /[eEfFgGaA]/.test(kind) && kind !== '' ? formatFloat(float(run), kind, flags, precision) : undefined;
  }
}

function backslashed(run: Run, text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c !== '\\') {
      result += c;
      continue;
    }
    if (text.charAt(i + 1) === 'c') {
      run.stopped = true;
      return result;
    }
    const escaped = readEscape(text, i + 1, true) ?? readEscape(text, i + 1, false);
    result += escaped?.text ?? c;
    i += escaped?.length ?? 0;
  }
  return result;
}

function integer(run: Run): bigint {
  const text = argument(run);
  if (text === undefined) {
    if (!run.options.emptyIsZero) run.problems.push({ argument: '', partial: false });
    return 0n;
  }
  if (text.startsWith("'") || text.startsWith('"')) return BigInt(text.codePointAt(1) ?? 0);
  const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  if (found === null || found[0] !== text.trimEnd()) {
    if (text !== '' || !run.options.emptyIsZero) run.problems.push({ argument: text, partial: found !== null });
    if (found === null || !run.options.partial) return 0n;
  }
  const digits = found[2] ?? '0';
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return found[1] === '-' ? -value : value;
}

function float(run: Run): number {
  const text = argument(run);
  if (text === undefined) return 0;
  if (text.startsWith("'") || text.startsWith('"')) return text.codePointAt(1) ?? 0;
  const found = /^\s*[-+]?(?:inf(?:inity)?|nan|0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/i.exec(text);
  if (found === null || found[0] !== text.trimEnd()) {
    if (text !== '' || !run.options.emptyIsZero) run.problems.push({ argument: text, partial: found !== null });
    if (found === null || !run.options.partial) return 0;
  }
  if (/nan/i.test(found[0])) return Number.NaN;
  if (/inf/i.test(found[0])) return found[0].includes('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(found[0]);
}

/** `%d`, `%x` and the like, without the padding to a width. */
export function formatInteger(value: bigint, kind: string, flags: string, precision: number | undefined): string {
  const unsigned = kind === 'd' || kind === 'i' ? value : BigInt.asUintN(64, value);
  const magnitude = unsigned < 0n ? -unsigned : unsigned;
  const base = kind === 'o' ? 8 : kind.toLowerCase() === 'x' ? 16 : 10;
  let digits = magnitude.toString(base);
  if (kind === 'X') digits = digits.toUpperCase();
  if (precision === 0 && magnitude === 0n) digits = '';
  digits = digits.padStart(precision ?? 0, '0');
  if (flags.includes('#') && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.includes('#') && base === 16 && magnitude !== 0n) digits = `0${kind}${digits}`;
  return sign(unsigned < 0n, kind === 'd' || kind === 'i' ? flags : '') + digits;
}

function sign(negative: boolean, flags: string): string {
  if (negative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

/** `%f`, `%e`, `%g` and the like, without the padding to a width. */
export function formatFloat(value: number, kind: string, flags: string, precision: number | undefined): string {
  const negative = value < 0 || Object.is(value, -0);
  const text = Number.isFinite(value) ? magnitude(Math.abs(value), kind, flags, precision) : special(value);
  const shown = kind === kind.toUpperCase() ? text.toUpperCase() : text;
  return sign(negative, flags) + shown;
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : 'inf';
}

function magnitude(value: number, kind: string, flags: string, precision: number | undefined): string {
  const digits = Math.min(precision ?? 6, 100);
  const lower = kind.toLowerCase();
  if (lower === 'f')
    return value < 1e21 ? value.toFixed(digits) : BigInt(Math.round(value)).toString() + fraction(digits);
  if (lower === 'e' || lower === 'a') return exponential(value, digits);
  return general(value, digits === 0 ? 1 : digits, flags.includes('#'));
}

function fraction(digits: number): string {
  return digits === 0 ? '' : `.${'0'.repeat(digits)}`;
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
}

function general(value: number, digits: number, keepZeros: boolean): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const short = exponent < -4 || exponent >= digits;
  const text = short ? exponential(value, digits - 1) : value.toFixed(Math.max(0, digits - 1 - exponent));
  if (keepZeros || !text.includes('.')) return text;
  return text.replace(/\.?0+(?=e|$)/, '');
}

/** Pads to a width; zeros go between the sign and the digits. */
export function padded(
  body: string,
  width: number,
  flags: string,
  kind: string,
  precision: number | undefined,
): string {
  const size = Math.abs(width);
  if (body.length >= size) return body;
  if (flags.includes('-') || width < 0) return body.padEnd(size);
  const numeric = /[diouxXeEfFgGaA]/.test(kind) && kind.length === 1;
  const integer = /[diouxX]/.test(kind);
  if (!flags.includes('0') || !numeric || (integer && precision !== undefined)) return body.padStart(size);
  const prefix = /^(?:[-+ ]?(?:0[xX](?=.))?)/.exec(body)?.[0] ?? '';
  return prefix + body.slice(prefix.length).padStart(size - prefix.length, '0');
}
