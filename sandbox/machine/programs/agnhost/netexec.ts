// `agnhost netexec`: a web server that does what requests ask of it: echo, dial others, run a shell, go away.

import { seconds } from '../../../time/units.ts';
import { httpHeader } from '../../http.ts';
import { type HttpReply, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type Sys, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { capture } from '../kit/capture.ts';
import { glogLine } from '../kit/glog.ts';
import { readAll } from '../kit/input.ts';
import { portOf, wordsOf } from './flags.ts';

/** Shared with those who answer: the status to end with. */
interface Ending {
  status: number;
}

type Page = (request: ServedRequest, query: URLSearchParams, sys: Sys, ending: Ending) => Blocking<HttpReply>;

export function* netexec(sys: Sys, saved: PlainData | undefined): Blocking<number> {
  const words = wordsOf(sys);
  const port = portOf(words, 'http-port', 8080);
  if (saved === undefined) {
    sys.onSignal('SIGTERM', 'catch');
    yield* sys.write(2, glogLine(sys, 'I', 'log.go:195', `Started HTTP server on port ${port}`));
    if (portOf(words, 'sctp-port', -1) > 0)
      yield* sys.write(2, glogLine(sys, 'W', 'log.go:195', "SCTP isn't modelled: nothing listens for it"));
    yield* sys.write(2, glogLine(sys, 'W', 'log.go:195', "UDP isn't modelled but for names: nothing listens for it"));
  }
  let status = 0;
  yield* serveHttp<Ending>(sys, saved, {
    port,
    workers: true,
    state: () => ({ status: 0 }),
    onSignal: (_, own) => {
      status = own.status;
      return 'stop';
    },
    *handle(request, own, inner) {
      yield* inner.write(2, glogLine(inner, 'I', 'log.go:195', `${request.method} ${request.path}`));
      const page = Object.hasOwn(PAGES, request.path) ? PAGES[request.path] : undefined;
      if (page === undefined) return text('404 page not found\n', 404);
      return yield* page(request, new URLSearchParams(request.query), inner, own);
    },
  });
  return status;
}

function text(body: string, status = 200): HttpReply {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}

function json(value: PlainData): HttpReply {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

const PAGES: Readonly<Record<string, Page>> = {
  *'/'(_, __, sys) {
    return text(`NOW: ${sys.now()}`);
  },
  *'/echo'(_, query) {
    const code = Number(query.get('code') ?? 200) || 200;
    return text(query.get('msg') ?? '', code);
  },
  *'/clientip'({ client }) {
    return text(`${client?.host ?? ''}:${client?.port ?? 0}`);
  },
  *'/header'(request, query) {
    return text(httpHeader(request.headers, (query.get('key') ?? '').toLowerCase()) ?? '');
  },
  *'/hostname'(_, __, sys) {
    return text(sys.hostname());
  },
  *'/hostName'(_, __, sys) {
    return text(sys.hostname());
  },
  *'/healthz'() {
    return text('');
  },
  *'/redirect'(_, query) {
    const status = Number(query.get('code') ?? 302) || 302;
    return { status, headers: { Location: query.get('location') ?? '/' } };
  },
  *'/exit'(_, query, sys, ending) {
    ending.status = Number(query.get('code') ?? 0) || 0;
    sys.kill(sys.ppid, 'SIGTERM');
    return text('');
  },
  *'/shell'(_, query, sys) {
    const script = query.get('cmd') ?? query.get('shellCommand') ?? '';
    // Who answers inherits that nobody waits for children; this one does.
    sys.onSignal('SIGCHLD', 'default');
    const { stdout, status } = yield* capture(sys, ['sh', '-c', script]);
    return json({ output: stdout, ...(status === 0 ? {} : { error: `exit status ${status}` }) });
  },
  '/dial': dial,
};

/** Asks another netexec (or any web server) some times, and gives all answers. */
function* dial(_: ServedRequest, query: URLSearchParams, sys: Sys): Blocking<HttpReply> {
  const protocol = query.get('protocol') ?? 'http';
  if (protocol !== 'http') return json({ errors: [`protocol ${protocol} isn't modelled; http is`] });
  const url = `http://${query.get('host') ?? ''}:${query.get('port') ?? ''}/${query.get('request') ?? ''}`;
  const responses: string[] = [];
  const errors: string[] = [];
  for (let tries = Number(query.get('tries') ?? 1) || 1; tries > 0; tries--) {
    try {
      const response = yield* sys.http({ method: 'GET', url, timeout: seconds(5) });
      responses.push(decode(yield* readAll(sys, response.body)));
      sys.close(response.body);
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      errors.push(`Get "${url}": ${error.code}`);
    }
  }
  return json({
    ...(responses.length === 0 ? {} : { responses }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}
