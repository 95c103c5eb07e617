// `k8s-learn check`: the verdict on a lesson's cluster, as it was left, or as a script makes it.

import { existsSync, readFileSync } from 'node:fs';
import { own } from '../../sandbox/kube/json.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { EPOCH } from '../../sandbox/time/units.ts';
import { say } from '../i18n/say.ts';
import type { GoalView } from '../lessons/assess.ts';
import { beginningOf, prepare, runnerOf } from '../lessons/begin.ts';
import { createDriver } from '../lessons/drive.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { goalLine, pointLines, verdictLines } from '../lessons/plain.ts';
import { pointsOf, weightOf } from '../lessons/points.ts';
import type { Runner } from '../lessons/runner.ts';
import { decodeRunner } from '../lessons/saved.ts';
import { sessionFile } from '../session/folder.ts';
import { type Recorded, readRecord } from '../session/record.ts';
import { createSession, replay, type Session } from '../session/session.ts';
import { lessonNamed, openCourse, progressOf } from './course.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { VERSION } from './version.ts';

const SCRIPT_MS = 3_600_000;
const AFTER_MS = 60_000;

export async function check(
  [name = '']: readonly string[],
  own_: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const lesson = lessonNamed(openCourse(options), name);
  if (options.backend === 'kubeconfig') return checkRemote(lesson, own_['json'] === true, options);
  const script = own_['script'];
  const { session, runner } = typeof script === 'string' ? scripted(lesson, script, options) : left(lesson, options);
  runner.update({ tries: true });
  if (own_['json'] === true) console.log(JSON.stringify(verdictJson(runner, session, options), null, 2));
  else for (const line of linesOf(runner, session, options)) console.log(line);
  return runner.done() ? EXIT.done : EXIT.no;
}

/** On a cluster of the user's own. */
async function checkRemote(lesson: Lesson, json: boolean, options: GlobalOptions): Promise<number> {
  const { judged, remoteOf } = await import('./remote.ts');
  const remote = remoteOf(options);
  const runner = await judged(lesson, remote);
  if (json) console.log(JSON.stringify(verdictJson(runner, remote.session, options), null, 2));
  else for (const line of linesOf(runner, remote.session, options)) console.log(line);
  return runner.done() ? EXIT.done : EXIT.no;
}

interface Sat {
  readonly session: Session;
  readonly runner: Runner;
}

/** The cluster as the learner left it; a fresh one when the lesson was never begun. */
function left(lesson: Lesson, options: GlobalOptions): Sat {
  const recorded = recordOf(sessionFile(options.dataDir, lesson.id));
  const saved = decodeRunner(own(progressOf(options).read().lessons, lesson.id)?.runner);
  const session = recorded === undefined ? fresh(lesson, options) : replay(recorded.beginning, recorded.entries);
  return { session, runner: runnerOf(lesson, session, saved) };
}

/** Only read: whoever has the session open goes on with it. */
function recordOf(file: string): Recorded | undefined {
  return existsSync(file) ? readRecord(readFileSync(file, 'utf8')).recorded : undefined;
}

function fresh(lesson: Lesson, { seed = 1 }: GlobalOptions): Session {
  const session = createSession(beginningOf(lesson, { version: VERSION, seed, startTime: EPOCH }));
  prepare(lesson, session);
  return session;
}

/** A fresh cluster after a script has run on its workstation. */
function scripted(lesson: Lesson, file: string, options: GlobalOptions): Sat {
  const text = textOf(file);
  const session = fresh(lesson, options);
  const runner = runnerOf(lesson, session);
  const driver = createDriver(session, runner, () => {});
  session.enter({ kind: 'files', files: { '.k8s-learn/script': text } });
  session.settle();
  driver.line('bash ~/.k8s-learn/script', SCRIPT_MS);
  for (let waited = 0; waited < AFTER_MS; waited += 5000) {
    runner.update({ tries: true });
    if (runner.done()) break;
    driver.wait(5000);
  }
  return { session, runner };
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Failure(EXIT.usage, `k8s-learn check: ${file} can't be read.`, messageOf(error), '');
  }
}

function verdictJson(runner: Runner, session: Pick<Session, 'now'>, { lang }: GlobalOptions) {
  return {
    lesson: runner.lesson.id,
    done: runner.done(),
    time: new Date(session.now()).toISOString(),
    points: pointsOf(runner.lesson.goals, runner.goals()),
    goals: runner.goals().map((goal) => goalJson(runner, goal, lang)),
    diagnoses: runner.diagnoses().map(({ id, concept, because }) => ({ id, concept, because: because[lang] })),
  };
}

function goalJson(runner: Runner, goal: GoalView, lang: GlobalOptions['lang']) {
  const { id, title, state, verdict, diagnosis } = goal;
  const weight = runner.lesson.goals.find((one) => one.id === id);
  return {
    id,
    title: title[lang],
    state,
    weight: weight === undefined ? 0 : weightOf(weight),
    expected: say(verdict.expected, lang),
    actual: say(verdict.actual, lang),
    ...(verdict.since === undefined ? {} : { since: new Date(verdict.since).toISOString() }),
    because: [...verdict.because, ...runner.chain(goal)].map((words) => say(words, lang)),
    ...(diagnosis === undefined ? {} : { diagnosis: diagnosis.id }),
  };
}

function linesOf(runner: Runner, session: Pick<Session, 'now'>, { lang }: GlobalOptions): readonly string[] {
  const lines = runner
    .goals()
    .flatMap((goal) =>
      goal.state === 'done' || goal.state === 'guard'
        ? [goalLine(goal, lang)]
        : verdictLines(runner, goal, session.now(), lang),
    );
  return [...lines, ...pointLines(runner, lang)];
}
