// kubectl proxy: an HTTP server on this machine that passes requests on to the API, with the kubeconfig's credentials.

import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { Flags } from '../../cli/flags.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { goErrorText, joined, mustStat } from '../../files.ts';
import { FatalError } from '../../log.ts';
import type { RestConfig } from '../../rest/config.ts';
import { connectionFailure } from '../../rest/transport.ts';
import { cleanPath } from '../../text/path.ts';
import { plainAnswer, redirect } from './answers.ts';
import { type Filter, FilterProblem, filterOf } from './filter.ts';
import { folderAnswer } from './folder.ts';
import { head, headerOf, type ProxiedRequest, readRequest } from './http.ts';

export const proxy = command<ProxyOptions>({
  path: 'proxy',
  long: `
Serve the API on this machine, without credentials: the proxy adds those of the kubeconfig.

Who asks must do so by a name of this machine, and can't get into containers that way unless the filter is off.`,
  examples: `
# The whole API on port 8001
kubectl proxy

# On another port, under a path of its own, and files of a folder beside it
kubectl proxy --port=8080 --api-prefix=/k8s --www=site --www-prefix=/site`,
  *complete(call) {
    const config = yield* call.restConfig();
    const { flags } = call;
    yield* warnOfPath(call, config);
    if (flags.bool('disable-filter')) {
      yield* call.log.warning('proxy.go:177', WITHOUT_FILTER);
      return { config, filter: () => true };
    }
    try {
      return { config, filter: filterOf(flags) };
    } catch (error) {
      if (!(error instanceof FilterProblem)) throw error;
      throw new FatalError('proxy_server.go:83', error.message);
    }
  },
  *run(options, call) {
    const { flags, sys } = call;
    if (flags.string('unix-socket') !== '') {
      if (flags.number('port') !== DEFAULT_PORT)
        throw new Error('cannot set --unix-socket and --port at the same time');
      throw new Error('--unix-socket: this machine has no Unix sockets');
    }
    yield* warnOfFolder(call);
    const host = flags.string('address');
    const port = flags.number('port');
    let listener: Fd;
    try {
      listener = sys.listen({ host, port });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new Error(`listen tcp ${host}:${port}: bind: ${goErrorText(error)}`);
    }
    yield* call.out(`Starting to serve on ${host}:${sys.localAddress(listener)?.port ?? port}\n`);
    yield* serve(call, options, listener);
  },
});

interface ProxyOptions {
  readonly config: RestConfig;
  readonly filter: Filter;
}

const DEFAULT_PORT = 8001;
const WITHOUT_FILTER = 'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious';
const CHUNK = 32 * 1024;

interface Visitor {
  readonly client: Fd;
  received: Bytes;
  /** The answer's body, which is passed on as it comes. */
  answer: Fd | undefined;
}

function* serve(call: Call, options: ProxyOptions, listener: Fd): Blocking<void> {
  const { sys } = call;
  const visitors: Visitor[] = [];
  for (;;) {
    const fds = visitors.map(({ client, answer }) => answer ?? client);
    const ready = yield* sys.poll([listener, ...fds]);
    if (ready.includes(listener)) {
      visitors.push({ client: yield* sys.accept(listener), received: new Uint8Array(), answer: undefined });
    }
    for (const visitor of [...visitors]) {
      if (!ready.includes(visitor.answer ?? visitor.client)) continue;
      if (yield* attend(call, options, visitor)) leave(sys, visitor, visitors);
    }
  }
}

function leave(sys: Sys, visitor: Visitor, visitors: Visitor[]): void {
  if (visitor.answer !== undefined) sys.close(visitor.answer);
  sys.close(visitor.client);
  visitors.splice(visitors.indexOf(visitor), 1);
}

/** Answers whether the visitor is done with. */
function* attend(call: Call, options: ProxyOptions, visitor: Visitor): Blocking<boolean> {
  const { sys } = call;
  try {
    const bytes = yield* sys.read(visitor.answer ?? visitor.client, CHUNK);
    if (bytes.length === 0) return true;
    if (visitor.answer !== undefined) {
      yield* sys.write(visitor.client, bytes);
      return false;
    }
    visitor.received = joined([visitor.received, bytes]);
    const whole = readRequest(visitor.received);
    return whole === undefined ? false : yield* reply(call, options, visitor, whole.request);
  } catch (error) {
    if (error instanceof SysError) return true;
    throw error;
  }
}

/** Who answers for a path: files, the API, or nobody. The longest beginning of a path counts. */
function* reply(call: Call, options: ProxyOptions, visitor: Visitor, request: ProxiedRequest): Blocking<boolean> {
  const { sys, flags } = call;
  const path = decoded(request.target.split('?')[0] ?? '');
  const prefixes = [prefixOf(flags, 'api-prefix'), ...(servesFiles(call) ? [prefixOf(flags, 'www-prefix')] : [])];
  const clean = cleanPath(`/${path}`).replace(/(?<=[^/])$/, path.endsWith('/') ? '/' : '');
  const prefix = prefixes.toSorted((a, b) => b.length - a.length).find((each) => clean.startsWith(each));
  const isBeginning = prefixes.includes(`${clean}/`);
  if (isBeginning || clean !== path) {
    yield* sys.write(visitor.client, redirect(sys.now(), isBeginning ? `${clean}/` : clean));
  } else if (prefix === undefined) {
    yield* sys.write(visitor.client, plainAnswer(sys.now(), 404, '404 page not found'));
  } else if (servesFiles(call) && prefix === prefixOf(flags, 'www-prefix')) {
    yield* sys.write(visitor.client, yield* folderAnswer(sys, flags.string('www'), path.slice(prefix.length)));
  } else return yield* passOn(call, options, visitor, request);
  return true;
}

function* passOn(call: Call, options: ProxyOptions, visitor: Visitor, request: ProxiedRequest): Blocking<boolean> {
  const { sys } = call;
  const { config, filter } = options;
  const target = withoutPrefix(request.target, prefixOf(call.flags, 'api-prefix'));
  const asked = {
    method: request.method,
    path: decoded(target.split('?')[0] ?? ''),
    host: headerOf(request.headers, 'host'),
  };
  if (!filter(asked)) {
    yield* sys.write(visitor.client, plainAnswer(sys.now(), 403, 'Forbidden'));
    return true;
  }
  const path = serverPath(config);
  const server = config.host.slice(0, config.host.length - path.length);
  const url = `${server}${call.flags.bool('append-server-path') ? path.replace(/\/$/, '') : ''}${target}`;
  try {
    const answer = yield* sys.http({
      method: request.method,
      url,
      headers: Object.fromEntries([...request.headers.filter(isPassed), ...config.headers]),
      ...(request.body.length === 0 ? {} : { body: request.body }),
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    });
    visitor.answer = answer.body;
    yield* sys.write(visitor.client, head(answer.status, answer.headers));
    return false;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const failure = connectionFailure(error, url);
    yield* call.log.error('proxy_server.go:147', `Error while proxying request: ${failure}`);
    yield* sys.write(visitor.client, plainAnswer(sys.now(), 500, failure));
    return true;
  }
}

function isPassed([name]: readonly [string, string]): boolean {
  return !['host', 'connection', 'content-length', 'accept-encoding', 'authorization'].includes(name.toLowerCase());
}

function prefixOf(flags: Flags, name: string): string {
  const given = flags.string(name);
  return given.endsWith('/') ? given : `${given}/`;
}

/** What begins with `/api` is the API's own path. */
function withoutPrefix(target: string, prefix: string): string {
  return prefix.startsWith('/api') ? target : `/${target.slice(prefix.length)}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function servesFiles({ flags }: Call): boolean {
  return flags.string('www') !== '';
}

/** `/base` of `https://host:6443/base`. */
function serverPath({ host }: RestConfig): string {
  return /^[a-z]+:\/\/[^/]*(\/.*)$/.exec(host)?.[1] ?? '';
}

function* warnOfPath({ flags, log }: Call, config: RestConfig): Blocking<void> {
  const path = serverPath(config);
  if (flags.bool('append-server-path') || path === '' || path === '/') return;
  const how = 'use --append-server-path to automatically append the path to each request';
  yield* log.warning('proxy.go:172', `Your kube context contains a server path ${path}, ${how}`);
}

function* warnOfFolder(call: Call): Blocking<void> {
  const folder = call.flags.string('www');
  if (folder === '') return;
  try {
    if (mustStat(call.sys, folder).type === 'directory') return;
    yield* call.log.warning('proxy.go:202', `Static file directory ${folder} is not a directory`);
  } catch (error) {
    yield* call.log.warning(
      'proxy.go:200',
      `Failed to stat static file directory ${folder}: ${asError(error).message}`,
    );
  }
}
