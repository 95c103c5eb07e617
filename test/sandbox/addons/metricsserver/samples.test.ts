import { describe, expect, it } from 'vitest';
import {
  isReady,
  newMetricsState,
  type Point,
  remember,
  usageFrom,
} from '../../../../sandbox/addons/metricsserver/samples.ts';
import { readSummary } from '../../../../sandbox/addons/metricsserver/summary.ts';
import { timeMs } from '../../../../sandbox/time/units.ts';

/** Times in seconds, CPU in seconds of one core. */
function point(startedAt: number, at: number, cpu: number, memory = 1024): Point {
  return { startedAt: timeMs(startedAt * 1000), at: timeMs(at * 1000), cpu: cpu * 1e9, memory };
}

function batch(containers: Readonly<Record<string, Point>>, node = point(0, 0, 0)) {
  return { nodes: new Map([['n', node]]), pods: new Map([['a/b', new Map(Object.entries(containers))]]) };
}

function having(...rounds: readonly ReturnType<typeof batch>[]) {
  const state = newMetricsState();
  for (const round of rounds) remember(state, round);
  return { state, usage: usageFrom(state) };
}

describe('samples of usage', () => {
  it('are worth nothing until there are two', () => {
    const one = having(batch({ c: point(0, 100, 5) }, point(0, 100, 50)));
    expect([one.usage.node('n'), one.usage.pod('a', 'b'), isReady(one.state)]).toEqual([undefined, undefined, false]);
  });

  it('tell the average between the last two, and memory by the page', () => {
    const { usage, state } = having(
      batch({ c: point(0, 100, 5) }, point(0, 100, 50)),
      batch({ c: point(0, 115, 8, 2048) }, point(0, 115, 65)),
    );
    expect(usage.pod('a', 'b')).toEqual({
      at: 115_000,
      window: 15_000,
      containers: [{ name: 'c', usage: { cpu: 200_000_000, memory: 4096 } }],
    });
    expect(usage.node('n')?.usage.cpu).toBe(1e9);
    expect(isReady(state)).toBe(true);
  });

  it('count from the start of a container that has run for ten seconds', () => {
    expect(having(batch({ c: point(88, 100, 6) })).usage.pod('a', 'b')).toMatchObject({
      window: 12_000,
      containers: [{ usage: { cpu: 500_000_000 } }],
    });
    expect(having(batch({ c: point(91, 100, 6) })).usage.pod('a', 'b')).toBeUndefined();
  });

  it('say nothing of a container that was started again, nor of its pod', () => {
    const rounds = [
      batch({ c: point(0, 100, 5), d: point(0, 100, 5) }),
      batch({ c: point(110, 115, 1), d: point(0, 115, 5) }),
    ];
    expect(having(...rounds).usage.pod('a', 'b')).toBeUndefined();
  });

  it('are forgotten with the first round that has nothing of them', () => {
    const rounds = [
      batch({ c: point(0, 100, 5) }),
      { nodes: new Map(), pods: new Map() },
      batch({ c: point(0, 130, 6) }),
    ];
    expect(having(...rounds).usage.pod('a', 'b')).toBeUndefined();
  });
});

describe('a summary', () => {
  it('is read as points of the moment, and without what has no figures', () => {
    const cpu = { usageCoreNanoSeconds: 7 };
    const memory = { workingSetBytes: 9 };
    const startTime = '1970-01-01T00:00:01Z';
    const summary = {
      node: { startTime, cpu, memory },
      pods: [
        { podRef: { name: 'b', namespace: 'a' }, containers: [{ name: 'c', startTime, cpu, memory }, { name: 'd' }] },
        { podRef: { name: 'e', namespace: 'a' }, containers: [] },
      ],
    };
    const expected = { startedAt: 1000, at: 5000, cpu: 7, memory: 9 };
    expect(readSummary(JSON.stringify(summary), timeMs(5000))).toEqual({
      node: expected,
      pods: [['a/b', new Map([['c', expected]])]],
    });
    expect(readSummary('[]', timeMs(0))).toEqual({ node: undefined, pods: [] });
  });
});
