// What the three shells say. Facts, measured with busybox 1.35, dash 0.5.12 and bash 5.2.

import { capital } from '../../kube/go/text.ts';
import { CalculationProblem } from './expand/calculate.ts';
import type { FlavourName } from './flavour.ts';
import type { ArithmeticProblem } from './parser/arithmetic.ts';
import type { Problem } from './parser/scanner.ts';

const SYMBOLS = /^(?:[;&|<>(){}!]+|if|then|else|elif|fi|do|done|case|esac|while|until|for|in|function|\[\[)$/;

/** A syntax error without the shell's own prefix, such as `syntax error: unexpected ")"`. */
export function syntaxMessage(flavour: FlavourName, problem: Problem): string {
  if (flavour === 'bash') return bashSyntax(problem);
  const words = simpleSyntax(flavour, problem);
  return flavour === 'dash' ? `Syntax error: ${words}` : `syntax error: ${words}`;
}

function simpleSyntax(flavour: FlavourName, problem: Problem): string {
  if (problem.kind === 'message') return flavour === 'dash' ? capital(problem.what) : problem.what;
  if (problem.kind === 'unclosed') return unclosedWords(flavour, problem.what);
  const token = problem.kind === 'end' ? 'end of file' : tokenWords(problem.what);
  const expecting = problem.expecting === undefined ? '' : ` (expecting "${problem.expecting}")`;
  return flavour === 'dash' ? `${token} unexpected${expecting}` : `unexpected ${token}${expecting}`;
}

function tokenWords(what: string): string {
  if (what === 'newline' || what === 'redirection') return what;
  if (/^[<>]/.test(what)) return 'redirection';
  return SYMBOLS.test(what) ? `"${what}"` : 'word';
}

function unclosedWords(flavour: FlavourName, mark: string): string {
  const words: Readonly<Record<string, string>> = {
    '"': 'unterminated quoted string',
    "'": 'unterminated quoted string',
    '`': 'EOF in backquote substitution',
    '}': "missing '}'",
    '))': "missing '))'",
  };
  const found = words[mark] ?? 'unterminated quoted string';
  return flavour === 'dash' ? capital(found) : found;
}

function bashSyntax(problem: Problem): string {
  switch (problem.kind) {
    case 'unexpected':
      return `syntax error near unexpected token \`${problem.what}'`;
    case 'end':
      return problem.what === 'substitution'
        ? "unexpected EOF while looking for matching `)'"
        : 'syntax error: unexpected end of file';
    case 'unclosed':
      return `unexpected EOF while looking for matching \`${problem.what === '))' ? ')' : problem.what}'`;
    case 'message':
      return problem.what;
  }
}

/** What a wrong expression is answered with. */
export function calculationMessage(
  flavour: FlavourName,
  text: string,
  error: ArithmeticProblem | CalculationProblem,
): string {
  if (flavour === 'bash') return bashCalculation(text, error);
  if (error instanceof CalculationProblem && error.reason === 'zero') {
    return flavour === 'ash' ? 'divide by zero' : `arithmetic expression: division by zero: "${text}"`;
  }
  if (flavour === 'ash') return 'arithmetic syntax error';
  if (error instanceof CalculationProblem && error.reason === 'number') return `Illegal number: ${error.what}`;
  const wants = error.reason === 'operand' || error.reason === 'extension' ? 'primary' : 'EOF';
  return `arithmetic expression: expecting ${wants}: "${text}"`;
}

function bashCalculation(text: string, error: ArithmeticProblem | CalculationProblem): string {
  const shown = text.trim();
  if (error instanceof CalculationProblem) {
    if (error.reason === 'zero')
      return `${shown}: division by 0 (error token is "${/[^/%]*$/.exec(shown)?.[0].trim() ?? ''}")`;
    if (error.reason === 'exponent') return `${shown}: exponent less than 0 (error token is "${shown}")`;
    return `${shown}: expression recursion level exceeded (error token is "${shown}")`;
  }
  const token = `(error token is "${error.token}")`;
  switch (error.reason) {
    case 'operand':
      return `${shown}: syntax error: operand expected ${token}`;
    case 'base':
      return `${error.token}: value too great for base ${token}`;
    case 'paren':
      return `${shown}: missing \`)' ${token}`;
    case 'assign':
      return `${shown}: attempted assignment to non-variable ${token}`;
    case 'colon':
      return `${shown}: \`:' expected for conditional expression ${token}`;
    case 'constant':
      return `${error.token}: invalid arithmetic base ${token}`;
    case 'syntax':
      return `${shown}: syntax error in expression ${token}`;
  }
}
