import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { type Deployments, HorizontalPodAutoscalers, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Deployment, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { ALIASES } from '../../../sandbox/schema/rows.ts';
import { structureOf } from '../../../sandbox/schema/structures.ts';
import { buildTypes, clientNodeModels, typeNames } from '../../../scripts/schema/build-types.mjs';

const models = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen', 'models');

/** The properties of a model as JSON has them, with `?` where they may be absent. */
function propertiesOf(model: string): string[] {
  const read = (extension: string): string => readFileSync(join(models, `${model}${extension}`), 'utf8');
  const inJson = new Map(
    [...read('.js').matchAll(/"name": "([^"]+)",\s+"baseName": "([^"]+)"/g)].map(([, name, base]) => [name, base]),
  );
  const declared = [...read('.d.ts').matchAll(/^ {4}'([^']+)'(\??):/gm)];
  return declared.map(([, name, mark]) => `${inJson.get(name)}${mark}`).sort();
}

describe('the generated types', () => {
  test('are what the script makes of the data', () => {
    for (const [name, text] of Object.entries(buildTypes())) {
      const committed = readFileSync(new URL(`../../../sandbox/schema/generated/${name}`, import.meta.url), 'utf8');
      expect(committed === text, `run scripts/schema/build-types.mjs: ${name}`).toBe(true);
    }
  });

  test('have the fields of the models of the client library', () => {
    const known = clientNodeModels();
    const differences: string[] = [];
    let compared = 0;
    for (const [alias, name] of typeNames(ALIASES)) {
      const type = structureOf(alias);
      if (!known.has(name) || type === undefined) continue;
      compared++;
      const required = new Set(type.required);
      const ours = type.fields.map((field) => `${field.name}${required.has(field.name) ? '' : '?'}`);
      if (ours.sort().join() !== propertiesOf(name).join()) differences.push(name);
    }
    expect(compared).toBeGreaterThan(560);
    expect(differences).toEqual([]);
  });

  test('are JSON, and carried by the resources', () => {
    const pod: V1Pod = { metadata: { name: 'p', labels: { a: 'b' } }, spec: { containers: [{ name: 'c' }] } };
    const json: JsonObject = pod;
    const deployment: NonNullable<typeof Deployments.shape> = { metadata: {} } satisfies V1Deployment;
    expect([json['metadata'], deployment.metadata]).toEqual([{ name: 'p', labels: { a: 'b' } }, {}]);
    expect(Pods).toEqual({ group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true });
    expect(HorizontalPodAutoscalers.version).toBe('v2');
  });
});
