// Network policies as a plug-in enforces them: for each pod that some policy selects, who may reach it and whom it may
// reach. Pure; what comes out is frozen.

import { type LabelSelector, matchesLabels, selectorOf } from '../../kube/selectors/labelselectors.ts';
import type {
  V1Namespace,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1Pod,
} from '../../schema/generated/types.ts';

type PolicyProtocol = 'TCP' | 'UDP' | 'SCTP';

/** What a rule lets through: a range of ports, or those that pods give a name. */
export interface PortMatch {
  readonly protocol: PolicyProtocol;
  /** All ports where there is none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly name: string | undefined;
}

interface AddressBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Whom a rule speaks of; undefined: everybody. */
export interface Peers {
  readonly addresses: ReadonlySet<string>;
  readonly blocks: readonly AddressBlock[];
}

export interface PolicyRule {
  /** `namespace/name` of the policy that it stands in. */
  readonly policy: string;
  readonly peers: Peers | undefined;
  /** Undefined: all. */
  readonly ports: readonly PortMatch[] | undefined;
}

/** What holds for one pod. A direction that no policy speaks of is open. */
interface PodPolicies {
  /** `namespace/name`. */
  readonly pod: string;
  readonly ingress: Isolation | undefined;
  readonly egress: Isolation | undefined;
}

export interface Isolation {
  /** The policies that select the pod for this direction. */
  readonly policies: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** Ports of pods by name: `address` → `name/protocol` → numbers. */
type PortNames = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface PolicyTable {
  /** By address of the pod. */
  readonly pods: ReadonlyMap<string, PodPolicies>;
  readonly portNames: PortNames;
}

export const OPEN: PolicyTable = Object.freeze({ pods: new Map(), portNames: new Map() });

interface SeenPod {
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly address: string;
  readonly pod: V1Pod;
}

/** The table of a whole cluster. */
export function compilePolicies(
  policies: readonly V1NetworkPolicy[],
  pods: readonly V1Pod[],
  namespaces: readonly V1Namespace[],
): PolicyTable {
  if (policies.length === 0) return OPEN;
  const seen = pods.map(seenPod).filter((pod) => pod !== undefined);
  const labels = new Map(namespaces.map(({ metadata = {} }) => [metadata.name ?? '', metadata.labels] as const));
  const compiled = policies.map((policy) => compilePolicy(policy, seen, labels));
  const table = new Map<string, PodPolicies>();
  for (const pod of seen) {
    const mine = compiled.filter(
      ({ namespace, selector }) => namespace === pod.namespace && matchesLabels(selector, pod.labels),
    );
    if (mine.length === 0) continue;
    table.set(
      pod.address,
      Object.freeze({
        pod: pod.key,
        ingress: isolation(mine, 'ingress'),
        egress: isolation(mine, 'egress'),
      }),
    );
  }
  return Object.freeze({ pods: table, portNames: portNames(seen) });
}

/** Pods of a node's own network, and pods that have ended, aren't seen by a plug-in. */
function seenPod(pod: V1Pod): SeenPod | undefined {
  const { metadata = {}, spec, status = {} } = pod;
  if (spec?.hostNetwork === true || !status.podIP || status.phase === 'Succeeded' || status.phase === 'Failed')
    return undefined;
  const { name = '', namespace = '', labels } = metadata;
  return { key: `${namespace}/${name}`, namespace, labels, address: status.podIP, pod };
}

interface Compiled {
  readonly name: string;
  readonly namespace: string;
  readonly selector: LabelSelector;
  readonly ingress: readonly PolicyRule[] | undefined;
  readonly egress: readonly PolicyRule[] | undefined;
}

type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>> | undefined>;

function compilePolicy(
  { metadata = {}, spec = {} }: V1NetworkPolicy,
  pods: readonly SeenPod[],
  labels: NamespaceLabels,
): Compiled {
  const { namespace = '' } = metadata;
  const name = `${namespace}/${metadata.name ?? ''}`;
  const types = spec.policyTypes ?? (spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  const rule = (
    peers: readonly V1NetworkPolicyPeer[] | undefined,
    ports: readonly V1NetworkPolicyPort[] | undefined,
  ): PolicyRule =>
    Object.freeze({
      policy: name,
      peers: peers === undefined || peers.length === 0 ? undefined : peersOf(peers, namespace, pods, labels),
      ports: ports === undefined || ports.length === 0 ? undefined : Object.freeze(ports.map(portMatch)),
    });
  return {
    name,
    namespace,
    selector: selectorOf(spec.podSelector ?? {}),
    ingress: types.includes('Ingress') ? (spec.ingress ?? []).map(({ from, ports }) => rule(from, ports)) : undefined,
    egress: types.includes('Egress') ? (spec.egress ?? []).map(({ to, ports }) => rule(to, ports)) : undefined,
  };
}

function peersOf(
  peers: readonly V1NetworkPolicyPeer[],
  own: string,
  pods: readonly SeenPod[],
  labels: NamespaceLabels,
): Peers {
  const addresses = new Set<string>();
  const blocks: AddressBlock[] = [];
  for (const { ipBlock, podSelector, namespaceSelector } of peers) {
    if (ipBlock !== undefined) {
      blocks.push(Object.freeze({ cidr: ipBlock.cidr, except: Object.freeze([...(ipBlock.except ?? [])]) }));
      continue;
    }
    const podsLike = selectorOf(podSelector ?? {});
    const namespacesLike = namespaceSelector && selectorOf(namespaceSelector);
    for (const pod of pods) {
      const inside =
        namespacesLike === undefined ? pod.namespace === own : matchesLabels(namespacesLike, labels.get(pod.namespace));
      if (inside && matchesLabels(podsLike, pod.labels)) addresses.add(pod.address);
    }
  }
  return Object.freeze({ addresses, blocks: Object.freeze(blocks) });
}

function portMatch({ protocol, port, endPort }: V1NetworkPolicyPort): PortMatch {
  const known = protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
  if (typeof port === 'string') return Object.freeze({ protocol: known, from: undefined, to: undefined, name: port });
  return Object.freeze({ protocol: known, from: port, to: endPort ?? port, name: undefined });
}

function isolation(mine: readonly Compiled[], direction: 'ingress' | 'egress'): Isolation | undefined {
  const speaking = mine.filter((policy) => policy[direction] !== undefined);
  if (speaking.length === 0) return undefined;
  return Object.freeze({
    policies: Object.freeze(speaking.map(({ name }) => name)),
    rules: Object.freeze(speaking.flatMap((policy) => policy[direction] ?? [])),
  });
}

function portNames(pods: readonly SeenPod[]): PortNames {
  const all = new Map<string, ReadonlyMap<string, number>>();
  for (const { address, pod } of pods) {
    const names = new Map<string, number>();
    for (const { ports } of pod.spec?.containers ?? [])
      for (const { name, protocol = 'TCP', containerPort } of ports ?? [])
        if (name) names.set(`${name}/${protocol}`, containerPort);
    if (names.size > 0) all.set(address, names);
  }
  return all;
}
