// What clients send by mistake or in malice: whatever it is, the server answers as it would anybody, and goes on.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../../sandbox/apiserver/http/message.ts';
import { ConfigMaps, Namespaces, ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import { ADMIN, assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';
import { awaited } from '../../../awaited.ts';

const UTF8 = new TextEncoder();
/** `npm run test:long` runs more. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);

function server() {
  const panics: unknown[] = [];
  const cluster = assemble(newSimulatorState(), { log: (error) => panics.push(error) });
  const client = cluster.client();
  cluster.run(client.create(Namespaces, { metadata: { name: 'a' } }));
  cluster.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'a' } }));
  cluster.run(client.create(ConfigMaps, { metadata: { name: 'm', namespace: 'a' }, data: { k: 'v' } }));
  const send = (asked: Partial<Omit<HttpRequest, 'body'>> & { readonly body?: string | Uint8Array }) => {
    const { body = '', headers = {}, method = 'GET', target = '/' } = asked;
    const request: HttpRequest = {
      method,
      target,
      headers,
      body: typeof body === 'string' ? UTF8.encode(body) : body,
      source: '127.0.0.1',
      certificate: undefined,
      webSocket: undefined,
      user: ADMIN,
    };
    return awaited(cluster.loop, cluster.door.serve(request));
  };
  return { send, panics };
}

const JSON_TYPE = { 'content-type': ['application/json'] };
const MAPS = '/api/v1/namespaces/a/configmaps';

function messageOf(body: unknown): string {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
  return String(JSON.parse(text).message ?? '');
}

describe('the table of a scale', () => {
  it('shows how many are wanted and how many are there', () => {
    const { send } = server();
    const apps = '/apis/apps/v1/namespaces/a/deployments';
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const spec = { replicas: 3, selector: { matchLabels: { a: 'b' } }, template };
    send({ method: 'POST', target: apps, headers: JSON_TYPE, body: JSON.stringify({ metadata: { name: 'd' }, spec }) });
    const accept = ['application/json;as=Table;g=meta.k8s.io;v=v1'];
    const { body } = send({ target: `${apps}/d/scale`, headers: { accept } });
    const table = JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
    expect(table.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Desired',
      'Available',
      'Age',
    ]);
    expect(table.rows[0].cells.slice(0, 3)).toEqual(['d', 3, 0]);
  });
});

describe('a bad body', () => {
  it('of more than three megabytes is too large', () => {
    const { send } = server();
    const answer = send({
      method: 'POST',
      target: MAPS,
      headers: JSON_TYPE,
      body: new Uint8Array(3 * 1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
    expect(messageOf(answer.body)).toBe('Request entity too large: limit is 3145728');
  });

  it('that is nested ten thousand deep is read or refused, and costs little', () => {
    const { send, panics } = server();
    const deep = 10_000;
    for (const body of [
      `{"metadata":{"name":"x"},"data":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
      '['.repeat(deep),
    ]) {
      const { status } = send({ method: 'POST', target: MAPS, headers: JSON_TYPE, body });
      expect(status).toBe(400);
      const yaml = { 'content-type': ['application/yaml'] };
      expect(send({ method: 'POST', target: MAPS, headers: yaml, body }).status).toBe(400);
      const patch = { 'content-type': ['application/merge-patch+json'] };
      expect(send({ method: 'PATCH', target: `${MAPS}/m`, headers: patch, body }).status).toBeGreaterThanOrEqual(400);
    }
    expect(panics).toEqual([]);
  });

  it('may have keys that JavaScript has a mind of its own about', () => {
    const { send } = server();
    const data = '{"__proto__":"a","constructor":"b","toString":"c"}';
    const body = `{"metadata":{"name":"odd","labels":{"constructor":"x"}},"data":${data}}`;
    expect(send({ method: 'POST', target: MAPS, headers: JSON_TYPE, body }).status).toBe(201);
    const { body: read } = send({ target: `${MAPS}/odd` });
    expect(String(read)).toContain(data);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('with NUL and escape bytes comes back as it was', () => {
    const { send } = server();
    const body = JSON.stringify({ metadata: { name: 'nul' }, data: { k: 'a\u0000b\u001b[31m' } });
    expect(send({ method: 'POST', target: MAPS, headers: JSON_TYPE, body }).status).toBe(201);
    expect(String(send({ target: `${MAPS}/nul` }).body)).toContain('a\\u0000b\\u001b[31m');
  });
});

const TARGETS = [
  '/api/v1/namespaces/a/configmaps',
  '/api/v1/namespaces/a/configmaps/m',
  '/api/v1/namespaces/a/pods',
  '/api/v1/namespaces/a/pods/p/eviction',
  '/api/v1/namespaces/a/serviceaccounts/default/token',
  '/apis/apps/v1/namespaces/a/deployments',
  '/apis/apps/v1/namespaces/a/deployments/d/scale',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/certificates.k8s.io/v1/certificatesigningrequests',
  '/openapi/v3/apis/apps/v1',
];
const TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const QUERIES = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'fieldManager', 'dryRun'];

const query = fc
  .array(fc.tuple(fc.constantFrom(...QUERIES), fc.string()), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'));
const anyObject = fc.record(
  {
    apiVersion: fc.oneof(fc.constantFrom('v1', 'apps/v1'), fc.jsonValue()),
    kind: fc.oneof(fc.constantFrom('ConfigMap', 'Pod', 'Deployment'), fc.jsonValue()),
    metadata: fc.oneof(fc.record({ name: fc.string(), labels: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue()),
    spec: fc.jsonValue(),
    data: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  anyObject.map((value) => UTF8.encode(JSON.stringify(value))),
  fc.array(anyObject, { maxLength: 3 }).map((value) => UTF8.encode(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from([0x6b, 0x38, 0x73, 0, ...bytes])),
  fc.string({ unit: 'binary' }).map((text) => UTF8.encode(text)),
);

describe('whatever is asked', () => {
  it('gets an answer, and nothing goes wrong inside', () => {
    const { send, panics } = server();
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'BREW'),
        fc.oneof(fc.constantFrom(...TARGETS), fc.webPath()),
        query,
        fc.constantFrom(...TYPES),
        fc.oneof(fc.constantFrom(...TYPES, '*/*', 'application/json;as=Table;g=meta.k8s.io;v=v1'), fc.string()),
        body,
        (method, target, search, type, accept, bytes) => {
          panics.length = 0;
          const headers = { 'content-type': [type], accept: [accept] };
          const answer = send({ method, target: `${target}?${search}`, headers, body: bytes });
          expect(answer.status).toBeGreaterThanOrEqual(200);
          expect(answer.status).toBeLessThan(600);
          expect(panics).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('may be a good object with any part of it replaced', () => {
    const { send, panics } = server();
    const bases = [POD, DEPLOYMENT, SERVICE];
    const replaced = fc
      .constantFrom(...bases)
      .chain((base) =>
        fc.tuple(fc.constantFrom(...pathsIn(base)), fc.jsonValue()).map(([path, value]) => put(base, path, value)),
      );
    fc.assert(
      fc.property(replaced, fc.constantFrom('create', 'merge', 'strategic', 'apply'), (object, way) => {
        panics.length = 0;
        const text = JSON.stringify(object);
        const { kind } = object as { readonly kind?: unknown };
        const plural = kind === 'Pod' || kind === 'Service' ? `/api/v1/namespaces/a/${kind.toLowerCase()}s` : WORKLOADS;
        const headers = { 'content-type': [WAYS[way]] };
        const answer =
          way === 'create'
            ? send({ method: 'POST', target: `${plural}?dryRun=All`, headers, body: text })
            : send({ method: 'PATCH', target: `${plural}/x?fieldManager=m&dryRun=All`, headers, body: text });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(panics).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

const WORKLOADS = '/apis/apps/v1/namespaces/a/deployments';
const WAYS = {
  create: 'application/json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

const TEMPLATE = {
  metadata: { labels: { a: 'b' } },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'i',
        ports: [{ name: 'http', containerPort: 80 }],
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }],
        resources: { limits: { cpu: '1' }, requests: { memory: '1Gi' } },
        livenessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 3 },
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
    ],
    volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'm' } }] } }],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] } },
    tolerations: [{ key: 'k', operator: 'Exists' }],
  },
};
const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'a' }, spec: TEMPLATE.spec };
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', namespace: 'a', annotations: { k: 'v' } },
  spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, strategy: { type: 'Recreate' }, template: TEMPLATE },
};
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'x', namespace: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] },
  spec: { type: 'NodePort', selector: { a: 'b' }, ports: [{ name: 'http', port: 80, nodePort: 30080 }] },
};

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const here = path.length === 0 ? [] : [path];
  if (Array.isArray(value)) return [...here, ...value.flatMap((item, i) => pathsIn(item, [...path, i]))];
  if (typeof value !== 'object' || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))];
}

function put(value: unknown, [step, ...rest]: Path, next: unknown): unknown {
  if (step === undefined) return next;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? put(item, rest, next) : item));
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? put(item, rest, next) : item]));
}
