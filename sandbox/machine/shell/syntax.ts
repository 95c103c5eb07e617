// The shell's syntax tree: frozen plain data, so that a running shell's frames can point into it and be copied.
// Words keep what quoting said about each of their parts; what they come to is decided by `expand/`.

/** A file descriptor that a redirection names, or a variable that gets or holds it: `{log}>file`. */
export type RedirectTo = number | { readonly variable: string };

export type RedirectOperator = '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '<<' | '<<<' | '&>' | '&>>';

export interface Redirect {
  readonly op: RedirectOperator;
  readonly fd?: RedirectTo;
  /** The file, the descriptor, the here-string; for `<<` the whole body. */
  readonly target: Word;
}

export interface Word {
  readonly parts: readonly Part[];
  /** The word itself when it needs neither expansion nor quote removal: most words. */
  readonly text?: string;
  /** Whether a command has to run before its value is known. */
  readonly runs: boolean;
}

/** `quoted` parts are neither split nor globbed. */
export type Part =
  | { readonly k: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly k: 'tilde'; readonly user: string }
  | ParameterPart
  | { readonly k: 'command'; readonly body: Node; readonly quoted: boolean }
  | { readonly k: 'arithmetic'; readonly expression: Arithmetic; readonly quoted: boolean }
  | { readonly k: 'process'; readonly direction: '<' | '>'; readonly body: Node };

export interface ParameterPart {
  readonly k: 'parameter';
  readonly name: string;
  readonly quoted: boolean;
  /** `[...]` after the name. */
  readonly index?: Index;
  readonly op?: ParameterOperation;
}

export type Index = '@' | '*' | Word;

export type ParameterOperation =
  | { readonly o: 'length' }
  | { readonly o: '-' | '=' | '+' | '?'; readonly colon: boolean; readonly word: Word }
  | { readonly o: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  | { readonly o: 'replace'; readonly mode: '/' | '//' | '/#' | '/%'; readonly pattern: Word; readonly by: Word }
  | { readonly o: 'slice'; readonly offset: Arithmetic; readonly length?: Arithmetic }
  | { readonly o: '^' | '^^' | ',' | ',,'; readonly pattern?: Word }
  | { readonly o: 'transform'; readonly letter: string }
  /** `${!name}` and what is done to the result. */
  | { readonly o: 'indirect'; readonly then?: ParameterOperation }
  | { readonly o: 'names'; readonly joined: boolean }
  | { readonly o: 'keys' }
  /** `${x!}`: found out only when it is expanded. */
  | { readonly o: 'bad'; readonly source: string };

/** An arithmetic expression as it was written. */
export interface Arithmetic {
  readonly word: Word;
  /** How it reads, as long as the variables in `plain` (written as `$name`) hold plain numbers. */
  readonly tree?: ArithmeticNode;
  readonly plain?: readonly string[];
}

export type ArithmeticNode =
  | { readonly a: 'number'; readonly value: number | bigint }
  | { readonly a: 'variable'; readonly name: string; readonly index?: string }
  | { readonly a: 'unary'; readonly op: '-' | '+' | '!' | '~'; readonly of: ArithmeticNode }
  | { readonly a: 'step'; readonly op: '++' | '--'; readonly before: boolean; readonly of: ArithmeticVariable }
  | { readonly a: 'binary'; readonly op: string; readonly left: ArithmeticNode; readonly right: ArithmeticNode }
  | { readonly a: 'assign'; readonly op: string; readonly to: ArithmeticVariable; readonly value: ArithmeticNode }
  | {
      readonly a: 'choice';
      readonly test: ArithmeticNode;
      readonly yes: ArithmeticNode;
      readonly no: ArithmeticNode;
    };

export type ArithmeticVariable = Extract<ArithmeticNode, { a: 'variable' }>;

export interface Assignment {
  readonly name: string;
  readonly index?: Word;
  readonly append: boolean;
  readonly value: Word | ArrayLiteral;
}

export interface ArrayLiteral {
  readonly elements: readonly { readonly index?: Word; readonly value: Word }[];
}

export interface SimpleCommand {
  readonly t: 'simple';
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export interface CaseArm {
  readonly patterns: readonly Word[];
  readonly body: Node;
  /** `;;` leaves, `;&` falls into the next arm, `;;&` goes on matching. */
  readonly end: ';;' | ';&' | ';;&';
}

/** What `[[ ]]` tests. */
export type Condition =
  | { readonly c: 'not'; readonly of: Condition }
  | { readonly c: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly c: 'unary'; readonly op: string; readonly word: Word }
  | { readonly c: 'binary'; readonly op: string; readonly left: Word; readonly right: Word };

export type Node =
  | SimpleCommand
  | { readonly t: 'list'; readonly items: readonly Node[] }
  | { readonly t: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly t: 'not'; readonly of: Node }
  | { readonly t: 'pipeline'; readonly commands: readonly Node[]; readonly text: string }
  | { readonly t: 'background'; readonly of: Node; readonly text: string }
  | { readonly t: 'time'; readonly posix: boolean; readonly of: Node }
  | { readonly t: 'subshell'; readonly body: Node }
  | { readonly t: 'group'; readonly body: Node }
  | { readonly t: 'redirected'; readonly of: Node; readonly redirects: readonly Redirect[]; readonly line: number }
  | {
      readonly t: 'if';
      readonly clauses: readonly { readonly test: Node; readonly body: Node }[];
      readonly otherwise?: Node;
    }
  | { readonly t: 'while'; readonly until: boolean; readonly test: Node; readonly body: Node }
  /** Without `words` over the positional parameters. */
  | {
      readonly t: 'for' | 'select';
      readonly name: string;
      readonly words?: readonly Word[];
      readonly body: Node;
      readonly line: number;
      /** `for i in 1 2`, as it was written. */
      readonly head: string;
    }
  | {
      readonly t: 'cfor';
      readonly init: Arithmetic;
      readonly test: Arithmetic;
      readonly step: Arithmetic;
      readonly body: Node;
      readonly line: number;
    }
  | { readonly t: 'case'; readonly subject: Word; readonly arms: readonly CaseArm[]; readonly line: number }
  | { readonly t: 'arithmetic'; readonly expression: Arithmetic; readonly line: number }
  | { readonly t: 'condition'; readonly test: Condition; readonly line: number }
  /** Never parsed: a file whose commands a subshell runs. */
  | { readonly t: 'script'; readonly path: string; readonly args: readonly string[] }
  | { readonly t: 'function'; readonly name: string; readonly body: Node; readonly source: string };

export const EMPTY_WORD: Word = { parts: [], text: '', runs: false };
