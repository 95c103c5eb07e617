// How a lesson begins: a session with the lesson's cluster, its files in the home folder, its manifests applied.

import { type ClusterSpec, usualSpec } from '../../sandbox/cluster.ts';
import { durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import { embeddedSession } from '../checks/embedded.ts';
import { sideBySide } from '../session/clusterfile.ts';
import type { Beginning, Session } from '../session/session.ts';
import { clustersOf, type Lesson } from './lesson.ts';
import { createRunner, type Runner, type RunnerProgress } from './runner.ts';

/** What a lesson's session begins with. A lesson that needs a certain seed has it whatever was wished for. */
export function beginningOf(lesson: Lesson, own: Pick<Beginning, 'version' | 'seed' | 'startTime'>): Beginning {
  const { spec = usualSpec(), seed = own.seed } = clustersOf(lesson)[0] ?? {};
  return { ...own, seed, lesson: lesson.id, spec: severalIn(lesson) ?? spec };
}

function severalIn({ clusters }: Lesson): ClusterSpec | undefined {
  return clusters && sideBySide([...clusters].map(([name, { spec }]) => [name, spec]));
}

/** Until the shell is at its prompt. */
const SHELL_STARTS_MS = 500;

/** Brings a new session to the moment at which the learner may begin: one shell is open then. */
export function prepare(lesson: Lesson, session: Session): void {
  if (Object.keys(lesson.files).length > 0) session.enter({ kind: 'files', files: lesson.files });
  const clusters = clustersOf(lesson);
  if (lesson.start.trim() !== '') session.enter({ kind: 'apply', manifests: lesson.start });
  for (const [cluster, manifests] of lesson.starts) session.enter({ kind: 'apply', manifests, cluster });
  session.settle();
  session.advance(durationMs(Math.max(0, ...clusters.map(({ settle = 0 }) => settle))));
  openShell(session);
  const deeds = clusters.flatMap(({ name, faults = [] }) =>
    faults.map((fault) => (name === undefined ? fault : { ...fault, cluster: name })),
  );
  if (deeds.length > 0) session.enter({ kind: 'deeds', deeds });
}

function openShell(session: Session): void {
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(durationMs(SHELL_STARTS_MS));
}

/** Who has left by `exit` finds another shell. */
export function reopenShell(session: Session): void {
  if (session.shells().get(1)?.ended !== true) return;
  session.enter({ kind: 'shell', shell: 1, does: 'close' });
  openShell(session);
}

/** When the learner began: the first shell was opened then. */
export function begunAt(session: Session): TimeMs | undefined {
  return session.inputs().find(({ kind }) => kind === 'shell')?.at;
}

/** The runner of a session that was prepared, now or long ago; it follows the session through undo. */
export function runnerOf(lesson: Lesson, session: Session, saved?: RunnerProgress): Runner {
  const runner = createRunner(lesson, embeddedSession(session.cluster), { saved, since: begunAt(session) });
  session.onRewind(() => runner.rewound());
  return runner;
}
