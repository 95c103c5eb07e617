// What a claim for a volume asks: in a claim, in the template of an ephemeral volume, in that of a stateful set.

import { at, atKey, forbiddenField, invalid, required } from '../../../kube/fielderrors.ts';
import { quote } from '../../../kube/go/text.ts';
import { own } from '../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../kube/meta.ts';
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import { labelSelectorErrors, labelsErrors } from '../../../kube/selectors/labelrules.ts';
import type {
  V1PersistentVolumeClaimSpec,
  V1PersistentVolumeClaimTemplate,
  V1TypedObjectReference,
} from '../../../schema/generated/types.ts';
import { annotationErrors } from '../../metadata.ts';
import { type Errors, isBlank, neededText, oneOf, problemsOf, subdomainName } from './checks.ts';
import { isWhole, positiveQuantity, resourceAmount } from './resources.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export function* accessModes(field: string, modes: readonly string[]): Errors {
  for (const mode of modes) yield* oneOf(field, mode, ACCESS_MODES);
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    yield forbiddenField(field, 'may not use ReadWriteOncePod with other access modes');
  }
}

/** `keepsApiGroups`: API groups of data sources that were stored before they were checked. */
export function* claimSpec(field: string, spec: V1PersistentVolumeClaimSpec, keepsApiGroups = false): Errors {
  const { storageClassName = '', volumeMode, volumeAttributesClassName = '', dataSource, dataSourceRef } = spec;
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) yield required(at(field, 'accessModes'), 'at least 1 access mode is required');
  yield* labelSelectorErrors(at(field, 'selector'), spec.selector);
  yield* accessModes(at(field, 'accessModes'), modes);
  yield* requestedStorage(atKey(at(field, 'resources'), 'storage'), own(spec.resources?.requests, 'storage'));
  if (storageClassName !== '') yield* subdomainName(at(field, 'storageClassName'), storageClassName);
  if (volumeMode !== undefined) yield* oneOf(at(field, 'volumeMode'), volumeMode, VOLUME_MODES);
  if (dataSource !== undefined) yield* source(at(field, 'dataSource'), dataSource, keepsApiGroups);
  if (dataSourceRef !== undefined) yield* source(at(field, 'dataSourceRef'), dataSourceRef, keepsApiGroups);
  yield* bothSources(field, spec);
  if (volumeAttributesClassName !== '') {
    yield* subdomainName(at(field, 'volumeAttributesClassName'), volumeAttributesClassName);
  }
}

function* requestedStorage(field: string, amount: string | undefined): Errors {
  if (amount === undefined) {
    yield required(field);
    return;
  }
  const errors = [...positiveQuantity(field, amount)];
  yield* errors.length > 0 ? errors : resourceAmount(field, 'storage', amount);
}

function* source(field: string, reference: V1TypedObjectReference, keepsApiGroups: boolean): Errors {
  const { kind, name, namespace = '' } = reference;
  const apiGroup = reference.apiGroup ?? '';
  yield* neededText(at(field, 'name'), name);
  yield* neededText(at(field, 'kind'), kind);
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    yield invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
  if (apiGroup !== '' && !keepsApiGroups) {
    yield* problemsOf(at(field, 'apiGroup'), apiGroup, dns1123Subdomain(apiGroup));
  }
  if (namespace !== '') yield* problemsOf(at(field, 'namespace'), namespace, dns1123Label(namespace));
}

/** The value that is shown is a path: the real server shows its parts. */
function* bothSources(field: string, { dataSource, dataSourceRef }: V1PersistentVolumeClaimSpec): Errors {
  if (dataSource === undefined || dataSourceRef === undefined) return;
  if (!isBlank(dataSourceRef.namespace)) {
    yield invalid(field, {}, 'may not be specified when dataSourceRef.namespace is specified');
    return;
  }
  const same =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name;
  if (!same) yield invalid(field, {}, 'must match dataSourceRef');
}

/** The metadata of a template that makes another object: only labels and annotations are taken over. */
const NOT_IN_TEMPLATES = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
] as const;

export function* templateMeta(field: string, metadata: V1ObjectMeta): Errors {
  yield* annotationErrors(metadata.annotations, at(field, 'annotations'));
  yield* labelsErrors(at(field, 'labels'), metadata.labels);
  for (const [name, shown] of NOT_IN_TEMPLATES) {
    if (metadata[name] !== undefined) yield forbiddenField(at(field, shown), 'cannot be set');
  }
}

export function* claimTemplate(field: string, { metadata = {}, spec }: V1PersistentVolumeClaimTemplate): Errors {
  yield* templateMeta(at(field, 'metadata'), metadata);
  yield* claimSpec(at(field, 'spec'), spec);
}

export function* claimSpecWarnings(field: string, { resources }: V1PersistentVolumeClaimSpec): Iterable<string> {
  for (const side of ['requests', 'limits'] as const) {
    const amount = own(resources?.[side], 'storage');
    if (amount === undefined || isWhole(amount)) continue;
    const path = atKey(at(field, 'resources', side), 'storage');
    yield `${path}: fractional byte value ${quote(amount)} is invalid, must be an integer`;
  }
}
