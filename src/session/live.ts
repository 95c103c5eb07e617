// A session that somebody watches: its virtual time goes along with real time, at 1x unless told otherwise, stands still
// when nobody needs it, and jumps when asked.

import { createPace, HOST_CLOCK, type HostClock, inFuture, type Pace } from '../../sandbox/time/pace.ts';
import { type DurationMs, minutes } from '../../sandbox/time/units.ts';
import { revisionOf } from './clusters.ts';
import type { InputBody } from './inputs.ts';
import type { Session } from './session.ts';

export interface Live {
  readonly session: Session;
  enter(body: InputBody): void;
  /** Something has come from outside: whatever is ready runs soon. */
  poke(): void;
  /** As Session.undo. */
  undo(): string | undefined;
  /** Virtual seconds in a real one; 0 while it stands still. */
  speed(): number;
  setSpeed(speed: number): void;
  /** Stands still for a reason (a card, a menu, nobody there) until every reason is gone. */
  hold(reason: string): void;
  release(reason: string): void;
  held(): boolean;
  /** Jumps ahead. */
  skip(duration: DurationMs): Promise<void>;
  /** Jumps to the next moment at which something in the cluster changes; resolves whether there was one within an hour. */
  skipToChange(): Promise<boolean>;
  /** How far virtual time is behind, because there was too much to do. */
  behind(): DurationMs;
  /** Told after each turn in which the cluster may have moved. */
  onTurn(listener: () => void): () => void;
  stop(): void;
}

/** A jump goes no further than this for a change. */
const FAR = minutes(60);
/** The longest that it runs before others get their turn, in real milliseconds. */
const TURN_MS = 4;

export function createLive(session: Session, clock: HostClock = HOST_CLOCK): Live {
  const turns = new Set<() => void>();
  const reasons = new Set<string>();
  let rate = 1;
  let pace = paced();
  const unsubscribe = session.onRewind(() => {
    pace.stop();
    pace = paced();
  });

  function paced(): Pace {
    return createPace(session.cluster().simulator.loop, {
      clock,
      speed: reasons.size > 0 ? 0 : rate,
      onTurn: () => {
        for (const listener of turns) listener();
      },
    });
  }

  function apply(): void {
    pace.setSpeed(reasons.size > 0 ? 0 : rate);
  }

  return {
    session,
    enter(body) {
      session.enter(body);
      pace.poke();
    },
    poke: () => pace.poke(),
    undo: () => session.undo(),
    speed: () => rate,
    setSpeed(speed) {
      rate = speed;
      apply();
    },
    hold(reason) {
      reasons.add(reason);
      apply();
    },
    release(reason) {
      if (reasons.delete(reason)) apply();
    },
    held: () => reasons.size > 0,
    skip: (duration) => pace.skipTo(inFuture(session.cluster().simulator.loop, duration)),
    async skipToChange() {
      const cluster = session.cluster();
      const { loop } = cluster.simulator;
      const before = revisionOf(cluster);
      const end = inFuture(loop, FAR);
      pace.setSpeed(0);
      for (;;) {
        const until = clock.now() + TURN_MS;
        const reached = loop.runUntil(end, () => revisionOf(cluster) !== before || clock.now() >= until);
        if (reached || revisionOf(cluster) !== before) break;
        await new Promise<void>((resolve) => clock.later(resolve, 0));
      }
      apply();
      return revisionOf(cluster) !== before;
    },
    behind: () => pace.behind(),
    onTurn(listener) {
      turns.add(listener);
      return () => turns.delete(listener);
    },
    stop() {
      unsubscribe();
      pace.stop();
    },
  };
}
