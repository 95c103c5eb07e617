// The spec of a volume that stands within another object, as a VolumeAttachment may have it: a CSI driver's, and nothing
// that only a volume of its own could have.

import { at, forbiddenField, required } from '../../../kube/fielderrors.ts';
import type { V1PersistentVolumeSpec } from '../../../schema/generated/types.ts';
import type { Errors } from '../shared/checks.ts';
import { accessModes } from '../shared/volumeclaims.ts';
import { recycledRoot, sourceErrors } from './sources.ts';

const INLINE = 'in the context of inline volumes';

export function* inlineVolumeErrors(spec: V1PersistentVolumeSpec, field: string): Errors {
  const misplaced = (key: string): Errors => [forbiddenField(at(field, key), `may not be specified ${INLINE}`)];
  if (spec.claimRef !== undefined) yield* misplaced('claimRef');
  if (Object.keys(spec.capacity ?? {}).length > 0) yield* misplaced('capacity');
  if (spec.csi === undefined) yield required(at(field, 'csi'), `has to be specified ${INLINE}`);
  if ((spec.accessModes ?? []).length === 0) yield required(at(field, 'accessModes'));
  yield* accessModes(at(field, 'accessModes'), spec.accessModes ?? []);
  const { persistentVolumeReclaimPolicy: policy = '', volumeMode = 'Filesystem', storageClassName = '' } = spec;
  if (policy !== '' && policy !== 'Retain') {
    yield forbiddenField(at(field, 'persistentVolumeReclaimPolicy'), `may only be Retain ${INLINE}`);
  }
  if (spec.nodeAffinity !== undefined) yield* misplaced('nodeAffinity');
  yield* sourceErrors(spec, field);
  yield* recycledRoot(spec, field);
  if (storageClassName !== '') yield* misplaced('storageClassName');
  if (volumeMode !== 'Filesystem') {
    yield forbiddenField(at(field, 'volumeMode'), `may not specify volumeMode other than Filesystem ${INLINE}`);
  }
}
