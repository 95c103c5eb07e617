// From a statement's text to a statement. What SQL has beyond it is refused by name.

import { type Cursor, commas, cursorOf, isReserved, tableName } from './cursor.ts';
import { columnDefinitions, oneColumn } from './definitions.ts';
import { expression } from './expressions.ts';
import { tokenize } from './tokens.ts';
import {
  type Dialect,
  type Expression,
  type From,
  type Insert,
  type Select,
  type SelectItem,
  SqlProblem,
  type Statement,
} from './tree.ts';

/** One statement; undefined where the text has none. SqlProblem. */
export function parseSql(source: string, dialect: Dialect): Statement | undefined {
  const cursor = cursorOf(tokenize(source, dialect), source);
  if (cursor.take(';') || cursor.peek().t === 'end') return undefined;
  const first = cursor.peek();
  const parse = first.t === 'word' && Object.hasOwn(STATEMENTS, first.text) ? STATEMENTS[first.text] : undefined;
  if (parse === undefined) {
    if (UNMODELLED.has(first.text)) throw new SqlProblem('not modelled', [first.text.toUpperCase()]);
    return cursor.fail();
  }
  cursor.next();
  const statement = parse(cursor);
  cursor.take(';');
  if (cursor.peek().t !== 'end') {
    if (cursor.peek().text === 'union') throw new SqlProblem('not modelled', ['UNION']);
    cursor.fail();
  }
  return statement;
}

const UNMODELLED = new Set(
  'with explain analyze copy vacuum merge listen notify prepare execute declare fetch call do lock load replace handler kill optimize reindex cluster checkpoint'.split(
    ' ',
  ),
);

const STATEMENTS: Readonly<Record<string, (cursor: Cursor) => Statement>> = {
  select,
  insert,
  update,
  create,
  drop,
  alter,
  delete: (cursor) => {
    cursor.need('from');
    const table = tableName(cursor);
    return { s: 'delete', table, where: clause(cursor, 'where') };
  },
  truncate: (cursor) => {
    cursor.take('table');
    return { s: 'truncate', table: tableName(cursor) };
  },
  begin: (cursor) => transaction(cursor, 'begin'),
  start: (cursor) => transaction(cursor, 'begin'),
  commit: (cursor) => transaction(cursor, 'commit'),
  end: (cursor) => transaction(cursor, 'commit'),
  rollback: (cursor) => transaction(cursor, 'rollback'),
  use: (cursor) => ({ s: 'use', name: cursor.name() }),
  show: (cursor) => ({ s: 'show', what: rest(cursor) }),
  describe: (cursor) => ({ s: 'describe', table: tableName(cursor) }),
  desc: (cursor) => ({ s: 'describe', table: tableName(cursor) }),
  set: (cursor) => accepted(cursor, 'set'),
  grant: (cursor) => accepted(cursor, 'grant'),
  revoke: (cursor) => accepted(cursor, 'revoke'),
  flush: (cursor) => accepted(cursor, 'flush'),
  comment: (cursor) => accepted(cursor, 'comment'),
};

function transaction(cursor: Cursor, what: 'begin' | 'commit' | 'rollback'): Statement {
  if (!cursor.take('transaction')) cursor.take('work');
  return { s: 'transaction', what };
}

/** What is left, as words with one space between them. */
function rest(cursor: Cursor): string {
  const words: string[] = [];
  while (cursor.peek().t !== 'end' && cursor.peek().text !== ';') words.push(cursor.next().text);
  return words.join(' ');
}

function accepted(cursor: Cursor, words: string): Statement {
  rest(cursor);
  return { s: 'accepted', words };
}

function clause(cursor: Cursor, word: string): Expression | undefined {
  return cursor.take(word) ? expression(cursor) : undefined;
}

function select(cursor: Cursor): Select {
  const distinct = cursor.take('distinct');
  const items = commas(cursor, () => item(cursor));
  const from = cursor.take('from') ? tables(cursor) : [];
  const where = clause(cursor, 'where');
  const groupBy = cursor.take('group by') ? commas(cursor, () => expression(cursor)) : [];
  const having = clause(cursor, 'having');
  const orderBy = cursor.take('order by')
    ? commas(cursor, () => {
        const by = expression(cursor);
        const down = cursor.take('desc');
        if (!down) cursor.take('asc');
        return { by, down };
      })
    : [];
  const limit = clause(cursor, 'limit');
  const offset = clause(cursor, 'offset');
  return { s: 'select', items, distinct, from, where, groupBy, having, orderBy, limit, offset };
}

function item(cursor: Cursor): SelectItem {
  if (cursor.take('*')) return { of: undefined, as: undefined };
  if (cursor.peek(1).text === '.' && cursor.peek(2).text === '*') {
    const table = cursor.name();
    cursor.need('. *');
    return { of: undefined, table, as: undefined };
  }
  const of = expression(cursor);
  const next = cursor.peek();
  const isName = next.t === 'name' || (next.t === 'word' && !isReserved(next));
  return { of, as: cursor.take('as') || isName ? cursor.name() : undefined };
}

function tables(cursor: Cursor): readonly From[] {
  const all: From[] = [source(cursor, false)];
  for (;;) {
    if (cursor.take(',')) all.push(source(cursor, false));
    else if (cursor.take('left outer join') || cursor.take('left join')) all.push(joined(cursor, true));
    else if (cursor.take('inner join') || cursor.take('join')) all.push(joined(cursor, false));
    else if (cursor.peek().text === 'right') throw new SqlProblem('not modelled', ['RIGHT JOIN']);
    else return all;
  }
}

function source(cursor: Cursor, left: boolean): From {
  if (cursor.peek().text === '(') throw new SqlProblem('not modelled', ['a query in FROM']);
  const schema = cursor.peek(1).text === '.' ? cursor.peek().text : undefined;
  const bare = tableName(cursor);
  const table = schema === 'information_schema' || schema === 'pg_catalog' ? `${schema}.${bare}` : bare;
  const next = cursor.peek();
  const isName = next.t === 'name' || (next.t === 'word' && !isReserved(next));
  return { table, as: cursor.take('as') || isName ? cursor.name() : bare, left, on: undefined };
}

function joined(cursor: Cursor, left: boolean): From {
  const from = source(cursor, left);
  cursor.need('on');
  return { ...from, on: expression(cursor) };
}

function insert(cursor: Cursor): Insert {
  const ignore = cursor.take('ignore');
  cursor.need('into');
  const table = tableName(cursor);
  const named = cursor.peek().text === '(' && cursor.peek(1).text !== 'select';
  const columns = named && cursor.take('(') ? commas(cursor, () => cursor.name()) : [];
  if (named) cursor.need(')');
  const rows = cursor.take('values') || cursor.take('value') ? commas(cursor, () => row(cursor)) : [];
  const query = rows.length === 0 && cursor.take('select') ? select(cursor) : undefined;
  if (rows.length === 0 && query === undefined) cursor.fail();
  let onConflict: Insert['onConflict'] = ignore ? 'nothing' : undefined;
  if (cursor.take('on conflict')) {
    if (cursor.take('(')) {
      commas(cursor, () => cursor.name());
      cursor.need(')');
    }
    if (!cursor.take('do nothing')) throw new SqlProblem('not modelled', ['ON CONFLICT DO UPDATE']);
    onConflict = 'nothing';
  }
  if (cursor.peek().text === 'on') throw new SqlProblem('not modelled', ['ON DUPLICATE KEY UPDATE']);
  const returning = cursor.take('returning') ? commas(cursor, () => item(cursor)) : [];
  return { s: 'insert', table, columns, rows, select: query, onConflict, returning };
}

function row(cursor: Cursor): (Expression | 'default')[] {
  cursor.need('(');
  const values = commas(cursor, () => (cursor.take('default') ? ('default' as const) : expression(cursor)));
  cursor.need(')');
  return values;
}

function update(cursor: Cursor): Statement {
  const table = tableName(cursor);
  cursor.need('set');
  const set = commas(cursor, () => {
    const name = cursor.name();
    cursor.need('=');
    return [name, expression(cursor)] as const;
  });
  return { s: 'update', table, set, where: clause(cursor, 'where') };
}

/** Things that may be made, and change nothing that can be seen. */
const SILENT = ['user', 'role', 'index', 'unique index', 'extension', 'schema', 'sequence'];

function create(cursor: Cursor): Statement {
  const silent = SILENT.find((each) => cursor.take(each));
  if (silent !== undefined) return accepted(cursor, `create ${silent.replace('unique ', '')}`);
  if (cursor.take('database')) {
    const ifMissing = cursor.take('if not exists');
    const name = cursor.name();
    rest(cursor);
    return { s: 'create database', name, ifMissing };
  }
  cursor.take('temporary');
  if (!cursor.take('table')) throw new SqlProblem('not modelled', [`CREATE ${cursor.peek().text.toUpperCase()}`]);
  const ifMissing = cursor.take('if not exists');
  const table = tableName(cursor);
  const columns = columnDefinitions(cursor);
  rest(cursor);
  return { s: 'create table', table, columns, ifMissing };
}

function drop(cursor: Cursor): Statement {
  const silent = SILENT.find((each) => cursor.take(each));
  if (silent !== undefined) return accepted(cursor, `drop ${silent}`);
  const isDatabase = cursor.take('database');
  if (!isDatabase && !cursor.take('table'))
    throw new SqlProblem('not modelled', [`DROP ${cursor.peek().text.toUpperCase()}`]);
  const ifThere = cursor.take('if exists');
  if (isDatabase) return { s: 'drop database', name: cursor.name(), ifThere };
  const names = commas(cursor, () => tableName(cursor));
  if (!cursor.take('cascade')) cursor.take('restrict');
  return { s: 'drop table', tables: names, ifThere };
}

function alter(cursor: Cursor): Statement {
  if (cursor.take('user') || cursor.take('role')) return accepted(cursor, 'alter role');
  if (!cursor.take('table')) throw new SqlProblem('not modelled', [`ALTER ${cursor.peek().text.toUpperCase()}`]);
  const table = tableName(cursor);
  if (!cursor.take('add')) throw new SqlProblem('not modelled', [`ALTER TABLE ${cursor.peek().text.toUpperCase()}`]);
  cursor.take('column');
  return { s: 'add column', table, column: oneColumn(cursor) };
}
