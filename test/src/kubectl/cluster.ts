// A server for tests of kubectl: a little discovery, and answers by path.

import type { HttpRequest } from '../../../sandbox/machine/sys.ts';
import type { Answer } from './machine.ts';

const RESOURCES = [
  ['', 'v1', 'pods', 'pod', 'Pod', true, ['po'], ['all']],
  ['', 'v1', 'services', 'service', 'Service', true, ['svc'], ['all']],
  ['', 'v1', 'namespaces', 'namespace', 'Namespace', false, ['ns'], []],
  ['', 'v1', 'nodes', 'node', 'Node', false, ['no'], []],
  ['', 'v1', 'configmaps', 'configmap', 'ConfigMap', true, ['cm'], []],
  ['', 'v1', 'events', 'event', 'Event', true, ['ev'], []],
  ['apps', 'v1', 'deployments', 'deployment', 'Deployment', true, ['deploy'], ['all']],
  ['events.k8s.io', 'v1', 'events', 'event', 'Event', true, ['ev'], []],
  ['rbac.authorization.k8s.io', 'v1', 'roles', 'role', 'Role', true, [], []],
] as const;

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Answers by `METHOD /path` (without the query); everything else is not found. */
export function serverOf(answers: Readonly<Record<string, Answer>>): (request: HttpRequest) => Answer {
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api') return discovery(RESOURCES.filter(([group]) => group === ''));
    if (pathname === '/apis') return discovery(RESOURCES.filter(([group]) => group !== ''));
    return answers[`${request.method} ${pathname}`] ?? notFound(pathname);
  };
}

function discovery(rows: readonly (typeof RESOURCES)[number][]): Answer {
  const groups = [...new Set(rows.map(([group]) => group))];
  const items = groups.map((group) => ({
    metadata: { name: group },
    versions: [
      { version: 'v1', resources: rows.filter((row) => row[0] === group).map(resourceOf), freshness: 'Current' },
    ],
  }));
  return { headers: { 'content-type': AGGREGATED }, body: { kind: 'APIGroupDiscoveryList', items } };
}

function resourceOf([
  group,
  version,
  plural,
  singular,
  kind,
  namespaced,
  shortNames,
  categories,
]: (typeof RESOURCES)[number]): object {
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: ['get', 'list', 'watch', 'create', 'delete', 'patch', 'update'],
    shortNames,
    categories,
  };
}

export function notFound(pathname: string): Answer {
  const [name = '', resource = ''] = pathname.split('/').reverse();
  return {
    status: 404,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `${resource} "${name}" not found`,
      reason: 'NotFound',
      details: { name, kind: resource },
      code: 404,
    },
  };
}

/** A table as a server makes it. */
export function tableOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): Answer {
  return {
    body: {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '7' },
      columnDefinitions: columns.map((name) => ({
        name,
        type: 'string',
        format: name === 'Name' ? 'name' : '',
        description: '',
        priority: 0,
      })),
      rows: rows.map((cells) => ({ cells, object: { metadata: { name: cells[0], namespace: 'default' } } })),
    },
  };
}
