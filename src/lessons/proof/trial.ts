// A lesson on trial: a fresh session, a script run on it as the learner would, the runner looking at every change.

import { between, EPOCH } from '../../../sandbox/time/units.ts';
import { type Check, everyCheck } from '../../checks/check.ts';
import { embeddedSession } from '../../checks/embedded.ts';
import { hasChanged, momentOf } from '../../checks/session.ts';
import { TRIED } from '../../checks/trial.ts';
import { createSession, type Session } from '../../session/session.ts';
import { QUIET_MS } from '../assess.ts';
import { beginningOf, prepare, runnerOf } from '../begin.ts';
import { createDriver, type Driver, STOPPED } from '../drive.ts';
import { type Lesson, needsOf, type Script } from '../lesson.ts';
import type { Runner } from '../runner.ts';
import { type Mark, type Piece, piecesOf } from './marks.ts';

/** A command that doesn't end is stopped after an hour of cluster time. */
export const COMMAND_MS = 3_600_000;
/** How long a solution's goals may take to hold once its last command has ended. */
const REACH_MS = 180_000;
/** How long a wrong way is left alone before its diagnosis has to be there; longer than that no cluster is waited for. */
const LEAVE_MS = 30_000;

export interface Trial {
  readonly session: Session;
  readonly runner: Runner;
  readonly driver: Driver;
  readonly broken: Set<string>;
  /** Diagnoses that were told on the way. */
  readonly told: Set<string>;
  /** What has been printed in shell 1 since it was last emptied. */
  readonly output: { text: string };
}

/** A lesson's start, from which each trial goes its own way. */
export interface Trials {
  readonly lesson: Lesson;
  /** `looked` is told whenever the runner has looked at the session. */
  begin(looked?: () => void): Trial;
  /** What a trial's inputs make when they are put in again: the first time from before the first, then from the start that this has proven. */
  again(session: Session): Session;
}

/** Brings a session to the moment at which the learner may begin, once for all trials. */
export function trialsOf(lesson: Lesson): Trials {
  let start: Session | undefined;
  let isProven = false;
  const fresh = (): Session => createSession(beginningOf(lesson, { version: 'lint', seed: 1, startTime: EPOCH }));
  const begun = (): Session => {
    const session = fresh();
    prepare(lesson, session);
    return session;
  };
  const twin = (): Session => {
    start ??= begun();
    return start.twin();
  };
  return {
    lesson,
    begin(looked = () => {}) {
      return newTrial(lesson, twin(), looked);
    },
    again({ inputs }) {
      const session = isProven ? twin() : fresh();
      isProven = true;
      session.play(inputs().slice(session.inputs().length));
      return session;
    },
  };
}

function newTrial(lesson: Lesson, session: Session, looked: () => void): Trial {
  const plain = runnerOf(lesson, session);
  const runner: Runner = {
    ...plain,
    update(options) {
      const events = plain.update(options);
      looked();
      return events;
    },
  };
  const broken = new Set<string>();
  const told = new Set<string>();
  const driver = createDriver(session, runner, (events) => {
    for (const event of events) {
      if (event.kind === 'goal-lost' && event.goal.guard === true) broken.add(event.goal.id);
      if (event.kind === 'diagnosis') told.add(event.diagnosis.id);
    }
  });
  const output = { text: '' };
  session.onOutput((shell, bytes) => {
    if (shell === 1) output.text += Buffer.from(bytes).toString('utf8');
  });
  return { session, runner, driver, broken, told, output };
}

export interface AtMoments {
  /** Told at each mark once what stands above it has been run. */
  readonly marked: (mark: Mark) => void;
  /** Told after each command. */
  readonly ended?: (piece: Piece) => void;
}

/** Runs a script in the learner's shell; its status is that of the last command. */
export function runScript({ session, driver }: Trial, script: Script, at?: AtMoments): number | undefined {
  const run = (text: string, shell: string): number | undefined => {
    session.enter({ kind: 'files', files: { '.k8s-learn/script': text } });
    session.settle();
    return driver.line(`${shell} ~/.k8s-learn/script`, COMMAND_MS);
  };
  if (at === undefined) return run(script.text, 'bash');
  let status: number | undefined = 0;
  const pieces = piecesOf(script, { each: at.ended !== undefined });
  for (const piece of pieces) {
    // What is set for one piece is there for the next; a whole script may end with `exit`.
    status = run(piece.text, pieces.length === 1 ? 'bash' : '.');
    at.ended?.(piece);
    for (const mark of piece.marks) at.marked(mark);
    if (status === STOPPED) break;
  }
  return status;
}

/**
 * Lets time pass as a mark asks for: what is open is so at once, or once the cluster is quiet where it has to be tried;
 * what is reached or recognised may take a while.
 */
export function awaitMark({ kind, id }: Mark, trial: Trial): void {
  const { runner, driver } = trial;
  const { goals } = runner.lesson;
  const about = goals.find((goal) => goal.id === id);
  const tries = { tries: true, ...(about === undefined ? {} : { only: new Set([id, ...needsOf(goals)(id)]) }) };
  if (kind === 'diagnosis') leaveAlone(trial);
  if (about !== undefined && isTried(about.check)) untilQuiet(trial);
  const holds = (): boolean => {
    const goal = runner.goal(id);
    if (goal !== undefined && goal.state !== 'done' && goal.verdict.untried === true) runner.update(tries);
    return runner.goal(id)?.state === 'done';
  };
  if (kind === 'done') driver.until(holds, REACH_MS);
  const isKnown = (): boolean => runner.predictions().some(({ prediction, known }) => prediction.id === id && known);
  if (kind === 'known') driver.until(isKnown, REACH_MS);
  runner.update(tries);
}

function isTried(check: Check): boolean {
  return [...everyCheck(check)].some(({ kind }) => TRIED.has(kind));
}

/** Waits as the app does before it tries something: a pod that is about to go would answer for the new one. */
function untilQuiet({ session, driver }: Trial): void {
  const cluster = embeddedSession(session.cluster);
  let moment = momentOf(cluster);
  let since = cluster.now();
  const isQuiet = (): boolean => {
    if (hasChanged(cluster, moment)) since = cluster.now();
    moment = momentOf(cluster);
    return between(since, cluster.now()) >= QUIET_MS;
  };
  driver.until(isQuiet, LEAVE_MS);
}

/** Waits until the goals hold, or long enough to say that they don't. */
export function runUntilReached({ runner, driver }: Trial): void {
  const looksDone = (): boolean =>
    runner.goals().every((goal) => goal.state !== 'open' || goal.verdict.untried === true);
  driver.until(looksDone, REACH_MS);
  for (let waited = 0; !reaches(runner) && waited < REACH_MS; waited += 10_000) driver.wait(10_000);
}

/** Waits until a wrong way must have been recognised. */
export function leaveAlone({ driver }: Trial): void {
  driver.wait(LEAVE_MS);
}

export function reaches(runner: Runner): boolean {
  runner.update({ tries: true });
  return runner.done();
}
