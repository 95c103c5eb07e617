// `[[ ... ]]`: a little language of its own, with words that aren't split and operators that aren't redirections.

import type { Condition, Word } from '../syntax.ts';
import { COMMAND_WORD, type Grammar, type WordPlace } from './parts.ts';
import { atEnd, nested, peek, refuse, type Scanner, skipBlanks, startsWith } from './scanner.ts';
import { operatorHere, passNewline, surprised, tokenHere } from './tokens.ts';

/** From after `[[` to after `]]`. */
export function readConditionCommand(s: Scanner, grammar: Grammar): Condition {
  const test = readOr(s, grammar);
  blanks(s, grammar);
  if (!closes(s)) refuse(s, `syntax error in conditional expression: unexpected token \`${tokenHere(s)}'`);
  s.position += 2;
  return test;
}

function blanks(s: Scanner, grammar: Grammar): void {
  skipBlanks(s);
  while (peek(s) === '\n') {
    passNewline(s, grammar);
    skipBlanks(s);
  }
}

function closes(s: Scanner): boolean {
  return /^\]\](?=[\s;&|<>()]|$)/.test(s.source.slice(s.position, s.position + 3));
}

function readOr(s: Scanner, grammar: Grammar): Condition {
  return readChain(s, grammar, '||', 'or', readAnd);
}

function readAnd(s: Scanner, grammar: Grammar): Condition {
  return readChain(s, grammar, '&&', 'and', readTerm);
}

function readChain(
  s: Scanner,
  grammar: Grammar,
  op: string,
  c: 'and' | 'or',
  next: (s: Scanner, grammar: Grammar) => Condition,
): Condition {
  let left = next(s, grammar);
  for (;;) {
    blanks(s, grammar);
    if (!startsWith(s, op)) return left;
    s.position += 2;
    left = { c, left, right: next(s, grammar) };
  }
}

function readTerm(s: Scanner, grammar: Grammar): Condition {
  return nested(s, () => {
    blanks(s, grammar);
    if (atEnd(s)) surprised(s);
    if (/^!(?=\s)/.test(s.source.slice(s.position, s.position + 2))) {
      s.position++;
      return { c: 'not', of: readTerm(s, grammar) };
    }
    if (peek(s) === '(') return readParentheses(s, grammar);
    return readTest(s, grammar);
  });
}

function readParentheses(s: Scanner, grammar: Grammar): Condition {
  s.position++;
  const inner = readOr(s, grammar);
  blanks(s, grammar);
  if (peek(s) !== ')') surprised(s, ')');
  s.position++;
  return inner;
}

const UNARY = /^-[abcdefghkLnNoOprRsStuvwxzG]$/;
const BINARY = /^(==?|!=|=~|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)(?=\s)/;

function readTest(s: Scanner, grammar: Grammar): Condition {
  if (operatorHere(s) !== '') refuse(s, `unexpected token \`${tokenHere(s)}' in conditional command`);
  if (closes(s)) refuse(s, "unexpected token `]]' in conditional command");
  const first = grammar.word(s, COMMAND_WORD);
  skipBlanks(s);
  const op = first.text ?? '';
  if (UNARY.test(op) && !endsTest(s)) return { c: 'unary', op, word: operand(s, grammar, op, COMMAND_WORD) };
  const binary = BINARY.exec(s.source.slice(s.position, s.position + 4))?.[1];
  if (binary === undefined) {
    if (endsTest(s)) return { c: 'unary', op: '-n', word: first };
    if (atEnd(s) || peek(s) === '\n') refuse(s, "unexpected token `newline', conditional binary operator expected");
    refuse(s, `conditional binary operator expected`);
  }
  s.position += binary.length;
  return {
    c: 'binary',
    op: binary,
    left: first,
    right: rightOperand(s, grammar, binary),
  };
}

/** What a text is compared with is a pattern, with groups whether they're switched on or not. */
function rightOperand(s: Scanner, grammar: Grammar, op: string): Word {
  const { extended } = s;
  s.extended = s.flavour.name === 'bash' && /^[=!]=?$/.test(op);
  const word = operand(s, grammar, op, op === '=~' ? REGEX : COMMAND_WORD);
  s.extended = extended;
  return word;
}

function endsTest(s: Scanner): boolean {
  return closes(s) || startsWith(s, '&&') || startsWith(s, '||') || peek(s) === ')';
}

function operand(s: Scanner, grammar: Grammar, op: string, place: WordPlace): Word {
  skipBlanks(s);
  if (atEnd(s)) surprised(s);
  if (closes(s)) {
    const kind = UNARY.test(op) ? 'unary' : 'binary';
    refuse(s, `unexpected argument \`]]' to conditional ${kind} operator`);
  }
  return grammar.word(s, place);
}

/** A regular expression ends at a blank outside of parentheses. */
const REGEX: WordPlace = {
  noTilde: true,
  ends: (c, s) => {
    if (c === ' ' || c === '\t' || c === '\n') return parenthesesOpen(s) === 0;
    if (c === ')') return parenthesesOpen(s) === 0;
    return false;
  },
};

/** How many parentheses of the expression that ends here are still open. */
function parenthesesOpen(s: Scanner): number {
  const from = s.source.lastIndexOf('=~', s.position);
  let open = 0;
  for (let i = from + 2; i < s.position; i++) {
    const c = s.source.charAt(i);
    if (c === '\\') i++;
    else if (c === '(') open++;
    else if (c === ')') open--;
  }
  return open;
}
