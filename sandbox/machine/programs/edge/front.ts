// The side of a reverse proxy that clients see: one process a port answers by the rules of a file that its controller
// writes anew whenever something has changed.

import { durationMs } from '../../../time/units.ts';
import { httpHeader, httpReason } from '../../http.ts';
import { type HttpReply, httpDate, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type Bytes, type PlainData, type Sys, SysError } from '../../sys.ts';
import { encode } from '../../text.ts';
import { jsonObject } from '../kit/apiview.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { forward, passedOn } from '../kit/forward.ts';
import { tryTextFile } from '../kit/input.ts';
import { strftime } from '../kit/strftime.ts';
import { ownPage } from '../nginx/pages.ts';
import { upstreamProblem } from '../nginx/proxy.ts';
import { inNetwork } from '../nginx/worker.ts';
import { type Asked, type Backend, type HeaderEdit, type PortPlan, type Rule, ruleFor } from './routes.ts';
import { redirected, rewritten } from './targets.ts';

/** What a front saves beside its connections. */
export interface Front {
  readonly kind: 'front';
  readonly port: number;
  readonly file: string;
  /** The file that `plan` was read from. */
  inode: number;
  plan: PortPlan;
  /** Counts the requests, so that endpoints take turns. */
  served: number;
}

/** Endpoints that are tried before a client is told that none answers. */
const TRIES = 3;
const COOKIE = 'INGRESSCOOKIE';

export function isFront(saved: PlainData | undefined): saved is Front {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'front';
}

/** What `runFront` has saved. */
export function frontServing(saved: PlainData | undefined): Front | undefined {
  if (typeof saved !== 'object' || saved === null || !('connections' in saved) || !('state' in saved)) return undefined;
  const { state } = saved;
  return isFront(state as PlainData) ? (state as Front) : undefined;
}

export function* runFront(sys: Sys, saved: PlainData | undefined, front: Front): Blocking<number> {
  if (saved === undefined) for (const signal of ['SIGQUIT', 'SIGTERM'] as const) sys.onSignal(signal, 'catch');
  const { tls } = front.plan;
  return yield* serveHttp<Front>(sys, saved, {
    port: front.port,
    ...(tls === undefined ? {} : { tls }),
    workers: true,
    state: () => front,
    bodyMax: 64 * 1024 * 1024,
    onSignal: () => 'drain',
    handle: (request, own, inner) => answer(request, own, inner),
  });
}

function* answer(request: ServedRequest, front: Front, sys: Sys): Blocking<HttpReply> {
  yield* refresh(sys, front);
  front.served++;
  const { plan } = front;
  const asked = askedBy(request);
  const rule = ruleFor(plan, asked);
  const { reply, backend, endpoint } =
    rule === undefined ? nothing(404) : yield* obey(sys, front, request, asked, rule);
  const whole = complete(plan, reply, sys);
  yield* log(sys, request, whole, backend, endpoint);
  return whole;
}

/** Reads the rules again where they have been written anew. */
function* refresh(sys: Sys, front: Front): Blocking<void> {
  const inode = statOrNothing(sys, front.file)?.inode;
  if (inode === undefined || inode === front.inode) return;
  const text = yield* tryTextFile(sys, front.file);
  const plans: unknown = jsonObject(text ?? '')['ports'];
  const plan = Array.isArray(plans)
    ? (plans as readonly PortPlan[]).find(({ port }) => port === front.port)
    : undefined;
  front.inode = inode;
  if (plan !== undefined) front.plan = plan;
}

function askedBy(request: ServedRequest): Asked {
  const query = new URLSearchParams(request.query);
  const cookies = (httpHeader(request.headers, 'cookie') ?? '').split(/;\s*/);
  return {
    method: request.method,
    host: (httpHeader(request.headers, 'host') ?? '').replace(/:\d+$/, '').toLowerCase(),
    path: request.path,
    header: (name) => httpHeader(request.headers, name.toLowerCase()),
    cookie: (name) => cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1),
    query: (name) => query.get(name) ?? undefined,
  };
}

interface Answered {
  readonly reply: HttpReply;
  /** For the log. */
  readonly backend: string;
  readonly endpoint: string;
}

function nothing(status: number, backend = '', headers: HttpReply['headers'] = {}): Answered {
  return { reply: { status, headers }, backend, endpoint: '-' };
}

function* obey(sys: Sys, front: Front, request: ServedRequest, asked: Asked, rule: Rule): Blocking<Answered> {
  const client = request.client?.host ?? '';
  if (rule.allowed.length > 0 && !rule.allowed.some((network) => network === client || inNetwork(client, network)))
    return nothing(403);
  if (rule.bodyMax > 0 && request.body.length > rule.bodyMax) return nothing(413);
  if (rule.redirect !== undefined) {
    const to = redirected(rule.redirect, rule.path, request, front.plan.tls !== undefined);
    return nothing(rule.redirect.status, '', { Location: to });
  }
  for (const mirror of rule.mirrors) yield* pass(sys, front, request, asked, rule, mirror);
  const backend = choose(sys, rule.backends);
  if (backend === undefined) return nothing(500);
  const answered = yield* pass(sys, front, request, asked, rule, backend);
  return { ...answered, reply: edited(answered.reply, rule.responseHeaders) };
}

/** By weight. */
function choose(sys: Sys, backends: readonly Backend[]): Backend | undefined {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0 || backends.length === 1) return total === 0 ? undefined : backends[0];
  let at = sys.random(total);
  return backends.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
}

/** Asks the endpoints of a backend, one after the other, until one can be reached. */
function* pass(
  sys: Sys,
  front: Front,
  request: ServedRequest,
  asked: Asked,
  rule: Rule,
  backend: Backend,
): Blocking<Answered> {
  const { name, endpoints, scheme = 'http' } = backend;
  if (endpoints.length === 0) return nothing(backend.otherwise, name);
  const kept = rule.sticky === undefined ? -1 : endpoints.indexOf(asked.cookie(rule.sticky) ?? '');
  let last: Answered = nothing(502, name);
  for (let turn = 0; turn < Math.min(TRIES, endpoints.length); turn++) {
    const index = kept >= 0 ? kept + turn : front.served + turn;
    const endpoint = endpoints[index % endpoints.length] ?? '';
    const target = rewritten(rule, request);
    try {
      const reply = yield* forward(sys, {
        method: request.method,
        url: `${scheme}://${endpoint}${target}`,
        headers: sentHeaders(front, request, rule),
        body: request.body,
        timeout: durationMs(rule.timeoutMs),
        ...(scheme === 'https' ? { tls: { insecure: true } } : {}),
      });
      const stays = rule.sticky === undefined || index === kept;
      return {
        reply: stays ? reply : edited(reply, stickyCookie(rule.sticky ?? COOKIE, endpoint)),
        backend: name,
        endpoint,
      };
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      yield* complain(sys, request, error, `${scheme}://${endpoint}${target}`);
      last = { ...nothing(error.code === 'ETIMEDOUT' ? 504 : 502, name), endpoint };
    }
  }
  return last;
}

function stickyCookie(name: string, endpoint: string): HeaderEdit {
  return { set: [], add: [['Set-Cookie', `${name}=${endpoint}; Path=/; HttpOnly`]], remove: [] };
}

/** What goes on to an endpoint: what came, and who asked. */
function sentHeaders({ plan, port }: Front, request: ServedRequest, rule: Rule): Record<string, string> {
  const host = httpHeader(request.headers, 'host') ?? '';
  const client = request.client?.host ?? '';
  const headers: Record<string, string> = {
    ...passedOn(request),
    Host: rule.rewrite?.host ?? host,
    'x-real-ip': client,
    'x-forwarded-for': client,
    'x-forwarded-host': host,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': plan.tls === undefined ? 'http' : 'https',
    'x-forwarded-scheme': plan.tls === undefined ? 'http' : 'https',
  };
  const { set, add, remove } = rule.requestHeaders;
  for (const name of remove) delete headers[name.toLowerCase()];
  for (const [name, value] of set) headers[name.toLowerCase()] = value;
  for (const [name, value] of add) {
    const before = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}

function edited(reply: HttpReply, { set, add, remove }: HeaderEdit): HttpReply {
  if (set.length + add.length + remove.length === 0) return reply;
  const gone = new Set([...remove, ...set.map(([name]) => name)].map((name) => name.toLowerCase()));
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {}))
    if (!gone.has(name.toLowerCase())) headers[name] = value;
  for (const [name, value] of [...set, ...add]) {
    const before = headers[name] ?? [];
    headers[name] = [...(typeof before === 'string' ? [before] : before), value];
  }
  return { ...reply, headers };
}

/** Answers that no endpoint gave get a page. */
function complete({ server }: PortPlan, reply: HttpReply, sys: Sys): HttpReply {
  const headers = { Date: httpDate(sys.now()), ...reply.headers };
  if (reply.body !== undefined) return { ...reply, headers };
  const isPage = server !== undefined;
  const body = isPage ? ownPage(reply.status, server) : `${httpReason(reply.status)}\n`;
  return { ...reply, headers: { ...headers, 'Content-Type': isPage ? 'text/html' : 'text/plain' }, body };
}

function* log(sys: Sys, request: ServedRequest, reply: HttpReply, backend: string, endpoint: string): Blocking<void> {
  const header = (name: string): string => httpHeader(request.headers, name) ?? '-';
  const size = sizeOf(reply.body);
  const when = strftime('%d/%b/%Y:%H:%M:%S +0000', sys.now() / 1000);
  yield* sys.write(
    1,
    `${request.client?.host ?? '-'} - - [${when}] "${request.method} ${request.target} ${request.version}" ${reply.status} ${size} "${header('referer')}" "${header('user-agent')}" [${backend}] [] ${endpoint} ${reply.status}\n`,
  );
}

function sizeOf(body: Bytes | string = ''): number {
  return typeof body === 'string' ? encode(body).length : body.length;
}

function* complain(sys: Sys, request: ServedRequest, error: SysError, upstream: string): Blocking<void> {
  const stamp = strftime('%Y/%m/%d %H:%M:%S', sys.now() / 1000);
  yield* sys.write(
    2,
    `${stamp} [error] ${sys.pid}#${sys.pid}: ${upstreamProblem(error, upstream)}, client: ${request.client?.host ?? '-'}, request: "${request.method} ${request.target} ${request.version}", upstream: "${upstream}", host: "${httpHeader(request.headers, 'host') ?? ''}"\n`,
  );
}
