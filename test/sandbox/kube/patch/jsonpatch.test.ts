import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import { applyJsonPatch, unknownOperationFields } from '../../../../sandbox/kube/patch/jsonpatch.ts';
import { patchedText } from '../../../../sandbox/kube/patch/patched.ts';
import { StatusError, type V1Status } from '../../../../sandbox/kube/status.ts';
import { deepFreeze } from '../../../../sandbox/time/state.ts';
import { conversation } from '../facts.ts';

const patched = (document: JsonValue, ...operations: JsonObject[]) =>
  applyJsonPatch(deepFreeze(document), deepFreeze(operations)).document;

function refusal(document: JsonValue, patch: JsonValue): V1Status {
  try {
    applyJsonPatch(document, patch);
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('the patch was accepted');
}

describe('operations', () => {
  test.each([
    ['adds a key', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds to a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['appends to a list', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['counts from the end', { a: [1, 2] }, [{ op: 'remove', path: '/a/-1' }], { a: [1] }],
    ['adds nothing as null', { a: 1 }, [{ op: 'add', path: '/b' }], { a: 1, b: null }],
    ['replaces what is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['replaces everything', { a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
    ['copies what is not there as null', { a: 1 }, [{ op: 'copy', from: '/b', path: '/c' }], { a: 1, c: null }],
    ['moves', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
    ['moves within a list', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
    ['unescapes keys', { 'a/b': 1, 'c~d': 2 }, [{ op: 'remove', path: '/a~1b' }], { 'c~d': 2 }],
    ['ignores what is before the first slash', { a: 1 }, [{ op: 'add', path: 'x/b', value: 2 }], { a: 1, b: 2 }],
    ['tests equality in depth', { a: { b: [1] } }, [{ op: 'test', path: '/a', value: { b: [1] } }], { a: { b: [1] } }],
  ])('%s', (_, document, patch, result) => {
    expect(applyJsonPatch(deepFreeze(document), deepFreeze(patch)).document).toEqual(result);
  });

  test('keys of objects may be anything', () => {
    const result = patched(
      {},
      { op: 'add', path: '/__proto__', value: 1 },
      { op: 'add', path: '/constructor', value: 2 },
    );
    expect(Object.entries(isObject(result) ? result : {})).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(refusal({}, [{ op: 'remove', path: '/__proto__' }]).code).toBe(422);
    expect(refusal({}, [{ op: 'add', path: '/__proto__/polluted', value: 1 }]).code).toBe(422);
  });

  test('what is copied lives on its own', () => {
    const operations = [
      { op: 'add', path: '/a', value: { list: [1] } },
      { op: 'add', path: '/a/list/-', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/a/list/-', value: 3 },
      { op: 'copy', from: '/b', path: '/b/self' },
    ];
    expect(patched({}, ...operations)).toEqual({
      a: { list: [1, 2, 3] },
      b: { list: [1, 2], self: { list: [1, 2] } },
    });
  });

  test('what is not touched keeps its identity, and nothing is changed in place', () => {
    const document = deepFreeze({ spec: { a: [1], b: { c: 1 } }, status: { d: 1 } });
    const result = applyJsonPatch(document, [{ op: 'replace', path: '/spec/b/c', value: 2 }])
      .document as typeof document;
    expect(result.spec.b.c).toBe(2);
    expect(result.spec.a).toBe(document.spec.a);
    expect(result.status).toBe(document.status);
  });
});

describe('refusals', () => {
  const document = { data: { k: 'v' }, list: [1], nothing: null };

  test.each([
    [{ op: 'remove', path: '/data/none' }],
    [{ op: 'remove', path: '/list/1' }],
    [{ op: 'add', path: '/list/2', value: 1 }],
    [{ op: 'add', path: '/list/x', value: 1 }],
    [{ op: 'add', path: '/no/such', value: 1 }],
    [{ op: 'add', path: '/nothing/x', value: 1 }],
    [{ op: 'add', path: '', value: {} }],
    [{ op: 'add', path: 'data', value: {} }],
    [{ op: 'replace', path: '/list/1', value: 1 }],
    [{ op: 'replace', path: '', value: 1 }],
    [{ op: 'move', from: '/data/none', path: '/x' }],
    [{ op: 'copy', path: '/x' }],
    [{ op: 'test', path: '/data/k', value: 'w' }],
    [{ op: 'test', path: '/list/0', value: '1' }],
    [{ op: 'frob', path: '/data/k' }],
    [{ path: '/data/k', value: 'x' }],
    [{ op: 'add', value: 'x' }],
    [null],
  ])('%j does not apply', (operation) => {
    expect(refusal(document, [operation])).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server rejected our request due to an error in our request',
      reason: 'Invalid',
      details: {},
      code: 422,
    });
  });

  test.each([
    [{ op: 'add' }, 'cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['garbage', 'cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[5], 'cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [[{ op: true }], 'cannot unmarshal bool into Go struct field jsonPatchOp.op of type string'],
  ])('%j is no patch', (patch, message) => {
    const status = refusal(document, patch);
    expect([status.code, status.message]).toEqual([400, `error decoding patch: json: ${message}`]);
  });

  test('more than 10,000 operations are too many', () => {
    const operations = (count: number) => new Array<JsonObject>(count).fill({ op: 'add', path: '/list/-', value: 1 });
    expect(patched(document, ...operations(10_000))).toMatchObject({ data: { k: 'v' } });
    expect(refusal(document, operations(10_001))).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  test('a patch that keeps doubling the document ends', () => {
    const operations = Array.from({ length: 100 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` }));
    expect(refusal({ a: {} }, operations).code).toBe(422);
  });

  test('unknown fields of operations are told', () => {
    expect(
      unknownOperationFields([
        { op: 'add', path: '/a' },
        { op: 'add', Path: '/a', 'b"': 1 },
      ]),
    ).toEqual(['json patch unknown field "[1].Path"', 'json patch unknown field "[1].b\\""']);
  });
});

describe('the recorded conversation', () => {
  const [created, ...patches] = conversation('patch-json').filter(({ request }) =>
    request.path.includes('/configmaps'),
  );

  test('each patch gives what the server answered', () => {
    let current = created?.response.body ?? null;
    for (const { request, response } of patches.filter(({ request }) => request.path.endsWith('/a'))) {
      const patch = request.body ?? null;
      const answer = response.body as JsonObject & V1Status;
      if (answer.kind !== 'Status') {
        const result = applyJsonPatch(current, patch).document;
        // Decoding turns a null into an empty string.
        const values = (value: JsonValue) => JSON.parse(JSON.stringify(value, (_, item) => item ?? ''));
        expect(values((result as JsonObject)['data'] ?? {})).toEqual(values(answer['data'] ?? {}));
        expect((result as { metadata: JsonObject }).metadata['finalizers']).toEqual(
          (answer.metadata as JsonObject)['finalizers'],
        );
        current = answer;
      } else if (answer.details !== undefined && answer.details.causes === undefined) {
        expect(refusal(current, patch)).toEqual(answer);
      } else if (answer.message?.includes('patch: Invalid value')) {
        expect(answer.message).toContain(`Invalid value: ${quote(patchedText(applyJsonPatch(current, patch)))}: `);
      }
    }
  });
});

describe('properties', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

  test('what was added can be tested and taken away', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.string(), json, (fields, key, value) => {
        const document = deepFreeze({ ...fields });
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const added = patched(document, { op: 'add', path, value }, { op: 'test', path, value });
        const { [key]: _, ...rest } = fields;
        expect(patched(added, { op: 'remove', path })).toEqual(rest);
      }),
    );
  });
});
