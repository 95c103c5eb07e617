// In what language the workstation's own programs speak to the learner: it stands in the home folder, so that replays and
// copies say the same.

import { tryTextFile } from '../../sandbox/machine/programs/kit/input.ts';
import type { Blocking, Sys } from '../../sandbox/machine/sys.ts';
import type { Language } from '../i18n/language.ts';
import { LEARNER_HOME } from '../workstation/workstation.ts';
import { readHomeFile } from './home.ts';
import type { Session } from './session.ts';

/** Below the home folder. English needs none. */
const FILE = '.k8s-learn/language';

/** Before a line is entered: has the language put on record, where it isn't the one that the workstation knows. */
export function speakIn(session: Session, language: Language): void {
  const known = readHomeFile(session.cluster(), FILE)?.trim() ?? 'en';
  if (known !== language) session.enter({ kind: 'files', files: { [FILE]: `${language}\n` } });
}

/** What a program of the workstation has to speak; its locale says it, too. */
export function* languageOf(sys: Sys): Blocking<Language> {
  if ((sys.env.get('LANG') ?? '').startsWith('ja')) return 'ja';
  return (yield* tryTextFile(sys, `${LEARNER_HOME}/${FILE}`))?.trim() === 'ja' ? 'ja' : 'en';
}
