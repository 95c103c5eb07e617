// A server's side of SQL: databases by name, clients with a database and perhaps a transaction each.

import type { Session } from './evaluate.ts';
import { execute, type Outcome } from './execute.ts';
import { parseSql } from './parse.ts';
import type { Result } from './query.ts';
import { describedTable, shown } from './show.ts';
import { type Database, type Databases, snapshot } from './store.ts';
import { SqlProblem, type Statement } from './tree.ts';

/** What one client has said so far; plain data. */
export interface SqlClient {
  user: string;
  database: string;
  /** What its database was when its transaction began. */
  before: Database | undefined;
  /** Something went wrong in its transaction: all else is refused until it ends. */
  failed: boolean;
}

export interface Engine {
  readonly databases: Databases;
  /** Databases that have changed and aren't on disk yet; those without tables may be gone. */
  readonly dirty: Set<string>;
}

/** Runs one statement of a client. SqlProblem. Undefined: there was none. */
export function runStatement(engine: Engine, client: SqlClient, text: string, session: Session): Outcome | undefined {
  const statement = parseSql(text, session.dialect);
  if (statement === undefined) return undefined;
  if (client.failed && statement.s !== 'transaction') throw new SqlProblem('syntax', ['aborted']);
  try {
    return dispatch(engine, client, statement, session);
  } catch (error) {
    if (error instanceof SqlProblem && client.before !== undefined && session.dialect === 'postgres')
      client.failed = true;
    throw error;
  }
}

function done(tag: string, result?: Result): Outcome {
  return { tag, result, changed: false, count: 0 };
}

function dispatch(engine: Engine, client: SqlClient, statement: Statement, session: Session): Outcome {
  switch (statement.s) {
    case 'transaction':
      return transaction(engine, client, statement.what);
    case 'accepted':
      return done(statement.words.toUpperCase());
    case 'create database':
    case 'drop database':
      return databaseStatement(engine, statement);
    case 'use':
      databaseOf(engine, statement.name);
      client.database = statement.name;
      return done('USE');
    case 'show':
      return done('SHOW', shown(askedOf(engine, client, session), statement.what));
    case 'describe':
      return done('SHOW', describedTable(databaseOf(engine, client.database), statement.table));
    default: {
      if (
        statement.s === 'select' &&
        statement.from.some(({ table }) => /^(information_schema|pg_catalog)\./.test(table))
      )
        throw new SqlProblem('not modelled', [statement.from[0]?.table ?? '']);
      const needsNone = statement.s === 'select' && statement.from.length === 0;
      const database = needsNone ? { tables: new Map() } : databaseOf(engine, client.database);
      const outcome = execute(statement, database, session);
      if (outcome.changed && client.before === undefined) engine.dirty.add(client.database);
      return outcome;
    }
  }
}

function askedOf(engine: Engine, { database: name }: SqlClient, session: Session) {
  return { databases: engine.databases, name, database: () => databaseOf(engine, name), session };
}

/** A client has gone: what it hadn't finished is taken back. */
export function leave(engine: Engine, client: SqlClient | undefined): void {
  if (client?.before !== undefined) engine.databases.set(client.database, client.before);
}

function databaseOf({ databases }: Engine, name: string): Database {
  const database = databases.get(name);
  if (database === undefined) throw new SqlProblem('no database', [name]);
  return database;
}

function transaction(engine: Engine, client: SqlClient, what: 'begin' | 'commit' | 'rollback'): Outcome {
  if (what === 'begin') {
    client.before ??= snapshot(databaseOf(engine, client.database));
    return done('BEGIN');
  }
  const undo = what === 'rollback' || client.failed;
  if (client.before !== undefined) {
    if (undo) engine.databases.set(client.database, client.before);
    else engine.dirty.add(client.database);
  }
  client.before = undefined;
  client.failed = false;
  return done(undo ? 'ROLLBACK' : 'COMMIT');
}

function databaseStatement(
  { databases, dirty }: Engine,
  statement: Extract<Statement, { s: 'create database' | 'drop database' }>,
): Outcome {
  const { name } = statement;
  const there = databases.has(name);
  if (statement.s === 'create database') {
    if (there && !statement.ifMissing) throw new SqlProblem('database exists', [name]);
    if (!there) databases.set(name, { tables: new Map() });
    dirty.add(name);
    return { ...done('CREATE DATABASE'), count: 1 };
  }
  if (!there && !statement.ifThere) throw new SqlProblem('no database', [name]);
  databases.delete(name);
  dirty.add(name);
  return done('DROP DATABASE');
}
