// PersistentVolumeClaim: storage that somebody wants, until a volume is found or made for it.

import { at, forbiddenField, invalid, required } from '../../kube/fielderrors.ts';
import { own, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { PersistentVolumeClaims } from '../../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1PersistentVolumeClaimSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, IMMUTABLE, immutable, isBlank } from './shared/checks.ts';
import { ageColumn, nameColumn, text, UNSET, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter } from './shared/defaults.ts';
import { internalValue } from './shared/internal.ts';
import { keepStatus } from './shared/metaparts.ts';
import { compareAmounts } from './shared/resources.ts';
import { statusPart } from './shared/statuspart.ts';
import { unifiedDiff } from './shared/unifieddiff.ts';
import { accessModesCell, BETA_CLASS, classOf } from './shared/volumecells.ts';
import { claimSpec, claimSpecWarnings } from './shared/volumeclaims.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const NO_SPEC: V1PersistentVolumeClaimSpec = {};
const SPEC = 'core.PersistentVolumeClaimSpec';

const defaults = defaulter<V1PersistentVolumeClaim>('core.v1.PersistentVolumeClaim', CORE_DEFAULTS);

export const persistentVolumeClaims = defineKind<V1PersistentVolumeClaim>({
  type: PersistentVolumeClaims,
  strategy: {
    defaults,
    prepareCreate: (claim) => withSources(knownSources(withinNamespace({ ...claim, status: { phase: 'Pending' } }))),
    prepareUpdate: (next, current) => withSources(withinNamespace(keepStatus(next, current), current)),
    validate: errors,
    validateUpdate: updateErrors,
    warnings: function* (next, current) {
      yield* claimSpecWarnings('spec', next.spec ?? NO_SPEC);
      if (current === undefined && own(next.metadata?.annotations, BETA_CLASS) !== undefined) {
        yield `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`;
      }
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults,
      validateUpdate: function* (next, current) {
        yield* metaUpdateErrors(next, current);
        if ((next.spec?.accessModes ?? []).length === 0) yield required('Spec.accessModes');
      },
    }),
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    text('Status', phaseCell),
    text('Volume', ({ spec }) => spec?.volumeName ?? ''),
    text('Capacity', ({ spec, status }) =>
      (spec?.volumeName ?? '') === '' ? '' : (own(status?.capacity, 'storage') ?? '0'),
    ),
    text('Access Modes', ({ spec, status }) =>
      (spec?.volumeName ?? '') === '' ? '' : accessModesCell(status?.accessModes),
    ),
    text('StorageClass', (claim) => classOf(claim)),
    text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? UNSET),
    ageColumn(),
    wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? UNSET),
  ],
});

function phaseCell({ metadata, status }: V1PersistentVolumeClaim): string {
  return metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';
}

/** Data from another namespace is not to be had yet: where it would come from is dropped without a word. */
function withinNamespace(claim: V1PersistentVolumeClaim, current?: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  const { spec } = claim;
  if (isBlank(spec?.dataSourceRef?.namespace) || current?.spec?.dataSourceRef !== undefined) return claim;
  const { dataSourceRef: _, ...rest } = spec ?? {};
  return { ...claim, spec: rest };
}

/** Only claims and snapshots were ever copied through the old field: anything else in it is dropped without a word. */
function knownSources(claim: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  const { spec } = claim;
  if (spec?.dataSource === undefined || spec.dataSourceRef !== undefined) return claim;
  const { dataSource, ...rest } = spec;
  const { kind } = dataSource;
  const apiGroup = dataSource.apiGroup ?? '';
  const isKnown =
    (apiGroup === '' && kind === 'PersistentVolumeClaim') ||
    (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot');
  return isKnown ? claim : { ...claim, spec: rest };
}

/** The old and the new field for where the data comes from say the same. */
function withSources(claim: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  const { spec } = claim;
  if (spec === undefined) return claim;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined)
    return { ...claim, spec: { ...spec, dataSourceRef: dataSource as never } };
  const plain = dataSourceRef !== undefined && (dataSourceRef.namespace ?? '') === '';
  if (dataSource === undefined && plain) {
    const { namespace: _, ...source } = dataSourceRef;
    return { ...claim, spec: { ...spec, dataSource: source as never } };
  }
  return claim;
}

function* errors(claim: V1PersistentVolumeClaim): Errors {
  yield* metaErrors(claim, NAMED);
  yield* claimSpec('spec', claim.spec ?? NO_SPEC);
}

function* updateErrors(next: V1PersistentVolumeClaim, current: V1PersistentVolumeClaim): Errors {
  yield* metaUpdateErrors(next, current);
  yield* errors(next);
  if (!movesToField(next, current)) {
    const [now = '', before = ''] = [betaClassOf(next), betaClassOf(current)];
    if (now !== before) yield invalid(`metadata.annotations.${BETA_CLASS}`, now, IMMUTABLE);
  }
  const [asked, kept] = comparable(next, current);
  const [after, before] = [internalValue(SPEC, asked), internalValue(SPEC, kept)];
  if (!sameJson(after, before)) {
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    yield forbiddenField('spec', `${why}\n${unifiedDiff(before, after)}`);
  }
  const [size, oldSize] = [storageOf(next.spec), storageOf(current.spec)];
  const actual = own(current.status?.capacity, 'storage') ?? '0';
  if (compareAmounts(size, oldSize) < 0 && compareAmounts(size, actual) <= 0) {
    yield forbiddenField(at('spec.resources.requests', 'storage'), 'field can not be less than status.capacity');
  }
  yield* immutable('volumeMode', next.spec?.volumeMode, current.spec?.volumeMode);
}

function storageOf(spec: V1PersistentVolumeClaimSpec = NO_SPEC): string {
  return own(spec.resources?.requests, 'storage') ?? '0';
}

function betaClassOf({ metadata }: V1PersistentVolumeClaim): string | undefined {
  return own(metadata?.annotations, BETA_CLASS);
}

/** The class that an annotation has named stands in the field now; the annotation may go. */
function movesToField(next: V1PersistentVolumeClaim, current: V1PersistentVolumeClaim): boolean {
  const before = betaClassOf(current);
  return before !== undefined && isGivenClass(next, current) && (betaClassOf(next) ?? before) === before;
}

/** Who named no class may be given one, once. What the annotation of old says is naming one, too. */
function isGivenClass({ spec: next }: V1PersistentVolumeClaim, current: V1PersistentVolumeClaim): boolean {
  const name = next?.storageClassName;
  if (name === undefined || current.spec?.storageClassName !== undefined) return false;
  return (betaClassOf(current) ?? name) === name;
}

/** Both specs without what may change: the volume and the class once, and of bound claims how much and of which quality. */
function comparable(
  claim: V1PersistentVolumeClaim,
  before: V1PersistentVolumeClaim,
): readonly [V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimSpec] {
  const { spec: next = NO_SPEC, status } = claim;
  const { spec: current = NO_SPEC } = before;
  const { volumeName = '', storageClassName = '' } = next;
  const kept = {
    ...current,
    ...((current.volumeName ?? '') === '' && next.volumeName !== undefined ? { volumeName } : {}),
    ...(isGivenClass(claim, before) ? { storageClassName } : {}),
  };
  if (status?.phase !== 'Bound') return [next, kept];
  const requests = { ...next.resources?.requests, storage: storageOf(current) };
  const { volumeAttributesClassName: _, ...rest } = next;
  const quality = current.volumeAttributesClassName;
  const asked = { ...rest, resources: { ...next.resources, requests } };
  return [quality === undefined ? asked : { ...asked, volumeAttributesClassName: quality }, kept];
}
