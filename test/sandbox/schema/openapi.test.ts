import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openApiV2, openApiV3, openApiV3Paths } from '../../../sandbox/apiserver/openapi/documents.ts';
import { newCluster } from '../../../sandbox/cluster.ts';
import { isArray, isObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { documentation, UNDOCUMENTED } from '../../../sandbox/schema/documentation.ts';
import { buildDocs } from '../../../scripts/schema/build-docs.mjs';

const { registry } = newCluster().api;
const documented = { registry, documentation: documentation(() => buildDocs()) };

/** Without what is said in words. */
function form(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(form);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key, text]) => key !== 'description' || typeof text !== 'string');
  return Object.fromEntries(entries.map(([key, inner]) => [key, form(inner ?? null)]));
}

interface Shown {
  readonly components: { readonly schemas: Readonly<Record<string, JsonValue>> };
}

function shown(value: JsonValue): Shown {
  return JSON.parse(JSON.stringify(form(value)));
}

function fact(name: string): JsonValue {
  return JSON.parse(readFileSync(`test/golden/recorded/facts/${name}.json`, 'utf8'));
}

describe('the documents of version 3', () => {
  // The recorded one has the group's own schemas only.
  test.each([documented, { registry, documentation: UNDOCUMENTED }])('have the form of the recorded one', (words) => {
    const recorded = shown(fact('openapi-v3-apps-v1'));
    const made = shown(openApiV3(words, 'apis/apps/v1') ?? null);
    const own = Object.entries(made.components.schemas).filter(([name]) => name.startsWith('io.k8s.api.apps.v1.'));
    expect({ ...made, components: { ...made.components, schemas: Object.fromEntries(own) } }).toEqual(recorded);
  });

  test('describe kinds, fields and parameters', () => {
    const text = JSON.stringify(openApiV3(documented, 'apis/apps/v1'));
    expect(text).toContain('Deployment enables declarative updates for Pods and ReplicaSets.');
    expect(text).toContain('Number of desired pods.');
    expect(text).toContain('A selector to restrict the list of returned objects by their labels.');
    expect(text).not.toContain('&#');
  });

  test('point only at what is in them', () => {
    for (const path of Object.keys(openApiV3Paths(documented)['paths'] ?? {})) {
      const document = openApiV3(documented, path);
      const { schemas = {} } = (document?.['components'] ?? {}) as { schemas?: object };
      const named = JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)"/g);
      for (const [, name = ''] of named) expect(Object.keys(schemas), path).toContain(name);
    }
  });

  test('name each operation once', () => {
    const ids = Object.keys(openApiV3Paths(documented)['paths'] ?? {}).flatMap((path) =>
      [...JSON.stringify(openApiV3(documented, path)).matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id),
    );
    expect(ids.length).toBeGreaterThan(800);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('the document of version 2 has letters that are no blanks', () => {
  const text = JSON.stringify(openApiV2(documented));
  expect(text).toContain('"SIGRTMIN+1"');
  expect(text).toContain('"client auth"');
});
