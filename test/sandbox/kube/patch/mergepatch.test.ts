import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from '../../../../sandbox/kube/go/text.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../../../sandbox/kube/json.ts';
import { applyMergePatch, mergePatched } from '../../../../sandbox/kube/patch/mergepatch.ts';
import { patchedText } from '../../../../sandbox/kube/patch/patched.ts';
import { StatusError, type V1Status } from '../../../../sandbox/kube/status.ts';
import { deepFreeze } from '../../../../sandbox/time/state.ts';
import { conversation } from '../facts.ts';

describe('a merge patch', () => {
  test.each([
    ['sets', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['replaces', { a: 1 }, { a: 2 }, { a: 2 }],
    ['removes', { a: 1, b: 2 }, { a: null, c: null }, { b: 2 }],
    ['goes into objects', { a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } }, { a: { c: 2, d: 3 } }],
    ['replaces lists', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['drops nulls of what it adds', {}, { a: { b: null, c: [{ d: null }, null] } }, { a: { c: [{}, null] } }],
    ['keeps nulls in a list that replaces an object', { a: {} }, { a: [{ d: null }] }, { a: [{ d: null }] }],
    ['puts an object in the place of a scalar', { a: 1 }, { a: { b: null } }, { a: {} }],
  ])('%s', (_, document, patch, result) => {
    expect(mergePatched(deepFreeze(document), deepFreeze(patch as JsonObject))).toEqual(result);
  });

  test('shares what it does not change', () => {
    const document = deepFreeze({ spec: { a: [1], b: { c: 1 } }, status: { d: 1 } });
    expect(mergePatched(document, { spec: { a: [1], b: { c: 1 } } })).toBe(document);
    const result = mergePatched(document, { spec: { b: { c: 2 } } }) as typeof document;
    expect(result.spec.a).toBe(document.spec.a);
    expect(result.status).toBe(document.status);
  });

  test('takes any key for a key', () => {
    const patch = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as JsonObject;
    expect(JSON.stringify(mergePatched({}, patch))).toBe('{"__proto__":{"a":1},"constructor":2}');
    expect(mergePatched({}, { toString: null })).toEqual({});
  });

  test('is an object', () => {
    const message = (patch: JsonValue) => {
      try {
        return applyMergePatch({}, patch);
      } catch (error) {
        return error instanceof StatusError ? [error.status.code, error.status.message] : error;
      }
    };
    const mismatch = (kind: string) => [
      400,
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    ];
    expect(message([])).toEqual(mismatch('array'));
    expect(message('x')).toEqual(mismatch('string'));
    expect(message(true)).toEqual(mismatch('bool'));
    expect(message(null)).toEqual([400, 'Invalid JSON Patch']);
  });
});

test('recorded refusals quote the patched document', () => {
  let current: JsonObject = {};
  let quoted = 0;
  for (const { request, response } of conversation('patch-merge').slice(1)) {
    const answer = response.body as JsonObject & V1Status;
    if (answer.kind !== 'Status') current = answer;
    else if (answer.message?.includes('patch: Invalid value')) {
      expect(answer.message).toContain(`: ${quote(patchedText(applyMergePatch(current, request.body ?? null)))}: `);
      quoted++;
    }
  }
  expect(quoted).toBeGreaterThan(2);
});

describe('properties', () => {
  const fields = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<JsonObject>;

  test('applying a patch again and again changes nothing more', () => {
    fc.assert(
      fc.property(fields, fields, (document, patch) => {
        // A list in the place of an object keeps its nulls until it is written over a list.
        const twice = mergePatched(mergePatched(deepFreeze(document), deepFreeze(patch)), patch);
        expect(sameJson(mergePatched(twice, patch), twice)).toBe(true);
      }),
    );
  });
});
