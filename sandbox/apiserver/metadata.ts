// Metadata: what is checked of it, the same for all kinds. Kinds say how their names are formed; where in the list of
// errors those of the metadata stand differs too, so kinds call these functions themselves.

import { at, type FieldError, forbiddenField, invalid, required, shownAsJson, tooLong } from '../kube/fielderrors.ts';
import { byteLength, compareText } from '../kube/go/text.ts';
import { sameJson } from '../kube/json.ts';
import type { KubeObject, V1ManagedFieldsEntry, V1ObjectMeta, V1OwnerReference } from '../kube/meta.ts';
import { dns1123Label, qualifiedName } from '../kube/names.ts';
import { labelsErrors } from '../kube/selectors/labelrules.ts';

/** What is wrong, in the order in which the real server finds it. */
export type Errors = Iterable<FieldError>;

/** How a kind's names are formed; `prefix`: it is the beginning of a name that will be generated. */
type NameRule = (name: string, prefix: boolean) => readonly string[];

export interface MetaRules {
  readonly namespaced: boolean;
  readonly name: NameRule;
}

/** The sum of the lengths of all annotation keys and values may not be more. */
const ANNOTATIONS_BYTES_MAX = 256 * 1024;
const MANAGER_BYTES_MAX = 128;
const SUBRESOURCE_BYTES_MAX = 256;
const STANDARD_FINALIZERS = new Set(['kubernetes', 'foregroundDeletion', 'orphan']);

/** The object with other metadata. */
export function withMeta<T extends KubeObject>(object: T, metadata: V1ObjectMeta): T {
  return { ...object, metadata };
}

/** What is wrong with the metadata of an object, whatever its kind. */
export function* plainMetaErrors({ metadata = {} }: KubeObject, rules: MetaRules): Errors {
  yield* nameErrors(metadata, rules.name);
  yield* namespaceErrors(metadata, rules.namespaced);
  const { generation = 0, finalizers = [], managedFields = [] } = metadata;
  if (generation < 0) yield invalid('metadata.generation', generation, 'must be greater than or equal to 0');
  yield* labelsErrors('metadata.labels', metadata.labels);
  yield* annotationErrors(metadata.annotations, 'metadata.annotations');
  yield* ownerErrors(metadata.ownerReferences ?? []);
  yield* finalizerErrors(finalizers);
  yield* managedFieldsErrors(managedFields);
}

/** The same, for all kinds but those that know any finalizer: one without a domain must be one of the known. */
export function* metaErrors(object: KubeObject, rules: MetaRules): Errors {
  yield* plainMetaErrors(object, rules);
  yield* unknownFinalizerErrors(object);
}

/** What is wrong with the change of an object's metadata, whatever its kind. */
export function* plainMetaUpdateErrors({ metadata: next = {} }: KubeObject, current: KubeObject): Errors {
  const before = current.metadata ?? {};
  if (before.deletionTimestamp !== undefined) yield* newFinalizerErrors(next.finalizers ?? [], before.finalizers ?? []);
  if ((next.resourceVersion ?? '') === '') {
    yield invalid('metadata.resourceVersion', '', 'must be specified for an update');
  }
  if ((next.generation ?? 0) < (before.generation ?? 0)) {
    yield invalid('metadata.generation', next.generation ?? 0, 'must not be decremented');
  }
  yield* immutableMetaErrors(next, before);
  yield* labelsErrors('metadata.labels', next.labels);
  yield* annotationErrors(next.annotations, 'metadata.annotations');
  yield* ownerErrors(next.ownerReferences ?? []);
  yield* managedFieldsErrors(next.managedFields ?? []);
}

export function* metaUpdateErrors(next: KubeObject, current: KubeObject): Errors {
  yield* plainMetaUpdateErrors(next, current);
  yield* unknownFinalizerErrors(next);
}

function* nameErrors({ name = '', generateName = '' }: V1ObjectMeta, rule: NameRule): Errors {
  if (generateName !== '') {
    for (const problem of rule(generateName, true)) yield invalid('metadata.generateName', generateName, problem);
  }
  if (name === '') yield required('metadata.name', 'name or generateName is required');
  else for (const problem of rule(name, false)) yield invalid('metadata.name', name, problem);
}

function* namespaceErrors({ namespace = '' }: V1ObjectMeta, namespaced: boolean): Errors {
  const field = 'metadata.namespace';
  if (!namespaced) {
    if (namespace !== '') yield forbiddenField(field, 'not allowed on this type');
  } else if (namespace === '') yield required(field);
  else for (const problem of dns1123Label(namespace)) yield invalid(field, namespace, problem);
}

export function* annotationErrors(annotations: { readonly [key: string]: string } | undefined, field: string): Errors {
  const entries = Object.entries(annotations ?? {});
  for (const [key] of entries) {
    for (const problem of qualifiedName(key.toLowerCase())) yield invalid(field, key, problem);
  }
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > ANNOTATIONS_BYTES_MAX) yield tooLong(field, ANNOTATIONS_BYTES_MAX);
}

function* ownerErrors(owners: readonly V1OwnerReference[]): Errors {
  const field = 'metadata.ownerReferences';
  let controller: string | undefined;
  for (const owner of owners) {
    yield* oneOwnerErrors(owner, field);
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller === undefined) controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      yield invalid(field, owners.map(shownOwner), detail);
    }
  }
}

function* oneOwnerErrors(owner: V1OwnerReference, field: string): Errors {
  const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
  const version = versionOf(apiVersion);
  if (version === '') yield invalid(at(field, 'apiVersion'), apiVersion, 'version must not be empty');
  if (kind === '') yield invalid(at(field, 'kind'), kind, 'must not be empty');
  if (name === '') yield invalid(at(field, 'name'), name, 'must not be empty');
  if (uid === '') yield invalid(at(field, 'uid'), shownAsJson(uid), 'must not be empty');
  if (apiVersion === 'v1' && kind === 'Event') {
    yield invalid(field, shownOwner(owner), '/v1, Kind=Event is disallowed from being an owner');
  }
}

function versionOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  return parts.length > 2 ? '' : (parts.at(-1) ?? '');
}

function shownOwner({ apiVersion = '', kind = '', name = '', uid = '', ...rest }: V1OwnerReference) {
  const { controller, blockOwnerDeletion } = rest;
  return {
    apiVersion,
    kind,
    name,
    uid,
    ...(controller === undefined ? {} : { controller }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
  };
}

function* finalizerErrors(finalizers: readonly string[]): Errors {
  const field = 'metadata.finalizers';
  for (const name of finalizers) for (const problem of qualifiedName(name)) yield invalid(field, name, problem);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    yield invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

function* unknownFinalizerErrors({ metadata }: KubeObject): Errors {
  for (const [i, name] of (metadata?.finalizers ?? []).entries())
    yield* knownFinalizer(name, at('metadata.finalizers', i));
}

/** A finalizer without a domain must be one of the known. */
export function* knownFinalizer(name: string, field: string): Errors {
  if (name.includes('/') || STANDARD_FINALIZERS.has(name)) return;
  yield invalid(field, name, 'name is neither a standard finalizer name nor is it fully qualified');
}

function* newFinalizerErrors(next: readonly string[], current: readonly string[]): Errors {
  const added = [...new Set(next)].filter((name) => !current.includes(name)).sort(compareText);
  if (added.length === 0) return;
  const shown = added.map((name) => JSON.stringify(name)).join(', ');
  yield forbiddenField(
    'metadata.finalizers',
    `no new finalizers can be added if the object is being deleted, found new finalizers []string{${shown}}`,
  );
}

const IMMUTABLE = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

function* immutableMetaErrors(next: V1ObjectMeta, current: V1ObjectMeta): Errors {
  for (const name of IMMUTABLE) {
    const value = next[name];
    const empty = name === 'name' || name === 'namespace' || name === 'uid' ? '' : null;
    if (sameJson(value ?? empty, current[name] ?? empty)) continue;
    yield invalid(at('metadata', name), shownAsJson(value ?? empty), 'field is immutable');
  }
}

function* managedFieldsErrors(entries: readonly V1ManagedFieldsEntry[]): Errors {
  for (const [i, entry] of entries.entries()) {
    const field = at('metadata.managedFields', i);
    const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') {
      yield invalid(at(field, 'operation'), shownAsJson(operation), 'must be `Apply` or `Update`');
    }
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      yield invalid(at(field, 'fieldsType'), fieldsType, 'must be `FieldsV1`');
    }
    if (byteLength(manager) > MANAGER_BYTES_MAX) yield tooLong(at(field, 'manager'), MANAGER_BYTES_MAX);
    if (byteLength(subresource) > SUBRESOURCE_BYTES_MAX) yield tooLong(at(field, 'subresource'), SUBRESOURCE_BYTES_MAX);
  }
}
