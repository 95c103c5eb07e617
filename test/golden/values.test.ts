import { describe, expect, test } from 'vitest';
import type { JsonValue } from './json.ts';
import { compareValues, newComparison, type Rules, valueUnits, versionOutOfOrder } from './normalise.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const C = '33333333-3333-4333-8333-333333333333';
const D = '44444444-4444-4444-8444-444444444444';

function compare(recorded: JsonValue, own: JsonValue, inputs: readonly JsonValue[] = [], rules: Partial<Rules> = {}) {
  const comparison = newComparison(
    { recorded: [...valueUnits('', recorded)], own: [...valueUnits('', own)], inputs },
    rules,
  );
  return compareValues(comparison, recorded, own, 'here') ?? versionOutOfOrder(comparison);
}

describe('uids', () => {
  test('another uid is the same object', () => {
    expect(compare({ uid: A, owner: { uid: A } }, { uid: B, owner: { uid: B } })).toBeUndefined();
  });
  test('an owner that is another object is a difference', () => {
    expect(compare({ uid: A, owner: { uid: A } }, { uid: B, owner: { uid: C } })?.path).toBe('here.owner.uid');
  });
  test('two objects with one uid are a difference', () => {
    expect(compare([A, B], [C, C])?.path).toBe('here[1]');
  });
  test('a uid that was sent comes back as it is', () => {
    expect(
      compare({ message: `UID in precondition: ${A}` }, { message: `UID in precondition: ${D}` }, [{ uid: A }]),
    ).toBeDefined();
  });
  test('a uid in a key is found', () => {
    const key = (uid: string) => ({ 'f:ownerReferences': { [`k:{"uid":"${uid}"}`]: {} }, owner: uid });
    expect(compare(key(A), key(B))).toBeUndefined();
    expect(compare(key(A), { ...key(B), owner: C })).toBeDefined();
  });
});

describe('resource versions', () => {
  const object = (uid: string, resourceVersion: string) => ({ metadata: { uid, resourceVersion } });
  test('other numbers in the same order are the same', () => {
    expect(compare([object(A, '5'), object(A, '9')], [object(A, '105'), object(A, '300')])).toBeUndefined();
  });
  test('an object that was not written again keeps its version', () => {
    expect(compare([object(A, '5'), object(A, '5')], [object(A, '105'), object(A, '106')])).toBeDefined();
  });
  test('an object that was written again has a later version', () => {
    expect(compare([object(A, '5'), object(A, '6')], [object(A, '105'), object(A, '105')])).toBeDefined();
    expect(compare([object(A, '5'), object(A, '6')], [object(A, '105'), object(A, '104')])).toBeDefined();
  });
  test('writes of one client come in order even to several objects', () => {
    const written = { written: () => true };
    expect(compare([object(A, '5'), object(B, '6')], [object(A, '8'), object(B, '7')], [], written)).toBeDefined();
    expect(compare([object(A, '5'), object(B, '6')], [object(A, '8'), object(B, '7')])).toBeUndefined();
  });
  test('versions in messages follow the same order', () => {
    const too = (old: number, current: number) => `too old resource version: ${old} (${current})`;
    expect(compare([object(A, '5'), too(1, 9)], [object(A, '50'), too(1, 70)])).toBeUndefined();
    expect(compare([too(1, 9)], [too(8, 7)])).toBeDefined();
  });
});

describe('times', () => {
  test('any time stands for any other of the same precision', () => {
    expect(compare('2026-11-20T20:35:59Z', '2026-01-01T00:00:01Z')).toBeUndefined();
    expect(compare('2026-11-20T20:35:59.123456Z', '2026-01-01T00:00:01Z')).toBeDefined();
  });
  test('a missing time is a difference', () => {
    expect(compare({ startTime: '2026-11-20T20:35:59Z' }, {})?.path).toBe('here.startTime');
    expect(compare({ startTime: '2026-11-20T20:35:59Z' }, { startTime: null })).toBeDefined();
  });
});

describe('addresses and ports', () => {
  test('a service address that was not asked for varies, and is one and the same throughout', () => {
    const service = (address: string, other = address) => ({ clusterIP: address, clusterIPs: [other] });
    expect(compare(service('10.96.5.6'), service('10.96.7.8'))).toBeUndefined();
    expect(compare(service('10.96.5.6'), service('10.96.7.8', '10.96.7.9'))).toBeDefined();
  });
  test('an address that was asked for is a fact', () => {
    expect(compare({ clusterIP: '10.96.5.6' }, { clusterIP: '10.96.7.8' }, [{ clusterIP: '10.96.5.6' }])).toBeDefined();
  });
  test('the address of the API and of DNS are fixed', () => {
    expect(compare('10.96.0.1', '10.96.0.2')).toBeDefined();
  });
  test('a node port that was asked for is a fact, another one is not', () => {
    expect(compare({ nodePort: 31000 }, { nodePort: 32000 })).toBeUndefined();
    expect(compare({ nodePort: 31000 }, { nodePort: 32000 }, [{ nodePort: 31000 }])).toBeDefined();
    expect(compare({ nodePort: 31000 }, { nodePort: 0 })).toBeDefined();
  });
});

describe('lists', () => {
  const pod = (name: string, node: string) => ({ metadata: { name, generateName: 'web-' }, spec: { nodeName: node } });
  test('pods with random names have no order', () => {
    expect(
      compare([pod('web-bbbbb', 'n1'), pod('web-ccccc', 'n2')], [pod('web-ddddd', 'n2'), pod('web-fffff', 'n1')]),
    ).toBeUndefined();
  });
  test('a pod on another node is a difference all the same', () => {
    expect(
      compare([pod('web-bbbbb', 'n1'), pod('web-ccccc', 'n2')], [pod('web-ddddd', 'n2'), pod('web-fffff', 'n2')]),
    ).toBeDefined();
  });
  test('pods with names of their own come in order', () => {
    const named = (name: string) => ({ metadata: { name } });
    expect(compare([named('a'), named('b')], [named('b'), named('a')])).toBeDefined();
  });
  test('the order of conditions counts', () => {
    expect(compare([{ type: 'A' }, { type: 'B' }], [{ type: 'B' }, { type: 'A' }])).toBeDefined();
  });
  test('who is who is told by everything that is said of a name', () => {
    const story = (old: string, young: string) => [
      [pod(old, 'n1'), pod(young, 'n1')],
      [{ message: `Deleted pod: ${old}` }],
      [pod(young, 'n1')],
    ];
    expect(compare(story('web-bbbbb', 'web-ccccc'), story('web-zzzzz', 'web-dddbb'))).toBeUndefined();
    const [first = [], , last = []] = story('web-zzzzz', 'web-dddbb');
    expect(
      compare(story('web-bbbbb', 'web-ccccc'), [first, [{ message: 'Deleted pod: web-dddbb' }], last]),
    ).toBeDefined();
  });
  test('managed fields come in any order, their contents count', () => {
    const entry = (manager: string, field: string) => ({ manager, operation: 'Update', fieldsV1: { [field]: {} } });
    const of = (...managedFields: JsonValue[]) => ({ metadata: { managedFields } });
    expect(compare(of(entry('a', 'f:x'), entry('b', 'f:y')), of(entry('b', 'f:y'), entry('a', 'f:x')))).toBeUndefined();
    expect(compare(of(entry('a', 'f:x')), of(entry('a', 'f:z')))).toBeDefined();
  });
});

describe('everything else is equal to the byte', () => {
  test.each<[string, JsonValue, JsonValue]>([
    ['a number', { replicas: 3 }, { replicas: 4 }],
    ['a word', { phase: 'Running' }, { phase: 'Pending' }],
    ['null against absent', { endpoints: null }, {}],
    ['empty against absent', { resources: {} }, {}],
    ['an additional field', {}, { resources: {} }],
    ['text against number', { port: '80' }, { port: 80 }],
    ['a hash', { name: 'web-7f5dd854b7' }, { name: 'web-5cdd4df8c7' }],
    ['a user label that is called constructor', { labels: { constructor: 'a' } }, { labels: {} }],
    ['the count of an event', { count: 2 }, { count: 3 }],
  ])('%s', (_, recorded, own) => {
    expect(compare(recorded, own)).toBeDefined();
  });
  test('the order of fields, where a format says so', () => {
    expect(compare({ a: 1, b: 2 }, { b: 2, a: 1 }, [], { keyOrder: true })?.path).toContain('order of keys');
    expect(compare({ a: 1, b: 2 }, { b: 2, a: 1 })).toBeUndefined();
  });
  test('a name that was typed is no random name', () => {
    expect(compare('pod/web-bbbbb', 'pod/web-ccccc', ['kubectl get pod web-bbbbb'])).toBeDefined();
  });
});

test('a name generated without a hyphen is known by its object', () => {
  const told = (name: string) => [{ metadata: { name, generateName: 'x' } }, `created x ${name}`];
  expect(compare(told('xbcdfg'), told('xzzzz2'))).toBeUndefined();
});

test('ages in cells of a table vary, other cells do not', () => {
  const row = (...cells: JsonValue[]) => ({ cells });
  expect(compare(row('web', '1/1', '5s'), row('web', '1/1', '3m20s'))).toBeUndefined();
  expect(compare(row('web', '1/1', '5s'), row('web', '0/1', '5s'))).toBeDefined();
  expect(compare(row('web', '5s'), row('web', '<unknown>'))).toBeDefined();
});
