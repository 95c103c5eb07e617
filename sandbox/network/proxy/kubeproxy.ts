// kube-proxy, one a node: it watches services and endpoint slices and writes the node's rules, a moment later and at most
// once a second. Stopped or cut off, it leaves the rules as they are.
//
// observe: services, endpoint slices, this node's zone.
// diff:    `rulesOf` says what the rules of a service should be; only services that changed are looked at.
// act:     write them into the node's table.

import type { Component } from '../../client/component.ts';
import { type Informer, keyOf } from '../../client/informer.ts';
import type { UserInfo } from '../../kube/operation.ts';
import { SERVICE_NAME } from '../../kube/wellknown.ts';
import { EndpointSlices, Nodes, Services } from '../../schema/generated/resources.ts';
import type { V1EndpointSlice, V1Node, V1Service } from '../../schema/generated/types.ts';
import { latency } from '../../time/latency.ts';
import type { Work } from '../../time/loop.ts';
import { durationMs } from '../../time/units.ts';
import { LAYOUT } from '../layout.ts';
import { type NetworkState, nodeNetwork } from '../state.ts';
import { type PortRules, rulesOf } from './rules.ts';
import { writeRules } from './table.ts';

/** A component for `simulator.ts` to run. */
export interface KubeProxy {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: Component) => void;
}

const USER: UserInfo = { name: 'system:kube-proxy', groups: ['system:authenticated'] };

/** At most one writing of rules in this time. */
const MIN_SYNC_PERIOD_MS = 1000;
/** What belongs to another proxy, or needs none. */
const OURS = '!service.kubernetes.io/service-proxy-name,!service.kubernetes.io/headless';

/** Plain data, gone when kube-proxy ends. */
interface Memory {
  /** Services whose rules are to be looked at. */
  readonly dirty: Set<string>;
  scheduled: boolean;
  /** When rules were written last, and how often. */
  last: number;
  syncs: number;
}

export function kubeProxyName(node: string): string {
  return `kube-proxy/${node}`;
}

export function kubeProxy(node: string, state: NetworkState): KubeProxy {
  return { name: kubeProxyName(node), user: USER, setup: (component) => setUp(component, node, state) };
}

function setUp(component: Component, node: string, state: NetworkState): void {
  const services = component.informer(Services, { labelSelector: OURS });
  const slices = component.informer(EndpointSlices, { labelSelector: OURS });
  const nodes = component.informer(Nodes, { fieldSelector: `metadata.name=${node}` });
  slices.index('service', (slice) => [serviceOf(slice)]);
  const memory = component.memory<Memory>('sync', () => ({
    dirty: new Set(),
    scheduled: false,
    last: component.now() - MIN_SYNC_PERIOD_MS,
    syncs: 0,
  }));
  const delay = latency(component.seed, 'proxy', node);
  const timer = component.timer<object>('sync', function* (): Work<void> {
    sync(memory(), component.now(), { node, state, services, slices, nodes });
  });

  const schedule = (keys: Iterable<string>): void => {
    const own = memory();
    for (const key of keys) own.dirty.add(key);
    if (own.scheduled || own.dirty.size === 0) return;
    own.scheduled = true;
    const wait = Math.max(delay.at(own.syncs), own.last + MIN_SYNC_PERIOD_MS - component.now());
    timer.post({}, durationMs(wait));
  };
  const all = (): Iterable<string> => [
    ...nodeNetwork(state, node).table.services.keys(),
    ...services.list().map((service) => keyOf(service)),
  ];
  services.on(({ object }) => schedule([keyOf(object)]));
  slices.on(({ object, previous }) =>
    schedule([serviceOf(object), ...(previous === undefined ? [] : [serviceOf(previous)])]),
  );
  nodes.on(({ object, previous }) => {
    if (zoneOf(object) !== zoneOf(previous)) schedule(all());
  });
  component.onStart(() => schedule(all()));
}

interface Observed {
  readonly node: string;
  readonly state: NetworkState;
  readonly services: Informer<V1Service>;
  readonly slices: Informer<V1EndpointSlice>;
  readonly nodes: Informer<V1Node>;
}

function sync(memory: Memory, now: number, { node, state, services, slices, nodes }: Observed): void {
  memory.scheduled = false;
  memory.last = now;
  memory.syncs++;
  const { table } = nodeNetwork(state, node);
  const view = { name: node, zone: zoneOf(nodes.get(node)) };
  for (const key of memory.dirty) {
    const service = services.get(key);
    const rules = service === undefined ? [] : rulesOf(service, slices.by('service', key), view);
    if (!state.namesServed) state.namesServed = rules.some(servesNames);
    writeRules(table, key, rules);
  }
  memory.dirty.clear();
}

/** Whether it leads to somebody at the cluster's DNS address. */
function servesNames({ doors, cluster }: PortRules): boolean {
  return cluster.length > 0 && doors.some(({ kind, address }) => kind === 'cluster' && address === LAYOUT.dns);
}

function serviceOf({ metadata = {} }: V1EndpointSlice): string {
  return `${metadata.namespace ?? ''}/${metadata.labels?.[SERVICE_NAME] ?? ''}`;
}

function zoneOf(node: V1Node | undefined): string | undefined {
  return node?.metadata?.labels?.['topology.kubernetes.io/zone'];
}
