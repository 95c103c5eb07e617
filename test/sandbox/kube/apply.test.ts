import { describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../sandbox/kube/apply.ts';
import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { createFieldStore, type TrackedKind, trackUpdate } from '../../../sandbox/kube/managedfields.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { StatusError, type V1Status } from '../../../sandbox/kube/status.ts';
import { deepFreeze } from '../../../sandbox/time/state.ts';
import { conversation, type Exchange, refusedRequests } from './facts.ts';
import { builtIn, widget } from './fields/tracked.ts';

const store = createFieldStore();
const DEPLOYMENT = builtIn('apps', 'v1', 'Deployment');
const CONFIG_MAP = builtIn('', 'v1', 'ConfigMap');

interface Options {
  readonly manager?: string;
  readonly force?: boolean;
  readonly second?: number;
}

function apply(kind: TrackedKind, live: KubeObject | undefined, config: object, options: Options = {}): KubeObject {
  const { manager = 'm', force = false, second = 0 } = options;
  const now = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const given: JsonObject = deepFreeze({ apiVersion: kind.apiVersion, kind: kind.kind, ...config });
  return deepFreeze(applyConfiguration({ live: deepFreeze(live), config: given, manager, force, now, kind }, store));
}

function refusal(act: () => unknown): V1Status {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function owners(object: KubeObject): Record<string, unknown> {
  const entries = object.metadata?.managedFields ?? [];
  return Object.fromEntries(entries.map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]));
}

const stored = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, uid: 'u' } });

describe('applying', () => {
  const data = (fields: Record<string, string>) => ({ metadata: { name: 'a' }, data: fields });
  const created = stored(apply(CONFIG_MAP, undefined, data({ a: '1', b: '2' }), { manager: 'one' }));

  test('creates an object, and owns what the configuration says', () => {
    expect(created).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1', b: '2' } });
    expect(owners(created)).toEqual({ 'one Apply': { 'f:data': { 'f:a': {}, 'f:b': {} } } });
  });

  test('what the configuration no longer says goes away', () => {
    const next = apply(CONFIG_MAP, created, data({ a: '1' }), { manager: 'one', second: 1 });
    expect(next['data']).toEqual({ a: '1' });
    expect(owners(next)).toEqual({ 'one Apply': { 'f:data': { 'f:a': {} } } });
  });

  test('unless another owns it too', () => {
    const shared = stored(apply(CONFIG_MAP, created, data({ b: '2' }), { manager: 'two', second: 1 }));
    const next = apply(CONFIG_MAP, shared, data({ a: '1' }), { manager: 'one', second: 2 });
    expect(next['data']).toEqual({ a: '1', b: '2' });
  });

  test('a first apply that changes nothing has no time', () => {
    const shared = apply(CONFIG_MAP, created, data({ b: '2' }), { manager: 'two', second: 1 });
    expect(shared.metadata?.managedFields?.map(({ manager, time }) => [manager, time])).toEqual([
      ['two', undefined],
      ['one', '2026-01-01T00:00:00Z'],
    ]);
  });

  test('the same again changes nothing at all', () => {
    const again = apply(CONFIG_MAP, created, data({ a: '1', b: '2' }), { manager: 'one', second: 9 });
    expect(again).toBe(created);
  });

  test('what nobody owns of an object belongs to those before the first apply', () => {
    const plain = { apiVersion: 'v1', kind: 'ConfigMap', ...data({ a: '1' }) };
    const next = apply(CONFIG_MAP, stored(plain), data({ b: '2' }));
    expect(owners(next)).toEqual({
      'before-first-apply Update': { 'f:data': { '.': {}, 'f:a': {} } },
      'm Apply': { 'f:data': { 'f:b': {} } },
    });
  });

  test('what is not changed keeps its identity', () => {
    const live = stored({ ...created, binaryData: { x: 'YQ==' } });
    expect(apply(CONFIG_MAP, live, data({ a: '3' }), { manager: 'one' })['binaryData']).toBe(live['binaryData']);
  });
});

describe('conflicts', () => {
  const replicas = (count: number, image = 'x:1') => ({
    metadata: { name: 'd' },
    spec: { replicas: count, template: { spec: { containers: [{ name: 'c', image }] } } },
  });
  const live = stored(
    trackUpdate(
      {
        live: undefined,
        next: deepFreeze({ apiVersion: 'apps/v1', kind: 'Deployment', ...replicas(1) }) as KubeObject,
        manager: 'kubectl-client-side-apply',
        now: '2026-01-01T00:00:00Z',
        kind: DEPLOYMENT,
      },
      store,
    ),
  );

  test('one', () => {
    expect(refusal(() => apply(DEPLOYMENT, live, replicas(5)))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-client-side-apply" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
    });
  });

  test('several, of several owners', () => {
    const second = stored(apply(DEPLOYMENT, live, { ...replicas(1) }, { manager: 'other' }));
    expect(refusal(() => apply(DEPLOYMENT, second, replicas(5, 'x:2'))).message).toBe(
      [
        'Apply failed with 4 conflicts: conflicts with "kubectl-client-side-apply" using apps/v1:',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="c"].image',
        'conflicts with "other":',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="c"].image',
      ].join('\n'),
    );
  });

  test('force takes the fields', () => {
    const taken = apply(DEPLOYMENT, live, replicas(5), { force: true });
    expect(taken['spec']).toMatchObject({ replicas: 5 });
    expect(JSON.stringify(owners(taken)['kubectl-client-side-apply Update'])).not.toContain('replicas');
  });

  test('kubectl takes what still is as its client-side apply left it, and keeps its annotation up to date', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const last = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...replicas(1) });
    const applied = { ...live, metadata: { ...live.metadata, annotations: { [annotation]: last } } };
    const next = apply(DEPLOYMENT, applied, replicas(5), { manager: 'kubectl' });
    expect(next.metadata?.annotations?.[annotation]).toBe(
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":5,"template":{"spec":{"containers":[{"image":"x:1","name":"c"}]}}}}\n',
    );
    const scaled = { ...applied, spec: { ...replicas(3).spec } };
    expect(refusal(() => apply(DEPLOYMENT, scaled, replicas(5), { manager: 'kubectl' })).message).toContain(
      '1 conflict',
    );
    expect(refusal(() => apply(DEPLOYMENT, applied, replicas(5), { manager: 'other' })).message).toContain(
      '1 conflict',
    );
  });
});

describe('lists', () => {
  const kind = widget();
  const spec = (fields: object) => ({ metadata: { name: 'w' }, spec: fields });
  const names = (object: KubeObject) => {
    const list = (object['spec'] as { map: JsonObject[] }).map;
    return list.map(({ name, port }) => (port === undefined ? name : `${name}:${port}`));
  };

  test('items are merged by their keys, and defaults count', () => {
    const one = stored(
      apply(
        kind,
        undefined,
        spec({
          map: [
            { name: 'a', value: '1' },
            { name: 'b', port: 1 },
          ],
        }),
        { manager: 'one' },
      ),
    );
    const two = apply(kind, one, spec({ map: [{ name: 'a', port: 80, value: '1' }, { name: 'c' }] }), {
      manager: 'two',
    });
    expect(two['spec']).toEqual({ map: [{ name: 'a', value: '1', port: 80 }, { name: 'b', port: 1 }, { name: 'c' }] });
  });

  test.each([
    ['abc', 'cxa', 'bcxa'],
    ['abc', 'b', 'abc'],
    ['abc', 'xb', 'axbc'],
    ['abc', 'ca', 'bca'],
    ['abc', '', 'abc'],
  ])('%s and %s make %s', (live, config, merged) => {
    const items = (list: string) => spec({ map: [...list].map((name) => ({ name })) });
    const before = stored(apply(kind, undefined, items(live), { manager: 'one' }));
    expect(names(apply(kind, before, items(config), { manager: 'two' })).join('')).toBe(merged);
  });

  test('a set loses what its applier gives up', () => {
    const one = stored(apply(kind, undefined, spec({ set: ['x', 'y'] }), { manager: 'one' }));
    const two = stored(apply(kind, one, spec({ set: ['y', 'z'] }), { manager: 'two' }));
    expect(apply(kind, two, spec({ set: ['x'] }), { manager: 'one' })['spec']).toEqual({ set: ['x', 'y', 'z'] });
    expect(apply(kind, two, spec({ set: ['z'] }), { manager: 'two' })['spec']).toEqual({ set: ['x', 'y', 'z'] });
    expect(apply(kind, one, spec({ set: ['y'] }), { manager: 'one' })['spec']).toEqual({ set: ['y'] });
  });

  test('a list of its own is replaced as a whole, and so is an atomic object', () => {
    const one = stored(apply(kind, undefined, spec({ list: ['x'], atom: { a: '1' } }), { manager: 'one' }));
    const two = apply(kind, one, spec({ list: ['y'], atom: { b: '2' } }), { manager: 'one' });
    expect(two['spec']).toEqual({ list: ['y'], atom: { b: '2' } });
  });
});

describe('what does not have the shape of its type is refused', () => {
  const about = 'failed to create typed patch object (/w; example.com/v1, Kind=Widget): ';

  test.each([
    [{ size: 'x' }, '.spec.size: expected numeric (int or float), got string'],
    [{ flag: 'yes' }, '.spec.flag: expected boolean, got &{yes}'],
    [{ labels: { a: 5 } }, '.spec.labels.a: expected string, got &value.valueUnstructured{Value:5}'],
    [{ labels: 'x' }, '.spec.labels: expected map, got &{x}'],
    [{ set: { a: 1 } }, '.spec.set: expected list, got &{map[a:1]}'],
    [{ set: ['a', 'a'] }, '.spec.set: duplicate entries for key [="a"]'],
    [{ set: [null] }, ".spec.set: element 0: associative list without keys has an element that's an explicit null"],
    [{ map: [{ name: 'a' }, { name: 'a', port: 80 }] }, '.spec.map: duplicate entries for key [name="a",port=80]'],
    [{ map: ['a'] }, '.spec.map: element 0: associative list with keys may not have non-map elements'],
    [{ bogus: 1, more: 2 }, '.spec.bogus: field not declared in schema'],
    [
      { size: 'x', flag: 5 },
      'errors:\n  .spec.flag: expected boolean, got &{5}\n  .spec.size: expected numeric (int or float), got string',
    ],
  ])('%j', (spec, message) => {
    const status = refusal(() => apply(widget(), undefined, { metadata: { name: 'w' }, spec }));
    expect([status.code, status.message]).toEqual([500, `${about}${message}`]);
  });

  test.each([[{ either: 'x', anything: { deep: [{}] } }], [{ either: 5, atom: null }]])('%j is fine', (spec) => {
    expect(apply(widget(), undefined, { metadata: { name: 'w' }, spec })).toBeDefined();
  });

  test('another kind, and managed fields of its own', () => {
    const message = (config: object) => refusal(() => apply(CONFIG_MAP, undefined, config)).message;
    expect(message({ apiVersion: 'apps/v1', kind: 'X' })).toBe('invalid object type: apps/v1, Kind=X');
    expect(message({ apiVersion: undefined })).toBe('invalid object type: /, Kind=ConfigMap');
    expect(message({ metadata: { managedFields: [] } })).toBe('metadata.managedFields must be nil');
  });
});

describe('recorded conversations', () => {
  test.each(['ssa-basic', 'ssa-conflicts', 'ssa-lists'])('%s', (name) => {
    const objects = new Map<string, KubeObject>();
    let judged = 0;
    for (const exchange of conversation(name)) {
      const { request, response } = exchange;
      const [path = '', query = ''] = request.path.split('?');
      const answer = response.body as KubeObject & V1Status;
      if (isApply(exchange) && new URLSearchParams(query).has('fieldManager')) {
        judged += judge(exchange, objects.get(path), new URLSearchParams(query)) ? 1 : 0;
      }
      const isStored =
        response.status < 300 && isObject(answer) && answer.kind !== 'Status' && !query.includes('dryRun');
      if (isStored) objects.set(request.method === 'POST' ? `${path}/${answer.metadata.name}` : path, answer);
    }
    expect(judged).toBeGreaterThan(8);
  });
});

function isApply({ request }: Exchange): boolean {
  return request.method === 'PATCH' && request.headers?.['Content-Type'] === 'application/apply-patch+yaml';
}

/** Whether our answer was compared with the recorded one: some refusals come from elsewhere. */
function judge({ request, response }: Exchange, live: KubeObject | undefined, query: URLSearchParams): boolean {
  const answer = response.body as KubeObject & V1Status;
  if (!isObject(request.body)) return false;
  const about = live ?? (answer.kind === 'Status' ? (request.body as KubeObject) : answer);
  const { group, version } = parseApiVersion(about.apiVersion ?? '');
  const manager = query.get('fieldManager') ?? '';
  const entry = answer.metadata.managedFields?.find((candidate) => candidate.manager === manager);
  const act = () =>
    applyConfiguration(
      {
        live,
        config: request.body as JsonObject,
        manager,
        force: query.get('force') === 'true',
        now: entry?.time ?? '2026-01-01T00:00:00Z',
        kind: builtIn(group, version, about.kind ?? ''),
      },
      store,
    );
  if (answer.kind !== 'Status') {
    expect(act().metadata?.managedFields, request.path).toEqual(answer.metadata.managedFields);
    return true;
  }
  if (![400, 409, 500].includes(answer.code) || /does not match|been modified/.test(answer.message ?? '')) return false;
  expect(refusal(act), request.path).toEqual(answer);
  return true;
}

describe('recorded refusals', () => {
  const recorded = refusedRequests().filter(({ name, responseStatusCode, body }) => {
    return (
      name.startsWith('apply/') &&
      [400, 500].includes(responseStatusCode) &&
      body?.startsWith('{') &&
      !name.includes('name-')
    );
  });

  test.each(recorded)('$name', ({ body, responseStatus }) => {
    const config = JSON.parse(body ?? '') as JsonObject;
    const request = { live: undefined, config, manager: 'm', force: false, now: '', kind: DEPLOYMENT };
    expect(refusal(() => applyConfiguration(request, store))).toEqual(responseStatus);
  });
});
