// agnhost's other servers: `serve-hostname`, `liveness`, `porter`, `test-webserver`, `grpc-health-checking`.

import { rfc3339 } from '../../../time/units.ts';
import { type HttpReply, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type Sys, SysError } from '../../sys.ts';
import { readFile } from '../kit/input.ts';
import { portOf, wordsOf } from './flags.ts';

export function* serveHostname(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  const words = wordsOf(sys, ['http', 'tcp', 'udp', 'close']);
  if (words.flags.get('udp') === 'true' || words.flags.get('tcp') === 'true') {
    yield* sys.write(2, "serve-hostname: --tcp and --udp aren't modelled; --http is\n");
    return 1;
  }
  if (saved === undefined) sys.onSignal('SIGTERM', 'catch');
  return yield* serveHttp(sys, saved, {
    port: portOf(words, 'port', 9376),
    onSignal: () => 'stop',
    handle: (_, __, inner) => ({ status: 200, body: inner.hostname() }),
  });
}

/** How long it is well. */
const WELL_MS = 10_000;

interface Age {
  readonly since: number;
}

export function* liveness(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  const began = sys.now();
  return yield* serveHttp<Age>(sys, saved, {
    port: 8080,
    state: () => ({ since: began }),
    handle: ({ path }, { since }, inner) => {
      const age = inner.now() - since;
      if (path === '/started') return { status: 200, body: `${age / 1000}` };
      if (path !== '/healthz') return { status: 404, body: '404 page not found\n' };
      return age > WELL_MS ? { status: 500, body: `error: ${age / 1000}` } : { status: 200, body: 'ok' };
    },
  });
}

interface Portion {
  readonly port: number;
  readonly text: string;
}

function isPortion(saved: PlainData | undefined): saved is Portion {
  return typeof saved === 'object' && saved !== null && 'text' in saved;
}

function isServing(saved: PlainData | undefined): saved is { readonly state: Portion } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

/** Each `SERVE_PORT_80=text` is served by a process of its own. */
export function* porter(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  if (isServing(saved)) return yield* servePortion(sys, saved, saved.state);
  if (isPortion(saved)) return yield* servePortion(sys, undefined, saved);
  const fds = new Map([0, 1, 2].map((fd) => [fd, fd]));
  for (const [name, text] of sys.env) {
    const port = Number(/^SERVE_PORT_(\d+)$/.exec(name)?.[1] ?? 0);
    if (port > 0) sys.spawn([], { forked: { port, text }, fds });
    else if (/^SERVE_(TLS|SCTP)_PORT_/.test(name))
      yield* sys.write(2, `porter: ${name} isn't modelled; SERVE_PORT_* are\n`);
  }
  for (;;) yield* sys.wait();
}

function servePortion(sys: Sys, saved: PlainData | undefined, portion: Portion): Blocking<number> {
  return serveHttp<Portion>(sys, saved, {
    port: portion.port,
    state: () => portion,
    handle: (_, { text }) => ({ status: 200, body: text }),
  });
}

/** Files from the root of the container. */
export function* testWebserver(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  return yield* serveHttp(sys, saved, {
    port: portOf(wordsOf(sys), 'port', 80),
    *handle({ path }, _, inner): Blocking<HttpReply> {
      if (path === '/')
        return {
          status: 200,
          body: `<pre>\n${inner
            .readdir('/')
            .map((each) => `<a href="${each}">${each}</a>\n`)
            .join('')}</pre>\n`,
        };
      try {
        return { status: 200, body: yield* readFile(inner, path) };
      } catch (error) {
        if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
        return { status: 404, body: '404 page not found\n' };
      }
    },
  });
}

interface Serving {
  serving: boolean;
}

export function* grpcHealth(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  const words = wordsOf(sys);
  if (saved === undefined) yield* sys.write(2, `${rfc3339(sys.now())} gRPC health server starting\n`);
  return yield* serveHttp<Serving>(sys, saved, {
    port: portOf(words, 'port', 5000),
    state: () => ({ serving: true }),
    handle: ({ path }, own) => {
      if (path === '/make-not-serving') own.serving = false;
      if (path === '/make-serving') own.serving = true;
      return {
        status: 200,
        headers: { 'Content-Type': 'application/grpc', 'grpc-status': '0' },
        body: JSON.stringify({ status: own.serving ? 'SERVING' : 'NOT_SERVING' }),
      };
    },
  });
}
