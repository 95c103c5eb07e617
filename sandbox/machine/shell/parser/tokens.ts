// Operators and redirections: what stands between words.

import type { Redirect, RedirectOperator, RedirectTo, Word } from '../syntax.ts';
import { EMPTY_WORD } from '../syntax.ts';
import { COMMAND_WORD, endsWord, type Grammar, makeWord } from './parts.ts';
import {
  atEnd,
  endedEarly,
  type Heredoc,
  lineOf,
  peek,
  type Scanner,
  skipBlanks,
  startsWith,
  unexpected,
} from './scanner.ts';

const CONTROL = [
  ';;&',
  '&>>',
  ';;',
  ';&',
  '&&',
  '||',
  '|&',
  '&>',
  '&',
  '|',
  ';',
  '(',
  ')',
  '<<-',
  '<<<',
  '<<',
  '<&',
  '<>',
  '<',
  '>>',
  '>&',
  '>|',
  '>',
];

/** The operator that stands here, after blanks; '\n' at a line's end, '' before a word and at the end. */
export function operatorHere(s: Scanner): string {
  skipBlanks(s);
  if (peek(s) === '\n') return '\n';
  if (s.flavour.processSubstitution && (startsWith(s, '<(') || startsWith(s, '>('))) return '';
  for (const op of CONTROL) {
    if (!startsWith(s, op)) continue;
    if (op === ';;&' || op === ';&' || op === '|&') {
      if (s.flavour.extras) return op;
      continue;
    }
    if ((op === '&>' || op === '&>>') && !s.flavour.bothStreams) continue;
    if (op === '<<<' && !s.flavour.hereStrings) continue;
    return op;
  }
  return '';
}

/** What to call the token that stands here, in a complaint. */
export function tokenHere(s: Scanner): string {
  const op = operatorHere(s);
  if (op === '\n') return 'newline';
  if (op !== '') return op;
  let end = s.position;
  while (end < s.source.length && !endsWord(s.source.charAt(end))) end++;
  return s.source.slice(s.position, end);
}

/** Gives up because of what stands here. */
export function surprised(s: Scanner, expecting?: string): never {
  skipBlanks(s);
  if (atEnd(s)) endedEarly(s, expecting);
  unexpected(s, tokenHere(s), expecting);
}

/** Passes a newline, and reads the here-documents that begin after it. */
export function passNewline(s: Scanner, grammar: Grammar): void {
  s.position++;
  for (const heredoc of s.heredocs.splice(0)) readHeredoc(s, grammar, heredoc);
}

/** Passes newlines and blanks. */
export function skipLines(s: Scanner, grammar: Grammar): void {
  while (operatorHere(s) === '\n') passNewline(s, grammar);
}

const REDIRECTS = new Set(['<', '>', '>>', '>|', '<>', '<&', '>&', '<<', '<<-', '<<<', '&>', '&>>']);

/** The redirection that stands here, if one does. */
export function readRedirect(s: Scanner, grammar: Grammar): Redirect | undefined {
  const to = redirectTo(s);
  const op = operatorHere(s);
  if (!REDIRECTS.has(op)) return undefined;
  const line = lineOf(s);
  s.position += op.length;
  skipBlanks(s);
  if (atEnd(s)) op.startsWith('<<') || s.flavour.name === 'bash' ? unexpected(s, 'newline') : endedEarly(s);
  const processNext = s.flavour.processSubstitution && (startsWith(s, '<(') || startsWith(s, '>('));
  if (endsWord(peek(s)) && !processNext)
    unexpected(s, REDIRECTS.has(operatorHere(s)) ? redirectToken(s) : tokenHere(s));
  const fd = to === undefined ? {} : { fd: to };
  if (op === '<<' || op === '<<-') return heredocRedirect(s, grammar, op === '<<-', line, fd);
  return { op: op as RedirectOperator, target: grammar.word(s, COMMAND_WORD), ...fd };
}

function redirectToken(s: Scanner): string {
  return s.flavour.name === 'bash' ? tokenHere(s) : 'redirection';
}

const NUMBERED = /[0-9]{1,9}(?=[<>])/y;
const NAMED = /\{([A-Za-z_][A-Za-z0-9_]*)\}(?=[<>])/y;

/** The descriptor (or variable) before a redirection operator. */
function redirectTo(s: Scanner): RedirectTo | undefined {
  skipBlanks(s);
  NUMBERED.lastIndex = s.position;
  const number = NUMBERED.exec(s.source)?.[0];
  if (number !== undefined) {
    s.position += number.length;
    return Number(number);
  }
  NAMED.lastIndex = s.position;
  const named = s.flavour.extras ? NAMED.exec(s.source) : null;
  if (named === null) return undefined;
  s.position += named[0].length;
  return { variable: named[1] ?? '' };
}

function heredocRedirect(
  s: Scanner,
  grammar: Grammar,
  stripTabs: boolean,
  line: number,
  fd: { fd?: RedirectTo },
): Redirect {
  const from = s.position;
  const word = grammar.word(s, { ...COMMAND_WORD, noTilde: true });
  const written = s.source.slice(from, s.position);
  const delimiter = word.text ?? word.parts.map((part) => (part.k === 'text' ? part.text : '')).join('');
  const redirect: Redirect & { target: Word } = { op: '<<', target: EMPTY_WORD, ...fd };
  s.heredocs.push({
    delimiter: word.parts.every((part) => part.k === 'text') ? delimiter : written,
    quoted: /['"\\]/.test(written),
    stripTabs,
    redirect,
    line,
  });
  return redirect;
}

function readHeredoc(s: Scanner, grammar: Grammar, heredoc: Heredoc): void {
  let body = '';
  const from = s.position;
  for (;;) {
    if (atEnd(s)) {
      s.awaits ??= heredoc.delimiter;
      s.warnings.push(
        `line ${lineOf(s)}: warning: here-document at line ${heredoc.line} delimited by end-of-file (wanted \`${heredoc.delimiter}')`,
      );
      break;
    }
    const end = s.source.indexOf('\n', s.position);
    const stop = end < 0 ? s.source.length : end;
    let line = s.source.slice(s.position, stop);
    if (heredoc.stripTabs) line = line.replace(/^\t+/, '');
    s.position = Math.min(stop + 1, s.source.length);
    if (line === heredoc.delimiter) break;
    body += end < 0 ? line : `${line}\n`;
  }
  heredoc.redirect.target = heredoc.quoted
    ? makeWord([{ k: 'text', text: body, quoted: true }])
    : expandable(s, grammar, body, from);
}

/** A body in which `$` and backquotes work, parsed as a source of its own. */
function expandable(s: Scanner, grammar: Grammar, body: string, from: number): Word {
  const mark = { ...s.lineMark };
  const outer = { source: s.source, position: s.position };
  const parts: Word['parts'][number][] = [];
  s.source = body;
  s.position = 0;
  s.lineMark = { position: 0, line: mark.line };
  try {
    while (!atEnd(s)) grammar.quotedPiece(s, parts, '');
  } finally {
    s.source = outer.source;
    s.position = outer.position;
    s.lineMark = from >= mark.position ? mark : { position: 0, line: s.firstLine };
  }
  return makeWord(parts.length === 0 ? [{ k: 'text', text: '', quoted: true }] : parts);
}
