// Where requests go and with which credentials: what comes out of kubeconfig, flags and, within a pod, the service account.

import { DurationError, parseDurationMs } from '../../../sandbox/kube/duration.ts';
import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking, Sys, TlsOptions } from '../../../sandbox/machine/sys.ts';
import { decodeText, readText, statOf } from '../files.ts';
import type { Cluster, User } from '../kubeconfig/model.ts';

export interface RestConfig {
  /** `https://127.0.0.1:6443`, perhaps with a path, without a slash at its end. */
  readonly server: string;
  /** As the kubeconfig gives it, for names of folders and messages. */
  readonly host: string;
  readonly tls?: TlsOptions;
  /** Credentials and impersonation. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Milliseconds; 0 is no limit. */
  readonly timeout: number;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Asks for a user name and a password where a TLS server is used without any credentials. */
export type Prompt = () => Blocking<{ readonly username: string; readonly password: string }>;

export function* restConfig(
  sys: Sys,
  cluster: Cluster,
  user: User,
  timeout: string,
  prompt: Prompt,
): Blocking<RestConfig> {
  const host = cluster.server ?? '';
  const server = serverUrl(host);
  const base = { server, host, timeout: parseTimeout(timeout) };
  if (cluster['proxy-url'])
    throw new Error(`the proxy ${quote(cluster['proxy-url'])} of the cluster is not supported here`);
  if (!server.startsWith('https://')) return { ...base, headers: impersonation(user) };
  if (user.exec !== undefined) {
    throw new Error(`credentials of the program ${quote(user.exec.command ?? '')} are not supported here`);
  }
  const tls = yield* tlsOptions(sys, cluster, user);
  const known = yield* credentials(sys, user);
  const anonymous = known.length === 0 && tls.cert === undefined && user['auth-provider'] === undefined;
  const headers = anonymous ? basicAuth(yield* prompt()) : known;
  return { ...base, tls, headers: [...headers, ...impersonation(user)] };
}

/** The service account of the pod that this runs in; undefined outside of pods. */
export function* inClusterConfig(sys: Sys): Blocking<RestConfig | undefined> {
  const host = sys.env.get('KUBERNETES_SERVICE_HOST');
  const port = sys.env.get('KUBERNETES_SERVICE_PORT');
  if (!host || !port || statOf(sys, `${SERVICE_ACCOUNT}/token`)?.type !== 'file') return undefined;
  const token = yield* readText(sys, `${SERVICE_ACCOUNT}/token`);
  const ca = yield* readText(sys, `${SERVICE_ACCOUNT}/ca.crt`);
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { server, host: server, tls: { ca }, headers: [['Authorization', `Bearer ${token}`]], timeout: 0 };
}

/** The namespace of the pod that this runs in. */
export function* inClusterNamespace(sys: Sys): Blocking<string> {
  const named = sys.env.get('POD_NAMESPACE');
  if (named) return named;
  const path = `${SERVICE_ACCOUNT}/namespace`;
  const text = statOf(sys, path) === undefined ? '' : (yield* readText(sys, path)).trim();
  return text || 'default';
}

/** A server without a scheme is spoken to in plain HTTP. */
function serverUrl(host: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(host) ? host : `http://${host || 'localhost'}`;
  return url.replace(/[?#].*$/, '').replace(/\/+$/, '');
}

/** Seconds without a unit, else a duration. */
function parseTimeout(text: string): number {
  if (text === '') return 0;
  if (/^[+-]?\d+$/.test(text)) return Number(text) * 1000;
  try {
    return parseDurationMs(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new Error(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a ' +
        'corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  }
}

function* tlsOptions(sys: Sys, cluster: Cluster, user: User): Blocking<TlsOptions> {
  const ca = yield* pem(sys, cluster['certificate-authority-data'], cluster['certificate-authority']);
  const cert = yield* pem(sys, user['client-certificate-data'], user['client-certificate']);
  const key = yield* pem(sys, user['client-key-data'], user['client-key']);
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  if (insecure && ca !== undefined) {
    throw new Error('specifying a root certificates file with the insecure flag is not allowed');
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(insecure ? { insecure } : {}),
    ...(cluster['tls-server-name'] ? { serverName: cluster['tls-server-name'] } : {}),
  };
}

function* pem(sys: Sys, data: string | undefined, path: string | undefined): Blocking<string | undefined> {
  if (data) return decodeText(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
  return path ? yield* readText(sys, path) : undefined;
}

function* credentials(sys: Sys, user: User): Blocking<RestConfig['headers']> {
  const token = user.token || (user.tokenFile ? yield* readText(sys, user.tokenFile) : '');
  if (token) return [['Authorization', `Bearer ${token}`]];
  const { username = '', password = '' } = user;
  return username || password ? basicAuth({ username, password }) : [];
}

function basicAuth({
  username,
  password,
}: {
  readonly username: string;
  readonly password: string;
}): RestConfig['headers'] {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return [['Authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`]];
}

function impersonation(user: User): RestConfig['headers'] {
  if (!user.as) return [];
  const extra = Object.entries(user['as-user-extra'] ?? {}).flatMap(([key, values]) =>
    values.map((value) => [`Impersonate-Extra-${headerKey(key)}`, value] as const),
  );
  return [
    ['Impersonate-User', user.as],
    ...(user['as-uid'] ? [['Impersonate-Uid', user['as-uid']] as const] : []),
    ...(user['as-groups'] ?? []).map((group) => ['Impersonate-Group', group] as const),
    ...extra,
  ];
}

/** Bytes that a header's name can't hold are written as in URLs. */
function headerKey(key: string): string {
  return [...new TextEncoder().encode(key)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[!#$&'*+\-.0-9A-Z^_`a-z|~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
