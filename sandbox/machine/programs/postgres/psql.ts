// `psql`: statements from its arguments, from a file, or as they are typed. `pg_isready` asks only whether there is a server.

import { seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { inputFailed, lineReader, readFile } from '../kit/input.ts';
import { psqlTable, psqlUnaligned, type Shown } from '../sql/tables.ts';
import { splitStatements } from '../sql/tokens.ts';
import { ask, type Connection, closeConnection, open, type Reply, type ReplyError } from './connection.ts';

const PSQL: CommandSpec = {
  usage: '[OPTION]... [DBNAME [USERNAME]]',
  flags:
    'h|host= p|port= U|username= d|dbname= c|command= f|file= t|tuples-only A|no-align q|quiet v|set|variable= F|field-separator= w|no-password W|password 1|single-transaction X|no-psqlrc e|echo-queries a|echo-all V|version n|no-readline b|echo-errors',
  refused: 'o|output= l|list L|log-file= H|html x|expanded csv P|pset= R=',
  badUsage: 1,
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

export const psql = command(PSQL, function* (context) {
  if (context.flags.has('V')) {
    context.print('psql (PostgreSQL) 16.10\n');
    return 0;
  }
  const target = targetOf(context);
  const connection = yield* connected(context, target);
  if (connection === undefined) return 2;
  const client: Client = { context, connection, target };
  const commands = context.flags.values('c');
  const files = context.flags.values('f');
  let status = 0;
  for (const text of commands) status = (yield* runText(client, text)) ? status : 1;
  for (const path of files) status = (yield* runFile(client, path)) ? status : 3;
  if (commands.length + files.length === 0) status = yield* typed(client);
  closeConnection(context.sys, client.connection);
  return status;
});

interface Client {
  readonly context: Context;
  connection: Connection;
  target: Target;
}

/** Flags before a URL or words before the environment. */
function targetOf({ flags, args, sys }: Context): Target {
  const given = flags.value('d') ?? args[0] ?? '';
  const url = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(given);
  const pairs = new Map(given.includes('=') && url === null ? given.split(/\s+/).map((each) => splitPair(each)) : []);
  const env = (name: string): string | undefined => sys.env.get(name) || undefined;
  const user =
    flags.value('U') ??
    url?.[1] ??
    pairs.get('user') ??
    args[1] ??
    env('PGUSER') ??
    (sys.uid === 0 ? 'root' : 'postgres');
  return {
    host: flags.value('h') ?? (url?.[3] || pairs.get('host')) ?? env('PGHOST') ?? '',
    port: Number(flags.value('p') ?? url?.[4] ?? pairs.get('port') ?? env('PGPORT') ?? 5432),
    user,
    database:
      url !== null
        ? url[5] || user
        : (pairs.get('dbname') ?? (pairs.size > 0 ? undefined : given || undefined) ?? env('PGDATABASE') ?? user),
    password: url?.[2] ?? pairs.get('password') ?? env('PGPASSWORD') ?? '',
  };
}

function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function* connected(context: Context, target: Target): Blocking<Connection | undefined> {
  const { host, port } = target;
  const where =
    host === ''
      ? `connection to server on socket "/var/run/postgresql/.s.PGSQL.${port}" failed`
      : `connection to server at "${host}", port ${port} failed`;
  try {
    const opened = yield* open(context.sys, { ...target, host: host === '' ? '127.0.0.1' : host });
    if (!('refused' in opened)) return opened;
    context.complain(`error: ${where}: ${opened.refused}`);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    if (error.code === 'ENOTFOUND')
      context.complain(`error: could not translate host name "${host}" to address: Name or service not known`);
    else {
      const why = host === '' ? 'No such file or directory' : errorText(error.code);
      const hint =
        host === ''
          ? 'locally and accepting connections on that socket'
          : 'on that host and accepting TCP/IP connections';
      context.complain(`error: ${where}: ${why}\n\tIs the server running ${hint}?`);
    }
  }
  return undefined;
}

function* runFile(client: Client, path: string): Blocking<boolean> {
  const { context } = client;
  try {
    return yield* runText(
      client,
      decode(yield* readFile(context.sys, path === '-' ? '/dev/stdin' : path)),
      `psql:${path}: `,
    );
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    inputFailed(context, path, error);
    return false;
  }
}

/** False when something was wrong and that was to end it. */
function* runText(client: Client, text: string, where = ''): Blocking<boolean> {
  const { context } = client;
  const stops = context.flags.values('v').some((each) => /^ON_ERROR_STOP=(1|on|true)$/i.test(each)) || where === '';
  if (text.trimStart().startsWith('\\')) return yield* backslash(client, text.trim());
  const { whole, rest } = splitStatements(text);
  let good = true;
  for (const statement of [...whole, rest]) {
    if (statement.trim() === '') continue;
    good = yield* runOne(client, statement, where);
    if (!good && stops) return false;
  }
  return good || where !== '';
}

function* runOne(client: Client, statement: string, where: string): Blocking<boolean> {
  const { context, connection } = client;
  const replies = yield* ask(context.sys, connection, statement);
  let good = true;
  for (const reply of replies) {
    if (reply.r === 'error') {
      good = false;
      yield* context.flush();
      context.warn(`${where}${errorLines(reply, statement)}`);
    } else printReply(context, reply);
  }
  yield* context.flush();
  return good;
}

function printReply({ flags, print }: Context, reply: Exclude<Reply, ReplyError>): void {
  if (reply.shown !== undefined) {
    print(draw(flags.has('A'), flags.has('t'), flags.value('F') ?? '|', reply.shown));
    if (!/^INSERT/.test(reply.tag)) return;
  }
  if (!flags.has('q') && !/^SELECT|^SHOW/.test(reply.tag)) print(`${reply.tag}\n`);
}

function draw(unaligned: boolean, tuplesOnly: boolean, separator: string, shown: Shown): string {
  return unaligned ? psqlUnaligned(shown, tuplesOnly, separator) : psqlTable(shown, tuplesOnly);
}

/** The error, and where in the statement it stands. */
function errorLines({ message, severity, detail, position }: ReplyError, statement: string): string {
  const lines = [`${severity}:  ${message}`];
  if (position !== undefined) {
    const before = statement.slice(0, position - 1);
    const number = before.split('\n').length;
    const head = `LINE ${number}: `;
    lines.push(head + (statement.split('\n')[number - 1] ?? ''));
    lines.push(`${' '.repeat(head.length + before.length - before.lastIndexOf('\n') - 1)}^`);
  }
  if (detail !== undefined) lines.push(`DETAIL:  ${detail}`);
  return `${lines.join('\n')}\n`;
}

const HELP =
  'There are \\q, \\c DATABASE, \\l, \\dt, \\d TABLE, \\du, \\dn, \\conninfo and \\echo; the others are not modelled.';

function* backslash(client: Client, line: string): Blocking<boolean> {
  const { context, target, connection } = client;
  const [word = '', ...args] = line.split(/\s+/);
  switch (word) {
    case '\\c':
    case '\\connect': {
      const next = { ...target, database: args[0] ?? target.database };
      const other = yield* connected(context, next);
      if (other === undefined) return false;
      closeConnection(context.sys, connection);
      client.connection = other;
      client.target = next;
      context.print(`You are now connected to database "${next.database}" as user "${next.user}".\n`);
      return true;
    }
    case '\\l':
      return yield* listing(
        client,
        'SHOW databases',
        ['Name', 'Owner', 'Encoding'],
        (name) => [name, target.user, 'UTF8'],
        'List of databases',
      );
    case '\\d':
      if (args[0] !== undefined) return yield* description(client, args[0]);
      return yield* relations(client);
    case '\\dt':
      return yield* relations(client);
    case '\\du':
    case '\\dn':
      return listed(client, word);
    case '\\conninfo':
      context.print(
        `You are connected to database "${target.database}" as user "${target.user}" on host "${target.host}" at port "${target.port}".\n`,
      );
      return true;
    case '\\echo':
      context.print(`${args.join(' ')}\n`);
      return true;
    case '\\?':
      context.print(`${HELP}\n`);
      return true;
    default:
      context.warn(`invalid command ${word}\n${HELP}\n`);
      return false;
  }
}

function relations(client: Client): Blocking<boolean> {
  const { user } = client.target;
  const columns = ['Schema', 'Name', 'Type', 'Owner'];
  const row = (name: string) => ['public', name, 'table', user];
  return listing(client, 'SHOW tables', columns, row, 'List of relations');
}

/** Roles and schemas: there are those that a new server has. */
function listed({ context, target }: Client, word: string): boolean {
  const attributes = 'Superuser, Create role, Create DB, Replication, Bypass RLS';
  const [title, columns, row] =
    word === '\\du'
      ? ['List of roles', ['Role name', 'Attributes'], [target.user, attributes]]
      : ['List of schemas', ['Name', 'Owner'], ['public', 'pg_database_owner']];
  context.print(titled(context, title, psqlTable({ columns, right: [], rows: [row] }, false), ''));
  return true;
}

/** `\\d TABLE`: its columns, and its key. */
function* description({ context, connection }: Client, name: string): Blocking<boolean> {
  const [reply] = yield* ask(context.sys, connection, `DESCRIBE ${name}`);
  if (reply === undefined || reply.r === 'error') {
    context.warn(`Did not find any relation named "${name}".\n`);
    return false;
  }
  const rows = reply.shown?.rows ?? [];
  const shown = rows.map(([column, type, nullable, , usual, extra]) => [
    column ?? '',
    (type ?? '').replace(/^int$/, 'integer').replace(/^varchar/, 'character varying'),
    '',
    nullable === 'NO' ? 'not null' : '',
    extra === 'auto_increment' ? `nextval('${name}_${column}_seq'::regclass)` : (usual ?? ''),
  ]);
  const columns = ['Column', 'Type', 'Collation', 'Nullable', 'Default'];
  const primary = rows.filter(([, , , key]) => key === 'PRI').map(([column]) => column);
  const key = primary.length === 0 ? '' : `Indexes:\n    "${name}_pkey" PRIMARY KEY, btree (${primary.join(', ')})\n`;
  const table = psqlTable({ columns, right: [], rows: shown }, false);
  context.print(titled(context, `Table "public.${name}"`, table, key));
  return true;
}

/** A title in the middle above a table, and a foot in the place of its count of rows. */
function titled({ flags }: Context, title: string, table: string, foot: string): string {
  const lines = table.split('\n').slice(0, -3);
  const width = (lines[1] ?? '').length;
  const head = flags.has('t') ? '' : `${' '.repeat(Math.max(0, Math.floor((width - title.length) / 2)))}${title}\n`;
  return `${head}${lines.join('\n')}\n${foot}\n`;
}

function* listing(
  { context, connection }: Client,
  question: string,
  columns: readonly string[],
  row: (name: string) => readonly string[],
  title: string,
): Blocking<boolean> {
  const [reply] = yield* ask(context.sys, connection, question);
  if (reply === undefined || reply.r === 'error') return false;
  const rows = (reply.shown?.rows ?? []).map(([name]) => row(name ?? ''));
  if (rows.length === 0) context.warn('Did not find any relations.\n');
  else {
    const table = draw(context.flags.has('A'), context.flags.has('t'), '|', { columns, right: [], rows });
    const width = (table.split('\n')[1] ?? '').length;
    const head =
      context.flags.has('t') || context.flags.has('A')
        ? ''
        : `${' '.repeat(Math.max(0, Math.floor((width - title.length) / 2)))}${title}\n`;
    context.print(head + table);
  }
  return true;
}

function* typed(client: Client): Blocking<number> {
  const { context } = client;
  const interactive = context.sys.isatty(0);
  const reader = lineReader(context, 0);
  if (interactive) context.print('psql (16.10)\nType "help" for help.\n\n');
  let pending = '';
  let good = true;
  const stops = context.flags.values('v').some((each) => /^ON_ERROR_STOP=(1|on|true)$/i.test(each));
  for (;;) {
    if (interactive) context.print(`${client.target.database}${pending === '' ? '=' : '-'}# `);
    yield* context.flush();
    const line = yield* reader.next();
    if (line === undefined) return stops && !good ? 3 : 0;
    const text = line.text.trim();
    if (pending === '' && (text === '\\q' || text === 'exit' || text === 'quit')) return 0;
    if (pending === '' && text === 'help') context.print(`${HELP}\n`);
    else if (pending === '' && text.startsWith('\\')) good = yield* backslash(client, text);
    else {
      const { whole, rest } = splitStatements(`${pending}${line.text}\n`);
      pending = rest.trim() === '' ? '' : rest;
      for (const statement of whole) good = yield* runOne(client, statement, '');
      if (pending.trimStart().startsWith('\\')) {
        good = yield* backslash(client, pending.trim());
        pending = '';
      }
    }
    if (stops && !good) return 3;
  }
}

const READY: CommandSpec = {
  usage: '[OPTION]...',
  flags: 'h|host= p|port= U|username= d|dbname= q|quiet t|timeout=',
  badUsage: 3,
};

export const pgIsReady = command(READY, function* (context) {
  const { flags, sys } = context;
  const host = flags.value('h') ?? sys.env.get('PGHOST') ?? '';
  const port = Number(flags.value('p') ?? sys.env.get('PGPORT') ?? 5432);
  const status = (yield* canConnect(sys, host === '' ? '127.0.0.1' : host, port)) ? 0 : 2;
  if (!flags.has('q'))
    context.print(
      `${host === '' ? '/var/run/postgresql' : host}:${port} - ${status === 0 ? 'accepting connections' : 'no response'}\n`,
    );
  return status;
});

function* canConnect(sys: Sys, host: string, port: number): Blocking<boolean> {
  try {
    sys.close(yield* sys.connect({ host, port }, seconds(3)));
    return true;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return false;
  }
}
