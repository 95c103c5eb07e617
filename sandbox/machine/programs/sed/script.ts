// `sed` scripts: text in, commands out.

import { compileRegex, type Regex, RegexProblem } from '../../regex/regex.ts';

export type Address =
  | { readonly at: 'line'; readonly line: number }
  | { readonly at: 'step'; readonly first: number; readonly step: number }
  | { readonly at: 'last' }
  /** Undefined: the last expression that was used. */
  | { readonly at: 'match'; readonly regex: Regex | undefined }
  /** Only as an end: so many lines on, or up to a multiple. */
  | { readonly at: 'more'; readonly lines: number }
  | { readonly at: 'multiple'; readonly of: number };

export interface SedCommand {
  readonly name: string;
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  /** Text of `a`, `i`, `c`; label; file name; what `y` replaces. */
  readonly text: string;
  readonly regex: Regex | undefined;
  /** The replacement of `s` in pieces: text, groups by number, changes of case. */
  readonly replacement: readonly (string | number | { readonly fold: string })[];
  readonly flags: SubstituteFlags;
  /** Where `{` ends, or `}` began. */
  partner: number;
  /** The number after `q`, `Q`, `l`. */
  readonly number: number | undefined;
}

interface SubstituteFlags {
  readonly all: boolean;
  readonly which: number;
  readonly print: boolean;
  readonly file: string | undefined;
  readonly run: boolean;
}

/** The script is wrong; the message has neither name nor place. */
/** What is wrong in a script, and the number of the character where that was seen, if it wasn't at its end. */
export class SedProblem extends Error {
  readonly at: number | undefined;
  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

const NO_FLAGS: SubstituteFlags = { all: false, which: 1, print: false, file: undefined, run: false };

interface Reader {
  readonly source: string;
  readonly extended: boolean;
  at: number;
  readonly open: number[];
}

export function parseScript(source: string, extended: boolean): readonly SedCommand[] {
  const r: Reader = { source, extended, at: 0, open: [] };
  const commands: SedCommand[] = [];
  for (;;) {
    skip(r, /[\s;]/);
    if (r.at >= source.length) break;
    if (peek(r) === '#') {
      skip(r, /[^\n]/);
      continue;
    }
    commands.push(readCommand(r, commands));
  }
  if (r.open.length > 0) throw new SedProblem("unmatched `{'", 0);
  return commands;
}

function peek(r: Reader): string {
  return r.source.charAt(r.at);
}

function skip(r: Reader, pattern: RegExp): void {
  while (r.at < r.source.length && pattern.test(peek(r))) r.at++;
}

function readCommand(r: Reader, commands: readonly SedCommand[]): SedCommand {
  const from = readAddress(r, false);
  let to: Address | undefined;
  skip(r, /[ \t]/);
  if (from !== undefined && peek(r) === ',') {
    r.at++;
    skip(r, /[ \t]/);
    to = readAddress(r, true);
    if (to === undefined) throw new SedProblem("unexpected `,'");
  }
  skip(r, /[ \t]/);
  let negated = false;
  while (peek(r) === '!') {
    negated = true;
    r.at++;
    skip(r, /[ \t]/);
  }
  const name = peek(r);
  r.at++;
  const base = {
    name,
    from,
    to,
    negated,
    text: '',
    regex: undefined,
    replacement: [],
    flags: NO_FLAGS,
    partner: -1,
    number: undefined,
  };
  return readBody(r, base, commands);
}

function readAddress(r: Reader, end: boolean): Address | undefined {
  const c = peek(r);
  if (c === '$') {
    r.at++;
    return { at: 'last' };
  }
  if (/\d/.test(c)) {
    const first = readNumber(r);
    if (peek(r) !== '~') return { at: 'line', line: first };
    r.at++;
    return { at: 'step', first, step: readNumber(r) };
  }
  if (end && (c === '+' || c === '~')) {
    r.at++;
    const number = readNumber(r);
    return c === '+' ? { at: 'more', lines: number } : { at: 'multiple', of: number };
  }
  if (c !== '/' && c !== '\\') return undefined;
  if (c === '\\') r.at++;
  const source = readDelimited(r, true);
  let ignoreCase = false;
  while (peek(r) === 'I' || peek(r) === 'M') {
    if (peek(r) === 'I') ignoreCase = true;
    r.at++;
  }
  return { at: 'match', regex: source === '' ? undefined : compile(r, source, ignoreCase, false) };
}

function readNumber(r: Reader): number {
  const digits = /^\d*/.exec(r.source.slice(r.at, r.at + 15))?.[0] ?? '';
  r.at += digits.length;
  return Number(digits || 0);
}

function compile(r: Reader, source: string, ignoreCase: boolean, lines: boolean): Regex {
  try {
    return compileRegex(source, { dialect: r.extended ? 'extended' : 'basic', ignoreCase, lines });
  } catch (error) {
    if (error instanceof RegexProblem) throw new SedProblem(error.message);
    throw error;
  }
}

/** Text between delimiters; the first character here is one. In an expression, brackets protect it. */
function readDelimited(r: Reader, isRegex: boolean): string {
  const mark = peek(r);
  r.at++;
  let text = '';
  let bracket = false;
  for (;;) {
    const c = peek(r);
    if (c === '' || (c === '\n' && isRegex))
      throw new SedProblem(isRegex ? 'unterminated address regex' : "unterminated `s' command");
    r.at++;
    if (bracket) {
      if (c === ']') bracket = false;
    } else if (c === mark) return text;
    else if (c === '[' && isRegex && mark !== '[') {
      bracket = true;
      if (peek(r) === '^') {
        text += c;
        text += '^';
        r.at++;
        if (peek(r) === ']') {
          text += ']';
          r.at++;
        }
        continue;
      }
      if (peek(r) === ']') {
        text += '[]';
        r.at++;
        continue;
      }
    } else if (c === '\\') {
      const next = peek(r);
      r.at++;
      if (next === mark && mark !== '\\') text += isRegex && /[.*[\]^$+?(){}|]/.test(mark) ? `\\${mark}` : mark;
      else text += `\\${next}`;
      continue;
    }
    text += c;
  }
}

function readBody(r: Reader, base: SedCommand, commands: readonly SedCommand[]): SedCommand {
  switch (base.name) {
    case '{':
      r.open.push(commands.length);
      return base;
    case '}': {
      const start = r.open.pop();
      if (start === undefined) throw new SedProblem("unexpected `}'");
      const opening = commands[start];
      if (opening !== undefined) opening.partner = commands.length;
      return endCommand(r, base);
    }
    case 's':
      return readSubstitute(r, base);
    case 'y':
      return readTranslate(r, base);
    case 'a':
    case 'i':
    case 'c':
      return { ...base, text: readText(r) };
    case ':':
    case 'b':
    case 't':
    case 'T':
      skip(r, /[ \t]/);
      return { ...base, text: readUntil(r, base.name === ':' ? /[\n;]/ : /[\n;}]/).trim() };
    case 'r':
    case 'R':
    case 'w':
    case 'W':
      skip(r, /[ \t]/);
      return { ...base, text: readUntil(r, /\n/) };
    case 'q':
    case 'Q':
    case 'l':
    case 'L': {
      skip(r, /[ \t]/);
      const number = /\d/.test(peek(r)) ? readNumber(r) : undefined;
      return endCommand(r, { ...base, number });
    }
    case '=':
    case 'd':
    case 'D':
    case 'e':
    case 'F':
    case 'g':
    case 'G':
    case 'h':
    case 'H':
    case 'n':
    case 'N':
    case 'p':
    case 'P':
    case 'x':
    case 'z':
      return endCommand(r, base);
    case '':
      throw new SedProblem('missing command');
    default:
      throw new SedProblem(`unknown command: \`${base.name}'`, r.at);
  }
}

function endCommand(r: Reader, command: SedCommand): SedCommand {
  skip(r, /[ \t]/);
  if (r.at < r.source.length && !/[\n;}#]/.test(peek(r)))
    throw new SedProblem('extra characters after command', r.at + 1);
  return command;
}

function readUntil(r: Reader, end: RegExp): string {
  const from = r.at;
  while (r.at < r.source.length && !end.test(peek(r))) r.at++;
  return r.source.slice(from, r.at);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
]);

/** The text of `a`, `i`, `c`: on the same line (GNU), or after a backslash and a newline. */
function readText(r: Reader): string {
  skip(r, /[ \t]/);
  if (peek(r) === '\\') {
    // What follows on the same line keeps its indentation.
    const blank = /^\\[ \t]*\n/.exec(r.source.slice(r.at));
    r.at += blank?.[0].length ?? 1;
  }
  if (r.at >= r.source.length) throw new SedProblem("expected \\ after `a', `c' or `i'");
  let text = '';
  while (r.at < r.source.length && peek(r) !== '\n') {
    const escaped = peek(r) === '\\' && r.at + 1 < r.source.length;
    if (escaped) r.at++;
    text += escaped ? (ESCAPES.get(peek(r)) ?? peek(r)) : peek(r);
    r.at++;
  }
  return `${text}\n`;
}

function readSubstitute(r: Reader, base: SedCommand): SedCommand {
  const mark = peek(r);
  if (mark === '' || mark === '\n' || mark === '\\') throw new SedProblem("unterminated `s' command");
  const source = substitutePart(r, true);
  r.at--;
  const replacement = substitutePart(r, false);
  const flags = { ...NO_FLAGS } as { -readonly [K in keyof SubstituteFlags]: SubstituteFlags[K] };
  let ignoreCase = false;
  let lines = false;
  for (;;) {
    const c = peek(r);
    if (c === 'g') flags.all = true;
    else if (c === 'p') flags.print = true;
    else if (c === 'i' || c === 'I') ignoreCase = true;
    else if (c === 'm' || c === 'M') lines = true;
    else if (c === 'e') flags.run = true;
    else if (/[1-9]/.test(c)) {
      flags.which = readNumber(r);
      continue;
    } else if (c === 'w') {
      r.at++;
      skip(r, /[ \t]/);
      flags.file = readUntil(r, /\n/);
      break;
    } else break;
    r.at++;
  }
  skip(r, /[ \t]/);
  if (r.at < r.source.length && !/[\n;}#]/.test(peek(r)) && flags.file === undefined)
    throw new SedProblem("unknown option to `s'", r.at + 1);
  const regex = source === '' ? undefined : compile(r, source, ignoreCase, lines);
  const pieces = parseReplacement(replacement);
  const most = Math.max(0, ...pieces.map((piece) => (typeof piece === 'number' ? piece : 0)));
  if (regex !== undefined && most > regex.groups)
    throw new SedProblem(`invalid reference \\${most} on \`s' command's RHS`);
  return { ...base, regex, replacement: pieces, flags };
}

function substitutePart(r: Reader, isRegex: boolean): string {
  try {
    return readDelimited(r, isRegex);
  } catch (error) {
    if (error instanceof SedProblem) throw new SedProblem("unterminated `s' command");
    throw error;
  }
}

function parseReplacement(text: string): (string | number | { fold: string })[] {
  const pieces: (string | number | { fold: string })[] = [];
  const add = (piece: string): void => {
    const last = pieces.at(-1);
    if (typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '&') pieces.push(0);
    else if (c !== '\\') add(c);
    else {
      const next = text.charAt(++i);
      if (/\d/.test(next)) pieces.push(Number(next));
      else if (next !== '' && 'ULulE'.includes(next)) pieces.push({ fold: next });
      else if (next === 'n') add('\n');
      else if (next === 't') add('\t');
      else add(next);
    }
  }
  return pieces;
}

function readTranslate(r: Reader, base: SedCommand): SedCommand {
  const from = readDelimited(r, false);
  r.at--;
  const to = readDelimited(r, false);
  const [a, b] = [unescape_(from), unescape_(to)];
  if ([...a].length !== [...b].length) throw new SedProblem("strings for `y' command are different lengths");
  return endCommand(r, { ...base, text: a, replacement: [b] });
}

function unescape_(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => ESCAPES.get(c) ?? c);
}
