// kubectl proxy: an HTTP server on this machine that passes requests on to the API, with the kubeconfig's credentials.

import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { goErrorText, joined } from '../../files.ts';
import type { RestConfig } from '../../rest/config.ts';
import { head, headerOf, type ProxiedRequest, plainAnswer, readRequest } from './http.ts';

export const proxy = command<null>({
  path: 'proxy',
  long: `
Serve the API on this machine, without credentials: the proxy adds those of the kubeconfig.

Who asks must do so by a name of this machine, and can't get into containers that way unless the filter is off.`,
  examples: `
# The whole API on port 8001
kubectl proxy

# On another port, under a path of its own
kubectl proxy --port=8080 --api-prefix=/k8s`,
  *complete({ flags }) {
    for (const name of UNKNOWN) if (flags.changed(name)) throw new Error(`--${name} is not built yet`);
    return null;
  },
  *run(_, call) {
    const config = yield* call.restConfig();
    const host = call.flags.string('address');
    const port = call.flags.number('port');
    let listener: Fd;
    try {
      listener = call.sys.listen({ host, port });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new Error(`listen tcp ${host}:${port}: bind: ${goErrorText(error)}`);
    }
    yield* call.out(`Starting to serve on ${host}:${call.sys.localAddress(listener)?.port ?? port}\n`);
    yield* serve(call, config, listener);
  },
});

const UNKNOWN = ['accept-hosts', 'accept-paths', 'reject-methods', 'reject-paths', 'unix-socket', 'www', 'www-prefix'];
const CHUNK = 32 * 1024;

interface Visitor {
  readonly client: Fd;
  received: Bytes;
  /** The answer's body, which is passed on as it comes. */
  answer: Fd | undefined;
}

function* serve(call: Call, config: RestConfig, listener: Fd): Blocking<void> {
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
      if (yield* attend(call, config, visitor)) leave(sys, visitor, visitors);
    }
  }
}

function leave(sys: Sys, visitor: Visitor, visitors: Visitor[]): void {
  if (visitor.answer !== undefined) sys.close(visitor.answer);
  sys.close(visitor.client);
  visitors.splice(visitors.indexOf(visitor), 1);
}

/** Answers whether the visitor is done with. */
function* attend(call: Call, config: RestConfig, visitor: Visitor): Blocking<boolean> {
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
    return whole === undefined ? false : yield* passOn(call, config, visitor, whole.request);
  } catch (error) {
    if (error instanceof SysError) return true;
    throw error;
  }
}

function* passOn(call: Call, config: RestConfig, visitor: Visitor, request: ProxiedRequest): Blocking<boolean> {
  const { sys } = call;
  const refused = refusal(call, request);
  if (refused !== undefined) {
    yield* sys.write(visitor.client, refused);
    return true;
  }
  const target = request.target.slice(prefixOf(call).length);
  try {
    const answer = yield* sys.http({
      method: request.method,
      url: `${config.host}/${target}`,
      headers: Object.fromEntries([...request.headers.filter(isPassed), ...config.headers]),
      ...(request.body.length === 0 ? {} : { body: request.body }),
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    });
    visitor.answer = answer.body;
    yield* sys.write(visitor.client, head(answer.status, answer.headers));
    return false;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(visitor.client, plainAnswer(502, `Error trying to reach service: ${asError(error).message}`));
    return true;
  }
}

function isPassed([name]: readonly [string, string]): boolean {
  return !['host', 'connection', 'content-length', 'accept-encoding', 'authorization'].includes(name.toLowerCase());
}

/** `/k8s/`, with lines at both ends. */
function prefixOf({ flags }: Call): string {
  return `/${flags.string('api-prefix')}/`.replace(/\/{2,}/g, '/');
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

function refusal(call: Call, { target, headers }: ProxiedRequest): string | undefined {
  if (!target.startsWith(prefixOf(call))) return plainAnswer(404, '404 page not found\n');
  if (call.flags.bool('disable-filter')) return undefined;
  const host = headerOf(headers, 'host').replace(/:\d+$/, '');
  const [path = ''] = target.split('?');
  const intoPods = path.startsWith('/api/') && path.includes('/pods/') && /\/(?:exec|attach)/.test(path);
  return LOCAL_NAMES.includes(host) && !intoPods ? undefined : plainAnswer(403, 'Forbidden\n');
}
