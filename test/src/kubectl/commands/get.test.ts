import { describe, expect, test } from 'vitest';
import { notFound, serverOf, tableOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

const pods = tableOf(
  ['Name', 'Ready', 'Status'],
  [
    ['web-1', '1/1', 'Running'],
    ['db', '0/1', 'Pending'],
  ],
);

describe('kubectl get', () => {
  test('prints the table that the server made', () => {
    const { stdout, stderr, status } = runKubectl(['get', 'po'], {
      server: serverOf({ 'GET /api/v1/namespaces/default/pods': pods }),
    });
    expect({ stdout, stderr, status }).toEqual({
      stdout: 'NAME    READY   STATUS\nweb-1   1/1     Running\ndb      0/1     Pending\n',
      stderr: '',
      status: 0,
    });
  });

  test('asks for tables in pages of 500, after it has asked what there is', () => {
    const { requests } = runKubectl(['get', 'pods', '-l', 'app in (a,b)'], {
      server: serverOf({ 'GET /api/v1/namespaces/default/pods': pods }),
    });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET http://cluster:8001/api?timeout=32s',
      'GET http://cluster:8001/apis?timeout=32s',
      'GET http://cluster:8001/api/v1/namespaces/default/pods?labelSelector=app+in+%28a%2Cb%29&limit=500',
    ]);
    expect(requests[2]?.headers).toMatchObject({
      Accept:
        'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
      'Kubectl-Command': 'kubectl get',
    });
  });

  test('goes on when one of several objects is missing, and fails in the end', () => {
    const server = serverOf({
      'GET /api/v1/namespaces/default/pods/db': tableOf(['Name'], [['db']]),
      'GET /api/v1/namespaces/default/pods/web': notFound('/pods/web'),
    });
    const { stdout, stderr, status } = runKubectl(['get', 'pods', 'web', 'db'], { server });
    expect([stdout, stderr, status]).toEqual(['NAME\ndb\n', 'Error from server (NotFound): pods "web" not found\n', 1]);
  });

  test('makes a table of names and ages itself where the server is not to make one', () => {
    const items = [{ metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' } }];
    const { stdout } = runKubectl(['get', 'cm', '--server-print=false'], {
      server: serverOf({
        'GET /api/v1/namespaces/default/configmaps': { body: { kind: 'ConfigMapList', apiVersion: 'v1', items } },
      }),
      now: '2026-01-01T00:00:07Z',
    });
    expect(stdout).toBe('NAME   AGE\na      7s\n');
  });

  test('sets kinds apart when several are asked for', () => {
    const server = serverOf({
      'GET /api/v1/namespaces/default/pods': tableOf(['Name'], [['web']]),
      'GET /api/v1/namespaces/default/services': tableOf(['Name', 'Type'], [['web', 'ClusterIP']]),
    });
    const { stdout } = runKubectl(['get', 'pods,svc'], { server });
    expect(stdout).toBe('NAME\npod/web\n\nNAME          TYPE\nservice/web   ClusterIP\n');
  });

  test('says in which namespace there is nothing', () => {
    const server = serverOf({ 'GET /api/v1/namespaces/x/pods': tableOf(['Name'], []) });
    expect(runKubectl(['get', 'pods', '-n', 'x'], { server })).toMatchObject({
      stdout: '',
      stderr: 'No resources found in x namespace.\n',
      status: 0,
    });
  });

  test('reports a server that nobody has started, once for every time it was asked', () => {
    const { stderr, status } = runKubectl(['get', 'ns', 'default'], {});
    const lines = stderr.split('\n');
    expect(lines.filter((line) => line.includes("couldn't get current server API group list"))).toHaveLength(5);
    expect(lines[5]).toBe(
      'The connection to the server cluster:8001 was refused - did you specify the right host or port?',
    );
    expect(status).toBe(1);
  });

  test('knows no type that the server does not have', () => {
    expect(runKubectl(['get', 'gizmos'], { server: serverOf({}) })).toMatchObject({
      stderr: 'error: the server doesn\'t have a resource type "gizmos"\n',
      status: 1,
    });
  });

  test('leaves what it learned about the server behind for six hours', () => {
    const server = serverOf({ 'GET /api/v1/namespaces/default/pods': pods });
    const { files } = runKubectl(['get', 'pods'], { server });
    const kept = Object.fromEntries([...files].filter(([path]) => path.includes('/cache/discovery/')));
    expect(Object.keys(kept).sort()).toEqual([
      '/home/.kube/cache/discovery/cluster_8001/apps/v1/serverresources.json',
      '/home/.kube/cache/discovery/cluster_8001/events.k8s.io/v1/serverresources.json',
      '/home/.kube/cache/discovery/cluster_8001/rbac.authorization.k8s.io/v1/serverresources.json',
      '/home/.kube/cache/discovery/cluster_8001/servergroups.json',
      '/home/.kube/cache/discovery/cluster_8001/v1/serverresources.json',
    ]);
    const { requests } = runKubectl(['get', 'pods'], { server, files: kept });
    expect(requests).toHaveLength(1);
  });
});
