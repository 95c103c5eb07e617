// Driving a session without a screen: command lines one after the other, virtual time as fast as it goes, the runner told
// of every change on the way, so that what was true for a moment only is seen.

import { after, durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import { revisionOf } from '../session/clusters.ts';
import type { Session } from '../session/session.ts';
import type { RunnerEvent } from './events.ts';
import type { Runner } from './runner.ts';

export interface Driver {
  /** Enters a command line and runs it to its end; its status, or 124 when it was interrupted after so much cluster time. */
  line(text: string, limitMs: number): number | undefined;
  /** Lets time pass. */
  wait(ms: number): void;
  /** Lets time pass until this is so, for at most so long. */
  until(holds: () => boolean, limitMs: number): boolean;
}

const CTRL_C = '\x03';
/** As `timeout` ends. */
export const STOPPED = 124;

export function createDriver(session: Session, runner: Runner, told: (events: readonly RunnerEvent[]) => void): Driver {
  let revision = -1;
  let looked: TimeMs | undefined;

  const look = (): void => {
    const now = revisionOf(session.cluster());
    if (now === revision && looked === session.now()) return;
    revision = now;
    looked = session.now();
    const events = runner.update();
    if (events.length > 0) told(events);
  };

  /** Runs from one instant to the next; looks whenever something was written. */
  const runUntil = (end: TimeMs, holds: () => boolean): boolean => {
    for (;;) {
      if (holds()) return true;
      const cluster = session.cluster();
      const { loop } = cluster.simulator;
      const next = loop.next();
      if (next === undefined || next > end) {
        loop.runUntil(end, () => false);
        look();
        return holds();
      }
      loop.runUntil(next, () => false);
      if (revisionOf(cluster) !== revision) look();
    }
  };

  const atPrompt = (): boolean => session.shells().get(1)?.marks.atPrompt === true;
  const ended = (): boolean => session.shells().get(1)?.ended === true;

  return {
    line(text, limitMs) {
      session.enter({ kind: 'line', shell: 1, line: text });
      const end = after(session.now(), durationMs(limitMs));
      session.settle();
      if (!runUntil(end, () => atPrompt() || ended())) {
        session.enter({ kind: 'keys', shell: 1, keys: CTRL_C });
        session.settle();
        runUntil(after(session.now(), durationMs(5000)), atPrompt);
        look();
        return STOPPED;
      }
      look();
      return session.shells().get(1)?.marks.lastStatus;
    },
    wait(ms) {
      runUntil(after(session.now(), durationMs(ms)), () => false);
      look();
    },
    until: (holds, limitMs) => runUntil(after(session.now(), durationMs(limitMs)), holds),
  };
}
