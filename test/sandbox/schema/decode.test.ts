import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { asStored, canonical } from '../../../sandbox/schema/decode/canonical.ts';
import { decode } from '../../../sandbox/schema/decode/decode.ts';
import { kindIn } from '../../../sandbox/schema/decode/kind.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { parseJson } from '../../../sandbox/schema/json/parse.ts';
import { decodeProtobuf, encodeProtobuf } from '../../../sandbox/schema/protobuf/envelope.ts';
import { defaultedObjects, kindAtPath, measured, messageOf, typeOf } from './facts.ts';

interface Measured {
  readonly apiVersion: string;
  readonly kind: string;
  readonly text: string;
  readonly error?: string;
  readonly strict?: string[];
  readonly json?: string;
}

const pods = typeOf('', 'v1', 'Pod').type;

function decodePod(text: string) {
  return decode(parseJson(text), pods);
}

describe('typed decoding', () => {
  const cases = measured<Measured[]>('decode.json');

  test('refuses, reports and understands as Go does', () => {
    const wrong = cases.filter(({ apiVersion, kind, text, error, strict, json }) => {
      const { group, version } = parseApiVersion(apiVersion);
      const { type } = typeOf(group, version, kind);
      if (error !== undefined) return messageOf(() => decode(parseJson(text), type)) !== error;
      const decoded = decode(parseJson(text), type);
      return encodeJson(decoded.value, type) !== json || decoded.strict.join() !== (strict ?? []).join();
    });
    expect(wrong.map(({ text }) => text)).toEqual([]);
    expect(cases.filter(({ error }) => error === undefined).length).toBeGreaterThan(60);
  });

  test('gives what is canonical already', () => {
    for (const { apiVersion, kind, text, error } of cases) {
      const { group, version } = parseApiVersion(apiVersion);
      const { type } = typeOf(group, version, kind);
      if (error !== undefined) continue;
      const { value } = decode(parseJson(text), type);
      expect(canonical(value, type) === value, text).toBe(true);
    }
  });

  test('says where, through embedded structs and types that decode themselves', () => {
    const spec = (text: string): string | undefined => messageOf(() => decodePod(`{"spec":${text}}`));
    expect(spec('{"volumes":[{"emptyDir":5}]}')).toBe(
      'json: cannot unmarshal number into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    );
    expect(spec('{"containers":[{"livenessProbe":{"httpGet":{"port":1.5}}}]}')).toBe(
      'json: cannot unmarshal number 1.5 into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    );
    expect(spec('{"restartPolicy":1,"containers":5}')).toContain('of type v1.RestartPolicy');
  });

  test('reports what nobody knows and what stands twice, in the order of the text', () => {
    const text = '{"metadata":{"labels":{"a":"1","a":"2"},"x":1},"spec":{"__proto__":1,"nodeName":"a","nodeName":"b"}}';
    const { value, strict } = decodePod(text);
    expect(strict).toEqual([
      'duplicate field "metadata.labels.a"',
      'unknown field "metadata.x"',
      'unknown field "spec.__proto__"',
      'duplicate field "spec.nodeName"',
    ]);
    expect(value).toEqual({
      metadata: { labels: { a: '2' } },
      spec: { containers: null, nodeName: 'b' },
      status: {},
    });
  });

  test('decodes what stands twice into one place', () => {
    const { value } = decodePod('{"spec":{"nodeName":"a","hostPID":true},"spec":{"hostname":"b","nodeName":null}}');
    expect(value['spec']).toEqual({ containers: null, nodeName: 'a', hostPID: true, hostname: 'b' });
  });

  test('tells case apart, but not where it looks for the kind', () => {
    expect(decodePod('{"Spec":{},"APIVERSION":"v1"}').strict).toEqual([
      'unknown field "Spec"',
      'unknown field "APIVERSION"',
    ]);
    const body: JsonValue = { KIND: 'Pod', apiVersion: 'apps/v1' };
    expect(kindIn(body)).toEqual({ group: 'apps', version: 'v1', kind: 'Pod' });
  });
});

describe('the canonical form', () => {
  const recorded = defaultedObjects();

  test('is what a real server returns, members in the same order', () => {
    const wrong = recorded.filter(({ path, returned }) => {
      const type = kindAtPath(path)?.type;
      return (
        type === undefined || canonical(returned, type) !== returned || encodeJson(returned, type) !== goText(returned)
      );
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(recorded.length).toBeGreaterThan(150);
  });

  test('takes members in any order, and shares what needn’t change', () => {
    const spec = { containers: [{ name: 'c', resources: {} }] };
    const pod = canonical({ status: {}, spec, metadata: {} }, pods);
    expect(Object.keys(pod)).toEqual(['metadata', 'spec', 'status']);
    expect(pod['spec']).toBe(spec);
  });

  test('is refused to an object with unknown fields or wrong types, which are named', () => {
    expect(messageOf(() => canonical({ spec: { foo: 1 } }, pods))).toBe('Pod: unknown field "spec.foo"');
    expect(messageOf(() => canonical({ spec: { hostPID: 1 } }, pods))).toContain('PodSpec.spec.hostPID of type bool');
  });

  test('writes times, quantities and bytes in one way', () => {
    const text = `{"metadata":{"creationTimestamp":"2026-01-02T03:04:05.9+02:00"},
      "spec":{"overhead":{"cpu":0.50,"memory":"1024Mi","x":1e3}}}`;
    const { value } = decodePod(text);
    expect(value['metadata']).toEqual({ creationTimestamp: '2026-01-02T01:04:05Z' });
    expect(value['spec']).toMatchObject({ overhead: { cpu: '500m', memory: '1Gi', x: '1e3' } });
  });

  test('leaves out what Go leaves out, and fills what it doesn’t', () => {
    const { value } = decodePod(
      '{"metadata":{"labels":{},"creationTimestamp":null},"spec":{"hostPID":false,"containers":[null]}}',
    );
    expect(JSON.parse(JSON.stringify(value))).toEqual({
      metadata: {},
      spec: { containers: [{ name: '', resources: {} }] },
      status: {},
    });
  });

  test('loses empty lists when it is stored, as a round trip through protobuf does', () => {
    const roles = typeOf('rbac.authorization.k8s.io', 'v1', 'Role');
    const role = canonical(
      { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: {}, rules: [] },
      roles.type,
    );
    expect(role['rules']).toEqual([]);
    expect(asStored(role, roles.type)['rules']).toBeNull();
    for (const { path, returned } of recorded) {
      const kind = kindAtPath(path);
      // The kind of an object within an object isn't kept.
      if (kind === undefined || kind.kind === 'StatefulSet' || kind.kind === 'List') continue;
      expect(decodeProtobuf(encodeProtobuf(returned, kind)).value, path).toEqual(asStored(returned, kind.type));
    }
  });
});

/** What Go's encoder writes differently from JSON.stringify. */
function goText(value: object): string {
  return JSON.stringify(value).replaceAll(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}
