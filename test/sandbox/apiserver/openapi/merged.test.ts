import { describe, expect, test } from 'vitest';
import { mergedDocuments, partOfDocument } from '../../../../sandbox/apiserver/openapi/merged.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';

const to = (name: string) => ({ $ref: `#/definitions/${name}` });
const path = (name: string) => ({ get: { responses: { '200': { schema: to(name) } } } });

const THEIRS: JsonObject = {
  paths: { '/apis/': path('Group'), '/apis/demo/v1/widgets': path('Widget') },
  definitions: {
    Group: { type: 'object' },
    Widget: { properties: { size: to('Size') } },
    Size: { type: 'string' },
    Free: {},
  },
};

describe('what another server says of its API', () => {
  test('counts for its own version alone, with the definitions that lead there and those that nothing leads to', () => {
    const part = partOfDocument(THEIRS, '/apis/demo/v1/');
    expect(Object.keys((part?.['paths'] ?? {}) as object)).toEqual(['/apis/demo/v1/widgets']);
    expect(Object.keys((part?.['definitions'] ?? {}) as object)).toEqual(['Widget', 'Size', 'Free']);
  });

  test('is nothing where no path is of that version, or where it is nested beyond reason', () => {
    expect(partOfDocument(THEIRS, '/apis/demo/v2/')).toBeUndefined();
    const deep = JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`);
    expect(partOfDocument({ ...THEIRS, deep }, '/apis/demo/v1/')).toBeUndefined();
  });

  test('is added to what is there, and the same definition stands once', () => {
    const mine: JsonObject = { swagger: '2.0', paths: { '/version': {} }, definitions: { Size: { type: 'string' } } };
    const merged = mergedDocuments(mine, partOfDocument(THEIRS, '/apis/demo/v1/') ?? {});
    expect(Object.keys(merged['paths'] as object)).toEqual(['/version', '/apis/demo/v1/widgets']);
    expect(Object.keys(merged['definitions'] as object)).toEqual(['Size', 'Widget', 'Free']);
  });

  test('gets another name where this server means something else by it', () => {
    const mine: JsonObject = { paths: {}, definitions: { Size: { type: 'integer' }, Size_v2: { type: 'boolean' } } };
    const merged = mergedDocuments(mine, partOfDocument(THEIRS, '/apis/demo/v1/') ?? {});
    expect(merged['definitions']).toMatchObject({
      Size: { type: 'integer' },
      Size_v2: { type: 'boolean' },
      Size_v3: { type: 'string' },
      Widget: { properties: { size: to('Size_v3') } },
    });
  });

  test('says of which kinds a shared definition is, together with this one', () => {
    const of = (kind: string): JsonObject => ({ type: 'object', 'x-kubernetes-group-version-kind': [{ kind }] });
    const theirs = { paths: { '/apis/demo/v1/x': path('Options') }, definitions: { Options: of('B') } };
    const merged = mergedDocuments({ paths: {}, definitions: { Options: of('A') } }, theirs);
    expect(merged['definitions']).toEqual({
      Options: { type: 'object', 'x-kubernetes-group-version-kind': [{ kind: 'A' }, { kind: 'B' }] },
    });
  });

  test('leaves alone what this server says of a path', () => {
    const mine: JsonObject = { paths: { '/apis/demo/v1/widgets': {} }, definitions: {} };
    expect(mergedDocuments(mine, partOfDocument(THEIRS, '/apis/demo/v1/') ?? {})).toBe(mine);
  });
});
