import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../sandbox/kube/json.ts';
import { canonical } from '../../../sandbox/schema/decode/canonical.ts';
import { encodeJson, indentJson } from '../../../sandbox/schema/encode/json.ts';
import { plainText } from '../../../sandbox/schema/encode/plain.ts';
import { parseJson } from '../../../sandbox/schema/json/parse.ts';
import { kindType } from '../../../sandbox/schema/schema.ts';
import { typeOf } from './facts.ts';

const pods = typeOf('', 'v1', 'Pod').type;
const configMaps = typeOf('', 'v1', 'ConfigMap').type;

/** The same object with its members the other way round. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject).map(([key, item]) => [key, turned(item ?? null)] as const);
  return Object.fromEntries(members.reverse());
}

describe('writing JSON', () => {
  test('comes to the same whether the object stands as it is written or not', () => {
    const text = readFileSync('test/golden/recorded/facts/defaults.json', 'utf8').replaceAll(
      '<now>',
      '2026-01-01T00:00:00Z',
    );
    const recorded = (JSON.parse(text) as { readonly returned: JsonObject }[]).filter(
      ({ returned }) => !JSON.stringify(returned).includes('<allocated>'),
    );
    let plain = 0;
    for (const { returned } of recorded) {
      const [group = '', version = ''] = String(returned['apiVersion']).includes('/')
        ? String(returned['apiVersion']).split('/')
        : ['', String(returned['apiVersion'])];
      const type = kindType(group, version, String(returned['kind']))?.type;
      if (type === undefined) continue;
      const object = canonical(returned, type);
      const written = encodeJson(object, type);
      expect(encodeJson(turned(object), type)).toBe(written);
      if (plainText(object, type) === written) plain++;
    }
    expect(plain).toBeGreaterThan(100);
  });

  test('puts fields in Go’s order and the keys of maps in the order of their bytes', () => {
    const map = { data: { b: '2', '10': 'x', '9': 'y', A: '1' }, metadata: { name: 'm' }, kind: 'ConfigMap' };
    expect(encodeJson(map, configMaps)).toBe(
      '{"kind":"ConfigMap","metadata":{"name":"m"},"data":{"10":"x","9":"y","A":"1","b":"2"}}',
    );
  });

  test('writes what a type demands and an object lacks', () => {
    expect(encodeJson({}, pods)).toBe('{"metadata":{},"spec":{"containers":null},"status":{}}');
    const condition = { conditions: [{ type: 'Ready', status: 'True' }] };
    expect(encodeJson({ status: condition, spec: { containers: [] } }, pods)).toContain(
      '"status":{"conditions":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":null}]}',
    );
  });

  test('escapes for HTML, and never writes half a character', () => {
    const data = { a: '<b>&\u2028"\\\n\u0001\ud83d\ude00', b: '\ud800' };
    expect(encodeJson({ data }, configMaps)).toBe(
      '{"metadata":{},"data":{"a":"\\u003cb\\u003e\\u0026\\u2028\\"\\\\\\n\\u0001😀","b":"\ufffd"}}',
    );
  });

  test('writes numbers as Go does', () => {
    const values: JsonValue = [1e21, 1e-7, 0.5, 100, 9007199254740993n, -0];
    expect(encodeJson(values)).toBe('[1e+21,1e-7,0.5,100,9007199254740993,0]');
  });

  test('sorts every key of an object without a type', () => {
    expect(encodeJson({ spec: { b: 1, a: [{ d: 1, c: 2 }] }, apiVersion: 'v1', kind: 'X' })).toBe(
      '{"apiVersion":"v1","kind":"X","spec":{"a":[{"c":2,"d":1}],"b":1}}',
    );
  });

  test('keeps raw JSON as it was sent, but a whole object as its kind is written', () => {
    const revisions = typeOf('apps', 'v1', 'ControllerRevision').type;
    expect(encodeJson({ data: { b: '<', a: 12345678901234567890n }, revision: 1 }, revisions)).toBe(
      '{"metadata":{},"data":{"b":"\\u003c","a":12345678901234567890},"revision":1}',
    );
    const events = typeOf('', 'v1', 'WatchEvent').type;
    const object: JsonObject = { metadata: { name: 'p' }, kind: 'Pod', apiVersion: 'v1' };
    expect(encodeJson({ type: 'ADDED', object }, events)).toBe(
      '{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"spec":{"containers":null},"status":{}}}',
    );
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = encodeJson(parseJson(JSON.stringify(value)).value);
        expect(encodeJson(parseJson(text).value)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('can be laid out over lines', () => {
    const text = encodeJson({ a: [], b: {}, c: [1, { d: 'x:[],{}' }], e: '' });
    expect(indentJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
  });
});
