// Hosts: nodes and the learner's workstation, from nothing to a machine with a disk, a network and its usual mounts.

import { newCgroup } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { createFileSystem, destroyFileSystem } from '../files/filesystem.ts';
import { destroyNetwork, newNetwork } from '../net/sockets.ts';
import { endProcess } from '../processes.ts';
import type { Host, PidNamespace } from '../state.ts';
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

export function newPids(kernel: Kernel, host: Host | undefined): PidNamespace {
  return { id: kernel.nextNumber(), host, next: 1, members: new Map(), init: 0 };
}

/** Everything on it ends at once, as when the power goes; nobody on it is told. Volumes stay. */
export function removeHost(kernel: Kernel, host: Host): void {
  host.events = undefined;
  for (const process of [...kernel.state.processes.values()]) {
    if (process.host === host) endProcess(kernel, process, { kind: 'killed', signal: 'SIGKILL', oom: false });
  }
  for (const process of [...kernel.state.processes.values()])
    if (process.host === host) kernel.state.processes.delete(process.id);
  for (const [id, sandbox] of kernel.state.sandboxes) {
    if (sandbox.host !== host) continue;
    if (!sandbox.hostNetwork) destroyNetwork(kernel, sandbox.network);
    kernel.state.sandboxes.delete(id);
  }
  for (const [id, container] of kernel.state.containers) {
    if (container.sandbox.host !== host) continue;
    destroyFileSystem(kernel, container.fs);
    kernel.state.containers.delete(id);
  }
  destroyNetwork(kernel, host.network);
  destroyFileSystem(kernel, host.root.fs);
  kernel.state.hosts.delete(host.name);
}
