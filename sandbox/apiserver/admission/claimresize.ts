// PersistentVolumeClaimResize: a claim grows only when it is bound, and when its class allows it.

import { own } from '../../kube/json.ts';
import { compareQuantities, parseQuantity, quantity } from '../../kube/quantity.ts';
import { StorageClasses } from '../../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1StorageClass } from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy, isMain } from './refusal.ts';

const CLASS = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  handles: (attributes) => attributes.verb === 'UPDATE' && isMain(attributes, '', 'persistentvolumeclaims'),
  *validate(attributes) {
    const [next, before] = [attributes.object, attributes.old] as readonly V1PersistentVolumeClaim[];
    if (next === undefined || before === undefined || compareQuantities(sizeOf(next), sizeOf(before)) <= 0) return;
    if (before.status?.phase !== 'Bound') {
      throw forbiddenBy(attributes, 'Only bound persistent volume claims can be expanded');
    }
    if (mayGrow(attributes, next, before)) return;
    const why =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    throw forbiddenBy(attributes, why);
  },
};

function sizeOf({ spec }: V1PersistentVolumeClaim) {
  const size = own(spec?.resources?.requests, 'storage');
  return size === undefined ? quantity(0) : parseQuantity(String(size));
}

function mayGrow({ context }: Attributes, next: V1PersistentVolumeClaim, before: V1PersistentVolumeClaim): boolean {
  const name = classOf(next);
  if (name === '' || name !== classOf(before)) return false;
  return context.get<V1StorageClass>(StorageClasses, undefined, name)?.allowVolumeExpansion === true;
}

function classOf({ metadata, spec }: V1PersistentVolumeClaim): string {
  return own(metadata?.annotations, CLASS) ?? spec?.storageClassName ?? '';
}
