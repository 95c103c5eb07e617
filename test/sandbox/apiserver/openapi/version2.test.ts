import { describe, expect, test } from 'vitest';
import { customInVersion2, customInVersion3 } from '../../../../sandbox/apiserver/openapi/customschema.ts';
import { openApiV2, openApiV3, openApiV3Paths } from '../../../../sandbox/apiserver/openapi/documents.ts';
import { encodeOpenApiV2 } from '../../../../sandbox/apiserver/openapi/protobuf.ts';
import { newCluster } from '../../../../sandbox/cluster.ts';
import { documentation } from '../../../../sandbox/schema/documentation.ts';
import { buildDocs } from '../../../../scripts/schema/build-docs.mjs';

const { registry } = newCluster().api;
const documented = { registry, documentation: documentation(() => buildDocs()) };

interface Operation {
  readonly operationId: string;
  readonly consumes?: readonly string[];
  readonly produces?: readonly string[];
  readonly parameters?: readonly unknown[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly parameters: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}

const document: Document = JSON.parse(JSON.stringify(openApiV2(documented)));

function operationsOf({ paths }: Pick<Document, 'paths'>): readonly string[] {
  const items = Object.values(paths).flatMap((item) => Object.values(item));
  return items.flatMap(({ operationId }) => operationId ?? []).sort();
}

describe('the document of version 2', () => {
  test('has every path and operation that those of version 3 have', () => {
    const paths = Object.keys(openApiV3Paths(documented)['paths'] ?? {});
    const others: Document[] = paths.map((path) => JSON.parse(JSON.stringify(openApiV3(documented, path))));
    expect(operationsOf(document)).toEqual(others.flatMap(operationsOf).sort());
    expect(Object.keys(document.paths)).toHaveLength(408);
  });

  test('writes what many operations take once, under names made of what they are', () => {
    const recorded = ['continue-QfD61s0i', 'namespace-vgWSWtn3', 'body-2Y1dVQaQ', 'body-78PwaGsr', 'force-tOGGb0Yi'];
    expect(Object.keys(document.parameters)).toEqual(expect.arrayContaining(recorded));
    for (const [, name = ''] of JSON.stringify(document).matchAll(/"#\/parameters\/([^"]+)"/g))
      expect(document.parameters).toHaveProperty([name]);
    for (const [, name = ''] of JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g))
      expect(document.definitions).toHaveProperty([name]);
  });

  test('says in each write that it can be tried and that fields are judged, as older clients look for it', () => {
    const create = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments']?.['post'];
    const names = JSON.stringify(create?.parameters);
    expect(names).toContain('"name":"dryRun"');
    expect(names).toContain('"name":"fieldValidation"');
  });

  test('lists media types in the order of the server', () => {
    const patch = document.paths['/api/v1/namespaces/{namespace}/pods/{name}']?.['patch'];
    expect(patch?.consumes).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    const log = document.paths['/api/v1/namespaces/{namespace}/pods/{name}/log']?.['get'];
    expect(log?.produces?.[0]).toBe('text/plain');
  });

  test('is as long in protobuf as the fields that it has', () => {
    const version = new TextDecoder('latin1').decode(encodeOpenApiV2(openApiV2(documented)));
    expect(version.slice(0, 5)).toBe('\n\u00032.0');
    expect(version).toContain('#/parameters/continue-QfD61s0i');
    expect(version).toContain('application/strategic-merge-patch+json');
  });
});

describe('the schema of a custom resource', () => {
  const schema = {
    type: 'object',
    required: ['n', 'o'],
    properties: {
      n: { type: 'integer', nullable: true, default: 3 },
      p: { 'x-kubernetes-int-or-string': true },
      e: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
      o: { type: 'string', anyOf: [{ minLength: 1 }] },
    },
  };

  test('loses in version 2 what version 2 has no words for', () => {
    expect(customInVersion2(schema)).toEqual({
      type: 'object',
      required: ['o'],
      properties: {
        n: {},
        p: { 'x-kubernetes-int-or-string': true },
        e: { 'x-kubernetes-preserve-unknown-fields': true },
        o: { type: 'string' },
      },
    });
  });

  test('says in version 3 which types an integer or string may have', () => {
    expect(customInVersion3(schema)['properties']).toMatchObject({
      p: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    });
  });
});
