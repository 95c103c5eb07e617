// The rules by which custom resources are written: those of their schema, and what all objects share.

import { type FieldError, invalid, shownAs } from '../../kube/fielderrors.ts';
import { quote } from '../../kube/go/text.ts';
import { isObject, type JsonObject, type JsonValue, own, sameJson, withKey } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { dns1123Subdomain, nameRule, qualifiedName } from '../../kube/names.ts';
import type { V1CustomResourceSubresourceScale } from '../../schema/generated/types.ts';
import type { KindContext, Strategy } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { embeddedErrors } from './embedded.ts';
import { type Schema, schemaAt } from './jsonschema.ts';
import { listErrors } from './lists.ts';
import { normalised } from './normalise.ts';
import { numberAtPath, textAtPath } from './paths.ts';
import { checkRules } from './rules/checkrules.ts';
import { correlated, UNCORRELATED } from './rules/correlation.ts';
import { ruleTree } from './rules/ruletree.ts';
import { valueErrors } from './values.ts';

/** What a version of a CustomResourceDefinition says of its objects. */
export interface CustomRules {
  readonly namespaced: boolean;
  readonly schema: Schema;
  readonly status: boolean;
  readonly scale: V1CustomResourceSubresourceScale | undefined;
}

const NAME = nameRule(dns1123Subdomain);

export function mainStrategy(rules: CustomRules): Strategy<KubeObject> {
  const { status, schema } = rules;
  return {
    defaults: (object) => normalised(schema, object).value,
    prepareCreate: (object) => withGeneration(status ? without(object, 'status') : object, 1),
    prepareUpdate: (next, current) => raised(status ? keeping(next, current, 'status') : next, current),
    validate: function* (object, context) {
      yield* plainMetaErrors(object, { namespaced: rules.namespaced, name: NAME });
      yield* bodyErrors(rules, object, undefined, context);
    },
    validateUpdate: function* (next, current, context) {
      yield* plainMetaUpdateErrors(next, current);
      yield* bodyErrors(rules, next, current, context);
    },
    warnings: finalizerWarnings,
    unconditionalUpdate: false,
    resetFields: status ? ['status'] : [],
  };
}

/** Through `status` only the status changes. */
export function statusStrategy(rules: CustomRules): Strategy<KubeObject> {
  return {
    defaults: (object) => normalised(rules.schema, object).value,
    prepareUpdate: (next, current) => {
      const status = own(next, 'status');
      const managedFields = next.metadata?.managedFields;
      const { managedFields: _, ...metadata } = current.metadata ?? {};
      const kept = { ...current, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
      return status === undefined ? without(kept, 'status') : (withKey(kept, 'status', status) as KubeObject);
    },
    validateUpdate: function* (next, current, context) {
      yield* plainMetaUpdateErrors(next, current);
      const status = own(next, 'status');
      const schema = schemaAt(schemaAt(rules.schema, 'properties') ?? {}, 'status');
      const errors = [
        ...(status === undefined || schema === undefined ? [] : withinStatus(valueErrors(schema, status, ''))),
        ...scaleStatusErrors(rules.scale, next),
        ...(hasDoubles(rules.schema, current) ? [] : listErrors(rules.schema, next, '')),
      ];
      yield* errors;
      yield* ruleErrors(rules.schema, next, current, errors, context);
    },
    unconditionalUpdate: false,
    resetFields: ['spec', 'metadata'],
  };
}

function* bodyErrors(
  rules: CustomRules,
  next: KubeObject,
  current: KubeObject | undefined,
  context: KindContext,
): Iterable<FieldError> {
  const errors = [...schemaErrors(rules, next, current)];
  yield* errors;
  yield* ruleErrors(rules.schema, next, current, errors, context);
}

/** The status is looked at alone: messages name its fields as if there were nothing around it. */
function withinStatus(errors: readonly FieldError[]): readonly FieldError[] {
  return errors.map((error) => ({ ...error, field: error.field === '<nil>' ? 'status' : `status.${error.field}` }));
}

/** What the schema's expressions say. Of objects whose form is wrong they say nothing. */
function* ruleErrors(
  schema: Schema,
  next: KubeObject,
  current: KubeObject | undefined,
  errors: readonly FieldError[],
  context: KindContext,
): Iterable<FieldError> {
  const tree = ruleTree(schema);
  if (tree === undefined) return;
  if (errors.some(isBlocking)) {
    const why =
      'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
    yield invalid('<nil>', shownAs('null'), why);
    return;
  }
  const correlation = current === undefined ? UNCORRELATED : correlated(schema, next, current);
  yield* checkRules({ tree, path: '', value: next, old: current, correlation, warn: context.warn }).errors;
}

function* schemaErrors(
  { schema, scale }: CustomRules,
  next: KubeObject,
  current: KubeObject | undefined,
): Iterable<FieldError> {
  yield* ratcheted(valueErrors(schema, next, ''), next, current);
  yield* scaleSpecErrors(scale, next);
  yield* scaleStatusErrors(scale, next);
  yield* embeddedErrors(schema, next, '');
  if (current === undefined || !hasDoubles(schema, current)) yield* listErrors(schema, next, '');
}

const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

function isBlocking({ reason }: FieldError): boolean {
  return BLOCKING.has(reason);
}

function hasDoubles(schema: Schema, object: JsonObject): boolean {
  return [...listErrors(schema, object, '')].length > 0;
}

/** What was wrong before and hasn't changed may stay wrong. */
function ratcheted(
  errors: readonly FieldError[],
  next: KubeObject,
  current: KubeObject | undefined,
): readonly FieldError[] {
  if (current === undefined) return errors;
  return errors.filter(({ field }) => {
    const steps = stepsOf(field);
    const before = valueAt(current, steps);
    return steps.length === 0 || before === undefined || !sameJson(before, valueAt(next, steps));
  });
}

function stepsOf(field: string): readonly (string | number)[] {
  if (field === '' || field === '<nil>') return [];
  return [...field.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

function valueAt(value: JsonValue, steps: readonly (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of steps) {
    if (at === undefined || at === null || typeof at !== 'object') return undefined;
    at = Array.isArray(at) ? at[Number(step)] : isObject(at) ? own(at, String(step)) : undefined;
  }
  return at;
}

const REPLICAS_MAX = 2 ** 31 - 1;

function* replicasErrors(object: JsonObject, path: string): Iterable<FieldError> {
  const found = numberAtPath(object, path);
  if (found === undefined) return;
  if ('problem' in found) yield invalid(path, 0, found.problem);
  else if (found.value < 0) yield invalid(path, found.value, 'should be a non-negative integer');
  else if (found.value > REPLICAS_MAX)
    yield invalid(path, found.value, `should be less than or equal to ${REPLICAS_MAX}`);
}

function* scaleSpecErrors(scale: CustomRules['scale'], object: JsonObject): Iterable<FieldError> {
  if (scale !== undefined) yield* replicasErrors(object, scale.specReplicasPath);
}

function* scaleStatusErrors(scale: CustomRules['scale'], object: JsonObject): Iterable<FieldError> {
  if (scale === undefined) return;
  yield* replicasErrors(object, scale.statusReplicasPath);
  const path = scale.labelSelectorPath ?? '';
  const found = path === '' ? undefined : textAtPath(object, path);
  if (found !== undefined && 'problem' in found) yield invalid(path, '', found.problem);
}

function withGeneration(object: KubeObject, generation: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, generation } };
}

function without(object: KubeObject, name: string): KubeObject {
  if (own(object, name) === undefined) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function keeping(next: KubeObject, current: KubeObject, name: string): KubeObject {
  const value = own(current, name);
  return value === undefined ? without(next, name) : (withKey(next, name, value) as KubeObject);
}

/** Whatever changes but metadata makes a new generation. */
function raised(next: KubeObject, current: KubeObject): KubeObject {
  const { metadata: _, apiVersion: __, ...body } = next;
  const { metadata: ___, apiVersion: ____, ...before } = current;
  return sameJson(body, before) ? next : withGeneration(next, (current.metadata?.generation ?? 0) + 1);
}

const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function* finalizerWarnings(next: KubeObject, current: KubeObject | undefined): Iterable<string> {
  const before = current?.metadata?.finalizers ?? [];
  const added = (next.metadata?.finalizers ?? []).filter((name) => !before.includes(name));
  for (const name of [...new Set(added)].sort()) {
    const where = `metadata.finalizers: ${quote(name)}`;
    for (const problem of qualifiedName(name)) yield `${where}: ${problem}`;
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) continue;
    const path = name.includes('.') ? ' including a path (/)' : '';
    yield `${where}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
  }
}
