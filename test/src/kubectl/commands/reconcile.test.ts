import { expect, test } from 'vitest';
import { notFound, serverOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/fresh/roles';

test('kubectl auth reconcile makes the namespace that a role is to be in', () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'r', namespace: 'fresh' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  };
  const { requests, stderr } = runKubectl(['auth', 'reconcile', '-f', '/home/r.json'], {
    files: { '/home/r.json': JSON.stringify(role) },
    server: serverOf({
      [`GET ${ROLES}/r`]: notFound('/roles/r'),
      'GET /api/v1/namespaces/fresh': notFound('/namespaces/fresh'),
      'POST /api/v1/namespaces': { body: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'fresh' } } },
      [`POST ${ROLES}`]: { body: role },
    }),
  });
  expect(stderr).toContain('reconciliation required create');
  expect(requests.slice(-4).map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    `GET ${ROLES}/r`,
    'GET /api/v1/namespaces/fresh',
    'POST /api/v1/namespaces',
    `POST ${ROLES}`,
  ]);
});
