import { describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { beginningOf, prepare, runnerOf } from '../../../src/lessons/begin.ts';
import { createDriver } from '../../../src/lessons/drive.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { restartStep } from '../../../src/lessons/restart.ts';
import { handleWord } from '../../../src/lessons/words.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { readRecord, recordText } from '../../../src/session/record.ts';
import { createSession, replay, type Session } from '../../../src/session/session.ts';
import { lessonWith, problemsWith } from './hand.ts';

const cluster =
  (rest: string) =>
  (text: string): string =>
    text.replace('steps:\n', `cluster: ${rest}\nsteps:\n`);

function begin(lesson: Lesson): Session {
  const session = createSession(beginningOf(lesson, { version: 'test', seed: 1, startTime: EPOCH }));
  prepare(lesson, session);
  return session;
}

const names = (session: Session, kind: string): readonly string[] => {
  const { simulator } = session.cluster();
  const type = simulator.api.registry.all().find((one) => one.type.kind === kind)?.type;
  if (type === undefined) return [];
  return simulator.run(simulator.client().list(type, undefined)).items.map(({ metadata }) => metadata?.name ?? '');
};

describe('the beginning of a lesson', { timeout: 60_000 }, () => {
  it('has the cluster that the lesson describes', () => {
    const lesson = lessonWith(cluster('{ nodes: [{ name: big, cpu: 8 }], network: flannel, metrics: true, seed: 7 }'));
    expect(beginningOf(lesson, { version: 'x', seed: 1, startTime: EPOCH })).toMatchObject({
      seed: 7,
      spec: { networkPlugin: 'flannel', metrics: true, nodes: [{ name: 'control-plane' }, { name: 'big', cores: 8 }] },
    });
    expect(problemsWith(cluster('{ nodes: [{ name: big, cpus: 8 }] }'))[0]).toContain('nodes[0].cpus: no such key');
    expect(problemsWith(cluster('{ workers: 2, nodes: 3 }'))[0]).toContain('either `workers` or `nodes`');
  });

  it('lets faults come at their time, byte for byte the same in a replay', () => {
    const faults = '[{ at: 5s, exec: kubectl create configmap fault }, { at: 20s, failNode: worker-2 }]';
    const session = begin(lessonWith(cluster(`{ faults: ${faults} }`)));
    session.advance(durationMs(3000));
    expect(names(session, 'ConfigMap')).not.toContain('fault');
    session.advance(durationMs(4000));
    expect(names(session, 'ConfigMap')).toContain('fault');
    session.advance(durationMs(70_000));
    session.enter({ kind: 'end' });
    session.settle();
    const { recorded } = readRecord(recordText(session.beginning, session.inputs()));
    expect(storeDigest(replay(recorded.beginning, recorded.entries).cluster())).toBe(storeDigest(session.cluster()));
    expect(session.cluster().simulator.components.get('kubelet/worker-2')?.running()).toBe(false);
  });

  it('has been seen by who goes on with the lesson later, and by who takes something back', () => {
    const again =
      '    check: { seen: { object: { kind: ConfigMap, metadata: { name: kube-root-ca.crt } }, times: 2 } }\n';
    const lesson = lessonWith((text) => text.replace(/ {4}check:\n(?: {6}.*\n)+/, again));
    const session = begin(lesson);
    const first = runnerOf(lesson, session);
    const driver = createDriver(session, first, () => {});
    driver.line('kubectl delete configmap kube-root-ca.crt; sleep 3', 60_000);
    driver.line('kubectl create configmap other', 60_000);
    expect(first.goals()[0]?.state).toBe('done');
    session.undo();
    first.update();
    expect(first.goals()[0]?.state).toBe('done');
    expect(runnerOf(lesson, session).goals()[0]?.state).toBe('done');
    session.undo();
    first.update();
    expect(first.goals()[0]?.state).toBe('open');
  });

  it('says which faults it does not know', () => {
    expect(problemsWith(cluster('{ faults: [{ at: 5s, explode: x }] }'))[0]).toContain('unknown key `explode`');
    expect(problemsWith(cluster('{ faults: [{ exec: x }] }'))[0]).toContain('`at` is missing');
    expect(problemsWith(cluster('{ faults: [{ at: 5s, advance: 2s }] }'))[0]).toContain('no place on a timeline');
  });
});

describe('a step that is begun again', { timeout: 60_000 }, () => {
  it('goes back to where the learner came to it', () => {
    const lesson = lessonWith((text) => text);
    const session = begin(lesson);
    const runner = runnerOf(lesson, session);
    const driver = createDriver(session, runner, () => {});
    expect(restartStep(session, runner)).toBe(false);
    driver.line('kubectl create configmap one', 10_000);
    driver.line('kubectl run web --image=nginx:1.27 --wait', 10_000);
    expect(names(session, 'ConfigMap')).toContain('one');
    expect(restartStep(session, runner)).toBe(true);
    expect(names(session, 'ConfigMap')).not.toContain('one');
    expect(runner.done()).toBe(false);
  });
});

describe('a learner who deletes what the cluster is made of', { timeout: 60_000 }, () => {
  it('is told so, and undo leads back', () => {
    const lesson = lessonWith((text) => text);
    const session = begin(lesson);
    const runner = runnerOf(lesson, session);
    const told: string[] = [];
    const driver = createDriver(session, runner, (events) => told.push(...events.map(({ kind }) => kind)));
    // A Pod without a node asks for the node without a name, and finds none.
    driver.line('kubectl run web --image=nginx:1.27', 10_000);
    expect(told).not.toContain('irrecoverable');
    told.length = 0;
    driver.line('kubectl delete node worker-1', 10_000);
    expect([told.includes('irrecoverable'), runner.irrecoverable()?.offer]).toEqual([true, 'undo']);
    const lines = handleWord(runner, 'check', session.now(), 'en') ?? [];
    expect(lines[0]).toContain('This cannot be mended any more');
    session.undo();
    runner.update();
    expect(runner.irrecoverable()).toBeUndefined();
    expect(handleWord(runner, 'check', session.now(), 'en')?.[0]).toContain('a Pod named web is Ready');
    driver.line('kubectl delete deployment,service --all -n kube-system', 10_000);
    expect(runner.irrecoverable()?.because.en).toContain('names in the cluster');
  });
});
