// A step begun again: the session goes back to where the learner came to it.

import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import type { Session } from '../session/session.ts';
import type { Runner } from './runner.ts';

/** Goes back; answers whether there was anything to take back. */
export function restartStep(session: Session, runner: Runner): boolean {
  const went = session.rewind(runner.begun());
  runner.update();
  return went;
}

/** The word `restart`; undefined for other lines. */
export function handleRestart(
  session: Session,
  runner: Runner,
  line: string,
  lang: Language,
): readonly string[] | undefined {
  if (line.normalize('NFKC').trim() !== 'restart') return undefined;
  return [tell(lang, restartStep(session, runner) ? 'learn.restarted' : 'learn.nothingToRestart', {})];
}
