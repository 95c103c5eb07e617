// What MySQL says of problems: a number, a state, a text.

import type { ProblemKind, SqlProblem } from '../sql/tree.ts';

type Words = (words: readonly string[], database: string) => string;

const MESSAGES: Readonly<Record<ProblemKind, readonly [number, string, Words]>> = {
  syntax: [
    1064,
    '42000',
    ([, near = '']) =>
      `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${near.slice(0, 80)}' at line 1`,
  ],
  'not modelled': [1235, '42000', ([what = '']) => `This server doesn't model '${what}'`],
  'no table': [1146, '42S02', ([name = ''], database) => `Table '${database}.${name}' doesn't exist`],
  'no column': [1054, '42S22', ([name = '']) => `Unknown column '${name}' in 'field list'`],
  'no database': [
    1049,
    '42000',
    ([name = '']) => (name === '' ? 'No database selected' : `Unknown database '${name}'`),
  ],
  'no function': [
    1305,
    '42000',
    ([name = ''], database) => `FUNCTION ${database}.${name.replace(/\(.*$/, '')} does not exist`,
  ],
  'table exists': [1050, '42S01', ([name = '']) => `Table '${name}' already exists`],
  'database exists': [1007, 'HY000', ([name = '']) => `Can't create database '${name}'; database exists`],
  duplicate: [
    1062,
    '23000',
    ([key = '', column = '', value = '', table = '']) =>
      `Duplicate entry '${value}' for key '${table}.${key.endsWith('_pkey') ? 'PRIMARY' : column}'`,
  ],
  null: [1048, '23000', ([column = '']) => `Column '${column}' cannot be null`],
  invalid: [1366, 'HY000', ([type = '', value = '']) => `Incorrect ${type} value: '${value}'`],
  division: [1365, '22012', () => 'Division by 0'],
  columns: [1136, '21S01', () => "Column count doesn't match value count at row 1"],
  grouping: [1111, 'HY000', () => 'Invalid use of group function'],
  ambiguous: [1052, '23000', ([name = '']) => `Column '${name}' in field list is ambiguous`],
};

export interface MysqlError {
  readonly code: number;
  readonly state: string;
  readonly message: string;
}

export function mysqlError({ kind, words }: SqlProblem, database: string): MysqlError {
  const [code, state, text] = MESSAGES[kind];
  if (kind === 'no database' && words[0] === '') return { code: 1046, state: '3D000', message: 'No database selected' };
  return { code, state, message: text(words, database) };
}
