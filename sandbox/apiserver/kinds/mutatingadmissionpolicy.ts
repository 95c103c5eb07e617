// MutatingAdmissionPolicy and its binding: changes, written in CEL, that are made to objects on their way into the store.

import { admissionEnvironment, type Scope } from '../../kube/cel/admission/declarations.ts';
import { compileExpression } from '../../kube/cel/admission/expression.ts';
import { OBJECT_TYPE, PATCH_TYPE } from '../../kube/cel/admission/patchvalues.ts';
import { listOf, type Type } from '../../kube/cel/types.ts';
import { at, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../schema/generated/resources.ts';
import type {
  V1MutatingAdmissionPolicy,
  V1MutatingAdmissionPolicyBinding,
  V1Mutation,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, neededOneOf } from './shared/checks.ts';
import { ageColumn, integer, nameColumn, text } from './shared/columns.ts';
import { conditionErrors, expressionErrors } from './webhooks/conditions.ts';
import {
  bindingErrors,
  mutableErrors,
  NAMED,
  paramKindCell,
  paramRefCell,
  policyBasics,
  policyErrors,
  policyScope,
  variableErrors,
} from './webhooks/policies.ts';

export const mutatingAdmissionPolicies = defineKind<V1MutatingAdmissionPolicy>({
  type: MutatingAdmissionPolicies,
  strategy: {
    unconditionalUpdate: false,
    ...policyBasics<V1MutatingAdmissionPolicy>('MutatingAdmissionPolicy'),
    validate: (policy) => errors(policy, undefined),
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* errors(next, current);
    },
  },
  columns: [
    nameColumn(),
    integer('Mutations', ({ spec }) => spec?.mutations?.length ?? 0),
    text('ParamKind', ({ spec }) => paramKindCell(spec?.paramKind)),
    ageColumn(),
  ],
});

export const mutatingAdmissionPolicyBindings = defineKind<V1MutatingAdmissionPolicyBinding>({
  type: MutatingAdmissionPolicyBindings,
  strategy: {
    unconditionalUpdate: false,
    ...policyBasics<V1MutatingAdmissionPolicyBinding>('MutatingAdmissionPolicyBinding'),
    validate: boundErrors,
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* boundErrors(next);
    },
  },
  columns: [
    nameColumn(),
    text('PolicyName', ({ spec }) => spec?.policyName ?? ''),
    text('ParamRef', ({ spec }) => paramRefCell(spec?.paramRef)),
    ageColumn(),
  ],
});

const REINVOCATIONS = ['IfNeeded', 'Never'];

function* errors(policy: V1MutatingAdmissionPolicy, current: V1MutatingAdmissionPolicy | undefined): Errors {
  yield* plainMetaErrors(policy, NAMED);
  const { spec = {} } = policy;
  const { matchConditions = [], variables = [], mutations = [], reinvocationPolicy } = spec;
  yield* policyErrors(spec);
  yield* mutableErrors(spec.matchConstraints, 'spec.matchConstraints');
  const { scope, conditions, compiled } = policyScope(spec, true);
  const unchanged =
    current !== undefined && sameJson(matchConditions as never, (current.spec?.matchConditions ?? []) as never);
  if (!unchanged) yield* conditionErrors(matchConditions, 'spec.matchConditions', conditions);
  yield* variableErrors(variables, compiled);
  if (mutations.length === 0) yield required('spec.mutations', 'mutations must contain at least one item');
  yield* eachItem(mutations, 'spec.mutations', (each, field) => mutationErrors(each, field, scope));
  yield* neededOneOf('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATIONS);
}

/** Of each type of patch: where its expression stands, and what it has to give. */
const PATCHES = {
  ApplyConfiguration: { field: 'applyConfiguration', other: 'jsonPatch', result: OBJECT_TYPE },
  JSONPatch: { field: 'jsonPatch', other: 'applyConfiguration', result: listOf(PATCH_TYPE) },
} as const satisfies Readonly<
  Record<string, { readonly field: string; readonly other: string; readonly result: Type }>
>;

function isPatchType(type: string): type is keyof typeof PATCHES {
  return Object.hasOwn(PATCHES, type);
}

function* mutationErrors(mutation: V1Mutation, field: string, scope: Scope): Errors {
  const { patchType = '' } = mutation;
  if (patchType === '') yield required(at(field, 'patchType'));
  else if (!isPatchType(patchType)) yield notSupported(at(field, 'patchType'), patchType, Object.keys(PATCHES));
  else {
    const { field: name, other, result } = PATCHES[patchType];
    const text = mutation[name]?.expression?.trim() ?? '';
    const here = at(field, name, 'expression');
    if (mutation[name] === undefined)
      yield required(at(field, name), `must be specified when patchType is ${patchType}`);
    else if (text === '') yield required(here);
    else {
      yield* expressionErrors(
        here,
        compileExpression(text, admissionEnvironment({ ...scope, patches: true }), [result]),
      );
    }
    if (mutation[other] !== undefined) {
      yield invalid(at(field, other), `{${other}}`, `must not be specified when patchType is ${patchType}`);
    }
  }
}

function* boundErrors(binding: V1MutatingAdmissionPolicyBinding): Errors {
  yield* plainMetaErrors(binding, NAMED);
  const { spec = {} } = binding;
  yield* bindingErrors(spec);
  yield* mutableErrors(spec.matchResources, 'spec.matchResources');
}
