// The network between machines, as the machines ask for it: a way for a connection, an answer to a question for a name,
// an echo, interfaces.

import type { Kernel } from '../machine/context.ts';
import { findListener, isLoopback, type NetworkNamespace } from '../machine/net/namespace.ts';
import type { DnsRoute, HttpService, NetworkFabric, PingRoute, Route } from '../machine/network.ts';
import type { MachineState } from '../machine/state.ts';
import type { Address, DnsQuestion } from '../machine/sys.ts';
import { draws } from '../time/chance.ts';
import { type DurationMs, durationMs, type TimeMs, timeMs } from '../time/units.ts';
import { affinityKey, chooseEndpoint } from './choice.ts';
import { answerBuiltin } from './dns/builtin.ts';
import { worldAnswer } from './dns/world.ts';
import { isLost, slowness } from './faults.ts';
import { interfacesOf } from './interfaces.ts';
import { kindOfAddress, LAYOUT, type Layout } from './layout.ts';
import { type Place, type Places, places } from './places.ts';
import { type Attempt, stopped } from './policy/decide.ts';
import { healthServer, healthService, isHealthPort } from './proxy/health.ts';
import { printRules } from './proxy/printed.ts';
import type { Protocol } from './proxy/rules.ts';
import { remember } from './seen.ts';
import type { NetworkState } from './state.ts';
import { type Journey, type Surroundings, type Way, wayOf } from './ways.ts';

/** A server that is no process, at an address of a node. */
export interface HousePort {
  readonly service: string;
  readonly address: string;
  readonly port: number;
  /** Hosts outside find it on their own loopback address, too (as kind publishes the API server's port). */
  readonly published?: boolean;
  /** Whether anybody answers there; always unless given. */
  readonly isUp?: () => boolean;
}

export interface FabricDeps {
  readonly seed: number;
  readonly state: NetworkState;
  readonly machine: MachineState;
  readonly now: () => TimeMs;
  /** How long the cluster runs: chance is drawn by it. */
  readonly age: () => DurationMs;
  readonly services: ReadonlyMap<string, HttpService>;
  readonly houses?: readonly HousePort[];
  readonly layout?: Layout;
  /** For what kube-proxy serves itself; asked for when the cluster is whole. */
  readonly kernel?: () => Kernel;
  /** Whether names are answered without pods, until a service at the cluster's DNS address has had endpoints. */
  readonly builtinNames?: boolean;
}

const SAME_HOST: DurationMs = durationMs(0);
const NEXT_HOST: DurationMs = durationMs(1);
const WORLD: DurationMs = durationMs(12);

export function createFabric(deps: FabricDeps): NetworkFabric {
  const layout = deps.layout ?? LAYOUT;
  const where = places(deps.machine, deps.state, layout);
  const network: Network = { deps, layout, where };
  return {
    route: (from, to, protocol = 'TCP') => routeOf(network, journeyOf(network, from, to, protocol)),
    dns: (from, question) => dnsRoute(network, from, question),
    ping: (from, host) => pingRoute(network, from, host),
    interfaces: (of) => interfacesOf(where.of(of), where, layout),
    natRules: (of) => {
      const { kind, host } = where.of(of);
      const table = kind === 'node' ? deps.state.nodes.get(host)?.table : undefined;
      return table === undefined ? [] : printRules(table);
    },
    service: (name) => deps.services.get(name) ?? health(deps, name),
    noticed: (from, to, protocol = 'TCP', probe = false) =>
      notice(network, journeyOf(network, from, to, protocol), probe),
  };
}

function health({ state, kernel }: FabricDeps, name: string): HttpService | undefined {
  return kernel && healthServer(name, (node) => state.nodes.get(node)?.table, kernel);
}

interface Network {
  readonly deps: FabricDeps;
  readonly layout: Layout;
  readonly where: Places;
}

function journeyOf({ where }: Network, from: NetworkNamespace, to: Address, protocol: Protocol): Journey {
  return { from: where.of(from), to, protocol };
}

/** What the rules are asked with, for one journey: its choices are drawn from the port that the client will have. */
function surroundingsOf({ deps, layout, where }: Network, { from, to }: Journey): Surroundings {
  const { state, seed, now, age } = deps;
  const draw = draws(seed, 'proxy', from.host, String(from.network.number), to.host, String(to.port));
  const chance = (limit: number): number => draw.below(from.network.nextPort + age(), limit);
  const nodes = (): readonly string[] => [...state.nodes.keys()].filter((node) => deps.machine.hosts.has(node));
  return {
    places: where,
    layout,
    table: (node) => state.nodes.get(node)?.table,
    hostPort: (node, protocol, { host, port }) => {
      const target = state.nodes.get(node)?.hostPorts.get(`${protocol}/${port}`);
      const fits = target !== undefined && (target.ip === '0.0.0.0' || target.ip === host);
      return fits ? { host: target.address, port: target.port } : undefined;
    },
    choose: (rule, endpoints, client) => {
      const stuck = state.affinity.get(affinityKey(rule, client));
      return chooseEndpoint(rule, endpoints, stuck, now(), chance);
    },
    balance: (fit) => {
      const up = fit.filter((node) => !state.faults.isolated.has(node));
      return up[chance(Math.max(1, up.length))];
    },
    nodes,
  };
}

function routeOf(network: Network, journey: Journey): Route {
  const published = publishedHouse(network, journey);
  if (published !== undefined) return published;
  const way = wayOf(surroundingsOf(network, journey), journey);
  if (way.kind === 'refused') return { kind: 'refused', latency: SAME_HOST };
  if (way.kind !== 'arrives') return { kind: way.kind };
  return arrival(network, journey, way);
}

/** A port of the house on a loopback address outside of the cluster. */
function publishedHouse({ deps, layout }: Network, { from, to }: Journey): Route | undefined {
  if (from.kind !== 'outside' || !isLoopback(to.host)) return undefined;
  const house = deps.houses?.find(({ port, published }) => published === true && port === to.port);
  if (house === undefined) return undefined;
  return entry(house, layout.gateway, NEXT_HOST);
}

function entry({ service, isUp }: HousePort, source: string, latency: DurationMs): Route {
  return isUp?.() === false ? { kind: 'refused', latency } : { kind: 'house', service, source, latency };
}

type Arrival = Extract<Way, { kind: 'arrives' }>;

/** Whoever is there; unless something happened on the way. */
function arrival(network: Network, journey: Journey, way: Arrival): Route {
  const { deps, where } = network;
  const { to, source } = way;
  const there = isLoopback(to.host) ? journey.from : where.at(to.host);
  if (there === undefined) return { kind: 'host-unreachable' };
  if (blocked(network, journey, way, there) !== undefined) return { kind: 'dropped' };
  const latency = latencyTo(network, journey.from, there);
  const house = deps.houses?.find(({ address, port }) => address === to.host && port === to.port);
  if (house !== undefined) return entry(house, source, latency);
  const table = there.kind === 'node' ? deps.state.nodes.get(there.host)?.table : undefined;
  if (table !== undefined && isHealthPort(table, to.port))
    return { kind: 'house', service: healthService(there.host, to.port), source, latency };
  return { kind: 'network', network: there.network, address: to, source, latency };
}

function latencyTo({ deps }: Network, from: Place, there: Place): DurationMs {
  const base = from.host === there.host ? SAME_HOST : isFar(from, there) ? WORLD : NEXT_HOST;
  return durationMs(base + slowness(deps.state.faults, from.host, there.host));
}

/** Clients in the world are further away than the learner's own machine. */
function isFar(from: Place, there: Place): boolean {
  return [from, there].some(({ kind, address }) => kind === 'outside' && !address.startsWith('192.168.'));
}

/** Why a connection that has a way doesn't get through. */
function blocked(network: Network, journey: Journey, way: Arrival, there: Place): string | undefined {
  return policyAgainst(network, journey, way, there) ?? faultBetween(network, journey, way, there);
}

/** Nodes always reach their own pods, and a pod always reaches itself. */
function policyAgainst(
  { deps }: Network,
  { from, protocol }: Journey,
  { to, source }: Arrival,
  there: Place,
): string | undefined {
  const { policies } = deps.state;
  if (policies.pods.size === 0 || from.network === there.network) return undefined;
  const out: Attempt = { from: from.address, to: to.host, port: to.port, protocol };
  const refused = from.kind === 'pod' ? stopped(policies, out, 'egress') : undefined;
  if (refused !== undefined || there.kind !== 'pod' || (from.kind === 'node' && from.host === there.host))
    return refused;
  return stopped(policies, { ...out, from: source }, 'ingress');
}

function faultBetween(
  { deps }: Network,
  { from, to }: Journey,
  { through }: Arrival,
  there: Place,
): string | undefined {
  const { faults } = deps.state;
  for (const host of [through, there.host]) {
    if (host === undefined || host === from.host) continue;
    const cut = [from.host, host].find((each) => faults.isolated.has(each));
    if (cut !== undefined) return `${cut} is cut off from the network`;
    const draw = draws(deps.seed, 'loss', from.host, host, to.host).fraction(from.network.nextPort + deps.age());
    if (isLost(faults, from.host, host, draw)) return `lost on the way to ${host}`;
  }
  return undefined;
}

/** A connection has begun: it is remembered, and so is where its client's next ones are to go. */
function notice(network: Network, journey: Journey, probe: boolean): void {
  const { deps } = network;
  const { state } = deps;
  if (isLoopback(journey.to.host) && journey.from.kind !== 'node') return;
  const way = wayOf(surroundingsOf(network, journey), journey);
  const there = way.kind === 'arrives' ? network.where.at(way.to.host) : undefined;
  const stopped = way.kind === 'arrives' && there ? blocked(network, journey, way, there) : undefined;
  const { rule, endpoint } = way;
  if (rule?.rules.affinityMs !== undefined && endpoint !== undefined) {
    const key = affinityKey(rule, journey.from.address);
    const until = timeMs(deps.now() + rule.rules.affinityMs);
    state.affinity.set(key, Object.freeze({ endpoint: `${endpoint.address}:${endpoint.port}`, until }));
  }
  remember(state.seen, {
    at: deps.now(),
    host: journey.from.host,
    sandbox: journey.from.network.sandbox,
    source: journey.from.address,
    asked: `${journey.to.host}:${journey.to.port}`,
    protocol: journey.protocol,
    service: rule?.rules.service,
    to: way.kind === 'arrives' ? `${way.to.host}:${way.to.port}` : undefined,
    pod: endpoint?.pod,
    probe,
    outcome: stopped !== undefined ? 'dropped' : outcomeOf(way, there, journey.protocol),
    because: stopped ?? (way.kind === 'arrives' ? undefined : way.because),
  });
}

function outcomeOf(
  way: Way,
  there: Place | undefined,
  protocol: Journey['protocol'],
): 'sent' | 'refused' | 'dropped' | 'unreachable' {
  if (way.kind === 'arrives')
    return there === undefined ? 'unreachable' : isHeard(way.to, there, protocol) ? 'sent' : 'refused';
  return way.kind === 'host-unreachable' ? 'unreachable' : way.kind;
}

/** Whether somebody listens in a pod; what a node answers isn't known by its sockets alone. */
function isHeard({ host, port }: Address, there: Place, protocol: Journey['protocol']): boolean {
  if (there.kind !== 'pod' || protocol !== 'TCP') return true;
  return findListener(there.network, { host, port }, protocol) !== undefined;
}

const DNS_PORT = 53;

function dnsRoute(network: Network, from: NetworkNamespace, question: DnsQuestion): DnsRoute {
  const { deps, layout } = network;
  const { server: host, port = DNS_PORT } = question;
  const place = network.where.of(from);
  if (host === layout.gateway || kindOfAddress(layout, host) === 'outside')
    return { kind: 'answer', answer: worldAnswer(deps.state.world, question), latency: NEXT_HOST };
  const journey: Journey = { from: place, to: { host, port }, protocol: 'UDP' };
  if (host === layout.dns && deps.builtinNames === true && !deps.state.namesServed)
    return { kind: 'answer', answer: answerBuiltin(deps.state.names, deps.state.world, question), latency: NEXT_HOST };
  const route = routeOf(network, journey);
  if (route.kind === 'network') return route;
  return route.kind === 'refused' ? route : { kind: 'dropped' };
}

function pingRoute(network: Network, from: NetworkNamespace, host: string): PingRoute {
  const { layout, where } = network;
  const place = where.of(from);
  if (isLoopback(host) || from.addresses.includes(host)) return { kind: 'answer', latency: SAME_HOST };
  const there = where.at(host);
  const kind = kindOfAddress(layout, host);
  if (there === undefined)
    return kind === 'service' || kind === 'outside' ? { kind: 'dropped' } : { kind: 'host-unreachable' };
  if (place.kind === 'outside' && there.kind === 'pod') return { kind: 'dropped' };
  const journey: Journey = { from: place, to: { host, port: 0 }, protocol: 'ICMP' };
  const way: Arrival = { kind: 'arrives', to: journey.to, source: place.address };
  if (blocked(network, journey, way, there) !== undefined) return { kind: 'dropped' };
  return { kind: 'answer', latency: latencyTo(network, place, there) };
}
