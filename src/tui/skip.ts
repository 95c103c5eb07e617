// Jumping over the waiting: by a length of time, or to the next moment at which something changes that matters.

import { durationMs } from '../../sandbox/time/units.ts';
import type { Session } from '../session/session.ts';

/** How far a jump without a length goes if nothing changes. */
export const PATIENCE_MS = 10 * 60_000;
const STEP_MS = 1000;

/**
 * Runs the cluster on as fast as it goes, a second of its time with each step, so that whoever takes the steps may pause between
 * them, or stop. `matters` is another text when something has changed.
 */
export function* jump(session: Session, duration: number | undefined, matters: () => string): Generator<void> {
  const before = duration === undefined ? matters() : '';
  const far = duration ?? PATIENCE_MS;
  for (let passed = 0; passed < far; passed += STEP_MS) {
    session.advance(durationMs(Math.min(STEP_MS, far - passed)));
    if (duration === undefined && matters() !== before) return;
    yield;
  }
}
