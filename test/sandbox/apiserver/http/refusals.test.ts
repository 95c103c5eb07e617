// What a real server refuses, and with which words; each row was found by asking one beside ours.

import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../sandbox/kube/json.ts';
import { type Asked, startDoor } from './door.ts';

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const DEPLOYMENT = { metadata: { name: 'd' }, spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template } };
const SCALE = '/apis/apps/v1/namespaces/t/deployments/d/scale';
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

interface Row extends Asked {
  readonly title: string;
  /** What is there before. */
  readonly given?: readonly Asked[];
  readonly status: number;
  /** A part of the message. */
  readonly says: string;
}

const deployment: Asked = { path: '/apis/apps/v1/namespaces/t/deployments', body: DEPLOYMENT };
const volume: Asked = {
  path: '/api/v1/persistentvolumes',
  body: {
    metadata: { name: 'v' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nfs: { server: 'a', path: '/b' } },
  },
};

const budget: Asked = {
  path: '/apis/policy/v1/namespaces/t/poddisruptionbudgets',
  body: { metadata: { name: 'p' }, spec: { minAvailable: 1 } },
};

const storageClass: Asked = {
  path: '/apis/storage.k8s.io/v1/storageclasses',
  body: { metadata: { name: 's' }, provisioner: 'a.b/c' },
};

function autoscaler(scaleUp: JsonValue): JsonValue {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
  return { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef, behavior: { scaleUp } } };
}

const ROWS: readonly Row[] = [
  ...(
    [
      [
        'a number where a strategic patch wants a text',
        { env: [{ name: 'A', value: 80 }] },
        'cannot convert int64 to string',
      ],
      ['a number where it wants one of some words', { imagePullPolicy: 3 }, 'cannot convert int64 to v1.PullPolicy'],
      ['a truth where it wants a text', { image: true }, 'unrecognized type: string'],
      [
        'a truth where it wants a number or a text',
        { livenessProbe: { tcpSocket: { port: true } } },
        'json: cannot unmarshal bool into Go value of type int32',
      ],
    ] as const
  ).map(([title, container, says]) => ({
    title,
    given: [deployment],
    method: 'PATCH',
    path: `${deployment.path}/d`,
    body: { spec: { template: { spec: { containers: [{ name: 'c', ...container }] } } } },
    type: 'application/strategic-merge-patch+json',
    status: 422,
    says,
  })),
  {
    title: 'an empty list of policies is no absent one',
    path: '/apis/autoscaling/v2/namespaces/t/horizontalpodautoscalers',
    body: autoscaler({ policies: [] }),
    status: 422,
    says: 'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
  },
  {
    title: 'a changed source of a volume is shown as the server holds it',
    given: [volume],
    method: 'PATCH',
    path: '/api/v1/persistentvolumes/v',
    body: { spec: { nfs: { server: 'other' } } },
    type: MERGE,
    status: 422,
    says: '\n@@ -4,7 +4,7 @@\n  "HostPath": null,\n  "Glusterfs": null,\n  "NFS": {\n-  "Server": "a",\n+  "Server": "other",\n',
  },
  {
    title: 'a provisioner of a storage class stays as it is, in the words of every immutable field',
    given: [storageClass],
    method: 'PATCH',
    path: `${storageClass.path}/s`,
    body: { provisioner: 'c.d/e' },
    type: MERGE,
    status: 422,
    says: 'provisioner: Invalid value: "c.d/e": field is immutable',
  },
  {
    title: 'a changed handler of a runtime class is looked at like a new one',
    given: [{ path: '/apis/node.k8s.io/v1/runtimeclasses', body: { metadata: { name: 'r' }, handler: 'h' } }],
    method: 'PATCH',
    path: '/apis/node.k8s.io/v1/runtimeclasses/r',
    body: { handler: '' },
    type: MERGE,
    status: 422,
    says: '[handler: Required value, handler: Invalid value: "": field is immutable]',
  },
  {
    title: 'a budget is not replaced by one without a resource version',
    given: [budget],
    method: 'PUT',
    path: `${budget.path}/p`,
    body: { metadata: { name: 'p' }, spec: { minAvailable: 2 } },
    status: 422,
    says: 'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  },
  {
    title: 'a condition of a budget needs its time and its reason',
    given: [budget],
    method: 'PATCH',
    path: `${budget.path}/p/status`,
    body: { status: { conditions: [{ type: 'X', status: 'True' }] } },
    type: MERGE,
    status: 422,
    says: '[status.conditions[0].lastTransitionTime: Required value, status.conditions[0].reason: Required value]',
  },
  {
    title: 'a service without its Endpoints is not found by its proxy',
    given: [
      { path: '/api/v1/namespaces/t/services', body: { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } } },
    ],
    method: 'GET',
    path: '/api/v1/namespaces/t/services/s:zz/proxy/',
    status: 404,
    says: 'services "s" not found',
  },
  {
    title: 'the patched scale is shown with the owners of the replicas',
    given: [deployment],
    method: 'PATCH',
    path: SCALE,
    body: { spec: { replicas: 'two' } },
    type: MERGE,
    status: 422,
    says: '\\"apiVersion\\":\\"autoscaling/v1\\",\\"time\\"',
  },
  {
    title: 'replicas that another owns are not applied to a scale',
    given: [deployment],
    method: 'PATCH',
    path: `${SCALE}?fieldManager=m`,
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 5 } },
    type: APPLY,
    status: 409,
    says: 'Apply failed with 1 conflict: conflict with "test" using autoscaling/v1: .spec.replicas',
  },
];

describe('what a real server refuses', () => {
  for (const { title, given = [], status, says, ...asked } of ROWS) {
    it(title, () => {
      const ask = startDoor();
      for (const before of given) expect(ask(before).status).toBe(201);
      const answer = ask(asked);
      expect(answer).toMatchObject({ status });
      expect(JSON.stringify(answer.body['message'])).toContain(JSON.stringify(says).slice(1, -1));
    });
  }
});

describe('a key that stands twice in YAML that is applied', () => {
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: b\n  a: c\n';
  const found = 'line 7: key "a" already set in map';
  const applied = (fieldValidation: string) =>
    startDoor()({
      method: 'PATCH',
      path: `/api/v1/namespaces/t/configmaps/m?fieldManager=m&fieldValidation=${fieldValidation}`,
      text: yaml,
      type: APPLY,
    });

  it('is refused by strict validation', () => {
    const why = 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  ';
    expect(applied('Strict')).toMatchObject({ status: 400, body: { message: why + found } });
  });

  it('is warned of, unless the client wants to hear nothing', () => {
    expect(applied('Warn')).toMatchObject({ status: 201, warnings: [`299 - ${JSON.stringify(found)}`] });
    expect(applied('Ignore')).toMatchObject({ status: 201, warnings: [] });
  });
});

describe('a scale that is applied with force', () => {
  it('makes the applier the owner of the replicas', () => {
    const ask = startDoor();
    ask(deployment);
    const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 5 } };
    const applied = { method: 'PATCH', path: `${SCALE}?fieldManager=m&force=true`, body, type: APPLY };
    expect(ask(applied).body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    const { body: after } = ask({ method: 'GET', path: '/apis/apps/v1/namespaces/t/deployments/d' });
    expect(after).toMatchObject({
      spec: { replicas: 5 },
      metadata: {
        managedFields: [
          {
            manager: 'm',
            operation: 'Apply',
            apiVersion: 'apps/v1',
            subresource: 'scale',
            fieldsV1: { 'f:spec': { 'f:replicas': {} } },
          },
          { manager: 'test', operation: 'Update' },
        ],
      },
    });
  });
});

describe('a deletion that is over', () => {
  it('answers the object, for kinds of storage, or how it went', () => {
    const ask = startDoor();
    ask(storageClass);
    expect(ask({ method: 'DELETE', path: `${storageClass.path}/s` }).body).toMatchObject({ kind: 'StorageClass' });
    ask(deployment);
    const deleted = ask({ method: 'DELETE', path: `${deployment.path}/d` });
    expect(deleted.body).toMatchObject({ kind: 'Status', status: 'Success' });
  });
});
