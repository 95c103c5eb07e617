// PersistentVolume: a piece of storage, and who has it.

import { shownEmpty } from '../../kube/emptied.ts';
import { at, atKey, type FieldError, forbiddenField, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { own, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { parseQuantity, quantityValue } from '../../kube/quantity.ts';
import { PersistentVolumes } from '../../schema/generated/resources.ts';
import type { V1PersistentVolume, V1PersistentVolumeSpec } from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { metaErrors } from '../metadata.ts';
import { recycledRoot, sourceErrors, sourceOf } from './persistentvolume/sources.ts';
import { type Errors, IMMUTABLE, immutable, isBlank, oneOf, subdomainName } from './shared/checks.ts';
import { ageColumn, nameColumn, text, UNSET, wide } from './shared/columns.ts';
import { CORE_DEFAULTS, roundLists } from './shared/coredefaults.ts';
import { constants, defaulter, forType } from './shared/defaults.ts';
import { internalValue, shownInternally } from './shared/internal.ts';
import { keepSpec, keepStatus } from './shared/metaparts.ts';
import { nodeSelector } from './shared/nodeselectors.ts';
import { nodeTermWarnings } from './shared/nodewarnings.ts';
import { amountsOf, positiveQuantity, resourceAmount } from './shared/resources.ts';
import { statusPart } from './shared/statuspart.ts';
import { unifiedDiff } from './shared/unifieddiff.ts';
import { accessModesCell, BETA_CLASS, classOf } from './shared/volumecells.ts';
import { accessModes, VOLUME_MODES } from './shared/volumeclaims.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const NO_SPEC: V1PersistentVolumeSpec = {};
const POLICIES = ['Delete', 'Recycle', 'Retain'];

const defaults = defaulter<V1PersistentVolume>(
  'core.v1.PersistentVolume',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1PersistentVolumeSpec>('core.v1.PersistentVolumeSpec', (spec) => ({
      ...roundLists(spec, ['capacity']),
      persistentVolumeReclaimPolicy: spec.persistentVolumeReclaimPolicy ?? 'Retain',
      volumeMode: spec.volumeMode ?? 'Filesystem',
    })),
    constants('core.v1.PersistentVolumeStatus', { phase: 'Pending' }),
  ]),
);

export const persistentVolumes = defineKind<V1PersistentVolume>({
  type: PersistentVolumes,
  strategy: {
    defaults,
    prepareCreate: (volume, context) => ({ ...volume, status: pending(context) }),
    prepareUpdate: (next, current) => keepStatus(next, current),
    validate: errors,
    validateUpdate: function* (next, current) {
      // What is wrong in itself is told once as a new volume's, and once as a changed one's.
      yield* errors(next);
      yield* errors(next);
      yield* sourceChanges(next, current);
      yield* immutable('volumeMode', next.spec?.volumeMode, current.spec?.volumeMode);
      yield* affinityChanges(next, current);
    },
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ defaults, prepareUpdate: phaseTimed }),
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    text('Capacity', ({ spec }) => own(spec?.capacity, 'storage') ?? '0'),
    text('Access Modes', ({ spec }) => accessModesCell(spec?.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
    text('Status', ({ metadata, status }) =>
      metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    ),
    text('Claim', ({ spec }) =>
      spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
    ),
    text('StorageClass', (volume) => classOf(volume)),
    text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? UNSET),
    text('Reason', ({ status }) => status?.reason ?? ''),
    ageColumn(),
    wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? UNSET),
  ],
});

function pending(context: KindContext): NonNullable<V1PersistentVolume['status']> {
  return { phase: 'Pending', lastPhaseTransitionTime: rfc3339(context.now()) };
}

/** The time of a phase is that at which it began. */
function phaseTimed(next: V1PersistentVolume, current: V1PersistentVolume, context: KindContext): V1PersistentVolume {
  const kept = keepSpec(next, current);
  const { status = {} } = kept;
  const before = current.status ?? {};
  const given = status.lastPhaseTransitionTime;
  if (status.phase !== before.phase && (given === undefined || given === before.lastPhaseTransitionTime)) {
    return { ...kept, status: { ...status, lastPhaseTransitionTime: rfc3339(context.now()) } };
  }
  const time = given ?? before.lastPhaseTransitionTime;
  return time === undefined ? kept : { ...kept, status: { ...status, lastPhaseTransitionTime: time } };
}

function* errors(volume: V1PersistentVolume): Errors {
  yield* metaErrors(volume, NAMED);
  const { spec = NO_SPEC } = volume;
  if ((spec.accessModes ?? []).length === 0) yield required('spec.accessModes');
  yield* accessModes('spec.accessModes', spec.accessModes ?? []);
  yield* capacityErrors(spec);
  const { persistentVolumeReclaimPolicy: policy, storageClassName = '', volumeMode, nodeAffinity } = spec;
  if (!isBlank(policy)) yield* oneOf('spec.persistentVolumeReclaimPolicy', policy, POLICIES);
  if (nodeAffinity !== undefined) {
    const field = 'spec.nodeAffinity.required';
    if (nodeAffinity.required === undefined) yield required(field, 'must specify required node constraints');
    else yield* nodeSelector(field, nodeAffinity.required);
  }
  yield* sourceErrors(spec);
  yield* recycledRoot(spec, 'spec');
  if (storageClassName !== '') yield* subdomainName('spec.storageClassName', storageClassName);
  if (volumeMode !== undefined) yield* oneOf('spec.volumeMode', volumeMode, VOLUME_MODES);
  yield* qualityErrors(spec);
}

function* capacityErrors(spec: V1PersistentVolumeSpec): Errors {
  const { capacity = {} } = spec;
  const field = 'spec.capacity';
  const amounts = amountsOf(capacity);
  if (amounts.length === 0) yield required(field);
  if (own(capacity, 'storage') === undefined || amounts.length > 1) {
    yield notSupported(field, amounts.length === 0 ? shownEmpty(spec, 'capacity', '{}') : Object.fromEntries(amounts), [
      'storage',
    ]);
  }
  for (const [name, amount] of amounts) {
    yield* basicAmount(atKey(field, name), amount);
    yield* positiveQuantity(atKey(field, name), amount);
  }
}

function* basicAmount(field: string, amount: string): Errors {
  if (!amount.startsWith('-')) return;
  for (const error of resourceAmount(field, 'storage', amount)) {
    yield { ...error, message: `Invalid value: ${bytesOf(amount)}: must be a valid resource quantity` };
    return;
  }
}

function bytesOf(amount: string): string {
  return String(quantityValue(parseQuantity(amount)));
}

function* qualityErrors({ volumeAttributesClassName: quality, csi }: V1PersistentVolumeSpec): Iterable<FieldError> {
  if (quality === undefined) return;
  const field = 'spec.volumeAttributesClassName';
  if (quality === '') yield required(field, 'an empty string is disallowed');
  else yield* subdomainName(field, quality);
  if (csi === undefined) yield required('spec.csi', 'has to be specified when using volumeAttributesClassName');
}

const SOURCE_TYPE = 'core.PersistentVolumeSource';

function* sourceChanges(
  { spec: next = NO_SPEC }: V1PersistentVolume,
  { spec: current = NO_SPEC }: V1PersistentVolume,
): Errors {
  const [after, before] = [sourceOf(next), sourceOf(current)];
  if (sameJson(after, before)) return;
  const why = 'spec.persistentvolumesource is immutable after creation';
  const difference = unifiedDiff(internalValue(SOURCE_TYPE, before), internalValue(SOURCE_TYPE, after));
  yield forbiddenField('spec.persistentvolumesource', `${why}\n${difference}`);
}

function* affinityChanges(
  { spec: next = NO_SPEC }: V1PersistentVolume,
  { spec: current = NO_SPEC }: V1PersistentVolume,
) {
  const [after, before] = [next.nodeAffinity, current.nodeAffinity];
  if (before === undefined || sameJson(after, before)) return;
  const why = `${IMMUTABLE}, except for updating from beta label to GA`;
  yield invalid('nodeAffinity', shownInternally('*core.VolumeNodeAffinity', after), why);
}

/** Types of volumes that are no more, or soon won't be. */
const GONE: readonly (readonly [key: keyof V1PersistentVolumeSpec & string, text: string])[] = [
  ['cephfs', 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
];

function* warnings({ metadata, spec = NO_SPEC }: V1PersistentVolume): Iterable<string> {
  if (own(metadata?.annotations, BETA_CLASS) !== undefined) {
    yield `metadata.annotations[${BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`;
  }
  const old = 'volume.beta.kubernetes.io/mount-options';
  if (own(metadata?.annotations, old) !== undefined) {
    yield `metadata.annotations[${old}]: deprecated since v1.31; use "mountOptions" attribute instead`;
  }
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    yield 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';
  }
  for (const [key, words] of GONE) if (spec[key] !== undefined) yield words;
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    yield* nodeTermWarnings(at('spec.nodeAffinity.required.nodeSelectorTerms', i), term);
  }
}
