// Work of a cluster carried out to its end, as much of the cluster's time as it may take.

import type { Loop, Outcome, Work } from '../sandbox/time/loop.ts';
import { durationMs } from '../sandbox/time/units.ts';

/** What the work answers. It throws what the work throws, or when nothing would ever wake it. */
export function awaited<T>(loop: Loop, work: Work<T>): T {
  let ended: Outcome<T> | undefined;
  loop.start(work, (outcome) => {
    ended = outcome;
  });
  for (;;) {
    if (ended?.ok === false) throw ended.error;
    if (ended !== undefined) return ended.value;
    const next = loop.next();
    if (next === undefined) throw new Error('nothing will wake this work');
    loop.advance(durationMs(next - loop.now()));
  }
}
