// `tr`, `tee`, `yes`, `seq`, `shuf`, `split`, `strings`: small makers and changers of text.

import { errorText } from '../../errors.ts';
import { readEscape } from '../../shell/parser/quotes.ts';
import { type Fd, SysError } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readChunk, readInput, readInputs, splitLines, writeFile } from '../kit/input.ts';
import { printf } from '../kit/printf.ts';
import { parseSize } from '../kit/sizes.ts';

const TR: CommandSpec = {
  usage: '[-cds] STRING1 [STRING2]',
  flags: 'c|complement C d|delete s|squeeze-repeats t|truncate-set1',
  arguments: [1, 2],
};

const CLASSES: Readonly<Record<string, string>> = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digit: '0123456789',
  alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  alnum: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  space: '\t\n\v\f\r ',
  blank: '\t ',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  xdigit: '0123456789ABCDEFabcdef',
  cntrl: `${Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('')}\x7f`,
};

/** The characters that a set stands for, in order. */
function setOf(text: string): string[] {
  const result: string[] = [];
  const chars = [...text];
  for (let i = 0; i < chars.length; i++) {
    const named = /^\[:(\w+):\]/.exec(chars.slice(i, i + 12).join(''));
    if (named !== null && Object.hasOwn(CLASSES, named[1] ?? '')) {
      result.push(...(CLASSES[named[1] ?? ''] ?? ''));
      i += named[0].length - 1;
      continue;
    }
    const [char, length] = one(chars, i);
    const next = i + length;
    if (chars[next] === '-' && next + 1 < chars.length) {
      const [last, lastLength] = one(chars, next + 1);
      for (let code = char.codePointAt(0) ?? 0; code <= (last.codePointAt(0) ?? 0); code++)
        result.push(String.fromCodePoint(code));
      i = next + lastLength;
    } else {
      result.push(char);
      i = next - 1;
    }
  }
  return result;
}

function one(chars: readonly string[], at: number): [string, number] {
  if (chars[at] !== '\\' || at + 1 >= chars.length) return [chars[at] ?? '', 1];
  const escaped = readEscape(chars.slice(at, at + 12).join(''), 1, false);
  return escaped === undefined ? [chars[at + 1] ?? '', 2] : [escaped.text, escaped.length + 1];
}

export const tr = command(TR, function* (context) {
  const { flags, args, flavour } = context;
  const [first = '', second] = args;
  if (second === undefined && !flags.has('d') && !flags.has('s')) {
    throw new UsageProblem(
      flavour === 'gnu' ? `missing operand after '${first}'\nTwo strings must be given when translating.` : '',
    );
  }
  const from = new Set(setOf(first));
  const complement = flags.has('c') || flags.has('C');
  const inFirst = (char: string): boolean => from.has(char) !== complement;
  const to = second === undefined ? [] : setOf(second);
  const map = translation([...from], to, complement);
  const squeezed = new Set(to.length > 0 ? to : [...from]);
  let last = '';
  for (;;) {
    context.sys.save(last);
    const chunk = yield* readChunk(context.sys, 0);
    if (chunk.length === 0) return undefined;
    let out = '';
    for (const char of decode(chunk)) {
      if (flags.has('d') && inFirst(char)) continue;
      const changed = flags.has('d') || to.length === 0 ? char : inFirst(char) ? map(char) : char;
      const squeezes = flags.has('s') && (to.length > 0 ? squeezed.has(changed) : inFirst(changed));
      if (squeezes && changed === last) continue;
      last = changed;
      out += changed;
    }
    context.print(out);
    yield* context.flush();
  }
});

function translation(from: readonly string[], to: readonly string[], complement: boolean): (char: string) => string {
  const end = to.at(-1) ?? '';
  if (complement) return () => end;
  const map = new Map(from.map((char, i) => [char, to[i] ?? end]));
  return (char) => map.get(char) ?? char;
}

export const tee = command({ usage: '[-ai] [FILE]...', flags: 'a|append i|ignore-interrupts p' }, function* (context) {
  const { sys, flags } = context;
  const fds: { fd: Fd; path: string }[] = isOpened(context.saved) ? context.saved : [];
  if (!isOpened(context.saved)) {
    for (const path of context.args) {
      try {
        fds.push({
          path,
          fd: yield* sys.open(path, {
            write: true,
            create: true,
            ...(flags.has('a') ? { append: true } : { truncate: true }),
          }),
        });
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        context.complain(`${path}: ${errorText(error.code)}`);
        context.status = 1;
      }
    }
  }
  yield* context.flush();
  for (;;) {
    sys.save(fds);
    const chunk = yield* readChunk(sys, 0);
    if (chunk.length === 0) return undefined;
    yield* sys.write(1, chunk);
    for (const { fd } of fds) yield* sys.write(fd, chunk);
  }
});

function isOpened(saved: unknown): saved is { fd: Fd; path: string }[] {
  return Array.isArray(saved);
}

export const yes = command({ usage: '[STRING]', inOrder: true }, function* (context) {
  const line = encode(`${context.args.length === 0 ? 'y' : context.args.join(' ')}\n`);
  const block = concat(Array.from({ length: Math.max(1, Math.floor(4096 / line.length)) }, () => line));
  for (;;) {
    context.sys.save(0);
    yield* context.sys.write(1, block);
    yield* context.sys.spend(1);
  }
});

const SEQ: CommandSpec = { usage: '[-w] [-s SEP] [FIRST [INC]] LAST', flags: 'w|equal-width s|separator=' };

/** Negative numbers aren't flags. */
function seqArguments(context: Context): string[] {
  return context.sys.argv
    .slice(1)
    .filter((arg, i, all) => /^-?[\d.]/.test(arg) && all[i - 1] !== '-s' && all[i - 1] !== '-f');
}

export const seq = command({ ...SEQ, flags: `${SEQ.flags} f|format=`, number: 'number' }, function* (context) {
  const { flags, flavour, sys } = context;
  if (flavour === 'busybox' && flags.has('f')) throw new UsageProblem("invalid option -- 'f'");
  const words = seqArguments(context);
  if (words.length === 0 || words.length > 3 || context.args.some((arg) => !/^-?[\d.]/.test(arg))) {
    const bad = context.args.find((arg) => !/^-?[\d.]/.test(arg));
    throw new UsageProblem(
      flavour === 'gnu' ? (bad === undefined ? 'missing operand' : `invalid floating point argument: '${bad}'`) : '',
    );
  }
  const [first, step, last] =
    words.length === 1 ? ['1', '1', words[0]] : words.length === 2 ? [words[0], '1', words[1]] : words;
  const digits = Math.max(decimals(first ?? ''), decimals(step ?? ''));
  const [from, by, to] = [Number(first), Number(step), Number(last)];
  if (by === 0)
    throw new UsageProblem(
      flavour === 'gnu' ? `invalid Zero increment value: '${step}'` : 'step is 0',
      flavour === 'gnu',
    );
  const width = flags.has('w') ? Math.max(from.toFixed(digits).length, to.toFixed(digits).length) : 0;
  const glue = flags.value('s') ?? '\n';
  const format = flags.value('f');
  const count = Math.floor((to - from) / by + 1e-10);
  for (let i = 0; i <= count; i++) {
    const value = from + i * by;
    const text =
      format === undefined
        ? padNumber(value.toFixed(digits), width)
        : printf(format, [String(value)], { partial: true, emptyIsZero: true, hex: true }).text;
    context.print(i === 0 ? text : glue + text);
    if (i % 1000 === 999) {
      yield* context.flush(false);
      yield* sys.spend(1);
    }
  }
  if (count >= 0) context.print('\n');
  return undefined;
});

function padNumber(text: string, width: number): string {
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}

function decimals(text: string): number {
  const at = text.indexOf('.');
  return at < 0 ? 0 : text.length - at - 1;
}

export const shuf = command(
  {
    usage: '[-n NUM] [-o FILE] [-e | -i L-H] [FILE]',
    flags: 'n|head-count= o|output= e|echo i|input-range= z r|repeat',
  },
  function* (context) {
    const { flags, sys } = context;
    const range = /^(\d+)-(\d+)$/.exec(flags.value('i') ?? '');
    let lines: string[];
    if (range !== null) {
      const [low, high] = [Number(range[1]), Number(range[2])];
      if (high - low > 1_000_000) throw new UsageProblem('too many numbers', false);
      lines = Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => String(low + i));
    } else if (flags.has('e')) lines = [...context.args];
    else {
      const bytes = yield* readInput(context, context.args[0] ?? '-');
      if (bytes === undefined) return 1;
      lines = splitLines(decode(bytes));
    }
    const most = Number(flags.value('n') ?? lines.length);
    for (let i = lines.length - 1; i > 0; i--) {
      const j = sys.random(i + 1);
      [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
    }
    const text = lines
      .slice(0, most)
      .map((line) => `${line}\n`)
      .join('');
    const output = flags.value('o');
    if (output === undefined) context.print(text);
    else yield* writeFile(sys, output, text);
    return undefined;
  },
);

export const split = command(
  {
    usage: '[OPTIONS] [INPUT [PREFIX]]',
    flags: 'b|bytes= l|lines= a|suffix-length= d|numeric-suffixes',
    number: 'l',
    arguments: [0, 2],
  },
  function* (context) {
    const { flags, sys, args } = context;
    const bytes = yield* readInput(context, args[0] ?? '-', 'quoted');
    if (bytes === undefined) return 1;
    const size = flags.has('b') ? parseSize(flags.value('b') ?? '') : undefined;
    if (flags.has('b') && (size === undefined || size === 0))
      throw new UsageProblem(`invalid number '${flags.value('b')}'`, false);
    const lines = Number(flags.value('l') ?? 1000);
    const length = Number(flags.value('a') ?? 2);
    let at = 0;
    for (let i = 0; at < bytes.length; i++) {
      const end = size === undefined ? afterLines(bytes, at, lines) : at + size;
      yield* writeFile(sys, (args[1] ?? 'x') + suffix(i, length, flags.has('d')), bytes.subarray(at, end));
      at = end;
    }
    return undefined;
  },
);

function afterLines(bytes: Uint8Array, from: number, lines: number): number {
  let at = from;
  for (let i = 0; i < lines; i++) {
    const next = bytes.indexOf(10, at);
    if (next < 0) return bytes.length;
    at = next + 1;
  }
  return at;
}

function suffix(i: number, length: number, digits: boolean): string {
  const base = digits ? 10 : 26;
  let text = '';
  for (let n = i, k = 0; k < length; k++, n = Math.floor(n / base))
    text = (digits ? String(n % base) : String.fromCharCode(97 + (n % base))) + text;
  return text;
}

export const strings = command(
  { usage: '[-fo] [-n LEN] [FILE]...', flags: 'a f o n|bytes= t=', number: 'n' },
  function* (context) {
    const least = Number(context.flags.value('n') ?? 4);
    for (const { bytes, path } of yield* readInputs(context, context.args)) {
      let run = '';
      for (let i = 0; i <= bytes.length; i++) {
        const byte = bytes[i] ?? 0;
        if (byte === 9 || (byte >= 32 && byte < 127)) run += String.fromCharCode(byte);
        else {
          const offset =
            context.flags.has('o') || context.flags.has('t') ? `${String(i - run.length).padStart(7)} ` : '';
          if (run.length >= least) context.print(`${context.flags.has('f') ? `${path}: ` : ''}${offset}${run}\n`);
          run = '';
        }
      }
    }
    return undefined;
  },
);
