// awk programs as trees.

export type Expression =
  | { readonly e: 'number'; readonly value: number }
  | { readonly e: 'string'; readonly value: string }
  /** Alone it matches `$0`; as an operand of `~` it is the expression itself. */
  | { readonly e: 'regex'; readonly source: string }
  | { readonly e: 'variable'; readonly name: string }
  | { readonly e: 'field'; readonly index: Expression }
  | { readonly e: 'element'; readonly name: string; readonly index: readonly Expression[] }
  | { readonly e: 'in'; readonly index: readonly Expression[]; readonly name: string }
  | { readonly e: 'unary'; readonly op: '-' | '+' | '!'; readonly of: Expression }
  | { readonly e: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly e: 'assign'; readonly op: string; readonly to: Target; readonly value: Expression }
  | { readonly e: 'step'; readonly op: '++' | '--'; readonly before: boolean; readonly of: Target }
  | { readonly e: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly e: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly own: boolean }
  | { readonly e: 'group'; readonly of: readonly Expression[] }
  /** `getline`, `getline < file`, `command | getline`. */
  | {
      readonly e: 'getline';
      readonly from: 'input' | 'file' | 'command';
      readonly source: Expression | undefined;
      readonly to: Target | undefined;
    };

export type Target = Extract<Expression, { e: 'variable' | 'field' | 'element' }>;

export interface Redirection {
  readonly op: '>' | '>>' | '|';
  readonly to: Expression;
}

export type Statement =
  | { readonly s: 'block'; readonly body: readonly Statement[] }
  | { readonly s: 'expression'; readonly of: Expression }
  | { readonly s: 'print' | 'printf'; readonly args: readonly Expression[]; readonly to: Redirection | undefined }
  | { readonly s: 'if'; readonly test: Expression; readonly yes: Statement; readonly no: Statement | undefined }
  | { readonly s: 'while'; readonly test: Expression; readonly body: Statement; readonly after: boolean }
  | {
      readonly s: 'for';
      readonly init: Statement | undefined;
      readonly test: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly s: 'each'; readonly name: string; readonly array: string; readonly body: Statement }
  | { readonly s: 'delete'; readonly name: string; readonly index: readonly Expression[] | undefined }
  | { readonly s: 'break' | 'continue' | 'next' | 'nextfile' }
  | { readonly s: 'exit' | 'return'; readonly value: Expression | undefined };

export interface Rule {
  readonly from: Expression | undefined;
  readonly to: Expression | undefined;
  /** Undefined: print the record. */
  readonly body: Statement | undefined;
}

export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly begin: readonly Statement[];
  readonly end: readonly Statement[];
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** The program is wrong. */
export class AwkProblem extends Error {
  readonly line: number;
  readonly token: string;
  constructor(message: string, line: number, token = '') {
    super(message);
    this.line = line;
    this.token = token;
  }
}
