// Words for the teacher that were typed in a shell of the learner's own system. What runs on the workstation (`why`, `answer`) runs
// there, in a shell that nobody sees; so it is on record, as everything else that is typed there.

import { inFuture } from '../../../sandbox/time/pace.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import { speakIn } from '../../session/language.ts';
import { answer, type Desk, languageOf } from './desk.ts';
import { takeWord } from './lines.ts';
import { turned } from './turn.ts';

/** Programs of the workstation that may be asked for. */
const PROGRAMS = new Set(['why', 'answer']);
const SHELL = 1;
/** How long a program may take, in the cluster's time. */
const PATIENCE = durationMs(10_000);
const SIZE = { columns: 100, rows: 24 };

export function heard(desk: Desk, words: string): void {
  const [name = ''] = words.split(' ');
  if (PROGRAMS.has(name)) {
    const printed = onWorkstation(desk, words);
    if (printed !== '') answer(desk, name, printed.split('\n'));
  } else takeWord(desk, words);
  turned(desk);
}

/** What a line prints there. */
function onWorkstation(desk: Desk, words: string): string {
  const {
    options: { session },
    live,
  } = desk;
  const printed: Uint8Array[] = [];
  const atPrompt = (): boolean => session.shells().get(SHELL)?.marks.atPrompt === true;
  const wait = (): void => {
    const { loop } = session.cluster().simulator;
    loop.runUntil(inFuture(loop, PATIENCE), atPrompt);
  };
  if (!session.shells().has(SHELL)) {
    live.enter({ kind: 'shell', shell: SHELL, does: 'open', size: SIZE });
    wait();
  }
  const quiet = session.onOutput((id, bytes) => {
    if (id === SHELL) printed.push(bytes);
  });
  speakIn(session, languageOf(desk));
  live.enter({ kind: 'line', shell: SHELL, line: words.split(' ').map(quoted).join(' ') });
  wait();
  quiet();
  return Buffer.concat(printed).toString('utf8').replaceAll('\r', '').trimEnd();
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
