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

const ROLE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'r', namespace: 'fresh' },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
};

function reconcile(current: object, ...args: readonly string[]): ReturnType<typeof runKubectl> {
  return runKubectl(['auth', 'reconcile', '-f', '/home/r.json', ...args], {
    files: { '/home/r.json': JSON.stringify(ROLE) },
    server: serverOf({ [`GET ${ROLES}/r`]: { body: current }, [`PUT ${ROLES}/r`]: { body: ROLE } }),
  });
}

const MORE = { ...ROLE, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] };

test('kubectl auth reconcile asks for the role alone, and nothing when it is as it should be', () => {
  const { requests, stderr } = reconcile(ROLE);
  expect([requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`), stderr]).toEqual([
    [`GET ${ROLES}/r`],
    '',
  ]);
});

test('kubectl auth reconcile tells what it adds', () => {
  const { requests, stderr } = reconcile(MORE);
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  expect(stderr).toBe(
    '\treconciliation required update\n\tmissing rules added:\n' +
      '\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n',
  );
});

test('kubectl auth reconcile leaves alone what opted out', () => {
  const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  const { requests, stderr } = reconcile({ ...MORE, metadata: { ...ROLE.metadata, annotations } });
  expect(requests.map(({ method }) => method)).toEqual(['GET']);
  expect(stderr).toContain(
    'required update, but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)\n',
  );
});

test('kubectl auth reconcile can be tried by the client only', () => {
  expect(reconcile(ROLE, '--dry-run=server').stderr).toBe(
    'error: --dry-run=server for command reconcile is not supported yet\n',
  );
});
