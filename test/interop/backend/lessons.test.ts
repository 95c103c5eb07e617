// The lessons that are marked for clusters of other makers, played on `serve`: their solutions run on this machine with a stock
// kubectl (our own where there is none, said aloud), and both backends are asked for their verdicts, before and after.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EPOCH } from '../../../sandbox/time/units.ts';
import type { Check } from '../../../src/checks/check.ts';
import { everyCheck } from '../../../src/checks/check.ts';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { judged } from '../../../src/cli/remote.ts';
import { runHostScript } from '../../../src/host/script.ts';
import { beginningOf, prepare, runnerOf } from '../../../src/lessons/begin.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import type { Runner } from '../../../src/lessons/runner.ts';
import { openRemote } from '../../../src/remote/remote.ts';
import { createSession } from '../../../src/session/session.ts';
import { findKubectls } from '../kubectl/binaries.ts';
import { type Served, serveSession } from '../serve.ts';

/** As the suite has built it. */
const SELF = [process.execPath, 'bin/k8s-learn.cjs'];
const STOCK = findKubectls().at(-1)?.path;
if (STOCK === undefined) console.warn('no kubectl on the PATH or in K8S_LEARN_KUBECTL: the solutions run with our own');

const SPEED = 10;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What can be told of any cluster by looking at it now. History, answers, files and trials need one that is ours. */
const BY_LOOKING: ReadonlySet<Check['kind']> = new Set([
  'state',
  'settled',
  'logs',
  'request',
  'all',
  'any',
  'not',
  'can',
]);

const course = loadCourse(readPack(courseFolder())).value;
const LESSONS = (course?.modules ?? [])
  .flatMap(({ lessons }) => lessons)
  .filter(({ backends = [] }) => backends.includes('kind'));

/** Whether a check compares with how things were at the lesson's start, which only a cluster of ours remembers. */
const looksBack = (check: Check): boolean => /\bstart\./.test(JSON.stringify(check));

/** Which goals are reached, of those that can be judged by looking, and need no others. */
function reached(runner: Runner, { goals }: Lesson): Readonly<Record<string, boolean>> {
  const byLooking = (id: string): boolean => {
    const goal = goals.find((one) => one.id === id);
    if (goal === undefined) return false;
    const isSeen = !looksBack(goal.check) && [...everyCheck(goal.check)].every(({ kind }) => BY_LOOKING.has(kind));
    return isSeen && (goal.needs ?? []).every(byLooking);
  };
  const seen = goals.filter(({ id }) => byLooking(id));
  return Object.fromEntries(seen.map(({ id }) => [id, runner.goal(id)?.verdict.ok === true]));
}

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s on serve', (_, lesson) => {
  const folders: string[] = [];
  let served: Served | undefined;
  afterEach(async () => {
    await served?.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function homeOf({ files }: Lesson): string {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-home-'));
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  it('is judged over HTTP as it is in this process, before and after its solution', { timeout: 600_000 }, async () => {
    const session = createSession(beginningOf(lesson, { version: 'test', seed: 1, startTime: EPOCH }));
    prepare(lesson, session);
    const here = runnerOf(lesson, session);
    served = await serveSession(session);
    const { kubeconfig, live } = served;
    const pass = async (ms: number) => {
      for (const end = session.now() + ms; session.now() < end; ) await sleep(50);
      return session.now();
    };
    const there = (): Promise<Runner> =>
      judged(lesson, openRemote({ context: 'k8s-learn', kubeconfig }, SELF, session.now()), pass);
    const both = async () => {
      live.hold('judged');
      here.update({ tries: true });
      live.release('judged');
      return [reached(await there(), lesson), reached(here, lesson)];
    };

    const [overHttp, inProcess] = await both();
    expect(overHttp).toEqual(inProcess);

    live.setSpeed(SPEED);
    const home = homeOf(lesson);
    const { output } = await runHostScript(`cd '${home}'\n${lesson.solutions[0]?.text ?? ''}`, {
      timeoutMs: 300_000,
      programs: new Map([
        ['kubectl', STOCK === undefined ? [...SELF, 'kubectl'] : [STOCK]],
        ['answer', ['true']],
        ['sleep', ['sh', '-c', `exec /bin/sleep "$(awk "BEGIN { print $1 / ${SPEED} }")"`, 'sleep']],
      ]),
      env: { KUBECONFIG: kubeconfig, HOME: home },
    });
    for (let turn = 0; turn < 10; turn++) {
      const [after, expected] = await both();
      // The two are asked one after the other: what changes in between is looked at once more.
      const all = [after, expected].every((found) => Object.values(found ?? {}).every((ok) => ok));
      if (turn < 9 && !all) {
        await sleep(1000);
        continue;
      }
      expect([output, after]).toEqual([output, expected]);
      expect([output, Object.entries(expected ?? {}).filter(([, ok]) => !ok)]).toEqual([output, []]);
      break;
    }
  });
});
