// /healthz, /livez and /readyz: lists of checks. A server that answers is well, so each of them is.

import { type HttpResponse, textResponse } from './message.ts';
import type { Query } from './query.ts';

const HOOKS_BEFORE = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'peer-endpoint-reconciler-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'storage-readiness',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'aggregator-reload-proxy-client-cert',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
];
const HOOKS_AFTER = ['apiservice-openapi-controller', 'apiservice-openapiv3-controller'];

const HOOKS = [
  ...HOOKS_BEFORE.map((name) => `poststarthook/${name}`),
  'autoregister-completion',
  ...HOOKS_AFTER.map((name) => `poststarthook/${name}`),
];
const ALIVE = ['ping', 'log', 'loopback-serving-certificate', 'etcd', ...HOOKS];
const READY = ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...HOOKS, 'shutdown'];

const ENDPOINTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['healthz', ALIVE],
  ['livez', ALIVE],
  ['readyz', READY],
]);

/** The paths of all checks. */
export const HEALTH_PATHS: readonly string[] = [...ENDPOINTS].flatMap(([name, checks]) => [
  `/${name}`,
  ...checks.map((check) => `/${name}/${check}`),
]);

/** Undefined for a path that is no check. */
export function serveHealth(path: string, query: Query): HttpResponse | undefined {
  const [, name = '', check = ''] = /^\/([a-z]+)(?:\/(.+))?$/.exec(path) ?? [];
  const checks = ENDPOINTS.get(name);
  if (checks === undefined) return undefined;
  if (check !== '') return checks.includes(check) ? textResponse(200, 'ok') : undefined;
  return textResponse(200, query.has('verbose') ? verbose(name, checks, query) : 'ok');
}

function verbose(name: string, checks: readonly string[], query: Query): string {
  const excluded = query.get('exclude') ?? [];
  const lines = checks.map((check) => (excluded.includes(check) ? `[+]${check} excluded: ok` : `[+]${check} ok`));
  const unknown = excluded.filter((each) => !checks.includes(each)).sort();
  const names = unknown.map((each) => JSON.stringify(each)).join(',');
  const warning = unknown.length === 0 ? [] : [`warn: some health checks cannot be excluded: no matches for ${names}`];
  return [...lines, ...warning, `${name} check passed`, ''].join('\n');
}
