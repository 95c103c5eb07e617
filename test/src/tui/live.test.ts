import { expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { createSession } from '../../../src/session/session.ts';
import { goLive } from '../../../src/tui/live.ts';

it('what nodes write all the time is nothing new to be read; a pod is, and so is another cluster after an undo', () => {
  const session = createSession({ version: '0', seed: 1, startTime: EPOCH });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(durationMs(30_000));
  const live = goLive(session, { onTurn() {}, onRewind() {} });
  const { store } = session.cluster().simulator;
  const [before, revision, reading] = [live.changes(), store.revision(), live.reading()];
  session.advance(durationMs(30_000));
  expect(store.revision()).toBeGreaterThan(revision);
  expect(live.changes()).toBe(before);
  expect(live.reading()).toBe(reading);
  session.enter({ kind: 'line', shell: 1, line: 'kubectl run a --image=nginx' });
  session.advance(durationMs(3000));
  expect(live.changes()).not.toBe(before);
  expect(live.look().pods.some(({ metadata }) => metadata?.name === 'a')).toBe(true);
  session.undo();
  expect(live.reading().pods.some(({ metadata }) => metadata?.name === 'a')).toBe(false);
  live.stop();
});
