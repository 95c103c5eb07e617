// Where a connection goes: the translation that service rules make, seen from where it begins, and the source address
// under which it arrives. Decisions only; nothing here is remembered.

import type { Address } from '../machine/sys.ts';
import { isInRange } from './addresses.ts';
import { kindOfAddress, type Layout } from './layout.ts';
import type { Place, Places } from './places.ts';
import type { Protocol, RuleEndpoint } from './proxy/rules.ts';
import { findRule, newProxyTable, type ProxyTable, type Rule } from './proxy/table.ts';

/** A connection on its way. */
export interface Journey {
  readonly from: Place;
  readonly to: Address;
  readonly protocol: Protocol | 'ICMP';
}

/** What became of it: where it arrives and as whose, or why it doesn't. */
export type Way = {
  /** The rule that translated it, and the endpoint that was chosen. */
  readonly rule?: Rule;
  readonly endpoint?: RuleEndpoint;
} & (
  | { readonly kind: 'arrives'; readonly to: Address; readonly source: string; readonly through?: string }
  | { readonly kind: 'refused' | 'dropped' | 'host-unreachable'; readonly because: string }
);

export interface Surroundings {
  readonly places: Places;
  readonly layout: Layout;
  table(node: string): ProxyTable | undefined;
  /** Where a port of a node's own leads, if a pod there has asked for it. */
  hostPort(node: string, protocol: Journey['protocol'], to: Address): Address | undefined;
  /** The endpoint that a new connection by this rule gets; undefined only when there is none to choose from. */
  choose(rule: Rule, endpoints: readonly RuleEndpoint[], client: string): RuleEndpoint | undefined;
  /** A node that a load balancer sends a new connection to, of those that are fit for it. */
  balance(nodes: readonly string[]): string | undefined;
  /** All nodes, in a fixed order. */
  nodes(): readonly string[];
}

export function wayOf(around: Surroundings, journey: Journey): Way {
  return journey.from.kind === 'outside' ? fromOutside(around, journey) : fromInside(around, journey);
}

/** From a pod, or from a node itself: its own node's rules come first. */
function fromInside(around: Surroundings, journey: Journey): Way {
  const { from, to, protocol } = journey;
  const { places } = around;
  const isOwn = isOwnAddress(around, from.host, to.host);
  const rule = findRule(around.table(from.host) ?? EMPTY, protocol, to, isOwn);
  if (rule !== undefined) return byRule(around, journey, rule);
  const mapped = isOwn ? around.hostPort(from.host, protocol, to) : undefined;
  if (mapped !== undefined) {
    const pod = places.at(mapped.host);
    return { kind: 'arrives', to: mapped, source: nodeSource(around, from.host, pod), through: from.host };
  }
  const there = places.at(to.host);
  if (there?.kind === 'node' && there.host !== from.host) {
    return arriveAtNode(around, { ...journey, from }, there.host, sourceTowards(around, from, there));
  }
  return straight(around, journey);
}

const EMPTY = newProxyTable();

function isOwnAddress({ places }: Surroundings, node: string, address: string): boolean {
  return address.startsWith('127.') || address === places.nodeAddress(node) || address === places.podGateway(node);
}

/** A rule of the node where the connection begins. Pods and the node itself may use outer doors whatever the policy. */
function byRule(around: Surroundings, { from, to }: Journey, rule: Rule): Way {
  const { door, rules } = rule;
  const inner = door.kind === 'cluster';
  const endpoints = inner && rules.internalPolicy === 'Local' ? rules.local : rules.cluster;
  if (door.kind === 'load-balancer' && !isAllowed(rules.sourceRanges, from.address))
    return { kind: 'dropped', because: NOT_IN_RANGES, rule };
  const endpoint = around.choose(rule, endpoints, from.address);
  if (endpoint === undefined) return nobody(rule, inner);
  const { host } = from;
  const masqueraded = !inner && rules.externalPolicy === 'Cluster';
  const itself = endpoint.address === from.address && from.kind === 'pod';
  const there = around.places.at(endpoint.address);
  const source =
    masqueraded || itself || to.host.startsWith('127.')
      ? nodeSource(around, host, there)
      : sourceTowards(around, from, there);
  return { kind: 'arrives', to: { host: endpoint.address, port: endpoint.port }, source, rule, endpoint };
}

const NOT_IN_RANGES = 'the client is in none of the loadBalancerSourceRanges';

function isAllowed(ranges: readonly string[], address: string): boolean {
  return ranges.length === 0 || ranges.some((range) => isInRange(range, address));
}

function nobody(rule: Rule, inner: boolean): Way {
  const { service, anywhere, internalPolicy, externalPolicy } = rule.rules;
  const policy = inner ? internalPolicy : externalPolicy;
  return anywhere && policy === 'Local'
    ? { kind: 'dropped', because: `service ${service} has no local endpoints`, rule }
    : { kind: 'refused', because: `service ${service} has no endpoints`, rule };
}

/** From outside of the cluster, only nodes and load balancers are found. */
function fromOutside(around: Surroundings, journey: Journey): Way {
  const { from, to, protocol } = journey;
  const there = around.places.at(to.host);
  if (there?.kind === 'node' && kindOfAddress(around.layout, to.host) === 'node')
    return arriveAtNode(around, journey, there.host, from.address);
  if (there?.kind === 'outside') return { kind: 'arrives', to, source: from.address };
  const balanced = fitNodes(around, to, protocol);
  if (balanced !== undefined) {
    const node = around.balance(balanced);
    if (node === undefined) return { kind: 'dropped', because: 'the load balancer has no node that is fit' };
    return arriveAtNode(around, journey, node, from.address);
  }
  const kind = kindOfAddress(around.layout, to.host);
  if (kind === 'node') return { kind: 'host-unreachable', because: `no node has the address ${to.host}` };
  return { kind: 'dropped', because: `nothing outside of the cluster leads to ${to.host}` };
}

/** The nodes that a load balancer sends to: all, or those with an endpoint of their own; undefined when it isn't one's address. */
function fitNodes(around: Surroundings, to: Address, protocol: Journey['protocol']): readonly string[] | undefined {
  let found = false;
  const fit = around.nodes().filter((node) => {
    const rule = findRule(around.table(node) ?? EMPTY, protocol, to, false);
    if (rule === undefined || rule.door.kind === 'cluster') return false;
    found = true;
    return rule.rules.externalPolicy === 'Cluster' || rule.rules.local.length > 0;
  });
  return found ? fit : undefined;
}

/** It has come to a node's network from elsewhere. */
function arriveAtNode(around: Surroundings, { to, protocol }: Journey, node: string, source: string): Way {
  const isOwn = isOwnAddress(around, node, to.host);
  const rule = findRule(around.table(node) ?? EMPTY, protocol, to, isOwn);
  const mapped = rule === undefined && isOwn ? around.hostPort(node, protocol, to) : undefined;
  if (mapped !== undefined) return { kind: 'arrives', to: mapped, source, through: node };
  if (rule === undefined || rule.door.kind === 'cluster') return { kind: 'arrives', to, source };
  const { rules, door } = rule;
  if (door.kind === 'load-balancer' && !isAllowed(rules.sourceRanges, source))
    return { kind: 'dropped', because: NOT_IN_RANGES, rule };
  const local = rules.externalPolicy === 'Local';
  const endpoint = around.choose(rule, local ? rules.local : rules.cluster, source);
  if (endpoint === undefined) return nobody(rule, false);
  return {
    kind: 'arrives',
    to: { host: endpoint.address, port: endpoint.port },
    source: local ? source : nodeSource(around, node, around.places.at(endpoint.address)),
    through: node,
    rule,
    endpoint,
  };
}

/** No service has to do with it. */
function straight(around: Surroundings, { from, to }: Journey): Way {
  const { places, layout } = around;
  const there = places.at(to.host);
  if (there !== undefined) return { kind: 'arrives', to, source: sourceTowards(around, from, there) };
  const kind = kindOfAddress(layout, to.host);
  // An address of the service range without a rule goes out of the node, and is sent back by its gateway.
  if (kind === 'service') return { kind: 'refused', because: `no service has ${to.host}:${to.port}` };
  if (kind === 'pod' && places.nodeOfPod(to.host) !== undefined)
    return { kind: 'host-unreachable', because: `no pod has the address ${to.host}` };
  if (kind === 'node') return { kind: 'host-unreachable', because: `no node has the address ${to.host}` };
  return { kind: 'dropped', because: `nobody answers at ${to.host}` };
}

/** A pod keeps its address among pods and on its own node; further out it has its node's. */
function sourceTowards(around: Surroundings, from: Place, there: Place | undefined): string {
  if (from.kind === 'node') return nodeSource(around, from.host, there);
  if (there === undefined || there.kind === 'pod' || there.host === from.host) return from.address;
  return around.places.nodeAddress(from.host) ?? from.address;
}

/** A node's address as seen from there: for its own pods, its end of their network. */
function nodeSource({ places }: Surroundings, node: string, there: Place | undefined): string {
  const gateway = there?.kind === 'pod' && there.host === node ? places.podGateway(node) : undefined;
  return gateway ?? places.nodeAddress(node) ?? '0.0.0.0';
}
