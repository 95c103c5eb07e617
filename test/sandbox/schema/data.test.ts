import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ListType, ObjectType, ValueType } from '../../../sandbox/kube/structure.ts';
import {
  definition,
  definitionNames,
  groupVersionKindsOf,
  kindType,
  RESOURCES,
  registeredType,
} from '../../../sandbox/schema/schema.ts';
import { buildData } from '../../../scripts/schema/build-data.mjs';
import { FACTS_FOLDER, facts } from './facts.ts';

const CORE = 'io.k8s.api.core.v1';

function field(name: string, fieldName: string) {
  const found = definition(name)?.field.get(fieldName);
  if (found === undefined) throw new Error(`no ${fieldName} in ${name}`);
  return found;
}

function list(type: ValueType): ListType {
  if (type.kind !== 'list') throw new Error(`no list: ${type.kind}`);
  return type;
}

describe('the committed data', () => {
  test('is what the script makes of the recorded facts', () => {
    const made = buildData(fileURLToPath(FACTS_FOLDER));
    for (const [name, text] of Object.entries(made)) {
      const committed = readFileSync(new URL(`../../../sandbox/schema/data/${name}`, import.meta.url), 'utf8');
      expect(committed === text, `run scripts/schema/build-data.mjs: ${name}`).toBe(true);
    }
  });

  test('gives every definition of the document the fields that the document has', () => {
    const recorded = facts<Record<string, { fields?: object }>>('schema-extensions.json');
    const scalars = new Set([
      'JSON',
      'Quantity',
      'Time',
      'MicroTime',
      'FieldsV1',
      'RawExtension',
      'IntOrString',
      'Patch',
    ]);
    for (const [name, { fields }] of Object.entries(recorded)) {
      const short = name.slice(name.lastIndexOf('.') + 1);
      if (scalars.has(short) || short.startsWith('JSONSchemaPropsOr')) continue;
      const ours = definition(name)
        ?.fields.map((one) => one.name)
        .sort();
      expect(ours, name).toEqual(Object.keys(fields ?? {}).sort());
    }
  });

  test('requires what the document requires, in its order', () => {
    const recorded = facts<Record<string, { required?: string[] }>>('openapi-structure.json');
    for (const name of definitionNames()) {
      const said = recorded[name];
      if (said !== undefined) expect(definition(name)?.required, name).toEqual(said.required ?? []);
    }
  });

  test('can be walked from every definition to all that it holds', () => {
    const seen = new Set<ObjectType>();
    const walk = (type: ValueType): void => {
      if (type.kind === 'list') walk(type.items);
      if (type.kind === 'map') walk(type.values);
      if (type.kind !== 'object' || seen.has(type)) return;
      seen.add(type);
      for (const one of type.fields) walk(one.type());
    };
    for (const name of definitionNames()) walk(definition(name) ?? { kind: 'scalar', scalar: 'any' });
    // A field may be finer than its type: that one is seen twice.
    expect(new Set([...seen].map(({ name }) => name)).size).toBe(definitionNames().length);
  });
});

describe('structures', () => {
  test('stand in the order of Go, embedded fields where they are embedded', () => {
    const names = definition(`${CORE}.Probe`)?.fields.map((one) => one.name);
    expect(names?.slice(0, 6)).toEqual([
      'exec',
      'httpGet',
      'tcpSocket',
      'grpc',
      'initialDelaySeconds',
      'timeoutSeconds',
    ]);
    expect(field(`${CORE}.Probe`, 'exec')).toMatchObject({ inline: true, embeddedIn: 'ProbeHandler', pointer: true });
  });

  test('know how lists and maps merge', () => {
    const ports = field(`${CORE}.ServiceSpec`, 'ports');
    expect(ports).toMatchObject({ mergeKey: 'port', strategies: ['merge'] });
    expect(list(ports.type())).toMatchObject({ list: 'map', keys: ['port', 'protocol'] });
    expect(field(`${CORE}.PodSpec`, 'volumes').strategies).toEqual(['merge', 'retainKeys']);
    expect(list(field(`${CORE}.Container`, 'args').type())).toMatchObject({ list: 'atomic', declared: true });
    expect(field(`${CORE}.ServiceSpec`, 'selector').type()).toMatchObject({ kind: 'map', atomic: true });
    expect(definition(`${CORE}.SecretKeySelector`)?.atomic).toBe(true);
  });

  test('know defaults, of the document and of Go', () => {
    expect(field(`${CORE}.ServicePort`, 'protocol').default).toBe('TCP');
    expect(field(`${CORE}.ContainerPort`, 'containerPort').default).toBe(0);
    expect(field(`${CORE}.Pod`, 'spec').default).toEqual({});
    expect(field(`${CORE}.PodSpec`, 'hostNetwork').default).toBeUndefined();
  });

  test('know what Go leaves out', () => {
    expect(field(`${CORE}.PodSpec`, 'containers').omit).toBe('never');
    expect(field(`${CORE}.PodSpec`, 'hostNetwork').omit).toBe('empty');
    expect(field(`${CORE}.Pod`, 'status').omit).toBe('never');
    expect(field('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'creationTimestamp').omit).toBe('zero');
  });

  test('may hold themselves', () => {
    const schema = definition('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(schema?.field.get('not')?.type()).toBe(schema);
  });
});

describe('the registry', () => {
  test('finds a kind by group, version and name', () => {
    expect(kindType('apps', 'v1', 'Deployment')?.type.name).toBe('io.k8s.api.apps.v1.Deployment');
    expect(kindType('', 'v1', 'PodList')?.type.goType).toBe('v1.PodList');
    expect(kindType('policy', 'v1', 'DeleteOptions')?.type.goName).toBe('DeleteOptions');
    expect(kindType('apps', 'v1', 'Pod')).toBeUndefined();
    expect(kindType('constructor', '', 'x')).toBeUndefined();
  });

  test('knows old versions that nobody serves', () => {
    const old = registeredType({ group: 'extensions', version: 'v1beta1', kind: 'Ingress' });
    expect(old?.type.field.get('spec')?.type()).toMatchObject({ goName: 'IngressSpec', goType: 'v1beta1.IngressSpec' });
    // As in version 1, of which the data says so.
    const like = registeredType({ group: 'storage.k8s.io', version: 'v1beta1', kind: 'CSIDriver' });
    expect(like?.type.field.get('spec')?.type()).toMatchObject({ name: 'io.k8s.api.storage.v1beta1.CSIDriverSpec' });
    expect(kindType('extensions', 'v1beta1', 'Ingress')).toBeUndefined();
  });

  test('lists the kinds that a definition is as the document does', () => {
    const recorded = facts<Record<string, { gvk?: object[] }>>('schema-extensions.json');
    for (const [name, { gvk }] of Object.entries(recorded)) {
      if (gvk !== undefined) expect(groupVersionKindsOf(name), name).toEqual(gvk);
    }
  });

  test('has every served resource with a kind that it knows', () => {
    expect(RESOURCES).toEqual(facts('resources.json'));
    for (const { group, version, kind } of RESOURCES) expect(kindType(group, version, kind), kind).toBeDefined();
  });
});
