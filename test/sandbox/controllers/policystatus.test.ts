import { expect, test } from 'vitest';

import { expressionWarnings } from '../../../sandbox/controllers/policystatus/check.ts';
import { kindsOf } from '../../../sandbox/controllers/policystatus/kinds.ts';
import type { V1ValidatingAdmissionPolicySpec } from '../../../sandbox/schema/generated/types.ts';

// The texts are those that a real kube-controller-manager 1.36 wrote.

type Given = Omit<V1ValidatingAdmissionPolicySpec, 'matchConstraints' | 'validations'>;
type Rule = readonly [group: string, ...resources: string[]];

function warnings(rules: readonly Rule[], expressions: readonly string[], given: Given = {}): unknown {
  const resourceRules = rules.map(([group, ...resources]) => ({
    apiGroups: [group],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources,
  }));
  const validations = expressions.map((expression) => ({ expression }));
  return expressionWarnings({ matchConstraints: { resourceRules }, validations, ...given }, kindsOf([])).map(
    ({ fieldRef, warning }) => [fieldRef, warning],
  );
}

test('expressions are told of fields that a kind has not, and of types that do not suit', () => {
  const all = [
    'object.spec.replicaz > 1',
    "object.spec.replicas > 'a'",
    'object.spec.replicas > 1',
    'object.metadata.creationTimestamp.foo && oldObject.x',
    "object.spec.strategy.rollingUpdate.maxSurge == 1 && object.metadata.labels['x'] == 'y'",
  ];
  expect(warnings([['apps', 'deployments']], all)).toEqual([
    [
      'spec.validations[0].expression',
      "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replicaz'\n | object.spec.replicaz > 1\n | ...........^\n",
    ],
    [
      'spec.validations[1].expression',
      "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > 'a'\n | .....................^\n",
    ],
    [
      'spec.validations[3].expression',
      "apps/v1, Kind=Deployment: ERROR: <input>:1:34: type 'timestamp' does not support field selection\n | object.metadata.creationTimestamp.foo && oldObject.x\n | .................................^\n" +
        "ERROR: <input>:1:51: undefined field 'x'\n | object.metadata.creationTimestamp.foo && oldObject.x\n | ..................................................^\n",
    ],
  ]);
});

test('quantities have no type: no expression finds them', () => {
  const [first] = warnings(
    [['apps', 'deployments']],
    ["object.spec.template.spec.containers.all(c, c.resources.limits['cpu'] == 'x')"],
  ) as string[][];
  expect(first?.[1]).toContain("undefined field 'limits'");
});

test('variables have types of their own, and kinds are looked at in their order', () => {
  const variables = [
    { name: 'x', expression: 'object.spec.foo' },
    { name: 'why', expression: 'object.metadata.name' },
  ];
  const rules: readonly Rule[] = [
    ['apps', 'deployments', 'deployments/scale'],
    ['', 'pods', 'pods/exec', 'nope'],
  ];
  const text =
    "ERROR: <input>:1:30: expected type 'bool' but found 'string'\n | variables.x == 1 && variables.why\n | .............................^\n";
  expect(warnings(rules, ['variables.x == 1 && variables.why'], { variables })).toEqual([
    ['spec.validations[0].expression', `/v1, Kind=Pod: ${text}\napps/v1, Kind=Deployment: ${text}`],
  ]);
});

test('parameters have the types of their kind, and none where the kind is unknown', () => {
  const rules: readonly Rule[] = [['', 'secrets']];
  const expressions = ['params.foo', 'object.data.x == 1'];
  const data = [
    'spec.validations[1].expression',
    "/v1, Kind=Secret: ERROR: <input>:1:15: found no matching overload for '_==_' applied to '(bytes, int)'\n | object.data.x == 1\n | ..............^\n",
  ];
  expect(warnings(rules, expressions, { paramKind: { apiVersion: 'example.com/v1', kind: 'Foo' } })).toEqual([data]);
  expect(warnings(rules, expressions, { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } })).toEqual([
    [
      'spec.validations[0].expression',
      "/v1, Kind=Secret: ERROR: <input>:1:7: undefined field 'foo'\n | params.foo\n | ......^\n",
    ],
    data,
  ]);
});

test('what is behind asterisks is not looked at', () => {
  expect(warnings([['*', 'deployments']], ['object.foo'])).toEqual([]);
  expect(warnings([['', '*', 'pods/*']], ['object.foo'])).toEqual([]);
});

test('custom resources have the types of their schema', () => {
  const spec = { type: 'object', properties: { size: { type: 'integer' }, 'the-name': { type: 'string' } } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const kinds = kindsOf([
    {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Box', plural: 'boxes' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  ]);
  const found = expressionWarnings(
    {
      matchConstraints: {
        resourceRules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['*'], resources: ['boxes'] }],
      },
      validations: [
        { expression: "object.spec.size > 1 && object.spec.the__dash__name == 'a' && object.metadata.name == 'b'" },
        { expression: 'object.spec.sise > 1' },
      ],
    },
    kinds,
  );
  expect(found).toEqual([
    {
      fieldRef: 'spec.validations[1].expression',
      warning:
        "example.com/v1, Kind=Box: ERROR: <input>:1:12: undefined field 'sise'\n | object.spec.sise > 1\n | ...........^\n",
    },
  ]);
});
