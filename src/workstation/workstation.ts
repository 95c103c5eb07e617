// The learner's machine: a host beside the cluster with a home folder, a shell, kubectl and a kubeconfig of its own.

import { ADMIN_TOKEN } from '../../sandbox/apihouse.ts';
import { publishedPort } from '../../sandbox/beside.ts';
import type { Kernel } from '../../sandbox/machine/context.ts';
import { WORKSTATION_IMAGE } from '../../sandbox/machine/images/catalogue.ts';
import type { Image } from '../../sandbox/machine/images/format.ts';
import { viWith } from '../../sandbox/machine/programs/vi/vi.ts';
import { addHost } from '../../sandbox/machine/runtime/hosts.ts';
import { type Files, filesOf } from '../../sandbox/machine/runtime/walk.ts';
import type { Host } from '../../sandbox/machine/state.ts';
import type { Program } from '../../sandbox/machine/sys.ts';
import { kubectl } from '../kubectl/kubectl.ts';
import { checkManifests } from './manifests.ts';
import { yq } from './yq/yq.ts';

const WORKSTATION = 'workstation';

export const LEARNER_HOME = '/home/learner';

/** The learner's user and group. */
const LEARNER = { uid: 1000, gid: 1000 };

export interface WorkstationOptions {
  /** The home folder; `/home/learner` unless given. */
  readonly home?: string;
  /** Files by path below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The kubeconfig, as YAML. */
  readonly kubeconfig: string;
}

/** Programs that only the workstation has, by the names that its image gives them. */
export const WORKSTATION_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ['kubectl', kubectl],
  ['yq', yq],
  ['vi-of-manifests', viWith(findings)],
]);

function findings(path: string, text: string): readonly string[] {
  return checkManifests(path, text).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** Puts the workstation beside a cluster that has none yet. */
export function addWorkstation(kernel: Kernel, images: readonly Image[], options: WorkstationOptions): void {
  const { home = LEARNER_HOME, files = {}, kubeconfig } = options;
  const [repository = '', tag = ''] = WORKSTATION_IMAGE.split(':');
  const image = images.find((candidate) => candidate.repository.endsWith(repository) && candidate.tags.includes(tag));
  const host = addHost(kernel, {
    name: WORKSTATION,
    cores: 4,
    memory: 8 * 2 ** 30,
    disk: 20 * 2 ** 30,
    ...(image === undefined ? {} : { image: image.digest }),
    addresses: ['192.168.100.10'],
  });
  const disk = filesOf(kernel, host.root);
  disk.makeFolder(home, LEARNER);
  putFile(disk, `${home}/.kube/config`, kubeconfig, 0o600);
  for (const [path, text] of Object.entries(files)) putFile(disk, `${home}/${path}`, text, 0o644);
  disk.makeFolder('/etc');
  disk.write('/etc/bash.bashrc', BASHRC, { mode: 0o644 });
  disk.makeFolder('/tmp', { mode: 0o1777 });
}

/** What every interactive shell begins with: what fingers that know kubectl type. */
const BASHRC = 'alias k=kubectl\n';

function putFile(disk: Files, path: string, text: string, mode: number): void {
  const folder = path.slice(0, path.lastIndexOf('/'));
  disk.makeFolder(folder, LEARNER);
  disk.write(path, text, { ...LEARNER, mode });
}

/** The workstation of a cluster. */
export function workstationOf(kernel: Kernel): Host {
  const host = kernel.state.hosts.get(WORKSTATION);
  if (host === undefined) throw new Error('this cluster has no workstation');
  return host;
}

/** What a new shell of the learner's finds in its environment. */
export function learnerEnvironment(home: string, more: Iterable<readonly [string, string]> = []): Map<string, string> {
  return new Map([
    ['HOME', home],
    ['USER', 'learner'],
    ['LOGNAME', 'learner'],
    ['SHELL', '/bin/bash'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['LANG', 'C.UTF-8'],
    ['TERM', 'xterm-256color'],
    ...more,
  ]);
}

/** The user that the learner's programs run as. */
export const LEARNER_USER = LEARNER;

/** How a cluster is called where it stands alone. */
export const ONLY_CLUSTER = 'k8s-learn';

export interface KubeconfigOptions {
  /** The clusters as they are called, in the order of their ports. */
  readonly clusters?: readonly string[];
  /** Whose context is the current one; the first unless given. */
  readonly current?: string;
  /** On whose behalf all is asked. */
  readonly as?: string;
}

/** A kubeconfig for embedded clusters, as the workstation reaches them: a context each, called as the cluster is. */
export function workstationKubeconfig({
  clusters = [ONLY_CLUSTER],
  current = clusters[0],
  as,
}: KubeconfigOptions = {}): string {
  const each = (text: (name: string, n: number) => string): string => clusters.map(text).join('');
  const behalf = as === undefined ? '' : `    as: ${as}\n    as-groups: [system:masters]\n`;
  return `apiVersion: v1
kind: Config
clusters:
${each((name, n) => `- name: ${name}\n  cluster:\n    server: https://127.0.0.1:${publishedPort(n)}\n    insecure-skip-tls-verify: true\n`)}contexts:
${each((name) => `- name: ${name}\n  context:\n    cluster: ${name}\n    user: ${name}\n`)}current-context: ${current}
users:
${each((name) => `- name: ${name}\n  user:\n    token: ${ADMIN_TOKEN}\n${behalf}`)}`;
}
