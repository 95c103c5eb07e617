// Teaching applications: `guestbook` (entries in a store), `app` and `db` (a login), `report` (a file and a database),
// `registry` (who is there).

import { durationMs } from '../../../time/units.ts';
import { bytesOf, textOf } from '../../bytes.ts';
import type { HttpReply, ServedRequest } from '../../serve.ts';
import { type Blocking, type Bytes, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { concat } from '../../text.ts';
import { tryTextFile } from '../kit/input.ts';
import { type StreamClient, serveStreams } from '../kit/serve.ts';
import { decodeReply, encodeCommand, type Reply } from '../redis/protocol.ts';
import { addressOf, reasonOf, say, servePages, setting } from './pages.ts';

const TIMEOUT = durationMs(2000);
const KEY = 'guestbook';

/** STORE names the store: `kv:6379`. */
export const guestbook: Program = (sys, saved) =>
  servePages(sys, saved, () => ({}), {
    name: 'guestbook',
    port: Number(sys.env.get('PORT') ?? 5000),
    *pages(request, _, inner) {
      if (request.path !== '/' && request.path !== '/entries') return undefined;
      const store = inner.env.get('STORE') ?? 'kv:6379';
      try {
        const entry = entryOf(request);
        if (entry !== undefined) {
          yield* askStore(inner, store, ['RPUSH', KEY, entry]);
          return { status: 201, body: `stored: ${entry}\n` };
        }
        const reply = yield* askStore(inner, store, ['LRANGE', KEY, '0', '-1']);
        return { status: 200, body: page(inner, reply) };
      } catch (error) {
        return { status: 503, body: `store ${store}: ${reasonOf(error)}\n` };
      }
    },
  });

/** What is to be stored: a form's `entry`, the body, or `?entry=` of the address. */
function entryOf({ method, query, body }: ServedRequest): string | undefined {
  const text = textOf(body).trim();
  if (method === 'POST' || method === 'PUT') return new URLSearchParams(text).get('entry') ?? text;
  return new URLSearchParams(query).get('entry') ?? undefined;
}

function page(sys: Sys, reply: Reply): string {
  const entries = reply.r === 'list' ? reply.items.map((item) => (item.r === 'text' ? item.text : '')) : [];
  const lines = entries.map((entry) => `- ${entry}\n`).join('');
  return `guestbook\npod: ${sys.env.get('POD_NAME') ?? sys.hostname()}\nentries: ${entries.length}\n${lines}`;
}

/** One command to a store that speaks redis' protocol. */
function* askStore(sys: Sys, store: string, words: readonly string[]): Blocking<Reply> {
  const fd = yield* sys.connect(addressOf(store, 6379), TIMEOUT);
  try {
    yield* sys.write(fd, encodeCommand(words));
    let heard: Bytes = new Uint8Array(0);
    for (;;) {
      const ready = yield* sys.poll([fd], TIMEOUT);
      if (ready.length === 0) throw new SysError('ETIMEDOUT');
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes.length === 0) throw new SysError('ECONNRESET');
      heard = concat([heard, bytes]);
      const reply = decodeReply(heard);
      if (reply !== undefined) return reply.value;
    }
  } finally {
    sys.close(fd);
  }
}

interface Login {
  readonly user: string;
  readonly password: string;
}

/** Lets those in who know DB_USER and DB_PASSWORD: `LOGIN user password`, a line each, the password percent-encoded. */
export const db: Program = function* run(sys, saved) {
  if (saved !== undefined) return yield* serveDb(sys, saved, { user: '', password: '' });
  const login = { user: yield* setting(sys, 'DB_USER', 'app'), password: yield* setting(sys, 'DB_PASSWORD') };
  if (login.password === '') {
    yield* sys.write(2, 'db: DB_PASSWORD is empty: say which password lets clients in\n');
    return 1;
  }
  sys.onSignal('SIGTERM', 'catch');
  yield* say(sys, 'db listens on 5432');
  return yield* serveDb(sys, undefined, login);
};

function serveDb(sys: Sys, saved: PlainData | undefined, login: Login): Blocking<number> {
  return serveStreams<Login>(sys, saved, {
    ports: [5432],
    state: () => login,
    *onData(client, { user, password }, inner) {
      for (const line of linesOf(client)) {
        const [word = '', givenUser = '', given = ''] = line.split(' ');
        const right = givenUser === user && given === encodeURIComponent(password);
        if (word === 'PING') client.out.push(bytesOf('PONG\n'));
        else if (word !== 'LOGIN') client.out.push(bytesOf('ERROR say LOGIN user password\n'));
        else {
          client.out.push(bytesOf(right ? 'OK\n' : `DENIED password authentication failed for user "${givenUser}"\n`));
          yield* say(inner, `login of "${givenUser}" from ${client.host}: ${right ? 'ok' : 'denied'}`);
        }
      }
    },
  });
}

/** Whole lines of what has come. */
function linesOf(client: StreamClient): readonly string[] {
  const text = textOf(client.received);
  const end = text.lastIndexOf('\n') + 1;
  client.received = bytesOf(text.slice(end));
  return end === 0
    ? []
    : text
        .slice(0, end - 1)
        .split('\n')
        .map((line) => line.trim());
}

/** Logs in to DB_HOST with each request, and answers 200 or says why not. */
export const app: Program = (sys, saved) =>
  servePages(sys, saved, () => ({}), {
    name: 'app',
    port: Number(sys.env.get('PORT') ?? 8080),
    *pages(request, _, inner): Blocking<HttpReply | undefined> {
      if (request.path !== '/') return undefined;
      const host = inner.env.get('DB_HOST') ?? 'db:5432';
      const user = yield* setting(inner, 'DB_USER', 'app');
      const password = yield* setting(inner, 'DB_PASSWORD');
      if (password === '') return { status: 500, body: 'DB_PASSWORD is not set, and neither is DB_PASSWORD_FILE\n' };
      try {
        const answer = yield* askLine(inner, host, 5432, `LOGIN ${user} ${encodeURIComponent(password)}`);
        if (answer === 'OK') return { status: 200, body: `logged in to ${host} as ${user}\n` };
        return { status: 500, body: `${answer.replace(/^[A-Z]+ /, '')}\n` };
      } catch (error) {
        return { status: 500, body: `database ${host}: ${reasonOf(error)}\n` };
      }
    },
  });

/** Sends a line and takes one. */
function* askLine(sys: Sys, address: string, port: number, line: string): Blocking<string> {
  const fd = yield* sys.connect(addressOf(address, port), TIMEOUT);
  try {
    yield* sys.write(fd, `${line}\n`);
    const ready = yield* sys.poll([fd], TIMEOUT);
    if (ready.length === 0) throw new SysError('ETIMEDOUT');
    return textOf(yield* sys.read(fd, 4096, 10)).trim();
  } finally {
    sys.close(fd);
  }
}

/** Serves REPORT_FILE, which it can't make itself; without its database (DB, unless empty) it doesn't start. */
export const report: Program = function* run(sys, saved) {
  const file = sys.env.get('REPORT_FILE') ?? '/content/report.txt';
  const database = sys.env.get('DB') ?? 'db:5432';
  if (saved === undefined && database !== '') {
    try {
      sys.close(yield* sys.connect(addressOf(database, 5432), TIMEOUT));
    } catch (error) {
      yield* sys.write(2, `report: database ${database}: ${reasonOf(error)}\n`);
      return 1;
    }
  }
  return yield* servePages(sys, saved, () => ({}), {
    name: 'report',
    port: Number(sys.env.get('PORT') ?? 8080),
    *pages(request, _, inner): Blocking<HttpReply | undefined> {
      if (request.path !== '/') return undefined;
      const text = yield* tryTextFile(inner, file);
      if (text === undefined)
        return { status: 500, body: `${file} isn't there, and nothing in this image can make it\n` };
      return { status: 200, body: text };
    },
  });
};

interface Members {
  /** Name → who it says it is. */
  readonly members: Map<string, string>;
}

/**
 * Who is there: `GET /members` lists names, `PUT /members/NAME` registers one (with an address as body, and 409 when
 * another address has the name), `DELETE /members/NAME` takes it out.
 */
export const registry: Program = (sys, saved) =>
  servePages<Members>(sys, saved, () => ({ members: new Map() }), {
    name: 'registry',
    port: Number(sys.env.get('PORT') ?? 8080),
    *pages(request, { members }): Blocking<HttpReply | undefined> {
      const { path, method } = request;
      if (path === '/members' && method === 'GET')
        return {
          status: 200,
          body: [...members.keys()]
            .sort()
            .map((name) => `${name}\n`)
            .join(''),
        };
      const name = /^\/members\/([^/]+)$/.exec(path)?.[1];
      if (name === undefined) return undefined;
      return member(members, name, request);
    },
  });

function member(members: Map<string, string>, name: string, { method, body, client }: ServedRequest): HttpReply {
  const known = members.get(name);
  const address = textOf(body).trim() || (client?.host ?? '');
  switch (method) {
    case 'GET':
      return known === undefined
        ? { status: 404, body: `${name} is not registered\n` }
        : { status: 200, body: `${known}\n` };
    case 'PUT':
    case 'POST':
      if (known !== undefined && known !== address) return { status: 409, body: `${name} is taken by ${known}\n` };
      members.set(name, address);
      return { status: known === undefined ? 201 : 200, body: `${name} is registered\n` };
    case 'DELETE':
      members.delete(name);
      return { status: 200, body: `${name} has left\n` };
    default:
      return { status: 405, body: 'GET, PUT or DELETE\n' };
  }
}
