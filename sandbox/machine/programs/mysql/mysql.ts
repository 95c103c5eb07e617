// `mysql`: statements from its arguments or as they come. `mysqladmin` pings a server.

import { seconds } from '../../../time/units.ts';
import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { lineReader } from '../kit/input.ts';
import { mysqlTable, type Shown } from '../sql/tables.ts';
import { splitStatements } from '../sql/tokens.ts';
import { counted, packet, QUERY, readCounted, readNumber, takePacket } from './packets.ts';

const FLAGS =
  'h|host= P|port= u|user= p|password? protocol= D|database= e|execute= N|skip-column-names B|batch s|silent t|table connect-timeout= f|force v|verbose S|socket= V|version';
const MYSQL: CommandSpec = {
  usage: '[OPTIONS] [database]',
  flags: FLAGS,
  refused: 'E|vertical H|html X|xml ssl-mode= ssl-ca=',
};
const ADMIN: CommandSpec = { usage: '[OPTIONS] command command....', flags: FLAGS };

interface Wire {
  readonly fd: Fd;
  received: Bytes;
}

type Reply =
  | { readonly r: 'ok'; readonly count: number }
  | { readonly r: 'error'; readonly code: number; readonly state: string; readonly message: string }
  | { readonly r: 'table'; readonly shown: Shown };

export const mysql = command(MYSQL, function* (context) {
  if (context.flags.has('V')) {
    context.print('mysql  Ver 8.4.6 for Linux on x86_64 (MySQL Community Server - GPL)\n');
    return 0;
  }
  const wire = yield* connected(context, context.flags.value('D') ?? context.args[0] ?? '');
  if (wire === undefined) return 1;
  const text = context.flags.value('e');
  const status = text === undefined ? yield* typed(context, wire) : yield* runAll(context, wire, text);
  context.sys.close(wire.fd);
  return status;
});

/** `ping` and `status`. */
export const mysqladmin = command(ADMIN, function* (context) {
  const [word = ''] = context.args;
  if (word !== 'ping' && word !== 'status') {
    context.warn(
      `mysqladmin: ${word === '' ? 'a command is needed' : `${word} isn't modelled`}; there are ping and status\n`,
    );
    return 1;
  }
  const { sys } = context;
  const host = context.flags.value('h') ?? '127.0.0.1';
  try {
    const fd = yield* sys.connect({ host, port: Number(context.flags.value('P') ?? 3306) }, seconds(5));
    sys.close(fd);
    context.print(word === 'ping' ? 'mysqld is alive\n' : 'Threads: 2  Slow queries: 0\n');
    return 0;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    context.warn(
      `mysqladmin: connect to server at '${host}' failed\nerror: 'Can't connect to MySQL server on '${host}' (111)'\nCheck that mysqld is running on ${host} and that the port is 3306.\n`,
    );
    return 1;
  }
});

function* connected(context: Context, database: string): Blocking<Wire | undefined> {
  const { sys, flags } = context;
  const host = flags.value('h') ?? sys.env.get('MYSQL_HOST') ?? 'localhost';
  const port = Number(flags.value('P') ?? 3306);
  const password = flags.has('p')
    ? flags.value('p') || (sys.env.get('MYSQL_PWD') ?? '')
    : (sys.env.get('MYSQL_PWD') ?? '');
  if (flags.has('p') && flags.value('p') !== '')
    context.warn('mysql: [Warning] Using a password on the command line interface can be insecure.\n');
  const user = flags.value('u') ?? 'root';
  try {
    const fd = yield* sys.connect({ host: host === 'localhost' ? '127.0.0.1' : host, port }, seconds(10));
    const wire: Wire = { fd, received: new Uint8Array(0) };
    if ((yield* receive(sys, wire)) === undefined) throw new SysError('ECONNRESET');
    const body = concat([new Uint8Array(32), encode(`${user}\0`), counted(password), encode(`${database}\0`)]);
    yield* sys.write(fd, packet(1, body));
    const reply = replyOf(yield* receive(sys, wire));
    if (reply.r !== 'error') return wire;
    context.warn(`ERROR ${reply.code} (${reply.state}): ${reply.message}\n`);
    sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    context.warn(refusal(host, port, error));
  }
  return undefined;
}

const NUMBERS: Readonly<Record<string, number>> = {
  ECONNREFUSED: 111,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  ECONNRESET: 104,
};

function refusal(host: string, port: number, { code }: SysError): string {
  if (code === 'ENOTFOUND') return `ERROR 2005 (HY000): Unknown MySQL server host '${host}' (-2)\n`;
  if (host === 'localhost')
    return "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n";
  return `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${port}' (${NUMBERS[code] ?? 111})\n`;
}

function* receive(sys: Sys, wire: Wire): Blocking<Bytes | undefined> {
  for (;;) {
    const next = takePacket(wire.received);
    if (next !== undefined) {
      wire.received = wire.received.subarray(next.size);
      return next.body;
    }
    const chunk = yield* sys.read(wire.fd, 65_536);
    if (chunk.length === 0) return undefined;
    wire.received = concat([wire.received, chunk]);
  }
}

function replyOf(body: Bytes | undefined): Exclude<Reply, { r: 'table' }> {
  if (body === undefined)
    return { r: 'error', code: 2013, state: 'HY000', message: 'Lost connection to MySQL server during query' };
  if (body[0] !== 255) return { r: 'ok', count: body[1] ?? 0 };
  const text = decode(body.subarray(3));
  return { r: 'error', code: readNumber(body, 1, 2), state: text.slice(1, 6), message: text.slice(6) };
}

/** Sends a statement, and takes a table or a word in return. */
function* ask(sys: Sys, wire: Wire, text: string): Blocking<Reply> {
  yield* sys.write(wire.fd, packet(0, concat([new Uint8Array([QUERY]), encode(text)])));
  const first = yield* receive(sys, wire);
  if (first === undefined || first[0] === 255 || first[0] === 0) return replyOf(first);
  const columns: string[] = [];
  const right: boolean[] = [];
  for (let left = first[0] ?? 0; left > 0; left--) {
    const body = (yield* receive(sys, wire)) ?? new Uint8Array(0);
    let at = 0;
    let name: string | null = '';
    for (let field = 0; field < 6; field++) [name, at] = readCounted(body, at);
    columns.push(name ?? '');
    right.push(body[at + 7] === 8);
  }
  yield* receive(sys, wire);
  const rows: (string | null)[][] = [];
  for (;;) {
    const body = yield* receive(sys, wire);
    if (body === undefined || (body[0] === 254 && body.length < 9))
      return { r: 'table', shown: { columns, right, rows } };
    const row: (string | null)[] = [];
    for (let at = 0; row.length < columns.length; ) {
      const [value, next] = readCounted(body, at);
      row.push(value);
      at = next;
    }
    rows.push(row);
  }
}

function* runAll(context: Context, wire: Wire, text: string, line = 1): Blocking<number> {
  const { whole, rest } = splitStatements(text);
  for (const statement of [...whole, rest]) {
    const bare = statement.replace(/;\s*$/, '').trim();
    if (bare === '') continue;
    const reply = yield* ask(context.sys, wire, bare);
    if (reply.r === 'table') context.print(drawn(context, reply.shown));
    yield* context.flush();
    if (reply.r !== 'error') continue;
    context.warn(`ERROR ${reply.code} (${reply.state}) at line ${line}: ${reply.message}\n`);
    if (!context.flags.has('f')) return 1;
  }
  return 0;
}

/** In a frame on a terminal, between tabs for scripts. */
function drawn({ sys, flags }: Context, shown: Shown): string {
  const framed = flags.has('t') || (sys.isatty(1) && !flags.has('B'));
  if (framed) return shown.rows.length === 0 ? '' : mysqlTable(shown);
  const rows = shown.rows.map((row) => row.map((value) => value ?? 'NULL').join('\t'));
  const lines = flags.has('N') || shown.rows.length === 0 ? rows : [shown.columns.join('\t'), ...rows];
  return lines.map((each) => `${each}\n`).join('');
}

function* typed(context: Context, wire: Wire): Blocking<number> {
  const { sys } = context;
  const interactive = sys.isatty(0);
  const reader = lineReader(context, 0);
  if (interactive)
    context.print("Welcome to the MySQL monitor.  Commands end with ; or \\g.\n\nType 'help;' for what there is.\n\n");
  let pending = '';
  for (let number = 1; ; number++) {
    if (interactive) context.print(pending === '' ? 'mysql> ' : '    -> ');
    yield* context.flush();
    const line = yield* reader.next();
    if (line === undefined) return pending.trim() === '' ? 0 : yield* runAll(context, wire, pending, number);
    if (/^\s*(quit|exit|\\q);?\s*$/.test(line.text)) return 0;
    const { whole, rest } = splitStatements(`${pending}${line.text}\n`);
    pending = rest.trim() === '' ? '' : rest;
    for (const statement of whole) {
      const status = yield* runAll(context, wire, statement, number);
      if (status !== 0 && !interactive) return status;
    }
  }
}
