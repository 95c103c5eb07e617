// `less` and `more`: a pager that scrolls and searches. What it shows is one record, saved at each step.

import stringWidth from 'fast-string-width';
import { errorText } from '../errors.ts';
import { compileRegex, type Regex, RegexProblem } from '../regex/regex.ts';
import { type Blocking, type Fd, type PlainData, type Program, type Sys, SysError, type TtySize } from '../sys.ts';
import { decode, encode } from '../text.ts';
import { readAll, readFile } from './kit/input.ts';

interface Pager {
  readonly name: string;
  readonly lines: readonly string[];
  /** Where keys come from: standard input, unless the text does. */
  readonly fd: Fd;
  top: number;
  /** What is typed in the last row, with its first character. */
  prompt: string;
  pattern: string;
  forward: boolean;
  message: string;
  count: string;
  size: TtySize;
  keys: string;
  output: string;
  drawn: boolean;
  over: boolean;
}

export const less: Program = function* run(sys, saved) {
  const pager = isPager(saved) ? saved : yield* open(sys);
  if (typeof pager === 'number') return pager;
  for (;;) {
    // What follows changes the record only behind the last thing that waits.
    sys.save(pager);
    if (pager.over) break;
    yield* step(sys, pager);
  }
  yield* sys.write(1, LEAVE);
  sys.setRaw(pager.fd, false);
  return 0;
};

const ENTER = '\x1b[?1049h\x1b[2J';
const LEAVE = '\x1b[?1049l';

/** The record that this program saves; there is no other. */
function isPager(saved: PlainData | undefined): saved is Pager {
  return typeof saved === 'object' && saved !== null && 'lines' in saved;
}

/** A status where there is nothing to page. */
function* open(sys: Sys): Blocking<Pager | number> {
  const own = (sys.argv[0] ?? 'less').replace(/^.*\//, '');
  const files = sys.argv.slice(1).filter((word) => !/^[-+]./.test(word));
  if (files.length === 0 && sys.isatty(0)) {
    yield* sys.write(2, `Missing filename ("${own} --help" for help)\n`);
    return 1;
  }
  let text = '';
  try {
    if (files.length === 0) text = decode(yield* readAll(sys, 0));
    else for (const path of files) text += decode(yield* readFile(sys, path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `${files[0] ?? ''}: ${errorText(error.code)}\n`);
    return 1;
  }
  const lines = text.replace(/\n$/, '').split('\n');
  const size = sys.ttySize(1);
  const short = sys.argv.some((word) => /^-[A-Za-z]*F/.test(word)) && lines.length < (size?.rows ?? 0);
  if (size === undefined || short) {
    yield* sys.write(1, encode(text));
    return 0;
  }
  const fd = sys.isatty(0) ? 0 : 2;
  sys.setRaw(fd, true);
  sys.onSignal('SIGWINCH', 'catch');
  sys.onSignal('SIGINT', 'ignore');
  yield* sys.write(1, ENTER);
  return {
    name: files[0] ?? '',
    lines,
    fd,
    top: 0,
    prompt: '',
    pattern: '',
    forward: true,
    message: files[0] ?? '',
    count: '',
    size,
    keys: '',
    output: '',
    drawn: false,
    over: false,
  };
}

function* step(sys: Sys, pager: Pager): Blocking<void> {
  if (pager.keys !== '') {
    const [key = ''] = /^(?:\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[\s\S])/u.exec(pager.keys) ?? [];
    pager.keys = pager.keys.slice(key.length);
    press(pager, key);
    pager.drawn = false;
  } else if (pager.output !== '') {
    yield* sys.write(1, pager.output);
    pager.output = '';
  } else if (!pager.drawn) {
    pager.output = draw(pager);
    pager.drawn = true;
  } else yield* listen(sys, pager);
}

function* listen(sys: Sys, pager: Pager): Blocking<void> {
  try {
    const chunk = yield* sys.read(pager.fd);
    if (chunk.length === 0) pager.over = true;
    pager.keys += decode(chunk);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    sys.caught();
  }
  pager.size = sys.ttySize(1) ?? pager.size;
  pager.drawn = false;
}

// ── keys ──

function press(pager: Pager, key: string): void {
  if (pager.prompt !== '') {
    pressInPrompt(pager, key);
    return;
  }
  pager.message = '';
  if (/^[0-9]$/.test(key)) {
    pager.count += key;
    return;
  }
  const count = pager.count === '' ? undefined : Number(pager.count);
  pager.count = '';
  KEYS.get(key)?.(pager, count);
}

type Act = (pager: Pager, count: number | undefined) => void;

/** By rows, or by a share of the window. */
const by =
  (step: number, share = 0): Act =>
  (pager, count) => {
    const rows = share === 0 ? step * (count ?? 1) : step * (count ?? Math.floor((pager.size.rows - 1) * share));
    goTo(pager, pager.top + rows);
  };

const again =
  (reverse: boolean): Act =>
  (pager) =>
    find(pager, pager.forward !== reverse, pager.top);

const ask =
  (first: string): Act =>
  (pager) => {
    pager.prompt = first;
  };

const end: Act = (pager) => {
  pager.over = true;
};

const KEYS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ...['j', 'e', '\r', '\n', '\x05', '\x1b[B', '\x1bOB'].map((key) => [key, by(1)] as const),
  ...['k', 'y', '\x19', '\x1b[A', '\x1bOA'].map((key) => [key, by(-1)] as const),
  ...[' ', 'f', '\x06', '\x1b[6~'].map((key) => [key, by(1, 1)] as const),
  ...['b', '\x02', '\x1b[5~'].map((key) => [key, by(-1, 1)] as const),
  ...['d', '\x04'].map((key) => [key, by(1, 0.5)] as const),
  ...['u', '\x15'].map((key) => [key, by(-1, 0.5)] as const),
  ...['g', '<', '\x1b[H', '\x1b[1~'].map((key) => [key, (pager: Pager, count = 1) => goTo(pager, count - 1)] as const),
  ...['G', '>', '\x1b[F', '\x1b[4~'].map(
    (key) =>
      [
        key,
        (pager: Pager, count?: number) => goTo(pager, count === undefined ? pager.lines.length : count - 1),
      ] as const,
  ),
  ['/', ask('/')],
  ['?', ask('?')],
  [':', ask(':')],
  ['n', again(false)],
  ['N', again(true)],
  ['q', end],
  ['Q', end],
  ['h', (pager) => void say(pager, 'j k space b  g G  / ? n N  q')],
  ['=', (pager) => void say(pager, `${pager.name} lines ${pager.top + 1}-${lastRow(pager)}/${pager.lines.length}`)],
]);

function say(pager: Pager, message: string): void {
  pager.message = message;
}

function goTo(pager: Pager, top: number): void {
  pager.top = Math.max(0, Math.min(top, pager.lines.length - (pager.size.rows - 1)));
}

function pressInPrompt(pager: Pager, key: string): void {
  if (key === '\x1b' || key === '\x03') pager.prompt = '';
  else if (key === '\x7f' || key === '\b') pager.prompt = pager.prompt.slice(0, -1);
  else if (key === '\r' || key === '\n') {
    const { prompt } = pager;
    pager.prompt = '';
    if (prompt === ':q' || prompt === ':Q') pager.over = true;
    if (prompt.startsWith(':')) return;
    if (prompt.length > 1) pager.pattern = prompt.slice(1);
    pager.forward = prompt.startsWith('/');
    find(pager, pager.forward, pager.forward ? pager.top - 1 : pager.top);
  } else if (key >= ' ') pager.prompt += key;
}

function regexOf({ pattern }: Pager): Regex | undefined {
  if (pattern === '') return undefined;
  try {
    return compileRegex(pattern, { dialect: 'extended', ignoreCase: pattern === pattern.toLowerCase() });
  } catch (error) {
    if (error instanceof RegexProblem) return undefined;
    throw error;
  }
}

function find(pager: Pager, forward: boolean, from: number): void {
  const regex = regexOf(pager);
  for (let row = from + (forward ? 1 : -1); row >= 0 && row < pager.lines.length; row += forward ? 1 : -1) {
    if (regex?.test(pager.lines[row] ?? '') !== true) continue;
    goTo(pager, row);
    return;
  }
  say(pager, 'Pattern not found  (press RETURN)');
}

// ── drawing ──

function lastRow({ top, size, lines }: Pager): number {
  return Math.min(lines.length, top + size.rows - 1);
}

function draw(pager: Pager): string {
  const { size, top, lines } = pager;
  const regex = regexOf(pager);
  let out = '\x1b[H';
  for (let i = 0; i < size.rows - 1; i++) {
    const line = lines[top + i];
    out += `${line === undefined ? '\x1b[1m~\x1b[0m' : marked(clipped(line, size.columns), regex)}\x1b[K\r\n`;
  }
  return `${out}${statusRow(pager)}\x1b[K`;
}

function clipped(line: string, columns: number): string {
  const plain = line.replace(/\t/g, '        ').replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
  if (plain.length <= columns && stringWidth(plain) <= columns) return plain;
  let width = 0;
  let out = '';
  for (const char of plain) {
    width += stringWidth(char);
    if (width >= columns) return `${out}>`;
    out += char;
  }
  return out;
}

function marked(line: string, regex: Regex | undefined): string {
  const match = regex?.search(line);
  if (match === undefined || match.end === match.start) return line;
  return `${line.slice(0, match.start)}\x1b[7m${line.slice(match.start, match.end)}\x1b[27m${line.slice(match.end)}`;
}

function statusRow(pager: Pager): string {
  const { prompt, message, count } = pager;
  if (prompt !== '') return prompt;
  if (message !== '') return `\x1b[7m${message}\x1b[27m`;
  if (count !== '') return `:${count}`;
  return lastRow(pager) >= pager.lines.length ? '\x1b[7m(END)\x1b[27m' : ':';
}
