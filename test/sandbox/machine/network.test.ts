import { describe, expect, it } from 'vitest';
import { bytesOf, textOf } from '../../../sandbox/machine/bytes.ts';
import { httpHeaders } from '../../../sandbox/machine/http.ts';
import { fetchHttp, forwardPort } from '../../../sandbox/machine/net/fetch.ts';
import { answerExchange, type HouseRequest } from '../../../sandbox/machine/net/house.ts';
import { newNetwork, resetConnection, stallConnection } from '../../../sandbox/machine/net/sockets.ts';
import { type Certificate, certificatePem } from '../../../sandbox/machine/net/tls.ts';
import type { HttpService } from '../../../sandbox/machine/network.ts';
import { startProbe } from '../../../sandbox/machine/probe.ts';
import { serveHttp } from '../../../sandbox/machine/serve.ts';
import { type Blocking, type Fd, type Program, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { copyRoom, drain, hostOf, newRoom, type Room, type RoomOptions, run, start } from './room.ts';

function* readAll(sys: Sys, fd: Fd): Blocking<string> {
  let text = '';
  for (;;) {
    const bytes = yield* sys.read(fd);
    if (bytes.length === 0) return text;
    text += textOf(bytes);
  }
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof SysError)) throw error;
  return error.message === error.code ? error.code : `${error.code}: ${error.message}`;
};

/** Answers each line with the line in capitals, one connection after the other. */
const shout: Program = function* (sys) {
  const listener = sys.listen({ host: '', port: Number(sys.argv[1] ?? 7000) });
  for (;;) {
    sys.save({});
    const fd = yield* sys.accept(listener);
    for (;;) {
      const line = textOf(yield* sys.read(fd, 1000, 10));
      if (line === '') break;
      yield* sys.write(fd, line.toUpperCase());
    }
    sys.close(fd);
  }
};

/** Runs a program in a room with a few servers; what it prints. */
function client(
  act: (sys: Sys) => Blocking<unknown>,
  options: Partial<RoomOptions> = {},
  prepare: (room: Room) => void = () => {},
): unknown {
  const program: Program = function* (sys) {
    let answer: unknown;
    try {
      answer = yield* act(sys);
    } catch (error) {
      answer = codeOf(error);
    }
    yield* sys.write(1, JSON.stringify(answer ?? null));
    return 0;
  };
  const room = newRoom({ ...options, programs: { client: program, shout, web, ...options.programs } });
  prepare(room);
  room.loop.settle();
  const { stdout } = run(room, ['client'], 200_000);
  return stdout === '' ? 'nothing' : JSON.parse(stdout);
}

const web: Program = (sys, saved) =>
  serveHttp(sys, saved, {
    port: Number(sys.argv[1] ?? 8080),
    state: () => ({ served: 0 }),
    handle: ({ method, path, query, body, headers }, state) => {
      state.served++;
      if (path === '/slow') return { status: 200, body: 'slow\n', delay: seconds(2) };
      if (path === '/moved') return { status: 302, headers: { Location: query === '' ? '/' : query } };
      if (path === '/fail') return { status: 500, body: 'no' };
      if (path === '/reset') return { status: 200, close: 'reset' };
      if (path === '/count') return { status: 200, body: String(state.served) };
      return {
        status: 200,
        headers: { 'X-Method': method },
        body: `${path} ${query} ${headers['x-a']?.[0] ?? ''} ${textOf(body)}`,
      };
    },
    onSignal: () => 'drain',
  });

function* get(sys: Sys, url: string, more: object = {}): Blocking<readonly [number, string]> {
  const response = yield* sys.http({ method: 'GET', url, ...more });
  const text = yield* readAll(sys, response.body);
  sys.close(response.body);
  return [response.status, text];
}

describe('sockets', () => {
  it('carry bytes both ways, and end one way at a time', () => {
    expect(
      client(
        function* (sys) {
          const fd = yield* sys.connect({ host: 'localhost', port: 7000 });
          yield* sys.write(fd, 'one\ntwo\n');
          sys.shutdown(fd);
          return [yield* readAll(sys, fd), sys.remoteAddress(fd), sys.localAddress(fd)?.host];
        },
        {},
        (room) => start(room, ['shout']),
      ),
    ).toEqual(['ONE\nTWO\n', { host: '127.0.0.1', port: 7000 }, '127.0.0.1']);
  });

  it('refuse where nobody listens, and time out where nobody answers', () => {
    expect(
      client(function* (sys) {
        const answers: unknown[] = [];
        for (const host of ['127.0.0.1', '172.18.0.2', '10.9.9.9', 'nobody.example']) {
          const before = sys.now();
          try {
            yield* sys.connect({ host, port: 1 });
          } catch (error) {
            answers.push([codeOf(error), sys.now() - before]);
          }
        }
        return answers;
      }),
    ).toEqual([
      ['ECONNREFUSED', 0],
      ['ECONNREFUSED', 0],
      ['EHOSTUNREACH', 3000],
      ['ENOTFOUND', 0],
    ]);
  });

  it('listen on an address and a port once', () => {
    expect(
      client(function* (sys) {
        const answers: unknown[] = [];
        const listen = (host: string, port: number) => {
          try {
            return sys.localAddress(sys.listen({ host, port }));
          } catch (error) {
            return codeOf(error);
          }
        };
        answers.push(
          listen('127.0.0.1', 9000),
          listen('127.0.0.1', 9000),
          listen('', 9000),
          listen('172.18.0.2', 9000),
        );
        answers.push(listen('1.2.3.4', 9001), listen('', 0));
        sys.setUser(1000, 1000);
        answers.push(listen('', 80));
        yield* sys.spend(1);
        return answers;
      }),
    ).toEqual([
      { host: '127.0.0.1', port: 9000 },
      'EADDRINUSE',
      'EADDRINUSE',
      { host: '172.18.0.2', port: 9000 },
      'EADDRNOTAVAIL',
      { host: '0.0.0.0', port: 32_768 },
      'EACCES',
    ]);
  });

  it('are reset when the other end is gone, and closed by the end of a process', () => {
    const rude: Program = function* (sys) {
      const listener = sys.listen({ host: '', port: 7001 });
      const fd = yield* sys.accept(listener);
      yield* sys.read(fd, 1);
      return 0;
    };
    expect(
      client(
        function* (sys) {
          const fd = yield* sys.connect({ host: '127.0.0.1', port: 7001 });
          yield* sys.write(fd, 'more than is read');
          const answers: unknown[] = [];
          for (const act of [() => sys.read(fd), () => sys.write(fd, 'x')]) {
            try {
              const result = yield* act();
              answers.push(result === undefined ? 'written' : result.length);
            } catch (error) {
              answers.push(codeOf(error));
            }
          }
          return answers;
        },
        { programs: { rude } },
        (room) => start(room, ['rude']),
      ),
    ).toBe('nothing');
  });

  it('take time where there is a way to go, and wait while the way is cut', () => {
    const room = newRoom({ programs: { shout, ask }, latencyMs: 10 });
    const other = newNetwork(room.kernel, 'node', undefined);
    other.addresses = ['10.0.0.9'];
    moveProcess(room, ['shout'], other.number);
    const command = start(room, ['ask', '10.0.0.9']);
    room.loop.advance(durationMs(15));
    expect(command.output().stdout).toBe('');
    room.loop.advance(durationMs(25));
    expect(command.output().stdout).toBe('connected 20\nHELLO\n 40\n');
    const [connection] = [...room.state.machine.connections.values()];
    if (connection === undefined) throw new Error('there is no connection');
    stallConnection(room.kernel, connection, true);
    room.loop.advance(seconds(10));
    expect(command.output().stdout).toBe('');
    stallConnection(room.kernel, connection, false);
    room.loop.advance(seconds(1));
    expect(command.output().stdout).toContain('AGAIN\n 100');
    resetConnection(room.kernel, connection);
    room.loop.advance(seconds(20));
    expect(command.output().stderr).toBe('ask: Connection reset by peer\n');
  });
});

const ask: Program = function* (sys) {
  const before = sys.now();
  const fd = yield* sys.connect({ host: sys.argv[1] ?? '', port: 7000 });
  yield* sys.write(1, `connected ${sys.now() - before}\n`);
  yield* sys.write(fd, 'hello\n');
  yield* sys.write(1, `${textOf(yield* sys.read(fd))} ${sys.now() - before}\n`);
  yield* sys.sleep(durationMs(20));
  yield* sys.write(fd, 'again\n');
  yield* sys.write(1, `${textOf(yield* sys.read(fd))} ${sys.now() - before}\n`);
  yield* sys.read(fd);
  return 0;
};

/** Starts a command whose network is another one. */
function moveProcess(room: Room, argv: readonly string[], network: number): void {
  const command = start(room, argv);
  const exec = room.state.machine.execs.get(command.exec);
  const process = room.state.machine.processes.get(exec?.process ?? 0);
  const there = room.state.machine.networks.get(network);
  if (process !== undefined && there !== undefined) Object.assign(process, { network: there });
  room.loop.settle();
}

describe('names', () => {
  const names = new Map([
    ['web.default.svc.cluster.local', ['10.0.0.1']],
    ['example.com', ['93.184.216.34']],
    ['web.example.com', ['1.1.1.1']],
  ]);
  const image = {
    name: 'test',
    tags: ['names'],
    base: 'test:latest',
    files: {
      '/etc/hosts': '127.0.0.1 localhost\n10.1.1.1 db db.local # ours\n::1 localhost\n',
      '/etc/resolv.conf':
        'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    },
  };

  it('are looked up in the hosts file, then along the search path', () => {
    expect(
      client(
        function* (sys) {
          const answers: unknown[] = [];
          for (const name of [
            'db',
            'localhost',
            '1.2.3.4',
            'web',
            'web.default',
            'example.com',
            'example.com.',
            'gone',
          ]) {
            try {
              answers.push(yield* sys.resolve(name));
            } catch (error) {
              answers.push(codeOf(error));
            }
          }
          return answers;
        },
        { names, images: [image], host: 'test:names' },
      ),
    ).toEqual([
      ['10.1.1.1'],
      ['127.0.0.1'],
      ['1.2.3.4'],
      ['10.0.0.1'],
      ['10.0.0.1'],
      ['93.184.216.34'],
      ['93.184.216.34'],
      'ENOTFOUND',
    ]);
  });

  it('are asked for one by one, each taking its time', () => {
    expect(
      client(
        function* (sys) {
          const before = sys.now();
          const answer = yield* sys.lookup({ server: '10.96.0.10', name: 'example.com', type: 'A' });
          const first = sys.now() - before;
          yield* sys.resolve('example.com');
          return [answer.status, answer.answers.length, first, sys.now() - before - first];
        },
        { names, images: [image], host: 'test:names', latencyMs: 5 },
      ),
    ).toEqual(['NOERROR', 1, 10, 40]);
  });
});

describe('an HTTP server and its clients', () => {
  it('speak HTTP over sockets', () => {
    expect(
      client(
        function* (sys) {
          const first = yield* get(sys, 'http://127.0.0.1:8080/a/b?c=d', {
            headers: { 'X-A': '1' },
            body: 'text',
            method: 'POST',
          });
          const head = yield* sys.http({ method: 'HEAD', url: 'http://localhost:8080' });
          return [
            first,
            head.status,
            head.headers['x-method'],
            yield* readAll(sys, head.body),
            yield* get(sys, 'http://127.0.0.1:8080/count'),
          ];
        },
        {},
        (room) => start(room, ['web']),
      ),
    ).toEqual([[200, '/a/b c=d 1 text'], 200, ['HEAD'], '', [200, '3']]);
  });

  it('keep a connection open for several requests', () => {
    expect(
      client(
        function* (sys) {
          const fd = yield* sys.connect({ host: '127.0.0.1', port: 8080 });
          yield* sys.write(fd, 'GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n');
          const text = yield* readAll(sys, fd);
          return [text.match(/HTTP\/1.1 200 OK/g)?.length, text.match(/Connection: [a-z-]+/g)];
        },
        {},
        (room) => start(room, ['web']),
      ),
    ).toEqual([2, ['Connection: keep-alive', 'Connection: close']]);
  });

  it('serve others while an answer takes its time', () => {
    const room = newRoom({ programs: { web, fetch } });
    start(room, ['web']);
    room.loop.settle();
    const slow = [0, 1, 2].map(() => start(room, ['fetch', 'http://127.0.0.1:8080/slow']));
    const quick = start(room, ['fetch', 'http://127.0.0.1:8080/quick']);
    room.loop.advance(durationMs(100));
    expect(quick.output().stdout).toContain('200');
    room.loop.advance(seconds(2));
    for (const one of slow) expect(one.output().stdout).toBe('200 slow\n\n');
  });

  it('serve from workers that may wait as they like', () => {
    const proxy: Program = (sys, saved) =>
      serveHttp(sys, saved, {
        port: 8081,
        workers: true,
        *handle({ target }) {
          const [status, body] = yield* get(sys, `http://127.0.0.1:8080${target}`);
          return { status, body: `via ${body}` };
        },
      });
    const room = newRoom({ programs: { web, fetch, proxy } });
    start(room, ['web']);
    start(room, ['proxy']);
    room.loop.settle();
    const slow = start(room, ['fetch', 'http://127.0.0.1:8081/slow']);
    const quick = start(room, ['fetch', 'http://127.0.0.1:8081/quick']);
    room.loop.advance(durationMs(100));
    expect(quick.output().stdout).toContain('200 via /quick');
    room.loop.advance(seconds(3));
    expect(slow.output().stdout).toContain('200 via slow');
    expect([...room.state.machine.processes.values()].filter(({ argv }) => argv[0] === 'proxy')).toHaveLength(1);
  });

  it('drain: what is asked is answered, and nothing more is taken', () => {
    const polite: Program = function* (sys, saved) {
      if (saved === undefined) sys.onSignal('SIGTERM', 'catch');
      return yield* web(sys, saved);
    };
    const room = newRoom({ programs: { polite, fetch } });
    const server = start(room, ['polite', '8080']);
    room.loop.settle();
    const slow = start(room, ['fetch', 'http://127.0.0.1:8080/slow']);
    room.loop.advance(durationMs(500));
    const exec = room.state.machine.execs.get(server.exec);
    const process = room.state.machine.processes.get(exec?.process ?? 0);
    if (process !== undefined) room.kernel.signal(process, 'SIGTERM', true);
    room.loop.advance(durationMs(500));
    const late = start(room, ['fetch', 'http://127.0.0.1:8080/late']);
    room.loop.advance(seconds(3));
    expect(slow.output().stdout).toBe('200 slow\n\n');
    expect(late.output().stderr).toBe('fetch: Connection refused\n');
    expect(server.output().status).toBe(0);
  });

  it('refuse what is no HTTP, too much, or from a dead server', () => {
    expect(
      client(
        function* (sys) {
          const fd = yield* sys.connect({ host: '127.0.0.1', port: 8080 });
          yield* sys.write(fd, 'hello\r\n\r\n');
          const answers: unknown[] = [(yield* readAll(sys, fd)).split('\r\n')[0]];
          answers.push((yield* get(sys, 'http://127.0.0.1:8080/', { method: 'POST', body: 'x'.repeat(2_000_000) }))[0]);
          for (const url of ['http://127.0.0.1:8080/reset', 'ftp://x', 'http://:80', 'http://127.0.0.1:7000/']) {
            try {
              answers.push(yield* get(sys, url));
            } catch (error) {
              answers.push(codeOf(error));
            }
          }
          return answers;
        },
        {},
        (room) => {
          start(room, ['web']);
          start(room, ['shout']);
        },
      ),
    ).toEqual([
      'HTTP/1.1 400 Bad Request',
      413,
      'ECONNRESET: EOF',
      'EINVAL: unsupported protocol scheme "ftp"',
      'EINVAL: invalid URL',
      'ECONNRESET: malformed HTTP response "GET / HTTP/1.1"',
    ]);
  });

  it('are copied in the middle of it all', () => {
    const options = { programs: { web, fetch } };
    const room = newRoom(options);
    start(room, ['web']);
    room.loop.settle();
    const commands = ['/slow', '/slow', '/a'].map((path) => start(room, ['fetch', `http://127.0.0.1:8080${path}`]));
    room.loop.advance(durationMs(700));
    const twin = copyRoom(room, options);
    for (const one of [room, twin]) {
      one.loop.advance(seconds(5));
      const outputs = commands.map((command) => command.inCopy(one).output().stdout);
      expect(outputs).toEqual(['200 slow\n\n', '200 slow\n\n', '200 /a   \n']);
    }
  });

  it('give up when their time is up', () => {
    expect(
      client(
        function* (sys) {
          const before = sys.now();
          try {
            yield* get(sys, 'http://127.0.0.1:8080/slow', { timeout: durationMs(500) });
          } catch (error) {
            return [codeOf(error), sys.now() - before];
          }
          return undefined;
        },
        {},
        (room) => start(room, ['web']),
      ),
    ).toEqual(['ETIMEDOUT: no answer in time', 500]);
  });
});

const fetch: Program = function* (sys) {
  const [status, text] = yield* get(sys, sys.argv[1] ?? '');
  yield* sys.write(1, `${status} ${text}\n`);
  return 0;
};

const authority: Certificate = {
  subject: 'ca',
  organizations: [],
  names: [],
  key: 'ca',
  signer: 'ca',
  notBefore: '2025-01-01T00:00:00Z',
  notAfter: '2035-01-01T00:00:00Z',
};
const leaf: Certificate = {
  ...authority,
  subject: 'web',
  names: ['web.example', '*.apps.example', '127.0.0.1'],
  key: 'web',
};

describe('TLS', () => {
  const server =
    (certificate: Certificate): Program =>
    (sys, saved) =>
      serveHttp(sys, saved, {
        port: 8443,
        tls: { cert: certificatePem(certificate) },
        handle: () => ({ status: 200, body: 'safe' }),
      });
  const hosts = {
    name: 'test',
    tags: ['tls'],
    base: 'test:latest',
    files: { '/etc/hosts': '127.0.0.1 web.example a.apps.example a.b.apps.example other\n' },
  };
  const tryAll = (certificate: Certificate, urls: readonly string[], tls: object): unknown =>
    client(
      function* (sys) {
        const answers: unknown[] = [];
        for (const url of urls) {
          try {
            answers.push((yield* get(sys, url, { tls }))[1]);
          } catch (error) {
            answers.push(codeOf(error).replace('ETLS: ', ''));
          }
        }
        return answers;
      },
      { programs: { server: server(certificate) }, images: [hosts], host: 'test:tls' },
      (room) => {
        start(room, ['server']);
        start(room, ['web']);
      },
    );

  it('is accepted for the right name, signed by somebody known', () => {
    const ca = certificatePem(authority);
    expect(
      tryAll(leaf, ['https://web.example:8443', 'https://127.0.0.1:8443', 'https://a.apps.example:8443'], { ca }),
    ).toEqual(['safe', 'safe', 'safe']);
    expect(tryAll(leaf, ['https://other:8443', 'https://a.b.apps.example:8443'], { ca })).toEqual([
      'tls: failed to verify certificate: x509: certificate is valid for web.example, *.apps.example, not other',
      'tls: failed to verify certificate: x509: certificate is valid for web.example, *.apps.example, not a.b.apps.example',
    ]);
    expect(tryAll(leaf, ['https://web.example:8443'], {})).toEqual([
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ]);
    expect(tryAll(leaf, ['https://other:8443'], { insecure: true })).toEqual(['safe']);
    expect(tryAll(leaf, ['https://other:8443'], { ca, serverName: 'web.example' })).toEqual(['safe']);
  });

  it('is refused when it has expired', () => {
    const ca = certificatePem(authority);
    expect(tryAll({ ...leaf, notAfter: '2025-06-01T00:00:00Z' }, ['https://web.example:8443'], { ca })).toEqual([
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-06-01T00:00:00Z',
    ]);
  });

  it('is noticed where it is missing, or not expected', () => {
    expect(tryAll(leaf, ['https://127.0.0.1:8080', 'http://127.0.0.1:8443'], {})).toEqual([
      'http: server gave HTTP response to HTTPS client',
      'Client sent an HTTP request to an HTTPS server.\n',
    ]);
  });
});

/** A service of the house that remembers what it was asked, and answers when it is told to. */
function house(): HttpService & { readonly asked: HouseRequest[]; readonly cancelled: number[] } {
  const asked: HouseRequest[] = [];
  const cancelled: number[] = [];
  return { asked, cancelled, handle: (request) => asked.push(request), cancel: (exchange) => cancelled.push(exchange) };
}

describe('a service of the house', () => {
  const headers = httpHeaders([['content-type', 'text/plain']]);

  it('gets requests as data and answers when it likes', () => {
    const service = house();
    const room = newRoom({ programs: { fetch }, services: new Map([['10.96.0.1', service]]), latencyMs: 3 });
    const command = start(room, ['fetch', 'https://10.96.0.1/api?x=1']);
    room.loop.advance(seconds(1));
    expect(service.asked).toMatchObject([
      { method: 'GET', target: '/api?x=1', host: '10.96.0.1:443', secure: true, source: '172.18.0.2' },
    ]);
    answerExchange(room.kernel, service.asked[0]?.exchange ?? 0, { status: 403, headers, body: 'no' });
    room.loop.advance(durationMs(2));
    expect(command.output().stdout).toBe('');
    room.loop.advance(durationMs(1));
    expect(command.output().stdout).toBe('403 no\n');
  });

  it('streams its answer through a channel, also to a copy', () => {
    const service = house();
    const options = { programs: { fetch }, services: new Map([['10.96.0.1', service]]) };
    const room = newRoom(options);
    const command = start(room, ['fetch', 'https://10.96.0.1/watch']);
    room.loop.settle();
    const channel = room.channels.create();
    answerExchange(room.kernel, service.asked[0]?.exchange ?? 0, { status: 200, headers, body: { channel } });
    room.channels.write(channel, bytesOf('one '), 4);
    room.loop.advance(seconds(1));
    const twin = copyRoom(room, options);
    for (const [one, word] of [
      [room, 'two'],
      [twin, 'three'],
    ] as const) {
      one.channels.write(channel, word, word.length);
      one.channels.close(channel);
      one.loop.settle();
      expect(command.inCopy(one).output().stdout).toBe(`200 one ${word}\n`);
    }
  });

  it('learns that its client has gone', () => {
    const service = house();
    const room = newRoom({ programs: { fetch }, services: new Map([['10.96.0.1', service]]) });
    const command = start(room, ['fetch', 'https://10.96.0.1/slow']);
    room.loop.settle();
    const exec = room.state.machine.execs.get(command.exec);
    const process = room.state.machine.processes.get(exec?.process ?? 0);
    if (process !== undefined) room.kernel.signal(process, 'SIGKILL', true);
    expect(service.cancelled).toEqual([service.asked[0]?.exchange]);
    expect(room.state.machine.exchanges.size).toBe(0);
  });

  it('accepts websockets, whose messages stay whole, or refuses them', () => {
    const service = house();
    const talk: Program = function* (sys) {
      const answer = yield* sys.webSocket({ method: 'GET', url: 'wss://10.96.0.1/exec' }, ['v5.channel.k8s.io', 'v4']);
      if ('refused' in answer) {
        yield* sys.write(1, `refused ${answer.refused.status}`);
        return 1;
      }
      yield* sys.write(answer.fd, 'hello');
      yield* sys.write(1, `${answer.protocol} `);
      for (;;) {
        const message = yield* sys.read(answer.fd, 3);
        if (message.length === 0) break;
        yield* sys.write(1, `[${textOf(message)}]`);
      }
      sys.close(answer.fd);
      return 0;
    };
    const room = newRoom({ programs: { talk }, services: new Map([['10.96.0.1', service]]) });
    const accepted = start(room, ['talk']);
    const refused = start(room, ['talk']);
    room.loop.settle();
    const [one, two] = service.asked;
    const messages = room.channels.create();
    answerExchange(room.kernel, one?.exchange ?? 0, {
      status: 101,
      headers,
      body: '',
      webSocket: { protocol: 'v4', messages },
    });
    answerExchange(room.kernel, two?.exchange ?? 0, { status: 403, headers, body: '' });
    room.channels.write(messages, bytesOf('long message'), 12);
    room.channels.write(messages, bytesOf('x'), 1);
    room.loop.settle();
    expect(one?.webSocket?.protocols).toEqual(['v5.channel.k8s.io', 'v4']);
    expect(one?.webSocket && drain(room, one.webSocket.messages)).toBe('hello');
    room.channels.close(messages);
    room.loop.settle();
    expect(accepted.output()).toMatchObject({ stdout: 'v4 [long message][x]', status: 0 });
    expect(refused.output().stdout).toBe('refused 403');
  });
});

describe('the house as a client', () => {
  it('fetches from a pod, and gets the body through a channel', () => {
    const room = newRoom({ programs: { web } });
    start(room, ['web']);
    room.loop.settle();
    const { network } = hostOf(room);
    fetchHttp(room.kernel, network, { method: 'GET', url: 'http://127.0.0.1:8080/x' }, { actor: 'test', key: 'mine' });
    fetchHttp(room.kernel, network, { method: 'GET', url: 'http://127.0.0.1:1/x' }, { actor: 'test', key: 'other' });
    room.loop.settle();
    const [failed, fetched] = room.told as { ok: boolean; key: string; status?: number; code?: string; body?: never }[];
    expect(failed).toMatchObject({ ok: false, key: 'other', code: 'ECONNREFUSED' });
    expect(fetched).toMatchObject({ ok: true, key: 'mine', status: 200 });
    expect(fetched?.body !== undefined && drain(room, fetched.body)).toBe('/x   ');
    expect(room.state.machine.agents.size).toBe(0);
  });

  it('forwards a port both ways', () => {
    const room = newRoom({ programs: { shout } });
    start(room, ['shout']);
    room.loop.settle();
    const from = room.channels.create();
    const to = room.channels.create();
    forwardPort(room.kernel, hostOf(room).network, 7000, { from, to }, { actor: 'test', key: 1 });
    room.channels.write(from, bytesOf('abc\n'), 4);
    room.loop.settle();
    expect(room.told).toEqual([{ kind: 'forwarded', key: 1, ok: true }]);
    expect(drain(room, to)).toBe('ABC\n');
    room.channels.close(from);
    room.loop.settle();
    expect(room.channels.isClosed(to)).toBe(true);
    expect(room.state.machine.connections.size).toBe(0);
  });
});

describe('probes', () => {
  const probe = (what: Parameters<typeof startProbe>[2], options: Partial<RoomOptions> = {}, timeout = 1000) => {
    const health: Program = (sys, saved) =>
      serveHttp(sys, saved, {
        port: 9090,
        handle: ({ body }) => ({
          status: 200,
          headers: { 'grpc-status': textOf(body).includes('lost') ? '5' : '0', 'grpc-message': 'unknown service' },
          body: JSON.stringify({ status: textOf(body).includes('bad') ? 'NOT_SERVING' : 'SERVING' }),
        }),
      });
    const mute: Program = function* (sys) {
      sys.listen({ host: '', port: 9999 });
      yield* sys.sleep(seconds(1000));
      return 0;
    };
    const room = newRoom({ programs: { web, health, mute }, ...options });
    for (const name of ['web', 'health', 'mute']) start(room, [name]);
    room.loop.settle();
    startProbe(room.kernel, hostOf(room).network, what, durationMs(timeout), { actor: 'test', key: 'k' });
    room.loop.advance(seconds(5));
    expect(room.state.machine.agents.size).toBe(0);
    const [told] = room.told as { result: string; output: string }[];
    return [told?.result, told?.output];
  };
  const http = (url: string) => ({ kind: 'http', url, headers: {} }) as const;
  const host = '172.18.0.2';

  it('by HTTP succeed from 200 to 399', () => {
    expect(probe(http(`http://${host}:8080/ok`))).toEqual(['success', '/ok   ']);
    expect(probe(http(`http://${host}:8080/fail`))).toEqual(['failure', 'HTTP probe failed with statuscode: 500']);
    expect(probe(http(`http://${host}:8080/moved`))).toEqual(['success', '/   ']);
    expect(probe(http(`http://${host}:8080/moved?http://elsewhere/`))[0]).toBe('warning');
  });

  it('fail in kubelet’s words when nobody answers', () => {
    expect(probe(http(`http://${host}:81/`))).toEqual([
      'failure',
      `Get "http://${host}:81/": dial tcp ${host}:81: connect: connection refused`,
    ]);
    const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    expect(probe(http(`http://${host}:8080/slow`))).toEqual(['failure', `Get "http://${host}:8080/slow": ${late}`]);
    expect(probe(http(`http://${host}:9999/`))).toEqual(['failure', `Get "http://${host}:9999/": ${late}`]);
    expect(probe(http(`http://${host}:8080/reset`))).toEqual(['failure', `Get "http://${host}:8080/reset": EOF`]);
    expect(probe(http(`https://${host}:8080/`))).toEqual([
      'failure',
      `Get "https://${host}:8080/": http: server gave HTTP response to HTTPS client`,
    ]);
  });

  it('by TCP only connect', () => {
    expect(probe({ kind: 'tcp', host, port: 9999 })).toEqual(['success', '']);
    expect(probe({ kind: 'tcp', host, port: 81 })).toEqual([
      'failure',
      `dial tcp ${host}:81: connect: connection refused`,
    ]);
  });

  it('by gRPC ask for health', () => {
    const grpc = (port: number, service: string) => ({ kind: 'grpc', host, port, service }) as const;
    expect(probe(grpc(9090, ''))).toEqual(['success', 'service healthy']);
    expect(probe(grpc(9090, 'bad'))).toEqual(['failure', 'service unhealthy (responded with "NOT_SERVING")']);
    expect(probe(grpc(9090, 'lost'))).toEqual([
      'failure',
      'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    ]);
    expect(probe(grpc(8080, ''))[1]).toContain('this server does not implement the grpc health protocol');
    expect(probe(grpc(81, ''))).toEqual([
      'failure',
      `timeout: failed to connect service "${host}:81" within 1s: context deadline exceeded`,
    ]);
    expect(probe(grpc(9999, ''))).toEqual(['failure', 'timeout: health rpc did not complete within 1s']);
  });
});
