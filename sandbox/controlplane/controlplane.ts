// A control plane that is seen: kubeadm's manifests on its node, whose kubelet runs them. A process in such a container
// and the part of the cluster that it stands for live and die together; stopping a part moves its manifest out of the
// folder, as an administrator does it.

import type { ComponentEngine } from '../client/component.ts';
import type { Kernel } from '../machine/context.ts';
import type { Image } from '../machine/images/format.ts';
import { parseImageReference } from '../machine/images/reference.ts';
import { storeImage } from '../machine/runtime/pulls.ts';
import { filesOf } from '../machine/runtime/walk.ts';
import type { Process } from '../machine/state.ts';
import type { Program } from '../machine/sys.ts';
import { filesNamedBy, manifestOf, type Part, PKI, partsOf, type Site } from './parts.ts';
import { isWorking, partProgram } from './programs.ts';

const FOLDER = '/etc/kubernetes';

/** Plain data. */
export interface ControlPlaneState {
  /** Parts that ran in a container which has ended, and haven't begun again. */
  readonly ended: Set<string>;
}

export function newControlPlaneState(): ControlPlaneState {
  return { ended: new Set() };
}

/** What it needs of the cluster, once that is whole. */
export interface Surroundings {
  readonly kernel: Kernel;
  readonly components: ReadonlyMap<string, ComponentEngine>;
  /** Answers of the API server that go on end. */
  hangUp(): void;
}

export interface ControlPlane {
  readonly programs: ReadonlyMap<string, Program>;
  /** To be told of each process that ends. */
  programEnded(process: Process): void;
  /** Whether the API server answers. */
  isServing(): boolean;
  /** Puts files and images on the node. */
  install(images: readonly Image[], authority: string): void;
  /** The same components; those that have a manifest are stopped and started with it. */
  managed(components: ReadonlyMap<string, ComponentEngine>): ReadonlyMap<string, ComponentEngine>;
}

export function controlPlane(state: ControlPlaneState, site: Site, cluster: () => Surroundings): ControlPlane {
  const parts = new Map(partsOf(site).map((part) => [part.name, part]));
  const isServing = (): boolean => !state.ended.has('etcd') && !state.ended.has('kube-apiserver');
  const began = (name: string): void => {
    if (state.ended.delete(name) && isServing()) connect(cluster(), true);
    cluster().components.get(name)?.start();
  };
  return {
    programs: new Map([...parts].map(([name, part]) => [name, partProgram(part, began)])),
    isServing,
    programEnded({ program }) {
      if (!parts.has(program) || isStillRunning(cluster().kernel, program)) return;
      state.ended.add(program);
      cluster().components.get(program)?.stop();
      if (isServing()) return;
      connect(cluster(), false);
      cluster().hangUp();
    },
    install: (images, authority) => install(cluster().kernel, site, [...parts.values()], images, authority),
    managed: (components) =>
      new Map(
        [...components].map(([name, engine]) => [
          name,
          parts.has(name) ? withManifest(engine, () => cluster().kernel, site) : engine,
        ]),
      ),
  };
}

/** Whoever can't reach the API can't do anything in it. */
function connect({ components }: Surroundings, yes: boolean): void {
  for (const component of components.values()) component.cutOff(!yes);
}

function isStillRunning({ state }: Kernel, program: string): boolean {
  return [...state.processes.values()].some((process) => process.program === program && isWorking(process.saved));
}

function nodeFiles(kernel: Kernel, { node }: Site) {
  const host = kernel.state.hosts.get(node);
  if (host === undefined) throw new Error(`there is no machine ${node}`);
  return { host, files: filesOf(kernel, host.root) };
}

function install(
  kernel: Kernel,
  site: Site,
  parts: readonly Part[],
  images: readonly Image[],
  authority: string,
): void {
  const { host, files } = nodeFiles(kernel, site);
  for (const path of new Set(parts.flatMap(filesNamedBy))) {
    files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    files.write(path, path === `${PKI}/ca.crt` ? authority : '# In a simulated cluster programs need no keys.\n');
  }
  files.makeFolder('/var/lib/etcd', { mode: 0o700 });
  for (const part of parts) {
    files.write(`${FOLDER}/manifests/${part.name}.yaml`, manifestOf(part), { mode: 0o600 });
    const { repository, tag } = parseImageReference(part.image) ?? {};
    const image = images.find((one) => one.repository === repository);
    if (image !== undefined) storeImage(kernel, host, image, tag);
  }
}

/** Started and stopped at once, and its pod with it as soon as the kubelet looks. */
function withManifest(engine: ComponentEngine, kernel: () => Kernel, site: Site): ComponentEngine {
  const [usual, aside] = [`${FOLDER}/manifests/${engine.name}.yaml`, `${FOLDER}/${engine.name}.yaml`];
  const move = (from: string, to: string): void => {
    const { files } = nodeFiles(kernel(), site);
    if (!files.exists(from)) return;
    files.write(to, files.readText(from), { mode: 0o600 });
    files.remove(from);
  };
  return {
    ...engine,
    stop() {
      move(usual, aside);
      engine.stop();
    },
    start() {
      move(aside, usual);
      engine.start();
    },
  };
}
