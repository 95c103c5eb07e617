import { describe, expect, test } from 'vitest';
import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own, sameJson } from '../../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import { createMergePatch, createThreeWayJsonMergePatch } from '../../../../sandbox/kube/patch/mergediff.ts';
import {
  applyStrategicMergePatch,
  createThreeWayMergePatch,
  createTwoWayMergePatch,
  PatchConflictError,
  PreconditionError,
  requireKeyUnchanged,
  requireMetadataKeyUnchanged,
} from '../../../../sandbox/kube/patch/strategicpatch.ts';
import { parseApiVersion } from '../../../../sandbox/kube/resource.ts';
import { StatusError, type V1Status } from '../../../../sandbox/kube/status.ts';
import type { ObjectType } from '../../../../sandbox/kube/structure.ts';
import { kindType } from '../../../../sandbox/schema/schema.ts';
import { deepFreeze } from '../../../../sandbox/time/state.ts';
import { conversation, type Exchange, refusedRequests } from '../facts.ts';

function typeOf(object: KubeObject): ObjectType {
  const { group, version } = parseApiVersion(object.apiVersion ?? '');
  const found = kindType(group, version, object.kind ?? '');
  if (found === undefined) throw new Error(`no structure of ${object.kind}`);
  return found.type;
}

const DEPLOYMENT = typeOf({ apiVersion: 'apps/v1', kind: 'Deployment' });
const POD = typeOf({ apiVersion: 'v1', kind: 'Pod' });

const patchedPod = (spec: JsonObject, patch: JsonObject) =>
  applyStrategicMergePatch(deepFreeze({ spec }), deepFreeze({ spec: patch }), POD).document['spec'];

function refusal(act: () => unknown): V1Status {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('the patch was accepted');
}

describe('lists with a merge key', () => {
  const containers = [
    { name: 'a', image: 'x:1' },
    { name: 'b', image: 'y:1' },
  ];

  test.each([
    ['change an item', [{ name: 'b', image: 'y:2' }], ['a x:1', 'b y:2']],
    ['get an item, before the others', [{ name: 'c', image: 'z:1' }], ['c z:1', 'a x:1', 'b y:1']],
    ['lose an item', [{ name: 'a', $patch: 'delete' }], ['b y:1']],
    ['are replaced', [{ $patch: 'replace' }, { name: 'c', image: 'z:1' }], ['c z:1']],
  ])('%s', (_, patch, expected) => {
    const spec = patchedPod({ containers }, { containers: patch }) as { containers: JsonObject[] };
    expect(spec.containers.map(({ name, image }) => `${name} ${image}`)).toEqual(expected);
  });

  test('are ordered as the directive says; what only the server has keeps near its place', () => {
    const original = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    const patch = {
      '$setElementOrder/containers': [{ name: 'd' }, { name: 'e' }, { name: 'a' }],
      containers: [{ name: 'e' }],
    };
    const spec = patchedPod({ containers: original }, patch) as { containers: JsonObject[] };
    expect(spec.containers.map(({ name }) => name).join('')).toBe('bcdea');
  });

  test('share items that do not change', () => {
    const document = deepFreeze({ spec: { containers, volumes: [{ name: 'v' }] } });
    const result = applyStrategicMergePatch(document, { spec: { containers: [{ name: 'b', image: 'y:2' }] } }, POD)
      .document as typeof document;
    expect(result.spec.volumes).toBe(document.spec.volumes);
    expect(result.spec.containers[0]).toBe(document.spec.containers[0]);
    expect(applyStrategicMergePatch(document, { spec: { containers: [{ name: 'a' }] } }, POD).document).toBe(document);
  });
});

describe('directives', () => {
  test('on objects', () => {
    const nodeSelector = { a: '1', b: '2' };
    expect(patchedPod({ nodeSelector }, { nodeSelector: { $patch: 'replace', c: '3' } })).toEqual({
      nodeSelector: { c: '3' },
    });
    expect(patchedPod({ nodeSelector }, { nodeSelector: { $patch: 'delete' } })).toEqual({ nodeSelector: {} });
    expect(patchedPod({ nodeSelector }, { nodeSelector: { a: null, z: null } })).toEqual({ nodeSelector: { b: '2' } });
  });

  test('on lists of scalars', () => {
    const patched = (metadata: JsonObject, patch: JsonObject) =>
      applyStrategicMergePatch({ metadata }, { metadata: patch }, POD).document['metadata'];
    expect(patched({ finalizers: ['a', 'b'] }, { finalizers: ['c', 'a'] })).toEqual({ finalizers: ['c', 'a', 'b'] });
    expect(patched({ finalizers: ['a', 'b'] }, { '$deleteFromPrimitiveList/finalizers': ['a'] })).toEqual({
      finalizers: ['b'],
    });
    const ordered = { '$setElementOrder/finalizers': ['c', 'b'], finalizers: ['c'] };
    expect(patched({ finalizers: ['a', 'b'] }, ordered)).toEqual({ finalizers: ['c', 'a', 'b'] });
  });

  test('that retain keys', () => {
    const volumes = [{ name: 'v', emptyDir: {} }];
    const patch = [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/h' } }];
    expect(patchedPod({ volumes }, { volumes: patch })).toEqual({ volumes: [{ name: 'v', hostPath: { path: '/h' } }] });
  });

  test.each([
    [{ containers: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [
      { containers: [{ name: 'a', $patch: 'bogus' }] },
      500,
      'unknown patch type: bogus in map: map[$patch:bogus name:a]',
    ],
    [{ containers: [{ name: 'a', $patch: 'merge' }] }, 500, 'merging lists cannot yet be specified in the patch'],
    [{ containers: [5] }, 500, 'list element types are not identical: [[map[name:a]] [5]]'],
    [{ $patch: 5 }, 500, 'unknown patch type: %!s(int64=5) in map: map[$patch:5]'],
    [{ '$setElementOrder/containers': 5 }, 500, 'expected a []interface {}, but received a int64'],
    [{ '$setElementOrder/bogus': [] }, 500, 'unable to find api field in struct PodSpec for the json field "bogus"'],
    [{ $deleteFromPrimitiveListX: [] }, 400, 'invalid patch format of primitive list'],
    [{ $retainKeys: 'x' }, 400, 'invalid patch format of retainKeys'],
    [{ $retainKeys: ['x'], hostname: 'h' }, 400, 'invalid patch format of retainKeys'],
  ])('%j is refused', (patch, code, message) => {
    const status = refusal(() => patchedPod({ containers: [{ name: 'a' }] }, patch as JsonObject));
    expect([status.code, status.message]).toEqual([code, message]);
  });
});

describe('recorded conversations', () => {
  const conversations = ['patch-strategic', 'patch-strategic-more'].map((name) => [name, conversation(name)] as const);

  test.each(conversations)('%s', (_, exchanges) => {
    const objects = new Map<string, KubeObject>();
    let refused = 0;
    for (const { request, response } of exchanges) {
      const current = objects.get(request.path.replace('/status', ''));
      const answer = response.body as KubeObject & V1Status;
      if (request.method === 'PATCH' && current !== undefined && isObject(request.body)) {
        if (response.status === 200 && !request.path.endsWith('/status')) {
          expectWithin(applyStrategicMergePatch(current, request.body, typeOf(current)).document, answer, request.body);
        } else if (response.status === 500 || answer.message?.includes('retainKeys') === true) {
          const body = request.body;
          expect(refusal(() => applyStrategicMergePatch(current, body, typeOf(current)))).toEqual(answer);
          refused++;
        }
      }
      if (response.status < 300) objects.set(pathOf(request, answer), answer);
    }
    expect(objects.size).toBeGreaterThan(0);
    expect(refused).toBeGreaterThanOrEqual(exchanges.length > 45 ? 3 : 0);
  });
});

function pathOf({ method, path }: Exchange['request'], answer: KubeObject): string {
  return method === 'POST' ? `${path}/${answer.metadata?.name}` : path.replace('/status', '');
}

/** What the patch made is what the server answered, but for what nobody knows and what defaults added. */
function expectWithin(value: JsonValue, answer: JsonValue | undefined, patch: JsonValue): void {
  if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (['managedFields', 'resourceVersion', 'generation', 'bogus', 'status'].includes(key)) continue;
      const field = own(value, key) ?? null;
      const isEmpty = isObject(field) && Object.keys(field).length === 0;
      const answered = isObject(answer) ? own(answer, key) : undefined;
      if (answered !== undefined || !isEmpty) expectWithin(field, answered, patch);
    }
  } else if (isArray(value)) {
    expect(isArray(answer) && answer.length, JSON.stringify(patch)).toBe(value.length);
    for (const [i, item] of value.entries()) expectWithin(item, isArray(answer) ? answer[i] : undefined, patch);
  } else expect(answer, JSON.stringify(patch)).toEqual(value);
}

describe('recorded refusals', () => {
  const deployment = {
    spec: { strategy: { type: 'RollingUpdate' }, template: { spec: { containers: [{ name: 'c' }] } } },
  };
  const recorded = refusedRequests().filter(({ name, responseStatusCode }) => {
    return name.startsWith('deployment/smp') && [400, 500].includes(responseStatusCode);
  });

  test.each(recorded)('$name', ({ body, responseStatus }) => {
    const patch = JSON.parse(body ?? '');
    expect(refusal(() => applyStrategicMergePatch(deployment, patch, DEPLOYMENT))).toEqual(responseStatus);
  });

  test('quote what is left of the patch', () => {
    const patch = { spec: { replicas: 'x', strategy: { $retainKeys: ['type'], type: null } } };
    expect(applyStrategicMergePatch(deployment, patch, DEPLOYMENT).patchText).toBe(
      'map[spec:map[replicas:x strategy:map[type:<nil>]]]',
    );
  });
});

describe('patches made by clients', () => {
  const container = (name: string, image: string) => ({ name, image });
  const deployment = (...containers: JsonObject[]) => ({ spec: { template: { spec: { containers } } } });

  test('two ways', () => {
    const before = deployment(container('a', 'x:1'), container('b', 'y:1'));
    const after = deployment(container('b', 'y:2'), container('c', 'z:1'));
    expect(goJson(createTwoWayMergePatch(before, after, DEPLOYMENT), 'sorted')).toBe(
      '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"c"}],"containers":[{"image":"y:2","name":"b"},{"image":"z:1","name":"c"},{"$patch":"delete","name":"a"}]}}}}',
    );
    expect(createTwoWayMergePatch(before, before, DEPLOYMENT)).toEqual({});
  });

  test('with retained keys', () => {
    const strategy = (value: JsonObject) => ({ spec: { strategy: value } });
    const before = strategy({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } });
    expect(createTwoWayMergePatch(before, strategy({ type: 'Recreate' }), DEPLOYMENT)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' } },
    });
  });

  test('three ways: others keep what they added', () => {
    const applied = deployment(container('a', 'x:1'), container('b', 'y:1'));
    const live = {
      spec: {
        replicas: 5,
        ...deployment(container('a', 'x:1'), container('b', 'y:9'), container('sidecar', 's:1')).spec,
      },
    };
    const wanted = deployment(container('a', 'x:2'));
    const patch = createThreeWayMergePatch(applied, wanted, live, DEPLOYMENT, { overwrite: true });
    expect(goJson(patch, 'sorted')).toBe(
      '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"image":"x:2","name":"a"},{"$patch":"delete","name":"b"}]}}}}',
    );
    const result = applyStrategicMergePatch(live, patch, DEPLOYMENT).document;
    expect(
      sameJson(result, {
        spec: { replicas: 5, ...deployment(container('a', 'x:2'), container('sidecar', 's:1')).spec },
      }),
    ).toBe(true);
  });

  test('three ways: a conflict is refused unless it may be written over', () => {
    const replicas = (count: number) => ({ spec: { replicas: count } });
    const make = (overwrite: boolean) =>
      createThreeWayMergePatch(replicas(1), replicas(2), replicas(3), DEPLOYMENT, { overwrite });
    expect(make(true)).toEqual(replicas(2));
    expect(() => make(false)).toThrow(PatchConflictError);
  });

  test('preconditions hold', () => {
    const preconditions = [requireKeyUnchanged('kind'), requireMetadataKeyUnchanged('name')];
    const make = (modified: JsonObject) =>
      createTwoWayMergePatch({ metadata: { name: 'a' } }, modified, POD, { preconditions });
    expect(make({ metadata: { name: 'a', labels: { b: 'c' } } })).toEqual({ metadata: { labels: { b: 'c' } } });
    expect(() => make({ metadata: { name: 'b' } })).toThrow(
      new PreconditionError('precondition failed for: map[metadata:map[name:b]]'),
    );
  });

  test('a field that is unknown is worded as the source of the types words it', () => {
    const make = (source: 'go' | 'openapi') =>
      createTwoWayMergePatch({ spec: { bogus: { a: 1 } } }, { spec: { bogus: { a: 2 } } }, POD, { source });
    expect(() => make('go')).toThrow('unable to find api field in struct PodSpec for the json field "bogus"');
    expect(() => make('openapi')).toThrow('unable to find api field "bogus"');
  });

  test('of types that nobody knows are merge patches', () => {
    expect(createMergePatch({ a: 1, b: { c: 1 }, d: [1] }, { b: { c: 2 }, d: [1], e: null })).toEqual({
      a: null,
      b: { c: 2 },
      e: null,
    });
    const patch = createThreeWayJsonMergePatch(
      { a: 1, b: { c: 1 } },
      { b: {}, d: 2 },
      { a: 1, b: { c: 1, x: 1 }, y: 1 },
    );
    expect(patch).toEqual({ a: null, b: { c: null }, d: 2 });
  });
});
