// What happens to a pod that is about to be created: its status begins anew, and what follows from its labels and
// annotations is written into its spec.

import { own } from '../../../kube/json.ts';
import type {
  V1LabelSelector,
  V1Pod,
  V1PodAffinity,
  V1PodAffinityTerm,
  V1PodSpec,
} from '../../../schema/generated/types.ts';
import { rfc3339 } from '../../../time/units.ts';
import type { KindContext } from '../../kind.ts';
import { APP_ARMOR } from '../shared/pod/annotations.ts';
import { profileOf } from '../shared/pod/apparmor.ts';
import { withoutDisabled } from '../shared/pod/disabled.ts';
import { qualityOfService } from '../shared/pod/qos.ts';
import type { AnyContainer } from '../shared/pod/visit.ts';

export function prepareCreate(pod: V1Pod, context: KindContext): V1Pod {
  const { metadata = {}, spec } = pod;
  if (spec === undefined) return pod;
  const labels = metadata.labels ?? {};
  const kept = withoutDisabled(spec);
  const gated = (kept.schedulingGates ?? []).length > 0;
  const selected = withLabelKeys(kept, labels);
  const secured = withAppArmor(selected, metadata.annotations ?? {}, context);
  return {
    ...pod,
    metadata: { ...metadata, generation: 1 },
    spec: secured,
    status: {
      phase: 'Pending',
      ...(gated ? { conditions: [{ ...GATED, lastTransitionTime: rfc3339(context.now()) }] } : {}),
      qosClass: pod.status?.qosClass ?? qualityOfService(spec),
    },
  };
}

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

type Labels = { readonly [key: string]: string };

/** Keys of the pod's labels in its terms become expressions with the pod's own values. */
function withLabelKeys(spec: V1PodSpec, labels: Labels): V1PodSpec {
  const { affinity, topologySpreadConstraints: constraints } = spec;
  const { podAffinity, podAntiAffinity } = affinity ?? {};
  return {
    ...spec,
    ...(affinity === undefined
      ? {}
      : {
          affinity: {
            ...affinity,
            ...(podAffinity === undefined ? {} : { podAffinity: withTermKeys(podAffinity, labels) }),
            ...(podAntiAffinity === undefined ? {} : { podAntiAffinity: withTermKeys(podAntiAffinity, labels) }),
          },
        }),
    ...(constraints === undefined
      ? {}
      : { topologySpreadConstraints: constraints.map((one) => withKeys(one, labels)) }),
  };
}

function withTermKeys(affinity: V1PodAffinity, labels: Labels): V1PodAffinity {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    ...(required === undefined
      ? {}
      : { requiredDuringSchedulingIgnoredDuringExecution: required.map((term) => withKeys(term, labels)) }),
    ...(preferred === undefined
      ? {}
      : {
          preferredDuringSchedulingIgnoredDuringExecution: preferred.map((one) => ({
            ...one,
            podAffinityTerm: withKeys(one.podAffinityTerm, labels),
          })),
        }),
  };
}

type Term = Pick<V1PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>;

function withKeys<T extends Term>(term: T, labels: Labels): T {
  const { labelSelector: selector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (selector === undefined) return term;
  const added = [...expressions(matchLabelKeys, 'In', labels), ...expressions(mismatchLabelKeys, 'NotIn', labels)];
  if (added.length === 0) return term;
  const labelSelector: V1LabelSelector = {
    ...selector,
    matchExpressions: [...(selector.matchExpressions ?? []), ...added],
  };
  return { ...term, labelSelector };
}

function expressions(keys: readonly string[], operator: string, labels: Labels) {
  return keys.flatMap((key) => {
    const value = own(labels, key);
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

/** AppArmor profiles were annotations once; such an annotation still sets the field of its container. */
function withAppArmor(spec: V1PodSpec, annotations: Labels, context: KindContext): V1PodSpec {
  if (spec.os?.name === 'windows') return spec;
  const podProfile = spec.securityContext?.appArmorProfile;
  const secured = <T extends AnyContainer>(container: T): T => {
    const key = `${APP_ARMOR}${container.name}`;
    const annotation = own(annotations, key);
    if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) return container;
    const profile = profileOf(annotation);
    const same =
      profile !== undefined &&
      profile.type === podProfile?.type &&
      profile.localhostProfile === podProfile.localhostProfile;
    if (same) return container;
    context.warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    if (profile === undefined) return container;
    return { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } };
  };
  const { initContainers, containers, ephemeralContainers } = spec;
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(secured) }),
    containers: (containers ?? []).map(secured),
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map(secured) }),
  };
}
