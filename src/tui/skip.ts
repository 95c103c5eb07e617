// Jumping over the waiting: by a length of time, or to the next moment at which something can be seen to change.

import { durationMs } from '../../sandbox/time/units.ts';
import type { Session } from '../session/session.ts';
import type { Reading } from './live.ts';

/** How far a jump without a length goes if nothing changes. */
const PATIENCE_MS = 10 * 60_000;
const STEP_MS = 1000;

/** Runs the cluster on as fast as it goes. */
export function skipAhead(session: Session, duration: number | undefined, read: () => Reading): void {
  if (duration !== undefined) {
    session.advance(durationMs(duration));
    return;
  }
  const before = signature(read());
  for (let passed = 0; passed < PATIENCE_MS; passed += STEP_MS) {
    session.advance(durationMs(STEP_MS));
    if (signature(read()) !== before) return;
  }
}

/** What can be seen of a cluster, as text. */
function signature({ cluster }: Reading): string {
  return JSON.stringify(cluster);
}
