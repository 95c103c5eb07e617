// What a kustomization does to all its resources: names, namespace, labels, annotations, images, replicas.

import { isArray, isObject, type JsonObject, type JsonValue, own, withKey } from '../../../sandbox/kube/json.ts';
import { changeAt, changeTexts, textAt } from './paths.ts';
import { isCalled, kindOf, nameOf, type Resource, withObject } from './resource.ts';

const NAMELESS = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

export function withAffixes(resource: Resource, prefix: string, suffix: string): Resource {
  if ((prefix === '' && suffix === '') || NAMELESS.has(kindOf(resource))) return resource;
  const name = `${prefix}${nameOf(resource)}${suffix}`;
  return withObject(
    resource,
    changeAt(resource.object, 'metadata/name', true, () => name),
  );
}

/** Kinds that lie in no namespace. */
const CLUSTER_KINDS = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'FlowSchema',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

export function withNamespace(resource: Resource, namespace: string, accounts: ReadonlySet<string>): Resource {
  if (namespace === '') return resource;
  const kind = kindOf(resource);
  if (kind === 'Namespace')
    return withObject(
      resource,
      changeAt(resource.object, 'metadata/name', true, () => namespace),
    );
  const placed = CLUSTER_KINDS.has(kind)
    ? resource.object
    : changeAt(resource.object, 'metadata/namespace', true, () => namespace);
  if (!kind.endsWith('RoleBinding')) return withObject(resource, placed);
  return withObject(
    resource,
    changeAt(placed, 'subjects', false, (subjects) =>
      isArray(subjects)
        ? subjects.map((each) => (isAccount(each, accounts) ? withKey(each, 'namespace', namespace) : each))
        : [],
    ),
  );
}

function isAccount(subject: JsonValue, accounts: ReadonlySet<string>): subject is JsonObject {
  if (!isObject(subject) || subject['kind'] !== 'ServiceAccount') return false;
  const name = textAt(subject, 'name');
  const elsewhere = textAt(subject, 'namespace') !== '';
  return name === 'default' || (accounts.has(name) && !elsewhere);
}

export interface Place {
  readonly path: string;
  /** Kinds that have it; all without. */
  readonly kinds?: readonly string[];
  readonly create: boolean;
}

/** Whether objects like that one have the place. */
export function isFor({ kinds }: Place, resource: Resource): boolean {
  return kinds?.includes(kindOf(resource)) ?? true;
}

const TEMPLATED = ['ReplicationController', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'];
export const METADATA_LABELS: Place = { path: 'metadata/labels', create: true };
export const METADATA_ANNOTATIONS: Place = { path: 'metadata/annotations', create: true };

const TEMPLATE_LABELS: readonly Place[] = [
  { path: 'spec/template/metadata/labels', kinds: TEMPLATED, create: true },
  { path: 'spec/jobTemplate/metadata/labels', kinds: ['CronJob'], create: true },
  { path: 'spec/jobTemplate/spec/template/metadata/labels', kinds: ['CronJob'], create: true },
];

const AFFINITY = ['podAffinity', 'podAntiAffinity'].flatMap((side) => [
  `${side}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `${side}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

const SELECTORS: readonly Place[] = [
  { path: 'spec/selector', kinds: ['Service', 'ReplicationController'], create: true },
  {
    path: 'spec/selector/matchLabels',
    kinds: ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'],
    create: true,
  },
  { path: 'spec/selector/matchLabels', kinds: ['Job', 'PodDisruptionBudget'], create: false },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', kinds: ['CronJob'], create: false },
  { path: 'spec/volumeClaimTemplates/metadata/labels', kinds: ['StatefulSet'], create: true },
  { path: 'spec/podSelector/matchLabels', kinds: ['NetworkPolicy'], create: false },
  { path: 'spec/ingress/from/podSelector/matchLabels', kinds: ['NetworkPolicy'], create: false },
  { path: 'spec/egress/to/podSelector/matchLabels', kinds: ['NetworkPolicy'], create: false },
  {
    path: 'spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels',
    kinds: ['Deployment', 'StatefulSet'],
    create: false,
  },
  ...AFFINITY.map((path) => ({
    path: `spec/template/spec/affinity/${path}`,
    kinds: ['Deployment', 'StatefulSet'],
    create: false,
  })),
];

const ANNOTATIONS: readonly Place[] = [METADATA_LABELS, ...TEMPLATE_LABELS].map(({ path, ...place }) => ({
  ...place,
  path: path.replace(/labels$/, 'annotations'),
}));

export type LabelReach = 'metadata' | 'templates' | 'selectors';

export function withLabels(resource: Resource, labels: JsonObject, reach: LabelReach): Resource {
  const places = [
    METADATA_LABELS,
    ...(reach === 'metadata' ? [] : TEMPLATE_LABELS),
    ...(reach === 'selectors' ? SELECTORS : []),
  ];
  return withEntries(resource, labels, places);
}

export function withAnnotations(resource: Resource, annotations: JsonObject): Resource {
  return withEntries(resource, annotations, ANNOTATIONS);
}

/** Places as a kustomization gives them: `fieldSpecs`. */
export function placesOf(specs: readonly JsonObject[]): readonly Place[] {
  return specs.map((spec) => ({
    path: textAt(spec, 'path').replaceAll('[]', ''),
    create: own(spec, 'create') === true,
    ...(textAt(spec, 'kind') === '' ? {} : { kinds: [textAt(spec, 'kind')] }),
  }));
}

export function withEntries(resource: Resource, entries: JsonObject, places: readonly Place[]): Resource {
  if (Object.keys(entries).length === 0) return resource;
  const add = (held: JsonValue | undefined): JsonValue => ({ ...(isObject(held) ? held : {}), ...entries });
  const object = places
    .filter((place) => isFor(place, resource))
    .filter(({ path }) => !path.startsWith('spec/volumeClaimTemplates') || hasClaims(resource.object))
    .reduce((each, { path, create }) => changeAt(each, path, create, add), resource.object);
  return withObject(resource, object);
}

function hasClaims(object: JsonObject): boolean {
  const spec = own(object, 'spec');
  return isObject(spec) && isArray(own(spec, 'volumeClaimTemplates'));
}

/** What stands at some places, changed. */
export function withTextAt(
  resource: Resource,
  places: readonly Place[],
  change: (text: string) => JsonValue,
): Resource {
  const object = places
    .filter((place) => isFor(place, resource))
    .reduce(
      (each, { path, create }) => changeAt(each, path, create, (held) => change(typeof held === 'string' ? held : '')),
      resource.object,
    );
  return withObject(resource, object);
}

/** `images`: another name, tag or digest wherever a container runs that image. */
export function withImages(resource: Resource, images: readonly JsonObject[], more: readonly Place[] = []): Resource {
  if (images.length === 0) return resource;
  const object = changeTexts(resource.object, (text, path) =>
    /\/(?:containers|initContainers)\/image$|\/volumes\/image\/reference$/.test(path)
      ? images.reduce(withImage, text)
      : text,
  );
  const usual = isObject(object) ? withObject(resource, object) : resource;
  return withTextAt(usual, more, (text) => images.reduce(withImage, text));
}

function withImage(text: string, image: JsonObject): string {
  const [, name = '', tag = '', digest = ''] = /^(.*?)(:[^:/@]+)?(@.+)?$/.exec(text) ?? [];
  if (name !== textAt(image, 'name')) return text;
  const [newName, newDigest] = [textAt(image, 'newName') || name, textAt(image, 'digest')];
  const newTag = own(image, 'newTag');
  const tagText = newTag === undefined ? '' : String(newTag);
  if (tagText !== '' && newDigest !== '') return `${newName}:${tagText}@${newDigest}`;
  if (newDigest !== '') return `${newName}@${newDigest}`;
  return tagText === '' ? `${newName}${tag}${digest}` : `${newName}:${tagText}`;
}

const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** So many of what has the name now or had it. Throws when nothing has. */
export function withReplicas(
  resources: readonly Resource[],
  replica: JsonObject,
  more: readonly Place[] = [],
): readonly Resource[] {
  const name = textAt(replica, 'name');
  const places = [{ path: 'spec/replicas', kinds: SCALED, create: true }, ...more];
  const isMeant = (each: Resource): boolean => places.some((place) => isFor(place, each)) && isCalled(each, name);
  if (!resources.some(isMeant)) {
    const kinds = `[${SCALED.map((kind) => `${kind}.[noVer].[noGrp]`).join(' ')}]`;
    throw new Error(`resource with name ${name} does not match a config with the following GVK ${kinds}`);
  }
  const count = own(replica, 'count') ?? 0;
  return resources.map((each) => (isMeant(each) ? withTextAt(each, places, () => count) : each));
}
