// How CoreDNS learns of the cluster: it lists and watches through the API, as its service account.

import { isObject, type JsonObject, type JsonValue } from '../../../kube/json.ts';
import { seconds } from '../../../time/units.ts';
import { bytesOf } from '../../bytes.ts';
import { type Blocking, type Bytes, type Fd, type HttpResponse, type Sys, SysError } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { readAll, tryTextFile } from '../kit/input.ts';
import { forget, learn, type NamedKind, type Names } from './names.ts';

export interface Watch {
  readonly kind: NamedKind;
  /** What has come of a line that isn't whole. */
  rest: Bytes;
}

/** Plain data. */
export interface ClusterView {
  readonly names: Names;
  readonly watches: Map<Fd, Watch>;
  readonly synced: Set<NamedKind>;
  /** Kinds to be listed again, and when. */
  readonly retries: Map<NamedKind, number>;
  serial: number;
}

export const KINDS: readonly NamedKind[] = ['services', 'endpointslices', 'namespaces'];

const PATHS: Readonly<Record<NamedKind, string>> = {
  services: '/api/v1/services',
  endpointslices: '/apis/discovery.k8s.io/v1/endpointslices',
  namespaces: '/api/v1/namespaces',
};
const TYPES: Readonly<Record<NamedKind, string>> = {
  services: '*v1.Service',
  endpointslices: '*v1.EndpointSlice',
  namespaces: '*v1.Namespace',
};
const RETRY_MS = 1000;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export function isSynced({ synced }: ClusterView): boolean {
  return KINDS.every((kind) => synced.has(kind));
}

/** When the next kind is to be listed; undefined when none is. */
export function nextRetry({ retries }: ClusterView): number | undefined {
  return retries.size === 0 ? undefined : Math.min(...retries.values());
}

/** Lists and watches the kinds whose time has come. Answers what went wrong, for the log. */
export function* connect(sys: Sys, view: ClusterView): Blocking<readonly string[]> {
  const problems: string[] = [];
  for (const [kind, at] of [...view.retries]) {
    if (at > sys.now()) continue;
    const problem = yield* begin(sys, view, kind);
    if (problem === undefined) view.retries.delete(kind);
    else {
      view.retries.set(kind, sys.now() + RETRY_MS);
      problems.push(`plugin/kubernetes: Failed to watch: failed to list ${TYPES[kind]}: ${problem}`);
    }
  }
  return problems;
}

function* begin(sys: Sys, view: ClusterView, kind: NamedKind): Blocking<string | undefined> {
  try {
    const listed = yield* request(sys, PATHS[kind]);
    const list = objectOf(decode(yield* readAll(sys, listed.body)));
    sys.close(listed.body);
    if (listed.status !== 200) return typeof list['message'] === 'string' ? list['message'] : `status ${listed.status}`;
    forget(view.names, kind);
    const { items, metadata } = list;
    for (const item of Array.isArray(items) ? items : []) if (isObject(item)) learn(view.names, kind, item, false);
    const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
    view.synced.add(kind);
    const watch = yield* request(sys, `${PATHS[kind]}?watch=1&allowWatchBookmarks=true&resourceVersion=${version}`);
    if (watch.status !== 200) {
      sys.close(watch.body);
      return `watch: status ${watch.status}`;
    }
    view.watches.set(watch.body, { kind, rest: bytesOf('') });
    view.serial = Math.floor(sys.now() / 1000);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return `Get "https://${apiAddress(sys)}${PATHS[kind]}?limit=500&resourceVersion=0": ${reason(sys, error)}`;
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

function* request(sys: Sys, path: string): Blocking<HttpResponse> {
  const token = (yield* tryTextFile(sys, `${ACCOUNT}/token`)) ?? '';
  const ca = yield* tryTextFile(sys, `${ACCOUNT}/ca.crt`);
  return yield* sys.http({
    method: 'GET',
    url: `https://${apiAddress(sys)}${path}`,
    headers: {
      Accept: 'application/json',
      'User-Agent': 'coredns/linux/amd64',
      ...(token === '' ? {} : { Authorization: `Bearer ${token.trim()}` }),
    },
    tls: ca === undefined ? { insecure: true } : { ca },
    timeout: seconds(10),
  });
}

function objectOf(text: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A watch has something to say, or has ended: then it is begun again. */
export function* hear(sys: Sys, view: ClusterView, fd: Fd): Blocking<void> {
  const watch = view.watches.get(fd);
  if (watch === undefined) return;
  const bytes = yield* readOrNothing(sys, fd);
  if (bytes.length === 0) {
    end(sys, view, fd, watch);
    return;
  }
  const all = watch.rest.length === 0 ? bytes : concat([watch.rest, bytes]);
  const last = all.lastIndexOf(0x0a) + 1;
  watch.rest = all.subarray(last);
  for (const line of decode(all.subarray(0, last)).split('\n')) {
    if (line !== '' && !take(sys, view, watch.kind, objectOf(line))) {
      end(sys, view, fd, watch);
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

function end(sys: Sys, view: ClusterView, fd: Fd, { kind }: Watch): void {
  view.watches.delete(fd);
  view.retries.set(kind, sys.now());
  sys.close(fd);
}

/** False when the watch can't go on. */
function take(sys: Sys, view: ClusterView, kind: NamedKind, { type, object }: JsonObject): boolean {
  if (type === 'ERROR' || !isObject(object)) return false;
  if (type === 'BOOKMARK') return true;
  learn(view.names, kind, object, type === 'DELETED');
  view.serial = Math.floor(sys.now() / 1000);
  return true;
}
