// ValidatingAdmissionPolicy and its binding: rules in CEL about what may be written, and where they are in force.

import { admissionEnvironment, type Scope } from '../../kube/cel/admission/declarations.ts';
import { compileExpression } from '../../kube/cel/admission/expression.ts';
import { BOOL, NULL, STRING } from '../../kube/cel/types.ts';
import { at, duplicate, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { byteLength } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { qualifiedName } from '../../kube/names.ts';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../schema/generated/resources.ts';
import type {
  V1AuditAnnotation,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1Validation,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, problemsOf } from './shared/checks.ts';
import { ageColumn, integer, nameColumn, text } from './shared/columns.ts';
import { shownInternally } from './shared/internal.ts';
import { keepStatus, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';
import { conditionErrors, expressionErrors } from './webhooks/conditions.ts';
import {
  bindingErrors,
  NAMED,
  paramKindCell,
  paramRefCell,
  policyBasics,
  policyErrors,
  policyScope,
  variableErrors,
} from './webhooks/policies.ts';

const ANNOTATIONS_MAX = 20;
const VALUE_EXPRESSION_BYTES_MAX = 5 * 1024;
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];

const basics = policyBasics<V1ValidatingAdmissionPolicy>('ValidatingAdmissionPolicy');

export const validatingAdmissionPolicies = defineKind<V1ValidatingAdmissionPolicy>({
  type: ValidatingAdmissionPolicies,
  strategy: {
    unconditionalUpdate: false,
    defaults: basics.defaults,
    prepareCreate: (policy, context) => basics.prepareCreate(withoutStatus(policy), context),
    prepareUpdate: (next, current, context) => basics.prepareUpdate(keepStatus(next, current), current, context),
    validate: (policy) => errors(policy, undefined),
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* errors(next, current);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      unconditionalUpdate: false,
      defaults: basics.defaults,
      validateUpdate: plainMetaUpdateErrors,
    }),
  },
  columns: [
    nameColumn(),
    integer('Validations', ({ spec }) => spec?.validations?.length ?? 0),
    text('ParamKind', ({ spec }) => paramKindCell(spec?.paramKind)),
    ageColumn(),
  ],
});

const bindingBasics = policyBasics<V1ValidatingAdmissionPolicyBinding>('ValidatingAdmissionPolicyBinding');

export const validatingAdmissionPolicyBindings = defineKind<V1ValidatingAdmissionPolicyBinding>({
  type: ValidatingAdmissionPolicyBindings,
  strategy: {
    unconditionalUpdate: false,
    ...bindingBasics,
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

function* errors(policy: V1ValidatingAdmissionPolicy, current: V1ValidatingAdmissionPolicy | undefined): Errors {
  yield* plainMetaErrors(policy, NAMED);
  const { spec = {}, metadata } = policy;
  const { matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec;
  yield* policyErrors(spec);
  const { scope, conditions, compiled } = policyScope(spec);
  const unchanged =
    current !== undefined && sameJson(matchConditions as never, (current.spec?.matchConditions ?? []) as never);
  if (!unchanged) yield* conditionErrors(matchConditions, 'spec.matchConditions', conditions);
  yield* variableErrors(variables, compiled);
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    yield required('spec.validations', why);
    yield required('spec.auditAnnotations', why);
    return;
  }
  yield* eachItem(validations, 'spec.validations', (each, field) => validationErrors(each, field, scope));
  yield* annotationsErrors(auditAnnotations, metadata?.name ?? '', scope);
}

const LINE_BREAK = /[\n\r]/;

function* validationErrors(
  { expression = '', message = '', messageExpression = '', reason }: V1Validation,
  field: string,
  scope: Scope,
): Errors {
  const here = at(field, 'expression');
  if (expression.trim() === '') yield required(here, 'expression is not specified');
  else yield* expressionErrors(here, compileExpression(expression, admissionEnvironment(scope), [BOOL]));
  const messageField = at(field, 'messageExpression');
  if (messageExpression !== '' && messageExpression.trim() === '') {
    yield invalid(messageField, messageExpression, 'must be non-empty if specified');
  } else if (messageExpression !== '') {
    const environment = admissionEnvironment({ ...scope, authorizer: false });
    yield* expressionErrors(messageField, compileExpression(messageExpression, environment, [STRING]));
  }
  if (message !== '' && message.trim() === '')
    yield invalid(at(field, 'message'), message, 'must be non-empty if specified');
  else if (LINE_BREAK.test(message.trim()))
    yield invalid(at(field, 'message'), message, 'must not contain line breaks');
  if (reason !== undefined && !REASONS.includes(reason)) yield notSupported(at(field, 'reason'), reason, REASONS);
}

function* annotationsErrors(annotations: readonly V1AuditAnnotation[], policy: string, scope: Scope): Errors {
  if (annotations.length > ANNOTATIONS_MAX) {
    const shown = shownInternally('[]admissionregistration.AuditAnnotation', annotations as never);
    yield invalid('spec.auditAnnotations', shown, `must not have more than ${ANNOTATIONS_MAX} auditAnnotations`);
  }
  const keys = new Set<string>();
  yield* eachItem(annotations, 'spec.auditAnnotations', function* ({ key = '', valueExpression = '' }, field) {
    const name = `${policy}/${key}`;
    if (policy === '') yield invalid(at(field, 'key'), key, 'requires metadata.name be non-empty');
    else yield* problemsOf(at(field, 'key'), name, qualifiedName(name));
    yield* valueErrors(valueExpression, at(field, 'valueExpression'), scope);
    if (keys.has(key)) yield duplicate(at(field, 'key'), key);
    keys.add(key);
  });
}

function* valueErrors(expression: string, field: string, scope: Scope): Errors {
  const trimmed = expression.trim();
  if (trimmed === '') yield required(field, 'valueExpression is not specified');
  else if (byteLength(trimmed) > VALUE_EXPRESSION_BYTES_MAX) {
    yield required(field, `must not exceed ${VALUE_EXPRESSION_BYTES_MAX} bytes in length`);
  } else {
    const compiled = compileExpression(trimmed, admissionEnvironment(scope), [STRING, NULL]);
    yield* expressionErrors(field, compiled, expression);
  }
}

function* boundErrors(binding: V1ValidatingAdmissionPolicyBinding): Errors {
  yield* plainMetaErrors(binding, NAMED);
  const { spec } = binding;
  yield* bindingErrors(spec ?? {});
  const field = 'spec.validationActions';
  const actions = spec?.validationActions ?? [];
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) yield notSupported(at(field, i), action, ACTIONS);
    if (actions.indexOf(action) < i) yield duplicate(at(field, i), action);
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    yield invalid(field, [...actions], why);
  }
  if (actions.length === 0) yield required(field, 'at least one validation action is required');
}
