// May somebody do something? Reviews of access ask what the server would decide; nothing is done and nothing stored.

import { at, type FieldError, invalid, invalidObject, required, shownAs, shownAsJson } from '../../kube/fielderrors.ts';
import { goJson } from '../../kube/go/text.ts';
import { type JsonObject, sameJson } from '../../kube/json.ts';
import type { V1ObjectMeta } from '../../kube/meta.ts';
import type { UserInfo } from '../../kube/operation.ts';
import type { FieldSelector } from '../../kube/selectors/fieldselectors.ts';
import { operatorErrors, requirementErrors } from '../../kube/selectors/labelrules.ts';
import type { V1LabelSelectorRequirement } from '../../kube/selectors/labelselectors.ts';
import { badRequest } from '../../kube/status.ts';
import {
  LocalSubjectAccessReviews,
  SelfSubjectAccessReviews,
  SelfSubjectRulesReviews,
  SubjectAccessReviews,
} from '../../schema/generated/resources.ts';
import type {
  V1FieldSelectorAttributes,
  V1LabelSelectorAttributes,
  V1LocalSubjectAccessReview,
  V1NonResourceRule,
  V1ResourceRule,
  V1SelfSubjectAccessReview,
  V1SelfSubjectAccessReviewSpec,
  V1SelfSubjectRulesReview,
  V1SubjectAccessReview,
  V1SubjectAccessReviewSpec,
  V1SubjectAccessReviewStatus,
} from '../../schema/generated/types.ts';
import { type AccessAttributes, fieldsIn } from '../auth/authorizer.ts';
import { rulesOf } from '../auth/rules.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { type Errors, eachItem, isBlank } from './shared/checks.ts';
import { internalValue } from './shared/internal.ts';

const EMPTY = 'must be empty';

export const subjectAccessReviews = defineKind<V1SubjectAccessReview>({
  type: SubjectAccessReviews,
  strategy: {},
  *review(review, context) {
    refuse([...subjectErrors(review.spec), ...metadataErrors(review.metadata, {}, EMPTY)]);
    return { ...review, status: answerFor(userOf(review.spec), review.spec, context) };
  },
});

export const localSubjectAccessReviews = defineKind<V1LocalSubjectAccessReview>({
  type: LocalSubjectAccessReviews,
  strategy: {},
  *review(review, context) {
    const { namespace = '' } = review.metadata ?? {};
    const expected = namespace === '' ? {} : { namespace };
    refuse([
      ...subjectErrors(review.spec),
      ...metadataErrors(review.metadata, expected, `${EMPTY} except for namespace`),
      ...localErrors(review.spec, namespace),
    ]);
    return { ...review, status: answerFor(userOf(review.spec), review.spec, context) };
  },
});

export const selfSubjectAccessReviews = defineKind<V1SelfSubjectAccessReview>({
  type: SelfSubjectAccessReviews,
  strategy: {},
  *review(review, context) {
    refuse([...whatErrors(review.spec), ...metadataErrors(review.metadata, {}, EMPTY)]);
    return { ...review, status: answerFor(context.caller.user, review.spec, context) };
  },
});

export const selfSubjectRulesReviews = defineKind<V1SelfSubjectRulesReview>({
  type: SelfSubjectRulesReviews,
  strategy: {},
  *review({ spec }, context) {
    const { namespace = '' } = spec ?? {};
    if (namespace === '') throw badRequest('no namespace on request');
    return { metadata: {}, spec: {}, status: { ...rulesFor(context, namespace), incomplete: false } };
  },
});

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: 'authorization.k8s.io', kind: '' }, '', errors);
}

function* subjectErrors(spec: V1SubjectAccessReviewSpec): Errors {
  yield* eitherErrors(spec);
  const { user = '', groups = [] } = spec;
  if (user === '' && groups.length === 0) {
    yield invalid('spec.user', '', 'at least one of user or group must be specified');
  }
  yield* selectorErrors(spec);
}

function* whatErrors(spec: V1SelfSubjectAccessReviewSpec): Errors {
  yield* eitherErrors(spec);
  yield* selectorErrors(spec);
}

function* eitherErrors({ resourceAttributes, nonResourceAttributes }: V1SelfSubjectAccessReviewSpec): Errors {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const { path = '', verb = '' } = nonResourceAttributes;
    const shown = shownAs(goJson({ Path: path, Verb: verb }));
    yield invalid('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes');
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    yield invalid('spec.resourceAttributes', null, why);
  }
}

const EITHER = 'may not specified at the same time as requirements';

/** Selectors narrow down what is asked about; operators that this server doesn't know are none of its business. */
function* selectorErrors({ resourceAttributes }: V1SelfSubjectAccessReviewSpec): Errors {
  const { fieldSelector, labelSelector } = resourceAttributes ?? {};
  const field = 'spec.resourceAttributes';
  if (fieldSelector !== undefined) yield* narrowing(fieldSelector, at(field, 'fieldSelector'), ofField);
  if (labelSelector !== undefined) yield* narrowing(labelSelector, at(field, 'labelSelector'), ofLabel);
}

const RULES = { allowsUnknownOperators: true };

type RequirementCheck = (requirement: V1LabelSelectorRequirement, field: string) => Errors;

function* narrowing(
  { rawSelector = '', requirements = [] }: V1LabelSelectorAttributes,
  field: string,
  check: RequirementCheck,
): Errors {
  if (rawSelector !== '' && requirements.length > 0) yield invalid(at(field, 'rawSelector'), rawSelector, EITHER);
  if (rawSelector === '' && requirements.length === 0) {
    yield required(at(field, 'requirements'), `when ${field} is specified, requirements or rawSelector is required`);
  }
  yield* eachItem(requirements, at(field, 'requirements'), check);
}

function* ofField(requirement: V1LabelSelectorRequirement, field: string): Errors {
  if (isBlank(requirement.key)) yield required(at(field, 'key'), 'must be specified');
  yield* operatorErrors(field, requirement, RULES);
}

function* ofLabel(requirement: V1LabelSelectorRequirement, field: string): Errors {
  yield* requirementErrors(field, requirement, RULES);
}

function* metadataErrors(metadata: V1ObjectMeta = {}, expected: V1ObjectMeta, why: string): Errors {
  const { managedFields: _, ...rest } = metadata;
  if (!sameJson(rest, expected)) yield invalid('metadata', shownMetadata(metadata), why);
}

/** In Go's order; maps by their keys. */
function shownMetadata({ labels, annotations, ownerReferences, finalizers, managedFields, ...first }: V1ObjectMeta) {
  const shown = {
    ...first,
    ...(labels === undefined ? {} : { labels: internalValue('{}string', labels) }),
    ...(annotations === undefined ? {} : { annotations: internalValue('{}string', annotations) }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  return shownAsJson(shown as JsonObject);
}

function* localErrors({ resourceAttributes, nonResourceAttributes }: V1SubjectAccessReviewSpec, here: string): Errors {
  const { namespace = '' } = resourceAttributes ?? {};
  if (resourceAttributes !== undefined && namespace !== here) {
    yield invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace');
  }
  if (nonResourceAttributes === undefined) return;
  const { path = '', verb = '' } = nonResourceAttributes;
  const shown = shownAs(goJson({ Path: path, Verb: verb }));
  yield invalid('spec.nonResourceAttributes', shown, 'disallowed on this kind of request');
}

function userOf({ user = '', groups = [] }: V1SubjectAccessReviewSpec): UserInfo {
  return { name: user, groups };
}

function answerFor(
  user: UserInfo,
  spec: V1SelfSubjectAccessReviewSpec,
  context: KindContext,
): V1SubjectAccessReviewStatus {
  const { decision, reason } = context.decide(attributesOf(user, spec));
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' ? { denied: true } : {}),
    ...(reason === '' ? {} : { reason }),
  };
}

function attributesOf(user: UserInfo, spec: V1SelfSubjectAccessReviewSpec): AccessAttributes {
  const { resourceAttributes: what, nonResourceAttributes } = spec;
  if (what === undefined) {
    const { path = '', verb = '' } = nonResourceAttributes ?? {};
    return { user, path, verb };
  }
  const { verb = '', group = '', version = '', resource = '', subresource = '', namespace = '', name = '' } = what;
  const target = {
    group,
    version: version === '' ? '*' : version,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  };
  return { user, verb, target, fields: fieldsOf(what.fieldSelector) };
}

/** Which objects a review asks about, as far as one value of a field says so. */
function fieldsOf({ rawSelector = '', requirements }: V1FieldSelectorAttributes = {}): FieldSelector {
  if (rawSelector !== '') return fieldsIn(rawSelector);
  return (requirements ?? []).flatMap(({ key, operator, values }) => {
    const [value, another] = values ?? [];
    return operator === 'In' && value !== undefined && another === undefined
      ? [{ field: key, operator: '=', value } as const]
      : [];
  });
}

function rulesFor(
  context: KindContext,
  namespace: string,
): { readonly resourceRules: readonly V1ResourceRule[]; readonly nonResourceRules: readonly V1NonResourceRule[] } {
  const resourceRules: V1ResourceRule[] = [];
  const nonResourceRules: V1NonResourceRule[] = [];
  for (const { rule } of rulesOf(context, context.caller.user, namespace)) {
    if (rule === undefined) continue;
    const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
    if (resources.length > 0) {
      const names = resourceNames.length === 0 ? {} : { resourceNames };
      resourceRules.push({ verbs, apiGroups, resources, ...names });
    }
    if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs });
  }
  // In the real server's order, which changes from call to call, there is nothing to keep: the shortest come first.
  const shortest = nonResourceRules.sort((a, b) => pathsOf(a) - pathsOf(b));
  return { resourceRules, nonResourceRules: shortest };
}

function pathsOf({ nonResourceURLs }: V1NonResourceRule): number {
  return nonResourceURLs?.length ?? 0;
}
