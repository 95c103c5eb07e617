// Who a pod of a StatefulSet is: its number, its name, its claims. Pure.

import { own } from '../../kube/json.ts';
import type { V1ObjectMeta } from '../../kube/meta.ts';
import { StatefulSets } from '../../schema/generated/resources.ts';
import type {
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodTemplateSpec,
  V1StatefulSet,
  V1Volume,
} from '../../schema/generated/types.ts';
import { REVISION_HASH } from '../shared/history.ts';
import { podFromTemplate } from '../shared/podcontrol.ts';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** The name of the set and the number that a pod's name is made of; undefined when it isn't made so. */
function partsOf(name: string): { readonly set: string; readonly ordinal: number } | undefined {
  const dash = name.lastIndexOf('-');
  const digits = name.slice(dash + 1);
  if (dash < 0 || !/^\d+$/.test(digits) || Number(digits) >= 2 ** 31) return undefined;
  return { set: name.slice(0, dash), ordinal: Number(digits) };
}

export function ordinalOf({ metadata }: V1Pod): number | undefined {
  return partsOf(metadata?.name ?? '')?.ordinal;
}

function podNameOf(set: V1StatefulSet, ordinal: number): string {
  return `${set.metadata?.name ?? ''}-${ordinal}`;
}

/** The first number, and the one behind the last. */
export function ordinalsOf({ spec }: V1StatefulSet): { readonly start: number; readonly end: number } {
  const start = spec?.ordinals?.start ?? 0;
  return { start, end: start + (spec?.replicas ?? 1) };
}

export function isInRange(set: V1StatefulSet, ordinal: number): boolean {
  const { start, end } = ordinalsOf(set);
  return ordinal >= start && ordinal < end;
}

/** Its name says that it belongs to the set. */
export function isMember(set: V1StatefulSet, pod: V1Pod): boolean {
  return partsOf(pod.metadata?.name ?? '')?.set === set.metadata?.name;
}

export function revisionIn({ metadata }: V1Pod): string {
  return own(metadata?.labels, REVISION_HASH) ?? '';
}

/** A new pod of this number, from a template and in the name of its revision. */
export function podOf(set: V1StatefulSet, template: V1PodTemplateSpec, revision: string, ordinal: number): V1Pod {
  const name = podNameOf(set, ordinal);
  const { metadata = {}, spec } = podFromTemplate(template, set, StatefulSets);
  const labels = { ...metadata.labels, [POD_NAME]: name, [POD_INDEX]: String(ordinal), [REVISION_HASH]: revision };
  const { serviceName = '' } = set.spec ?? {};
  return {
    metadata: { ...metadata, name, labels },
    spec: {
      containers: [],
      ...spec,
      ...volumesFor(set, ordinal, spec?.volumes),
      hostname: name,
      ...(serviceName === '' ? {} : { subdomain: serviceName }),
    },
  };
}

/** The volumes of the claims come first, and take the place of others of their names. */
function volumesFor(set: V1StatefulSet, ordinal: number, volumes: readonly V1Volume[] = []) {
  const claims = claimsOf(set, ordinal);
  const mine = claims.map(({ template, claim }): V1Volume => {
    return { name: template, persistentVolumeClaim: { claimName: claim.metadata?.name ?? '' } };
  });
  const others = volumes.filter(({ name }) => !claims.some(({ template }) => template === name));
  return mine.length + others.length === 0 ? {} : { volumes: [...mine, ...others] };
}

/** The claims that a pod of this number has, by the names of their templates. */
export function claimsOf(
  set: V1StatefulSet,
  ordinal: number,
): readonly { readonly template: string; readonly claim: V1PersistentVolumeClaim }[] {
  const { name: setName = '', namespace = '' } = set.metadata ?? {};
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata, spec }) => {
    const { name: template = '', labels, annotations } = metadata ?? {};
    const claimMeta: V1ObjectMeta = {
      name: `${template}-${setName}-${ordinal}`,
      namespace,
      labels: Object.fromEntries([
        ...Object.entries(labels ?? {}),
        ...Object.entries(set.spec?.selector?.matchLabels ?? {}).map(([key, value]) => [key, value ?? ''] as const),
      ]),
      ...(annotations === undefined ? {} : { annotations }),
    };
    return { template, claim: { metadata: claimMeta, ...(spec === undefined ? {} : { spec }) } };
  });
}

/** A pod whose labels or volumes don't say who it is any more, put right; the same object when they do. */
export function corrected(set: V1StatefulSet, pod: V1Pod): V1Pod {
  const ordinal = ordinalOf(pod) ?? 0;
  const name = podNameOf(set, ordinal);
  const known = own(pod.metadata?.labels, POD_NAME) === name;
  const stored = claimsOf(set, ordinal).every(({ template, claim }) =>
    pod.spec?.volumes?.some(
      (volume) => volume.name === template && volume.persistentVolumeClaim?.claimName === claim.metadata?.name,
    ),
  );
  if (known && stored) return pod;
  const labels = { ...pod.metadata?.labels, [POD_NAME]: name, [POD_INDEX]: String(ordinal) };
  const volumes = volumesFor(set, ordinal, pod.spec?.volumes);
  return {
    ...pod,
    metadata: { ...pod.metadata, labels },
    ...(pod.spec === undefined || stored ? {} : { spec: { ...pod.spec, ...volumes } }),
  };
}
