// What the server takes, though it is old, pointless or surprising.

import { at, atKey } from '../../../../kube/fielderrors.ts';
import { quote, sortedKeys } from '../../../../kube/go/text.ts';
import { ipWarnings } from '../../../../kube/ip.ts';
import { own } from '../../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../../kube/meta.ts';
import type {
  V1Affinity,
  V1EnvVar,
  V1PodAffinity,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Volume,
} from '../../../../schema/generated/types.ts';
import { deprecatedLabel, nodeTermWarnings } from '../nodewarnings.ts';
import { isWhole, type ResourceList } from '../resources.ts';
import { claimSpecWarnings } from '../volumeclaims.ts';
import { APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD } from './annotations.ts';
import { profileOf } from './apparmor.ts';
import { overlappingPaths } from './overlaps.ts';
import { portWarnings } from './portwarnings.ts';
import { type AnyContainer, allContainers } from './visit.ts';

type Warnings = Iterable<string>;

/** `field`: the path of the template, empty for a pod. */
export function* podWarnings(field: string, metadata: V1ObjectMeta, spec: V1PodSpec): Warnings {
  const path = at(field, 'spec');
  yield* placementWarnings(path, spec);
  yield* annotationWarnings(at(field, 'metadata', 'annotations'), metadata);
  for (const [i, volume] of (spec.volumes ?? []).entries()) yield* volumeWarnings(at(path, 'volumes', i), volume);
  yield* overlappingPaths(spec.volumes ?? []);
  yield* listWarnings(path, spec);
  yield* fractions(at(path, 'overhead'), spec.overhead);
  yield* securityWarnings(field, metadata, spec);
  yield* portWarnings(path, spec);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const what = 'must be >= 0; negative values are invalid and will be treated as 1';
    yield `${at(path, 'terminationGracePeriodSeconds')}: ${what}`;
  }
  yield* selectorWarnings(at(path, 'affinity'), spec.affinity ?? {});
  for (const [i, address] of (spec.dnsConfig?.nameservers ?? []).entries()) {
    yield* ipWarnings(at(path, 'dnsConfig', 'nameservers', i), address);
  }
  for (const [i, { ip }] of (spec.hostAliases ?? []).entries()) yield* ipWarnings(at(path, 'hostAliases', i, 'ip'), ip);
}

export function* templateWarnings(field: string, template: V1PodTemplateSpec | undefined): Warnings {
  if (template === undefined) return;
  yield* podWarnings(field, template.metadata ?? {}, template.spec ?? { containers: [] });
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function* placementWarnings(field: string, spec: V1PodSpec): Warnings {
  for (const key of sortedKeys(spec.nodeSelector ?? {})) {
    const message = deprecatedLabel(key);
    if (message !== undefined) yield `${atKey(at(field, 'nodeSelector'), key)}: ${message}`;
  }
  const nodes = spec.affinity?.nodeAffinity;
  const here = at(field, 'affinity', 'nodeAffinity');
  for (const [i, term] of (nodes?.[REQUIRED]?.nodeSelectorTerms ?? []).entries()) {
    yield* nodeTermWarnings(at(here, REQUIRED, 'nodeSelectorTerms', i), term);
  }
  for (const [i, { preference }] of (nodes?.[PREFERRED] ?? []).entries()) {
    yield* nodeTermWarnings(at(here, PREFERRED, i, 'preference'), preference, true);
  }
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const constraint = at(field, 'topologySpreadConstraints', i);
    const message = deprecatedLabel(topologyKey);
    if (message !== undefined) yield `${at(constraint, 'topologyKey')}: ${topologyKey} is ${message}`;
    if (labelSelector === undefined) yield nullSelector(constraint);
  }
}

function nullSelector(field: string): string {
  return `${at(field, 'labelSelector')}: a null labelSelector results in matching no pod`;
}

function* selectorWarnings(field: string, { podAffinity, podAntiAffinity }: V1Affinity): Warnings {
  if (podAffinity !== undefined) yield* termWarnings(at(field, 'podAffinity'), podAffinity);
  if (podAntiAffinity !== undefined) yield* termWarnings(at(field, 'podAntiAffinity'), podAntiAffinity);
}

function* termWarnings(
  field: string,
  { [REQUIRED]: needed = [], [PREFERRED]: preferred = [] }: V1PodAffinity,
): Warnings {
  for (const [i, { labelSelector }] of needed.entries()) {
    if (labelSelector === undefined) yield nullSelector(at(field, REQUIRED, i));
  }
  for (const [i, { podAffinityTerm: term }] of preferred.entries()) {
    if (term.labelSelector === undefined) yield nullSelector(at(field, PREFERRED, i, 'podAffinityTerm'));
  }
}

const OLD_ANNOTATIONS: { readonly [key: string]: string } = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function* annotationWarnings(field: string, { annotations }: V1ObjectMeta): Warnings {
  for (const [key, message] of Object.entries(OLD_ANNOTATIONS)) {
    if (own(annotations, key) !== undefined) yield `${atKey(field, key)}: ${message}`;
  }
}

/** Volume types without a future, in the order in which they are looked for. */
const OLD_VOLUMES: readonly (readonly [key: keyof V1Volume, shown: string, message: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
];
const OLDER_VOLUMES: typeof OLD_VOLUMES = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function* volumeWarnings(field: string, volume: V1Volume): Warnings {
  yield* oldVolume(field, volume, OLD_VOLUMES);
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template !== undefined) {
    yield* claimSpecWarnings(at(field, 'ephemeral', 'volumeClaimTemplate', 'spec'), template.spec);
  }
  yield* oldVolume(field, volume, OLDER_VOLUMES);
}

function* oldVolume(field: string, volume: V1Volume, table: typeof OLD_VOLUMES): Warnings {
  for (const [key, shown, message] of table) {
    if (volume[key] !== undefined) yield `${at(field, shown)}: ${message}`;
  }
}

function* listWarnings(field: string, { hostAliases = [], imagePullSecrets = [] }: V1PodSpec): Warnings {
  yield* doubles(
    at(field, 'hostAliases'),
    'ip',
    hostAliases.map(({ ip }) => ip),
  );
  const names = imagePullSecrets.map(({ name = '' }) => name);
  yield* doubles(at(field, 'imagePullSecrets'), 'name', names);
  for (const [i, name] of names.entries()) {
    if (name === '') yield `${at(field, 'imagePullSecrets', i, 'name')}: invalid empty name ""`;
  }
}

function* doubles(field: string, key: string, values: readonly string[]): Warnings {
  const seen = new Set<string>();
  for (const [i, value] of values.entries()) {
    if (seen.has(value)) yield `${at(field, i, key)}: duplicate ${key} ${quote(value)}`;
    seen.add(value);
  }
}

function* fractions(field: string, list: ResourceList | undefined): Warnings {
  for (const name of ['memory', 'ephemeral-storage']) {
    const amount = own(list, name);
    if (amount === undefined || isWhole(amount)) continue;
    yield `${atKey(field, name)}: fractional byte value ${quote(amount)} is invalid, must be an integer`;
  }
}

function* securityWarnings(field: string, metadata: V1ObjectMeta, spec: V1PodSpec): Warnings {
  const annotations = at(field, 'metadata', 'annotations');
  const noSeccomp = spec.securityContext?.seccompProfile === undefined;
  if (noSeccomp && own(metadata.annotations, SECCOMP_POD) !== undefined) yield oldSeccomp(annotations, SECCOMP_POD);
  for (const [container, path] of allContainers(at(field, 'spec'), spec)) {
    const { securityContext, resources } = container;
    const key = `${SECCOMP_CONTAINER}${container.name}`;
    if (securityContext?.seccompProfile === undefined && own(metadata.annotations, key) !== undefined) {
      yield oldSeccomp(annotations, key);
    }
    if (field !== '') yield* oldAppArmor(annotations, metadata, spec, container);
    for (const name of ['memory', 'ephemeral-storage']) {
      for (const side of ['limits', 'requests'] as const) {
        const amount = own(resources?.[side], name);
        if (amount !== undefined) yield* fractions(at(path, 'resources', side), { [name]: amount });
      }
    }
    yield* hiddenVariables(at(path, 'env'), container.env ?? []);
  }
}

function oldSeccomp(field: string, key: string): string {
  return `${atKey(field, key)}: non-functional in v1.27+; use the "seccompProfile" field instead`;
}

/** Of templates only: a pod's annotation becomes its field, and is warned of there. */
function* oldAppArmor(field: string, metadata: V1ObjectMeta, spec: V1PodSpec, container: AnyContainer): Warnings {
  const key = `${APP_ARMOR}${container.name}`;
  const annotation = own(metadata.annotations, key);
  if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) return;
  const wanted = spec.securityContext?.appArmorProfile;
  const meant = profileOf(annotation);
  const same = wanted?.type === meant?.type && wanted?.localhostProfile === meant?.localhostProfile;
  if (wanted !== undefined && same) return;
  yield `${atKey(field, key)}: deprecated since v1.30; use the "appArmorProfile" field instead`;
}

/** The later of two variables counts, unless it is made from the earlier. */
function* hiddenVariables(field: string, env: readonly V1EnvVar[]): Warnings {
  const seen = new Set<string>();
  for (const [i, { name, value = '', valueFrom }] of env.entries()) {
    if (seen.has(name)) {
      const reference = `$(${name})`;
      const extends_ = valueFrom === undefined && value !== reference && value.includes(reference);
      if (!extends_) {
        yield `${at(field, i)}: hides previous definition of ${quote(name)}, which may be dropped when using apply`;
      }
    }
    seen.add(name);
  }
}
