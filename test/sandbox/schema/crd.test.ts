import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import type { ObjectType, ValueType } from '../../../sandbox/kube/structure.ts';
import { structureOfCrd } from '../../../sandbox/schema/crd.ts';
import { canonical } from '../../../sandbox/schema/decode/canonical.ts';
import { applyDeclaredDefaults } from '../../../sandbox/schema/defaults.ts';
import { documentation } from '../../../sandbox/schema/documentation.ts';
import { encodeJson } from '../../../sandbox/schema/encode/json.ts';
import { definition } from '../../../sandbox/schema/schema.ts';
import { buildDocs } from '../../../scripts/schema/build-docs.mjs';

const schema: JsonObject = {
  type: 'object',
  required: ['spec'],
  properties: {
    metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } },
    spec: {
      type: 'object',
      properties: {
        port: { 'x-kubernetes-int-or-string': true },
        size: { type: 'integer', format: 'int32', default: 1 },
        mode: { type: 'string', enum: ['a', 'b'], nullable: true, default: 'a' },
        free: { 'x-kubernetes-preserve-unknown-fields': true },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        options: {
          type: 'object',
          additionalProperties: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
        },
        rules: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            'x-kubernetes-map-type': 'atomic',
            properties: { name: { type: 'string', default: 'x' } },
          },
        },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true },
      },
    },
  },
};

function typeAt(root: ObjectType, ...path: string[]): ValueType {
  return path.reduce((type: ValueType, name) => {
    const field = type.kind === 'object' ? type.field.get(name) : undefined;
    if (field === undefined) throw new Error(`no ${name}`);
    return field.type();
  }, root);
}

describe('the structure of custom resources', () => {
  const type = structureOfCrd(schema);

  test('has what every object has, whatever the schema says of it', () => {
    expect(type).toMatchObject({ name: '', embedded: true, required: ['spec'] });
    expect(type.fields.map(({ name }) => name)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(typeAt(type, 'metadata')).toBe(definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'));
    expect(typeAt(type, 'spec', 'template', 'metadata')).toBe(typeAt(type, 'metadata'));
  });

  test('follows the extensions of Kubernetes', () => {
    expect(typeAt(type, 'spec', 'port')).toEqual({ kind: 'scalar', scalar: 'intOrString' });
    expect(typeAt(type, 'spec', 'size')).toEqual({ kind: 'scalar', scalar: 'int32', format: 'int32' });
    expect(typeAt(type, 'spec', 'mode')).toEqual({ kind: 'scalar', scalar: 'string', enum: ['a', 'b'] });
    expect(typeAt(type, 'spec', 'free')).toEqual({ kind: 'scalar', scalar: 'any' });
    expect(typeAt(type, 'spec', 'open')).toMatchObject({ kind: 'object', preserveUnknown: true, fields: [] });
    expect(typeAt(type, 'spec', 'options')).toMatchObject({ kind: 'map', atomic: false });
    expect(typeAt(type, 'spec', 'rules')).toMatchObject({ list: 'map', keys: ['name'], items: { atomic: true } });
  });

  test('leaves objects as they are sent, and writes their keys in order', () => {
    const object = { kind: 'X', apiVersion: 'a/v1', spec: { size: 0, open: {}, rules: [] } };
    expect(canonical(object, type)).toBe(object);
    expect(encodeJson(object, type)).toBe('{"apiVersion":"a/v1","kind":"X","spec":{"open":{},"rules":[],"size":0}}');
  });

  test('fills defaults where a field is absent, or null without being nullable', () => {
    const object = { spec: { size: null, mode: null, rules: [{}, { name: 'y' }], options: { a: {} } } };
    expect(applyDeclaredDefaults(object, type)).toEqual({
      spec: { size: 1, mode: null, rules: [{ name: 'x' }, { name: 'y' }], options: { a: { on: true } } },
    });
    const whole = { spec: { size: 2, mode: 'b' } };
    expect(applyDeclaredDefaults(whole, type)).toBe(whole);
  });

  test('takes names of JavaScript for names', () => {
    const odd = structureOfCrd(
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string","default":"x"}}}'),
    );
    expect(odd.fields.map(({ name }) => name)).toContain('__proto__');
    expect(JSON.stringify(applyDeclaredDefaults({}, odd))).toBe('{"__proto__":"x"}');
  });
});

describe('documentation', () => {
  const docs = documentation(() => buildDocs());

  test('describes kinds and fields in the words of the client library', () => {
    expect(docs.descriptionOf('io.k8s.api.core.v1.Pod')).toMatch(/^Pod is a collection of containers/);
    expect(docs.descriptionOf('io.k8s.api.core.v1.PodSpec', 'nodeName')).toMatch(/^NodeName indicates/i);
    expect(docs.descriptionOf('io.k8s.api.core.v1.Container', 'imagePullPolicy')).toContain('Image pull policy.');
  });

  test('describes fields that hold objects in words of their own', () => {
    expect(docs.descriptionOf('io.k8s.api.core.v1.Pod', 'spec')).toMatch(/^Specification of the desired behavior/);
    expect(docs.descriptionOf('io.k8s.api.apps.v1.DeploymentSpec', 'strategy')).toMatch(/^The deployment strategy to/);
  });

  test('tells what each word of an enumeration means, a line for each', () => {
    const text = docs.descriptionOf('io.k8s.api.core.v1.Container', 'imagePullPolicy') ?? '';
    expect(text.split('\n').filter((line) => line.startsWith(' - `'))).toEqual([
      expect.stringMatching(/^ - `"Always"` means that kubelet/),
      expect.stringMatching(/^ - `"IfNotPresent"` means that kubelet/),
      expect.stringMatching(/^ - `"Never"` means that kubelet/),
    ]);
  });

  test('keeps newer words, although older ones have the line ends', () => {
    const text = docs.descriptionOf('io.k8s.api.resource.v1.Device', 'allowMultipleAllocations');
    expect(text).toMatch(/^AllowMultipleAllocations marks/);
  });

  test('describes a field without words by its type', () => {
    const [field, type] = [['PodSpec', 'schedulingGroup'], ['PodSchedulingGroup']].map(([name, own]) =>
      docs.descriptionOf(`io.k8s.api.core.v1.${name}`, own),
    );
    expect(field).toBe(type);
    expect(field).toMatch(/^PodSchedulingGroup identifies/);
    expect(docs.descriptionOf('io.k8s.api.core.v1.Pod', 'constructor')).toBeUndefined();
    expect(docs.descriptionOf('io.k8s.api.core.v1.Nothing')).toBeUndefined();
  });
});
