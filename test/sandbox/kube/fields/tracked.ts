// Kinds as the tests of managed fields need them: built-in ones, and one that has every sort of list and map.

import { fieldSetOf, type TrackedKind } from '../../../../sandbox/kube/managedfields.ts';
import type { ObjectType } from '../../../../sandbox/kube/structure.ts';
import { structureOfCrd } from '../../../../sandbox/schema/crd.ts';
import { kindType } from '../../../../sandbox/schema/schema.ts';

export function builtIn(group: string, version: string, kind: string): TrackedKind {
  const type = kindType(group, version, kind)?.type;
  if (type === undefined) throw new Error(`no kind ${kind}`);
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, type };
}

export function withReset(kind: TrackedKind, subresource: string, ...reset: readonly string[]): TrackedKind {
  return { ...kind, ...(subresource === '' ? {} : { subresource }), resetFields: fieldSetOf(...reset) };
}

const text = { type: 'string' };
const item = { type: 'object', properties: { name: text, port: { type: 'integer', default: 80 }, value: text } };

export function widget(schema: Record<string, unknown> = {}): TrackedKind {
  const type: ObjectType = structureOfCrd({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: { type: 'integer' },
          flag: { type: 'boolean' },
          set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
          list: { type: 'array', items: text },
          map: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name', 'port'],
            items: item,
          },
          labels: { type: 'object', additionalProperties: text },
          atom: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
          anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          either: { 'x-kubernetes-int-or-string': true },
          ...schema,
        },
      },
    },
  });
  return { apiVersion: 'example.com/v1', kind: 'Widget', type };
}
