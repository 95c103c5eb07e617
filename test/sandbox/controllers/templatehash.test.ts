import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { equalRevisions, revisionData, revisionHash } from '../../../sandbox/controllers/shared/history.ts';
import { templateHash } from '../../../sandbox/controllers/shared/templatehash.ts';
import type { V1ControllerRevision } from '../../../sandbox/schema/generated/types.ts';

function recorded(name: string) {
  return JSON.parse(readFileSync(new URL(`../../golden/recorded/controllers/${name}.json`, import.meta.url), 'utf8'));
}

test('templates have the hashes that a real cluster gave them', () => {
  const { pairs } = recorded('deploy-hash');
  expect(pairs).toHaveLength(15);
  for (const { templateDefaulted, hash } of pairs) expect(templateHash(templateDefaulted, undefined)).toBe(hash);
});

test('revisions have the hashes that a real cluster gave them', () => {
  const { final } = recorded('revision-hash');
  const all: readonly V1ControllerRevision[] = final.controllerrevisions;
  for (const { spec, metadata } of final.statefulsets) {
    const data = revisionData(spec.template);
    const names = equalRevisions(all, data).map((one) => one.metadata?.name);
    expect(names).toContain(`${metadata.name}-${revisionHash(data, 0)}`);
  }
  for (const { spec, metadata } of final.daemonsets) {
    const names = equalRevisions(all, revisionData(spec.template)).map((one) => one.metadata?.name);
    expect(names).toContain(`${metadata.name}-${templateHash(spec.template, undefined)}`);
  }
});
