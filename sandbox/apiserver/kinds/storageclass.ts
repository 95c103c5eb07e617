// StorageClass: how volumes come to be for claims that name it.

import { at, duplicate, notSupported, required, shownAsJson } from '../../kube/fielderrors.ts';
import { own } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, qualifiedName } from '../../kube/names.ts';
import { StorageClasses } from '../../schema/generated/resources.ts';
import type { V1StorageClass, V1TopologySelectorTerm } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, immutable, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { parameterErrors, provisionerErrors } from './shared/provisioners.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const POLICIES = ['Delete', 'Retain'];
const MODES = ['Immediate', 'WaitForFirstConsumer'];

export const storageClasses = defineKind<V1StorageClass>({
  type: StorageClasses,
  strategy: {
    defaults: defaulter<V1StorageClass>(
      'storage.v1.StorageClass',
      new Map([constants('storage.v1.StorageClass', { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' })]),
    ),
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* errors(next);
      yield* metaUpdateErrors(next, current);
      yield* immutable('parameters', next.parameters, current.parameters);
      yield* immutable('provisioner', next.provisioner, current.provisioner);
      yield* immutable('reclaimPolicy', next.reclaimPolicy, current.reclaimPolicy);
      yield* immutable('volumeBindingMode', next.volumeBindingMode, current.volumeBindingMode);
    },
    createsOnUpdate: true,
  },
  answersDeleted: true,
  columns: [
    { ...nameColumn(), cell: nameCell },
    text('Provisioner', ({ provisioner }) => provisioner),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    text('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn(),
  ],
});

function nameCell({ metadata }: V1StorageClass): string {
  const marked = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
  const isDefault = marked.some((key) => own(metadata?.annotations, key) === 'true');
  return `${metadata?.name ?? ''}${isDefault ? ' (default)' : ''}`;
}

function* errors(storageClass: V1StorageClass): Errors {
  yield* metaErrors(storageClass, NAMED);
  const { provisioner = '', parameters, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = storageClass;
  yield* provisionerErrors('provisioner', provisioner);
  yield* parameterErrors(parameters ?? {});
  if (reclaimPolicy !== undefined && reclaimPolicy !== '' && !POLICIES.includes(reclaimPolicy)) {
    yield notSupported('reclaimPolicy', reclaimPolicy, POLICIES);
  }
  if (volumeBindingMode === undefined) yield required('volumeBindingMode');
  else if (!MODES.includes(volumeBindingMode)) yield notSupported('volumeBindingMode', volumeBindingMode, MODES);
  yield* topologyErrors(allowedTopologies);
}

function* topologyErrors(terms: readonly V1TopologySelectorTerm[]): Errors {
  const seen: string[] = [];
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const field = at('allowedTopologies', i);
    const keys: string[] = [];
    yield* eachItem(matchLabelExpressions, at(field, 'matchLabelExpressions'), function* ({ key, values }, here) {
      if ((values ?? []).length === 0) yield required(at(here, 'values'));
      for (const [j, value] of (values ?? []).entries()) {
        if ((values ?? []).indexOf(value) < j) yield duplicate(at(here, 'values', j), value);
      }
      yield* problemsOf(at(here, 'key'), key, qualifiedName(key));
      if (keys.includes(key)) yield duplicate(at(here, 'key'), key);
      keys.push(key);
    });
    // A term is compared with those before it, and with as many empty ones as there are terms.
    const text = JSON.stringify(matchLabelExpressions);
    const equal = seen.filter((each) => each === text).length + (matchLabelExpressions.length === 0 ? terms.length : 0);
    for (let n = 0; n < equal; n++) yield duplicate(at(field, 'matchLabelExpressions'), shownAsJson(''));
    seen.push(text);
  }
}
