// A pod with what the scheduler works out about it once: its needs, its ports, its affinities.

import { keyOf } from '../client/informer.ts';
import { type LabelSelector, matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import type { V1Pod, V1PodAffinityTerm } from '../schema/generated/types.ts';
import { podRequests, type Resources } from './resources.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** One rule about which pods to be near, or not to be near. */
export interface AffinityTerm {
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector;
  readonly topologyKey: string;
  /** Of preferred terms; 0 for required ones. */
  readonly weight: number;
}

export interface PodInfo {
  readonly pod: V1Pod;
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly priority: number;
  /** What it asks for, as it counts where it is to be placed. */
  readonly requests: Resources;
  /** What it takes where it runs. */
  readonly taken: Resources;
  /** The same with a little for containers that ask for nothing, for scores. */
  readonly nonZero: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  /** Claims of its volumes, by name. */
  readonly claims: readonly string[];
}

const NONE: readonly never[] = [];

export function podInfo(pod: V1Pod): PodInfo {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  const padded = podRequests(pod, { actual: true, nonZero: true });
  const required = (terms: readonly V1PodAffinityTerm[] = NONE): readonly AffinityTerm[] =>
    terms.length === 0 ? NONE : terms.map((term) => affinityTerm(term, namespace, 0));
  return {
    pod,
    key: keyOf(pod),
    uid,
    namespace,
    name,
    priority: pod.spec?.priority ?? 0,
    requests: podRequests(pod, { actual: false, nonZero: false }),
    taken: podRequests(pod, { actual: true, nonZero: false }),
    nonZero: { cpu: padded.milliCpu, memory: padded.memory },
    hostPorts: hostPortsOf(pod),
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? NONE).map((term) =>
      affinityTerm(term.podAffinityTerm, namespace, term.weight),
    ),
    preferredAntiAffinity: (podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? NONE).map((term) =>
      affinityTerm(term.podAffinityTerm, namespace, term.weight),
    ),
    claims: claimsOf(pod),
  };
}

function affinityTerm(term: V1PodAffinityTerm, ownNamespace: string, weight: number): AffinityTerm {
  const { namespaces = NONE, namespaceSelector } = term;
  const implied = namespaces.length === 0 && namespaceSelector === undefined;
  return {
    selector: selectorOf(term.labelSelector),
    namespaces: new Set(implied ? [ownNamespace] : namespaces),
    namespaceSelector: selectorOf(namespaceSelector),
    topologyKey: term.topologyKey,
    weight,
  };
}

/** Labels of a namespace by its name. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** Whether a term is about this pod. */
export function isMeant(term: AffinityTerm, { namespace, pod }: PodInfo, labelsOf: NamespaceLabels): boolean {
  const inReach = term.namespaces.has(namespace) || matchesLabels(term.namespaceSelector, labelsOf(namespace));
  return inReach && matchesLabels(term.selector, pod.metadata?.labels);
}

/** The ports that a pod takes of its node: those of containers and of sidecars. */
function hostPortsOf({ spec }: V1Pod): readonly HostPort[] {
  const sidecars = (spec?.initContainers ?? NONE).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec?.containers ?? NONE), ...sidecars].flatMap(({ ports = NONE }) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }) =>
      hostPort <= 0 ? [] : [{ ip: hostIP === '' ? '0.0.0.0' : hostIP, protocol, port: hostPort }],
    ),
  );
}

function claimsOf(pod: V1Pod): readonly string[] {
  return (pod.spec?.volumes ?? NONE).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${pod.metadata?.name ?? ''}-${name}`];
  });
}

/** `namespace/name` of all claims of some pods. */
export function claimsOfPods(pods: Iterable<PodInfo>): readonly string[] {
  return [...pods].flatMap(({ namespace, claims }) => claims.map((name) => `${namespace}/${name}`));
}
