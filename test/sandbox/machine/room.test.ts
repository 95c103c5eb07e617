import { describe, expect, it } from 'vitest';
import { bytesOf, textOf } from '../../../sandbox/machine/bytes.ts';
import { takeRequestHead } from '../../../sandbox/machine/http.ts';
import { formatFrame, takeFrame } from '../../../sandbox/machine/net/websocket.ts';
import { createRuntime } from '../../../sandbox/machine/runtime/binding.ts';
import { addHost, crashHost, removeHost } from '../../../sandbox/machine/runtime/hosts.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import { createVolume } from '../../../sandbox/machine/runtime/volumes.ts';
import { fill, newBuffer } from '../../../sandbox/machine/streams/buffer.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { dump } from './dump.ts';
import { copyRoom, hostOf, newRoom, type Room, run, start } from './room.ts';

const steps = (...all: readonly Step[]): readonly string[] => ['bot', JSON.stringify(all)];

describe('a machine room', () => {
  it('does not notice another one beside it', () => {
    const options = { programs: { bot } };
    const begin = (): Room => {
      const room = newRoom(options);
      for (let i = 0; i < 5; i++)
        start(room, steps(['loop', 20, [['random'], ['run', [['spend', 30]]], ['sleep', 13]]]));
      return room;
    };
    const alone = begin();
    alone.loop.advance(seconds(2));
    const [one, two] = [begin(), begin()];
    for (let i = 0; i < 200; i++) for (const room of [one, two]) room.loop.advance(durationMs(10));
    expect(dump(one.state)).toBe(dump(alone.state));
    expect(dump(two.state)).toBe(dump(alone.state));
  });

  it('tells when a program that lives long does not save', () => {
    const careless: Program = function* (sys) {
      for (;;) {
        yield* sys.sleep(durationMs(1));
        yield* sys.read(yield* sys.open('/dev/zero', { read: true }));
        sys.close(3);
      }
    };
    for (const bounds of [{ recorded: 1000 }, { recordedBytes: 1_000_000 }]) {
      const room = newRoom({ programs: { careless }, bounds });
      start(room, ['careless']);
      expect(() => room.loop.advance(seconds(5))).toThrow(/careless has recorded \d+ answers/);
    }
  });

  it('says of a program that nobody has written that it is not simulated', () => {
    const image = {
      name: 'test',
      tags: ['x'],
      base: 'test:latest',
      programs: { '/bin/rare': 'rare' },
      applets: { '/usr/bin': ['bot', 'odd'] },
      flavour: 'gnu' as const,
    };
    const room = newRoom({ programs: { bot }, images: [image], host: 'test:x' });
    expect(run(room, ['rare'])).toEqual({
      stdout: '',
      stderr: 'rare: k8s-learn does not simulate this program\n',
      status: 127,
    });
    expect(run(room, ['/usr/bin/bot', '[["exit",4]]']).status).toBe(4);
    expect(run(room, ['odd']).status).toBe(127);
  });
});

describe('a program that depends on more than its calls', () => {
  it('is found out when a machine is copied', () => {
    let calls = 0;
    const cheat: Program = function* (sys) {
      if (calls++ === 0) yield* sys.sleep(durationMs(100));
      yield* sys.read(0);
      return 0;
    };
    const options = { programs: { cheat } };
    const room = newRoom(options);
    start(room, ['cheat']);
    room.loop.advance(durationMs(15));
    const twin = copyRoom(room, options);
    expect(() => twin.loop.advance(seconds(1))).toThrow();
  });
});

describe('a host', () => {
  it('that is taken away ends all that was on it, and tells nobody', () => {
    const room = newRoom({ programs: { bot, listen } });
    const image = [...room.kernel.images.values()][0];
    const other = addHost(room.kernel, {
      name: 'other',
      cores: 1,
      memory: 1e9,
      disk: 1e10,
      addresses: ['172.18.0.3'],
      events: 'test',
      ...(image && { image: image.digest }),
    });
    if (image !== undefined) storeImage(room.kernel, other, image, 'latest');
    const runtime = createRuntime(room.kernel, other);
    const sandbox = runtime.createSandbox({ hostname: 'a', addresses: ['10.0.0.7'], cgroupPath: '/a' });
    const created = runtime.createContainer({ sandbox, name: 'a', image: 'test', command: ['listen'] });
    if (created.ok) runtime.startContainer(created.id);
    createVolume(room.kernel, { name: 'kept' });
    const client: ReturnType<typeof start> = start(room, steps(['sleep', 10]));
    room.loop.settle();
    removeHost(room.kernel, other);
    room.loop.advance(seconds(1));
    const { hosts, containers, sandboxes, networks, processes, volumes } = room.state.machine;
    expect([hosts.size, containers.size, sandboxes.size, networks.size, processes.size, volumes.size]).toEqual([
      1, 0, 0, 1, 0, 1,
    ]);
    expect(room.told).toHaveLength(1);
    expect(client.output().status).toBe(0);
  });

  it('that crashes keeps its disk, and those it spoke to hear nothing more', () => {
    const wait: Program = function* (sys) {
      const fd = yield* sys.connect({ host: '10.0.0.7', port: 80 });
      yield* sys.write(1, 'connected ');
      yield* sys.write(1, `${(yield* sys.poll([fd], seconds(60))).length} answers`);
      return 0;
    };
    const room = newRoom({ programs: { listen, wait } });
    const image = [...room.kernel.images.values()][0];
    const other = addHost(room.kernel, {
      name: 'other',
      cores: 1,
      memory: 1e9,
      disk: 1e10,
      addresses: ['172.18.0.3'],
      events: 'test',
      ...(image && { image: image.digest }),
    });
    if (image !== undefined) storeImage(room.kernel, other, image, 'latest');
    const runtime = createRuntime(room.kernel, other);
    const sandbox = runtime.createSandbox({ hostname: 'a', addresses: ['10.0.0.7'], cgroupPath: '/a' });
    const created = runtime.createContainer({ sandbox, name: 'a', image: 'test', command: ['listen'] });
    if (!created.ok) throw new Error(created.message);
    runtime.startContainer(created.id);
    runtime.files().write('/var/lib/kept', 'on the disk');
    room.loop.settle();
    const client = start(room, ['wait']);
    room.loop.settle();
    crashHost(room.kernel, other);
    room.loop.advance(seconds(120));
    expect(client.output().stdout).toBe('connected 0 answers');
    expect(runtime.container(created.id)).toMatchObject({ state: 'exited', exitCode: 255, reason: 'Unknown' });
    expect(room.told).toHaveLength(1);
    expect([
      runtime.files().readText('/var/lib/kept'),
      runtime.files().size('/var/lib'),
      runtime.files().size('/no'),
    ]).toEqual(['on the disk', 11, 0]);
    expect([...room.state.machine.processes.values()].filter(({ host }) => host === other)).toEqual([]);
  });

  it('shows itself whole to a container that mounts its root', () => {
    const room = newRoom({ programs: { bot } });
    const host = hostOf(room);
    const image = [...room.kernel.images.values()][0];
    if (image !== undefined) storeImage(room.kernel, host, image, 'latest');
    const runtime = createRuntime(room.kernel, host);
    start(room, steps(['sleep', 100_000]));
    const sandbox = runtime.createSandbox({ hostname: 'a', addresses: ['10.0.0.7'], cgroupPath: '/a' });
    const created = runtime.createContainer({
      sandbox,
      name: 'a',
      image: 'test',
      logPath: '/var/log/a/0.log',
      mounts: [{ source: { kind: 'host', path: '/' }, target: '/host' }],
      command: steps(
        ['list', '/host'],
        ['cat', '/host/proc/1/comm'],
        ['list', '/proc'],
        ['append', '/host/etc/new', 'x'],
      ),
    });
    if (!created.ok) throw new Error(created.message);
    runtime.startContainer(created.id);
    room.loop.settle();
    const [root = '', comm, proc = ''] = textOf(runtime.logs('/var/log/a/0.log', {})).split('\n');
    expect(root.split(' ')).toContain('etc');
    expect(comm).toBe('bot');
    expect(proc.split(' ').filter((name) => /^\d+$/.test(name))).toEqual(['1']);
    expect(runtime.files().exists('/etc/new')).toBe(true);
    runtime.removeSandbox(sandbox);
    expect(host.root.fs.opens.size).toBe(0);
  });
});

const listen: Program = function* (sys) {
  const fd = sys.listen({ host: '', port: 80 });
  yield* sys.accept(fd);
  yield* sys.sleep(seconds(1000));
  return 0;
};

describe('a websocket to a program', () => {
  it('carries whole messages both ways', () => {
    const server: Program = function* (sys) {
      const fd = yield* sys.accept(sys.listen({ host: '', port: 80 }));
      const received = newBuffer();
      while (takeRequestHead(received) === undefined) fill(received, yield* sys.read(fd));
      yield* sys.write(
        fd,
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: chat\r\n\r\n',
      );
      for (let i = 0; i < 2; ) {
        const frame = takeFrame(received);
        if (frame === undefined) fill(received, yield* sys.read(fd));
        else {
          yield* sys.write(fd, formatFrame(bytesOf(textOf(frame.payload).toUpperCase())));
          i++;
        }
      }
      return 0;
    };
    const client: Program = function* (sys) {
      const socket = yield* sys.webSocket({ method: 'GET', url: 'ws://127.0.0.1/chat' }, ['chat']);
      if ('refused' in socket) return 1;
      yield* sys.write(socket.fd, 'x'.repeat(70_000));
      const first = yield* sys.read(socket.fd);
      yield* sys.write(socket.fd, 'short');
      const ready = yield* sys.poll([socket.fd], seconds(1));
      const second = textOf(yield* sys.read(socket.fd));
      yield* sys.write(
        1,
        `${socket.protocol} ${first.length} ${ready.length} ${second} ${(yield* sys.read(socket.fd)).length}`,
      );
      return 0;
    };
    const room = newRoom({ programs: { server, client } });
    start(room, ['server']);
    room.loop.settle();
    expect(run(room, ['client']).stdout).toBe('chat 70000 1 SHORT 0');
  });
});
