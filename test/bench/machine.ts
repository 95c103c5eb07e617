// What the machine room costs: processes, calls, copies, requests and probes.

import { createRuntime } from '../../sandbox/machine/runtime/binding.ts';
import { storeImage } from '../../sandbox/machine/runtime/pulls.ts';
import type { ContainerRuntime } from '../../sandbox/machine/runtime.ts';
import { serveHttp } from '../../sandbox/machine/serve.ts';
import type { Program } from '../../sandbox/machine/sys.ts';
import { copyState } from '../../sandbox/time/state.ts';
import { durationMs, seconds } from '../../sandbox/time/units.ts';
import { newBox } from '../sandbox/machine/programs/box.ts';
import { hostOf, newRoom, type Room, run } from '../sandbox/machine/room.ts';
import type { BenchEntry, Figure } from './entry.ts';

const programs: Record<string, Program> = {
  *true() {
    return 0;
  },
  *spawner(sys) {
    for (let i = 0; i < Number(sys.argv[1]); i++) {
      sys.save({ i });
      yield* sys.wait(sys.spawn(['true']));
    }
    return 0;
  },
  *caller(sys) {
    const { read, write } = sys.pipe();
    for (let i = 0; i < Number(sys.argv[1]); i++) {
      sys.save({ i });
      yield* sys.write(write, 'x');
      yield* sys.read(read, 1);
    }
    return 0;
  },
  web: (sys, saved) =>
    serveHttp(sys, saved, {
      port: 8080,
      handle: () => ({ status: 200, body: 'hello\n' }),
      *onAnswer({ method, target }, { status }) {
        yield* sys.write(1, `"${method} ${target} HTTP/1.1" ${status}\n`);
      },
    }),
};

/** The best of a few tries, in microseconds for each of `count`. */
function microseconds(count: number, tries: number, act: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const start = performance.now();
    act();
    best = Math.min(best, ((performance.now() - start) * 1000) / count);
  }
  return best;
}

function roomOfServers(count: number): { readonly room: Room; readonly runtime: ContainerRuntime } {
  const room = newRoom({ programs });
  const host = hostOf(room);
  for (const image of room.kernel.images.values()) storeImage(room.kernel, host, image, image.tags[0]);
  const runtime = createRuntime(room.kernel, host);
  for (let i = 0; i < count; i++) {
    const sandbox = runtime.createSandbox({
      hostname: `web-${i}`,
      addresses: [addressOf(i)],
      cgroupPath: `/kubepods/pod${i}`,
    });
    const logPath = `/var/log/pods/default_web-${i}_uid/main/0.log`;
    const created = runtime.createContainer({ sandbox, name: 'main', image: 'test', command: ['web'], logPath });
    if (created.ok) runtime.startContainer(created.id);
  }
  room.loop.advance(seconds(1));
  return { room, runtime };
}

const addressOf = (i: number): string => `10.244.${i >> 8}.${i & 255}`;

function probeAll({ room, runtime }: ReturnType<typeof roomOfServers>, count: number): void {
  for (let i = 0; i < count; i++) {
    const url = `http://${addressOf(i)}:8080/`;
    runtime.probe({ kind: 'http', url, headers: {} }, durationMs(1000), { actor: 'test', key: i });
  }
  room.loop.advance(seconds(1));
}

const LOOP = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';

/** What a shell does in a real second, and what starting a program in a container costs. */
function shells(): Figure[] {
  const looped = microseconds(20_000, 3, () => run(newBox('busybox'), ['sh', '-c', LOOP], 3_600_000));
  const { room, runtime } = roomOfServers(1);
  const [container] = room.kernel.state.containers.keys();
  const execs = (): void => {
    for (let i = 0; i < 200; i++) {
      runtime.exec(container ?? '', { argv: ['true'] });
      room.loop.advance(durationMs(20));
    }
  };
  return [
    { name: 'iterations of a loop in the shell', value: 1_000_000 / looped, unit: '/s', least: 100_000 },
    { name: 'exec of true', value: microseconds(200, 5, execs) / 1000, unit: 'ms', limit: 2 },
  ];
}

/** A virtual second of probes and of log lines: at 10x they may use half a core. */
function probesOfASecond(): Figure[] {
  const thousand = roomOfServers(1000);
  const value = microseconds(1, 10, () => probeAll(thousand, 1_000)) / 1000;
  return [
    {
      name: 'a second of probes and log lines of 1,000 pods',
      value,
      unit: 'ms',
      limit: 50,
      note: 'at 10x half a core',
    },
  ];
}

export const machine: readonly BenchEntry[] = [
  { name: 'machine', run: measured },
  { name: 'shell', run: shells },
  { name: 'probes', run: probesOfASecond },
];

function measured(): Figure[] {
  const room = newRoom({ programs });
  const hundred = roomOfServers(100);
  const thousand = roomOfServers(1000);
  const inRoom = (argv: readonly string[]) => () => {
    run(room, argv, 3_600_000);
  };
  return [
    { name: 'spawn, exit and wait', value: microseconds(5_000, 4, inRoom(['spawner', '5000'])), unit: 'µs', limit: 20 },
    { name: 'a system call', value: microseconds(100_000, 4, inRoom(['caller', '50000'])), unit: 'µs', limit: 2 },
    {
      name: 'copy of a machine with 100 containers',
      value: microseconds(1, 10, () => copyState(hundred.room.state)) / 1000,
      unit: 'ms',
      limit: 5,
    },
    {
      name: 'an HTTP probe with a log line',
      value: microseconds(1_000, 20, () => probeAll(thousand, 1_000)),
      unit: 'µs',
      limit: 60,
    },
    {
      name: 'an idle hour of 1,000 servers',
      value: microseconds(1, 3, () => thousand.room.loop.advance(seconds(3600))) / 1000,
      unit: 'ms',
      limit: 50,
    },
  ];
}
