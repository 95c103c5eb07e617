import { describe, expect, test } from 'vitest';
import {
  createFieldStore,
  type fieldSetOf,
  managedFieldsError,
  type TrackedKind,
  trackUpdate,
  withoutIdleTimes,
} from '../../../sandbox/kube/managedfields.ts';
import type { KubeObject, V1ManagedFieldsEntry } from '../../../sandbox/kube/meta.ts';
import { deepFreeze } from '../../../sandbox/time/state.ts';
import { builtIn, widget, withReset } from './fields/tracked.ts';

const store = createFieldStore();
const POD = builtIn('', 'v1', 'Pod');
const CONFIG_MAP = builtIn('', 'v1', 'ConfigMap');

const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;

function track(
  kind: TrackedKind,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
  second = 0,
): KubeObject {
  return deepFreeze(trackUpdate({ live, next: deepFreeze(next), manager, now: time(second), kind }, store));
}

function configMap(data: Record<string, string>, extra: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: 'u', ...extra }, data };
}

/** `manager operation subresource time: fields`, one line an entry. */
function lines(object: KubeObject): string[] {
  return (object.metadata?.managedFields ?? []).map(({ manager, operation, subresource, time: at, fieldsV1 }) => {
    const who = [manager, operation, subresource, at?.slice(17, 19)].filter((part) => part !== undefined).join(' ');
    return `${who}: ${JSON.stringify(fieldsV1)}`;
  });
}

describe('who creates an object owns its fields', () => {
  test('but not those that every object has', () => {
    expect(lines(track(CONFIG_MAP, undefined, configMap({ k: 'v' }, { labels: { a: 'b' } }), 'kubectl'))).toEqual([
      'kubectl Update 00: {"f:data":{".":{},"f:k":{}},"f:metadata":{"f:labels":{".":{},"f:a":{}}}}',
    ]);
  });

  test('what Go always writes of a struct is there, whether the object has it or not', () => {
    const pod = (containers: readonly object[]) =>
      ({ metadata: { name: 'p' }, spec: { containers } }) as unknown as KubeObject;
    const fields = '{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:name":{},"f:resources":{}}}}';
    for (const resources of [{}, { resources: {} }]) {
      expect(lines(track(POD, undefined, pod([{ name: 'c', image: 'x', ...resources }]), 'm'))).toEqual([
        `m Update 00: {"f:spec":${fields}}`,
      ]);
    }
  });

  test('nobody is unknown', () => {
    expect(lines(track(CONFIG_MAP, undefined, configMap({ k: 'v' }), ''))[0]).toMatch(/^unknown Update/);
  });
});

describe('who changes a field takes it', () => {
  const created = track(CONFIG_MAP, undefined, configMap({ a: '1', b: '2' }), 'one', 1);
  const changed = track(CONFIG_MAP, created, { ...created, ...configMap({ a: '1', b: '3', c: '4' }) }, 'two', 2);

  test('and others lose it', () => {
    expect(lines(changed)).toEqual([
      'one Update 01: {"f:data":{".":{},"f:a":{}}}',
      'two Update 02: {"f:data":{"f:b":{},"f:c":{}}}',
    ]);
  });

  test("a field that goes is nobody's, and that is no change of one's own", () => {
    expect(lines(track(CONFIG_MAP, changed, configMap({ a: '1', c: '4' }), 'one', 3))).toEqual([
      'one Update 01: {"f:data":{".":{},"f:a":{}}}',
      'two Update 02: {"f:data":{"f:c":{}}}',
    ]);
  });

  test('an update without a change leaves all entries as they are', () => {
    const again = track(CONFIG_MAP, changed, configMap({ a: '1', b: '3', c: '4' }), 'three', 9);
    expect(again.metadata?.managedFields).toBe(changed.metadata?.managedFields);
  });

  test('entries of others keep their identity', () => {
    const next = track(CONFIG_MAP, changed, configMap({ a: '1', b: '3', c: '5' }), 'three', 4);
    expect(next.metadata?.managedFields?.[0]).toBe(changed.metadata?.managedFields?.[0]);
  });

  test('items of lists are known by their keys, of sets by their values', () => {
    const kind = widget();
    const spec = { set: ['x', 'y'], map: [{ name: 'a' }, { name: 'b', port: 1 }], list: ['p'], atom: { a: '1' } };
    const before = track(kind, undefined, { metadata: { name: 'w', uid: 'u' }, spec }, 'one', 1);
    const after = { ...spec, set: ['y', 'z'], map: [{ name: 'b', port: 1, value: 'v' }, { name: 'a' }], list: ['q'] };
    expect(lines(track(kind, before, { ...before, spec: after }, 'two', 2))).toEqual([
      'one Update 01: {"f:spec":{".":{},"f:atom":{},"f:map":{".":{},"k:{\\"name\\":\\"a\\",\\"port\\":80}":{".":{},"f:name":{}},"k:{\\"name\\":\\"b\\",\\"port\\":1}":{".":{},"f:name":{},"f:port":{}}},"f:set":{".":{},"v:\\"y\\"":{}}}}',
      'two Update 02: {"f:spec":{"f:list":{},"f:map":{"k:{\\"name\\":\\"b\\",\\"port\\":1}":{"f:value":{}}},"f:set":{"v:\\"z\\"":{}}}}',
    ]);
  });

  test('what keeps unknown fields is tracked field by field, lists in it as a whole', () => {
    const kind = widget();
    const widgetWith = (anything: unknown) =>
      ({ metadata: { name: 'w', uid: 'u' }, spec: { anything } }) as unknown as KubeObject;
    const before = track(kind, undefined, widgetWith({ a: { b: 1, c: [1] } }), 'one', 1);
    expect(lines(track(kind, before, widgetWith({ a: { b: 1, c: [2] } }), 'two', 2))).toEqual([
      'one Update 01: {"f:spec":{".":{},"f:anything":{".":{},"f:a":{".":{},"f:b":{}}}}}',
      'two Update 02: {"f:spec":{"f:anything":{"f:a":{"f:c":{}}}}}',
    ]);
  });
});

describe('doors', () => {
  const spec = { containers: [{ name: 'c' }] };
  const created = track(
    withReset(POD, '', 'status'),
    undefined,
    { metadata: { name: 'p', uid: 'u' }, spec, status: { phase: 'Pending' } },
    'one',
    1,
  );

  test('what a door ignores is owned by nobody through it', () => {
    expect(lines(created)).toHaveLength(1);
    expect(lines(created)[0]).not.toContain('f:status');
  });

  test('a subresource has an entry of its own', () => {
    const kind = withReset(POD, 'status', 'spec');
    const next = { ...created, spec: {}, status: { phase: 'Running' } };
    expect(lines(track(kind, created, next, 'kubelet', 2)).at(-1)).toBe(
      'kubelet Update status 02: {"f:status":{"f:phase":{}}}',
    );
  });

  test('and takes no managed fields from the object', () => {
    const next = { ...created, metadata: { ...created.metadata, managedFields: [] }, status: { phase: 'Running' } };
    expect(lines(track(withReset(POD, 'status', 'spec'), created, next, 'kubelet', 2))).toHaveLength(2);
  });
});

describe('what an object says of its managed fields', () => {
  const created = track(CONFIG_MAP, undefined, configMap({ a: '1' }), 'one', 1);
  const withEntries = (managedFields: readonly V1ManagedFieldsEntry[], data = { a: '1' }) =>
    configMap(data, { managedFields });

  test.each([[[]], [[{}]]])('%j resets them, and updates are tracked no more', (entries) => {
    const reset = track(CONFIG_MAP, created, withEntries(entries), 'two', 2);
    expect(reset.metadata).not.toHaveProperty('managedFields');
    expect(track(CONFIG_MAP, reset, configMap({ a: '2' }), 'two', 3).metadata).not.toHaveProperty('managedFields');
  });

  test('entries that are well-formed replace them, in their canonical form', () => {
    const entry = { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' };
    const next = withEntries([{ ...entry, fieldsV1: { 'f:z': {}, 'f:data': { 'f:a': {}, '.': {} } } }]);
    expect(lines(track(CONFIG_MAP, created, next, 'two', 2))).toEqual([
      'x Update: {"f:data":{".":{},"f:a":{}},"f:z":{}}',
    ]);
  });

  test.each([
    [{ operation: 'X', apiVersion: 'v1', fieldsType: 'FieldsV1' }, 'operation must be `Apply` or `Update`'],
    [{ operation: 'Update', fieldsType: 'FieldsV1' }, 'apiVersion must not be empty'],
    [{ operation: 'Update', apiVersion: 'v1' }, 'missing fieldsType in managed fields entry 0'],
    [{ operation: 'Update', apiVersion: 'v1', fieldsType: 'V2' }, 'invalid fieldsType "V2" in managed fields entry 0'],
    [
      { operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { x: {} } },
      'error decoding versioned set: error decoding set: key must be 2 characters long:',
    ],
  ])('%j is not well-formed: %s', (entry, message) => {
    expect(managedFieldsError([entry])).toBe(message);
    expect(lines(track(CONFIG_MAP, created, withEntries([entry]), 'two', 2))).toEqual(lines(created));
  });
});

test('ten updaters are remembered, those before together', () => {
  let object = track(CONFIG_MAP, undefined, configMap({}), 'm0');
  for (let i = 1; i <= 13; i++) {
    object = track(
      CONFIG_MAP,
      object,
      {
        ...object,
        ...configMap(Object.fromEntries(Array.from({ length: i }, (_, k) => [`k${k}`, ''])), {
          managedFields: object.metadata?.managedFields ?? [],
        }),
      },
      `m${i}`,
      i,
    );
  }
  expect(lines(object).map((line) => line.split(':')[0])).toEqual(
    ['ancient-changes Update 04'].concat(
      Array.from({ length: 9 }, (_, i) => `m${i + 5} Update ${String(i + 5).padStart(2, '0')}`),
    ),
  );
  expect(lines(object)[0]).toContain('{"f:data":{".":{},"f:k0":{},"f:k1":{},"f:k2":{},"f:k3":{}}}');
});

test('a change of times alone is no change', () => {
  const created = track(CONFIG_MAP, undefined, configMap({ a: '1' }), 'one', 1);
  const entries = (created.metadata?.managedFields ?? []).map((entry) => ({ ...entry, time: time(5) }));
  const idle = { ...created, metadata: { ...created.metadata, managedFields: entries } };
  expect(withoutIdleTimes(idle, created).metadata?.managedFields).toBe(created.metadata?.managedFields);
  const busy = { ...idle, data: { a: '2' } };
  expect(withoutIdleTimes(busy, created)).toBe(busy);
});

test('equal sets can be one object', () => {
  const table = new Map<string, ReturnType<typeof fieldSetOf>>();
  const interning = createFieldStore((fields) => {
    const text = JSON.stringify(fields);
    const known = table.get(text) ?? fields;
    table.set(text, known);
    return known;
  });
  const make = (name: string) =>
    trackUpdate(
      { live: undefined, next: configMap({ a: name }), manager: 'm', now: time(0), kind: CONFIG_MAP },
      interning,
    );
  expect(make('a').metadata?.managedFields?.[0]?.fieldsV1).toBe(make('b').metadata?.managedFields?.[0]?.fieldsV1);
});

test('owners at another version are compared there, and dropped when it is gone', () => {
  const entry = (apiVersion: string) => ({
    manager: apiVersion,
    operation: 'Update',
    apiVersion,
    fieldsType: 'FieldsV1',
  });
  const managedFields = [
    { ...entry('old/v1'), fieldsV1: { 'f:data': { 'f:a': {} } } },
    { ...entry('gone/v1'), fieldsV1: { 'f:data': { 'f:a': {} } } },
  ];
  const kind: TrackedKind = {
    ...CONFIG_MAP,
    otherVersion: (apiVersion) =>
      apiVersion === 'old/v1'
        ? { type: CONFIG_MAP.type, fromThis: () => configMap({ a: 'same' }), toThis: (object) => object }
        : undefined,
  };
  const live = configMap({ a: '1' }, { managedFields });
  expect(lines(track(kind, deepFreeze(live), configMap({ a: '2' }), 'm', 1))).toEqual([
    'old/v1 Update: {"f:data":{"f:a":{}}}',
    'm Update 01: {"f:data":{"f:a":{}}}',
  ]);
});
