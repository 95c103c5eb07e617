// What a server tells of itself: SHOW and DESCRIBE, in the words of either dialect.

import type { Session } from './evaluate.ts';
import type { Result } from './query.ts';
import { type Database, type Databases, tableOf } from './store.ts';
import { type Column, SqlProblem } from './tree.ts';

interface Asked {
  readonly databases: Databases;
  /** The name of the client's database, and what it has; throws where there is none. */
  readonly name: string;
  readonly database: () => Database;
  readonly session: Session;
}

/** What postgres is set to. */
const SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  data_directory: '/var/lib/postgresql/data',
  listen_addresses: '*',
  max_connections: '100',
  port: '5432',
  search_path: '"$user", public',
  server_encoding: 'UTF8',
  shared_buffers: '128MB',
  timezone: 'Etc/UTC',
  transaction_isolation: 'read committed',
  wal_level: 'replica',
  work_mem: '4MB',
};

/** What MySQL is set to. */
const VARIABLES: Readonly<Record<string, string>> = {
  autocommit: 'ON',
  character_set_server: 'utf8mb4',
  datadir: '/var/lib/mysql/',
  innodb_buffer_pool_size: '134217728',
  max_connections: '151',
  port: '3306',
  read_only: 'OFF',
  time_zone: 'SYSTEM',
};

/** `what`: the words after SHOW. Throws SqlProblem for what isn't modelled. */
export function shown(asked: Asked, what: string): Result {
  const { databases, name, database, session } = asked;
  if (what === 'databases') return texts('Database', [...databases.keys()].sort());
  if (what === 'tables' || what === 'full tables')
    return texts(`Tables_in_${name}`, [...database().tables.keys()].sort());
  const version = session.version.replace(/^\D+([\d.]+).*$/, '$1');
  if (session.dialect === 'postgres') return setting({ ...SETTINGS, server_version: version }, what);
  const [, table] = /^create table (\S+)$/.exec(what) ?? [];
  if (table !== undefined) return created(table, tableOf(database(), table).columns);
  const [, described] = /^columns from (\S+)$/.exec(what) ?? [];
  if (described !== undefined) return describedTable(database(), described);
  const [, pattern] = /^(?:global |session )?variables(?: like (.*))?$/.exec(what) ?? [];
  if (/^(?:global |session )?variables\b/.test(what)) return variables({ ...VARIABLES, version }, pattern ?? '%');
  throw new SqlProblem('not modelled', [`SHOW ${what.toUpperCase()}`]);
}

function texts(column: string, rows: readonly string[]): Result {
  return { columns: [column], kinds: ['text'], rows: rows.map((each) => [each]) };
}

function setting(settings: Readonly<Record<string, string>>, what: string): Result {
  const name = what.toLowerCase();
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (value === undefined) throw new SqlProblem('not modelled', [`SHOW ${what.toUpperCase()}`]);
  return texts(name, [value]);
}

function variables(all: Readonly<Record<string, string>>, pattern: string): Result {
  const parts = pattern.toLowerCase().replace(/['"]/g, '').split('%');
  const rows = Object.entries(all)
    .filter(([name]) => fits(name, parts))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { columns: ['Variable_name', 'Value'], kinds: ['text', 'text'], rows };
}

/** Begins with the first part, ends with the last, and has the others in between, in order. */
function fits(name: string, [first = '', ...others]: readonly string[]): boolean {
  if (others.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  const last = others.at(-1) ?? '';
  let at = first.length;
  for (const part of others.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

export function describedTable(database: Database, name: string): Result {
  const columns = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];
  const rows = tableOf(database, name).columns.map((column) => [
    column.name,
    typeOf(column),
    column.notNull ? 'NO' : 'YES',
    column.primary ? 'PRI' : column.unique ? 'UNI' : '',
    usualOf(column),
    column.serial ? 'auto_increment' : '',
  ]);
  return { columns, kinds: columns.map(() => 'text'), rows };
}

function typeOf({ type }: Column): string {
  return type === 'integer' ? 'int' : type.replace('character varying', 'varchar');
}

function usualOf({ usual }: Column): string | null {
  return usual?.e === 'value' && usual.value !== null ? String(usual.value) : null;
}

function created(name: string, columns: readonly Column[]): Result {
  const lines = columns.map((column) => {
    const usual = usualOf(column);
    const fallback = usual === null ? (column.notNull ? '' : ' DEFAULT NULL') : ` DEFAULT '${usual}'`;
    const rest = `${column.notNull ? ' NOT NULL' : ''}${column.serial ? ' AUTO_INCREMENT' : fallback}`;
    return `  \`${column.name}\` ${typeOf(column)}${rest}`;
  });
  const primary = columns.filter((column) => column.primary).map((column) => `\`${column.name}\``);
  if (primary.length > 0) lines.push(`  PRIMARY KEY (${primary.join(',')})`);
  const text = `CREATE TABLE \`${name}\` (\n${lines.join(',\n')}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`;
  return { columns: ['Table', 'Create Table'], kinds: ['text', 'text'], rows: [[name, text]] };
}
