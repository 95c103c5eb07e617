import { describe, expect, it } from 'vitest';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import {
  ConfigMaps,
  MutatingAdmissionPolicies,
  MutatingAdmissionPolicyBindings,
  Namespaces,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
} from '../../../../sandbox/schema/generated/resources.ts';
import type {
  V1ConfigMap,
  V1MutatingAdmissionPolicySpec,
  V1ValidatingAdmissionPolicyBindingSpec,
  V1ValidatingAdmissionPolicySpec,
} from '../../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator } from '../../../../sandbox/simulator.ts';

const MATCH = {
  resourceRules: [
    { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] },
  ],
};

function cluster(): Simulator {
  const simulator = assemble(newSimulatorState());
  simulator.run(simulator.client().create(Namespaces, { metadata: { name: 'team', labels: { strict: 'yes' } } }));
  return simulator;
}

function withPolicy(
  spec: V1ValidatingAdmissionPolicySpec,
  binding: Partial<V1ValidatingAdmissionPolicyBindingSpec> = {},
): Simulator {
  const simulator = cluster();
  const { client, run } = simulator;
  const metadata = { name: 'p' };
  run(client().create(ValidatingAdmissionPolicies, { metadata, spec: { matchConstraints: MATCH, ...spec } }));
  const bound = { policyName: 'p', validationActions: ['Deny'], ...binding };
  run(client().create(ValidatingAdmissionPolicyBindings, { metadata, spec: bound }));
  return simulator;
}

function withMutation(...specs: readonly Partial<V1MutatingAdmissionPolicySpec>[]): Simulator {
  const simulator = cluster();
  const { client, run } = simulator;
  for (const [i, spec] of specs.entries()) {
    const metadata = { name: `p${i}` };
    const whole = { reinvocationPolicy: 'Never', matchConstraints: MATCH, ...spec };
    run(client().create(MutatingAdmissionPolicies, { metadata, spec: whole }));
    run(client().create(MutatingAdmissionPolicyBindings, { metadata, spec: { policyName: `p${i}` } }));
  }
  return simulator;
}

/** What is stored of a ConfigMap's data, or why it is refused. */
function write({ client, run }: Simulator, data: V1ConfigMap['data'], namespace = 'team') {
  try {
    return run(
      client().create(ConfigMaps, { metadata: { name: 'c', namespace }, ...(data === undefined ? {} : { data }) }),
    ).data;
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.message}`;
    throw error;
  }
}

const DENIED = `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request:`;

describe('a validating admission policy', () => {
  it('refuses what its expressions are false for, with its own words and reason', () => {
    const validation = {
      expression: 'size(object.data) < 2',
      messageExpression: '"too many in " + object.metadata.name',
      reason: 'Forbidden',
    };
    const simulator = withPolicy({ validations: [validation] });
    expect(write(simulator, { a: '1', b: '2' })).toBe(`403 ${DENIED} too many in c`);
    expect(write(simulator, { a: '1' })).toEqual({ a: '1' });
  });

  it('knows its variables, the request and its namespace', () => {
    const simulator = withPolicy({
      variables: [
        { name: 'n', expression: 'size(object.data)' },
        { name: 'twice', expression: 'variables.n * 2' },
      ],
      validations: [
        { expression: 'variables.twice == 4' },
        { expression: 'request.operation == "CREATE" && request.resource.resource == "configmaps"' },
        { expression: 'namespaceObject.metadata.labels.strict == "yes"' },
      ],
    });
    expect(write(simulator, { a: '1', b: '2' })).toEqual({ a: '1', b: '2' });
    expect(write(simulator, { a: '1' })).toBe(`422 ${DENIED} failed expression: variables.twice == 4`);
  });

  it('fails closed when an expression goes wrong, unless it may be ignored', () => {
    const validations = [{ expression: 'object.data.a == "1"' }];
    expect(write(withPolicy({ validations }), { b: '1' })).toBe(
      `422 ${DENIED} expression 'object.data.a == "1"' resulted in error: no such key: a`,
    );
    expect(write(withPolicy({ validations, failurePolicy: 'Ignore' }), { b: '1' })).toEqual({ b: '1' });
  });

  it('is asked only about what its conditions and its binding match', () => {
    const conditions = [{ name: 'only', expression: 'has(object.data.checked)' }];
    const simulator = withPolicy({ validations: [{ expression: 'false' }], matchConditions: conditions });
    expect(write(simulator, { a: '1' })).toEqual({ a: '1' });
    expect(write(simulator, { checked: '1' })).toBe(`422 ${DENIED} failed expression: false`);
    const elsewhere = withPolicy(
      { validations: [{ expression: 'false' }] },
      { matchResources: { namespaceSelector: { matchLabels: { strict: 'no' } } } },
    );
    expect(write(elsewhere, { a: '1' })).toEqual({ a: '1' });
  });

  it('takes its parameters from other objects', () => {
    const simulator = withPolicy(
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        validations: [{ expression: 'object.metadata.name == "limits" || size(object.data) <= int(params.data.max)' }],
      },
      { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } },
    );
    expect(write(simulator, { a: '1' })).toContain(
      'no params found for policy binding with `Deny` parameterNotFoundAction',
    );
  });
});

describe('a mutating admission policy', () => {
  it('applies configurations and JSON patches, one on what the other has made', () => {
    const simulator = withMutation({
      mutations: [
        { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{data: {"b": "2"}}' } },
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: '[JSONPatch{op: "add", path: "/data/c", value: object.data.b + "3"}]' },
        },
      ],
    });
    expect(write(simulator, { a: '1' })).toEqual({ a: '1', b: '2', c: '23' });
  });

  it('refuses where its patch does not apply', () => {
    const patch = '[JSONPatch{op: "remove", path: "/data/none"}]';
    const simulator = withMutation({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patch } }] });
    expect(write(simulator, { a: '1' })).toBe(
      `403 policy 'p0' with binding 'p0' denied request: JSON Patch: error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value`,
    );
  });

  it('is asked again, if it wants to be, when another policy changes the object after it', () => {
    const copies = 'has(object.data.b) ? Object{data: {"saw": object.data.b}} : Object{}';
    const sets = 'Object{data: {"b": "2"}}';
    const mutation = (expression: string) => [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }];
    const policies = (reinvocationPolicy: string) =>
      withMutation({ mutations: mutation(copies), reinvocationPolicy }, { mutations: mutation(sets) });
    expect(write(policies('IfNeeded'), { a: '1' })).toEqual({ a: '1', b: '2', saw: '2' });
    expect(write(policies('Never'), { a: '1' })).toEqual({ a: '1', b: '2' });
  });
});
