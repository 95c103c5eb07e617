// A step begun again: the session goes back to where the learner came to it.

import type { Session } from '../session/session.ts';
import type { Runner } from './runner.ts';

/** Goes back; answers whether there was anything to take back. */
export function restartStep(session: Session, runner: Runner): boolean {
  const went = session.rewind(runner.begun());
  runner.update();
  return went;
}
