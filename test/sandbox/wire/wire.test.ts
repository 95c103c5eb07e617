import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { clusterAuthority, type KeyPair } from '../../../sandbox/kube/x509/authority.ts';
import type { ClientInput, ClientRequest } from '../../../sandbox/wire/carrier.ts';
import { createAuthority } from '../../../sandbox/wire/certificates.ts';
import { openWire, type Wire, type WireOptions } from '../../../sandbox/wire/server.ts';

interface Lab {
  readonly wire: Wire;
  readonly inputs: ClientInput[];
  readonly admin: KeyPair;
}

const labs: Lab[] = [];
afterEach(async () => {
  for (const { wire } of labs.splice(0)) await wire.close();
});

/** A wire whose other end is a function. */
async function lab(
  answer: (request: ClientRequest, lab: Lab) => void,
  options: Pick<WireOptions, 'tokens' | 'authorities'> = {},
): Promise<Lab> {
  const inputs: ClientInput[] = [];
  const wire = await openWire({
    ...options,
    submit(input) {
      inputs.push(input);
      if (input.kind === 'request') answer(input, made);
    },
  });
  const made: Lab = { wire, inputs, admin: wire.authority.client('jane', ['devs', 'ops']) };
  labs.push(made);
  return made;
}

const TEXT = { 'content-type': ['text/plain'] };

function say({ id }: ClientRequest, { wire }: Lab, text: string, status = 200): void {
  wire.ear.head(id, { status, headers: TEXT });
  wire.ear.data(id, Buffer.from(text));
  wire.ear.end(id);
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly anonymous?: boolean;
}

function ask({ wire, admin }: Lab, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', path = '/api', headers = {}, body, anonymous = false } = asked;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: wire.port,
        method,
        path,
        headers,
        ca: wire.authority.certificate,
        servername: 'localhost',
        agent: false,
        ...(anonymous ? {} : { cert: admin.certificate, key: admin.key }),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function until(look: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !look(); i++) await new Promise((resolve) => setImmediate(resolve));
  expect(look()).toBe(true);
}

describe('the wire', () => {
  it('carries a request with its headers, its body and who sent it', async () => {
    const there = await lab((request, at) => say(request, at, 'answer', 201));
    const answer = await ask(there, { method: 'POST', path: '/a?b=%20c', headers: { 'X-Two': 'yes' }, body: 'body' });
    expect([answer.status, answer.body]).toEqual([201, 'answer']);
    expect(answer.headers['content-length']).toBe('6');
    expect(there.inputs[0]).toMatchObject({
      kind: 'request',
      id: 1,
      method: 'POST',
      target: '/a?b=%20c',
      body: Buffer.from('body').toString('base64'),
      user: { name: 'jane', groups: ['devs', 'ops', 'system:authenticated'] },
      headers: { 'x-two': ['yes'], host: [`127.0.0.1:${there.wire.port}`] },
    });
  });

  it('says of who brings nothing that it is anonymous, and lets in no certificate but its own', async () => {
    const there = await lab((request, at) => say(request, at, JSON.stringify(request.user)));
    const nobody = await ask(there, { anonymous: true });
    expect(JSON.parse(nobody.body)).toEqual({ name: 'system:anonymous', groups: ['system:unauthenticated'] });
    const forger: Lab = { ...there, admin: createAuthority().client('jane', ['system:masters']) };
    expect((await ask(forger)).status).toBe(401);
    expect((await ask(there, { anonymous: true, headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });

  it('believes the authority of the cluster, and hands on tokens that the cluster looks at', async () => {
    const authority = clusterAuthority('the cluster');
    const at = Date.now();
    const robot = authority.client('robot', ['machines'], { notBefore: at - 60_000, notAfter: at + 60_000 });
    const users: unknown[] = [];
    const served = await lab(
      (request, made) => {
        users.push(request.user?.name);
        say(request, made, 'hello');
      },
      { tokens: true, authorities: [authority.certificate] },
    );
    await ask({ ...served, admin: robot });
    await ask(served, { anonymous: true, headers: { authorization: 'Bearer abc' } });
    expect(users).toEqual(['robot', undefined]);
  });

  it('turns away what a browser was talked into', async () => {
    const there = await lab((request, at) => say(request, at, 'let in'));
    expect((await ask(there, { headers: { host: 'evil.example:443' } })).status).toBe(403);
    expect((await ask(there, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await ask(there, { headers: { origin: 'null' } })).status).toBe(403);
    expect((await ask(there, { headers: { host: `localhost:${there.wire.port}` } })).status).toBe(200);
    expect(there.inputs).toHaveLength(1);
  });

  it('reads no more of a body than the server looks at', async () => {
    const there = await lab((request, at) => say(request, at, String(Buffer.from(request.body, 'base64').length)));
    const answer = await ask(there, { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) });
    expect(Number(answer.body)).toBe(3 * 1024 * 1024 + 1);
  });

  it('sends streams as they come, and hears when the client goes', async () => {
    const there = await lab(({ id }, { wire }) => {
      wire.ear.head(id, { status: 200, headers: TEXT });
      wire.ear.data(id, Buffer.from('one'));
    });
    const socket = httpsRequest({
      host: '127.0.0.1',
      port: there.wire.port,
      ca: there.wire.authority.certificate,
      cert: there.admin.certificate,
      key: there.admin.key,
      agent: false,
    });
    let seen = '';
    socket.on('response', (response) => response.on('data', (part: Buffer) => (seen += part.toString())));
    socket.on('error', () => {});
    socket.end();
    await until(() => seen === 'one');
    there.wire.ear.data(1, Buffer.from('two'));
    await until(() => seen === 'onetwo');
    socket.destroy();
    await until(() => there.inputs.length === 2);
    expect(there.inputs[1]).toEqual({ kind: 'hangup', id: 1 });
  });

  it('cuts off a client that reads nothing', async () => {
    const there = await lab(({ id }, { wire }) => wire.ear.head(id, { status: 200, headers: TEXT }));
    const socket = connectTls({
      host: '127.0.0.1',
      port: there.wire.port,
      ca: there.wire.authority.certificate,
      cert: there.admin.certificate,
      key: there.admin.key,
    });
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => there.inputs.length === 1);
    const chunk = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 64 && there.inputs.length === 1; i++) {
      there.wire.ear.data(1, chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(there.inputs[1]).toEqual({ kind: 'hangup', id: 1 });
    socket.destroy();
  });

  it('speaks HTTP/2', async () => {
    const there = await lab((request, at) =>
      say(request, at, `${request.target} ${request.headers['host']?.[0]} ${request.user?.name}`),
    );
    const session = connectHttp2(`https://localhost:${there.wire.port}`, {
      ca: there.wire.authority.certificate,
      cert: there.admin.certificate,
      key: there.admin.key,
    });
    const texts = await Promise.all(
      ['/a', '/b'].map(
        (path) =>
          new Promise<string>((resolve) => {
            const stream = session.request({ ':path': path });
            let text = '';
            stream.on('data', (part: Buffer) => (text += part.toString()));
            stream.on('end', () => resolve(text));
          }),
      ),
    );
    session.close();
    expect(texts).toEqual([`/a localhost:${there.wire.port} jane`, `/b localhost:${there.wire.port} jane`]);
  });

  it('answers garbage in the words of the real server', async () => {
    const there = await lab(() => {});
    const plain = await rawAnswer(connectTcp(there.wire.port, '127.0.0.1'), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(plain).toBe('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
    const ca = there.wire.authority.certificate;
    const tls = connectTls({ host: '127.0.0.1', port: there.wire.port, ca });
    expect(await rawAnswer(tls, 'this is no request\r\n\r\n')).toMatch(GARBAGE);
    expect(there.inputs).toEqual([]);
  });

  it('carries websockets: their protocols, their messages both ways, their end', async () => {
    const there = await lab(({ id, webSocket }, { wire }) => {
      wire.ear.head(id, { status: 101, headers: {}, protocol: webSocket?.[1] ?? '' });
      wire.ear.data(id, Uint8Array.of(1, 104, 105));
    });
    const { certificate: cert, key } = there.admin;
    const ca = there.wire.authority.certificate;
    const socket = new WebSocket(`wss://127.0.0.1:${there.wire.port}/exec`, ['a', 'b'], { ca, cert, key });
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString('hex')));
    await until(() => messages.length === 1);
    expect(socket.protocol).toBe('b');
    expect(messages).toEqual(['016869']);
    socket.send(Uint8Array.of(0, 120));
    await until(() => there.inputs.length === 2);
    expect(there.inputs[1]).toEqual({ kind: 'message', id: 1, data: Buffer.from([0, 120]).toString('base64') });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    there.wire.ear.end(1);
    expect(await closed).toBe(1000);
  });

  it('answers a refused websocket as any request', async () => {
    const there = await lab((request, at) => say(request, at, 'no such pod', 404));
    const { certificate: cert, key } = there.admin;
    const ca = there.wire.authority.certificate;
    const socket = new WebSocket(`wss://127.0.0.1:${there.wire.port}/exec`, ['a'], { ca, cert, key });
    const status = await new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
    });
    expect(status).toBe(404);
    const foreign = new WebSocket(`wss://127.0.0.1:${there.wire.port}/exec`, ['a'], {
      ca,
      cert,
      key,
      origin: 'https://evil.example',
    });
    const refused = await new Promise<number>((resolve) => {
      foreign.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      foreign.on('error', () => {});
    });
    expect(refused).toBe(403);
  });

  it('holds a thousand idle connections', async () => {
    const there = await lab((request, at) => say(request, at, 'here'));
    const sockets = Array.from({ length: 1000 }, () => connectTcp(there.wire.port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect((await ask(there)).body).toBe('here');
    for (const socket of sockets) socket.destroy();
  });
});

const GARBAGE = /^HTTP\/1.1 400 Bad Request\r\n(?:.*\r\n)*\r\n400 Bad Request$/;

function rawAnswer(socket: ReturnType<typeof connectTcp>, sent: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part: Buffer) => (text += part.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => {});
    socket.write(sent);
  });
}
