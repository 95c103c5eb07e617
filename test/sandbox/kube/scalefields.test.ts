import { describe, expect, test } from 'vitest';
import { createFieldStore } from '../../../sandbox/kube/managedfields.ts';
import type { V1ManagedFieldsEntry } from '../../../sandbox/kube/meta.ts';
import { parentEntries, scaleEntries } from '../../../sandbox/kube/scalefields.ts';

const store = createFieldStore();
const paths = new Map([['apps/v1', 'spec.replicas']]);

function entry(
  manager: string,
  operation: string,
  apiVersion: string,
  fieldsV1: object,
  more: object = {},
): V1ManagedFieldsEntry {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1, ...more } as V1ManagedFieldsEntry;
}

const REPLICAS = { 'f:spec': { 'f:replicas': {} } };
const MORE = { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } };

describe('a scale shares the owners of its object', () => {
  test('of the replicas', () => {
    const parent = [entry('a', 'Apply', 'apps/v1', MORE), entry('b', 'Update', 'apps/v1', { 'f:metadata': {} })];
    expect(scaleEntries(parent, paths, store)).toEqual([entry('a', 'Apply', 'autoscaling/v1', REPLICAS)]);
  });

  test('nobody, when nobody owns them', () => {
    expect(scaleEntries([entry('a', 'Apply', 'apps/v10', MORE)], paths, store)).toBeUndefined();
  });

  test('who scales takes them', () => {
    const parent = [entry('a', 'Apply', 'apps/v1', MORE, { time: '2026-01-01T00:00:00Z' })];
    const scale = [
      entry('kubectl', 'Update', 'autoscaling/v1', REPLICAS, { time: '2026-01-01T00:00:05Z', subresource: 'scale' }),
    ];
    expect(parentEntries(parent, scale, 'apps/v1', paths, store)).toEqual([
      entry('a', 'Apply', 'apps/v1', { 'f:spec': { 'f:selector': {} } }, { time: '2026-01-01T00:00:00Z' }),
      entry('kubectl', 'Update', 'apps/v1', REPLICAS, { subresource: 'scale' }),
    ]);
  });

  test('an applier who has them in both keeps its entry', () => {
    const parent = [entry('a', 'Apply', 'apps/v1', MORE, { time: '2026-01-01T00:00:00Z' })];
    const scale = [entry('a', 'Apply', 'autoscaling/v1', REPLICAS, { time: '2026-01-01T00:00:05Z' })];
    expect(parentEntries(parent, scale, 'apps/v1', paths, store)).toBe(parent);
  });
});
