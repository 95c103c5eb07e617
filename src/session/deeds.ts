// Deeds: what befalls a cluster from outside of the learner's hands. Faults on a lesson's timeline and disturbances that
// checks try on copies are made of these. Plain data.

import type { Cluster } from '../../sandbox/cluster.ts';
import type { Cause } from '../../sandbox/kube/cause.ts';
import { parseImageReference } from '../../sandbox/machine/images/reference.ts';
import { moveTag, type Outage } from '../../sandbox/machine/images/registry.ts';
import { crashHost } from '../../sandbox/machine/runtime/hosts.ts';
import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import { worldName } from '../../sandbox/network/dns/world.ts';
import { isolateHost } from '../../sandbox/network/faults.ts';
import { durationMs } from '../../sandbox/time/units.ts';
import { LEARNER_HOME, LEARNER_USER, workstationKubeconfig, workstationOf } from '../workstation/workstation.ts';
import { CHECKER, LESSON } from './checker.ts';
import { clusterNames, type LearnerCluster, simulatorOf } from './clusters.ts';
import { type RunningCommand, startCommand } from './command.ts';

export type Deed =
  /** A command line of the teacher's, on the workstation. */
  | { readonly does: 'run'; readonly script: string }
  /** The power of a node goes, or comes back. */
  | { readonly does: 'failNode' | 'recoverNode'; readonly node: string }
  /** Nothing comes from a node or goes to it, or does so again. */
  | { readonly does: 'cutOff' | 'join'; readonly node: string }
  /** A part of the cluster: `kube-scheduler`, `kube-controller-manager`, `kubelet/worker-1`. */
  | { readonly does: 'stop' | 'start'; readonly component: string }
  /** A registry's tag leads to another image from now on; to none without `to`. */
  | { readonly does: 'moveTag'; readonly tag: string; readonly to?: string }
  | { readonly does: 'registry'; readonly host: string; readonly outage: Outage | 'none' }
  /** Watches of a client, as it calls itself, are told so much later; in milliseconds, 0 for no later. */
  | { readonly does: 'lag'; readonly client: string; readonly ms: number }
  /** What public DNS says of a name; no addresses: it is unknown. */
  | { readonly does: 'name'; readonly name: string; readonly addresses: readonly string[] };

/** A deed in the future. */
export interface Planned {
  /** Milliseconds of cluster time from now. */
  readonly after: number;
  readonly deed: Deed;
  /** Which cluster it befalls, where there are several; the first unless given. */
  readonly cluster?: string;
}

/** Where the teacher's own commands are at home. */
const TEACHER_HOME = '/var/lib/k8s-learn';

export interface ScriptOptions {
  readonly what?: string;
  readonly at?: string | undefined;
  /** Nobody sees the workstation again: what the learner's kubectl has found out about the server need not be asked for anew. */
  readonly isCopy?: boolean;
}

/** Starts a script with the teacher's rights and a kubeconfig of its own, whose context is that of the cluster `at`. */
export function startScript(
  cluster: LearnerCluster,
  script: string,
  { what, at, isCopy = false }: ScriptOptions = {},
): RunningCommand {
  const { kernel } = cluster.simulator;
  const disk = filesOf(kernel, workstationOf(kernel).root);
  disk.makeFolder(TEACHER_HOME, { uid: LEARNER_USER.uid, gid: LEARNER_USER.gid });
  const [own, admin] = [`${TEACHER_HOME}/kubeconfig`, `${TEACHER_HOME}/admin`];
  const contexts = { clusters: clusterNames(cluster), ...(at === undefined ? {} : { current: at }) };
  disk.write(admin, workstationKubeconfig(contexts), { mode: 0o644 });
  disk.write(own, workstationKubeconfig({ ...contexts, as: CHECKER.name }), { mode: 0o644 });
  return startCommand(cluster, ['bash', '-c', script], {
    home: TEACHER_HOME,
    cwd: '/tmp',
    env: [
      ['KUBECONFIG', own],
      ['ADMIN_KUBECONFIG', admin],
      ...(isCopy ? [['KUBECACHEDIR', `${LEARNER_HOME}/.kube/cache`] as const] : []),
    ],
    ...(what === undefined ? {} : { what }),
  });
}

/** Does it now. What there is nothing of is left alone. */
export function perform(
  cluster: LearnerCluster,
  { deed, cluster: at }: Omit<Planned, 'after'>,
  causes: readonly Cause[] = [],
): void {
  const simulator = simulatorOf(cluster, at);
  simulator.loop.because(causes, () => {
    switch (deed.does) {
      case 'run':
        startScript(cluster, deed.script, { what: LESSON, at });
        return;
      case 'failNode':
      case 'recoverNode':
        power(simulator, deed.node, deed.does === 'recoverNode');
        return;
      case 'cutOff':
      case 'join':
        isolateHost(simulator.kernel, simulator.state.network, deed.node, deed.does === 'cutOff');
        simulator.components.get(kubeletOf(deed.node))?.cutOff(deed.does === 'cutOff');
        return;
      case 'stop':
        simulator.components.get(deed.component)?.stop();
        return;
      case 'start':
        simulator.components.get(deed.component)?.start();
        return;
      case 'moveTag':
        moveTag(simulator.kernel.state.registry, deed.tag, digestOf(simulator, deed.to));
        return;
      case 'registry':
        breakRegistry(simulator, deed.host, deed.outage);
        return;
      case 'lag':
        simulator.api.watches.fault(deed.client, deed.ms === 0 ? undefined : { lag: durationMs(deed.ms) });
        return;
      case 'name':
        rename(simulator, deed.name, deed.addresses);
        return;
    }
  });
}

function kubeletOf(node: string): string {
  return `kubelet/${node}`;
}

function power({ kernel, state, components }: Cluster, node: string, on: boolean): void {
  const host = kernel.state.hosts.get(node);
  if (host === undefined) return;
  const kubelet = components.get(kubeletOf(node));
  if (!on) {
    kubelet?.stop();
    crashHost(kernel, host);
  }
  isolateHost(kernel, state.network, node, !on);
  if (on) kubelet?.start();
}

/** The image that a name leads to at present. */
function digestOf({ kernel }: Cluster, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const reference = parseImageReference(name);
  if (reference === undefined) return undefined;
  return kernel.state.registry.tags.get(`${reference.repository}:${reference.tag ?? 'latest'}`);
}

function breakRegistry({ kernel }: Cluster, host: string, outage: Outage | 'none'): void {
  const { outages } = kernel.state.registry;
  if (outage === 'none') outages.delete(host);
  else outages.set(host, outage);
}

function rename({ state }: Cluster, name: string, addresses: readonly string[]): void {
  const [key, records] = worldName(name, addresses);
  const { world } = state.network;
  if (addresses.length === 0) world.delete(key);
  else world.set(key, records);
}
