// kubectl cluster-info dump: lists as their types write them, and logs.

import { describe, expect, test } from 'vitest';
import { serverOf } from '../cluster.ts';
import { type Answer, type Outcome, runKubectl } from '../machine.ts';

const POD = { metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [{ name: 'main' }] } };

function list(kind: string, items: readonly object[] = []): Answer {
  return { body: { items, metadata: { resourceVersion: '7' }, apiVersion: 'v1', kind } };
}

const place = '/api/v1/namespaces/shop';
const apps = '/apis/apps/v1/namespaces/shop';
const server = serverOf({
  'GET /api/v1/nodes': list('NodeList', [{ metadata: { name: 'one' } }]),
  [`GET ${place}/events`]: list('EventList'),
  [`GET ${place}/replicationcontrollers`]: list('ReplicationControllerList'),
  [`GET ${place}/services`]: list('ServiceList'),
  [`GET ${apps}/daemonsets`]: list('DaemonSetList'),
  [`GET ${apps}/deployments`]: list('DeploymentList'),
  [`GET ${apps}/replicasets`]: list('ReplicaSetList'),
  [`GET ${place}/pods`]: list('PodList', [POD]),
  [`GET ${place}/pods/web/log`]: { status: 400, body: { kind: 'Status', message: 'waiting to start', code: 400 } },
});

function dump(...args: readonly string[]): Outcome {
  return runKubectl(['cluster-info', 'dump', '--namespaces=shop', ...args], { server });
}

describe('kubectl cluster-info dump', () => {
  test('writes lists in the order of their fields, with their revision', () => {
    const { stdout } = dump();
    expect(stdout.slice(0, stdout.indexOf('"spec"'))).toBe(
      '{\n    "kind": "NodeList",\n    "apiVersion": "v1",\n    "metadata": {\n        "resourceVersion": "7"\n    },\n' +
        '    "items": [\n        {\n            "metadata": {\n                "name": "one"\n            },\n            ',
    );
  });

  test('says of a log that it cannot have what the answer was, in general words', () => {
    expect(dump('-o', 'jsonpath=').stdout).toBe('');
    const { stdout } = dump('-o', 'jsonpath={.kind}');
    expect(stdout).toContain(
      'PodList==== START logs for container main of pod shop/web ====\n' +
        'Request log error: the server rejected our request for an unknown reason (get pods web)\n' +
        '==== END logs for container main of pod shop/web ====\n',
    );
  });

  test('has no names for lists', () => {
    expect(dump('-o', 'name').stderr).toBe('error: list types are not supported by name printing: *v1.NodeList\n');
  });
});
