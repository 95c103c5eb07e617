// A client's connection to PostgreSQL: it says who it is, and gets messages for what it asks.

import { seconds } from '../../../time/units.ts';
import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import type { Shown } from '../sql/tables.ts';
import {
  cstring,
  cstrings,
  int32,
  type Message,
  message,
  PROTOCOL,
  readInt16,
  readInt32,
  takeMessage,
} from './protocol.ts';

export interface Connection {
  readonly fd: Fd;
  received: Bytes;
}

export interface ReplyError {
  readonly r: 'error';
  readonly severity: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly position: number | undefined;
}

export type Reply = ReplyError | { readonly r: 'done'; readonly tag: string; readonly shown: Shown | undefined };

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

const NUMBERS = new Set([20, 21, 23, 700, 701, 1700]);

/** SysError where there is no server; `refused` says why one lets nobody in. */
export function* open(sys: Sys, login: Login): Blocking<Connection | { readonly refused: string }> {
  const fd = yield* sys.connect({ host: login.host, port: login.port }, seconds(10));
  const connection: Connection = { fd, received: new Uint8Array(0) };
  const words = concat([
    int32(PROTOCOL),
    ...['user', login.user, 'database', login.database].map(cstring),
    new Uint8Array([0]),
  ]);
  yield* sys.write(fd, concat([int32(words.length + 4), words]));
  for (;;) {
    const next = yield* receive(sys, connection);
    if (next === undefined) return refusal(sys, fd, 'server closed the connection unexpectedly');
    if (next.type === 'E') {
      const { severity, message: text } = errorOf(next.body);
      return refusal(sys, fd, `${severity}:  ${text}`);
    }
    if (next.type === 'Z') return connection;
    if (next.type === 'R' && readInt32(next.body, 0) === 3) {
      if (login.password === '') return refusal(sys, fd, 'fe_sendauth: no password supplied');
      yield* sys.write(fd, message('p', cstring(login.password)));
    }
  }
}

function refusal(sys: Sys, fd: Fd, refused: string): { readonly refused: string } {
  sys.close(fd);
  return { refused };
}

export function closeConnection(sys: Sys, { fd }: Connection): void {
  sys.close(fd);
}

function* receive(sys: Sys, connection: Connection): Blocking<Message | undefined> {
  for (;;) {
    const next = takeMessage(connection.received);
    if (next !== undefined) {
      connection.received = connection.received.subarray(next.size);
      return next;
    }
    const chunk = yield* readOrEnd(sys, connection.fd);
    if (chunk.length === 0) return undefined;
    connection.received = concat([connection.received, chunk]);
  }
}

function* readOrEnd(sys: Sys, fd: Fd): Blocking<Bytes> {
  try {
    return yield* sys.read(fd, 65_536);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return new Uint8Array(0);
  }
}

/** What a text of statements comes to. */
export function* ask(sys: Sys, connection: Connection, text: string): Blocking<readonly Reply[]> {
  const replies: Reply[] = [];
  let shown: { columns: string[]; right: boolean[]; rows: (string | null)[][] } | undefined;
  yield* writeQuietly(sys, connection.fd, message('Q', cstring(text)));
  for (;;) {
    const next = yield* receive(sys, connection);
    if (next === undefined)
      return [
        ...replies,
        {
          r: 'error',
          severity: 'FATAL',
          message: 'server closed the connection unexpectedly',
          detail: undefined,
          position: undefined,
        },
      ];
    if (next.type === 'Z') return replies;
    if (next.type === 'E') replies.push(errorOf(next.body));
    else if (next.type === 'T') shown = { ...columnsOf(next.body), rows: [] };
    else if (next.type === 'D') shown?.rows.push(valuesOf(next.body));
    else if (next.type === 'C') {
      replies.push({ r: 'done', tag: cstrings(next.body)[0] ?? '', shown });
      shown = undefined;
    }
  }
}

function* writeQuietly(sys: Sys, fd: Fd, bytes: Bytes): Blocking<void> {
  try {
    yield* sys.write(fd, bytes);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
  }
}

function errorOf(body: Bytes): ReplyError {
  const fields = new Map(cstrings(body).map((each) => [each.slice(0, 1), each.slice(1)]));
  const position = fields.get('P');
  return {
    r: 'error',
    severity: fields.get('S') ?? 'ERROR',
    message: fields.get('M') ?? '',
    detail: fields.get('D'),
    position: position === undefined ? undefined : Number(position),
  };
}

function columnsOf(body: Bytes): { columns: string[]; right: boolean[] } {
  const columns: string[] = [];
  const right: boolean[] = [];
  for (let at = 2; at < body.length; ) {
    const end = body.indexOf(0, at);
    columns.push(decode(body.subarray(at, end)));
    right.push(NUMBERS.has(readInt32(body, end + 7)));
    at = end + 19;
  }
  return { columns, right };
}

function valuesOf(body: Bytes): (string | null)[] {
  const values: (string | null)[] = [];
  let at = 2;
  for (let left = readInt16(body, 0); left > 0; left--) {
    const size = readInt32(body, at);
    at += 4;
    values.push(size < 0 ? null : decode(body.subarray(at, at + size)));
    at += Math.max(0, size);
  }
  return values;
}
