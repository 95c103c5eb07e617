// Fresh clusters that have come up, each of which many lessons begin with: it is made once for all that are proven by this
// program, and goes on as a twin.

import { EPOCH } from '../../sandbox/time/units.ts';
import { createSession, type Session } from '../session/session.ts';
import { beginningOf } from './begin.ts';
import type { Lesson } from './lesson.ts';

export interface Boot {
  /** A session whose nodes are ready, and into which nothing was put. */
  twin(): Session;
  /** The same at first from nothing on; later from what this has shown to come up the same. */
  again(): Session;
}

const boots = new Map<string, Boot>();

/** With what a lesson begins. */
export function bootOf(lesson: Lesson): Boot {
  const { lesson: _, ...beginning } = beginningOf(lesson, { version: 'lint', seed: 1, startTime: EPOCH });
  const key = JSON.stringify(beginning);
  const known = boots.get(key);
  if (known !== undefined) return known;
  const session = createSession(beginning);
  let isProven = false;
  const boot: Boot = {
    twin: () => session.twin(),
    again() {
      if (isProven) return session.twin();
      isProven = true;
      return createSession(beginning);
    },
  };
  boots.set(key, boot);
  return boot;
}
