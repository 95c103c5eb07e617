// The teacher: how long a lesson takes to open, a goal to tick, a copy to be made, a verdict, a reason, an undo, a lint.

import { RESOURCES } from '../../sandbox/schema/schema.ts';
import { durationMs, EPOCH } from '../../sandbox/time/units.ts';
import { embeddedSession } from '../../src/checks/embedded.ts';
import { courseFolder, readPack } from '../../src/cli/packfiles.ts';
import { beginningOf, prepare, runnerOf } from '../../src/lessons/begin.ts';
import { createDriver } from '../../src/lessons/drive.ts';
import type { Lesson } from '../../src/lessons/lesson.ts';
import { loadCourse } from '../../src/lessons/load.ts';
import { lintLesson } from '../../src/lessons/proof/lint.ts';
import type { Runner } from '../../src/lessons/runner.ts';
import { newLearnerCluster } from '../../src/session/cluster.ts';
import { startCommand } from '../../src/session/command.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { type BenchEntry, type Figure, median, percentile, timed } from './entry.ts';

export const teacher: readonly BenchEntry[] = [
  { name: 'teacher-lesson', run: lessonFigures },
  { name: 'teacher-why', run: why },
  { name: 'teacher-undo', run: undo },
  { name: 'teacher-lint', run: lint },
];

function lessons(): readonly Lesson[] {
  return loadCourse(readPack(courseFolder()), 'usable').value?.modules.flatMap((module) => module.lessons) ?? [];
}

function opened(lesson: Lesson): { readonly session: Session; readonly runner: Runner } {
  const session = createSession(beginningOf(lesson, { version: 'bench', seed: 1, startTime: EPOCH }));
  prepare(lesson, session);
  return { session, runner: runnerOf(lesson, session) };
}

/** Of the first lesson: opened, looked at after every change, judged, copied. */
function lessonFigures(): Figure[] {
  const [lesson] = lessons();
  if (lesson === undefined) return [];
  opened(lesson);
  const openings = [1, 2, 3].map(() => timed(() => opened(lesson)).ms);
  const { session, runner } = opened(lesson);
  const looks: number[] = [];
  const looking: Runner = {
    ...runner,
    update(options) {
      const { ms, result } = timed(() => runner.update(options));
      looks.push(ms);
      return result;
    },
  };
  const driver = createDriver(session, looking, () => {});
  driver.line('kubectl create deployment many --image=learn/hello:1.0 --replicas=40', 60_000);
  driver.line('kubectl run hello --image=learn/hello:1.0', 60_000);
  driver.wait(30_000);
  const verdicts = [1, 2, 3].map(() => timed(() => runner.update({ afresh: true })).ms);
  const teacherSession = embeddedSession(session.cluster);
  const forks = [1, 2, 3].map(() => timed(() => teacherSession.fork()).ms);
  return [
    { name: 'lesson opened', value: median(openings), unit: 'ms', limit: 300, note: lesson.id },
    {
      name: 'goal ticked after a change',
      value: percentile(looks, 0.99),
      unit: 'ms',
      limit: 100,
      note: `p99 of ${looks.length} looks`,
    },
    { name: 'check of a lesson', value: median(verdicts), unit: 'ms', limit: 50 },
    { name: 'fork ready', value: median(forks), unit: 'ms', limit: 500 },
  ];
}

const OBJECTS = 5000;

/** One Pod that can't be pulled among many objects. */
function why(): Figure[] {
  const cluster = newLearnerCluster({ seed: 1, startTime: EPOCH });
  const { simulator } = cluster;
  simulator.advance(durationMs(2000));
  const [maps, pods] = ['ConfigMap', 'Pod'].map((kind) => RESOURCES.find((one) => one.kind === kind));
  if (maps === undefined || pods === undefined) return [];
  for (let n = 0; n < OBJECTS; n++)
    simulator.run(
      simulator
        .client()
        .create(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m-${n}`, namespace: 'default' } }),
    );
  const spec = { containers: [{ name: 'main', image: 'learn/hello:9.9' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec };
  simulator.run(simulator.client().create(pods, pod));
  simulator.advance(durationMs(20_000));
  const times = [1, 2, 3, 4, 5].map(
    () =>
      timed(() => {
        const command = startCommand(cluster, ['why', 'pod/web'], { home: '/home/learner' });
        while (command.status() === undefined) simulator.advance(durationMs(1));
      }).ms,
  );
  return [{ name: 'why', value: median(times), unit: 'ms', limit: 50, note: `${OBJECTS} objects` }];
}

function undo(): Figure[] {
  const session = createSession({ version: 'bench', seed: 1, startTime: EPOCH });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(durationMs(1000));
  for (let n = 0; n < 200; n++) {
    session.enter({ kind: 'line', shell: 1, line: `kubectl create configmap m-${n}` });
    session.advance(durationMs(1000));
  }
  const { ms } = timed(() => session.undo());
  return [{ name: 'undo of the last of 200 commands', value: ms, unit: 'ms', limit: 500 }];
}

function lint(): Figure[] {
  const times = lessons().map((lesson) => timed(() => lintLesson(lesson)).ms);
  return [
    { name: 'lint of a lesson', value: median(times) / 1000, unit: 's', limit: 2, note: `median of ${times.length}` },
    {
      name: 'lint of the course',
      value: times.reduce((sum, ms) => sum + ms, 0) / 1000,
      unit: 's',
      limit: 180,
      note: 'one process',
    },
  ];
}
