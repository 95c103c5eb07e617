// What PostgreSQL says of problems, with the code that clients look at.

import type { ProblemKind, SqlProblem } from '../sql/tree.ts';

type Words = (words: readonly string[]) => string;

const MESSAGES: Readonly<Record<ProblemKind, readonly [string, Words]>> = {
  syntax: [
    '42601',
    ([near = '']) =>
      near === 'aborted'
        ? 'current transaction is aborted, commands ignored until end of transaction block'
        : near === ''
          ? 'syntax error at end of input'
          : `syntax error at or near "${near}"`,
  ],
  'not modelled': ['0A000', ([what = '']) => `${what} isn't modelled by this server`],
  'no table': ['42P01', ([name = '']) => `relation "${name}" does not exist`],
  'no column': [
    '42703',
    ([name = '', table]) =>
      table === undefined
        ? `column ${quotedColumn(name)} does not exist`
        : `column "${name}" of relation "${table}" does not exist`,
  ],
  'no database': ['3D000', ([name = '']) => `database "${name}" does not exist`],
  'no function': ['42883', ([name = '']) => `function ${name} does not exist`],
  'table exists': ['42P07', ([name = '']) => `relation "${name}" already exists`],
  'database exists': ['42P04', ([name = '']) => `database "${name}" already exists`],
  duplicate: ['23505', ([key = '']) => `duplicate key value violates unique constraint "${key}"`],
  null: [
    '23502',
    ([column = '', table = '']) =>
      `null value in column "${column}" of relation "${table}" violates not-null constraint`,
  ],
  invalid: ['22P02', ([type = '', value = '']) => `invalid input syntax for type ${type}: "${value}"`],
  division: ['22012', () => 'division by zero'],
  columns: [
    '42601',
    ([which = '']) =>
      which === 'more'
        ? 'INSERT has more expressions than target columns'
        : 'INSERT has more target columns than expressions',
  ],
  grouping: ['42803', () => 'aggregate functions are not allowed here'],
  ambiguous: ['42702', ([name = '']) => `column reference "${name}" is ambiguous`],
};

function quotedColumn(name: string): string {
  return name.includes('.') ? name : `"${name}"`;
}

export interface PostgresError {
  readonly code: string;
  readonly message: string;
  readonly detail: string | undefined;
  /** Counted from 1. */
  readonly position: number | undefined;
}

export function postgresError({ kind, words, at }: SqlProblem): PostgresError {
  const [code, text] = MESSAGES[kind];
  const [, column = '', value = ''] = words;
  return {
    code: kind === 'syntax' && words[0] === 'aborted' ? '25P02' : code,
    message: text(words),
    detail: kind === 'duplicate' ? `Key (${column})=(${value}) already exists.` : undefined,
    position: at === undefined ? undefined : at + 1,
  };
}
