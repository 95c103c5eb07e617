// What a Go template consists of, once it has been read, and how its parts are written in messages.

import { quote } from '../text.ts';

/** Where a node begins in the text of the template, in UTF-16 units. */
export interface Placed {
  readonly at: number;
}

export type Node =
  | ({ readonly kind: 'text'; readonly text: string } & Placed)
  | ({ readonly kind: 'action'; readonly pipe: Pipe } & Placed)
  | Branch
  | ({ readonly kind: 'template'; readonly name: string; readonly pipe?: Pipe } & Placed)
  | ({ readonly kind: 'break' | 'continue' } & Placed);

export type Branch = {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipe: Pipe;
  readonly list: readonly Node[];
  readonly otherwise?: readonly Node[];
} & Placed;

/** `$x, $y := command | command` */
export type Pipe = {
  readonly kind: 'pipe';
  readonly variables: readonly Variable[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
} & Placed;

export type Command = { readonly kind: 'command'; readonly args: readonly Operand[] } & Placed;

/** `$x.a.b`; the name has its dollar sign. */
export type Variable = {
  readonly kind: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
} & Placed;

type Field = { readonly kind: 'field'; readonly fields: readonly string[] } & Placed;

/** Fields of what isn't a field or a variable: `(index .items 0).kind`. */
type Chain = { readonly kind: 'chain'; readonly of: Operand; readonly fields: readonly string[] } & Placed;

type Identifier = { readonly kind: 'identifier'; readonly name: string } & Placed;

/** A number in the text: `value` is what it is where no type is asked for, or undefined when an int can't hold it. */
type NumberLiteral = {
  readonly kind: 'number';
  readonly text: string;
  readonly type: 'int' | 'float64';
  readonly value: number | bigint | undefined;
} & Placed;

export type Operand =
  | Pipe
  | Variable
  | Field
  | Chain
  | Identifier
  | NumberLiteral
  | ({ readonly kind: 'string'; readonly quoted: string; readonly text: string } & Placed)
  | ({ readonly kind: 'boolean'; readonly value: boolean } & Placed)
  | ({ readonly kind: 'dot' | 'nil' } & Placed);

/** A node as messages show it. */
export function nodeText(node: Node | Command | Operand): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'if':
    case 'range':
    case 'with':
      return branchText(node);
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'command':
      return node.args.map(argumentText).join(' ');
    default:
      return operandText(node);
  }
}

function branchText({ kind, pipe, list, otherwise }: Branch): string {
  const rest = otherwise === undefined ? '' : `{{else}}${otherwise.map(nodeText).join('')}`;
  return `{{${kind} ${pipeText(pipe)}}}${list.map(nodeText).join('')}${rest}{{end}}`;
}

function pipeText({ variables, assigns, commands }: Pipe): string {
  const names = variables.map((variable) => operandText(variable)).join(', ');
  const declared = names === '' ? '' : `${names} ${assigns ? '=' : ':='} `;
  return declared + commands.map(nodeText).join(' | ');
}

/** A pipeline among arguments stands in parentheses. */
function argumentText(argument: Operand): string {
  return argument.kind === 'pipe' ? `(${pipeText(argument)})` : operandText(argument);
}

function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'pipe':
      return pipeText(operand);
    case 'variable':
      return [operand.name, ...operand.fields].join('.');
    case 'field':
      return operand.fields.map((field) => `.${field}`).join('');
    case 'chain':
      return [argumentText(operand.of), ...operand.fields].join('.');
    case 'identifier':
      return operand.name;
    case 'number':
      return operand.text;
    case 'string':
      return operand.quoted;
    case 'boolean':
      return String(operand.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}
