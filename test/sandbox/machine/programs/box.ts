// A host for tests with one of the usual userlands on it.

import { buildImages, type Image, type ImageSource } from '../../../../sandbox/machine/images/format.ts';
import { newRegistryState } from '../../../../sandbox/machine/images/registry.ts';
import { createKernel } from '../../../../sandbox/machine/kernel.ts';
import { PROGRAMS, programNames } from '../../../../sandbox/machine/programs/table.ts';
import { addHost } from '../../../../sandbox/machine/runtime/hosts.ts';
import { newMachineState } from '../../../../sandbox/machine/state.ts';
import { createChannels, newChannelsState } from '../../../../sandbox/time/channel.ts';
import { createLoop, newLoopState } from '../../../../sandbox/time/loop.ts';
import { copyState } from '../../../../sandbox/time/state.ts';
import { EPOCH } from '../../../../sandbox/time/units.ts';
import { directFabric } from '../directfabric.ts';
import { type Ran, type Room, run } from '../room.ts';

export type Userland = 'busybox' | 'debian';

function programsOf(userland: Userland): Record<string, string> {
  const prefix = userland === 'debian' ? 'gnu/' : '';
  const names = programNames(userland === 'debian' ? 'gnu' : 'busybox');
  return Object.fromEntries(names.map((name) => [`/bin/${name}`, prefix + name]));
}

function image(userland: Userland): ImageSource {
  return {
    name: userland,
    tags: ['latest'],
    size: 1000,
    programs: programsOf(userland),
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
      '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
      '/etc/hosts': '127.0.0.1\tlocalhost\n172.18.0.2\tnode\n',
      '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
      '/root': { folder: true },
      '/tmp': { folder: true, mode: '1777' },
      '/bin/args': { text: '#!/bin/sh\nfor a; do printf "[%s]" "$a"; done; echo\n', mode: '0755' },
      '/w/f': 'l1 a\nl2 b\n',
      '/w/d/g': 'x\n',
    },
  };
}

export function newBox(userland: Userland): Room {
  const images = buildImages([image(userland)]);
  const machine = newMachineState(7, newRegistryState(images));
  const state = { loop: newLoopState(EPOCH), channels: newChannelsState(), machine };
  return wireBox(state, images);
}

/** The same box again, over a copy of its state. */
export function copyBox(room: Room, userland: Userland): Room {
  return wireBox(copyState(room.state), buildImages([image(userland)]), false);
}

function wireBox(state: Room['state'], images: readonly Image[], fresh = true): Room {
  const loop = createLoop(state.loop);
  const channels = createChannels(state.channels, loop);
  const told: unknown[] = [];
  loop.actor('test', (what) => told.push(what));
  const hooks = {
    programFailed: (argv: readonly string[], error: unknown) => {
      throw new Error(`${argv.join(' ')} failed`, { cause: error });
    },
  };
  const fabric = directFabric(state.machine, {});
  const kernel = createKernel(state.machine, { loop, channels, fabric, programs: PROGRAMS, images, hooks });
  const [own] = images;
  if (fresh && own !== undefined) {
    const sizes = { cores: 4, memory: 4 * 1024 ** 3, disk: 100 * 1024 ** 3 };
    addHost(kernel, { name: 'node', ...sizes, addresses: ['172.18.0.2'], events: 'test', image: own.digest });
  }
  return { state, loop, channels, kernel, told };
}

/** Runs a script in /w, to its end. */
export function runScript(room: Room, script: string, shell: readonly string[] = ['sh'], ms = 60_000): Ran {
  const env = new Map([
    ['PATH', '/bin'],
    ['HOME', '/root'],
  ]);
  return run(room, [...shell, '-c', script], ms, { env, cwd: '/w' });
}
