// DefaultStorageClass and DefaultIngressClass: claims and ingresses that name no class get the one that is marked as the
// default; of several the newest.

import { DEFAULT_INGRESS_CLASS, DEFAULT_STORAGE_CLASS, defaultClass } from '../../kube/defaultclass.ts';
import { own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { IngressClasses, StorageClasses } from '../../schema/generated/resources.ts';
import type { V1Ingress, V1PersistentVolumeClaim } from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { isMain } from './refusal.ts';

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  handles: (attributes) => attributes.verb === 'CREATE' && isMain(attributes, '', 'persistentvolumeclaims'),
  *mutate(attributes) {
    const claim = attributes.object as V1PersistentVolumeClaim;
    if (claim.spec === undefined || claim.spec.storageClassName !== undefined) return claim;
    if (annotationOf(claim, 'volume.beta.kubernetes.io/storage-class') !== undefined) return claim;
    const name = defaultOf(attributes, StorageClasses, DEFAULT_STORAGE_CLASS);
    return name === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: name } };
  },
};

export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  handles: (attributes) => attributes.verb === 'CREATE' && isMain(attributes, 'networking.k8s.io', 'ingresses'),
  *mutate(attributes) {
    const ingress = attributes.object as V1Ingress;
    if (ingress.spec?.ingressClassName !== undefined) return ingress;
    if (annotationOf(ingress, 'kubernetes.io/ingress.class') !== undefined) return ingress;
    const name = defaultOf(attributes, IngressClasses, DEFAULT_INGRESS_CLASS);
    return name === undefined ? ingress : { ...ingress, spec: { ...ingress.spec, ingressClassName: name } };
  },
};

function annotationOf({ metadata }: KubeObject, key: string): string | undefined {
  return own(metadata?.annotations, key);
}

function defaultOf({ context }: Attributes, type: ResourceType, mark: string): string | undefined {
  return defaultClass(context.list(type, undefined), mark);
}
