// Runs statements against a database. What changes tables says so, for whoever keeps them on disk.

import { checkColumns, evaluate, type Session } from './evaluate.ts';
import { lookupIn, type Result, runSelect } from './query.ts';
import { type Database, type Row, type Table, tableOf } from './store.ts';
import { type Column, type Expression, type Insert, SqlProblem, type Statement, type Value } from './tree.ts';
import { asType, isTrue } from './values.ts';

export interface Outcome {
  /** `INSERT 0 1`, as PostgreSQL says it. */
  readonly tag: string;
  readonly result: Result | undefined;
  readonly changed: boolean;
  /** Rows that were written. */
  readonly count: number;
}

/** Statements about rows and tables; those about databases and sessions are the server's. */
export type TableStatement = Extract<
  Statement,
  { s: 'select' | 'insert' | 'update' | 'delete' | 'create table' | 'drop table' | 'truncate' | 'add column' }
>;

export function execute(statement: TableStatement, database: Database, session: Session): Outcome {
  switch (statement.s) {
    case 'select': {
      const result = runSelect(statement, lookupIn(database), session);
      return { tag: `SELECT ${result.rows.length}`, result, changed: false, count: 0 };
    }
    case 'insert':
      return insert(statement, database, session);
    case 'update': {
      const count = update(statement, tableOf(database, statement.table), session);
      return wrote(`UPDATE ${count}`, count);
    }
    case 'delete': {
      const table = tableOf(database, statement.table);
      checkColumns(statement.where, { tables: [{ as: statement.table, columns: table.columns, row: [] }] });
      const kept = table.rows.filter((row) => !applies(statement.where, statement.table, table, row, session));
      const count = table.rows.length - kept.length;
      table.rows = kept;
      return wrote(`DELETE ${count}`, count);
    }
    case 'truncate':
      tableOf(database, statement.table).rows = [];
      return wrote('TRUNCATE TABLE', 0);
    case 'create table': {
      const { table, columns, ifMissing } = statement;
      const there = database.tables.has(table);
      if (there && !ifMissing) throw new SqlProblem('table exists', [table]);
      if (!there) database.tables.set(table, { columns, rows: [], serial: 0 });
      return wrote('CREATE TABLE', 0);
    }
    case 'drop table':
      for (const name of statement.tables)
        if (!database.tables.delete(name) && !statement.ifThere) throw new SqlProblem('no table', [name]);
      return wrote('DROP TABLE', 0);
    case 'add column':
      return addColumn(statement.column, statement.table, database, session);
    default:
      return statement satisfies never;
  }
}

function wrote(tag: string, count: number): Outcome {
  return { tag, result: undefined, changed: true, count };
}

function applies(where: Expression | undefined, name: string, table: Table, row: Row, session: Session): boolean {
  if (where === undefined) return true;
  const { columns } = table;
  return isTrue(evaluate(where, { session, scope: { tables: [{ as: name, columns, row }] }, group: undefined }));
}

function addColumn(column: Column, name: string, database: Database, session: Session): Outcome {
  const table = tableOf(database, name);
  const value = usualOf(column, session);
  const rows = table.rows.map((row) => [...row, value]);
  database.tables.set(name, { ...table, columns: [...table.columns, column], rows });
  return wrote('ALTER TABLE', 0);
}

function usualOf(column: Column, session: Session): Value {
  if (column.usual === undefined) return null;
  return asType(evaluate(column.usual, { session, scope: { tables: [] }, group: undefined }), column);
}

function insert(statement: Insert, database: Database, session: Session): Outcome {
  const table = tableOf(database, statement.table);
  const names = table.columns.map(({ name }) => name);
  const given = statement.columns.length === 0 ? names : statement.columns;
  for (const name of given) if (!names.includes(name)) throw new SqlProblem('no column', [name, statement.table]);
  const around = { session, scope: { tables: [] }, group: undefined };
  const sources: readonly (readonly (Value | undefined)[])[] =
    statement.select === undefined
      ? statement.rows.map((row) => row.map((each) => (each === 'default' ? undefined : evaluate(each, around))))
      : runSelect(statement.select, lookupIn(database), session).rows;
  const added: Row[] = [];
  for (const source of sources) {
    if (source.length > given.length) throw new SqlProblem('columns', ['more']);
    if (source.length < given.length && statement.columns.length > 0) throw new SqlProblem('columns', ['fewer']);
    const row = rowOf(table, given, source, session, statement.table);
    const clash = clashing(table.columns, [...table.rows, ...added], row);
    if (clash === undefined) added.push(row);
    else if (statement.onConflict === undefined) throw duplicate(statement.table, clash, row, table.columns);
  }
  table.rows = [...table.rows, ...added];
  const returned: Table = { ...table, rows: added };
  const result =
    statement.returning.length === 0
      ? undefined
      : runSelect(
          { ...EVERYTHING, items: statement.returning, from: [{ ...NO_JOIN, table: '', as: statement.table }] },
          () => returned,
          session,
        );
  return { tag: `INSERT 0 ${added.length}`, result, changed: true, count: added.length };
}

const NO_JOIN = { left: false, on: undefined };
const EVERYTHING = {
  s: 'select',
  distinct: false,
  where: undefined,
  groupBy: [],
  having: undefined,
  orderBy: [],
  limit: undefined,
  offset: undefined,
} as const;

function rowOf(
  table: Table,
  given: readonly string[],
  source: readonly (Value | undefined)[],
  session: Session,
  name: string,
): Row {
  return table.columns.map((column) => {
    const index = given.indexOf(column.name);
    const value = index < 0 ? undefined : source[index];
    const asked = value === undefined || (value === null && column.serial && session.dialect === 'mysql');
    if (asked && column.serial) return ++table.serial;
    const fitted = asked ? usualOf(column, session) : asType(value ?? null, column);
    if (fitted === null && column.notNull) throw new SqlProblem('null', [column.name, name]);
    if (column.serial && typeof fitted === 'number')
      table.serial = Math.max(table.serial, session.dialect === 'mysql' ? fitted : table.serial);
    return fitted;
  });
}

/** The unique column whose value is there already. */
function clashing(columns: readonly Column[], rows: readonly Row[], row: Row): Column | undefined {
  return columns.find(
    (column, index) =>
      (column.primary || column.unique) && row[index] !== null && rows.some((other) => other[index] === row[index]),
  );
}

function duplicate(table: string, column: Column, row: Row, columns: readonly Column[]): SqlProblem {
  const key = column.primary ? `${table}_pkey` : `${table}_${column.name}_key`;
  return new SqlProblem('duplicate', [key, column.name, String(row[columns.indexOf(column)]), table]);
}

function update(
  { set, where, table: name }: Extract<Statement, { s: 'update' }>,
  table: Table,
  session: Session,
): number {
  const columns = table.columns.map((column) => column.name);
  for (const [column] of set) if (!columns.includes(column)) throw new SqlProblem('no column', [column, name]);
  checkColumns(where, { tables: [{ as: name, columns: table.columns, row: [] }] });
  const rows: Row[] = [];
  let count = 0;
  for (const row of table.rows) {
    if (!applies(where, name, table, row, session)) {
      rows.push(row);
      continue;
    }
    count++;
    const scope = { tables: [{ as: name, columns: table.columns, row }] };
    const changed = [...row];
    for (const [column, value] of set) {
      const index = columns.indexOf(column);
      const definition = table.columns[index];
      if (definition === undefined) continue;
      changed[index] = asType(evaluate(value, { session, scope, group: undefined }), definition);
      if (changed[index] === null && definition.notNull) throw new SqlProblem('null', [column, name]);
    }
    const others = table.rows.filter((other) => other !== row);
    const clash = clashing(table.columns, others, changed);
    if (clash !== undefined) throw duplicate(name, clash, changed, table.columns);
    rows.push(changed);
  }
  table.rows = rows;
  return count;
}
