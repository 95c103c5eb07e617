// Metadata: what the server fills in, and what is checked of it, the same for all kinds.

import {
  at,
  atKey,
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  required,
  tooLong,
} from '../kube/fielderrors.ts';
import { sameJson } from '../kube/json.ts';
import type { KubeObject, V1ObjectMeta, V1OwnerReference } from '../kube/meta.ts';
import { dns1123Label, dns1123Subdomain, labelValue, nameRule, qualifiedName } from '../kube/names.ts';
import type { Served } from './registry.ts';

/** The sum of the lengths of all annotation keys and values may not be more. */
const ANNOTATIONS_BYTES_MAX = 256 * 1024;

const STANDARD_FINALIZERS = new Set(['kubernetes', 'foregroundDeletion', 'orphan']);

/** The object with other metadata. */
export function withMeta<T extends KubeObject>(object: T, metadata: V1ObjectMeta): T {
  return { ...object, metadata };
}

/** What is wrong with the metadata of an object that is about to be created. */
export function checkMetadata(object: KubeObject, served: Served): readonly FieldError[] {
  const meta = object.metadata ?? {};
  const errors: FieldError[] = [];
  const validate = served.kind.strategy.validateName ?? nameRule(dns1123Subdomain);
  if (meta.generateName !== undefined && meta.generateName !== '') {
    for (const problem of validate(meta.generateName, true))
      errors.push(invalid('metadata.generateName', meta.generateName, problem));
  }
  if (meta.name === undefined || meta.name === '')
    errors.push(required('metadata.name', 'name or generateName is required'));
  else for (const problem of validate(meta.name, false)) errors.push(invalid('metadata.name', meta.name, problem));
  errors.push(...checkNamespace(meta, served));
  if (meta.generation !== undefined && meta.generation < 0) {
    errors.push(invalid('metadata.generation', meta.generation, 'must be greater than or equal to 0'));
  }
  return [...errors, ...checkShared(meta)];
}

/** What is wrong with the change of an object's metadata. */
export function checkMetadataUpdate(next: KubeObject, current: KubeObject): readonly FieldError[] {
  const a = next.metadata ?? {};
  const b = current.metadata ?? {};
  const errors: FieldError[] = [];
  if (b.deletionTimestamp !== undefined && (a.finalizers ?? []).some((name) => !(b.finalizers ?? []).includes(name))) {
    const added = (a.finalizers ?? []).filter((name) => !(b.finalizers ?? []).includes(name));
    errors.push(
      forbiddenField(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
      ),
    );
  }
  if ((a.generation ?? 0) < (b.generation ?? 0))
    errors.push(invalid('metadata.generation', a.generation ?? 0, 'must not be decremented'));
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    if (!sameJson(a[field], b[field]))
      errors.push(invalid(at('metadata', field), a[field] ?? null, 'field is immutable'));
  }
  return [...checkShared(a), ...errors];
}

function checkNamespace(meta: V1ObjectMeta, { type }: Served): readonly FieldError[] {
  const { namespace = '' } = meta;
  if (!type.namespaced) {
    return namespace === '' ? [] : [forbiddenField('metadata.namespace', 'not allowed on this type')];
  }
  if (namespace === '') return [required('metadata.namespace')];
  return dns1123Label(namespace).map((problem) => invalid('metadata.namespace', namespace, problem));
}

function checkShared(meta: V1ObjectMeta): readonly FieldError[] {
  return [
    ...checkLabels(meta.labels ?? {}, 'metadata.labels'),
    ...checkAnnotations(meta.annotations ?? {}, 'metadata.annotations'),
    ...checkOwners(meta.ownerReferences ?? [], 'metadata.ownerReferences'),
    ...checkFinalizers(meta.finalizers ?? [], 'metadata.finalizers'),
  ];
}

/** What is wrong with a map of labels; the same wherever labels are written. */
export function checkLabels(labels: { readonly [key: string]: string }, path: string): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedName(key).map((problem) => invalid(path, key, problem)),
    ...labelValue(value).map((problem) => invalid(path, value, problem)),
  ]);
}

export function checkAnnotations(annotations: { readonly [key: string]: string }, path: string): readonly FieldError[] {
  const errors = Object.keys(annotations).flatMap((key) =>
    qualifiedName(key.toLowerCase()).map((problem) => invalid(path, key, problem)),
  );
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  return bytes > ANNOTATIONS_BYTES_MAX ? [...errors, tooLong(path, ANNOTATIONS_BYTES_MAX)] : errors;
}

function checkOwners(owners: readonly V1OwnerReference[], path: string): readonly FieldError[] {
  const errors = owners.flatMap((owner, i) => {
    const here = at(path, i);
    return [
      ...((owner.apiVersion ?? '') === ''
        ? [invalid(at(here, 'apiVersion'), owner.apiVersion ?? '', 'version must not be empty')]
        : []),
      ...((owner.kind ?? '') === '' ? [invalid(at(here, 'kind'), '', 'must not be empty')] : []),
      ...((owner.name ?? '') === '' ? [invalid(at(here, 'name'), '', 'must not be empty')] : []),
      ...((owner.uid ?? '') === '' ? [invalid(at(here, 'uid'), '', 'must not be empty')] : []),
    ];
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  const [first, second] = controllers;
  if (first === undefined || second === undefined) return errors;
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [
    ...errors,
    invalid(
      path,
      owners.map((owner) => ({ ...owner })),
      detail,
    ),
  ];
}

function checkFinalizers(finalizers: readonly string[], path: string): readonly FieldError[] {
  const errors = finalizers.flatMap((name) => {
    const problems = qualifiedName(name);
    if (problems.length > 0) return problems.map((problem) => invalid(path, name, problem));
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) return [];
    return [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

/** Doubles of a list of names; in the order in which they come. */
export function duplicates(values: readonly string[], path: (i: number) => string): readonly FieldError[] {
  const seen = new Set<string>();
  return values.flatMap((value, i) => {
    if (seen.has(value)) return [duplicate(path(i), value)];
    seen.add(value);
    return [];
  });
}

export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Names a key inside a map field of an error. */
export const inMap = atKey;
