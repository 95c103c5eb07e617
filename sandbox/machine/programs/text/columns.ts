// Lines cut and laid side by side: `cut`, `paste`, `fold`, `nl`, `column`, `expand`, `unexpand`, `rev`, `wc`.

import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { inColumns } from '../files/list.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { lineReader, openInput, readChunk, readInputs, splitLines } from '../kit/input.ts';

const CUT: CommandSpec = {
  usage: '[OPTIONS] [FILE]...',
  flags: 'b|bytes= c|characters= f|fields= d|delimiter= s|only-delimited n D output-delimiter= O= complement z',
};

/** Pairs of first and last, from 1 on. */
function parseList(context: Context, text: string): (readonly [number, number])[] {
  return text.split(',').map((part) => {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (found === null || part === '-' || part === '') {
      throw new UsageProblem(
        context.flavour === 'gnu'
          ? `invalid ${context.flags.has('f') ? 'field value' : 'byte/character position'} '${part}'`
          : `invalid number '${part}'`,
        context.flavour === 'gnu',
      );
    }
    const from = Number(found[1] || 1);
    const to = found[2] === '' ? from : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (from === 0 && context.flavour === 'gnu')
      throw new UsageProblem(
        context.flags.has('f') ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1',
      );
    return [from, to];
  });
}

export const cut = command(CUT, function* (context) {
  const { flags, flavour } = context;
  const list = flags.value('b') ?? flags.value('c') ?? flags.value('f');
  if (list === undefined) {
    throw new UsageProblem(
      flavour === 'gnu'
        ? 'you must specify a list of bytes, characters, or fields'
        : 'expected a list of bytes, characters, or fields',
      flavour === 'gnu',
    );
  }
  const delimiter = flags.value('d') ?? '\t';
  if (flavour === 'gnu' && delimiter.length > 1) throw new UsageProblem('the delimiter must be a single character');
  if (flavour === 'gnu' && flags.has('d') && !flags.has('f'))
    throw new UsageProblem('an input delimiter may be specified only when operating on fields');
  const ranges = parseList(context, list);
  const wanted = (n: number): boolean => ranges.some(([from, to]) => n >= from && n <= to) !== flags.has('complement');
  const glue = flags.value('output-delimiter') ?? flags.value('O') ?? delimiter;
  for (const path of context.args.length === 0 ? ['-'] : context.args) {
    const fd = yield* openInput(context, path);
    if (fd === undefined) continue;
    const reader = lineReader(context, fd);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const shown = flags.has('f')
        ? cutFields(context, line.text, delimiter, glue, wanted)
        : [...line.text].filter((_, i) => wanted(i + 1)).join('');
      if (shown !== undefined) context.print(`${shown}\n`);
      yield* context.flush(false);
    }
    if (fd !== 0) context.sys.close(fd);
  }
  return undefined;
});

function cutFields(
  context: Context,
  line: string,
  delimiter: string,
  glue: string,
  wanted: (n: number) => boolean,
): string | undefined {
  if (!line.includes(delimiter)) return context.flags.has('s') ? undefined : line;
  const fields = line.split(delimiter);
  return fields.filter((_, i) => wanted(i + 1)).join(glue);
}

export const paste = command(
  { usage: '[-s] [-d LIST] [FILE]...', flags: 's|serial d|delimiters= z' },
  function* (context) {
    const { flags } = context;
    const marks = [
      ...(flags.value('d') ?? '\t').replace(
        /\\([ntr\\0])/g,
        (_, c: string) => ({ n: '\n', t: '\t', r: '\r', '\\': '\\', '0': '' })[c] ?? '',
      ),
    ];
    const columns: string[][] = [];
    for (const { bytes } of yield* readInputs(context, context.args)) columns.push(splitLines(decode(bytes)));
    const glue = (cells: readonly string[]): string =>
      cells.map((cell, i) => (i === 0 ? cell : (marks[(i - 1) % marks.length] ?? '') + cell)).join('');
    if (flags.has('s')) {
      for (const column of columns) context.print(`${glue(column)}\n`);
      return undefined;
    }
    const height = Math.max(0, ...columns.map((column) => column.length));
    for (let i = 0; i < height; i++) context.print(`${glue(columns.map((column) => column[i] ?? ''))}\n`);
    return undefined;
  },
);

export const fold = command(
  { usage: '[-bs] [-w WIDTH] [FILE]...', flags: 'b s|spaces w|width=', number: 'w' },
  function* (context) {
    const width = Math.max(1, Number(context.flags.value('w') ?? 80));
    for (const { bytes } of yield* readInputs(context, context.args)) {
      for (const piece of decode(bytes).split(/(?<=\n)/)) {
        let rest = piece;
        while (rest.replace(/\n$/, '').length > width) {
          const blank = context.flags.has('s') ? rest.slice(0, width).search(/[ \t][^ \t]*$/) + 1 : 0;
          const at = blank > 0 ? blank : width;
          context.print(`${rest.slice(0, at)}\n`);
          rest = rest.slice(at);
        }
        context.print(rest);
      }
    }
    return undefined;
  },
);

export const nl = command(
  {
    usage: '[-b STYLE] [-i INCR] [-n FORMAT] [-s STR] [-v NUM] [-w WIDTH] [FILE]...',
    flags: 'b= i= n= s= v= w= h= f= l= p',
  },
  function* (context) {
    const { flags } = context;
    const all = flags.value('b') === 'a';
    const width = Number(flags.value('w') ?? 6);
    const step = Number(flags.value('i') ?? 1);
    let number = Number(flags.value('v') ?? 1);
    const style = flags.value('n') ?? 'rn';
    for (const { bytes } of yield* readInputs(context, context.args)) {
      for (const line of splitLines(decode(bytes))) {
        if (line === '' && !all) {
          context.print(`${' '.repeat(width + (flags.value('s') ?? '\t').length)}\n`);
          continue;
        }
        const text =
          style === 'ln' ? String(number).padEnd(width) : String(number).padStart(width, style === 'rz' ? '0' : ' ');
        context.print(`${text}${flags.value('s') ?? '\t'}${line}\n`);
        number += step;
      }
    }
    return undefined;
  },
);

export const column = command(
  {
    usage: '[-t] [-s SEP] [-o SEP] [-c WIDTH] [FILE]...',
    flags: 't|table s|separator= o|output-separator= c|output-width= n N|table-columns= x|fillrows',
  },
  function* (context) {
    const { flags } = context;
    const lines: string[] = [];
    for (const { bytes } of yield* readInputs(context, context.args))
      lines.push(...splitLines(decode(bytes)).filter((line) => line.trim() !== ''));
    if (!flags.has('t')) {
      context.print(inColumns(lines, Number(flags.value('c') ?? 80), flags.has('x')));
      return undefined;
    }
    const separator = flags.value('s');
    const rows = lines.map((line) =>
      separator === undefined
        ? line.trim().split(/[ \t]+/)
        : line.split(
            new Set(separator).size === 1 ? separator : new RegExp(`[${separator.replace(/[\]\\^-]/g, '\\$&')}]`),
          ),
    );
    const names = flags.value('N');
    if (names !== undefined) rows.unshift(names.split(','));
    const widths: number[] = [];
    for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
    const glue = flags.value('o') ?? '  ';
    for (const row of rows)
      context.print(`${row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell)).join(glue)}\n`);
    return undefined;
  },
);

export const rev = command({ usage: '[FILE]...' }, function* (context) {
  for (const { bytes } of yield* readInputs(context, context.args)) {
    context.print(
      decode(bytes)
        .split('\n')
        .map((line) => [...line].reverse().join(''))
        .join('\n'),
    );
  }
  return undefined;
});

export const expand = command({ usage: '[-i] [-t N] [FILE]...', flags: 'i|initial t|tabs=' }, function* (context) {
  const size = Number(context.flags.value('t') ?? 8);
  for (const { bytes } of yield* readInputs(context, context.args)) {
    context.print(
      decode(bytes)
        .split('\n')
        .map((line) => expandTabs(line, size))
        .join('\n'),
    );
  }
  return undefined;
});

function expandTabs(line: string, size: number): string {
  let result = '';
  for (const char of line) result += char === '\t' ? ' '.repeat(size - (result.length % size)) : char;
  return result;
}

export const unexpand = command(
  { usage: '[-fa] [-t N] [FILE]...', flags: 'a|all f|first-only t|tabs=' },
  function* (context) {
    const size = Number(context.flags.value('t') ?? 8);
    for (const { bytes } of yield* readInputs(context, context.args)) {
      context.print(
        decode(bytes).replace(
          /^ +/gm,
          (blanks) => '\t'.repeat(Math.floor(blanks.length / size)) + ' '.repeat(blanks.length % size),
        ),
      );
    }
    return undefined;
  },
);

const WC: CommandSpec = { usage: '[-cmlwL] [FILE]...', flags: 'c|bytes m|chars l|lines w|words L|max-line-length' };

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

export const wc = command(WC, function* (context) {
  const paths = context.args.length === 0 ? ['-'] : context.args;
  const total: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
  const rows: [Counts, string][] = [];
  for (const path of paths) {
    const counts = yield* countFile(context, path);
    if (counts === undefined) continue;
    rows.push([counts, path === '-' && context.args.length === 0 ? '' : path]);
    total.lines += counts.lines;
    total.words += counts.words;
    total.chars += counts.chars;
    total.bytes += counts.bytes;
    total.longest = Math.max(total.longest, counts.longest);
  }
  if (paths.length > 1) rows.push([total, 'total']);
  for (const [counts, name] of rows) context.print(wcLine(context, counts, name, total, paths.length));
  return undefined;
});

function* countFile(context: Context, path: string): Blocking<Counts | undefined> {
  const fd = yield* openInput(context, path);
  if (fd === undefined) return undefined;
  const counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
  try {
    const needsText =
      ['m', 'L', 'w'].some((name) => context.flags.has(name)) || !['c', 'l'].some((name) => context.flags.has(name));
    const chunks: Bytes[] = [];
    for (;;) {
      const chunk = yield* readChunk(context.sys, fd);
      if (chunk.length === 0) break;
      counts.bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) counts.lines++;
      if (needsText) chunks.push(chunk);
    }
    if (needsText) countText(counts, chunks.map(decode).join(''));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(`${path}: ${errorText(error.code)}`);
    context.status = 1;
  } finally {
    if (fd !== 0) context.sys.close(fd);
  }
  return counts;
}

function countText(counts: Counts, text: string): void {
  counts.words = text.match(/\S+/g)?.length ?? 0;
  counts.chars = [...text].length;
  for (const line of text.split('\n')) counts.longest = Math.max(counts.longest, expandTabs(line, 8).length);
}

function wcLine(context: Context, counts: Counts, name: string, total: Counts, files: number): string {
  const { flags } = context;
  const none = !['l', 'w', 'c', 'm', 'L'].some((each) => flags.has(each));
  const cells: number[] = [];
  if (none || flags.has('l')) cells.push(counts.lines);
  if (none || flags.has('w')) cells.push(counts.words);
  if (flags.has('m')) cells.push(counts.chars);
  if (none || flags.has('c')) cells.push(counts.bytes);
  if (flags.has('L')) cells.push(counts.longest);
  const tail = name === '' ? '' : ` ${name}`;
  if (context.flavour === 'busybox') {
    if (cells.length === 1 && files === 1) return `${cells[0]}${tail}\n`;
    return `${cells.map((cell) => String(cell).padStart(9)).join(' ')}${tail}\n`;
  }
  const piped = name === '' && cells.length > 1;
  const width = cells.length === 1 && files === 1 ? 1 : piped ? 7 : String(Math.max(total.bytes, total.lines)).length;
  return `${cells.map((cell) => String(cell).padStart(width)).join(' ')}${tail}\n`;
}
