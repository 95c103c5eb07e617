import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EPOCH } from '../../../sandbox/time/units.ts';
import { readPack } from '../../../src/cli/packfiles.ts';
import { beginningOf, prepare, runnerOf } from '../../../src/lessons/begin.ts';
import { createDriver } from '../../../src/lessons/drive.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { type PackFiles, problemText } from '../../../src/lessons/pack.ts';
import { lintLesson } from '../../../src/lessons/proof/lint.ts';
import { currentCluster } from '../../../src/session/clusters.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { readRecord, recordText } from '../../../src/session/record.ts';
import { createSession, type Entry, replay } from '../../../src/session/session.ts';
import { readCluster } from '../../../src/tui/live.ts';

const PACK = readPack(join(import.meta.dirname, '../../packs/clusters'));
const FILE = '01-contexts/01-two-clusters/lesson.yaml';

function lessonOf(files: PackFiles): Lesson {
  const lesson = loadCourse(files).value?.modules[0]?.lessons[0];
  if (lesson === undefined) throw new Error('no lesson');
  return lesson;
}

/** What is wrong with the pack once its lesson has been changed. */
function problemsWith(change: (text: string) => string): readonly string[] {
  const files = new Map([...PACK, [FILE, change(PACK.get(FILE) ?? '')]]);
  return loadCourse(files).problems.map((problem) => problemText(problem).replace(/^\S+ /, ''));
}

function taken() {
  const lesson = lessonOf(PACK);
  const entries: Entry[] = [];
  const beginning = beginningOf(lesson, { version: 'test', seed: 1, startTime: EPOCH });
  const session = createSession(beginning, (entry) => entries.push(entry));
  prepare(lesson, session);
  const runner = runnerOf(lesson, session);
  const driver = createDriver(session, runner, () => {});
  let said = '';
  session.onOutput((_, bytes) => {
    said += Buffer.from(bytes).toString();
  });
  const run = (line: string): string => {
    said = '';
    driver.line(line, 60_000);
    return said;
  };
  const state = (id: string) => runner.goal(id)?.state;
  return { session, runner, driver, run, state, record: () => readRecord(recordText(beginning, entries)).recorded };
}

describe('a lesson with several clusters', { timeout: 120_000 }, () => {
  it('is proven by lint as any other', () => {
    expect(lintLesson(lessonOf(PACK), { orders: 0 }).map(problemText)).toEqual([]);
  });

  it('has a context for each, begins in the first, and shows the one that kubectl speaks to', () => {
    const { session, run } = taken();
    expect(run('kubectl config current-context').trim()).toBe('staging');
    expect(run('kubectl get deployment shop -o jsonpath={.spec.replicas}')).toMatch(/^1/);
    expect(run('kubectl --context production get deployment shop -o jsonpath={.spec.replicas}')).toMatch(/^2/);
    const seen = () => {
      const { name, nodes } = readCluster(session).cluster;
      return [name, nodes.length];
    };
    expect(seen()).toEqual(['staging', 2]);
    run('kubectl config use-context production');
    expect(seen()).toEqual(['production', 3]);
    expect(currentCluster(session.cluster()).state.spec.name).toBe('production');
    expect(run('why pod/nobody')).toContain('nothing is known');
  });

  it('ticks what is reached in the other one, tells the chain of causes there, and takes it back by undo', () => {
    const { session, runner, driver, run, state } = taken();
    run('kubectl --context production scale deployment shop --replicas=9');
    const [goal] = runner.goals().filter(({ id }) => id === 'production-more');
    expect(goal?.verdict.cluster).toBe('production');
    expect(goal && JSON.stringify(runner.chain(goal))).toContain('chain.you');
    run('kubectl --context production scale deployment shop --replicas=3');
    driver.wait(20_000);
    runner.update({ tries: true });
    expect([state('production-more'), state('production-heals'), state('staging-new')]).toEqual([
      'done',
      'done',
      'open',
    ]);
    session.undo();
    runner.update();
    expect(state('production-more')).toBe('open');
    session.undo();
    runner.update();
    expect(run('kubectl --context production get deployment shop -o jsonpath={.spec.replicas}')).toMatch(/^2/);
  });

  it('is played again from its record, all clusters byte for byte, faults with them', () => {
    const { session, driver, run, record } = taken();
    run('kubectl --context production scale deployment shop --replicas=3');
    driver.wait(10_000);
    expect(run('kubectl --context production get deployment shop -o yaml')).toContain('night: "on"');
    session.enter({ kind: 'end' });
    session.settle();
    const { beginning, entries } = record();
    expect(storeDigest(replay(beginning, entries).cluster())).toBe(storeDigest(session.cluster()));
  });

  it('is refused with what can not stand side by side, and checks of clusters that there are not', () => {
    expect(problemsWith((text) => text.replaceAll('cluster: production', 'cluster: prod'))).toContain(
      'goals.1.check.cluster: there is no cluster `prod` in `clusters`',
    );
    expect(problemsWith((text) => text.replace('shop, cluster: production', 'shop, cluster: prod')).join()).toMatch(
      /diagnose\.0\.when.*there is no cluster `prod`/,
    );
    expect(problemsWith((text) => text.replace('steps:', 'cluster: { workers: 1 }\nsteps:'))).toContain(
      'clusters: either `cluster` or `clusters`: one of them says it all',
    );
    expect(problemsWith((text) => text.replace('backends: [simulator]\n', ''))).toContain(
      'clusters: only the simulator has several: write `backends: [simulator]`',
    );
    expect(problemsWith((text) => text.replace('  production:\n', '  No_Name:\n'))).toContain(
      'clusters: clusters.No_Name: not a name',
    );
    expect(problemsWith((text) => text.replace('    workers: 2', '    workers: 2\n    seed: 7'))).toContain(
      'clusters.production.seed: the seed of the first is the seed of all',
    );
  });
});
