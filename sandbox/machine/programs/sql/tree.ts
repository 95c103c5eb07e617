// SQL as data: values, expressions, statements; and what can be wrong with them, to be said in a server's own words.

export type Value = string | number | boolean | null;

/** Whose SQL: they quote, and complain, differently. */
export type Dialect = 'postgres' | 'mysql';

export type Expression =
  /** `decimal`: a number that was written with a point. */
  | { readonly e: 'value'; readonly value: Value; readonly decimal?: boolean }
  | { readonly e: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly e: 'unary'; readonly operator: '-' | 'not'; readonly of: Expression }
  | { readonly e: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly e: 'null'; readonly of: Expression; readonly not: boolean }
  | { readonly e: 'in'; readonly of: Expression; readonly items: readonly Expression[]; readonly not: boolean }
  | {
      readonly e: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      /** `count(*)` */
      readonly star: boolean;
      readonly distinct: boolean;
    }
  | { readonly e: 'cast'; readonly of: Expression; readonly type: string };

export interface Column {
  readonly name: string;
  /** As it is shown: `integer`, `varchar(20)`. */
  readonly type: string;
  readonly kind: 'number' | 'text' | 'boolean';
  readonly notNull: boolean;
  readonly unique: boolean;
  readonly primary: boolean;
  /** Counts upward where no value is given. */
  readonly serial: boolean;
  readonly usual: Expression | undefined;
}

export interface SelectItem {
  /** Undefined: all columns (of one table, where it is named). */
  readonly of: Expression | undefined;
  readonly table?: string;
  readonly as: string | undefined;
}

export interface From {
  readonly table: string;
  readonly as: string;
  readonly left: boolean;
  readonly on: Expression | undefined;
}

export interface Select {
  readonly s: 'select';
  readonly items: readonly SelectItem[];
  readonly distinct: boolean;
  readonly from: readonly From[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly orderBy: readonly { readonly by: Expression; readonly down: boolean }[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

export interface Insert {
  readonly s: 'insert';
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Expression | 'default')[])[];
  readonly select: Select | undefined;
  readonly onConflict: 'nothing' | undefined;
  readonly returning: readonly SelectItem[];
}

export type Statement =
  | Select
  | Insert
  | {
      readonly s: 'update';
      readonly table: string;
      readonly set: readonly (readonly [string, Expression])[];
      readonly where: Expression | undefined;
    }
  | { readonly s: 'delete'; readonly table: string; readonly where: Expression | undefined }
  | {
      readonly s: 'create table';
      readonly table: string;
      readonly columns: readonly Column[];
      readonly ifMissing: boolean;
    }
  | { readonly s: 'drop table'; readonly tables: readonly string[]; readonly ifThere: boolean }
  | { readonly s: 'truncate'; readonly table: string }
  | { readonly s: 'add column'; readonly table: string; readonly column: Column }
  | { readonly s: 'create database'; readonly name: string; readonly ifMissing: boolean }
  | { readonly s: 'drop database'; readonly name: string; readonly ifThere: boolean }
  | { readonly s: 'use'; readonly name: string }
  | { readonly s: 'show'; readonly what: string }
  | { readonly s: 'describe'; readonly table: string }
  | { readonly s: 'transaction'; readonly what: 'begin' | 'commit' | 'rollback' }
  /** Taken, and without effect: `set`, `grant`, `create index`; the words that begin it. */
  | { readonly s: 'accepted'; readonly words: string };

/** What is wrong: which kind, and the words that belong to it. */
export type ProblemKind =
  | 'syntax'
  | 'not modelled'
  | 'no table'
  | 'no column'
  | 'no database'
  | 'no function'
  | 'table exists'
  | 'database exists'
  | 'duplicate'
  | 'null'
  | 'invalid'
  | 'division'
  | 'columns'
  | 'grouping'
  | 'ambiguous';

export class SqlProblem extends Error {
  readonly kind: ProblemKind;
  readonly words: readonly string[];
  /** Where in the text it stands. */
  readonly at: number | undefined;
  constructor(kind: ProblemKind, words: readonly string[], at?: number) {
    super(`${kind}: ${words.join(', ')}`);
    this.kind = kind;
    this.words = words;
    this.at = at;
  }
}
