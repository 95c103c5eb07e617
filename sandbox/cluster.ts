// The whole embedded cluster: control plane, nodes and network, from a description of what it shall be. The description
// is part of the state, so that a copy is wired to the same parts.

import { type Addon, installAddon } from './addons/manifests.ts';
import { installMetricsServer } from './addons/metricsserver/install.ts';
import { metricsServer } from './addons/metricsserver/metricsserver.ts';
import { type MetricsState, newMetricsState, usageFrom } from './addons/metricsserver/samples.ts';
import { API_SERVICE } from './apihouse.ts';
import { adapterRegistry } from './apiserver/adapterregistry.ts';
import type { AuditPolicy } from './apiserver/audit/policy.ts';
import { legacyClaims } from './apiserver/auth/legacytokens.ts';
import { hangUp } from './apiserver/http/hangup.ts';
import { metricsRegistry } from './apiserver/metricsregistry.ts';
import { housesBeside, seedBeside, servicesBeside } from './beside.ts';
import { bootstrap } from './bootstrap.ts';
import { installMissing } from './client/install.ts';
import { type ElectionOptions, electLeader } from './client/leaderelection.ts';
import { CONTROLLER_MANAGER, type ControllerOptions, controllerManager } from './controllers/controllermanager.ts';
import { csiDriver, csiObjects } from './controllers/csidriver.ts';
import { localPathProvisioner } from './controllers/localpath.ts';
import { snapshotController } from './controllers/snapshotcontroller.ts';
import {
  type ControlPlane,
  type ControlPlaneState,
  controlPlane,
  newControlPlaneState,
} from './controlplane/controlplane.ts';
import { lazy } from './kube/lazy.ts';
import { nobody, type Outgoing } from './kube/outgoing.ts';
import { kubelets } from './kubelet/definitions.ts';
import type { KubeletNode } from './kubelet/kubeletcontext.ts';
import { CATALOGUE } from './machine/images/catalogue.ts';
import { buildImages, type Image } from './machine/images/format.ts';
import { PROGRAMS } from './machine/programs/table.ts';
import { dropFollowers } from './machine/runtime/logs.ts';
import { copyVolume, removeVolume } from './machine/runtime/volumes.ts';
import type { Program } from './machine/sys.ts';
import { cloudController } from './network/cloud.ts';
import { builtinNames } from './network/dns/builtin.ts';
import { installCoreDns } from './network/dns/install.ts';
import { createFabric } from './network/fabric.ts';
import { clusterFetch, clusterForward, clusterOutgoing } from './network/fetch.ts';
import { NETWORK_PLUGINS, type NetworkPlugin } from './network/plugins.ts';
import { podNetwork } from './network/podnetwork.ts';
import { policyAgent } from './network/policy/agent.ts';
import { kubeProxy } from './network/proxy/kubeproxy.ts';
import { type NetworkState, newNetworkState } from './network/state.ts';
import { nodeRoles } from './noderoles.ts';
import {
  type Access,
  CLOUD,
  CLUSTER_NAMES,
  CSI,
  installAccess,
  KINDNET,
  LOCAL_PATH,
  METRICS_SERVER,
  SNAPSHOTS,
} from './programaccess.ts';
import { kubeScheduler } from './scheduler/scheduler.ts';
import type { Documentation } from './schema/documentation.ts';
import {
  assemble,
  type ComponentDefinition,
  newSimulatorState,
  type Parts,
  type SharedTime,
  type Simulator,
  type SimulatorState,
} from './simulator.ts';
import { scopedChannels, scopedLoop } from './time/scope.ts';
import type { TimeMs } from './time/units.ts';

/** A node to be made. */
export type NodeSpec = Omit<KubeletNode, 'podCIDR' | 'providerID'>;

/** What a cluster is made of. */
export interface ClusterSpec {
  /** What it is called, where there are several. */
  readonly name?: string;
  /** Other clusters, each with a name, on whose API servers hosts outside look, too. They have none beside themselves. */
  readonly beside?: readonly ClusterSpec[];
  readonly nodes: readonly NodeSpec[];
  /** Where its own programs are seen: as static pods of the first node, or nowhere unless given. */
  readonly controlPlane?: 'pods';
  /** Who answers questions for names: CoreDNS in pods, unless it is said that the network itself does. */
  readonly dns?: 'builtin';
  /** Whether there is a cloud beside it that gives load balancers their addresses. */
  readonly cloud?: boolean;
  /** Whether it has a storage driver whose volumes are attached to nodes, one at a time: class `csi-hostpath-sc`. */
  readonly csi?: boolean;
  /** Whether it has the metrics server: `kubectl top` and autoscalers need it. */
  readonly metrics?: boolean;
  /** What is installed in it from the first; `sandbox/addons/manifests.ts` has them. */
  readonly addons?: readonly Addon[];
  /** Who connects its pods; kindnet unless given. Network policies hold or don't, according to it. */
  readonly networkPlugin?: NetworkPlugin;
  /** What of requests is kept in the audit log; nothing unless given. */
  readonly auditPolicy?: AuditPolicy;
}

/** Everything that a cluster remembers, and what it was to be. */
export interface ClusterState extends SimulatorState {
  readonly spec: ClusterSpec;
  readonly network: NetworkState;
  readonly metrics: MetricsState;
  readonly controlPlane: ControlPlaneState;
  /** Clusters beside it, by name; their loops and channels are its own. */
  readonly beside?: ReadonlyMap<string, ClusterState>;
}

export interface Cluster extends Simulator<ClusterState> {
  /** Those that stand beside it: time passes for all of them at once, and a copy is one of all. */
  readonly beside: ReadonlyMap<string, Cluster>;
  /** Whether the API server answers: it may have been stopped. */
  readonly isServing: () => boolean;
}

export interface ClusterOptions {
  readonly seed?: number;
  readonly startTime?: TimeMs;
  /** Two workers beside a control plane unless given. */
  readonly spec?: ClusterSpec;
}

/** Code from outside that is wired to a cluster beside its own: programs of a workstation, mostly. */
export interface Extras {
  /** Asked for the cluster only while they run. */
  readonly programs?: (cluster: () => Cluster) => ReadonlyMap<string, Program>;
  readonly log?: (error: unknown) => void;
  /** How the API server reaches webhooks outside of the cluster, by URL; nobody is there unless given. */
  readonly outside?: Outgoing;
  /** What kinds and fields are for, as `kubectl explain` tells it. */
  readonly documentation?: Documentation;
  /** With what tokens and certificates are signed, where they are good for something outside: see `Parts`. */
  readonly tokenKey?: string;
}

const GIB = 2 ** 30;
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const API_ADDRESS = { address: '172.18.0.2', port: 6443 };

/** All images, made once: they are frozen and shared by all clusters. */
export const images = lazy((): readonly Image[] => [...buildImages(CATALOGUE)]);

/** A control plane and some workers. */
export function usualSpec(workers = 2): ClusterSpec {
  const names = ['control-plane', ...Array.from({ length: workers }, (_, index) => `worker-${index + 1}`)];
  return { nodes: names.map((name, index) => usualNode(name, index)), controlPlane: 'pods' };
}

/** A node as a kind cluster has it; the first one is the control plane. */
export function usualNode(name: string, index: number): NodeSpec {
  const isControlPlane = index === 0;
  return {
    name,
    cores: 4,
    memory: 8 * GIB,
    disk: 100 * GIB,
    labels: isControlPlane ? { [CONTROL_PLANE]: '' } : {},
    taints: isControlPlane ? [{ key: CONTROL_PLANE, effect: 'NoSchedule' }] : [],
    address: addressOf(index),
  };
}

/** 172.18.0.2 and on, as containers of nodes get them. */
function addressOf(index: number): string {
  const number = index + 2;
  return `172.18.${Math.floor(number / 256)}.${number % 256}`;
}

/** A fresh cluster, its control plane and its nodes just started. */
export function newCluster({ spec = usualSpec(), ...options }: ClusterOptions = {}, extras: Extras = {}): Cluster {
  const alone = newState(spec, options);
  const cluster = clusterOf(
    spec.beside === undefined ? alone : { ...alone, beside: statesBeside(spec.beside, alone) },
    extras,
  );
  for (const one of [cluster, ...cluster.beside.values()]) begin(one);
  return cluster;
}

function newState(spec: ClusterSpec, options: Omit<ClusterOptions, 'spec'>): ClusterState {
  return {
    ...newSimulatorState({ ...options, images: images() }),
    spec,
    network: newNetworkState(),
    metrics: newMetricsState(),
    controlPlane: newControlPlaneState(),
  };
}

function statesBeside(
  specs: readonly ClusterSpec[],
  { seed, loop, channels }: ClusterState,
): ReadonlyMap<string, ClusterState> {
  return new Map(
    specs.map((spec) => {
      const { name = '' } = spec;
      return [name, { ...newState(spec, { seed: seedBeside(seed, name) }), loop, channels }] as const;
    }),
  );
}

/** Everything that a cluster does once, at its very start. */
function begin(cluster: Cluster): void {
  const { state } = cluster;
  const { spec } = state;
  bootstrap(cluster, API_ADDRESS);
  seenAsPods(state, () => cluster)?.install(images(), cluster.authority().certificate);
  if (spec.dns !== 'builtin') cluster.run(installCoreDns(cluster.client()));
  if (spec.metrics === true) cluster.run(installMetricsServer(cluster.client()));
  if (spec.csi === true) cluster.run(installMissing(cluster.client(), csiObjects));
  for (const addon of spec.addons ?? []) cluster.run(installAddon(cluster.client(), addon, spec.cloud === true));
  for (const access of programAccess(spec)) cluster.run(installAccess(cluster.client(), access));
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
}

/** What the programs of the cluster may do that don't bring it themselves. */
function programAccess({
  dns,
  cloud = false,
  csi = false,
  metrics = false,
  networkPlugin = 'kindnet',
}: ClusterSpec): readonly Access[] {
  return [
    LOCAL_PATH,
    ...(dns === 'builtin' ? [CLUSTER_NAMES] : []),
    ...(NETWORK_PLUGINS[networkPlugin].enforcesPolicies ? [KINDNET] : []),
    ...(cloud ? [CLOUD] : []),
    ...(csi ? [CSI, SNAPSHOTS] : []),
    ...(metrics ? [METRICS_SERVER] : []),
  ];
}

/** The cluster of a state that was made before, or copied, with those beside it. */
export function clusterOf(state: ClusterState, extras: Extras = {}): Cluster {
  const beside = new Map<string, Cluster>();
  const cluster = wired(state, extras, { beside });
  const { loop, channels } = cluster;
  for (const [name, own] of state.beside ?? []) {
    const { programs: _, tokenKey, ...rest } = extras;
    const keyed = tokenKey === undefined ? rest : { ...rest, tokenKey: `${tokenKey}/${name}` };
    const time = { loop: scopedLoop(loop, name), channels: scopedChannels(channels, name) };
    beside.set(name, wired(own, keyed, { beside: new Map(), time }));
  }
  return cluster;
}

/** Where a cluster stands: what is beside it, and whose time it has. */
interface Standing {
  readonly beside: ReadonlyMap<string, Cluster>;
  readonly time?: SharedTime;
}

function wired(state: ClusterState, extras: Extras, standing: Standing): Cluster {
  const seen = seenAsPods(state, () => cluster);
  const { beside } = standing;
  const parts = partsOf(state, extras, () => cluster, seen, standing);
  const isServing = (): boolean => seen?.isServing() !== false;
  const cluster: Cluster = { ...assemble(state, parts), beside, isServing };
  return seen === undefined ? cluster : { ...cluster, components: seen.managed(cluster.components) };
}

/** The control plane in pods of the first node, where there is one and it is to be seen. */
function seenAsPods({ spec, controlPlane: state }: ClusterState, cluster: () => Cluster): ControlPlane | undefined {
  const [node] = spec.nodes;
  if (spec.controlPlane !== 'pods' || node === undefined) return undefined;
  const site = { ...API_ADDRESS, address: node.address, node: node.name };
  return controlPlane(state, site, () => {
    const whole = cluster();
    return {
      ...whole,
      hangUp() {
        hangUp(whole.state.door, whole.channels);
        dropFollowers(whole.kernel);
      },
    };
  });
}

function partsOf(
  { spec, network, metrics }: ClusterState,
  { programs, log, tokenKey, outside = nobody, documentation }: Extras,
  cluster: () => Cluster,
  seen: ControlPlane | undefined,
  { beside, time }: Standing,
): Parts {
  const others = (spec.beside ?? []).map(({ name = '' }) => name);
  const nodes = kubelets(spec.nodes, () => podNetwork(network));
  return {
    programs: new Map([...PROGRAMS, ...(seen?.programs ?? []), ...(programs?.(cluster) ?? [])]),
    images: images(),
    ...(time === undefined ? {} : { time }),
    services: (loop, kernel) => servicesBeside(others, (name) => beside.get(name), loop, kernel),
    components: [
      ...componentsOf(spec, network, signedBy(cluster)),
      ...(spec.metrics === true ? [metricsServer(metrics, nodes.door)] : []),
      ...nodes.components,
    ],
    served: (registry, store) => {
      const measured = spec.metrics === true ? metricsRegistry(registry, store, usageFrom(metrics)) : registry;
      return spec.addons?.includes('metrics-adapter') === true ? adapterRegistry(measured, store) : measured;
    },
    nodes: (whole) => ({ node: nodes.door, fetch: clusterFetch(whole, spec.nodes[0]?.name ?? '') }),
    forward: (whole) => clusterForward(whole, spec.nodes[0]?.name ?? ''),
    outgoing: (_, whole) => clusterOutgoing(whole, spec.nodes[0]?.name ?? '', outside),
    fabric: ({ state: { seed, machine }, loop, services }) =>
      createFabric({
        seed,
        machine,
        services,
        state: network,
        now: loop.now,
        age: () => loop.age(),
        kernel: () => cluster().kernel,
        houses: [
          { service: API_SERVICE, ...API_ADDRESS, published: true, isUp: () => cluster().isServing() },
          ...housesBeside(others, API_ADDRESS.address),
        ],
        builtinNames: true,
      }),
    ...(seen === undefined ? {} : { hooks: { programEnded: seen.programEnded } }),
    ...(spec.auditPolicy === undefined ? {} : { auditPolicy: spec.auditPolicy }),
    ...(log === undefined ? {} : { log }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(tokenKey === undefined ? {} : { tokenKey }),
  };
}

/** Controllers that sign what they make with the cluster's own keys. */
export function signedBy(cluster: () => Simulator): ControllerOptions {
  return {
    authority: () => cluster().authority(),
    signToken: (account, secret) => cluster().tokens.sign(legacyClaims(account, secret)),
  };
}

/** The programs of the cluster, in the order in which they start. */
function componentsOf(
  { nodes, cloud = false, csi = false, networkPlugin = 'kindnet' }: ClusterSpec,
  network: NetworkState,
  options: ControllerOptions,
): readonly ComponentDefinition[] {
  const { enforcesPolicies } = NETWORK_PLUGINS[networkPlugin];
  const host = nodes[0]?.name ?? 'kind-control-plane';
  return [
    elected(controllerManager(options), { host, source: CONTROLLER_MANAGER, releases: false }),
    localPathProvisioner(),
    elected(kubeScheduler({ host }), { host, source: 'default-scheduler', releases: true }),
    builtinNames(network),
    ...(enforcesPolicies ? [policyAgent(network)] : []),
    ...(cloud ? [cloudController()] : []),
    ...(csi ? [withStorage(csiDriver()), snapshotController()] : []),
    ...nodes.map(({ name }) => kubeProxy(name, network)),
    ...nodeRoles(nodes),
  ];
}

/** A storage driver, whose files the machine room keeps. */
function withStorage(driver: ReturnType<typeof csiDriver>): ComponentDefinition {
  return {
    ...driver,
    setup: (component, kernel) =>
      driver.setup(component, {
        has: (name) => kernel.state.volumes.has(name),
        copy: (from, to) => copyVolume(kernel, from, to),
        remove: (name) => removeVolume(kernel, name),
      }),
  };
}

/** The same program, of whose instances one is at work. */
function elected(program: ComponentDefinition, options: ElectionOptions): ComponentDefinition {
  return {
    ...program,
    setup(component, kernel) {
      electLeader(component, options);
      program.setup(component, kernel);
    },
  };
}
