import { describe, expect, it } from 'vitest';
import { newCgroup } from '../../../sandbox/machine/cgroups.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { hostOf, newRoom, run, start } from './room.ts';

const steps = (...all: readonly Step[]): readonly string[] => ['bot', JSON.stringify(all)];

/** Computes without end. */
const busy: Program = function* (sys) {
  for (;;) {
    sys.save({});
    yield* sys.spend(1000);
  }
};

const programs = { bot, busy };

function stepsOf(room: ReturnType<typeof newRoom>, name: string): readonly number[] {
  return [...room.state.machine.processes.values()]
    .filter(({ argv }) => argv[0] === name)
    .map(({ steps: used }) => used);
}

describe('virtual CPU', () => {
  it('lets time pass for work: 10,000 steps are a second', () => {
    const room = newRoom({ programs });
    const result = run(room, steps(['now'], ['spend', 20_000], ['now']), 10_000);
    const [before = 0, after = 0] = result.stdout.trim().split('\n').map(Number);
    expect(after - before).toBe(2000);
  });

  it('never keeps a settle from ending, whatever a program does', () => {
    const restless: Program = function* (sys) {
      for (;;) {
        sys.save({});
        yield* sys.wait(sys.spawn(['bot', '[]']));
      }
    };
    const chain: Program = function* (sys) {
      sys.spawn(['chain']);
      return 0;
    };
    const pingPong: Program = function* (sys) {
      const there = sys.pipe();
      const back = sys.pipe();
      sys.spawn(['bot', JSON.stringify([['copy', 1]])], {
        fds: new Map([
          [0, there.read],
          [1, back.write],
        ]),
      });
      for (;;) {
        sys.save({});
        yield* sys.write(there.write, 'x');
        yield* sys.read(back.read, 1);
      }
    };
    const room = newRoom({ programs: { ...programs, restless, chain, pingPong } });
    for (const name of ['busy', 'restless', 'chain', 'pingPong']) start(room, [name]);
    room.loop.settle();
    const { ran } = room.state.loop;
    expect(ran).toBeLessThan(2000);
    room.loop.advance(durationMs(100));
    expect(room.state.loop.ran - ran).toBeLessThan(20_000);
  });

  it('is shared by those that want it, and nobody else waits', () => {
    const room = newRoom({ programs, cores: 2 });
    for (let i = 0; i < 8; i++) start(room, ['busy']);
    const other = start(
      room,
      steps(
        [
          'loop',
          10,
          [
            ['sleep', 50],
            ['spend', 5],
          ],
        ],
        ['now'],
      ),
    );
    room.loop.advance(seconds(10));
    for (const used of stepsOf(room, 'busy')) expect(used / 10_000 / 10).toBeCloseTo(2 / 8, 1);
    const took = Number(other.output().stdout) - (room.loop.now() - 10_000);
    expect(took).toBeLessThan(900);
  });

  it('gives each of a few as much as one core can', () => {
    const room = newRoom({ programs, cores: 4 });
    for (let i = 0; i < 3; i++) start(room, ['busy']);
    room.loop.advance(seconds(5));
    for (const used of stepsOf(room, 'busy')) expect(used).toBeCloseTo(50_000, -3);
  });

  it('is limited by the group, and what was throttled is counted', () => {
    const room = newRoom({ programs });
    const host = hostOf(room);
    host.cgroup.cpuLimit = 250;
    start(room, ['busy']);
    start(room, ['busy']);
    room.loop.advance(seconds(10));
    expect(host.cgroup.steps / 10_000).toBeCloseTo(2.5, 1);
    const { periods, throttledPeriods, throttledMs } = host.cgroup;
    expect(periods).toBeGreaterThan(95);
    expect(throttledPeriods).toBeGreaterThan(95);
    expect(throttledMs).toBeGreaterThan(8_000);
  });

  it('costs nothing while everybody waits', () => {
    const room = newRoom({ programs });
    for (let i = 0; i < 200; i++) start(room, steps(['copy', 10]));
    room.loop.advance(seconds(1));
    const { ran } = room.state.loop;
    room.loop.advance(seconds(3600));
    expect(room.state.loop.ran).toBe(ran);
  });
});

describe('memory', () => {
  it('over a group’s limit ends its biggest process', () => {
    const room = newRoom({ programs });
    const host = hostOf(room);
    host.cgroup.memoryLimit = 100_000_000;
    const small = start(room, steps(['claim', 30_000_000], ['sleep', 1000], ['say', 'alive']));
    const big = start(room, steps(['claim', 50_000_000], ['sleep', 10], ['claim', 90_000_000], ['say', 'alive']));
    room.loop.advance(seconds(5));
    expect(small.output()).toMatchObject({ stdout: 'alive\n', status: 0 });
    expect(big.output()).toMatchObject({ stdout: '', status: 137 });
    expect(host.cgroup.oomKills).toBe(1);
    expect(host.cgroup.memory).toBe(0);
    expect(host.cgroup.memoryPeak).toBeGreaterThan(100_000_000);
  });

  it('of a node ends the process with the highest score', () => {
    const room = newRoom({ programs });
    const host = hostOf(room);
    host.cgroup.memoryLimit = host.memory;
    const pods = [900, 100].map((score) => {
      const command = start(room, steps(['claim', 1_500_000_000], ['sleep', 1000], ['say', 'alive']));
      const exec = room.state.machine.execs.get(command.exec);
      const process = room.state.machine.processes.get(exec?.process ?? 0);
      if (process !== undefined) process.oomScoreAdj = score;
      return command;
    });
    start(room, steps(['sleep', 100], ['claim', 2_000_000_000], ['sleep', 1000]));
    room.loop.advance(seconds(5));
    expect(pods.map((pod) => pod.output().status)).toEqual([137, 0]);
  });

  it('counts along the whole path of groups', () => {
    const root = newCgroup('', undefined, {});
    const pod = newCgroup('/pod', root, { memory: 10 });
    expect(pod.parent).toBe(root);
    expect(root.memoryLimit).toBeUndefined();
  });
});
