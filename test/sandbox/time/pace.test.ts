import { describe, expect, it } from 'vitest';
import { createLoop, newLoopState } from '../../../sandbox/time/loop.ts';
import { createPace, type HostClock } from '../../../sandbox/time/pace.ts';
import { after, EPOCH, seconds } from '../../../sandbox/time/units.ts';

/** A host whose time moves only by hand. */
function handClock(): HostClock & { pass(ms: number): Promise<void> } {
  let now = 0;
  let queue: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    later(run, delay) {
      const entry = { at: now + Math.max(0, delay), run };
      queue.push(entry);
      return () => {
        queue = queue.filter((other) => other !== entry);
      };
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await Promise.resolve();
        const next = queue.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        queue = queue.filter((entry) => entry !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}

function paced(speed: number) {
  const loop = createLoop(newLoopState(EPOCH));
  const seen: number[] = [];
  const port = loop.actor<number>('a', (what) => {
    seen.push(what);
    port.post(what + 1, seconds(1));
  });
  port.post(0);
  const clock = handClock();
  return { loop, seen, clock, pace: createPace(loop, { clock, speed }) };
}

describe('the pace of a session', () => {
  it('lets one virtual second pass in a real one', async () => {
    const { seen, clock } = paced(1);
    await clock.pass(3100);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('runs ten times as fast at 10x, and not at all when it stands still', async () => {
    const { seen, clock, pace } = paced(10);
    await clock.pass(1050);
    expect(seen.length).toBe(11);
    pace.setSpeed(0);
    await clock.pass(5000);
    expect(seen.length).toBe(11);
    pace.setSpeed(1);
    await clock.pass(1000);
    expect(seen.length).toBe(12);
  });

  it('skips to a moment at once and goes on from there', async () => {
    const { loop, seen, clock, pace } = paced(1);
    await clock.pass(10);
    let done = false;
    void pace.skipTo(after(loop.now(), seconds(60))).then(() => {
      done = true;
    });
    await clock.pass(5);
    expect(done).toBe(true);
    expect(seen.length).toBe(61);
    await clock.pass(1000);
    expect(seen.length).toBe(62);
  });
});
