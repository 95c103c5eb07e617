// References between resources: when a name changes, whoever names it changes too.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { NameReference } from './configurations.ts';
import { changeTexts, textAt } from './paths.ts';
import { isCalled, kindOf, nameOf, type Resource, withObject } from './resource.ts';
import { isFor } from './transform.ts';

/** The ends of the paths at which names stand, by the kind that they name. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: [
    'rules/resourceNames',
    'configMap/name',
    'configMapKeyRef/name',
    'configMapRef/name',
    'configSource/configMap/name',
  ],
  Secret: [
    'rules/resourceNames',
    'secret/secretName',
    'secret/name',
    'secretKeyRef/name',
    'secretRef/name',
    'imagePullSecrets/name',
    'secrets/name',
    'tls/secretName',
    'nodePublishSecretRef/name',
  ],
  ServiceAccount: ['serviceAccountName'],
  Service: ['spec/serviceName', 'backend/service/name', 'defaultBackend/service/name', 'clientConfig/service/name'],
  PersistentVolumeClaim: ['persistentVolumeClaim/claimName'],
  PersistentVolume: ['spec/volumeName'],
  StorageClass: ['storageClassName'],
  PriorityClass: ['priorityClassName'],
  IngressClass: ['spec/ingressClassName'],
};

/** Places that say beside the name which kind is meant. */
const TYPED_PLACES = ['roleRef/name', 'scaleTargetRef/name', 'subjects/name'];

/** `more`: places that a kustomization's own configuration tells of. */
export function fixReferences(
  resources: readonly Resource[],
  more: readonly NameReference[] = [],
): readonly Resource[] {
  const renamed = resources.filter(({ names }) => names.length > 0);
  if (renamed.length === 0) return resources;
  return resources.map((resource) => {
    const own = more.filter(({ places }) => places.some((place) => isFor(place, resource)));
    const names = (path: string, target: Resource): boolean =>
      own.some(({ kind, places }) => kind === kindOf(target) && places.some((place) => path === `/${place.path}`));
    const object = changeTexts(resource.object, (text, path, holder) => {
      const target = renamed.find(
        (each) => (refersTo(path, holder, each) || names(path, each)) && isCalled(each, text),
      );
      return target === undefined ? text : nameOf(target);
    });
    return isObject(object) ? withObject(resource, object) : resource;
  });
}

function refersTo(path: string, holder: JsonObject, target: Resource): boolean {
  const kind = kindOf(target);
  if (TYPED_PLACES.some((place) => path.endsWith(`/${place}`))) {
    const namespace = textAt(holder, 'namespace');
    const here = namespace === '' || namespace === textAt(target.object, 'metadata/namespace');
    return textAt(holder, 'kind') === kind && here;
  }
  const places = Object.hasOwn(PLACES, kind) ? (PLACES[kind] ?? []) : [];
  return places.some((place) => path.endsWith(`/${place}`));
}
