// Hosts: nodes and the learner's workstation, from nothing to a machine with a disk, a network and its usual mounts.

import { newCgroup } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { createFileSystem, destroyFileSystem } from '../files/filesystem.ts';
import { destroyNetwork, newNetwork, silenceNetwork } from '../net/sockets.ts';
import { endProcess, newPids } from '../processes.ts';
import type { Host } from '../state.ts';
import { removeSandbox } from './containers.ts';
import { finishContainer } from './endings.ts';
import { mountUsual, rootMount } from './mounting.ts';
import { newImageStore } from './pulls.ts';

export interface NewHost {
  readonly name: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of its disk. */
  readonly disk: number;
  /** The digest of the image that its own files come from; empty folders where there is none. */
  readonly image?: string;
  readonly addresses: readonly string[];
  /** The actor that is told what happens to its containers. */
  readonly events?: string;
}

const INODES_PER_BYTE = 1 / 16_384;

export function addHost(kernel: Kernel, options: NewHost): Host {
  const { name, cores, memory, disk, image, addresses, events } = options;
  const pool = { size: disk, used: 0, inodes: Math.floor(disk * INODES_PER_BYTE), usedInodes: 0 };
  const fs = createFileSystem(kernel, {
    type: 'ext4',
    source: '/dev/vda1',
    pool,
    ...(image === undefined ? {} : { lower: image }),
  });
  const pids = newPids(kernel, undefined);
  const network = newNetwork(kernel, name, undefined);
  network.addresses = Object.freeze([...addresses]);
  const host: Host = {
    name,
    cores,
    memory,
    disk: pool,
    root: rootMount(kernel, fs, false),
    network,
    hostname: { name },
    pids,
    cgroup: newCgroup('', undefined, { memory }),
    images: newImageStore(),
    bootedAt: kernel.now(),
    events,
    queue: [],
    dispatching: false,
    clock: 0,
  };
  pids.host = host;
  kernel.state.hosts.set(name, host);
  mountUsual(kernel, host.root, pids);
  return host;
}

/**
 * The power goes and comes back: all that ran has ended, its containers are known to have exited somehow, and the disk
 * is as it was. Nobody is told; connections to elsewhere fall silent.
 */
export function crashHost(kernel: Kernel, host: Host): void {
  const { events } = host;
  host.events = undefined;
  silence(kernel, host);
  for (const container of kernel.state.containers.values()) {
    if (container.sandbox.host === host && container.state === 'running') {
      finishContainer(kernel, container, CRASHED, 'Unknown', '');
    }
  }
  for (const process of [...kernel.state.processes.values()]) {
    if (process.host === host) endProcess(kernel, process, { kind: 'killed', signal: 'SIGKILL', oom: false });
  }
  for (const process of [...kernel.state.processes.values()]) {
    if (process.host === host) kernel.state.processes.delete(process.id);
  }
  host.pids.members.clear();
  for (const sandbox of kernel.state.sandboxes.values()) if (sandbox.host === host) sandbox.ready = false;
  host.events = events;
}

/** What containerd says of a container whose end it didn't see. */
const CRASHED = 255;

function silence(kernel: Kernel, host: Host): void {
  silenceNetwork(kernel, host.network);
  for (const { host: at, network } of kernel.state.sandboxes.values()) if (at === host) silenceNetwork(kernel, network);
}

/** As a crash, and it never comes back. Volumes that are no host's stay. */
export function removeHost(kernel: Kernel, host: Host): void {
  crashHost(kernel, host);
  host.events = undefined;
  for (const sandbox of [...kernel.state.sandboxes.values()]) if (sandbox.host === host) removeSandbox(kernel, sandbox);
  destroyNetwork(kernel, host.network);
  destroyFileSystem(kernel, host.root.fs);
  kernel.state.hosts.delete(host.name);
}
