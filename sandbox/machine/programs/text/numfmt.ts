// `numfmt`: numbers with units and without.

import { decode } from '../../text.ts';
import { type CommandSpec, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readAll } from '../kit/input.ts';

const NUMFMT: CommandSpec = {
  usage: '[OPTION]... [NUMBER]...',
  flags: 'from= to= suffix= padding= d|delimiter= field= header? grouping',
  refused: 'format round invalid z|zero-terminated to-unit from-unit',
};

const LETTERS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const SCALES = ['none', 'auto', 'si', 'iec', 'iec-i'];

export const numfmt = command(NUMFMT, function* (context) {
  const { flags } = context;
  const [from = 'none', to = 'none'] = [flags.value('from'), flags.value('to')];
  for (const [name, scale] of Object.entries({ from, to }))
    if (!SCALES.includes(scale)) throw new UsageProblem(`invalid argument '${scale}' for '--${name}'`);
  const lines = context.args.length > 0 ? context.args : decode(yield* readAll(context.sys, 0)).split(/\n(?!$)/);
  const field = Number(flags.value('field') ?? 1);
  const delimiter = flags.value('d');
  for (const line of lines) {
    const cells = line.trimEnd().split(delimiter ?? /(?<=\S)(?=\s)/);
    const cell = cells[field - 1] ?? '';
    const value = amountOf(cell.trim(), from);
    if (value === undefined) {
      context.complain(`invalid number: '${cell.trim()}'`);
      return 2;
    }
    const text = `${written(value, to)}${flags.value('suffix') ?? ''}`;
    const blanks = /^\s*/.exec(cell)?.[0] ?? '';
    cells[field - 1] = padded(text, flags.value('padding'), blanks === '' ? 0 : cell.length, blanks);
    context.print(`${cells.join(delimiter ?? '')}\n`);
  }
  return undefined;
});

/** A cell that stood behind blanks keeps its width. */
function padded(text: string, padding: string | undefined, width: number, blanks: string): string {
  if (padding === undefined) return width > 0 ? `${blanks.slice(0, 1)}${text.padStart(width - 1)}` : text;
  const wanted = Number(padding);
  return wanted < 0 ? text.padEnd(-wanted) : text.padStart(wanted);
}

function amountOf(text: string, scale: string): number | undefined {
  const found = /^(-?\d+(?:\.\d+)?)([KMGTPE]?)(i?)$/.exec(text);
  if (found === null || (found[2] !== '' && scale === 'none')) return undefined;
  const base = scale === 'iec' || scale === 'iec-i' || (scale === 'auto' && found[3] === 'i') ? 1024 : 1000;
  return Number(found[1]) * base ** LETTERS.indexOf(found[2] ?? '');
}

/** Rounded away from nought, to one digit after the point where fewer than two stand before it. */
function written(value: number, scale: string): string {
  if (scale === 'none' || scale === 'auto') return String(value);
  const base = scale === 'si' ? 1000 : 1024;
  let [size, unit] = [Math.abs(value), 0];
  for (; size >= base && unit < LETTERS.length - 1; unit++) size /= base;
  size = unit > 0 && size < 10 ? Math.ceil(size * 10) / 10 : Math.ceil(size);
  if (size >= base) [size, unit] = [size / base, unit + 1];
  const digits = unit > 0 && size < 10 ? size.toFixed(1) : String(size);
  return `${value < 0 ? '-' : ''}${digits}${LETTERS[unit]}${scale === 'iec-i' && unit > 0 ? 'i' : ''}`;
}
