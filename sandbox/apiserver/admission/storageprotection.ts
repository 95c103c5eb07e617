// StorageObjectInUseProtection: claims and volumes stay as long as somebody uses them; a finalizer sees to it.

import type { AdmissionPlugin, Attributes } from './chain.ts';
import { isMain } from './refusal.ts';

const FINALIZERS: ReadonlyMap<string, string> = new Map([
  ['/persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['/persistentvolumes', 'kubernetes.io/pv-protection'],
  ['storage.k8s.io/volumeattributesclasses', 'kubernetes.io/vac-protection'],
]);

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: (attributes) => attributes.verb === 'CREATE' && finalizerOf(attributes) !== undefined,
  *mutate(attributes) {
    const { object = {} } = attributes;
    const finalizer = finalizerOf(attributes) ?? '';
    const { finalizers = [] } = object.metadata ?? {};
    if (finalizers.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
  },
};

function finalizerOf(attributes: Attributes): string | undefined {
  const { group, resource } = attributes.served.type;
  return isMain(attributes, group, resource) ? FINALIZERS.get(`${group}/${resource}`) : undefined;
}
