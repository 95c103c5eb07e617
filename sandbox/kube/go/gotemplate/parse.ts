// Reads the text of a Go template into nodes. Messages are those of Go's text/template/parse.

import { quote } from '../text.ts';
import { unquote } from '../unquote.ts';
import { createLexer, nextToken, type Token, type TokenKind, tokenText } from './lex.ts';
import { type Command, type Node, nodeText, type Operand, type Pipe, type Placed, type Variable } from './nodes.ts';

/** The message has where it is: `template: output:1: unclosed action`. */
export class TemplateError extends Error {}

export interface Template {
  readonly name: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  /** What `define` and `block` named. */
  readonly named: ReadonlyMap<string, readonly Node[]>;
}

interface Parser {
  readonly name: string;
  readonly functions: ReadonlySet<string>;
  readonly named: Map<string, readonly Node[]>;
  readonly lexer: ReturnType<typeof createLexer>;
  readonly ahead: Token[];
  variables: string[];
  loops: number;
}

/** What ended a list of nodes. */
type Ending = 'end' | 'else' | 'end of file';

/** Throws a TemplateError. `functions` are the names that may be called. */
export function parseTemplate(name: string, text: string, functions: ReadonlySet<string>): Template {
  const parser: Parser = {
    name,
    functions,
    named: new Map(),
    lexer: createLexer(text),
    ahead: [],
    variables: ['$'],
    loops: 0,
  };
  const { nodes, ending, token } = parseList(parser, true);
  if (ending !== 'end of file') throw unexpected(parser, token, `${ending === 'end' ? '{{end}}' : '{{else}}'}`, true);
  return { name, text, nodes, named: parser.named };
}

function fail(parser: Parser, line: number, message: string): TemplateError {
  return new TemplateError(`template: ${parser.name}:${line}: ${message}`);
}

function unexpected(parser: Parser, token: Token, context: string, bare = false): TemplateError {
  if (token.kind === 'error') return fail(parser, token.line, token.text);
  return fail(parser, token.line, bare ? `unexpected ${context}` : `unexpected ${tokenText(token)} in ${context}`);
}

function take(parser: Parser): Token {
  return parser.ahead.shift() ?? nextToken(parser.lexer);
}

function peek(parser: Parser): Token {
  const token = take(parser);
  parser.ahead.unshift(token);
  return token;
}

function takeNonSpace(parser: Parser): Token {
  let token = take(parser);
  while (token.kind === 'space') token = take(parser);
  return token;
}

function peekNonSpace(parser: Parser): Token {
  const token = takeNonSpace(parser);
  parser.ahead.unshift(token);
  return token;
}

function expect(parser: Parser, kind: TokenKind, context: string): Token {
  const token = takeNonSpace(parser);
  if (token.kind !== kind) throw unexpected(parser, token, context);
  return token;
}

interface List {
  readonly nodes: readonly Node[];
  readonly ending: Ending;
  readonly token: Token;
}

function parseList(parser: Parser, top = false): List {
  const nodes: Node[] = [];
  for (;;) {
    const token = takeNonSpace(parser);
    if (token.kind === 'text') nodes.push({ kind: 'text', text: token.text, at: token.at });
    else if (token.kind === 'end of file') {
      if (!top) throw fail(parser, token.line, 'unexpected EOF');
      return { nodes, ending: 'end of file', token };
    } else if (token.kind === 'left delimiter') {
      const found = parseAction(parser, top);
      if (found === undefined) continue;
      if ('ending' in found) return { nodes, ending: found.ending, token };
      nodes.push(found);
    } else throw unexpected(parser, token, 'input');
  }
}

function parseAction(parser: Parser, top: boolean): Node | { readonly ending: Ending } | undefined {
  const token = takeNonSpace(parser);
  const { at } = token;
  switch (token.kind) {
    case 'if':
    case 'with':
    case 'range':
      return parseBranch(parser, token.kind, at);
    case 'end':
      expect(parser, 'right delimiter', 'end');
      return { ending: 'end' };
    case 'else':
      return parseElse(parser);
    case 'template':
      return parseCall(parser);
    case 'define':
      if (!top) throw unexpected(parser, token, 'command');
      parseDefinition(parser);
      return undefined;
    case 'block':
      return parseBlock(parser);
    case 'break':
    case 'continue':
      if (parser.loops === 0) throw fail(parser, token.line, `{{${token.kind}}} outside {{range}}`);
      expect(parser, 'right delimiter', `{{${token.kind}}}`);
      return { kind: token.kind, at };
    default: {
      parser.ahead.unshift(token);
      return { kind: 'action', pipe: parsePipe(parser, 'command', 'right delimiter', false), at };
    }
  }
}

/** `{{else if}}` is left for its branch to be read. */
function parseElse(parser: Parser): { readonly ending: Ending } {
  const next = peekNonSpace(parser);
  if (next.kind !== 'if' && next.kind !== 'with') expect(parser, 'right delimiter', 'else');
  return { ending: 'else' };
}

function parseBranch(parser: Parser, kind: 'if' | 'with' | 'range', at: number): Node {
  const outer = [...parser.variables];
  const pipe = parsePipe(parser, kind, 'right delimiter', kind === 'range');
  if (kind === 'range') parser.loops++;
  const { nodes, ending } = parseList(parser);
  if (kind === 'range') parser.loops--;
  if (ending === 'end') {
    parser.variables = outer;
    return { kind, pipe, list: nodes, at };
  }
  const next = peekNonSpace(parser);
  if (kind !== 'range' && next.kind === kind) {
    takeNonSpace(parser);
    const otherwise = [parseBranch(parser, kind, next.at)];
    parser.variables = outer;
    return { kind, pipe, list: nodes, otherwise, at };
  }
  const rest = parseList(parser);
  if (rest.ending !== 'end') throw fail(parser, rest.token.line, 'expected end; found {{else}}');
  parser.variables = outer;
  return { kind, pipe, list: nodes, otherwise: rest.nodes, at };
}

/** A template's name, and where it stands: that is the place of what names it. */
function nameOf(parser: Parser, context: string): { readonly name: string } & Placed {
  const token = takeNonSpace(parser);
  if (token.kind !== 'string' && token.kind !== 'raw string') throw unexpected(parser, token, context);
  return { name: unquoted(parser, token), at: token.at };
}

function parseCall(parser: Parser): Node {
  const { name, at } = nameOf(parser, 'template clause');
  if (peekNonSpace(parser).kind === 'right delimiter') {
    takeNonSpace(parser);
    return { kind: 'template', name, at };
  }
  return { kind: 'template', name, pipe: parsePipe(parser, 'template clause', 'right delimiter', false), at };
}

function parseDefinition(parser: Parser): void {
  const { name } = nameOf(parser, 'define clause');
  expect(parser, 'right delimiter', 'define clause');
  parser.named.set(name, bodyOf(parser));
}

function parseBlock(parser: Parser): Node {
  const { name, at } = nameOf(parser, 'block clause');
  const pipe = parsePipe(parser, 'block clause', 'right delimiter', false);
  parser.named.set(name, bodyOf(parser));
  return { kind: 'template', name, pipe, at };
}

/** A template within: it sees no variables but `$`. */
function bodyOf(parser: Parser): readonly Node[] {
  const { variables, loops } = parser;
  parser.variables = ['$'];
  parser.loops = 0;
  const { nodes, ending, token } = parseList(parser);
  if (ending !== 'end') throw fail(parser, token.line, 'unexpected {{else}} in define clause');
  parser.variables = variables;
  parser.loops = loops;
  return nodes;
}

function parsePipe(parser: Parser, context: string, end: TokenKind, isRange: boolean): Pipe {
  const { at } = peekNonSpace(parser);
  const { variables, assigns } = declarations(parser, context, isRange);
  const commands: Command[] = [];
  for (;;) {
    const token = takeNonSpace(parser);
    if (token.kind === end) break;
    if (!BEGINS_COMMAND.has(token.kind)) throw unexpected(parser, token, context);
    parser.ahead.unshift(token);
    commands.push(parseCommand(parser));
  }
  confirmPipe(parser, commands, context);
  return { kind: 'pipe', variables, assigns, commands, at };
}

const BEGINS_COMMAND: ReadonlySet<TokenKind> = new Set([
  ...(['boolean', 'character constant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil'] as const),
  ...(['raw string', 'string', 'variable', 'left parenthesis'] as const),
]);

function confirmPipe(parser: Parser, commands: readonly Command[], context: string): void {
  const { line } = peek(parser);
  if (commands.length === 0) throw fail(parser, line, `missing value for ${context}`);
  commands.slice(1).forEach((command, i) => {
    const [first] = command.args;
    if (first !== undefined && ['boolean', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
      throw fail(parser, line, `non executable command in pipeline stage ${i + 2}`);
    }
  });
}

function declarations(
  parser: Parser,
  context: string,
  isRange: boolean,
): { readonly variables: readonly Variable[]; readonly assigns: boolean } {
  const found: Variable[] = [];
  const taken: Token[] = [];
  for (;;) {
    const name = takeNonSpace(parser);
    taken.push(name);
    if (name.kind !== 'variable') break;
    const space = peek(parser).kind === 'space' ? take(parser) : undefined;
    if (space !== undefined) taken.push(space);
    const next = takeNonSpace(parser);
    taken.push(next);
    const variable: Variable = { kind: 'variable', name: name.text, fields: [], at: name.at };
    if (next.kind === 'assign' || next.kind === 'declare') {
      if (next.kind === 'declare') parser.variables.push(name.text);
      return { variables: [...found, variable], assigns: next.kind === 'assign' };
    }
    const another = next.kind === 'character' && next.text === ',';
    if (another && !(isRange && found.length === 0)) {
      throw fail(parser, next.line, `too many declarations in ${context}`);
    }
    if (!another) break;
    parser.variables.push(name.text);
    found.push(variable);
  }
  parser.ahead.unshift(...taken);
  return { variables: [], assigns: false };
}

function parseCommand(parser: Parser): Command {
  const { at, line } = peekNonSpace(parser);
  const args: Operand[] = [];
  for (;;) {
    takeSpaces(parser);
    const operand = parseOperand(parser);
    if (operand !== undefined) args.push(operand);
    const token = take(parser);
    if (token.kind === 'space') continue;
    if (token.kind === 'right delimiter' || token.kind === 'right parenthesis') parser.ahead.unshift(token);
    else if (token.kind !== 'pipe') throw unexpected(parser, token, 'operand');
    break;
  }
  if (args.length === 0) throw fail(parser, line, 'empty command');
  return { kind: 'command', args, at };
}

function takeSpaces(parser: Parser): void {
  while (peek(parser).kind === 'space') take(parser);
}

function parseOperand(parser: Parser): Operand | undefined {
  const term = parseTerm(parser);
  if (term === undefined || peek(parser).kind !== 'field') return term;
  const { at } = peek(parser);
  const fields: string[] = [];
  while (peek(parser).kind === 'field') fields.push(take(parser).text.slice(1));
  switch (term.kind) {
    case 'field':
      return { kind: 'field', fields: [...term.fields, ...fields], at };
    case 'variable':
      return { ...term, fields: [...term.fields, ...fields], at };
    case 'boolean':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      throw fail(parser, peek(parser).line, `unexpected . after term ${quote(nodeText(term))}`);
    default:
      return { kind: 'chain', of: term, fields, at };
  }
}

function parseTerm(parser: Parser): Operand | undefined {
  const token = takeNonSpace(parser);
  const { at, text } = token;
  switch (token.kind) {
    case 'identifier':
      if (!parser.functions.has(text)) throw fail(parser, token.line, `function ${quote(text)} not defined`);
      return { kind: 'identifier', name: text, at };
    case 'dot':
    case 'nil':
      return { kind: token.kind, at };
    case 'variable':
      if (!parser.variables.includes(text)) throw fail(parser, token.line, `undefined variable ${quote(text)}`);
      return { kind: 'variable', name: text, fields: [], at };
    case 'field':
      return { kind: 'field', fields: [text.slice(1)], at };
    case 'boolean':
      return { kind: 'boolean', value: text === 'true', at };
    case 'character constant':
    case 'complex':
    case 'number':
      return numberOf(parser, token);
    case 'left parenthesis':
      return parsePipe(parser, 'parenthesized pipeline', 'right parenthesis', false);
    case 'string':
    case 'raw string':
      return { kind: 'string', quoted: text, text: unquoted(parser, token), at };
    default:
      parser.ahead.unshift(token);
      return undefined;
  }
}

function unquoted(parser: Parser, token: Token): string {
  if (token.kind === 'raw string') return token.text.slice(1, -1);
  const text = unquote(token.text);
  if (text === undefined) throw fail(parser, token.line, 'invalid syntax');
  return text;
}

function numberOf(parser: Parser, token: Token): Operand {
  const { at, text } = token;
  const digits = text.replaceAll('_', '');
  if (token.kind === 'character constant') {
    const character = unquote(`"${text.slice(1, -1).replace('"', '\\"')}"`);
    if (character === undefined || [...character].length !== 1) {
      throw fail(parser, token.line, `malformed character constant: ${text}`);
    }
    return { kind: 'number', text, type: 'int', value: BigInt(character.codePointAt(0) ?? 0), at };
  }
  const whole = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)$/.exec(digits);
  if (whole !== null) {
    const [, sign, magnitude = ''] = whole;
    const octal = /^0[0-7]+$/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude;
    const value = sign === '-' ? -BigInt(octal) : BigInt(octal);
    const fits = value >= -(2n ** 63n) && value < 2n ** 63n;
    return { kind: 'number', text, type: 'int', value: fits ? value : undefined, at };
  }
  const value = Number(digits);
  if (token.kind === 'complex' || Number.isNaN(value))
    throw fail(parser, token.line, `bad number syntax: ${quote(text)}`);
  return { kind: 'number', text, type: 'float64', value, at };
}
