// The world of a single node with everything that runs on it, and a workstation beside it: where kubectl is typed, and
// where pods really start.

import { type ClusterSpec, images } from '../../../sandbox/cluster.ts';
import { clusterAuthority } from '../../../sandbox/kube/x509/authority.ts';
import type { Kernel } from '../../../sandbox/machine/context.ts';
import { findExisting } from '../../../sandbox/machine/files/paths.ts';
import { kernelWalker } from '../../../sandbox/machine/files/tree.ts';
import { mountAt } from '../../../sandbox/machine/runtime/mounting.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import { filesOf, makeFolders } from '../../../sandbox/machine/runtime/walk.ts';
import type { Host } from '../../../sandbox/machine/state.ts';
import type { Written } from '../../../sandbox/machine/streams/outside.ts';
import { CoreEvents } from '../../../sandbox/schema/generated/resources.ts';
import { defaultTokenKey } from '../../../sandbox/simulator.ts';
import { asRevision } from '../../../sandbox/store/store.ts';
import { durationMs, seconds, timeMs } from '../../../sandbox/time/units.ts';
import { newLearnerCluster } from '../../../src/session/cluster.ts';
import type { LearnerCluster } from '../../../src/session/clusters.ts';
import { type RunningCommand, startCommand, writtenText } from '../../../src/session/command.ts';
import { UNTIL_READY } from '../../../src/session/ready/ready.ts';
import { workstationOf } from '../../../src/workstation/workstation.ts';
import type { CommandResult, Needs, World } from '../world.ts';
import { open, request } from './streams.ts';

const HOME = '/home';
const NODE = 'kind-control-plane';
/** What the node had before anybody began. */
const PRESENT = ['busybox:1.36', 'nginx:1.27', 'nginx:1.28', 'redis:7'];
/** The cluster had been up for a while. */
const WARM_UP = seconds(90);
/** A command that doesn't end is given up after so much cluster time. */
const LONGEST_MS = 3_600_000;

export function nodeWorld(needs: Needs): World {
  const start = timeMs(needs.startTime - WARM_UP);
  const cluster = newLearnerCluster(
    { startTime: start, spec: specFor(needs), ...(needs.seed === undefined ? {} : { seed: needs.seed }) },
    { home: HOME, files: needs.files, kubeconfig: kubeconfigFor(needs.seed ?? 1) },
  );
  const { simulator } = cluster;
  const host = simulator.kernel.state.hosts.get(NODE);
  for (const name of PRESENT) {
    const [repository = '', tag = ''] = name.split(':');
    const image = images().find((one) => one.repository.endsWith(`/${repository}`) && one.tags.includes(tag));
    if (image !== undefined && host !== undefined) storeImage(simulator.kernel, host, image, tag);
  }
  simulator.advance(durationMs(WARM_UP - UNTIL_READY));
  forgetEvents(cluster);
  if (host !== undefined) shareManifests(simulator.kernel, host);
  return {
    now: () => simulator.loop.now(),
    advance: async (ms) => simulator.advance(durationMs(ms)),
    request: (sent) => request(simulator, sent),
    open: (sent) => open(simulator, sent),
    run: (command, options) => run(cluster, command, options?.interruptAfterMs),
    async compact(revision) {
      simulator.api.compact(asRevision(revision));
    },
    serve: async () => {
      throw new Error('there are no webhooks yet');
    },
    close: async () => {},
  };
}

/** The namespace was emptied before each recording; what was told of the node's start was long gone. */
function forgetEvents({ simulator }: LearnerCluster): void {
  const client = simulator.client();
  for (const { metadata } of simulator.run(client.list(CoreEvents, 'default')).items) {
    simulator.run(client.delete(CoreEvents, { name: metadata?.name ?? '', namespace: 'default' }));
  }
}

const MANIFESTS = '/etc/kubernetes/manifests';

/** The workstation sees the folder of the node's static pods, and may write there. */
function shareManifests(kernel: Kernel, node: Host): void {
  const workstation = workstationOf(kernel);
  filesOf(kernel, node.root).makeFolder(MANIFESTS, { mode: 0o777 });
  const walkerOf = ({ root }: Host) => kernelWalker({ mount: root, inode: root.root });
  const source = findExisting(kernel, walkerOf(node), MANIFESTS);
  const place = makeFolders(kernel, walkerOf(workstation), MANIFESTS);
  mountAt(kernel, place, { fs: source.mount.fs, inode: source.inode }, MANIFESTS, false);
}

/** The single node as it was recorded, a control plane that takes pods. */
export const SPEC: ClusterSpec = {
  nodes: [
    {
      name: NODE,
      cores: 2,
      memory: 24_684_092 * 1024,
      disk: 264_212_084 * 1024,
      labels: {
        'node-role.kubernetes.io/control-plane': '',
        'node.kubernetes.io/exclude-from-external-load-balancers': '',
      },
      taints: [],
      address: '172.18.0.2',
    },
  ],
};

/** Some recordings were made with the metrics server in the cluster. */
function specFor({ addons }: Needs): ClusterSpec {
  return addons.includes('metrics-server') ? { ...SPEC, metrics: true } : SPEC;
}

async function run(cluster: LearnerCluster, command: string, interruptAfterMs = LONGEST_MS): Promise<CommandResult> {
  const { loop } = cluster.simulator;
  const running: RunningCommand = startCommand(cluster, ['bash', '-c', command], { home: HOME });
  const written: Written[] = [];
  const take = (): void => void written.push(...running.output());
  const end = loop.now() + interruptAfterMs;
  let interrupted = false;
  while (running.status() === undefined) {
    const next = loop.next();
    if (next === undefined || (interrupted && next > end + LONGEST_MS)) break;
    if (!interrupted && next > end) {
      loop.runUntil(timeMs(end), () => false);
      running.interrupt();
      interrupted = true;
    } else loop.runUntil(next, () => running.status() !== undefined);
    take();
  }
  take();
  const [stdout, stderr] = [writtenText(written, 'stdout'), writtenText(written, 'stderr')];
  return { stdout, stderr, exit: running.status() ?? 124, notices: [] };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What opens a cluster that was begun with this seed and no key of its own. */
function kubeconfigFor(seed: number): string {
  const authority = clusterAuthority(defaultTokenKey(seed));
  const admin = authority.client('kubernetes-admin', ['system:masters'], {
    notBefore: Date.UTC(2026, 0),
    notAfter: Date.UTC(2036, 0),
  });
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(authority.certificate)}
    server: https://127.0.0.1:6443
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    user: kind-kind
  name: kind-kind
current-context: kind-kind
kind: Config
users:
- name: kind-kind
  user:
    client-certificate-data: ${base64(admin.certificate)}
    client-key-data: ${base64(admin.key)}
`;
}
