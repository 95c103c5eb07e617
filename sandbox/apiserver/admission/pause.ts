// How admission waits for something that is about to be there: by the cluster's clock.

import type { Loop, Signal, Work } from '../../time/loop.ts';
import type { DurationMs } from '../../time/units.ts';

/** Work that goes on when this much time has passed. */
export type Pause = (duration: DurationMs) => Work<void>;

/** Once for each loop: it takes the name of an actor. */
export function createPause(loop: Loop): Pause {
  const ends = loop.actor<Signal>('admission', (signal) => loop.fire(signal, undefined));
  return function* pause(duration) {
    const signal = loop.signal();
    ends.post(signal, duration);
    yield signal;
  };
}
