// How a lesson begins: a session with the lesson's cluster, its files in the home folder, its manifests applied.

import { type ClusterSpec, usualSpec } from '../../sandbox/cluster.ts';
import { durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import { embeddedSession } from '../checks/embedded.ts';
import { type Beginning, createSession, type Recorder, type Session } from '../session/session.ts';
import type { Lesson } from './lesson.ts';
import { createRunner, type Runner, type RunnerProgress } from './runner.ts';

export interface BeginOptions {
  readonly version: string;
  readonly seed: number;
  readonly startTime: TimeMs;
  readonly record?: Recorder;
}

/** The cluster that a lesson asks for. */
export function specOf(lesson: Lesson): ClusterSpec {
  return usualSpec(lesson.cluster?.workers ?? 2);
}

/** A session at the moment at which the learner may begin. One shell is open. */
export function beginLesson(lesson: Lesson, { version, seed, startTime, record }: BeginOptions): Session {
  const beginning: Beginning = { version, seed, startTime, lesson: lesson.id, spec: specOf(lesson) };
  const session = createSession(beginning, record);
  prepare(lesson, session);
  return session;
}

/** A little time for the nodes to report and for controllers to do what the start asks of them. */
const USUAL_SETTLE_MS = 2000;

/** Until the shell is at its prompt. */
const SHELL_STARTS_MS = 500;

function prepare(lesson: Lesson, session: Session): void {
  session.advance(durationMs(USUAL_SETTLE_MS));
  if (Object.keys(lesson.files).length > 0) session.enter({ kind: 'files', files: lesson.files });
  if (lesson.start.trim() !== '') session.enter({ kind: 'apply', manifests: lesson.start });
  session.settle();
  session.advance(durationMs(lesson.cluster?.settle ?? 0));
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(durationMs(SHELL_STARTS_MS));
}

/** The runner of a session that has just begun; it follows the session through undo. */
export function runnerOf(lesson: Lesson, session: Session, saved?: RunnerProgress): Runner {
  const runner = createRunner(lesson, embeddedSession(session.cluster), saved);
  session.onRewind(() => runner.rewound());
  return runner;
}
