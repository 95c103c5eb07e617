// A machine room for tests: one host, a few images, and programs of a few lines.

import { type Bounds, DEFAULT_BOUNDS } from '../../../sandbox/machine/bounds.ts';
import { bytesOf, textOf } from '../../../sandbox/machine/bytes.ts';
import type { Kernel } from '../../../sandbox/machine/context.ts';
import { buildImages, type Image, type ImageSource } from '../../../sandbox/machine/images/format.ts';
import { newRegistryState } from '../../../sandbox/machine/images/registry.ts';
import { createKernel } from '../../../sandbox/machine/kernel.ts';
import { execOnHost, type HostCommand } from '../../../sandbox/machine/runtime/exec.ts';
import { addHost } from '../../../sandbox/machine/runtime/hosts.ts';
import { type MachineState, newMachineState } from '../../../sandbox/machine/state.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { type Channels, type ChannelsState, createChannels, newChannelsState } from '../../../sandbox/time/channel.ts';
import { createLoop, type Loop, type LoopState, newLoopState } from '../../../sandbox/time/loop.ts';
import { copyState } from '../../../sandbox/time/state.ts';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { type DirectOptions, directFabric } from './directfabric.ts';

export interface RoomState {
  readonly loop: LoopState;
  readonly channels: ChannelsState;
  readonly machine: MachineState;
}

export interface Room {
  readonly state: RoomState;
  readonly loop: Loop;
  readonly channels: Channels;
  readonly kernel: Kernel;
  /** What was told to the actor `test`, in order. */
  readonly told: unknown[];
}

export interface RoomOptions extends DirectOptions {
  readonly programs: Readonly<Record<string, Program>>;
  readonly images?: readonly ImageSource[];
  readonly seed?: number;
  readonly cores?: number;
  readonly bounds?: Partial<Bounds>;
  /** The image that the host is made of, `test:latest` unless given. */
  readonly host?: string;
  /** Programs may fail without failing the test. */
  readonly lenient?: boolean;
}

/** An image with every given program in /bin. */
export function imageWith(programs: Readonly<Record<string, Program>>): ImageSource {
  return {
    name: 'test',
    tags: ['latest'],
    size: 1000,
    applets: { '/bin': Object.keys(programs) },
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nweb:x:100:101:web:/home/web:/bin/sh\n',
      '/etc/group': 'root:x:0:\nweb:x:101:\n',
      '/etc/hosts': '127.0.0.1 localhost\n',
      '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
    },
  };
}

export function imagesOf({ programs, images = [] }: RoomOptions): readonly Image[] {
  return buildImages([imageWith(programs), ...images]);
}

export function newRoom(options: RoomOptions): Room {
  const images = imagesOf(options);
  const machine = newMachineState(options.seed ?? 7, newRegistryState(images));
  const state: RoomState = { loop: newLoopState(EPOCH), channels: newChannelsState(), machine };
  const room = wire(state, options, images);
  const image = images.find(
    ({ repository, tags }) => repository.endsWith('/test') && tags.includes(options.host?.split(':')[1] ?? 'latest'),
  );
  addHost(room.kernel, {
    name: 'node',
    cores: options.cores ?? 4,
    memory: 4 * 1024 ** 3,
    disk: 100 * 1024 ** 3,
    addresses: ['172.18.0.2'],
    events: 'test',
    ...(image === undefined ? {} : { image: image.digest }),
  });
  return room;
}

/** The same room again, over a copy of its state; what was told so far is known there too. */
export function copyRoom(room: Room, options: RoomOptions): Room {
  const copy = wire(copyState(room.state), options, imagesOf(options));
  copy.told.push(...room.told);
  return copy;
}

function wire(state: RoomState, options: RoomOptions, images: readonly Image[]): Room {
  const loop = createLoop(state.loop);
  const channels = createChannels(state.channels, loop);
  const told: unknown[] = [];
  loop.actor('test', (what) => told.push(what));
  const kernel = createKernel(state.machine, {
    loop,
    channels,
    fabric: directFabric(state.machine, options),
    programs: new Map(Object.entries(options.programs)),
    images,
    bounds: { ...DEFAULT_BOUNDS, ...options.bounds },
    hooks: {
      programFailed: (argv, error) => {
        if (options.lenient === true) return;
        throw new Error(`${argv.join(' ')} failed`, { cause: error });
      },
      recordsTooMuch: (argv, answers) => {
        throw new Error(`${argv.join(' ')} has recorded ${answers} answers`);
      },
    },
  });
  return { state, loop, channels, kernel, told };
}

export function hostOf(room: Room) {
  const host = room.state.machine.hosts.get('node');
  if (host === undefined) throw new Error('there is no host');
  return host;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined while it runs. */
  readonly status: number | undefined;
}

export interface Running {
  readonly exec: number;
  /** What it has printed so far; read once. */
  output(): Ran;
  type(text: string): void;
  end(): void;
  /** The same command in a copy of its room. */
  inCopy(copy: Room): Running;
}

/** Starts a command on the host. */
export function start(room: Room, argv: readonly string[], options: Partial<HostCommand> = {}): Running {
  const started = execOnHost(room.kernel, hostOf(room), { argv, actor: 'test', stdin: true, ...options });
  if (!started.ok) throw new Error(started.message);
  return running(room, started.exec, started.stdout, started.stderr);
}

type ChannelNumber = Parameters<Channels['read']>[0];

export function running(room: Room, exec: number, out: ChannelNumber, err: ChannelNumber | undefined): Running {
  return {
    exec,
    output: () => ({
      stdout: drain(room, out),
      stderr: err === undefined ? '' : drain(room, err),
      status: statusIn(room, exec),
    }),
    type: (text) => {
      const known = room.state.machine.execs.get(exec);
      if (known?.stdin !== undefined) room.channels.write(known.stdin, bytesOf(text), text.length);
    },
    end: () => {
      const known = room.state.machine.execs.get(exec);
      if (known?.stdin !== undefined) room.channels.close(known.stdin);
    },
    inCopy: (copy) => running(copy, exec, out, err),
  };
}

function statusIn(room: Room, exec: number): number | undefined {
  for (const what of room.told) {
    if (typeof what === 'object' && what !== null && 'exec' in what && what.exec === exec && 'status' in what) {
      return Number(what.status);
    }
  }
  return undefined;
}

export function drain(room: Room, channel: ChannelNumber): string {
  let text = '';
  for (;;) {
    const read = room.channels.read(channel);
    if (read.kind !== 'more') return text;
    text += read.chunk instanceof Uint8Array ? textOf(read.chunk) : String(read.chunk);
  }
}

/** Runs a command on the host to its end, or for so long. */
export function run(room: Room, argv: readonly string[], ms = 60_000, options: Partial<HostCommand> = {}): Ran {
  const command = start(room, argv, options);
  command.end();
  room.loop.advance(durationMs(ms));
  return command.output();
}
