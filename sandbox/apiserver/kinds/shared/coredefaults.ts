// The defaults of the core group's types, which pods and all that holds templates of pods share; and older ways of saying
// the same, which are brought into step with the newer ones.

import { isObject, type JsonObject, type JsonValue, own, withKey, withoutKey } from '../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../kube/meta.ts';
import { formatQuantity, parseQuantity, roundUpQuantity } from '../../../kube/quantity.ts';
import type {
  V1Container,
  V1ContainerPort,
  V1EphemeralContainer,
  V1NodeSpec,
  V1Pod,
  V1PodSpec,
  V1PodStatus,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1Volume,
} from '../../../schema/generated/types.ts';
import { constants, type DefaultsTable, filled, forType } from './defaults.ts';
import { meansLatest } from './pod/images.ts';
import { aggregate } from './pod/podresources.ts';
import { allowsOvercommit, isHugePages } from './resourcenames.ts';
import { amountsOf, isPodLevelResource, type ResourceList } from './resources.ts';

const FILE_MODE = 0o644;
const HOUR = 3600;

export const CORE_DEFAULTS: DefaultsTable = new Map([
  forType<V1Pod>('core.v1.Pod', podDefaults),
  forType<V1PodTemplateSpec>('core.v1.PodTemplateSpec', withoutOldAnnotations),
  forType<V1PodStatus>('core.v1.PodStatus', withPodIPs),
  forType<V1NodeSpec>('core.v1.NodeSpec', withPodCIDRs),
  forType<V1PodSpec>('core.v1.PodSpec', podSpecDefaults),
  forType<V1Container>('core.v1.Container', containerDefaults),
  forType<V1EphemeralContainer>('core.v1.EphemeralContainer', containerDefaults),
  forType<V1Volume>('core.v1.Volume', volumeDefaults),
  constants('core.v1.Probe', { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  constants('core.v1.HTTPGetAction', { path: '/', scheme: 'HTTP' }),
  constants('core.v1.SecretVolumeSource', { defaultMode: FILE_MODE }),
  constants('core.v1.ConfigMapVolumeSource', { defaultMode: FILE_MODE }),
  constants('core.v1.DownwardAPIVolumeSource', { defaultMode: FILE_MODE }),
  constants('core.v1.ProjectedVolumeSource', { defaultMode: FILE_MODE }),
  constants('core.v1.ServiceAccountTokenProjection', { expirationSeconds: HOUR }),
  constants('core.v1.HostPathVolumeSource', { type: '' }),
  constants('core.v1.ObjectFieldSelector', { apiVersion: 'v1' }),
  constants('core.v1.PersistentVolumeClaimSpec', { volumeMode: 'Filesystem' }),
  constants('core.v1.PersistentVolumeClaimStatus', { phase: 'Pending' }),
  rounds('core.v1.ResourceRequirements', 'limits', 'requests'),
  rounds('core.v1.VolumeResourceRequirements', 'limits', 'requests'),
]);

/** An entry of the table that rounds lists of amounts. */
export function rounds(name: string, ...fields: readonly string[]) {
  return forType(name, (value) => roundLists(value, fields));
}

/** Amounts of resources have nothing finer than a thousandth. */
export function roundLists<T extends JsonObject>(value: T, fields: readonly string[]): T {
  let result = value;
  for (const field of fields) {
    const list = own<JsonValue>(value, field);
    const rounded = isObject(list) ? roundedList(list) : list;
    if (rounded !== undefined && rounded !== list) result = withKey(result, field, rounded);
  }
  return result;
}

function roundedList<T extends JsonObject>(list: T): T {
  let result = list;
  for (const [name, amount] of Object.entries(list)) {
    const exact = typeof amount === 'string' ? rounded(amount) : amount;
    if (exact !== undefined && exact !== amount) result = withKey(result, name, exact);
  }
  return result;
}

function rounded(amount: string): string {
  const exact = parseQuantity(amount);
  const result = roundUpQuantity(exact, -3);
  return result === exact ? amount : formatQuantity(result);
}

function podSpecDefaults(spec: V1PodSpec): V1PodSpec {
  const constant = filled(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  });
  const { serviceAccountName = '', serviceAccount = '' } = constant;
  const overhead = constant.overhead === undefined ? undefined : roundedList(constant.overhead);
  // The old name of the field is kept in step with the new one.
  const account = serviceAccountName === '' ? serviceAccount : serviceAccountName;
  return {
    ...constant,
    ...(account === '' ? {} : { serviceAccountName: account, serviceAccount: account }),
    ...(overhead === undefined ? {} : { overhead }),
  };
}

function podDefaults(pod: V1Pod): V1Pod {
  if (pod.spec === undefined) return pod;
  const { containers, initContainers, hostNetwork } = pod.spec;
  const complete = (all: readonly V1Container[]): readonly V1Container[] =>
    all.map((container) => withHostPorts(withRequests(container), hostNetwork === true));
  const spec: V1PodSpec = {
    ...pod.spec,
    containers: containers === null || containers === undefined ? containers : complete(containers),
    ...(initContainers === undefined ? {} : { initContainers: complete(initContainers) }),
  };
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  const whole = filled(withPodResources(spec), { enableServiceLinks: true });
  return {
    ...withoutOldAnnotations(pod),
    spec: grace < 0 ? { ...whole, terminationGracePeriodSeconds: 1 } : whole,
  };
}

/** Where init containers stood before they had a field. */
const OLD_ANNOTATIONS = ['alpha', 'beta'].flatMap((stage) => [
  `pod.${stage}.kubernetes.io/init-containers`,
  `pod.${stage}.kubernetes.io/init-container-statuses`,
]);

function withoutOldAnnotations<T extends { readonly metadata?: V1ObjectMeta }>(object: T): T {
  const { annotations } = object.metadata ?? {};
  if (annotations === undefined || !OLD_ANNOTATIONS.some((key) => Object.hasOwn(annotations, key))) return object;
  const kept = OLD_ANNOTATIONS.reduce(withoutKey<{ readonly [key: string]: string }>, annotations);
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

/** The first of several addresses is the one address of old. */
function withPodIPs(status: V1PodStatus): V1PodStatus {
  const { podIP = '', podIPs = [] } = status;
  const [first] = podIPs;
  if (podIP !== '' && podIP !== first?.ip) return { ...status, podIPs: [{ ip: podIP }] };
  return podIP === '' && first !== undefined ? { ...status, podIP: first.ip } : status;
}

function withPodCIDRs(spec: V1NodeSpec): V1NodeSpec {
  const { podCIDR = '', podCIDRs = [] } = spec;
  const [first] = podCIDRs;
  if (podCIDR !== '' && podCIDR !== first) return { ...spec, podCIDRs: [podCIDR] };
  return podCIDR === '' && first !== undefined ? { ...spec, podCIDR: first } : spec;
}

/** What a container is limited to, it also requests, unless it says otherwise. */
function withRequests(container: V1Container): V1Container {
  const { resources } = container;
  if (resources?.limits === undefined) return container;
  const requests = { ...resources.limits, ...resources.requests };
  return { ...container, resources: { ...resources, requests } };
}

function withHostPorts(container: V1Container, hostNetwork: boolean): V1Container {
  if (!hostNetwork || container.ports === undefined) return container;
  const ports = container.ports.map(
    (port): V1ContainerPort => ((port.hostPort ?? 0) === 0 ? { ...port, hostPort: port.containerPort } : port),
  );
  return { ...container, ports };
}

/** The pod's own limits and requests take over from its containers what they don't say themselves. */
function withPodResources(spec: V1PodSpec): V1PodSpec {
  const { resources } = spec;
  if (resources === undefined) return spec;
  const limits = podLimits(spec, resources);
  const requests = podRequests(spec, { ...resources, ...(limits === undefined ? {} : { limits }) });
  return {
    ...spec,
    resources: {
      ...resources,
      ...(limits === undefined ? {} : { limits }),
      ...(requests === undefined ? {} : { requests }),
    },
  };
}

function podLimits(spec: V1PodSpec, { limits, requests }: V1ResourceRequirements): ResourceList | undefined {
  if (amountsOf(limits).length === 0 && amountsOf(requests).length === 0) return limits;
  const pages = amountsOf(aggregate(spec, 'limits')).filter(
    ([name]) => isHugePages(name) && own(requests, name) === undefined,
  );
  const all = { ...Object.fromEntries(pages), ...limits };
  return amountsOf(all).length === 0 ? limits : all;
}

function podRequests(spec: V1PodSpec, { limits, requests }: V1ResourceRequirements): ResourceList | undefined {
  if (amountsOf(limits).length === 0) return requests;
  const known = amountsOf(aggregate(spec, 'requests')).filter(
    ([name]) => isPodLevelResource(name) && allowsOvercommit(name),
  );
  const limited = amountsOf(limits).filter(([name]) => isPodLevelResource(name));
  return { ...Object.fromEntries(limited), ...Object.fromEntries(known), ...requests };
}

type Pulled = V1Container | V1EphemeralContainer;

function containerDefaults<T extends Pulled>(container: T): T {
  return filled(container, {
    imagePullPolicy: meansLatest(container.image ?? '') ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
}

function volumeDefaults(volume: V1Volume): V1Volume {
  const { name: _, ...sources } = volume;
  if (Object.values(sources).every((source) => source === undefined)) return { ...volume, emptyDir: {} };
  if (volume.image === undefined) return volume;
  const pullPolicy = meansLatest(volume.image.reference ?? '') ? 'Always' : 'IfNotPresent';
  return { ...volume, image: filled(volume.image, { pullPolicy }) };
}
