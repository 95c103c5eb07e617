import { describe, expect, it } from 'vitest';
import type { HostClock } from '../../../sandbox/time/pace.ts';
import { EPOCH, seconds } from '../../../sandbox/time/units.ts';
import { createLive } from '../../../src/session/live.ts';
import { createSession } from '../../../src/session/session.ts';

/** A host whose time stands still, and that runs what is asked of it at once. */
function eager(): HostClock {
  return {
    now: () => 0,
    later(run, delay) {
      if (delay === 0) queueMicrotask(run);
      return () => {};
    },
  };
}

describe('a session that is watched', () => {
  it('jumps ahead, and to the next change', async () => {
    const live = createLive(createSession({ version: '0', seed: 1, startTime: EPOCH }), eager());
    const { session } = live;
    live.enter({ kind: 'shell', shell: 1, does: 'open' });
    await live.skip(seconds(5));
    expect(session.now() - EPOCH).toBeGreaterThanOrEqual(5000);
    live.enter({ kind: 'line', shell: 1, line: 'sleep 100; kubectl create configmap a' });
    const revision = session.cluster().simulator.store.revision();
    for (let at = 0; at < 200 && session.inputs().length > 0; at++) {
      if (!(await live.skipToChange()) || session.now() - EPOCH > 105_000) break;
    }
    expect(session.cluster().simulator.store.revision()).toBeGreaterThan(revision);
    live.stop();
  });

  it('stands still as long as anybody wants it to', () => {
    const live = createLive(createSession({ version: '0', seed: 1, startTime: EPOCH }), eager());
    live.hold('menu');
    live.hold('idle');
    live.release('menu');
    expect(live.held()).toBe(true);
    live.release('idle');
    expect(live.held()).toBe(false);
    expect(live.speed()).toBe(1);
    live.stop();
  });
});
