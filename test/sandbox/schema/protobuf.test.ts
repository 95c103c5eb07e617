import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { canonical } from '../../../sandbox/schema/decode/canonical.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { DecodingError } from '../../../sandbox/schema/errors.ts';
import {
  decodeProtobuf,
  encodeProtobuf,
  hasProtobuf,
  readWatchFrames,
  watchFrame,
} from '../../../sandbox/schema/protobuf/envelope.ts';
import { decodeBase64, encodeBase64 } from '../../../sandbox/schema/scalars/base64.ts';
import { registeredType } from '../../../sandbox/schema/schema.ts';
import { facts, type ProtobufVector, typeOf } from './facts.ts';

const vectors = ['manifests', 'fuzzed'].flatMap((name) => facts<ProtobufVector[]>(`protobuf-vectors/${name}.json`));

describe('recorded objects', () => {
  test('read from protobuf as they read from JSON, members in the same order', () => {
    const wrong = vectors.filter(({ pb, json }) => {
      const { kind, value } = decodeProtobuf(decodeBase64(pb));
      return JSON.stringify(JSON.parse(encodeJson(value, kind.type))) !== JSON.stringify(json);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('are written as protobuf to the byte', () => {
    const wrong = vectors.filter(({ pb, json }) => {
      const { kind } = decodeProtobuf(decodeBase64(pb));
      return encodeBase64(encodeProtobuf(canonical(json, kind.type), kind)) !== pb;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('are coded in versions that nobody serves, too: as the served one, where it is alike', () => {
    const served = vectors.find(({ json }) => json['kind'] === 'CronJob');
    const old = registeredType({ group: 'batch', version: 'v1beta1', kind: 'CronJob' });
    if (served === undefined || old === undefined) throw new Error('there is no CronJob');
    const { value } = decodeProtobuf(decodeBase64(served.pb));
    const ours = canonical({ ...value, apiVersion: 'batch/v1beta1' }, old.type);
    expect(decodeProtobuf(encodeProtobuf(ours, old))).toEqual({ kind: old, value: ours });
    expect(ours).toEqual({ ...value, apiVersion: 'batch/v1beta1' });
  });

  test('come from protobuf in canonical form', () => {
    for (const { pb, name } of vectors) {
      const { kind, value } = decodeProtobuf(decodeBase64(pb));
      expect(canonical(value, kind.type) === value, name).toBe(true);
    }
  });
});

describe('malformed bytes', () => {
  /** Either an object or a DecodingError. */
  function survives(bytes: Uint8Array): boolean {
    try {
      decodeProtobuf(bytes);
      return true;
    } catch (error) {
      return error instanceof DecodingError;
    }
  }

  test('end in an error of the field, never in a crash', () => {
    const change = fc.record({
      vector: fc.nat(vectors.length - 1),
      at: fc.nat(400),
      byte: fc.nat(255),
      cut: fc.nat(3),
    });
    fc.assert(
      fc.property(change, ({ vector, at, byte, cut }) => {
        const bytes = decodeBase64(vectors[vector]?.pb ?? '').slice();
        bytes[4 + (at % (bytes.length - 4))] = byte;
        return survives(cut === 0 ? bytes.subarray(0, at) : bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('are told in the words of the server', () => {
    const prefix = [0x6b, 0x38, 0x73, 0];
    const pod = [0x0a, 0x09, 0x0a, 0x02, 0x76, 0x31, 0x12, 0x03, 0x50, 0x6f, 0x64];
    const message = (...raw: number[]): Uint8Array => Uint8Array.from([...prefix, ...pod, 0x12, raw.length, ...raw]);
    expect(() => decodeProtobuf(Uint8Array.of())).toThrow('empty data');
    expect(() => decodeProtobuf(Uint8Array.from(prefix))).toThrow('empty body');
    expect(() => decodeProtobuf(Uint8Array.of(1, 2, 3))).toThrow(/expected prefix \[107 56 115 0\]$/);
    expect(() => decodeProtobuf(message(0x0a, 5))).toThrow('unexpected EOF');
    expect(() => decodeProtobuf(message(0x08, 1))).toThrow('proto: wrong wireType = 0 for field Metadata');
    expect(() => decodeProtobuf(message(0x0c))).toThrow('proto: Pod: wiretype end group for non-group');
    expect(() => decodeProtobuf(message(0x00))).toThrow('proto: Pod: illegal tag 0 (wire type 0)');
    expect(() => decodeProtobuf(message(...Array(10).fill(0xff), 1))).toThrow('proto: integer overflow');
  });

  test('that nest without end are refused', () => {
    const crd = typeOf('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition');
    const deep = (levels: number): JsonObject => (levels === 0 ? {} : { not: deep(levels - 1) });
    const schema = { openAPIV3Schema: deep(300) };
    const spec = { group: 'g', names: {}, scope: '', versions: [{ name: 'v1', schema }] };
    const bytes = encodeProtobuf({ spec }, crd);
    expect(() => decodeProtobuf(bytes)).toThrow('proto: exceeded max depth');
  });
});

describe('the wire', () => {
  const pods = typeOf('', 'v1', 'Pod');
  const pod: JsonObject = canonical({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }, pods.type);

  test('passes over fields that nobody knows, and merges what comes twice', () => {
    const { value } = decodeProtobuf(encodeProtobuf(pod, pods));
    expect(value).toEqual(pod);
  });

  test('frames the events of a watch, also when they arrive in pieces', () => {
    const frame = watchFrame('ADDED', encodeProtobuf(pod, pods));
    const stream = Uint8Array.from([...frame, ...frame.subarray(0, 9)]);
    const { frames, rest } = readWatchFrames(stream);
    expect(frames.map(({ type, object }) => [type, decodeProtobuf(object).value])).toEqual([['ADDED', pod]]);
    expect(rest.length).toBe(9);
  });

  test('has no form for Tables', () => {
    expect(hasProtobuf(typeOf('meta.k8s.io', 'v1', 'Table').type)).toBe(false);
    expect(hasProtobuf(pods.type)).toBe(true);
  });

  test('writes JSON within an object as Go does', () => {
    const revisions = typeOf('apps', 'v1', 'ControllerRevision');
    const bytes = encodeProtobuf({ revision: 1, data: { command: 'a > b' } }, revisions);
    expect(new TextDecoder().decode(bytes)).toContain('{"command":"a \\u003e b"}');
  });

  test('keeps whole numbers beyond 2^53', () => {
    const leases = typeOf('coordination.k8s.io', 'v1', 'Lease');
    const metadata = { name: 'x', generation: 9007199254740993n };
    const lease = canonical({ kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata, spec: {} }, leases.type);
    expect(decodeProtobuf(encodeProtobuf(lease, leases)).value).toEqual(lease);
  });
});
