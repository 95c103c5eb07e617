// Programs that live in a cluster and look at it: they list and watch kinds through the API, as their pod's account.

import { isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import { seconds } from '../../../time/units.ts';
import { type Blocking, type Bytes, type Fd, type HttpResponse, type Sys, SysError } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { readAll, tryTextFile } from './input.ts';

/** Which kind to watch: where it is, and what logs call it. */
export interface WatchedKind {
  /** `services`, `endpointslices`. */
  readonly name: string;
  /** `/api/v1/services`. */
  readonly path: string;
  /** `*v1.Service`. */
  readonly type: string;
}

/** Plain data. */
export interface ApiView {
  readonly watches: Map<Fd, { readonly kind: string /** What has come of a line that isn't whole. */; rest: Bytes }>;
  /** Kinds that were listed at least once. */
  readonly synced: Set<string>;
  /** Kinds to be listed again, and when. */
  readonly retries: Map<string, number>;
}

/** Who looks, and is told. */
export interface ApiWatcher {
  readonly kinds: readonly WatchedKind[];
  /** How it calls itself to the server. */
  readonly agent: string;
  /** What was known of a kind is forgotten: all of it comes again. */
  readonly forget: (kind: string) => void;
  readonly learn: (kind: string, object: JsonObject, gone: boolean) => void;
}

const RETRY_MS = 1000;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export function newApiView(kinds: readonly WatchedKind[]): ApiView {
  return { watches: new Map(), synced: new Set(), retries: new Map(kinds.map(({ name }) => [name, 0])) };
}

/** When the next kind is to be listed; undefined when none is. */
export function nextRetry({ retries }: ApiView): number | undefined {
  return retries.size === 0 ? undefined : Math.min(...retries.values());
}

/** Lists and watches the kinds whose time has come. Answers what went wrong, for the log. */
export function* connectView(sys: Sys, view: ApiView, watcher: ApiWatcher): Blocking<readonly string[]> {
  const problems: string[] = [];
  for (const [name, at] of [...view.retries]) {
    const kind = watcher.kinds.find((each) => each.name === name);
    if (at > sys.now() || kind === undefined) continue;
    const problem = yield* begin(sys, view, watcher, kind);
    if (problem === undefined) view.retries.delete(name);
    else {
      view.retries.set(name, sys.now() + RETRY_MS);
      problems.push(`Failed to watch: failed to list ${kind.type}: ${problem}`);
    }
  }
  return problems;
}

function* begin(sys: Sys, view: ApiView, watcher: ApiWatcher, kind: WatchedKind): Blocking<string | undefined> {
  try {
    const listed = yield* askApi(sys, watcher.agent, { path: kind.path });
    const list = jsonObject(decode(yield* readAll(sys, listed.body)));
    sys.close(listed.body);
    if (listed.status !== 200) return typeof list['message'] === 'string' ? list['message'] : `status ${listed.status}`;
    watcher.forget(kind.name);
    const { items, metadata } = list;
    for (const item of Array.isArray(items) ? items : []) if (isObject(item)) watcher.learn(kind.name, item, false);
    const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
    view.synced.add(kind.name);
    const path = `${kind.path}?watch=1&allowWatchBookmarks=true&resourceVersion=${version}`;
    const watch = yield* askApi(sys, watcher.agent, { path });
    if (watch.status !== 200) {
      sys.close(watch.body);
      return `watch: status ${watch.status}`;
    }
    view.watches.set(watch.body, { kind: kind.name, rest: new Uint8Array(0) });
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return `Get "https://${apiAddress(sys)}${kind.path}?limit=500&resourceVersion=0": ${reason(sys, error)}`;
  }
}

function reason(sys: Sys, { code }: SysError): string {
  const dial = `dial tcp ${apiAddress(sys)}:`;
  if (code === 'ECONNREFUSED') return `${dial} connect: connection refused`;
  if (code === 'EHOSTUNREACH') return `${dial} connect: no route to host`;
  return code === 'ETIMEDOUT' ? `${dial} i/o timeout` : code;
}

function apiAddress(sys: Sys): string {
  return `${sys.env.get('KUBERNETES_SERVICE_HOST') ?? ''}:${sys.env.get('KUBERNETES_SERVICE_PORT') ?? '443'}`;
}

export interface ApiRequest {
  readonly path: string;
  /** GET unless given. */
  readonly method?: string;
  readonly body?: JsonValue;
  readonly contentType?: string;
}

/** One request as the pod's account; the answer's body is the caller's to read and close. */
export function* askApi(
  sys: Sys,
  agent: string,
  { path, method = 'GET', ...rest }: ApiRequest,
): Blocking<HttpResponse> {
  const token = (yield* tryTextFile(sys, `${ACCOUNT}/token`)) ?? '';
  const ca = yield* tryTextFile(sys, `${ACCOUNT}/ca.crt`);
  const sent = rest.body === undefined ? {} : { body: JSON.stringify(rest.body) };
  return yield* sys.http({
    method,
    url: `https://${apiAddress(sys)}${path}`,
    headers: {
      Accept: 'application/json',
      'User-Agent': agent,
      ...(rest.body === undefined ? {} : { 'Content-Type': rest.contentType ?? 'application/json' }),
      ...(token === '' ? {} : { Authorization: `Bearer ${token.trim()}` }),
    },
    ...sent,
    tls: ca === undefined ? { insecure: true } : { ca },
    timeout: seconds(10),
  });
}

/** A JSON object, or an empty one where it is none. */
export function jsonObject(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A watch has something to say, or has ended: then it is begun again. */
export function* hearView(sys: Sys, view: ApiView, watcher: ApiWatcher, fd: Fd): Blocking<void> {
  const watch = view.watches.get(fd);
  if (watch === undefined) return;
  const bytes = yield* readOrNothing(sys, fd);
  if (bytes.length === 0) {
    endWatch(sys, view, fd, watch.kind);
    return;
  }
  const all = watch.rest.length === 0 ? bytes : concat([watch.rest, bytes]);
  const last = all.lastIndexOf(0x0a) + 1;
  watch.rest = all.subarray(last);
  for (const line of decode(all.subarray(0, last)).split('\n')) {
    if (line !== '' && !take(watcher, watch.kind, jsonObject(line))) {
      endWatch(sys, view, fd, watch.kind);
      return;
    }
  }
}

function* readOrNothing(sys: Sys, fd: Fd): Blocking<Bytes> {
  try {
    return yield* sys.read(fd, 1_048_576);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return new Uint8Array(0);
  }
}

function endWatch(sys: Sys, view: ApiView, fd: Fd, kind: string): void {
  view.watches.delete(fd);
  view.retries.set(kind, sys.now());
  sys.close(fd);
}

/** False when the watch can't go on. */
function take(watcher: ApiWatcher, kind: string, event: JsonObject): boolean {
  const [type, object] = [own(event, 'type'), own(event, 'object')];
  if (type === 'ERROR' || !isObject(object)) return false;
  if (type !== 'BOOKMARK') watcher.learn(kind, object, type === 'DELETED');
  return true;
}
