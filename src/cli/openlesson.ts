// A lesson as commands and the screen open it: its session, gone on with or new, its runner, and where both are kept.

import { own } from '../../sandbox/kube/json.ts';
import type { Words } from '../i18n/say.ts';
import { beginningOf, prepare, reopenShell, runnerOf } from '../lessons/begin.ts';
import type { Lesson } from '../lessons/lesson.ts';
import type { Runner } from '../lessons/runner.ts';
import { decodeRunner, encodeRunner } from '../lessons/saved.ts';
import { goToStep } from '../lessons/steps.ts';
import { withLesson, withMistakes } from '../progress/progress.ts';
import type { ProgressStore } from '../progress/store.ts';
import { type Draft, draftOf, type Kept, openKept } from '../session/folder.ts';
import { startingNow } from '../session/ready/ready.ts';
import type { Session } from '../session/session.ts';
import { progressOf } from './course.ts';
import type { Call } from './drills.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { newTokenKey } from './tokenkey.ts';
import { VERSION } from './version.ts';

/** How a lesson is to be opened. */
export interface Opening {
  /** Begins anew; what was there is put aside. */
  readonly restart?: boolean;
  /** The step to begin at, from 1; earlier ones are done. */
  readonly step?: number;
  /** A session that has begun already, for when a new one is needed. */
  readonly draft?: Draft;
  /** A drill that was asked for, in the place of one that is drawn. */
  readonly drill?: Call;
}

export interface OpenLesson {
  readonly lesson: Lesson;
  readonly session: Session;
  readonly runner: Runner;
  readonly store: ProgressStore;
  /** As in Kept. */
  readonly keyed: boolean;
  /** What the learner has to be told, each once: asked for at first, and again and again. */
  notices(): readonly Words[];
  /** Whether all of it is on disk. */
  kept(): boolean;
  /** Keeps what has been learned so far. */
  keep(finished: boolean): void;
  /** Keeps everything, and where the cluster is. */
  close(): void;
}

/** The `--step` of a command line. Throws a Failure. */
export function stepOf({ steps }: Lesson, given: unknown): number {
  const step = Number(given);
  if (Number.isInteger(step) && step >= 1 && step <= steps.length) return step;
  const what = `k8s-learn learn: --step ${String(given)}: there is no such step.`;
  throw new Failure(EXIT.usage, what, `The lesson has ${steps.length}.`, 'Give a number from 1 on, or leave it out.');
}

/** For the cluster beside which such shells are. */
export function tokenKeyFor(shell: GlobalOptions['shell']): string | undefined {
  return shell === 'system' ? newTokenKey() : undefined;
}

/** A session of a lesson at the moment at which the learner may begin. */
export function lessonDraft(lesson: Lesson, { seed = 1, shell }: Pick<GlobalOptions, 'seed' | 'shell'>): Draft {
  const draft = draftOf(beginningOf(lesson, { version: VERSION, seed, startTime: startingNow() }), tokenKeyFor(shell));
  prepare(lesson, draft.session);
  return draft;
}

export function openLesson(lesson: Lesson, options: GlobalOptions, opening: Opening = {}): OpenLesson {
  const store = progressOf(options);
  const { restart, step, draft } = opening;
  const kept = openKept(options.dataDir, lesson.id, () => draft ?? lessonDraft(lesson, options), restart);
  const { session } = kept;
  reopenShell(session);
  const saved = kept.resumed ? decodeRunner(own(store.read().lessons, lesson.id)?.runner) : undefined;
  const runner = runnerOf(lesson, session, saved);
  if (step !== undefined) goToStep(session, runner, step);
  const keep = (finished: boolean): void => {
    // What belongs to a session that isn't kept must not take the place of what belongs to the one that is.
    if (kept.unkept !== undefined && !finished) return;
    const learned = runner.progress();
    store.update((progress) => {
      const next = withLesson(progress, lesson.id, Date.now(), finished, encodeRunner(learned));
      return finished ? withMistakes(next, learned.mistaken) : next;
    });
  };
  keep(false);
  return {
    lesson,
    session,
    runner,
    store,
    keyed: kept.keyed,
    notices: noticesOf(kept, store.notices),
    kept: () => kept.unkept === undefined && store.kept(),
    keep,
    close: () => closed(kept, () => keep(false)),
  };
}

/** Ends a session where it is, keeps how it went, and gives its record free. */
export function closed({ session, close }: Kept, keep: () => void): void {
  session.enter({ kind: 'end' });
  session.settle();
  keep();
  close();
}

/** What there is to be told of a session, each once. */
export function noticesOf(kept: Kept, others: () => readonly Words[] = () => []): () => readonly Words[] {
  const told = new Set<Words>();
  return () => {
    const all = [kept.dropped, kept.unkept, ...others()].flatMap((words) => (words === undefined ? [] : [words]));
    const news = all.filter((words) => !told.has(words));
    for (const words of news) told.add(words);
    return news;
  };
}
