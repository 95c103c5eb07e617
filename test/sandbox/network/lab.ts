// A cluster for tests of the network: nodes that are hosts, pods that are sandboxes made directly, kube-proxy on each node,
// names without CoreDNS. Services and endpoint slices are written through the API.

import { API_SERVICE } from '../../../sandbox/apihouse.ts';
import type { ComponentEngine } from '../../../sandbox/client/component.ts';
import { textOf } from '../../../sandbox/machine/bytes.ts';
import { CATALOGUE } from '../../../sandbox/machine/images/catalogue.ts';
import { buildImages } from '../../../sandbox/machine/images/format.ts';
import { PROGRAMS } from '../../../sandbox/machine/programs/table.ts';
import { createRuntime } from '../../../sandbox/machine/runtime/binding.ts';
import { type ExecStarted, execOnHost } from '../../../sandbox/machine/runtime/exec.ts';
import { addHost } from '../../../sandbox/machine/runtime/hosts.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import type { ContainerRuntime } from '../../../sandbox/machine/runtime.ts';
import type { Host } from '../../../sandbox/machine/state.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { builtinNames } from '../../../sandbox/network/dns/builtin.ts';
import { createFabric } from '../../../sandbox/network/fabric.ts';
import { podNetwork } from '../../../sandbox/network/podnetwork.ts';
import { kubeProxy, kubeProxyName } from '../../../sandbox/network/proxy/kubeproxy.ts';
import { type NetworkState, newNetworkState } from '../../../sandbox/network/state.ts';
import {
  ClusterRoleBindings,
  ClusterRoles,
  EndpointSlices,
  Namespaces,
  Services,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1Endpoint, V1EndpointSlice, V1Service } from '../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator, type SimulatorState } from '../../../sandbox/simulator.ts';
import { copyState } from '../../../sandbox/time/state.ts';
import { durationMs } from '../../../sandbox/time/units.ts';

const images = [...buildImages(CATALOGUE)];
const IMAGES = [
  'busybox:1.36',
  'nginx:1.27',
  'learn/hello:1.0',
  'learn/client:1.0',
  'learn/kv:7',
  'learn/guestbook:1.0',
  'learn/app:1.0',
  'learn/db:1.0',
  'learn/registry:1.0',
  'learn/broker:1.0',
  'learn/slow:1.0',
  'learn/freezer:1.0',
  'learn/shop:1.0',
  'registry.k8s.io/coredns/coredns:v1.13.1',
];

export interface LabState {
  readonly simulator: SimulatorState;
  readonly network: NetworkState;
}

export interface Lab {
  readonly state: LabState;
  readonly simulator: Simulator;
  readonly runtimes: ReadonlyMap<string, ContainerRuntime>;
  readonly proxies: ReadonlyMap<string, ComponentEngine>;
  /** The exit status of each command that has ended. */
  readonly told: Map<number, number>;
}

export interface LabOptions {
  readonly nodes?: readonly string[];
  readonly programs?: Readonly<Record<string, Program>>;
}

const NODES = ['control-plane', 'w1', 'w2'];
const USER = { name: 'tester', groups: ['system:masters'] };

export function newLab(options: LabOptions = {}): Lab {
  const state: LabState = { simulator: newSimulatorState({ images }), network: newNetworkState() };
  const lab = wireLab(state, options);
  const { kernel, loop } = lab.simulator;
  for (const [index, name] of (options.nodes ?? NODES).entries()) {
    const host = addHost(kernel, nodeHost(name, `172.18.0.${index + 2}`));
    for (const tag of IMAGES) storeImage(kernel, host, imageNamed(tag), tag.split(':')[1]);
  }
  addHost(kernel, { ...nodeHost('workstation', '192.168.100.10'), image: imageNamed('busybox:1.36').digest });
  for (const name of ['default', 'kube-system', 'prod'])
    lab.simulator.run(lab.simulator.client().create(Namespaces, { metadata: { name } }));
  openToAll(lab.simulator);
  for (const component of lab.simulator.components.values()) component.start();
  loop.advance(durationMs(1500));
  return { ...lab, runtimes: runtimesOf(lab.simulator, options) };
}

/** Pods of the lab have no accounts of their own, and its programs no roles. */
export function openToAll({ run, client }: Simulator): void {
  const metadata = { name: 'everybody' };
  const verbs = ['*'];
  const rules = [
    { apiGroups: ['*'], resources: ['*'], verbs },
    { nonResourceURLs: ['*'], verbs },
  ];
  const api = 'rbac.authorization.k8s.io';
  run(client().create(ClusterRoles, { metadata, rules }));
  run(
    client().create(ClusterRoleBindings, {
      metadata,
      roleRef: { apiGroup: api, kind: 'ClusterRole', name: metadata.name },
      subjects: ['system:authenticated', 'system:unauthenticated'].map((name) => ({
        apiGroup: api,
        kind: 'Group',
        name,
      })),
    }),
  );
}

export function copyLab(lab: Lab, options: LabOptions = {}): Lab {
  const copy = wireLab(copyState(lab.state), options);
  return { ...copy, runtimes: runtimesOf(copy.simulator, options) };
}

function nodeHost(name: string, address: string) {
  return { name, cores: 4, memory: 8 * 2 ** 30, disk: 50 * 2 ** 30, addresses: [address], events: 'lab' };
}

function imageNamed(tag: string) {
  const [repository = '', version = ''] = tag.split(':');
  const image = images.find(
    (each) =>
      (each.repository === repository || each.repository.endsWith(`/${repository}`)) && each.tags.includes(version),
  );
  if (image === undefined) throw new Error(`there is no image ${tag}`);
  return image;
}

function wireLab(state: LabState, { nodes = NODES, programs = {} }: LabOptions): Omit<Lab, 'runtimes'> {
  const simulator: Simulator = assemble(state.simulator, {
    images,
    hooks: {
      programFailed: (argv, error) => {
        throw new Error(`${argv.join(' ')} failed`, { cause: error });
      },
    },
    programs: new Map([...PROGRAMS, ...Object.entries(programs)]),
    components: [builtinNames(state.network), ...nodes.map((node) => kubeProxy(node, state.network))],
    fabric: ({ state: { seed, machine }, loop, services }) =>
      createFabric({
        seed,
        machine,
        services,
        state: state.network,
        now: loop.now,
        age: () => loop.age(),
        kernel: () => simulator.kernel,
        houses: [{ service: API_SERVICE, address: '172.18.0.2', port: 6443, published: true }],
        builtinNames: true,
      }),
  });
  const told = new Map<number, number>();
  simulator.loop.actor<{ readonly exec?: number; readonly status?: number }>('lab', ({ exec, status }) => {
    if (exec !== undefined && status !== undefined) told.set(exec, status);
  });
  const proxies = new Map<string, ComponentEngine>();
  for (const node of nodes) {
    const proxy = simulator.components.get(kubeProxyName(node));
    if (proxy !== undefined) proxies.set(node, proxy);
  }
  return { state, simulator, proxies, told };
}

function runtimesOf({ kernel }: Simulator, { nodes = NODES }: LabOptions): Map<string, ContainerRuntime> {
  return new Map(nodes.map((node) => [node, createRuntime(kernel, hostOf(kernel.state.hosts, node))]));
}

function hostOf(hosts: ReadonlyMap<string, Host>, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
}

export interface LabPod {
  readonly name: string;
  readonly node: string;
  readonly address: string;
  readonly container: string;
  readonly sandbox: string;
}

const RESOLV_CONF =
  'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

export interface PodOptions {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Mounted from the node. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A pod of one container, running. */
export function runPod(
  lab: Lab,
  name: string,
  node: string,
  image: string,
  { command, args, env = {}, files = {} }: PodOptions = {},
): LabPod {
  const runtime = runtimeOf(lab, node);
  const podCIDRs = [`10.244.${[...lab.runtimes.keys()].indexOf(node)}.0/24`];
  const attached = podNetwork(lab.state.network).attach({ node, podCIDRs, namespace: 'default', name, uid: name });
  if (!attached.ok) throw new Error(attached.message);
  const sandbox = runtime.createSandbox({
    hostname: name,
    addresses: attached.addresses,
    cgroupPath: `/kubepods/${name}`,
  });
  runtime.files().write(`/var/lib/pods/${name}/resolv.conf`, RESOLV_CONF, { mode: 0o644 });
  for (const [path, text] of Object.entries(files))
    runtime.files().write(`/var/lib/pods/${name}${path}`, text, { mode: 0o644 });
  const created = runtime.createContainer({
    sandbox,
    name: 'main',
    image,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    env: new Map(Object.entries(env)),
    logPath: `/var/log/pods/${name}.log`,
    mounts: ['/etc/resolv.conf', ...Object.keys(files)].map((target) => ({
      target,
      source: {
        kind: 'host',
        path: `/var/lib/pods/${name}${target === '/etc/resolv.conf' ? '/resolv.conf' : target}`,
      },
    })),
  });
  if (!created.ok) throw new Error(created.message);
  const started = runtime.startContainer(created.id);
  if (!started.ok) throw new Error(started.message);
  lab.simulator.advance(durationMs(20));
  return { name, node, address: attached.addresses[0] ?? '', container: created.id, sandbox };
}

function runtimeOf(lab: Lab, node: string): ContainerRuntime {
  const runtime = lab.runtimes.get(node);
  if (runtime === undefined) throw new Error(`there is no node ${node}`);
  return runtime;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Runs a command line in a pod, for at most a minute. */
export function sh(lab: Lab, pod: LabPod, script: string): Ran {
  const started = runtimeOf(lab, pod.node).exec(pod.container, { argv: ['sh', '-c', script], actor: 'lab' });
  return outcome(lab, started);
}

/** The same on a host: a node, or the workstation. */
export function onHost(lab: Lab, name: string, script: string): Ran {
  const { kernel } = lab.simulator;
  const env = new Map([['PATH', '/bin:/usr/bin']]);
  return outcome(
    lab,
    execOnHost(kernel, hostOf(kernel.state.hosts, name), { argv: ['sh', '-c', script], actor: 'lab', env }),
  );
}

function outcome(lab: Lab, started: ExecStarted): Ran {
  if (!started.ok) throw new Error(started.message);
  const { loop } = lab.simulator;
  for (let i = 0; i < 1500 && !lab.told.has(started.exec); i++) loop.advance(durationMs(100));
  const { stdout, stderr } = started;
  return {
    stdout: drain(lab, stdout),
    stderr: stderr === undefined ? '' : drain(lab, stderr),
    status: lab.told.get(started.exec) ?? -1,
  };
}

function drain({ simulator }: Lab, channel: Parameters<Simulator['channels']['read']>[0]): string {
  let text = '';
  for (;;) {
    const read = simulator.channels.read(channel);
    if (read.kind !== 'more') return text;
    text += read.chunk instanceof Uint8Array ? textOf(read.chunk) : String(read.chunk);
  }
}

/** Creates a service, and lets the rules for it be written. */
export function service(lab: Lab, name: string, spec: V1Service['spec'], namespace = 'default'): V1Service {
  const client = lab.simulator.client(USER);
  const made = lab.simulator.run(client.create(Services, { metadata: { name, namespace }, ...(spec ? { spec } : {}) }));
  lab.simulator.advance(durationMs(1200));
  return made;
}

/** Writes the slice of a service: one endpoint a pod. */
export function slice(
  lab: Lab,
  name: string,
  ports: V1EndpointSlice['ports'],
  endpoints: readonly V1Endpoint[],
  namespace = 'default',
): void {
  const client = lab.simulator.client(USER);
  const ref = { name: `${name}-1`, namespace };
  const current = lab.simulator.run(client.find(EndpointSlices, ref));
  const body: V1EndpointSlice = {
    ...current,
    metadata: { ...current?.metadata, ...ref, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: ports ?? null,
    endpoints,
  };
  lab.simulator.run(current === undefined ? client.create(EndpointSlices, body) : client.update(EndpointSlices, body));
  lab.simulator.advance(durationMs(1200));
}

export function endpointOf(pod: LabPod, conditions: V1Endpoint['conditions'] = { ready: true }): V1Endpoint {
  return {
    addresses: [pod.address],
    nodeName: pod.node,
    targetRef: { kind: 'Pod', namespace: 'default', name: pod.name },
    ...(conditions === undefined ? {} : { conditions }),
  };
}
