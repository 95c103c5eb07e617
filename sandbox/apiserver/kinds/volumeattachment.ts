// VolumeAttachment: a volume that is to be attached to a node.

import { forbiddenField, required } from '../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { VolumeAttachments } from '../../schema/generated/resources.ts';
import type { V1VolumeAttachment } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { inlineVolumeErrors } from './persistentvolume/inline.ts';
import { type Errors, immutableAs, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { keepStatus, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';
import { csiDriverName } from './shared/volumesources.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

export const volumeAttachments = defineKind<V1VolumeAttachment>({
  type: VolumeAttachments,
  strategy: {
    prepareCreate: withoutStatus,
    prepareUpdate: keepStatus,
    validate: errors,
    validateUpdate: updateErrors,
    unconditionalUpdate: false,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ validateUpdate: updateErrors, resetFields: ['metadata', 'spec'] }),
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    { name: 'Attacher', type: 'string', format: 'name', cell: ({ spec }) => spec.attacher },
    text('PV', ({ spec }) => spec.source.persistentVolumeName ?? ''),
    text('Node', ({ spec }) => spec.nodeName),
    { name: 'Attached', type: 'boolean', cell: ({ status }) => status?.attached ?? false },
    ageColumn(),
  ],
});

function* updateErrors(next: V1VolumeAttachment, current: V1VolumeAttachment): Errors {
  yield* metaUpdateErrors(next, current);
  yield* errors(next);
  yield* immutableAs('storage.VolumeAttachmentSpec', 'spec', { ...next.spec }, { ...current.spec });
}

function* errors(attachment: V1VolumeAttachment): Errors {
  yield* metaErrors(attachment, NAMED);
  const { attacher = '', nodeName = '', source } = attachment.spec ?? {};
  yield* csiDriverName('spec.attacher', attacher);
  const { persistentVolumeName: name, inlineVolumeSpec } = source ?? {};
  if (name === undefined && inlineVolumeSpec === undefined) yield required('spec.source', ONE);
  else if (name !== undefined && inlineVolumeSpec !== undefined) yield forbiddenField('spec.source', ONE);
  else if (name === '') {
    yield required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName');
  } else if (inlineVolumeSpec !== undefined) {
    yield* inlineVolumeErrors(inlineVolumeSpec, 'spec.source.inlineVolumeSpec');
  }
  yield* problemsOf('spec.nodeName', nodeName, dns1123Subdomain(nodeName));
  if (name !== undefined) yield* problemsOf('spec.source.persistentVolumeName', name, dns1123Subdomain(name));
}
