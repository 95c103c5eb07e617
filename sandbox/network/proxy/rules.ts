// What a node's kube-proxy makes of a service and its endpoint slices: for each port, under which addresses it is found,
// and to which endpoints each kind of traffic goes. Pure decisions; the rules are frozen, and shared by copies.

import type { V1Endpoint, V1EndpointSlice, V1Service, V1ServicePort } from '../../schema/generated/types.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** One place to which a connection may go. */
export interface RuleEndpoint {
  readonly address: string;
  readonly port: number;
  readonly node: string | undefined;
  /** `namespace/name`, where it is a pod. */
  readonly pod: string | undefined;
}

/** The rules of one port of a service on one node. */
export interface PortRules {
  /** `namespace/name`. */
  readonly service: string;
  readonly port: string;
  readonly protocol: Protocol;
  /** Endpoints for traffic that may go anywhere, and those on this node for traffic that may not. */
  readonly cluster: readonly RuleEndpoint[];
  readonly local: readonly RuleEndpoint[];
  /** Whether there is an endpoint anywhere: without any, connections are refused; otherwise they are dropped. */
  readonly anywhere: boolean;
  readonly internalPolicy: 'Cluster' | 'Local';
  readonly externalPolicy: 'Cluster' | 'Local';
  /** For how long a client's connections go to one endpoint; undefined: not at all. */
  readonly affinityMs: number | undefined;
  /** Who may come by the load balancer's addresses; empty: all. */
  readonly sourceRanges: readonly string[];
  /** Where load balancers ask whether this node has endpoints of its own. */
  readonly healthPort: number | undefined;
  readonly doors: readonly Door[];
}

/** An address under which a port is found: a node port has none of its own. */
export interface Door {
  readonly kind: 'cluster' | 'external' | 'load-balancer' | 'node-port';
  readonly address: string;
  readonly port: number;
}

/** What a node knows of itself that the choice of endpoints depends on. */
export interface NodeView {
  readonly name: string;
  readonly zone: string | undefined;
}

/** The rules for all ports of a service; none for those that need no proxy. */
export function rulesOf(service: V1Service, slices: readonly V1EndpointSlice[], node: NodeView): readonly PortRules[] {
  const { spec = {}, metadata = {} } = service;
  const { clusterIP = '', type = 'ClusterIP' } = spec;
  if (type === 'ExternalName' || clusterIP === '' || clusterIP === 'None') return [];
  const name = `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  return Object.freeze((spec.ports ?? []).map((port) => portRules(name, service, port, slices, node)));
}

function portRules(
  name: string,
  service: V1Service,
  port: V1ServicePort,
  slices: readonly V1EndpointSlice[],
  node: NodeView,
): PortRules {
  const { spec = {} } = service;
  const protocol = protocolOf(port.protocol);
  const internalPolicy = spec.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster';
  const externalPolicy = spec.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster';
  const candidates = candidatesOf(slices, port.name ?? '', protocol);
  const usesCluster = internalPolicy === 'Cluster' || externalPolicy === 'Cluster';
  const usesLocal = internalPolicy === 'Local' || externalPolicy === 'Local';
  const ready = candidates.filter((each) => each.ready);
  const going = candidates.filter((each) => !each.ready && each.serving && each.terminating);
  const near = nearby(ready, node);
  const local = (list: readonly Candidate[]): readonly Candidate[] =>
    list.filter(({ endpoint }) => endpoint.node === node.name);
  return freezeRules({
    service: name,
    port: port.name ?? '',
    protocol,
    cluster: endpointsOf(near.length > 0 ? near : going),
    local: usesLocal ? endpointsOf(local(ready).length > 0 ? local(ready) : local(going)) : [],
    anywhere: usesCluster || usesLocal ? ready.length + going.length > 0 : false,
    internalPolicy,
    externalPolicy,
    affinityMs:
      spec.sessionAffinity === 'ClientIP'
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS) * 1000
        : undefined,
    sourceRanges: spec.type === 'LoadBalancer' ? (spec.loadBalancerSourceRanges ?? []).map((each) => each.trim()) : [],
    healthPort: externalPolicy === 'Local' ? spec.healthCheckNodePort : undefined,
    doors: doorsOf(service, port),
  });
}

const AFFINITY_SECONDS = 10_800;

function protocolOf(text: string | undefined): Protocol {
  return text === 'UDP' || text === 'SCTP' ? text : 'TCP';
}

function doorsOf({ spec = {}, status = {} }: V1Service, { port, nodePort }: V1ServicePort): readonly Door[] {
  const ingress = (status.loadBalancer?.ingress ?? []).filter(({ ip, ipMode }) => ip && ipMode !== 'Proxy');
  const doors: Door[] = [{ kind: 'cluster', address: spec.clusterIP ?? '', port }];
  for (const address of spec.externalIPs ?? []) doors.push({ kind: 'external', address, port });
  if (spec.type === 'LoadBalancer')
    for (const { ip = '' } of ingress) doors.push({ kind: 'load-balancer', address: ip, port });
  if (nodePort) doors.push({ kind: 'node-port', address: '*', port: nodePort });
  return doors;
}

interface Candidate {
  readonly endpoint: RuleEndpoint;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

/** The endpoints behind one port, each once, whatever their state. */
function candidatesOf(slices: readonly V1EndpointSlice[], port: string, protocol: Protocol): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const known of slice.ports ?? []) {
      if ((known.name ?? '') !== port || protocolOf(known.protocol) !== protocol || !known.port) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const candidate = candidateOf(endpoint, known.port);
        if (candidate !== undefined) found.set(`${candidate.endpoint.address}:${known.port}`, candidate);
      }
    }
  }
  return [...found.values()];
}

function candidateOf(endpoint: V1Endpoint, port: number): Candidate | undefined {
  const [address] = endpoint.addresses;
  if (address === undefined) return undefined;
  const { conditions = {}, targetRef, nodeName: node, hints } = endpoint;
  const pod = targetRef?.kind === 'Pod' ? `${targetRef.namespace ?? ''}/${targetRef.name ?? ''}` : undefined;
  return {
    endpoint: { address, port, node, pod },
    ready: conditions.ready ?? true,
    serving: conditions.serving ?? true,
    terminating: conditions.terminating ?? false,
    zones: (hints?.forZones ?? []).map(({ name }) => name),
    nodes: (hints?.forNodes ?? []).map(({ name }) => name),
  };
}

/** Hints are followed only when each ready endpoint has some and one of them names this node, or its zone. */
function nearby(ready: readonly Candidate[], { name, zone }: NodeView): readonly Candidate[] {
  if (ready.every(({ nodes }) => nodes.length > 0)) {
    const here = ready.filter(({ nodes }) => nodes.includes(name));
    if (here.length > 0) return here;
  }
  if (zone === undefined || !ready.every(({ zones }) => zones.length > 0)) return ready;
  const here = ready.filter(({ zones }) => zones.includes(zone));
  return here.length > 0 ? here : ready;
}

function endpointsOf(candidates: readonly Candidate[]): readonly RuleEndpoint[] {
  return candidates.map(({ endpoint }) => endpoint);
}

function freezeRules(rules: PortRules): PortRules {
  for (const list of [rules.cluster, rules.local, rules.doors]) for (const each of list) Object.freeze(each);
  for (const list of [rules.cluster, rules.local, rules.doors, rules.sourceRanges]) Object.freeze(list);
  return Object.freeze(rules);
}
