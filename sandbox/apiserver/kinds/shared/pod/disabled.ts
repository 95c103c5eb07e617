// Fields of pods that this version of Kubernetes knows but has switched off: they are dropped without a word.

import { withoutKey } from '../../../../kube/json.ts';
import type {
  V1Container,
  V1EphemeralContainer,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Volume,
} from '../../../../schema/generated/types.ts';

export function withoutDisabled(spec: V1PodSpec): V1PodSpec {
  const { schedulingGroup: _, ...rest } = spec;
  const { volumes, initContainers, ephemeralContainers } = rest;
  return {
    ...rest,
    ...(volumes === undefined ? {} : { volumes: volumes.map(withoutDisabledSources) }),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withoutStopSignal) }),
    containers: rest.containers?.map(withoutStopSignal) ?? rest.containers,
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map(withoutStopSignal) }),
  };
}

export function templateWithoutDisabled(template: V1PodTemplateSpec): V1PodTemplateSpec {
  return template.spec === undefined ? template : { ...template, spec: withoutDisabled(template.spec) };
}

/** Certificates and bundles of them can't be projected into volumes. */
function withoutDisabledSources(volume: V1Volume): V1Volume {
  const { projected } = volume;
  if (projected?.sources === undefined || projected.sources === null) return volume;
  const sources = projected.sources.map(({ clusterTrustBundle: _, podCertificate: __, ...source }) => source);
  return { ...volume, projected: { ...projected, sources } };
}

function withoutStopSignal<T extends V1Container | V1EphemeralContainer>(container: T): T {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { stopSignal: _, ...lifecycle } = container.lifecycle;
  return Object.keys(lifecycle).length === 0 ? withoutKey(container, 'lifecycle') : { ...container, lifecycle };
}
